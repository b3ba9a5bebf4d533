"""People, roles and coaches: who becomes what, and what is linked to what."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from gezinscoach.accounts import actions, queries, rules
from gezinscoach.accounts.tables import Gezinscoach, LoginFailure, LoginSession
from gezinscoach.kernel import vault
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
    db.add(LoginSession(token_hash=rules.token_hash(token), account_id=account.id, begun_at=now, seen_at=now))
    db.flush()

    def roles(moment):
        return queries.opened(db, rules.token_hash(token), moment).actor.roles

    assert roles(now) == {Rol.IMPORTEUR}
    assert roles(now + timedelta(hours=23)) == {Rol.IMPORTEUR}
    assert roles(now + timedelta(days=1)) == set()
    actions.end_role(db, city.actor, grant, now=now + timedelta(hours=1))
    db.flush()
    assert queries.opened(db, rules.token_hash(token), now + timedelta(hours=1)) is None


def test_giving_a_role_is_on_record_with_who_gave_it(city, db, now):
    account = city.account(Rol.IMPORTEUR)
    events = db.scalars(select(AuditEvent.action).where(AuditEvent.thing_id == account.id)).all()
    assert "role.give.importeur" in events


def test_an_account_that_is_shut_has_no_session_left(city, db, now):
    account = city.account(Rol.BEHEERDER)
    actions.set_password(db, account, "vier groene fietsen zingen")
    db.commit()
    token = actions.sign_in(
        db, email=account.email, password="vier groene fietsen zingen", network="::1", now=now
    )
    db.flush()
    actions.deactivate(db, city.actor, account, now=now)
    db.commit()
    assert queries.opened(db, rules.token_hash(token), now) is None
    with pytest.raises(actions.WrongCredentials):
        actions.sign_in(
            db, email=account.email, password="vier groene fietsen zingen", network="::1", now=now
        )


def test_failures_at_the_same_moment_all_count(db, city, now):
    for _ in range(3):
        with pytest.raises(actions.WrongCredentials):
            actions.sign_in(db, email="x@test.example", password="fout", network="::1", now=now)
        db.commit()
    rows = db.scalars(select(LoginFailure)).all()
    assert {row.count for row in rows} == {3}
    assert len(rows) == 6


def test_a_role_is_not_given_twice_nor_until_a_day_that_is_past(db, city, now):
    account = city.account(Rol.COORDINATOR)
    with pytest.raises(rules.RoleHeld):
        actions.give_role(db, city.actor, account, Rol.COORDINATOR, now=now)
    with pytest.raises(rules.EndBeforeStart):
        actions.give_role(db, city.actor, account, Rol.BEHEERDER, until=now, now=now)
    with pytest.raises(rules.EndNeeded):
        actions.give_role(db, city.actor, account, Rol.IMPORTEUR, now=now)


PASSWORD = "vier groene fietsen zingen"


@pytest.fixture
def owner(city, db):
    account = city.account(Rol.COORDINATOR, "Cor Dinator")
    actions.set_password(db, account, PASSWORD)
    db.commit()
    return account


def fail(db, email, network, now):
    with pytest.raises(actions.WrongCredentials):
        actions.sign_in(db, email=email, password="fout", network=network, now=now)
    db.commit()


def failed(db, key, count, now):
    db.add(LoginFailure(key=key, count=count, since=now, last_at=now))
    db.commit()


def waits(db):
    found = select(AuditEvent.action, AuditEvent.thing_id, AuditEvent.account_id)
    return db.execute(found.where(AuditEvent.action.startswith("session.wait"))).all()


def test_a_stranger_who_guesses_keeps_nobody_out_elsewhere(db, owner, now):
    for _ in range(rules.slowing.FREE_FAILURES):
        fail(db, owner.email, "192.0.2.1", now)
    with pytest.raises(actions.TooManyAttempts):
        actions.sign_in(db, email=owner.email, password=PASSWORD, network="192.0.2.1", now=now)
    assert actions.sign_in(db, email=owner.email, password=PASSWORD, network="192.0.2.2", now=now)
    with pytest.raises(actions.TooManyAttempts):
        actions.sign_in(db, email=owner.email, password=PASSWORD, network="192.0.2.1", now=now)


def test_addresses_in_one_ipv6_network_share_their_failures(db, owner, now):
    for host in range(rules.slowing.FREE_FAILURES):
        fail(db, owner.email, f"2001:db8::{host}", now)
    with pytest.raises(actions.TooManyAttempts):
        actions.sign_in(db, email=owner.email, password=PASSWORD, network="2001:db8::ffff", now=now)
    assert actions.sign_in(db, email=owner.email, password=PASSWORD, network="2001:db8:0:1::1", now=now)


def test_guessing_from_everywhere_at_one_account_has_to_wait_after_all(db, owner, now):
    failed(db, owner.email_index, rules.slowing.FREE_FAILURES * rules.slowing.ACCOUNT_SHARE - 1, now)
    fail(db, owner.email, "192.0.2.1", now)
    assert waits(db) == [("session.wait", owner.id, None)]
    with pytest.raises(actions.TooManyAttempts):
        actions.sign_in(db, email=owner.email, password=PASSWORD, network="192.0.2.2", now=now)


def test_a_wait_is_on_record_once_about_the_account_and_not_per_failure(db, owner, now):
    for count in range(rules.slowing.FREE_FAILURES + 2):
        assert len(waits(db)) == (count >= rules.slowing.FREE_FAILURES)
        fail(db, owner.email, "192.0.2.1", now + timedelta(minutes=count))
    assert waits(db) == [("session.wait", owner.id, None)]


def test_a_wait_of_a_network_is_on_record_whatever_the_address(db, owner, now):
    failed(
        db,
        vault.of(db).index("login.network", "192.0.2.1"),
        rules.slowing.FREE_FAILURES * rules.slowing.NETWORK_SHARE - 1,
        now,
    )
    fail(db, "niemand@test.example", "192.0.2.1", now)
    assert waits(db) == [("session.wait_network", None, None)]


@pytest.mark.parametrize("first", [Rol.COORDINATOR, Rol.BEHEERDER])
def test_nobody_lowers_the_smallest_group_in_figures_of_their_own(city, db, now, first):
    account = city.account(first)
    (second,) = {Rol.COORDINATOR, Rol.BEHEERDER} - {first}
    with pytest.raises(rules.RolesApart):
        actions.give_role(db, city.actor, account, second, now=now)


def test_an_address_of_another_werking_cannot_be_had_and_nothing_is_said_of_it(client, db, city, now):
    elsewhere = actions.add_werking(db, naam="Elders", gemeente="Elders", postcodes=("1000",), now=now)
    actions.add_account(db, elsewhere, email="ines@test.example", naam="Ines Elders", now=now)
    here = city.account(None, "Nora Hier")
    client.sign_in(city.account(Rol.BEHEERDER).id)
    client.get("/accounts/nieuw")
    sent = {"naam": "Ines", "rol": "aanmeldpunt", "organisatie": "", "tot": ""}
    page = client.post("/accounts/nieuw", sent | {"email": "Ines@test.example"})
    assert page.status == 422
    assert "Vraag de persoon een ander e-mailadres" in page.words
    assert "al een account" not in page.words
    assert "Elders" not in page.told
    assert "Nieuwe uitnodiging" in client.post("/accounts/nieuw", sent | {"email": here.email}).words
