"""Whoever is turned away from an address that exists is on record, and can't fill the trace with it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from freezegun import freeze_time
from sqlalchemy import select

from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.audit import AuditEvent, Outcome
from gezinscoach.kernel.audit.writing import DENIALS, network_of
from gezinscoach.privacy import present


def denied(db, account):
    asked = select(AuditEvent).where(
        AuditEvent.account_id == account.id, AuditEvent.outcome == Outcome.DENIED
    )
    return db.scalars(asked.order_by(AuditEvent.at)).all()


def test_a_dossier_that_is_not_ones_own_leaves_an_event_of_that_dossier(client, city, db):
    gezin = city.gezin("Gezin Dicht", city.coach("Ander"))
    client.sign_in((coach := city.coach("Nieuwsgierig")).account.id)
    assert client.get(f"/dossier/{gezin.id}/notities").status == 404
    (event,) = denied(db, coach.account)
    assert (event.action, event.scope_id, event.roles) == ("door.denied.notities", gezin.id, "gezinscoach")
    assert present.what(event.action) == "toegang geweigerd: notities"


def test_a_door_of_another_role_leaves_one_too_and_a_form_as_well(client, city, db):
    account = city.account(Rol.COORDINATOR)
    client.sign_in(account.id)
    assert client.get("/logboek").status == 404
    assert client.post("/accounts/nieuw", {"naam": "Geheim"}).status == 404
    events = denied(db, account)
    assert {event.action for event in events} == {"door.denied.privacy", "door.denied.accounts"}
    assert {event.thing_id for event in events} == {None}


def test_an_address_that_does_not_exist_and_somebody_not_signed_in_leave_none(client, city, db):
    before = len(db.scalars(select(AuditEvent.id)).all())
    client.get(f"/dossier/{uuid4()}")
    account = city.account(Rol.COORDINATOR)
    client.sign_in(account.id)
    client.get("/bestaat-niet")
    client.get("/static/bestaat-niet.css")
    assert denied(db, account) == []
    events = db.scalars(select(AuditEvent.action)).all()[before:]
    assert [action for action in events if action.startswith("door.")] == []


def test_so_many_an_hour_and_then_one_that_says_there_are_more(client, city, db, now):
    account, other = city.account(Rol.COORDINATOR), city.account(Rol.COORDINATOR)
    client.sign_in(account.id)
    for _ in range(DENIALS + 5):
        client.get("/logboek")
    events = denied(db, account)
    assert len(events) == DENIALS
    assert [event.action for event in events].count("door.denied_enough") == 1
    client.sign_in(other.id)
    client.get("/logboek")
    assert len(denied(db, other)) == 1
    with freeze_time(now + timedelta(minutes=61)):
        client.sign_in(account.id)
        client.get("/logboek")
    assert len(denied(db, account)) == DENIALS + 1


def test_an_event_knows_its_request_and_network_and_nothing_finer(client, city, db):
    client.sign_in((coach := city.coach()).account.id)
    client.get("/", environ_base={"REMOTE_ADDR": "203.0.113.77"})
    client.get("/logboek", environ_base={"REMOTE_ADDR": "203.0.113.77"})
    (event,) = denied(db, coach.account)
    assert event.network == "203.0.113.0/24"
    assert event.request_id is not None


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("", ""),
        ("geen adres", ""),
    ],
)
def test_the_trace_keeps_a_network_not_an_address(address, network):
    assert network_of(address) == network
