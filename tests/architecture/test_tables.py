"""The rulebook of the tables: personal text is sealed, fields keep their number, names hold."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from sqlalchemy import Column, Enum, LargeBinary, String
from sqlalchemy.types import JSON
from sqlalchemy_utils import StringEncryptedType

from gezinscoach import app as site
from gezinscoach.kernel.blind import Blind
from gezinscoach.kernel.database import Base
from gezinscoach.kernel.fields import REGISTER, Field
from gezinscoach.kernel.sealing import Sealed, SealedJson
from gezinscoach.kernel.secret import Secret
from gezinscoach.privacy.rules import BEWARING

assert site.TABLES
HERE = Path(__file__).parent
COLUMNS = [column for table in Base.metadata.sorted_tables for column in table.columns]
HASHES = ("_hash", "key", "mark")


def named(column: Column[object]) -> str:
    return f"{column.table.name}.{column.name}"


@pytest.mark.parametrize("column", COLUMNS, ids=named)
def test_a_text_column_is_sealed_or_says_why_it_hurts_nobody_in_clear(column):
    assert not isinstance(column.type, JSON), "seal it: SealedJson"
    if isinstance(column.type, StringEncryptedType):
        assert isinstance(column.type, Secret), "with secret_column(): the library's own engines are not safe"
    elif isinstance(column.type, String) and not isinstance(column.type, Enum):
        assert column.info.get("in_clear"), "seal it, or give the reason with in_clear()"


def sealed():
    for mapper in Base.registry.mappers:
        for name, cell in vars(mapper.class_).items():
            if isinstance(cell, Sealed | SealedJson):
                yield mapper, name, cell


@pytest.mark.parametrize("column", [c for c in COLUMNS if c.name.endswith("_index")], ids=named)
def test_a_blind_index_stands_under_a_key_that_can_be_replaced(column):
    assert isinstance(column.type, Blind)


@pytest.mark.parametrize("column", [c for c in COLUMNS if isinstance(c.type, LargeBinary)], ids=named)
def test_a_binary_column_is_a_sealed_cell_or_a_hash(column):
    cells = {(mapper.local_table.name, cell.column) for mapper, _, cell in sealed()}
    assert (column.table.name, column.name) in cells or column.name.endswith(HASHES)


def test_every_secret_has_a_purpose_of_its_own():
    purposes = [column.type.purpose for column in COLUMNS if isinstance(column.type, Secret)]
    assert len(purposes) == len(set(purposes))


def test_every_sealed_field_has_a_number_of_its_own_and_every_number_has_a_field():
    used = [cell.field for _, _, cell in sealed()]
    twice = {field.name for field in used if used.count(field) > 1}
    assert twice == set()
    assert {field.name for field in set(Field) - set(used)} == set()


def test_a_number_once_given_is_never_changed_and_never_given_again():
    with (HERE / "fields.csv").open(newline="") as stream:
        given = {int(number): name for number, name in csv.reader(stream)}
    assert given == {int(field): field.name for field in Field}, "add new fields to fields.csv; change none"


def test_the_register_says_of_every_field_why_it_is_kept_and_how_long():
    assert {field.name for field in set(Field) - set(REGISTER)} == set(), "add it to REGISTER"
    for mapper, _, cell in sealed():
        assert REGISTER[cell.field].tabel == mapper.local_table.name, cell.field.name
    assert {entry.tabel for entry in REGISTER.values()} <= set(BEWARING)


def test_a_sealed_field_names_a_scope_of_its_own_row():
    for mapper, name, cell in sealed():
        assert cell.scope in mapper.columns, f"{mapper.class_.__name__}.{name}"


def test_every_constraint_has_a_name():
    for table in Base.metadata.sorted_tables:
        for constraint in table.constraints:
            assert constraint.name, f"{table.name}: {constraint}"


def test_every_table_has_a_term_for_keeping():
    assert set(BEWARING) == set(Base.metadata.tables)
