"""Decides about every row of a werkmap: what can go in, what can't and why, and what is doubtful.

Pure: cells in, frozen rows and reasons out, which the edge words. `layout` declares the sheets, `grid` finds
header and lines, `draft` reads the cells of a line, `gather` keeps the books of a sheet, and one module per
sheet holds that sheet's own rules.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import date

from . import gezinscoaches, lerend_netwerk, mezuri, organisaties, trajecten, wachtlijst
from .compare import cells, layout_of
from .gather import World
from .grid import find_tables
from .layout import SHEETS, YEAR, Layout
from .shapes import (
    AanwezigheidRij,
    BekendeCoach,
    BekendGezin,
    GezinscoachRij,
    Json,
    Key,
    Kind,
    Known,
    MezuriRij,
    OrganisatieRij,
    Problem,
    Raw,
    RawSheet,
    Reading,
    Refused,
    Rij,
    Settings,
    SheetReading,
    TrajectRij,
    WachtlijstRij,
    WorkbookIncomplete,
)

__all__ = [
    "SHEETS",
    "AanwezigheidRij",
    "BekendGezin",
    "BekendeCoach",
    "GezinscoachRij",
    "Json",
    "Key",
    "Kind",
    "Known",
    "MezuriRij",
    "OrganisatieRij",
    "Problem",
    "Raw",
    "RawSheet",
    "Reading",
    "Refused",
    "Rij",
    "Settings",
    "SheetReading",
    "TrajectRij",
    "WachtlijstRij",
    "WorkbookIncomplete",
    "alike",
    "read_again",
    "read_row",
    "read_workbook",
]


def read_workbook(
    sheets: Sequence[RawSheet], *, as_of: date, known: Known, settings: Settings | None = None
) -> Reading:
    """What becomes of every row; raises `WorkbookIncomplete` when a sheet or column is missing."""
    tables = find_tables(sheets, SHEETS, as_of=as_of)
    world = World(as_of, known, settings or Settings())
    return Reading(
        organisaties.read(tables[0], world),
        gezinscoaches.read(tables[1], world),
        trajecten.read(tables[2], world),
        wachtlijst.read(tables[3], world),
        mezuri.read(tables[4], world),
        lerend_netwerk.read(tables[5], world),
    )


def read_row(
    sheet: str, raw: Raw, *, row: int, as_of: date, known: Known, settings: Settings | None = None
) -> SheetReading[Rij]:
    """What becomes of one corrected row of the inbox, given as its cells by header."""
    reading = read_workbook(
        [_one_row(layout, raw, row) if layout.name == sheet else _empty(layout) for layout in SHEETS],
        as_of=as_of, known=known, settings=settings,
    )  # fmt: skip
    return next(found for found in reading.sheets() if found.name == sheet)


def read_again(
    sheet: str,
    raws: Mapping[int, Raw],
    *,
    meetings: Collection[date] = (),
    as_of: date,
    known: Known,
    settings: Settings | None = None,
) -> dict[int, Rij]:
    """What rows of one sheet mean that went in before, by row number; without those that no longer could.

    `meetings` are the days of a sheet of meetings: where nothing was noted, a row does not hold them.
    """
    layout = layout_of(sheet)
    said = {row: cells(sheet, raw) for row, raw in raws.items()}
    titles = [column.title for column in layout.columns]
    if layout.meetings:
        days = {day.isoformat() for day in meetings}.union(*said.values()) - {*titles}
        titles += sorted(days) or [_NO_MEETING]
    lines = (
        tuple(said[row].get(title) for title in titles) if row in said else ()
        for row in range(2, max(said) + 1)
    )
    page = RawSheet(sheet, (tuple(titles), *lines))
    reading = read_workbook(
        [page if one is layout else _empty(one) for one in SHEETS],
        as_of=as_of, known=known, settings=settings,
    )  # fmt: skip
    return {rij.row: rij for found in reading.sheets() if found.name == sheet for rij in found.accepted}


def alike(one: Rij | None, other: Rij) -> bool:
    """Whether two readings of a row mean the same, however it was written."""
    apart = {field.name for field in fields(Rij)}
    return one is not None and all(
        getattr(one, field.name) == getattr(other, field.name)
        for field in fields(other)
        if field.name not in apart
    )


def _one_row(layout: Layout, raw: Raw, row: int) -> RawSheet:
    """A sheet with one line, on its own row number."""
    missing = [c.title for c in layout.columns if not any(c.heads(header) for header in raw)]
    names = [*(name for name in raw if name != YEAR), *missing]
    cells = tuple(raw.get(name) for name in names)
    header = (*names, f"{YEAR} {raw[YEAR]}") if YEAR in raw else tuple(names)
    return RawSheet(layout.name, (header, *((),) * (row - 2), cells))


def _empty(layout: Layout) -> RawSheet:
    titles = tuple(column.title for column in layout.columns)
    return RawSheet(layout.name, ((*titles, _NO_MEETING) if layout.meetings else titles,))


_NO_MEETING = "1/1/2000"
"""Stands for the meetings where a sheet has to have one."""
