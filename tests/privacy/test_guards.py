"""Guards that stand behind another one: each is asked by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from freezegun import freeze_time
from sqlalchemy import select

from gezinscoach.accounts import actions as accounts
from gezinscoach.dossier import actions as dossier
from gezinscoach.dossier.policy import end_of
from gezinscoach.dossier.rules import Noodreden, Uitsluitsoort
from gezinscoach.dossier.tables import Gezin
from gezinscoach.kernel.access import Rol
from gezinscoach.privacy import actions, queries, rules
from gezinscoach.privacy.tables import Nazicht

WHY = {"categorie": Noodreden.ANDER, "reden": "Er is gevaar, en niemand neemt op."}
AUTUMN = date(2026, 10, 25)
"""The day with 25 hours: midnight in Leuven was at 22 and is at 23 UTC."""


@pytest.fixture
def coach(city):
    return city.coach("Vaste Coach", max_gezinnen=9)


def away(city, gezin, account, now):
    wie = dossier.Wie(account_id=account.id)
    soort = Uitsluitsoort.GEBLOKKEERD
    dossier.shut_out(city.db, city.actor, gezin, wie, soort=soort, reden=None, now=now)
    city.db.commit()


def waiting(city, coach, account, now):
    """A request that waits for a second person, after three that were granted."""
    actor = city.actor_of(account.id, Rol.AANMELDPUNT)
    rows = [
        actions.ask_emergency(city.db, actor, code=city.gezin(f"G {one}", coach).code, now=now, **WHY)
        for one in range(4)
    ]
    city.db.commit()
    assert [row.since is None for row in rows] == [False, False, False, True]
    return actor, rows[-1]


def test_who_is_kept_away_hears_nothing_of_an_emergency_any_more(city, db, coach, now):
    stand_in, gezin = city.coach("Vervanger"), city.gezin("G", coach)
    last = city.today + timedelta(days=3)
    dossier.add_stand_in(db, city.actor, gezin, stand_in.row.id, van=city.today, tot=last, now=now)
    desk = city.actor_of(city.account(Rol.AANMELDPUNT).id, Rol.AANMELDPUNT)
    actions.ask_emergency(db, desk, code=gezin.code, now=now, **WHY)
    db.commit()
    assert queries.untold(db, stand_in.actor) == [(gezin.id, 1)]
    away(city, gezin, stand_in.account, now)
    assert queries.untold(db, stand_in.actor) == []
    assert queries.untold(db, coach.actor) == [(gezin.id, 1)]


def test_the_request_of_who_is_kept_away_waits_no_more(city, db, coach, now):
    account = city.account(Rol.AANMELDPUNT)
    actor, row = waiting(city, coach, account, now)
    assert queries.waiting(db, actor, now) == [row]
    away(city, db.get_one(Gezin, row.gezin_id), account, now)
    assert queries.waiting(db, actor, now) == []


@pytest.mark.parametrize("asked", ["list", "row"])
def test_no_finding_about_a_family_is_for_who_is_kept_away_from_it(city, db, coach, now, asked):
    officer, gezin = city.account(Rol.FUNCTIONARIS), city.gezin("G", coach)
    judge = city.actor_of(officer.id, Rol.FUNCTIONARIS)
    desk = city.actor_of(city.account(Rol.AANMELDPUNT).id, Rol.AANMELDPUNT)
    actions.ask_emergency(db, desk, code=gezin.code, now=now, **WHY)
    db.commit()
    row = db.scalars(select(Nazicht)).one()

    def found():
        if asked == "row":
            return queries.finding(db, judge, row.id) is not None
        return bool(queries.findings(db, judge, None, None, 1)[0])

    assert found()
    away(city, gezin, officer, now)
    assert not found()


@pytest.mark.parametrize("answered", ["confirmed", "refused"])
def test_a_request_that_was_answered_is_refused_no_more(city, db, coach, now, answered):
    _actor, row = waiting(city, coach, city.account(Rol.AANMELDPUNT), now)
    second = city.actor_of(city.account(Rol.COORDINATOR).id, Rol.COORDINATOR)
    deed = actions.confirm_emergency if answered == "confirmed" else actions.refuse_emergency
    deed(db, second, row, now=now)
    with pytest.raises(rules.TooLate):
        actions.refuse_emergency(db, second, row, now=now)


def test_a_coach_who_begins_later_opens_nothing_before_the_first_day(client, city, db, now):
    coach = city.coach("Later")
    gezin = city.gezin("G", coach, van=city.today + timedelta(days=1))
    db.commit()
    assert client.sign_in(coach.account.id).get(f"/dossier/{gezin.id}").status == 404
    with freeze_time(now + timedelta(days=1)):
        assert client.sign_in(coach.account.id).get(f"/dossier/{gezin.id}").status == 200


def test_the_last_day_of_a_stand_in_lasts_25_hours_when_winter_begins(client, city, db, coach, now):
    stand_in, gezin = city.coach("Vervanger"), city.gezin("G", coach)
    dossier.add_stand_in(db, city.actor, gezin, stand_in.row.id, van=city.today, tot=AUTUMN, now=now)
    db.commit()
    for hour, minute, status in ((22, 0, 200), (22, 59, 200), (23, 0, 404)):
        with freeze_time(datetime(2026, 10, 25, hour, minute, tzinfo=UTC)):
            answer = client.sign_in(stand_in.account.id).get(f"/dossier/{gezin.id}")
            assert answer.status == status, (hour, minute)


def test_the_last_day_of_a_role_lasts_25_hours_when_winter_begins(client, city, db, now):
    account = city.account(None)
    until = end_of(AUTUMN)
    assert until == datetime(2026, 10, 25, 23, tzinfo=UTC)
    accounts.give_role(db, city.actor, account, Rol.IMPORTEUR, until=until, now=now)
    db.commit()
    for hour, minute, status in ((22, 59, 200), (23, 0, 404)):
        with freeze_time(datetime(2026, 10, 25, hour, minute, tzinfo=UTC)):
            assert client.sign_in(account.id).get("/werkmap").status == status, (hour, minute)
