"""Who is kept away from a family finds nothing of it, in whatever role, and is chosen for nothing there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from gezinscoach.accounts import actions as accounts
from gezinscoach.accounts import queries as people
from gezinscoach.accounts.tables import Account
from gezinscoach.dossier import actions, policy, queries, rules
from gezinscoach.dossier.actions import Wie
from gezinscoach.dossier.rules import Uitsluitsoort
from gezinscoach.dossier.tables import Uitsluiting
from gezinscoach.kernel import vault
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.audit import AuditEvent
from tests.counting import statements


@pytest.fixture
def coach(city):
    return city.coach("Vaste Coach")


@pytest.fixture
def gezin(city, coach):
    return city.gezin("Gezin Peeters", coach)


@pytest.fixture
def other(city):
    return city.coach("Ander Mens", city.organisatie("Ander Huis"))


@pytest.fixture
def away(db, coach, gezin, now):
    def shut_out(**wie):
        row = actions.shut_out(
            db, coach.actor, gezin, Wie(**wie), soort=Uitsluitsoort.GEBLOKKEERD, reden="bang", now=now
        )
        db.commit()
        return row

    return shut_out


def chosen(db, actor, gezin, now):
    without = policy.coaches_kept_away(gezin.id, now)
    houses = frozenset(row.id for row in people.organisaties(db, actor))
    return {last.naam for last in queries.loads(db, actor, houses, now.date(), without=without)}


@pytest.mark.parametrize("how", ["account_id", "gezinscoach_id", "organisatie_id"])
def test_a_person_is_kept_away_by_account_as_coach_or_with_the_organisation(
    db, actor, gezin, other, away, now, how
):
    house = other.row.organisatie_id
    worker = replace(other.actor, organisatie_ids=frozenset({house}))
    actions.add_stand_in(db, actor, gezin, other.row.id, van=now.date(), tot=now.date(), now=now)
    assert queries.coached(db, worker, now.date(), gezin.id)
    away(
        **{
            how: {"account_id": other.account.id, "gezinscoach_id": other.row.id, "organisatie_id": house}[
                how
            ]
        }
    )
    assert queries.coached(db, worker, now.date(), gezin.id) is None
    assert queries.all_coached(db, worker, now.date()) == []
    assert chosen(db, actor, gezin, now) == {"Vaste Coach"}
    with pytest.raises(rules.KeptAway):
        actions.add_stand_in(db, actor, gezin, other.row.id, van=now.date(), tot=now.date(), now=now)


def test_an_organisation_is_kept_away_with_everybody_who_has_a_role_for_it(
    db, actor, city, gezin, other, away, now
):
    house = db.get(type(city.organisatie()), other.row.organisatie_id)
    expert = city.account(Rol.DESKUNDIGE, "Dirk")
    accounts.give_role(db, actor, expert, Rol.BONDGENOOT, organisatie_id=house.id, now=now)
    assert [naam for _id, naam in queries.deskundigen(db, actor, gezin.id, now)] == ["Dirk"]
    away(organisatie_id=house.id)
    assert queries.deskundigen(db, actor, gezin.id, now) == []
    assert queries.deskundigen(db, actor, uuid4(), now)
    asker = city.actor_of(city.account(None).id, Rol.GEZINSCOACH)
    with pytest.raises(rules.KeptAway):
        actions.consult(db, asker, gezin, expert.id, vraag="?", now=now)


def test_the_roles_of_a_session_say_for_whom_a_person_works(client, db, city, gezin, other, away, now):
    city.account(None)
    desk = city.account(Rol.AANMELDPUNT, "Ine Take")
    client.sign_in(desk.id)
    assert client.get(f"/gezin/{gezin.id}/coach").status == 200
    away(organisatie_id=other.row.organisatie_id)
    assert client.get(f"/gezin/{gezin.id}/coach").status == 200
    accounts.give_role(db, city.actor, desk, Rol.BONDGENOOT, organisatie_id=other.row.organisatie_id, now=now)
    db.commit()
    client.sign_in(desk.id)
    assert client.get(f"/gezin/{gezin.id}/coach").status == 404


def test_the_command_line_is_nobody_whom_one_keeps_away(db, actor, gezin, other, away):
    away(organisatie_id=other.row.organisatie_id)
    assert queries.gezin(db, policy.counted(actor) & policy.not_denied(actor), gezin.id, groups=vault.EVERY)


def test_the_coach_of_the_family_and_the_own_organisation_cannot_be_kept_away(db, gezin, coach, away, now):
    for wie in (
        {"account_id": coach.account.id},
        {"gezinscoach_id": coach.row.id},
        {"organisatie_id": coach.row.organisatie_id},
    ):
        with pytest.raises(rules.CoachKeptAway):
            away(**wie)
    assert db.scalars(select(Uitsluiting)).all() == []


def test_who_is_kept_away_is_so_once_and_until_the_coach_ends_it_with_a_reason(
    db, gezin, coach, other, away, now
):
    row = away(account_id=other.account.id)
    with pytest.raises(rules.KeptAwayBefore):
        away(account_id=other.account.id)
    later = now + timedelta(days=1)
    for reden in ("het gezin vroeg het", "nog eens"):
        actions.let_in(db, coach.actor, row, reden=reden, now=later)
    db.commit()
    assert (row.until, row.ended_by, row.reden_einde) == (later, coach.account.id, "het gezin vroeg het")
    trace = db.scalars(select(AuditEvent.action).where(AuditEvent.thing_id == row.id)).all()
    assert sorted(trace) == ["uitsluiting.end", "uitsluiting.start"]
    away(account_id=other.account.id)


def test_the_coach_keeps_somebody_away_and_ends_it_on_a_page(client, db, gezin, coach, other):
    client.sign_in(coach.account.id)
    path = f"/dossier/{gezin.id}/niet-zien"
    assert path in client.get(f"/dossier/{gezin.id}").links()
    assert client.post(path, {}).status == 422
    typed = {"wie": f"gezinscoach_id {other.row.id}", "soort": "belangenconflict", "reden": "haar broer"}
    page = client.follow(client.post(path, typed))
    told = "Ander Mens", "uitgesloten", "te dicht bij het gezin", "haar broer", "door Vaste Coach"
    for words in told:
        assert words in page.words
    assert typed["wie"] not in page.text, "who is kept away already is no choice"
    again = client.post(path, typed)
    assert (again.status, "Die kan dit gezin al niet zien." in again.words) == (422, True)
    ends = next(link for link in page.links() if link.endswith("/einde"))
    assert "Ander Mens" in client.get(ends).h1
    assert client.post(ends, {"reden": ""}).status == 422
    page = client.follow(client.post(ends, {"reden": "verhuisd"}))
    assert "voorbij" in page.words
    assert "verhuisd" in page.words
    assert typed["wie"] in page.text
    assert "Alles" not in page.words


def test_own_organisation_is_refused_beside_the_field(client, gezin, coach):
    client.sign_in(coach.account.id)
    typed = {"wie": f"organisatie_id {coach.row.organisatie_id}", "soort": "geblokkeerd", "reden": ""}
    page = client.post(f"/dossier/{gezin.id}/niet-zien", typed)
    assert page.status == 422
    assert "Laat eerst een andere gezinscoach aanduiden." in page.words


def test_a_made_up_person_cannot_be_kept_away(client, db, gezin, coach):
    client.sign_in(coach.account.id)
    for wie in (f"account_id {uuid4()}", "onzin", f"id {gezin.id}"):
        typed = {"wie": wie, "soort": "geblokkeerd"}
        assert client.post(f"/dossier/{gezin.id}/niet-zien", typed).status == 422
    assert db.scalars(select(Uitsluiting)).all() == []


def test_the_page_asks_as_much_for_twelve_as_for_two(client, db, city, gezin, coach, away):
    client.sign_in(coach.account.id)
    counts = []
    for more in (2, 10):
        for _ in range(more):
            away(account_id=city.account(None).id)
        with statements() as sent:
            client.get(f"/dossier/{gezin.id}/niet-zien")
        counts.append(len(sent))
    assert counts[0] == counts[1]
    assert db.scalars(select(Account.id)).all()


def test_a_family_without_coach_is_no_alarm_for_who_is_kept_away(client, db, actor, city, gezin, away, now):
    coordinator = city.account(Rol.COORDINATOR)
    actions.end_coach(db, actor, gezin, tot=now.date(), reden="ziek", now=now)
    client.sign_in(coordinator.id)
    assert "1 gezin heeft geen gezinscoach" in client.get("/").words
    away(account_id=coordinator.id)
    assert "geen gezinscoach" not in client.get("/").words
    assert gezin.code not in client.get("/gezin").words
