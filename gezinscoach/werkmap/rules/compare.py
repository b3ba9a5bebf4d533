"""Two workbooks side by side: a row as it is remembered, and what differs between two readings of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from gezinscoach.kernel import dates
from gezinscoach.kernel.names import fold

from .grid import text_of
from .layout import SHEETS, YEAR, Layout
from .shapes import Raw

PLACE = frozenset({"adres", "telefoon", "gemeente"})
"""The keys of columns that tell where a family is to be found, and of fields of a row."""
FIELDS = PLACE | {"adres_waarschuwing", "postcode"}


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that reads otherwise than before; "" is blank, the column is the sheet's own title."""

    column: str
    before: str
    after: str


def layout_of(sheet: str) -> Layout:
    """The layout of a sheet by its name."""
    return next(layout for layout in SHEETS if layout.name == sheet)


def texts(raw: Raw) -> dict[str, str]:
    """Cells by header as people read them; blank ones left out."""
    return {header: text for header, value in raw.items() if (text := text_of(value))}


def cells(sheet: str, raw: Raw) -> dict[str, str]:
    """What is read of a row, by the sheet's own titles and a meeting's ISO day, however a file heads them."""
    layout, left = layout_of(sheet), texts(raw)
    found: dict[str, str] = {}
    for exactly in (True, False):
        for column in layout.columns:
            heads = (h for h in left if (fold(h) == fold(column.title) if exactly else column.heads(h)))
            if column.title not in found and (header := next(heads, None)) is not None:
                found[column.title] = left.pop(header)
    if layout.meetings:
        year = left.pop(YEAR, "")
        found |= {day: text for header, text in left.items() if (day := _meeting(header, year))}
    return found


def without_place(sheet: str, raw: Raw) -> dict[str, str]:
    """What is read of a row, but for where its family is to be found: a shielded one tells nobody."""
    place = {column.title for column in layout_of(sheet).columns if column.key in PLACE}
    return {title: text for title, text in cells(sheet, raw).items() if title not in place}


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Change, ...]:
    """The cells that differ, in the order of the newer row."""
    columns = dict.fromkeys([*after, *before])
    return tuple(
        Change(column, before.get(column, ""), after.get(column, ""))
        for column in columns
        if before.get(column, "") != after.get(column, "")
    )


def alike(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether two readings say mostly the same: two thirds of the cells of the one that says least."""
    least = min(len(one), len(other))
    same = sum(other.get(column) == text for column, text in one.items())
    return least > 0 and 3 * same >= 2 * least


def _meeting(header: str, years: str) -> str:
    """The ISO day that a header means in a calendar year or a school year ("2025-2026"); "" for none."""
    known = [int(year) for year in years.split("-") if year.isdecimal()]
    try:
        day = dates.read_date(header, year=known[0] if known else None)
        if len(known) > 1 and day.year == known[0] and day.month < 8:
            day = dates.read_date(header, year=known[1])
    except dates.UnreadableDate:
        return ""
    return day.isoformat()
