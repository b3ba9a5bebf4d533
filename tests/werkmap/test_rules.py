"""What becomes of every row of a werkmap."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gezinscoach.werkmap.rules import (
    BekendeCoach,
    BekendGezin,
    Known,
    RawSheet,
    Settings,
    WorkbookIncomplete,
    read_row,
    read_workbook,
)
from gezinscoach.werkmap.rules.trajecten import split_address
from gezinscoach.werkmap.workbook import read_file

from . import grids
from .grids import AS_OF, doubts, read, refused

DATA = Path(__file__).parents[1] / "data"
TRAJ, WACHT, COACH, ORG, MEZ, NET = (
    "Lopende trajecten", "Wachtlijst", "Gezinscoaches", "Organisaties", "Mezuri", "Lerend netwerk"
)  # fmt: skip


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


WRONG = [
    (ORG, 3, "Organisatie", ""),
    (ORG, 4, "E-mail bondgenoot", "bert at zon"),
    (ORG, 4, "Engagementsverklaring getekend", "1/2/2027"),
    (COACH, 3, "Organisatie", "Huis van de Wijk"),
    (COACH, 4, "E-mail", "Nele@buurt.example"),
    (COACH, 3, "E-mail", ""),
    (COACH, 3, "% VTE", "150%"),
    (COACH, 3, "% VTE", -0.5),
    (COACH, 3, "Max. gezinnen", -2),
    (COACH, 3, "Max. gezinnen", 400),
    (COACH, 3, "Gestart op", "30/02/2024"),
    (COACH, 3, "Gestart op", "1/7/2026"),
    (COACH, 4, "Gestopt op", "28/2/2024"),
    (COACH, 4, "Naam", "nele maes"),
    (TRAJ, 3, "Dossiernr", ""),
    (TRAJ, 4, "Dossiernr", "d-1"),
    (TRAJ, 3, "Gezinscoach", "Nele Maas"),
    (TRAJ, 3, "Start traject", "lente 2024"),
    (TRAJ, 3, "Start traject", ""),
    (TRAJ, 3, "Start traject", "1/4/2027"),
    (TRAJ, 3, "Einde traject", "31/3/2024"),
    (TRAJ, 3, "Kinderen (naam, geboortedatum)", "Can 31/2/2018"),
    (TRAJ, 3, "Kinderen (naam, geboortedatum)", "Can 3/5/2031"),
    (TRAJ, 3, "Kinderen (naam, geboortedatum)", "Can 3/5"),
    (TRAJ, 3, "Mandaat op", "1/12/2026"),
    (TRAJ, 3, "Ouder 1", ""),
    (WACHT, 3, "Datum aanmelding", "1/7/2026"),
    (WACHT, 3, "Datum aanmelding", "gisteren"),
    (WACHT, 3, "Gezin", ""),
    (WACHT, 3, "Geboortejaar oudste kind", 2030),
    (WACHT, 3, "Geboortejaar oudste kind", "peuter"),
    (WACHT, 3, "Aantal kinderen", -1),
    (WACHT, 3, "Toestemming gezin", ""),
    (WACHT, 3, "Toestemming gezin", "nee"),
    (WACHT, 3, "Toestemming gezin", "?"),
    (WACHT, 3, "Toestemming gezin", "ja?"),
    (WACHT, 3, "Toestemming gezin", "nog niet gevraagd"),
    (WACHT, 3, "Toestemming gezin", "nog vragen aan mama"),
    (MEZ, 3, "Dossiernr", "D-99"),
    (MEZ, 3, "Kwartaal", "2026-K5"),
    (MEZ, 3, "Kwartaal", "lente"),
    (MEZ, 3, "Kwartaal", "2026-K3"),
    (MEZ, 3, "Datum", "20/9/2026"),
    (MEZ, 3, "Datum", "31/4/2026"),
    (MEZ, 3, "Werk", 6),
    (MEZ, 3, "Werk", 0),
    (MEZ, 3, "Werk", 2.5),
    (MEZ, 3, "Werk", "goed"),
    (MEZ, 3, "Wonen", "#REF!"),
    (MEZ, 3, "Prioriteiten", "Wonen, Werk, Gezin, Inkomen"),
    (MEZ, 3, "Prioriteiten", "Vakantie"),
    (NET, 3, "12/1", "misschien"),
    (NET, 3, "12/9", "x"),
    (NET, 4, "Gezinscoach", "Omar Idrisi"),
]


@pytest.mark.parametrize(("sheet", "row", "column", "value"), WRONG)
def test_a_mistake_refuses_its_row_at_its_column(sheet: str, row: int, column: str, value: object) -> None:
    reading = read({(sheet, row, column): value})
    found = {one for one in refused(reading) if one[0] == sheet}
    assert found == {(sheet, row, column)}
    kept = next(one for one in reading.sheets() if one.name == sheet)
    assert len(kept.accepted) + len(kept.refused) == kept.rows
    assert kept.refused[0].reason.endswith((".", "?"))


DOUBTFUL = [
    (ORG, 3, "IBAN", "BE12 0000 0000 0000"),
    (ORG, 3, "Ondernemingsnummer", "0123.456.788"),
    (ORG, 3, "Engagementsverklaring getekend", "ja"),
    (COACH, 3, "Organisatie", "huis van de buurt"),
    (COACH, 3, "Organisatie", "Huis van de Buurt vzw"),
    (COACH, 3, "Statuut", "student"),
    (COACH, 3, "Startvorming", "gepland"),
    (COACH, 3, "Gestopt op", "31/12/2026"),
    (COACH, 3, "Gestart op", "1/3/1924"),
    (TRAJ, 3, "Adres", "Kerkstraat 1, 3000 Leuven - opgelet: geheim adres"),
    (TRAJ, 3, "Mandaat op", ""),
    (TRAJ, 3, "Mandaat op", "nog niet"),
    (TRAJ, 3, "Mandaat op", "1/3/2024"),
    (TRAJ, 3, "Mandaat voor", "rechten en impact"),
    (TRAJ, 3, "Mandaat voor", ""),
    (TRAJ, 3, "Telefoon", "bellen na 16u"),
    (TRAJ, 3, "Tolk", "soms"),
    (TRAJ, 3, "Reden einde", "verhuisd"),
    (TRAJ, 3, "Kinderen (naam, geboortedatum)", "Can (7 jaar)"),
    (TRAJ, 3, "Taal", "Turks, RR 85.07.30-033.28"),
    (WACHT, 3, "Gemeente", "3360 Bierbeek"),
    (WACHT, 3, "Gemeente", "Tienen"),
    (WACHT, 3, "Geboortejaar oudste kind", 2009),
    (WACHT, 3, "Opmerking", "rijksregister 850730 033 28"),
    (WACHT, 3, "Tel. aanmelder", "via school"),
    (MEZ, 3, "Datum", "2/4/2026"),
]


@pytest.mark.parametrize(("sheet", "row", "column", "value"), DOUBTFUL)
def test_a_doubt_never_keeps_a_row_out(sheet: str, row: int, column: str, value: object) -> None:
    reading = read({(sheet, row, column): value})
    assert refused(reading) == set()
    assert (sheet, row, column) in doubts(reading)


SOUND = [
    (COACH, 3, "% VTE", value) for value in ("", 1, "100", "50%", "50 %", "33,3 %", 80, "0,8 VTE")
] + [
    (TRAJ, 3, "Kinderen (naam, geboortedatum)", value)
    for value in (
        "", "-", "Can 3/5/2018, Ela 1/2/2020", "Can (3/5/2018)\nEla (°1/2/2020)",
        "1. Can, 3 mei 2018; 2. Ela, 01-02-20",
        "3/5/2018 Can; 1/2/2020 Ela", "Can: 2018-05-03 / Ela: 2020-02-01", "Can 2018, Ela 2020",
    )
] + [
    (WACHT, 3, "Toestemming gezin", value)
    for value in ("Ja", "JA!", "x", "ok", "akkoord", "ja, mondeling", "ja (mama)")
] + [
    (WACHT, 3, "Gemeente", value) for value in ("Leuven", "kessel-lo", "3001", "Heverlee (Leuven)", "")
] + [
    (MEZ, 3, "Werk", value) for value in ("3", "3,0", "NVT", "n.v.t.", "nb", "", "-")
] + [
    (MEZ, 3, "Prioriteiten", value)
    for value in ("1. Wonen 2. Werk", "vrije tijd en gezin", "Wonen\nWonen", "geen")
]  # fmt: skip


@pytest.mark.parametrize(("sheet", "row", "column", "value"), SOUND)
def test_other_ways_of_writing_the_same_need_no_remark(
    sheet: str, row: int, column: str, value: object
) -> None:
    reading = read({(sheet, row, column): value})
    assert refused(reading) == set()
    assert doubts(reading) == set()


def test_children_are_read_with_names_and_dates() -> None:
    cell = "1. Can (3/5/2018)\nEla, 1 febr. 2020; Bo en Lou 2021"
    children = read({(TRAJ, 3, "Kinderen (naam, geboortedatum)"): cell}).trajecten.accepted[0].kinderen
    assert [(child.naam, child.geboortedatum, child.geboortejaar) for child in children] == [
        ("Can", date(2018, 5, 3), 2018), ("Ela", date(2020, 2, 1), 2020), ("Bo", None, None),
        ("Lou", None, 2021),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "adres", "warning"),
    [
        ("Vaart 2, Leuven (NIET DOORGEVEN AAN EX-MAN)", "Vaart 2, Leuven", "NIET DOORGEVEN AAN EX-MAN"),
        ("Vaart 2, Leuven - opgelet, ex-man belt", "Vaart 2, Leuven", "opgelet, ex-man belt"),
        ("Vaart 2, Leuven, geheim adres", "Vaart 2, Leuven", "geheim adres"),
        ("Vaart 2 bus 3 (achterhuis), 3000 Leuven", "Vaart 2 bus 3 (achterhuis), 3000 Leuven", ""),
        ("geheim adres", "", "geheim adres"),
        ("Vaart 2, 3000 LEUVEN", "Vaart 2, 3000 LEUVEN", ""),
    ],
)  # fmt: skip
def test_a_warning_is_taken_out_of_an_address(text: str, adres: str, warning: str) -> None:
    assert split_address(text) == (adres, warning)


@pytest.mark.parametrize(
    ("text", "scopes"),
    [
        ("alles", {"rechten", "afstemmen", "informatie"}),
        ("rechten verkennen", {"rechten"}),
        ("rechten, afstemmen, info delen", {"rechten", "afstemmen", "informatie"}),
        ("Rechten + afstemmen", {"rechten", "afstemmen"}),
        ("alles behalve school", set()),
        ("rechten, niet afstemmen", set()),
        ("verhaal", set()),
    ],
)
def test_a_mandaat_never_grants_more_than_was_written(text: str, scopes: set[str]) -> None:
    assert read({(TRAJ, 3, "Mandaat voor"): text}).trajecten.accepted[0].mandaat_voor == scopes


def test_without_a_day_there_is_no_mandaat() -> None:
    traject = read({(TRAJ, 3, "Mandaat op"): ""}).trajecten.accepted[0]
    assert (traject.mandaat_op, traject.mandaat_voor) == (None, frozenset())


def test_without_permission_only_referrer_day_and_telephone_are_kept() -> None:
    reading = read(
        {
            (WACHT, 3, "Toestemming gezin"): "nee, mevrouw Karimi wil niet",
            (WACHT, 3, "Opmerking"): "RR 85.07.30-033.28",
        }
    )
    row = reading.wachtlijst.refused[0]
    assert set(row.raw) == {"Datum aanmelding", "Aangemeld door", "Tel. aanmelder"}
    assert "karimi" not in repr((row, reading.wachtlijst.warnings)).casefold()
    assert not [one for one in reading.wachtlijst.warnings if one.row == 3]


def test_a_register_number_is_nowhere_in_the_reading() -> None:
    number = "85.07.30-033.28"
    changes = {
        (sheet, 3, column): f"x {number}"
        for sheet, column in [(TRAJ, "Adres"), (WACHT, "Opmerking"), (MEZ, "Werk")]
    }
    assert number not in repr(read(changes))
    assert (
        read({(WACHT, 3, "Opmerking"): 85073003328.0}).wachtlijst.accepted[0].opmerking.startswith("[rijks")
    )


def test_what_hangs_on_a_refused_row_waits_for_it() -> None:
    reading = read({(ORG, 3, "E-mail bondgenoot"): "ria"})
    assert refused(reading) == {
        (ORG, 3, "E-mail bondgenoot"), (COACH, 3, "Organisatie"), (TRAJ, 3, "Gezinscoach"),
        (MEZ, 3, "Dossiernr"),
        (NET, 3, "Gezinscoach"),
    }  # fmt: skip
    chain = [sheet.refused[0].depends_on for sheet in reading.sheets() if sheet.refused]
    assert chain == [None, (ORG, 3), (COACH, 3), (TRAJ, 3), (COACH, 3)]
    assert "hangt af van rij 3 (blad Organisaties)" in reading.gezinscoaches.refused[0].reason


def test_a_row_that_hangs_and_is_wrong_itself_says_both() -> None:
    row = read({(ORG, 3, "E-mail bondgenoot"): "ria", (COACH, 3, "% VTE"): 300}).gezinscoaches.refused[0]
    assert row.depends_on == (ORG, 3)
    assert [problem.column for problem in row.also] == ["% VTE"]


def test_what_is_in_already_needs_no_row_to_hang_on() -> None:
    known = Known(organisaties=["Huis van de Buurt"])
    assert refused(read({(ORG, 3, "E-mail bondgenoot"): "ria"}, known=known)) == {
        (ORG, 3, "E-mail bondgenoot")
    }
    known = Known(
        coaches=[BekendeCoach("Lies Nijs")], gezinnen=[BekendGezin("Kaya", ("Ali Kaya",), dossiernr="D-7")]
    )
    reading = read({(TRAJ, 3, "Gezinscoach"): "lies nijs", (MEZ, 4, "Dossiernr"): "d7"}, known=known)
    assert refused(reading) == set()
    assert reading.mezuri.accepted[1].dossiernr == "D-7"


def test_a_number_of_another_family_is_refused_and_its_measurements_go_to_the_first() -> None:
    reading = read({(TRAJ, 4, "Dossiernr"): "D-1", (MEZ, 4, "Dossiernr"): "D-1"})
    assert refused(reading) == {(TRAJ, 4, "Dossiernr")}
    assert "ander gezin (rij 3)" in reading.trajecten.refused[0].reason
    known = Known(gezinnen=[BekendGezin("Peters", ("Jan Peters",), dossiernr="D-2")])
    assert refused(read(known=known)) == {(TRAJ, 4, "Dossiernr")}
    known = Known(gezinnen=[BekendGezin("Wouters", ("An Wouters",), dossiernr="D-2")])
    assert refused(read(known=known)) == set()


def test_the_same_row_twice_counts_once() -> None:
    for name, rows in zip(grids.SHEET, grids.ROWS, strict=True):
        reading = read(more={name: [rows[0]]})
        sheet = next(one for one in reading.sheets() if one.name == name)
        assert refused(reading) == set()
        assert (sheet.rows, len(sheet.accepted), sheet.repeated) == (3, 2, (5,))


def test_a_second_measurement_in_a_quarter_is_refused() -> None:
    reading = read({(MEZ, 4, "Dossiernr"): "D-1", (MEZ, 4, "Kwartaal"): "1e kwartaal 2026"})
    assert refused(reading) == {(MEZ, 4, "Kwartaal")}


def test_a_coach_who_stopped_gets_no_new_family_and_a_doubt_for_a_running_one() -> None:
    stopped = {(COACH, 4, "Gestopt op"): "1/4/2025"}
    assert refused(read(stopped)) == {(TRAJ, 4, "Gezinscoach")} | {(MEZ, 4, "Dossiernr")}
    assert (TRAJ, 4, "Gezinscoach") in doubts(read({(COACH, 4, "Gestopt op"): "1/4/2026"}))


def second_referral(gezin: str, ouder: str, year: object) -> list[object]:
    row = list(grids.WACHTLIJST[1])
    row[:2] = ["20/6/2026", "Els Nijs"]
    row[4:7] = [gezin, ouder, year]
    return row


@pytest.mark.parametrize(
    ("gezin", "ouder", "year", "possible"),
    [
        ("KARIMI", "Leïla", 2019, True),
        ("Kariemi", "Leila Karimi", "", True),
        ("Karimi", "Leila", 2014, False),
        ("Karimi", "Nasrin", 2019, False),
        ("Aksoy", "Fatma", 2018, True),
        ("Aksoy", "Fatma", 2020, False),
        ("Fatma", "Aksoy", 2018, True),
        ("Pauwels", "Jo", 2015, True),
    ],
)
def test_a_family_in_another_spelling_is_a_possible_double(
    gezin: str, ouder: str, year: object, possible: bool
) -> None:
    reading = read(more={WACHT: [second_referral(gezin, ouder, year)]})
    assert refused(reading) == set()
    assert ((WACHT, 5, "Gezin") in doubts(reading)) is possible


def test_a_family_that_is_in_already_is_a_possible_double_but_never_of_itself() -> None:
    own = read().wachtlijst.accepted[0]
    known = BekendGezin("Karimi", ("Leila Karimi",), (2019,), key=own.key)
    assert doubts(read(known=Known(gezinnen=[known]))) == set()
    other = BekendGezin("Karimi", ("Leila",), (2019,), key=("x",))
    assert (WACHT, 3, "Gezin") in doubts(read(known=Known(gezinnen=[other])))


def test_the_city_decides_its_age_limit_and_its_places() -> None:
    own = Settings(age_limit=5, city="Elders", postcodes=frozenset({"9999"}), places=frozenset({"elders"}))
    found = doubts(read(settings=own))
    assert {(WACHT, 3, "Geboortejaar oudste kind"), (WACHT, 3, "Gemeente")} <= found


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
