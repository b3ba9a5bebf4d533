"""People, roles and coaches: who becomes what, and what is linked to what."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from gezinscoach.accounts import actions, queries, rules
from gezinscoach.accounts.tables import Gezinscoach, LoginFailure
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.audit import AuditEvent


def coach(city, email, naam="Lies Wolk", **more):
    given = {
        "naam": naam,
        "email": email,
        "organisatie_id": city.organisatie().id,
        "statuut": rules.Statuut.VRIJWILLIGER,
        "gestart_op": date(2025, 1, 1),
        "max_gezinnen": 2,
        "now": city.now,
    }
    return actions.add_gezinscoach(city.db, city.actor, **(given | more))


def test_an_imported_coach_is_linked_to_the_account_with_the_same_address_whatever_comes_first(city, db, now):
    first = coach(city, "Lies@Test.example")
    account, _ = actions.add_account(db, city.actor, email="lies@test.example", naam="Lies", now=now)
    assert first.account_id == account.id
    later, _ = actions.add_account(db, city.actor, email="mo@test.example", naam="Mo", now=now)
    assert coach(city, "mo@test.example", "Mo Berg").account_id == later.id


def test_a_coach_of_a_named_organisation_who_was_not_imported_becomes_one(city, db, now):
    account, _ = actions.add_account(db, city.actor, email="vera@test.example", naam="Vera Nieuw", now=now)
    actions.give_role(db, city.actor, account, Rol.GEZINSCOACH, organisatie_id=city.organisatie().id, now=now)
    made = db.scalars(select(Gezinscoach).where(Gezinscoach.account_id == account.id)).one()
    assert (made.naam, made.gestart_op) == ("Vera Nieuw", now.date())


def test_a_role_holds_from_its_first_moment_until_its_last(city, db, now):
    account = city.account(None)
    grant = actions.give_role(db, city.actor, account, Rol.IMPORTEUR, until=now + timedelta(days=1), now=now)
    token = rules.new_token()
    db.add(
        queries.LoginSession(
            token_hash=rules.token_hash(token), account_id=account.id, begun_at=now, seen_at=now
        )
    )
    db.flush()

    def roles(moment):
        return queries.opened(db, rules.token_hash(token), moment).actor.roles

    assert roles(now) == {Rol.IMPORTEUR}
    assert roles(now + timedelta(hours=23)) == {Rol.IMPORTEUR}
    assert roles(now + timedelta(days=1)) == set()
    actions.end_role(db, city.actor, grant, now=now + timedelta(hours=1))
    db.flush()
    assert roles(now + timedelta(hours=1)) == set()


def test_giving_a_role_is_on_record_with_who_gave_it(city, db, now):
    account = city.account(Rol.IMPORTEUR)
    events = db.scalars(select(AuditEvent.action).where(AuditEvent.thing_id == account.id)).all()
    assert "role.give.importeur" in events


def test_an_account_that_is_shut_has_no_session_left(city, db, now):
    account = city.account(Rol.BEHEERDER)
    actions.set_password(db, account, "vier groene fietsen zingen")
    token = actions.sign_in(
        db, email=account.email, password="vier groene fietsen zingen", network="::1", now=now
    )
    db.flush()
    actions.deactivate(db, city.actor, account, now=now)
    assert queries.opened(db, rules.token_hash(token), now) is None
    with pytest.raises(actions.WrongCredentials):
        actions.sign_in(
            db, email=account.email, password="vier groene fietsen zingen", network="::1", now=now
        )


def test_failures_at_the_same_moment_all_count(db, city, now):
    for _ in range(3):
        with pytest.raises(actions.WrongCredentials):
            actions.sign_in(db, email="x@test.example", password="fout", network="::1", now=now)
    rows = db.scalars(select(LoginFailure)).all()
    assert [row.count for row in rows] == [3, 3]


def test_a_role_is_not_given_twice_nor_until_a_day_that_is_past(db, city, now):
    account = city.account(Rol.COORDINATOR)
    with pytest.raises(rules.RoleHeld):
        actions.give_role(db, city.actor, account, Rol.COORDINATOR, now=now)
    with pytest.raises(rules.EndBeforeStart):
        actions.give_role(db, city.actor, account, Rol.BEHEERDER, until=now, now=now)
    with pytest.raises(rules.EndNeeded):
        actions.give_role(db, city.actor, account, Rol.IMPORTEUR, now=now)
