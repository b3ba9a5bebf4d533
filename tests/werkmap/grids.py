"""A small sound werkmap of an invented city, as raw grids, to be spoiled by tests."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import xlsxwriter

from gezinscoach.werkmap.rules import SHEETS, Known, RawSheet, Reading, Settings, read_workbook

AS_OF = date(2026, 6, 30)
Rows = list[list[object]]


def table(text: str) -> Rows:
    """Rows of a sheet: a line each, cells parted by |, whole numbers as numbers; a \\ continues a line."""
    lines = text.replace("\\\n", "").strip().splitlines()
    cells = ([cell.strip() for cell in line.split("|")] for line in lines)
    return [[float(cell) if cell.isdecimal() else cell for cell in line] for line in cells]


ORGANISATIES = table("""
Huis van de Buurt | vzw | | | Ria Maes | ria@buurt.example | 1/2/2024
Kinderwerking Zon | buurtwerk | | | Bert Maes | bert@zon.example | 2024-02-01
""")
GEZINSCOACHES = table("""
Nele Maes | Huis van de Buurt | nele@buurt.example | prof. | 50% | 4 | Nederlands | Noord | ja | 1/3/2024 |
Omar Idrissi | Kinderwerking Zon | omar@zon.example | Vrijw. | 80 % | 3 | Arabisch | Zuid | | 1/3/2024 |
""")
TRAJECTEN = table(r"""
D-1 | Aksoy | Fatma Aksoy | | Can 3/5/2018; Ela 1/2/2020 | Kerkstraat 1, 3000 Leuven | 0470 00 00 01 \
| Turks | ja | Nele Maes | 1/4/2024 | 2/4/2024 | rechten + afstemmen | |
D-2 | Wouters | An Wouters | Jo Pauwels | Bas 9/9/2015 | Dorp 2, 3010 Kessel-Lo | 0470 00 00 02 \
| Nederlands | nee | Omar Idrissi | 1/5/2025 | 3/5/2025 | alles | |
""")
WACHTLIJST = table(r"""
3/6/2026 | Ine Raes | CLB | 016 00 00 03 | Karimi | Leila | 2019 | 2 | Dari | ja | 3012 Wilsele \
| taal, werk | | ja | |
4/6/2026 | Guy Raes | OCMW | 016 00 00 04 | Nyandwi | Eric | 2021 | 1 | Frans | nee | 3000 Leuven \
| wonen | nee | ja | |
""")
MEZURI = table("""
D-1 | 2026-K1 | 20/3/2026 | 1 | 2 | 3 | 4 | 5 | nb | nvt | 2 | 3 | Wonen > Werk |
D-2 | K2 2026 | 15 juni 2026 | 2 | 2 | 2 | 2 | 2 | 2 | 2 | 2 | 2 | | goede moed
""")
NETWERK: Rows = [["Nele Maes", "x", "v", ""], ["Omar Idrissi", "", "X", ""]]
ROWS = (ORGANISATIES, GEZINSCOACHES, TRAJECTEN, WACHTLIJST, MEZURI, NETWERK)
SHEET = {layout.name: place for place, layout in enumerate(SHEETS)}
ORG, COACH, TRAJ, WACHT, MEZ, NET = SHEET

Changes = Mapping[tuple[str, int, str], object]


def header(place: int) -> list[object]:
    titles: list[object] = [column.title for column in SHEETS[place].columns]
    return [*titles, "12/1", "12/6", "12/9"] if SHEETS[place].meetings else titles


def werkmap(changes: Changes | None = None, more: Mapping[str, Rows] | None = None) -> list[RawSheet]:
    """The sound werkmap with some cells changed, by (sheet, spreadsheet row, header), and some rows more."""
    sheets = []
    for place, layout in enumerate(SHEETS):
        rows: Rows = [["Overzicht 2026"], header(place), *([*row] for row in ROWS[place])]
        rows += [list(row) for row in (more or {}).get(layout.name, [])]
        for (name, row, column), value in (changes or {}).items():
            if name == layout.name:
                rows[row - 1][header(place).index(column)] = value
        sheets.append(RawSheet(layout.name, tuple(tuple(row) for row in rows)))
    return sheets


def read(
    changes: Changes | None = None, more: Mapping[str, Rows] | None = None,
    known: Known | None = None, settings: Settings | None = None, as_of: date = AS_OF,
) -> Reading:  # fmt: skip
    return read_workbook(werkmap(changes, more), as_of=as_of, known=known or Known(), settings=settings)


def refused(reading: Reading) -> set[tuple[str, int, str]]:
    return {(sheet.name, row.row, row.column) for sheet in reading.sheets() for row in sheet.refused}


def doubts(reading: Reading) -> set[tuple[str, int, str]]:
    return {(sheet.name, row.row, row.column) for sheet in reading.sheets() for row in sheet.warnings}


def write(path: Path, sheets: Sequence[RawSheet]) -> Path:
    """The grids as a real .xlsx file."""
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            for place, row in enumerate(sheet.rows):
                page.write_row(place, 0, row)
    return path
