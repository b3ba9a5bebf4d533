"""From a raw grid of cells to the lines of a table: header found, blank, totals and foot lines left out."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from stdnum.be import vat

from gezinscoach.kernel import dates, rijksregister
from gezinscoach.kernel.names import fold
from gezinscoach.kernel.said import Said, said

from .layout import Layout
from .shapes import Json, Problem, RawSheet, WorkbookIncomplete

HEADER_WITHIN = 40  # rows; a header further down is no header
_TOTAL = re.compile(
    r"((algemeen\s+|in\s+)?(eind|sub)?tota(al|len)|aantal|gemiddelde?)\b.*"
    r"|(tot|som|sum|gem|(grand\s+)?total|samen|[∑Σ])\.?\s*:?[\d\s]*",
    re.IGNORECASE | re.DOTALL,
)
_COUNTED = (
    r"gezin(nen)?|coaches|gezinscoaches|trajecten|dossiers|aanmeldingen|metingen|kinderen|rijen|waarvan"
)
_FIGURE = re.compile(rf"[-+\d.,%\s€/]*({_COUNTED})?", re.IGNORECASE)
_FOOT = re.compile(
    r"\*|\(|legende|bron\b|nota\b|nb\b|n\.b\.|opmerking(en)?\s*:|laatst\b|stand\b|="
    rf"|(opgemaakt|bijgewerkt|afgedrukt|niet verspreiden|vertrouwelijk|versie)\b|\d+\s+({_COUNTED})\W*$",
    re.IGNORECASE,
)
_ERROR = re.compile(
    r"#(N/?[AB]|REF|VERW|WAARDE|VALUE|DEEL/0|DIV/0|NAAM|NAME|GETAL|NUM|LEEG|NULL|SPILL)[!?]?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Line:
    """One data row: cell values by column key, register numbers already masked."""

    row: int
    cells: Mapping[str, object]
    raw: Mapping[str, Json]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet whose header was found; `headers` gives the file's own header by column key."""

    layout: Layout
    header_row: int
    headers: Mapping[str, str]
    meetings: Mapping[str, date]
    years: tuple[int, ...]
    lines: tuple[Line, ...]
    warnings: tuple[Problem, ...]


def text_of(value: object) -> str:
    """A cell as one reads it: 3.0 is "3", a date d/m/yyyy, spaces at the ends and double ones gone."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    if isinstance(value, datetime | date):
        return f"{value.day}/{value.month}/{value.year}"
    lines = (" ".join(line.split()) for line in str(value).splitlines())
    return "\n".join(line for line in lines if line)


def is_error(value: object) -> bool:
    """Whether a cell holds a spreadsheet's own error, such as #REF!."""
    return isinstance(value, str) and bool(_ERROR.fullmatch(value.strip()))


def find_tables(sheets: Sequence[RawSheet], layouts: Sequence[Layout], *, as_of: date) -> list[Table]:
    """The table of every layout, in order; raises `WorkbookIncomplete` with all that is missing."""
    missing: list[Said] = []
    tables: list[Table] = []
    for layout in layouts:
        exact = [sheet for sheet in sheets if fold(sheet.name) == fold(layout.name)]
        named = exact or [sheet for sheet in sheets if layout.names(sheet.name)]
        if len(named) != 1:
            missing.append(
                said("Er zijn meer bladen “%(blad)s”: laat er één staan.", blad=layout.name)
                if named
                else said("Het blad “%(blad)s” ontbreekt.", blad=layout.name)
            )
            continue
        table = _table(named[0], layout, as_of, missing)
        if table is not None:
            tables.append(table)
    if missing:
        raise WorkbookIncomplete(missing)
    return tables


def _table(sheet: RawSheet, layout: Layout, as_of: date, missing: list[Said]) -> Table | None:
    found = {index: _headed(layout, row) for index, row in enumerate(sheet.rows[:HEADER_WITHIN])}
    top = max(found, key=lambda index: (len(found[index]), -index), default=None)
    columns = found[top] if top is not None else {}
    lacking = [column.title for column in layout.columns if column.key not in columns]
    header = [text_of(cell).replace("\n", " ") for cell in sheet.rows[top]] if top is not None else []
    title = " ".join(text_of(cell) for row in sheet.rows[:top] for cell in row)
    year, meetings = (
        _meetings(layout, sheet, top, set(columns.values()), title, as_of) if columns else ((), {})
    )
    if lacking:
        names = ", ".join(f"“{name}”" for name in lacking)
        reason = said("In het blad “%(blad)s” ontbreekt: %(kolommen)s.", blad=layout.name, kolommen=names)
        missing.append(reason)
    elif layout.meetings and not meetings:
        missing.append(
            said("In het blad “%(blad)s” ontbreekt: “een datum per bijeenkomst”.", blad=layout.name)
        )
    if missing or top is None:
        return None
    places = columns | {f"@{index}": index for index in meetings}
    headers = {key: header[index] for key, index in places.items()}
    extra = {i: name for i, name in enumerate(header) if name and i not in places.values()}
    phones = {column.key for column in layout.columns if column.phone}
    lines = []
    for index, cells in enumerate(sheet.rows[top + 1 :], top + 2):
        if not _skipped(cells, header, index, sheet.formulas):
            lines.append(_line(index, cells, places, headers, extra, phones, sheet.formulas))
    return Table(
        layout, top + 1, headers, {f"@{i}": day for i, day in meetings.items()}, year, tuple(lines),
        tuple(_unread(extra, lines, top + 1)),
    )  # fmt: skip


