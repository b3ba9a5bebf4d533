"""More kinds of cells, found with workbooks of other cities."""

from datetime import date

import pytest

from gezinscoach.werkmap import workbook
from gezinscoach.werkmap.rules.trajecten import split_address
from gezinscoach.werkmap.workbook import WorkbookUnreadable, read_file

from . import grids
from .grids import COACH, MEZ, NET, ORG, TRAJ, WACHT, doubts, read, refused
from .test_workbook import REAL, packed, parts_of

PERMISSION = "Toestemming gezin"


@pytest.mark.parametrize(
    "text",
    [
        "akkoord volgt",
        "ja, herroepen op 3/4",
        "ja (onder voorbehoud)",
        "ja, in principe",
        "ja, stopgezet",
        "ja tot 2025",
        "gevraagd",
        "CLB akkoord",
        "mondelinge weigering",
        "akkoord, nog te bevestigen",
    ],
)
def test_a_permission_with_a_but_is_none(text: str) -> None:
    assert (WACHT, 3, PERMISSION) in refused(read({(WACHT, 3, PERMISSION): text}))


@pytest.mark.parametrize(
    "text", ["getekend", "gezin akkoord", "toestemming gegeven", "moeder akkoord", "ja, geen bezwaar", "oké"]
)
def test_a_permission_in_other_words_is_one(text: str) -> None:
    assert refused(read({(WACHT, 3, PERMISSION): text})) == set()


DATES = [
    (ORG, "Engagementsverklaring getekend"),
    (COACH, "Gestart op"),
    (COACH, "Gestopt op"),
    (TRAJ, "Start traject"),
    (TRAJ, "Einde traject"),
    (WACHT, "Datum aanmelding"),
    (MEZ, "Datum"),
]


@pytest.mark.parametrize(("sheet", "column"), DATES)
@pytest.mark.parametrize("text", ["vanaf {}", "ca. {}", "{} (mondeling)", "{}?"])
def test_a_day_among_words_is_read_with_a_doubt(sheet: str, column: str, text: str) -> None:
    reading = read({(sheet, 3, column): text.format("15/6/2026")})
    assert not {one for one in refused(reading) if one[0] == sheet}
    warnings = next(one.warnings for one in reading.sheets() if one.name == sheet)
    said = [str(one.reason) for one in warnings if (one.row, one.column) == (3, column)]
    assert "We lazen hier de datum 15/6/2026. Klopt dat?" in said


@pytest.mark.parametrize(("sheet", "column"), DATES)
@pytest.mark.parametrize(
    "text", ["niet 15/6/2026", "15/6/2026 geweigerd", "14/6/2026 of 15/6/2026", "31/2/2026?", "ca. juni 2026"]
)
def test_a_day_that_is_not_clear_still_refuses_the_row(sheet: str, column: str, text: str) -> None:
    assert (sheet, 3, column) in refused(read({(sheet, 3, column): text}))


@pytest.mark.parametrize("text", ["vanaf 2/4/2024", "2/4/2024?", "2/4/2024 (mondeling)"])
def test_a_mandaat_is_never_read_among_words(text: str) -> None:
    assert refused(read({(TRAJ, 3, "Mandaat op"): text})) >= {(TRAJ, 3, "Mandaat op")}


def test_a_day_in_the_future_among_words_is_in_the_future() -> None:
    row = read({(MEZ, 3, "Datum"): "ca. 1/7/2026"}).mezuri.refused[0]
    assert str(row.reason) == "De datum van de meting ligt in de toekomst."


def test_a_referral_with_words_around_its_day_is_the_same_referral_without_them() -> None:
    keys = {
        read({(WACHT, 3, "Datum aanmelding"): text}).wachtlijst.accepted[0].key
        for text in ("3/6/2026", "ca. 3/6/2026", "3/6/2026?")
    }
    assert len(keys) == 1


@pytest.mark.parametrize(
    "remark",
    [
        "(straatverbod vader)",
        "(adres afgeschermd)",
        "(stalking)",
        "[niet doorgeven]",
        "\nniet bekendmaken",
        ". Niet aanbellen",
        "(vader mag dit niet weten)",
        ", politie verwittigen",
        "// agressie",
    ],
)
def test_a_warning_is_taken_out_of_an_address(remark: str) -> None:
    adres, warning = split_address(f"Vaartkom 1, 3000 Leuven {remark}".replace(" .", ".").replace(" ,", ","))
    assert (adres, bool(warning)) == ("Vaartkom 1, 3000 Leuven", True)


@pytest.mark.parametrize(
    "adres",
    [
        "Vaartkom 1, 3000 Leuven (2de verdiep)",
        "DIESTSE STEENWEG 1, 3000 LEUVEN",
        "Geheimstraat 5, Leuven",
        "Veiligheidslaan 3, 3000 Leuven",
    ],
)
def test_an_ordinary_address_stays_whole(adres: str) -> None:
    assert split_address(adres) == (adres, "")


@pytest.mark.parametrize(
    "cells",
    [
        ["n.v.t. = niet van toepassing"],
        ["Algemeen totaal", 2.0],
        ["Totaal", "2 gezinnen"],
        ["Samen", 2.0],
        ["2 gezinnen"],
        ["Opgemaakt door Ilse"],
        ["Totaal gezinnen", 2.0, "waarvan", 1.0],
    ],
)
def test_totals_and_notes_below_a_table_are_no_rows(cells: list[object]) -> None:
    reading = read(more={name: [cells] for name in (TRAJ, WACHT, NET)})
    assert [sheet.rows for sheet in reading.sheets()] == [2] * 6


def test_a_register_number_in_a_number_cell_that_lost_its_zero_is_masked() -> None:
    changes: grids.Changes = {(WACHT, 3, "Opmerking"): 5030512772.0}
    reading = read(changes)
    assert (WACHT, 3, "Opmerking") in doubts(reading)
    assert "rijksregisternummer" in reading.wachtlijst.accepted[0].opmerking


def test_a_remark_behind_an_attendance_mark_does_no_harm() -> None:
    reading = read({(NET, 3, "12/1"): "x (online)", (NET, 4, "12/1"): "v (ziek)"})
    marks = [row.aanwezigheden[date(2026, 1, 12)] for row in reading.lerend_netwerk.accepted]
    assert marks == ["aanwezig", "verontschuldigd"]


@pytest.mark.parametrize("reference", ["ZZZZZ5", "xfd1048576", "B5x"])
def test_a_cell_at_the_end_of_the_world_never_reaches_the_parser(reference: str) -> None:
    parts = parts_of(REAL.read_bytes())
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(b'r="B3"', f'r="{reference}"'.encode(), 1)
    with pytest.raises(WorkbookUnreadable, match="veel te groot"):
        read_file(packed(parts))


def test_a_part_under_two_spellings_of_its_name_is_refused() -> None:
    parts = parts_of(REAL.read_bytes())
    double = {"xl/worksheets/SHEET1.xml": b"<worksheet/>"} | parts
    with pytest.raises(WorkbookUnreadable) as caught:
        read_file(packed(double))
    assert caught.value.reason == workbook.DAMAGED


def test_two_sheets_of_one_name_are_refused() -> None:
    parts = parts_of(REAL.read_bytes())
    book = parts["xl/workbook.xml"].replace(b'name="Mezuri"', b'name="Wachtlijst"')
    with pytest.raises(WorkbookUnreadable) as caught:
        read_file(packed(parts | {"xl/workbook.xml": book}))
    assert caught.value.reason == workbook.DAMAGED
