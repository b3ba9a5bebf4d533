"""Sealed cells: they open where they were written, and nowhere else."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select

from gezinscoach.dossier import queries
from gezinscoach.dossier.tables import Gezin, Gezinslid
from gezinscoach.kernel import vault
from gezinscoach.kernel.fields import Field
from gezinscoach.kernel.sealing import CellBroken, seal, unseal
from gezinscoach.kernel.vault import KeyDenied

TEXT = "Mevrouw Vandenberghe, Tiensesteenweg 1"


@pytest.fixture
def gezin(city):
    return city.gezin(TEXT)


def test_what_was_written_comes_back(gezin):
    assert gezin.naam == TEXT


def test_nothing_of_it_stands_in_the_cell(gezin):
    assert b"Vandenberghe" not in gezin.naam_cell


def test_two_names_of_different_length_have_cells_of_one_length(city):
    assert len(city.gezin("Al").naam_cell) == len(city.gezin("Van den Broeck-Vandenberghe").naam_cell)


@pytest.mark.parametrize("position", [0, 1, 2, 3, 14, 15, 40, -1])
def test_a_cell_with_one_bit_changed_does_not_open(gezin, position):
    cell = bytearray(gezin.naam_cell)
    cell[position] ^= 1
    gezin.naam_cell = bytes(cell)
    with pytest.raises(CellBroken):
        _ = gezin.naam


def test_a_cell_moved_to_another_field_or_family_does_not_open(gezin, city):
    other = city.gezin("Anders")
    other.naam_cell, gezin.adres_cell = gezin.naam_cell, gezin.naam_cell
    with pytest.raises(CellBroken):
        _ = other.naam
    with pytest.raises(CellBroken):
        _ = gezin.adres


def test_a_session_opens_only_the_families_that_a_query_granted(db, gezin):
    vault.granted(db).clear()
    with pytest.raises(KeyDenied):
        _ = gezin.naam
    vault.open_scopes(db, [gezin.id], groups=vault.EVERY)
    assert gezin.naam == TEXT


def test_a_granted_family_opens_its_members_too_in_one_question(db, city):
    gezin = city.gezin("Met kinderen", leden=[queries_lid("Kind Een"), queries_lid("Kind Twee")])
    vault.granted(db).clear()
    vault.open_scopes(db, [gezin.id], groups=vault.EVERY)
    assert [lid.naam for lid in queries.leden(db, gezin.id)] == ["Kind Een", "Kind Twee"]


def queries_lid(naam):
    from gezinscoach.dossier.actions import NieuwLid
    from gezinscoach.dossier.rules import Lidsoort

    return NieuwLid(Lidsoort.KIND, naam)


def test_a_member_is_sealed_under_a_key_of_its_own(db, city):
    gezin = city.gezin("Met kind", leden=[queries_lid("Kind Een")])
    lid = db.scalars(select(Gezinslid).where(Gezinslid.gezin_id == gezin.id)).one()
    del vault.granted(db)[lid.id]
    with pytest.raises(KeyDenied):
        _ = lid.naam


def test_a_rijksregisternummer_never_gets_into_a_cell(gezin):
    gezin.adres = "Bondgenotenlaan 1, RR 85.07.30-033.28"
    assert "033" not in gezin.adres
    gezin.telefoon = "+32 486 47 51 44"
    assert gezin.telefoon == "+32 486 47 51 44"


def test_a_row_that_is_in_no_session_cannot_be_sealed():
    with pytest.raises(KeyDenied):
        Gezin(id=uuid4()).naam = "Te vroeg"


def test_a_longer_text_than_a_bucket_comes_back_whole(db, gezin):
    text = "é" * 10_001
    cell = seal(db, Field.NOTITIE_TEKST, gezin.id, gezin.id, text)
    assert unseal(db, Field.NOTITIE_TEKST, gezin.id, gezin.id, cell) == text
