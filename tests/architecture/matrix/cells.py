"""Every row of the table for everybody in the world, and what it says there."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .table import AANMELDINGEN, DOSSIERS, ELSEWHERE, NOBODY, SHUT_OUT, Row
from .world import Somebody, World


@dataclass(frozen=True)
class Cell:
    """A row for somebody."""

    row: Row
    somebody: Somebody
    expected: str
    note: str = ""

    def __str__(self) -> str:
        return f"{self.row.key} door {self.somebody.who}{self.note}: verwacht {self.expected or '404'}"

    @property
    def sampled(self) -> bool:
        """Whether the cell is in the tenth that every run takes, always the same one."""
        return zlib.crc32(f"{self.row.key}|{self.somebody.who}{self.note}".encode()) % 10 == 0


def expected(row: Row, column: str) -> str:
    """What the table says for a column of the world."""
    if column.startswith(ELSEWHERE):
        return row.cells[column.partition("|")[2]] if row.cells[ELSEWHERE] else ""
    if column.startswith(NOBODY):
        return row.cells[NOBODY]
    if column.endswith(" elders"):  # of another house: as their like, but nothing of this house
        return row.cells[column.removesuffix(" elders")] if not row.shows else ""
    return row.cells[column]


def concerns(row: Row, column: str) -> bool:
    """Whether it says anything to ask: who had a role, or has one elsewhere, asks what that role opens."""
    _who, of, like = column.partition("|")
    ties = {"andere gezinscoach": ("vaste gezinscoach", "voorgestelde gezinscoach", "noodtoegang"),
            "andere deskundige": ("geraadpleegde deskundige",)}  # fmt: skip
    return not of or any(row.cells[one] for one in (like, *ties.get(like, ())))


def filled(rows: list[Row], ids: dict[str, dict[str, Any]]) -> list[Row]:
    """The rows, and for each address and state that no row names: nobody."""
    known = {(row.methode, row.adres, row.toestand) for row in rows}
    empty = dict.fromkeys(rows[0].cells, "")
    more = []
    for row in rows:
        names = set(re.findall(r"<(\w+)>", row.adres))
        running = (row.methode, row.adres, "lopend") in known
        for state in () if row.shows or row.toestand == "altijd" else (*DOSSIERS, *AANMELDINGEN):
            if (row.methode, row.adres, state) in known or not names <= set(ids[state]):
                continue
            known.add((row.methode, row.adres, state))
            # Without a mandaat a dossier is as with one, where the table does not say otherwise.
            alike = next((one for one in rows if one.key == f"{row.methode} {row.adres} (lopend)"), None)
            cells = alike.cells if alike and running and state == "zonder mandaat" else empty
            more.append(Row(row.wat, row.methode, row.adres, state, cells))
    return [*rows, *more]


def cells(world: World, rows: list[Row]) -> Iterator[Cell]:
    """Every cell of the matrix: each row for everybody, and for who is shut out."""
    for row in filled(rows, world.ids):
        for somebody in world.people:
            if concerns(row, somebody.column):
                yield Cell(row, somebody, expected(row, somebody.column))
        if row.cells[SHUT_OUT] or row.toestand not in world.shown:
            continue
        for somebody in world.people:
            if expected(row, somebody.column) not in ("", "403"):
                yield Cell(row, somebody, "", ", uitgesloten")
                if somebody.organisatie_id is not None:
                    yield Cell(row, somebody, "", ", met de organisatie uitgesloten")
