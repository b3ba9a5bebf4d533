"""A family whose address is shielded: no workbook, earlier or later, tells where it is to be found."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from gezinscoach.aanmelding.tables import Aanmelding
from gezinscoach.dossier.tables import Gezin
from gezinscoach.kernel import vault
from gezinscoach.privacy import actions as privacy
from gezinscoach.werkmap import actions
from gezinscoach.werkmap.tables import Herkomst, Rijstand

from .deeds import box, gezin
from .grids import AS_OF, TRAJ, WACHT, werkmap

PLACE = ("Kerkstraat", "Nieuwstraat", "0470 00 00 01", "Wilsele", "Heverlee")
MOVED = {(TRAJ, 3, "Adres"): "Nieuwstraat 7, 3001 Heverlee", (WACHT, 3, "Gemeente"): "3001 Heverlee"}


@pytest.fixture
def shield(db, actor, now):
    """Shield the family of D-1 and the first one on the Wachtlijst."""

    def shielded():
        asked = db.scalars(select(Aanmelding).order_by(Aanmelding.datum)).first()
        vault.open_scopes(db, [asked.gezin_id], groups=vault.EVERY)
        for row in (gezin(db, actor, "D-1"), db.get(Gezin, asked.gezin_id)):
            privacy.shield(db, actor, row, adres="Elders", contact="", now=now)
        db.commit()

    return shielded


def told(db):
    """The words of place in all that the import keeps of rows."""
    kept = [row.inhoud for row in db.scalars(select(Herkomst).where(Herkomst.blad.in_((TRAJ, WACHT))))]
    kept += [part for row in box(db) for part in (row.inhoud, row.probleem)]
    said = json.dumps(kept)
    return {word for word in PLACE if word in said}


def test_what_went_in_and_what_was_proposed_is_wiped_of_the_place(db, bring, shield):
    bring(werkmap())
    bring(werkmap(MOVED))
    assert told(db) == set(PLACE)
    shield()
    assert told(db) == set()


def test_the_same_workbook_again_changes_nothing(db, bring, shield):
    bring(werkmap())
    shield()
    bring(werkmap())
    assert box(db) == []


def test_a_later_workbook_with_another_place_proposes_nothing(db, bring, shield):
    bring(werkmap())
    shield()
    bring(werkmap(MOVED))
    assert box(db) == []
    assert told(db) == set()


def test_another_change_is_proposed_without_the_place_and_can_be_taken_over(db, actor, now, bring, shield):
    bring(werkmap())
    shield()
    bring(werkmap({**MOVED, (TRAJ, 3, "Taal"): "Koerdisch"}))
    [proposal] = box(db, stand=Rijstand.VOORSTEL)
    assert told(db) == set()
    actions.accept(db, actor, proposal, as_of=AS_OF, now=now)
    db.commit()
    row = gezin(db, actor, "D-1")
    assert (row.taal, row.adres_cell, row.telefoon_cell) == ("Koerdisch", None, None)
    assert told(db) == set()
