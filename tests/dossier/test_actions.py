"""Coachperiodes, members, consults and who may see them, on a real database."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from gezinscoach.accounts import actions as accounts
from gezinscoach.dossier import actions, policy, queries, rights, rules
from gezinscoach.dossier.actions import NieuwLid
from gezinscoach.dossier.rights import Deed
from gezinscoach.dossier.rules import Coachrol, Lidsoort
from gezinscoach.dossier.tables import Coachperiode
from gezinscoach.kernel.access import Actor, Rol
from gezinscoach.kernel.fields import Groep

DAY = date(2026, 10, 15)


@pytest.fixture
def coach(city):
    return city.coach()


@pytest.fixture
def gezin(city, coach):
    return city.gezin("Gezin Peeters", coach)


def opens(db, coach, gezin, day=DAY):
    return queries.coached(db, coach.actor, day, gezin.id) is not None


def test_the_database_itself_keeps_a_second_vaste_gezinscoach_out(db, city, gezin):
    other = city.coach("Tweede Coach")
    twice = Coachperiode(
        id=uuid4(),
        gezin_id=gezin.id,
        gezinscoach_id=other.row.id,
        organisatie_id=other.row.organisatie_id,
        rol=Coachrol.VAST,
        van=DAY,
    )
    db.add(twice)
    with pytest.raises(IntegrityError):
        db.flush()


def test_ended_periods_and_stand_ins_stand_beside_the_running_one(db, actor, city, coach, gezin, now):
    other = city.coach("Tweede Coach")
    actions.add_stand_in(db, actor, gezin, other.row.id, van=DAY, tot=DAY + timedelta(days=7), now=now)
    actions.end_coach(db, actor, gezin, tot=DAY, reden="ziek", now=now)
    actions.start_coach(db, actor, gezin, other.row.id, van=DAY, now=now)
    db.flush()
    assert [periode.coach for periode in queries.periodes(db, gezin.id) if periode.tot is None] == [
        "Tweede Coach"
    ]


def test_a_second_coach_is_refused_kindly_and_so_is_one_before_the_last_day_of_the_first(
    db, actor, city, gezin, now
):
    other = city.coach("Tweede Coach")
    with pytest.raises(rules.CoachPresent):
        actions.start_coach(db, actor, gezin, other.row.id, van=DAY, now=now)
    actions.end_coach(db, actor, gezin, tot=DAY, reden="ziek", now=now)
    with pytest.raises(rules.Overlap):
        actions.start_coach(db, actor, gezin, other.row.id, van=DAY - timedelta(days=1), now=now)
    with pytest.raises(rules.NoCoach):
        actions.end_coach(db, actor, gezin, tot=DAY, reden="ziek", now=now)


def test_a_former_coach_opens_nothing_from_that_second_on(db, actor, city, coach, gezin, now):
    assert opens(db, coach, gezin)
    actions.end_coach(db, actor, gezin, tot=DAY, reden="ziek", now=now)
    assert not opens(db, coach, gezin)


def test_a_stand_in_opens_the_dossier_inside_the_window_only(db, actor, city, gezin, now):
    other = city.coach("Ver Vanger")
    last = DAY + timedelta(days=7)
    row = actions.add_stand_in(db, actor, gezin, other.row.id, van=DAY, tot=last, now=now)
    db.flush()
    days = [DAY - timedelta(days=1), DAY, last, last + timedelta(days=1)]
    assert [opens(db, other, gezin, day) for day in days] == [False, True, True, False]
    _row, relaties = queries.entered(db, other.actor, DAY, gezin.id)
    assert not rights.allowed(relaties, Deed.CLOSE, Groep.PROCES)
    actions.end_stand_in(db, actor, gezin, row, today=DAY, now=now)
    db.flush()
    assert not opens(db, other, gezin)
    with pytest.raises(rules.NoCoach):
        actions.end_stand_in(db, actor, gezin, row, today=DAY, now=now)


def test_a_running_dossier_without_a_coach_is_an_alarm_and_a_closed_or_waiting_one_is_not(
    db, actor, city, coach, gezin, now
):
    city.gezin("Gezin Wacht")
    closed = city.gezin("Gezin Klaar", coach)
    actions.close(db, actor, closed, op=DAY, reden="doel bereikt", now=now)
    counted, desk = policy.counted(actor), city.actor_of(actor.account_id, Rol.COORDINATOR)
    assert queries.count_without_coach(db, desk, DAY) == 0
    actions.end_coach(db, actor, gezin, tot=DAY, reden="ziek", now=now)
    assert queries.count_without_coach(db, desk, DAY) == 1
    assert queries.without_coach(db, counted, DAY) == [gezin.id]


def test_closing_ends_the_coachperiode_and_nothing_can_be_added_after(db, actor, city, coach, gezin, now):
    actions.close(db, actor, gezin, op=DAY, reden="verhuisd", now=now)
    assert not opens(db, coach, gezin)
    with pytest.raises(rules.Closed):
        actions.start_coach(db, actor, gezin, coach.row.id, van=DAY, now=now)
    with pytest.raises(rules.Closed):
        actions.close(db, actor, gezin, op=DAY, reden="nog eens", now=now)


def test_members_change_and_are_added_but_never_those_of_another_family(db, actor, city, coach, now):
    gezin = city.gezin("Gezin A", coach, leden=[NieuwLid(Lidsoort.KIND, "Mila", "2019")])
    other = city.gezin("Gezin B", coach, leden=[NieuwLid(Lidsoort.KIND, "Tuur", "2018")])
    data = dict.fromkeys(("adres", "gemeente", "telefoon", "taal", "tolk", "waarschuwing"))
    mila = queries.leden(db, gezin.id)[0]
    tuur = queries.leden(db, other.id)[0]
    leden = [(mila.id, NieuwLid(Lidsoort.KIND, "Mila", "2019-04-01")), (None, NieuwLid(Lidsoort.OUDER, "An"))]
    actions.change_gezin(db, actor, gezin, naam="Gezin A", leden=leden, now=now, **data)
    db.flush()
    assert [(lid.naam, lid.geboren) for lid in queries.leden(db, gezin.id)] == [
        ("An", None),
        ("Mila", "2019-04-01"),
    ]
    with pytest.raises(rules.UnknownMember):
        actions.change_gezin(
            db, actor, gezin, naam="x", leden=[(tuur.id, NieuwLid(Lidsoort.KIND, "Dief"))], now=now, **data
        )


def test_an_expert_is_asked_for_fourteen_days(db, city, coach, gezin, now):
    account = city.account(Rol.DESKUNDIGE)
    expert = city.actor_of(account.id, Rol.DESKUNDIGE)
    row = actions.consult(
        db, coach.actor, gezin, account.id, vraag="Welk recht is er op huurpremie?", now=now
    )
    db.flush()
    moments = [
        now - timedelta(seconds=1),
        now,
        now + timedelta(days=14, seconds=-1),
        now + timedelta(days=14),
    ]
    assert [len(queries.consulted(db, expert, at)) for at in moments] == [0, 1, 1, 0]
    assert queries.consulted(db, expert, now)[0].vraag.startswith("Welk recht")
    other = city.actor_of(city.account(Rol.DESKUNDIGE).id, Rol.DESKUNDIGE)
    assert queries.consulted(db, other, now) == []
    assert queries.consulted(db, Actor(expert.werking_id, expert.account_id), now) == []
    actions.end_consult(db, coach.actor, row, now=now + timedelta(hours=1))
    assert queries.consulted(db, expert, now + timedelta(hours=1)) == []


def test_only_experts_of_the_own_werking_who_hold_the_role_can_be_asked(db, actor, city, now):
    city.account(Rol.DESKUNDIGE, "Dirk Kundig")
    city.account(Rol.COORDINATOR, "Cor Dinator")
    elsewhere = accounts.add_werking(db, naam="Elders", gemeente="Elders", postcodes=("1000",), now=now)
    stranger, _ = accounts.add_account(db, elsewhere, email="x@elders.example", naam="Xavier", now=now)
    accounts.give_role(db, elsewhere, stranger, Rol.DESKUNDIGE, now=now)
    db.flush()
    assert [naam for _id, naam in queries.deskundigen(db, actor, uuid4(), now)] == ["Dirk Kundig"]


def test_the_load_of_a_coach_counts_running_families_and_says_until_when_for_another(
    db, actor, city, coach, gezin, now
):
    other = city.coach("Ver Vanger")
    gone = city.gezin("Gezin Weg", coach)
    actions.close(db, actor, gone, op=DAY, reden="klaar", now=now)
    actions.add_stand_in(db, actor, gezin, other.row.id, van=DAY, tot=DAY + timedelta(days=7), now=now)
    db.flush()
    mine = frozenset({coach.row.organisatie_id})
    loads = {load.naam: (load.gezinnen, load.vervangt_tot) for load in queries.loads(db, actor, mine, DAY)}
    assert loads == {"Noor Testers": (1, None), "Ver Vanger": (0, DAY + timedelta(days=7))}
    assert queries.loads(db, actor, frozenset(), DAY) == []


def test_the_list_of_dossiers_has_those_without_a_coach_on_top(db, actor, city, coach, gezin, now):
    alone = city.gezin("Gezin Alleen", coach)
    actions.end_coach(db, actor, alone, tot=DAY, reden="ziek", now=now)
    city.gezin("Gezin Wacht")
    desk = city.actor_of(city.account(Rol.AANMELDPUNT).id, Rol.AANMELDPUNT)
    listed = queries.placements(db, policy.placed(desk), DAY)
    assert [(row.id, row.coach) for row in listed] == [(alone.id, ""), (gezin.id, "Noor Testers")]
    assert queries.placements(db, policy.placed(coach.actor), DAY) == []
