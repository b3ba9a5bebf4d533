"""Who still opens a dossier: not after it was closed, not after the last day of a coach."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import delete, false, select

from gezinscoach.accounts import actions as accounts
from gezinscoach.accounts.tables import Gezinscoach, RoleGrant
from gezinscoach.dossier import actions, policy, present, queries, rules
from gezinscoach.dossier.tables import Coachperiode
from gezinscoach.kernel import vault
from gezinscoach.kernel.access import Rol
from tests.counting import statements

DAY = date(2026, 10, 15)
YESTERDAY, WEEK = DAY - timedelta(days=1), DAY + timedelta(days=7)


@pytest.fixture
def coach(city):
    return city.coach("Vaste Coach")


@pytest.fixture
def other(city):
    return city.coach("Ver Vanger")


@pytest.fixture
def gezin(city, coach):
    return city.gezin("Gezin Peeters", coach)


def opens(db, coach, gezin, day=DAY):
    db.flush()
    found = queries.coached(db, coach.actor, day, gezin.id)
    assert [row.id for row in queries.all_coached(db, coach.actor, day) if row.id == gezin.id] == (
        [gezin.id] if found else []
    )
    return found is not None


def test_who_is_no_gezinscoach_and_who_has_no_role_is_told_nothing(db, actor, city, gezin, coach):
    expert = city.actor_of(city.account(Rol.DESKUNDIGE).id, Rol.DESKUNDIGE)
    stops(db, coach, YESTERDAY)
    for nobody in (actor, expert):
        assert queries.coached(db, nobody, DAY, gezin.id) is None
        assert queries.all_coached(db, nobody, DAY) == []
        assert queries.count_without_coach(db, nobody, DAY) == 0


def test_another_werking_is_told_nothing_even_with_the_id_of_a_coach(db, city, gezin, coach):
    city.gezin("Gezin Alleen", other := city.coach("Iemand"))
    stops(db, other, YESTERDAY)
    at_home = city.actor_of(city.account(Rol.AANMELDPUNT).id, Rol.AANMELDPUNT)
    assert queries.count_without_coach(db, at_home, DAY) == 1
    assert opens(db, coach, gezin)
    for known in (coach.actor, at_home):
        stranger = replace(known, werking_id=uuid4())
        assert queries.coached(db, stranger, DAY, gezin.id) is None
        assert queries.all_coached(db, stranger, DAY) == []
        assert queries.count_without_coach(db, stranger, DAY) == 0


def stops(db, coach, day):
    db.get_one(Gezinscoach, coach.row.id).gestopt_op = day
    db.commit()


@pytest.mark.parametrize(("van", "tot"), [(YESTERDAY, WEEK), (WEEK, WEEK), (YESTERDAY, DAY)])
def test_a_stand_in_is_gone_when_the_dossier_is_closed(db, actor, gezin, other, now, van, tot):
    row = actions.add_stand_in(db, actor, gezin, other.row.id, van=van, tot=tot, now=now)
    actions.close(db, actor, gezin, op=DAY, reden="klaar", now=now)
    assert not any(opens(db, other, gezin, DAY + timedelta(days=days)) for days in range(9))
    assert (row.tot, row.ended_at) == (max(van, DAY), now)


def test_nobody_coaches_a_closed_dossier_whatever_period_was_left(db, actor, gezin, coach, other, now):
    actions.close(db, actor, gezin, op=DAY, reden="klaar", now=now)
    for rol, tot in (("vast", None), ("vervanger", WEEK)):
        db.add(
            Coachperiode(
                gezin_id=gezin.id,
                gezinscoach_id=other.row.id,
                organisatie_id=other.row.organisatie_id,
                rol=rol,
                van=DAY,
                tot=tot,
            )
        )
    assert not opens(db, other, gezin)


def test_a_stand_in_who_left_before_keeps_the_own_last_day(db, actor, gezin, other, now):
    early = now - timedelta(days=5)
    row = actions.add_stand_in(db, actor, gezin, other.row.id, van=YESTERDAY, tot=WEEK, now=early)
    actions.end_stand_in(db, actor, gezin, row, today=YESTERDAY, now=early)
    actions.close(db, actor, gezin, op=DAY, reden="klaar", now=now)
    assert (row.tot, row.ended_at) == (YESTERDAY, early)


def test_a_coach_opens_dossiers_up_to_and_including_the_last_working_day(db, actor, city, gezin, coach, now):
    helped = city.gezin("Gezin Maes", city.coach("Iemand"))
    actions.add_stand_in(db, actor, helped, coach.row.id, van=YESTERDAY, tot=WEEK, now=now)
    stops(db, coach, DAY)
    assert opens(db, coach, gezin)
    stops(db, coach, YESTERDAY)
    assert not opens(db, coach, gezin)
    assert not opens(db, coach, helped)


def test_the_family_of_a_coach_who_stopped_is_an_alarm_on_top_of_the_list(
    db, actor, city, gezin, coach, other
):
    city.gezin("Gezin Later", other)
    counted, desk = policy.counted(actor), city.actor_of(actor.account_id, Rol.AANMELDPUNT)
    assert queries.count_without_coach(db, desk, DAY) == 0
    stops(db, coach, YESTERDAY)
    assert queries.count_without_coach(db, desk, YESTERDAY) == 0
    assert queries.count_without_coach(db, desk, DAY) == 1
    assert queries.without_coach(db, counted, DAY) == [gezin.id]
    with statements() as sent:
        first, *_ = queries.placements(db, counted, DAY)
    assert (first.id, first.coach) == (gezin.id, "")
    assert len(sent) <= 4


def test_the_aanmeldpunt_is_told_that_a_coach_stopped_and_can_end_the_period(client, db, city, gezin, coach):
    stops(db, coach, YESTERDAY)
    client.sign_in(city.account(Rol.AANMELDPUNT).id)
    page = client.get(f"/gezin/{gezin.id}/coach")
    assert "is sinds 14" in page.words
    assert f"/gezin/{gezin.id}/coach/einde" in page.links()
    client.sign_in(coach.account.id)
    assert client.get(f"/dossier/{gezin.id}").status == 404


def test_a_period_keeps_the_organisation_for_which_the_coach_then_worked(
    db, actor, city, gezin, coach, other, now
):
    actions.add_stand_in(db, actor, gezin, other.row.id, van=DAY, tot=WEEK, now=now)
    for one in (coach, other):
        one.row.organisatie_id = city.organisatie("Nieuw Huis").id
    db.commit()
    assert {periode.organisatie for periode in queries.periodes(db, gezin.id)} == {"Buurthuis De Test"}


def test_a_code_opens_a_family_only_when_the_policy_allows_it(db, actor, gezin):
    code = gezin.code
    vault.granted(db).clear()
    assert queries.by_code(db, false(), code, groups=vault.EVERY) is None
    assert not vault.granted(db)
    assert queries.by_code(db, policy.counted(actor), code, groups=vault.EVERY).id == gezin.id


def test_the_reason_why_a_coach_left_is_opened_only_when_asked_for(db, actor, gezin, now):
    actions.end_coach(db, actor, gezin, tot=DAY, reden="ziek", now=now)
    db.flush()
    assert [periode.reden for periode in queries.periodes(db, gezin.id)] == [None]
    assert [periode.reden for periode in queries.periodes(db, gezin.id, reasons=True)] == ["ziek"]
    page = present.coach_page(gezin, queries.periodes(db, gezin.id), DAY, may_change=True)
    assert "ziek" not in str(page)


def test_a_code_made_in_the_last_minutes_of_the_year_in_london_has_the_new_year_of_leuven(db, actor):
    row = actions.open_gezin(db, actor, now=datetime(2026, 12, 31, 23, 30, tzinfo=UTC))
    assert row.code.startswith("GC-2027-")


def grant_of(db, coach):
    return db.scalars(select(RoleGrant).where(RoleGrant.account_id == coach.account.id)).one()


@pytest.mark.parametrize("how", ["shut", "ended", "until"])
def test_the_family_of_a_coach_who_cannot_sign_in_any_more_is_an_alarm_at_once(
    db, actor, city, gezin, coach, now, how
):
    desk, counted = city.actor_of(actor.account_id, Rol.AANMELDPUNT), policy.counted(actor)
    grant = grant_of(db, coach)
    if how == "shut":
        accounts.deactivate(db, actor, coach.account, now=now)
    elif how == "ended":
        accounts.end_role(db, actor, grant, now=now)
    else:
        grant.until = policy.end_of(DAY)
        db.commit()
        assert queries.count_without_coach(db, desk, DAY) == 0, "the last day of the role is a day of work"
        assert queries.count_without_coach(db, desk, DAY + timedelta(days=1)) == 1
        return
    db.commit()
    assert queries.count_without_coach(db, desk, DAY) == 1
    assert queries.without_coach(db, counted, DAY) == [gezin.id]
    first, *_ = queries.placements(db, counted, DAY)
    assert (first.id, first.coach) == (gezin.id, "")


def test_a_role_that_runs_or_never_began_and_an_account_that_is_not_there_yet_raise_no_alarm(
    db, actor, city, gezin, coach, now
):
    desk = city.actor_of(actor.account_id, Rol.AANMELDPUNT)
    grant = grant_of(db, coach)
    accounts.end_role(db, actor, grant, now=now)
    accounts.give_role(db, actor, coach.account, Rol.GEZINSCOACH, now=now)
    db.commit()
    assert queries.count_without_coach(db, desk, DAY) == 0, "a role that ended before, and one that runs"
    db.execute(delete(RoleGrant).where(RoleGrant.account_id == coach.account.id))
    assert queries.count_without_coach(db, desk, DAY) == 0, "a role that still waits to be confirmed"
    coach.row.account_id = None
    db.commit()
    assert queries.count_without_coach(db, desk, DAY) == 0, "imported, without an account"


def test_the_page_of_the_coaches_says_that_one_cannot_sign_in_any_more(client, db, city, gezin, coach, now):
    accounts.deactivate(db, city.actor, coach.account, now=now)
    db.commit()
    client.sign_in(city.account(Rol.AANMELDPUNT).id)
    page = client.get(f"/gezin/{gezin.id}/coach")
    assert "kan niet meer inloggen als gezinscoach" in page.words
    assert f"/gezin/{gezin.id}/coach/einde" in page.links()


def test_a_code_that_is_taken_is_drawn_again(db, actor, now, monkeypatch):
    drawn = iter(["GC-2026-AAAAA", "GC-2026-AAAAA", "GC-2026-BBBBB"])
    monkeypatch.setattr(rules, "new_code", lambda year: next(drawn))
    codes = [actions.open_gezin(db, actor, now=now).code for _ in range(2)]
    assert codes == ["GC-2026-AAAAA", "GC-2026-BBBBB"]
