"""Proofs over every sealed column that there is: what was moved, changed, cut or replayed does not open."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from gezinscoach import app as site
from gezinscoach.kernel import vault
from gezinscoach.kernel.rotation.columns import sealed_columns
from gezinscoach.kernel.sealing import Cell, CellBroken, seal
from gezinscoach.kernel.vault import KeyDenied

assert site.TABLES
CELLS: dict[str, Cell] = {
    f"{columns.table.name}.{name}": cell
    for columns in sealed_columns()
    for name, cell in columns.cells.items()
}
FAMILY, OTHER, MEMBER = UUID(int=101), UUID(int=102), UUID(int=103)
ROW = UUID(int=201)


@pytest.fixture(scope="module")
def session(installation):
    with installation.app_context():
        held = Session(info={"vault": installation.extensions["vault"]})
        for scope in (FAMILY, OTHER, MEMBER):
            vault.new_scope(held, scope, "gezin")
        yield held
        held.rollback()


def sealed(session, cell, scope=FAMILY, row=ROW):
    return seal(session, cell.field, scope, row, cell._text("Tiensesteenweg 1"))


def require_broken(session, cell, scope, row, content):
    with pytest.raises(CellBroken):
        cell.open(session, scope, row, content)


def test_there_are_columns_to_prove_it_on():
    assert len(CELLS) >= 48


@pytest.mark.parametrize("name", CELLS)
def test_every_changed_bit_and_every_cut_is_seen(session, name):
    cell = CELLS[name]
    whole = sealed(session, cell)
    assert cell.open(session, FAMILY, ROW, whole) == "Tiensesteenweg 1"
    for bit in range(len(whole) * 8):
        changed = bytearray(whole)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(CellBroken):
            cell.open(session, FAMILY, ROW, bytes(changed))
    for length in range(len(whole)):
        require_broken(session, cell, FAMILY, ROW, whole[:length])
    require_broken(session, cell, FAMILY, ROW, whole + b"\x00")


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_opens_in_its_own_family_and_row_only(session, name):
    cell = CELLS[name]
    mine, theirs, members = (sealed(session, cell, scope) for scope in (FAMILY, OTHER, MEMBER))
    require_broken(session, cell, FAMILY, ROW, theirs)  # swapped across families
    require_broken(session, cell, FAMILY, ROW, members)  # swapped inside a family
    require_broken(session, cell, OTHER, ROW, mine)  # its row given to another family
    require_broken(session, cell, FAMILY, uuid4(), mine)  # replayed in another row


def test_a_cell_opens_in_its_own_column_only(session):
    contents = {name: sealed(session, cell) for name, cell in CELLS.items()}
    for one, other in permutations(CELLS, 2):
        require_broken(session, CELLS[other], FAMILY, ROW, contents[one])


def test_four_threads_seal_sixty_thousand_values_and_none_under_a_wrong_key(installation, busy):
    with installation.app_context():
        scopes, one = (
            [uuid4() for _ in range(4)],
            CELLS["gezin.naam_cell"],
        )  # one column, and one vault, for all
        first = Session(info={"vault": installation.extensions["vault"]})
        for scope in scopes:
            vault.new_scope(first, scope, "gezin")
        vault.of(first).add(first.info.pop("new_keys"))

        def work(number):
            held, wrong = Session(info={"vault": installation.extensions["vault"]}), 0
            for n in range(15_000):
                scope, said = scopes[(number + n) % 4], f"{number} {n}"
                if n % 500 == 0:
                    vault.granted(held).clear()
                    vault.of(held).forget()
                    vault.open_scopes(held, scopes, groups=vault.EVERY)
                try:
                    wrong += one.open(held, scope, ROW, seal(held, one.field, scope, ROW, said)) != said
                except CellBroken:
                    wrong += 1
            return wrong

        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(work, range(4))) == 0


def test_of_a_hundred_thousand_cells_no_two_have_one_nonce(session):
    one = next(iter(CELLS.values()))
    assert len({seal(session, one.field, FAMILY, ROW, "x")[3:15] for _ in range(100_000)}) == 100_000


def test_a_scope_opened_for_names_opens_names_only(installation, session):
    scope = uuid4()
    held = Session(info={"vault": installation.extensions["vault"]})
    vault.new_scope(held, scope, "gezin")
    contents = {name: sealed(held, cell, scope) for name, cell in CELLS.items()}
    vault.of(held).add(held.info.pop("new_keys"))
    reader = Session(info={"vault": installation.extensions["vault"]})
    vault.open_scopes(reader, [scope], groups=frozenset({"F0", "F1"}))
    for name, cell in CELLS.items():
        if cell.field.group in ("F0", "F1"):
            assert cell.open(reader, scope, ROW, contents[name])
        else:
            with pytest.raises(KeyDenied):
                cell.open(reader, scope, ROW, contents[name])
    wide = frozenset({"F1", "F2"})
    with vault.borrowed(reader):
        vault.open_scopes(reader, [scope], groups=wide)
        assert CELLS["gezin.adres_cell"].open(reader, scope, ROW, contents["gezin.adres_cell"])
        assert CELLS["gezin.code_cell"].open(reader, scope, ROW, contents["gezin.code_cell"])
    with pytest.raises(KeyDenied):
        CELLS["gezin.adres_cell"].open(reader, scope, ROW, contents["gezin.adres_cell"])
    vault.open_scopes(reader, [scope], groups=vault.EVERY)
    assert all(cell.open(reader, scope, ROW, contents[name]) for name, cell in CELLS.items())
    vault.open_scopes(reader, [scope], groups=frozenset({"F1"}))
    assert CELLS["notitie.tekst_cell"].open(reader, scope, ROW, contents["notitie.tekst_cell"])