def _headed(layout: Layout, row: Sequence[object]) -> dict[str, int]:
    """Column key to place of the columns that a row heads; titles go before aliases."""
    texts = [text_of(cell) if isinstance(cell, str) else "" for cell in row]
    places: dict[str, int] = {}
    for column in layout.columns:
        exact = [i for i, text in enumerate(texts) if text and fold(text) == fold(column.title)]
        if exact:
            places[column.key] = exact[0]
    for column in layout.columns:
        if column.key not in places:
            free = (
                i for i, text in enumerate(texts) if text and i not in places.values() and column.heads(text)
            )
            if (place := next(free, None)) is not None:
                places[column.key] = place
    return places


def _meetings(
    layout: Layout, sheet: RawSheet, top: int | None, taken: set[int], title: str, as_of: date
) -> tuple[tuple[int, ...], dict[int, date]]:
    """The year of a sheet of meetings, or the two of a school year ("2025-2026"), and the day of each."""
    if not layout.meetings or top is None:
        return (), {}
    texts = (title, sheet.name, *(text_of(cell) for cell in sheet.rows[top]))
    named = [int(year) for year in re.findall(r"\b(20\d\d)\b", " ".join(texts))] or [as_of.year]
    years = tuple(named[:2]) if named[1:2] == [named[0] + 1] else (named[0],)
    found: dict[int, date] = {}
    for index, cell in enumerate(sheet.rows[top]):
        if index in taken or text_of(cell) == "":
            continue
        try:
            day = dates.read_date(cell, year=years[0])
        except dates.UnreadableDate:
            continue
        if len(years) > 1 and day.year == years[0] and day.month < 8:
            day = dates.read_date(cell, year=years[1])
        if day not in found.values():
            found[index] = day
    return years, found


def _skipped(
    cells: Sequence[object], header: Sequence[str], row: int, formulas: frozenset[tuple[int, int]]
) -> bool:
    filled = [(i, text_of(cell)) for i, cell in enumerate(cells) if text_of(cell)]
    if not filled:
        return True
    place, first = filled[0]
    rest = [(i, text) for i, text in filled[1:] if (row, i + 1) not in formulas]
    if _TOTAL.fullmatch(first) and all(_FIGURE.fullmatch(text) for _, text in rest):
        return True
    if len(filled) == 1 and place == 0 and (_FOOT.match(first) or " = " in first or len(first) > 60):
        return True
    again = sum(1 for i, text in filled if i < len(header) and fold(text) == fold(header[i]))
    return again >= 2 and again * 2 > len(filled)


def _line(
    row: int,
    cells: Sequence[object],
    places: Mapping[str, int],
    headers: Mapping[str, str],
    extra: Mapping[int, str],
    phones: set[str],
    formulas: frozenset[tuple[int, int]],
) -> Line:
    read: dict[str, object] = {}
    raw: dict[str, Json] = {}
    warnings: list[Problem] = []
    for key, index in places.items():
        value = cells[index] if index < len(cells) else None
        header = headers[key]
        value = value if key in phones else _masked(value, row, header, warnings)
        read[key] = None if text_of(value) == "" else value
        if read[key] is not None:
            raw[header] = _plain(value)
        if (row, index + 1) in formulas:
            warnings.append(_formula(row, header, text_of(value)))
    for index, header in extra.items():
        value = _masked(cells[index] if index < len(cells) else None, row, header, warnings)
        if text_of(value):
            raw.setdefault(header, _plain(value))
    return Line(row, read, raw, tuple(warnings))


def _masked(value: object, row: int, header: str, warnings: list[Problem]) -> object:
    text = text_of(value)
    if isinstance(value, int | float) and len(text) in {9, 10} and not vat.is_valid(text.zfill(10)):
        text = text.zfill(11) if rijksregister.is_number(text.zfill(11)) else text  # born 2000 to 2009
    masked, count = rijksregister.mask(text)
    if not count:
        return value
    reason = said("Hier stond een rijksregisternummer. Dat mag niet bewaard worden: het is weggelaten.")
    warnings.append(Problem(row, header, masked, reason))
    return masked


def _formula(row: int, header: str, value: str) -> Problem:
    if value:
        reason = said("In deze cel staat een formule. De laatst berekende waarde is gelezen: kijk ze na.")
    else:
        reason = said("In deze cel staat een formule zonder berekende waarde. De cel is als leeg gelezen.")
    return Problem(row, header, value, reason)


def _plain(value: object) -> Json:
    if isinstance(value, bool | int | float) and math.isfinite(value):
        return value
    return text_of(value)


def _unread(extra: Mapping[int, str], lines: Sequence[Line], header_row: int) -> list[Problem]:
    names = [name for name in dict.fromkeys(extra.values()) if any(name in line.raw for line in lines)]
    reason = said("Deze kolom is niet gekend en wordt niet ingelezen.")
    return [Problem(header_row, name, "", reason) for name in names if not _TOTAL.fullmatch(name)]
