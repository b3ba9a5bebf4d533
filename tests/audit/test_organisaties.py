"""An event says which organisations its actor worked for when it happened, whatever becomes of that later."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import select

from gezinscoach.kernel import audit
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.audit import AuditEvent
from gezinscoach.kernel.audit.verify import What
from gezinscoach.kernel.database import db as database
from gezinscoach.kernel.database import transaction
from tests.audit.own import NOW, Own
from tests.audit.test_migration import FOLDER

pytestmark = pytest.mark.db


def test_whoever_moves_to_another_organisation_did_what_was_done_for_the_one_of_before(client, city, db):
    coach = city.coach()
    gezin, first = city.gezin("Eersten", coach), coach.row.organisatie_id
    client.sign_in(coach.account.id)
    path = f"/dossier/{gezin.id}"
    assert client.get(path).status == 200
    coach.row.organisatie_id = city.organisatie("Elders vzw").id
    db.commit()
    assert client.get(path).status == 200
    looks = select(AuditEvent).where(
        AuditEvent.account_id == coach.account.id, AuditEvent.scope_id == gezin.id
    )
    told = [event.organisaties for event in db.scalars(looks)]
    assert set(told) == {str(first), str(coach.row.organisatie_id)}


def test_every_organisation_of_the_actor_is_told_and_none_of_who_has_none(city, db, actor, now):
    houses = [city.organisatie(naam).id for naam in ("Huis Een", "Huis Twee")]
    someone = city.actor_of(city.account(Rol.COORDINATOR).id, Rol.COORDINATOR)
    for who in (someone, replace(someone, organisatie_ids=frozenset(houses))):
        audit.record(db, who, "gezin.test", now=now)
    told = db.scalars(select(AuditEvent.organisaties).where(AuditEvent.action == "gezin.test")).all()
    assert sorted(told) == ["", " ".join(sorted(map(str, houses)))]


@pytest.fixture
def moved(own):
    """The installation in the hands of who migrates it."""
    if own.postgres:
        own = Own(own.settings.home, {"GEZINSCOACH_DATABASE_URL": own.settings.owner_url})
    yield own
    with own.app.app_context():
        own.close()


def test_events_of_before_keep_their_hashes_and_the_locks_stay(moved):
    moved.act(3)
    with moved.app.app_context():
        moved.close()
        downgrade(directory=FOLDER, revision="0009")
        upgrade(directory=FOLDER)
        with database.engine.connect() as connection:
            audit.require_guards(connection)
        moved.close()
    moved.act()
    assert moved.look_over(deep=True).whole


def test_another_organisation_put_in_an_event_shows(own):
    actor = replace(own.actor, organisatie_ids=frozenset({UUID(int=7)}))
    with own.app.app_context():
        with transaction() as session:
            audit.record(session, actor, "gezin.test", now=NOW, scope_id=own.owner)
        own.close()
    assert own.look_over().whole
    with own.tampering() as raw:
        table = AuditEvent.__table__
        raw.execute(table.update().where(table.c.organisaties != "").values(organisaties=str(UUID(int=8))))
    assert [fault.what for fault in own.look_over().faults] == [What.CONTENT]


def test_who_signs_in_by_a_page_is_told_with_the_house_too(client, city, db):
    house = city.organisatie("Huis Een")
    account = city.account(Rol.BONDGENOOT, "Bo", house)
    client.sign_in(account.id)
    client.get("/mijn-account")
    client.post("/mijn-account/sessies/einde")
    event = db.scalars(select(AuditEvent).where(AuditEvent.action == "session.end_others")).one()
    assert event.organisaties == str(house.id)
