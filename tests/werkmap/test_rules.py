"""The reading of a whole werkmap: sheets, headers, meetings, and every row accounted for."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gezinscoach.werkmap.rules import (
    BekendeCoach,
    Known,
    RawSheet,
    WorkbookIncomplete,
    read_row,
    read_workbook,
)
from gezinscoach.werkmap.workbook import read_file

from . import grids
from .grids import AS_OF, COACH, MEZ, NET, ORG, TRAJ, WACHT, doubts, read, refused

DATA = Path(__file__).parents[1] / "data"


def test_the_real_werkmap_is_judged_as_its_truth_says() -> None:
    truth = json.loads((DATA / "werkmap.json").read_text())
    as_of = date.fromisoformat(truth["reference_date"])
    reading = read_workbook(read_file(DATA / "werkmap.xlsx"), as_of=as_of, known=Known())
    for sheet in reading.sheets():
        expected = truth["sheets"][sheet.name]
        assert (sheet.rows, sheet.header_row) == (expected["rows"], expected["header_row"])
        wrong = {(one["row"], one["column"]) for one in expected["wrong"]}
        assert {(one.row, one.column) for one in sheet.refused} == wrong
        doubtful = {(one["row"], one["column"]) for one in expected["doubtful"]}
        assert doubtful <= {(one.row, one.column) for one in sheet.warnings}
        assert len(sheet.accepted) == expected["sound"]


def test_a_sound_werkmap_has_no_remarks() -> None:
    reading = read()
    assert refused(reading) == set()
    assert doubts(reading) == set()
    assert [len(sheet.accepted) for sheet in reading.sheets()] == [2, 2, 2, 2, 2, 2]


def test_rows_carry_values_as_the_field_means_them() -> None:
    reading = read()
    coach = reading.gezinscoaches.accepted[1]
    assert (coach.statuut, coach.vte, coach.max_gezinnen) == ("vrijwilliger", Decimal("80.00"), 3)
    traject = reading.trajecten.accepted[1]
    assert traject.mandaat_voor == {"rechten", "afstemmen", "informatie"}
    assert traject.kinderen[0].geboortedatum == date(2015, 9, 9)
    meting = reading.mezuri.accepted[0]
    assert meting.prioriteiten == ("wonen", "werk")
    assert (meting.scores["participatie"], meting.scores["vrijetijdsbesteding"], meting.scores["werk"]) == (
        1,
        "nb",
        "nvt",
    )
    present = reading.lerend_netwerk.accepted[0].aanwezigheden
    assert present == {date(2026, 1, 12): "aanwezig", date(2026, 6, 12): "verontschuldigd"}
    assert date(2026, 9, 12) in reading.lerend_netwerk.accepted[0].bijeenkomsten


def test_header_is_found_below_titles_and_totals_blanks_and_notes_are_skipped() -> None:
    sheets = grids.werkmap()
    rows = [
        *sheets[2].rows,
        (),
        ("", None, "  "),
        sheets[2].rows[1],
        ("Totaal", 2.0),
        ("Aantal gezinnen: 2",),
        ("* zie nota",),
    ]
    sheets[2] = RawSheet(TRAJ, (("Stad",), (), ("Vertrouwelijk",), *rows))
    reading = read_workbook(sheets, as_of=AS_OF, known=Known())
    assert (reading.trajecten.header_row, reading.trajecten.rows) == (5, 2)
    assert [row.row for row in reading.trajecten.accepted] == [6, 7]


def test_a_coach_without_any_attendance_is_no_blank_row_and_no_total() -> None:
    reading = read({(NET, 4, "12/1"): "", (NET, 4, "12/6"): ""})
    assert set(reading.lerend_netwerk.accepted[1].aanwezigheden.values()) == {"afwezig"}


def test_columns_may_stand_in_another_order_case_and_spelling() -> None:
    sheets = grids.werkmap()
    titles = {
        "Dossiernr": "DOSSIERNUMMER",
        "Kinderen (naam, geboortedatum)": "kinderen\n(naam + geboren)",
        "Telefoon": "tel.",
    }
    rows = [tuple(reversed(row)) for row in sheets[2].rows[1:]]
    rows[0] = tuple(titles.get(str(title), title) for title in rows[0])
    sheets[2] = RawSheet("lopende  Trajecten ", tuple(rows))
    sheets.append(RawSheet("Kladblad", (("iets",),)))
    reading = read_workbook(sheets, as_of=AS_OF, known=Known())
    assert refused(reading) == set()
    assert reading.trajecten.header_row == 1
    assert "DOSSIERNUMMER" in reading.trajecten.accepted[0].raw


def test_everything_that_is_missing_is_said_at_once() -> None:
    sheets = [sheet for sheet in grids.werkmap() if sheet.name != MEZ]
    sheets[0] = RawSheet(ORG, tuple(row[:3] for row in sheets[0].rows))
    sheets[4] = RawSheet(NET, tuple(row[:1] for row in sheets[4].rows))
    with pytest.raises(WorkbookIncomplete) as caught:
        read_workbook(sheets, as_of=AS_OF, known=Known())
    text = str(caught.value)
    assert len(caught.value.missing) == 3
    assert all(word in text for word in ("“Mezuri”", "“IBAN”", "“Bondgenoot”", "“een datum per bijeenkomst”"))


@pytest.mark.parametrize("name", ["Mezuri ", "mezuri"])
def test_a_second_sheet_of_the_same_name_is_never_chosen_by_chance(name: str) -> None:
    sheets = [RawSheet(name, grids.werkmap()[4].rows), *grids.werkmap()]
    with pytest.raises(WorkbookIncomplete) as caught:
        read_workbook(sheets, as_of=AS_OF, known=Known())
    (reason,) = caught.value.missing
    assert str(reason) == "Er zijn meer bladen “Mezuri”: laat er één staan."


def test_a_workbook_in_another_language_is_incomplete_not_a_crash() -> None:
    with pytest.raises(WorkbookIncomplete) as caught:
        read_workbook(
            [RawSheet("Organisations", (("Nom", "Genre"),)), RawSheet("Vide", ())], as_of=AS_OF, known=Known()
        )
    assert len(caught.value.missing) == 6


def test_an_unknown_column_with_content_is_said_once() -> None:
    sheets = grids.werkmap()
    rows = [(*row, extra) for row, extra in zip(sheets[0].rows, ("", "Kleur", "rood", "groen"), strict=True)]
    sheets[0] = RawSheet(ORG, tuple(rows))
    assert doubts(read_workbook(sheets, as_of=AS_OF, known=Known())) == {(ORG, 2, "Kleur")}


def test_a_formula_is_read_by_its_value_with_a_doubt() -> None:
    sheets = grids.werkmap({(TRAJ, 4, "Reden einde"): ""})
    sheets[2] = RawSheet(TRAJ, sheets[2].rows, frozenset({(3, 11), (4, 15), (9, 9)}))
    reading = read_workbook(sheets, as_of=AS_OF, known=Known())
    assert refused(reading) == set()
    assert doubts(reading) == {(TRAJ, 3, "Start traject"), (TRAJ, 4, "Reden einde")}


@pytest.mark.parametrize(
    ("title", "days"),
    [
        ("Lerend netwerk 2025", {date(2025, 1, 12), date(2025, 9, 12)}),
        ("Lerend netwerk 2025-2026", {date(2026, 1, 12), date(2025, 9, 12)}),
        ("Lerend netwerk", {date(2026, 1, 12), date(2026, 9, 12)}),
    ],
)
def test_meetings_take_their_year_from_the_title(title: str, days: set[date]) -> None:
    sheets = grids.werkmap({(NET, 3, "12/9"): "v"})
    sheets[5] = RawSheet(NET, ((title,), *sheets[5].rows[1:]))
    reading = read_workbook(sheets, as_of=AS_OF, known=Known())
    assert days <= set(reading.lerend_netwerk.accepted[0].bijeenkomsten)
    row = reading.lerend_netwerk.accepted[0]
    known = Known(coaches=[BekendeCoach("Nele Maes")])
    again = read_row(NET, row.raw, row=row.row, as_of=date(2030, 1, 1), known=known)
    assert again.accepted[0].bijeenkomsten == row.bijeenkomsten
    assert again.accepted[0].key == row.key


def test_a_mended_row_of_the_inbox_is_read_alone_against_what_is_known() -> None:
    wrong = read({(COACH, 3, "E-mail"): "nele"}).gezinscoaches.refused[0]
    known = Known(organisaties=["Huis van de Buurt"])
    same = read_row(COACH, wrong.raw, row=wrong.row, as_of=AS_OF, known=known)
    assert [(row.row, row.column) for row in same.refused] == [(3, "E-mail")]
    mended = read_row(COACH, {**wrong.raw, "E-mail": "nele@buurt.example"}, row=2, as_of=AS_OF, known=known)
    assert (mended.accepted[0].row, mended.accepted[0].key) == (2, wrong.key)
    assert not mended.warnings


def test_a_referral_that_got_permission_later_can_be_completed() -> None:
    refused_row = read({(WACHT, 3, "Toestemming gezin"): ""}).wachtlijst.refused[0]
    raw = {**refused_row.raw, "Toestemming gezin": "ja", "Gezin": "Karimi"}
    row = read_row(WACHT, raw, row=3, as_of=AS_OF, known=Known()).accepted[0]
    assert row.gezin == "Karimi"
    assert row.referral == refused_row.key


CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30),
    st.dates(), st.datetimes(), st.times(),
    st.sampled_from(["#N/B", "-", "?", "31/2/2026", "12/1", "nb", "1e kwartaal", "x; 3/5/2018, 2019 y",
        "geheim (!!)"]),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(grids.SHEET)), st.data())
def test_whatever_stands_in_a_cell_every_row_is_accounted_for(sheet: str, data: st.DataObject) -> None:
    columns = [str(title) for title in grids.header(grids.SHEET[sheet])]
    changed = data.draw(st.dictionaries(st.sampled_from(columns), CELLS, max_size=4))
    reading = read({(sheet, 3, column): value for column, value in changed.items()})
    for found in reading.sheets():
        assert len(found.accepted) + len(found.refused) + len(found.repeated) == found.rows
        for row in (*found.accepted, *found.refused):
            json.dumps([row.key, dict(row.raw)], allow_nan=False)


def test_raw_cells_are_plain_values() -> None:
    for sheet in read({(TRAJ, 3, "Start traject"): date(2024, 4, 1)}).sheets():
        for row in sheet.accepted:
            assert json.loads(json.dumps(dict(row.raw))) == dict(row.raw)
