"""Shielding at the same moment as other work: on PostgreSQL two transactions really run side by side."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from gezinscoach.dossier import actions as dossier
from gezinscoach.dossier import queries
from gezinscoach.dossier.tables import Gezin
from gezinscoach.kernel import vault
from gezinscoach.kernel.database import db as database
from gezinscoach.privacy import actions

pytestmark = pytest.mark.side_by_side

USUAL = ("Gewoonstraat 1", "3000 Leuven", "0470 00 00 00")


@pytest.fixture
def gezin_id(town):
    row = town.city.gezin("Samen", town.city.coach())
    town.db.commit()
    return row.id


def opened(db, gezin_id):
    row = db.get(Gezin, gezin_id)
    vault.open_scopes(db, [gezin_id], groups=vault.EVERY)
    return row


def write(db, town, row):
    adres, gemeente, telefoon = USUAL
    dossier.change_gezin(
        db,
        town.city.actor,
        row,
        naam="Samen",
        adres=adres,
        gemeente=gemeente,
        telefoon=telefoon,
        taal=None,
        tolk=None,
        waarschuwing=None,
        leden=(),
        now=town.now,
    )


def shield(db, town, row):
    actions.shield(db, town.city.actor, row, adres="Vluchthuis", contact="", now=town.now)


def waits(town):
    asked = text("select count(*) from pg_stat_activity where wait_event_type = 'Lock'")
    with database.engine.connect() as connection:
        return connection.scalar(asked) > 0


def side_by_side(town, gezin_id, first, second):
    """Both have read the family; the first does its deed, the second begins its own, the first commits."""
    read, begun, trouble = threading.Event(), threading.Event(), []

    def other():
        with town.app.app_context(), database.session() as db:
            try:
                row = opened(db, gezin_id)
                seen = queries.schuiladres(db, gezin_id), queries.contact(db, row, near=True)
                read.set()
                begun.wait(10)
                second(db, town, row)
                db.commit()
                del seen
            except Exception as error:
                trouble.append(error)
            finally:
                database.session.remove()

    thread = threading.Thread(target=other)
    thread.start()
    assert read.wait(10)
    town.db.rollback()
    first(town.db, town, opened(town.db, gezin_id))
    town.db.flush()
    begun.set()
    for _ in range(500):
        if waits(town) or not thread.is_alive():
            break
        thread.join(0.01)
    town.db.commit()
    thread.join(10)
    assert trouble == []
    town.db.expire_all()
    return opened(town.db, gezin_id)


@pytest.mark.parametrize(("first", "second"), [(write, shield), (shield, write)])
def test_an_address_that_is_saved_while_the_family_is_shielded_ends_up_behind_the_shield(
    town, gezin_id, first, second
):
    row = side_by_side(town, gezin_id, first, second)
    assert row.afgeschermd
    assert (row.adres_cell, row.gemeente_cell, row.telefoon_cell) == (None, None, None)
    held = queries.contact(town.db, row, near=True)
    assert (held.adres, held.gemeente, held.telefoon) == USUAL


def lift(db: Session, town, row):
    actions.lift(db, town.city.actor, row, now=town.now)


@pytest.mark.parametrize(("first", "second"), [(write, lift), (lift, write)])
def test_an_address_that_is_saved_while_the_shield_is_lifted_is_the_one_that_stands_there(
    town, gezin_id, first, second
):
    shield(town.db, town, opened(town.db, gezin_id))
    town.db.commit()
    row = side_by_side(town, gezin_id, first, second)
    assert not row.afgeschermd
    assert (row.adres, row.gemeente, row.telefoon) == USUAL
