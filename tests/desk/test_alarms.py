"""What Vandaag says when something is wrong with the installation itself."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from uuid import uuid4

import pytest
from sqlalchemy import delete

from gezinscoach.desk.present import nood
from gezinscoach.kernel import audit
from gezinscoach.kernel.access import Actor, Rol
from gezinscoach.kernel.vault.store import KEYS
from gezinscoach.privacy.queries import Regel
from gezinscoach.privacy.rules import Soort

BROKEN, FORGED = "Het spoor is niet meer heel", "Er is iets veranderd buiten de toepassing om"


@pytest.fixture
def trace(db, city, now):
    """Writes these acts in the trace, each a minute after the one before."""
    minutes = count(-500)

    def write(*acts, werking_id=None):
        for act in acts:
            actor = Actor(werking_id=werking_id or city.actor.werking_id)
            audit.record(db, actor, act, now=now + timedelta(minutes=next(minutes)))
        db.commit()

    return write


@pytest.mark.parametrize("rol", [Rol.FUNCTIONARIS, Rol.BEHEERDER])
def test_an_alarm_stands_until_the_trace_is_found_whole(client, city, trace, rol):
    client.sign_in(city.account(rol).id)
    assert BROKEN not in client.get("/").words
    trace(audit.LOOKED_OVER_BROKEN)
    page = client.get("/")
    assert BROKEN in page.words
    assert "card-alarm" in page.text
    for act in audit.FORGED:
        trace(audit.LOOKED_OVER)
        assert FORGED not in client.get("/").words
        trace(audit.LOOKED_OVER, act)
        assert FORGED in client.get("/").words
    trace(audit.LOOKED_OVER_BROKEN, audit.LOOKED_OVER)
    assert BROKEN not in client.get("/").words


def test_nobody_else_and_no_other_werking_is_alarmed(client, city, trace):
    trace(audit.LOOKED_OVER_BROKEN)
    client.sign_in(city.account(Rol.COORDINATOR).id)
    assert BROKEN not in client.get("/").words
    trace(audit.LOOKED_OVER)
    trace(audit.LOOKED_OVER_BROKEN, werking_id=uuid4())
    client.sign_in(city.account(Rol.FUNCTIONARIS).id)
    assert BROKEN not in client.get("/").words


def test_emergencies_of_one_person_are_told_apart(app, db, city, actor, now, monkeypatch):
    rows = [
        Regel(uuid4(), Soort.NOODTOEGANG, "Fien", uuid4(), 1, now + timedelta(minutes=at), None)
        for at in range(7)
    ]
    monkeypatch.setattr(nood.privacy, "findings", lambda *given: (rows, False))
    with app.test_request_context():
        kaarten = nood.read_in_need(db, actor, now)
    assert len(kaarten) == len({kaart.meta for kaart in kaarten}) == 5
    assert all(row.scope_id.hex[:8] in kaart.meta for row, kaart in zip(rows[:5], kaarten, strict=True))


def test_a_family_whose_key_is_lost_is_said_and_not_named(client, app, db, city):
    coach = city.coach("Vaste Coach")
    gezin = city.gezin("Verloren", coach)
    db.commit()
    with app.extensions["vault"].store.writing() as connection:
        connection.execute(delete(KEYS).where(KEYS.c.scope_id == gezin.id))
    client.sign_in(coach.account.id)
    page = client.get("/")
    assert f"Naam niet leesbaar (kenmerk {gezin.id.hex[:8]})" in page.words
    assert "De sleutel hiervan is kwijt. Zeg het meteen aan wie de server beheert." in page.words
    assert "card-alarm" in page.text
    assert "Mandaat" not in page.words
    assert f"/dossier/{gezin.id}" in page.links()
