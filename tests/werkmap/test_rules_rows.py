"""Rows of a werkmap side by side: what hangs on another, repeats it, or may be the same family."""

import pytest

from gezinscoach.werkmap.rules import (
    BekendeCoach,
    BekendGezin,
    Known,
    Settings,
)

from . import grids
from .grids import COACH, MEZ, NET, ORG, TRAJ, WACHT, doubts, read, refused


def test_what_hangs_on_a_refused_row_waits_for_it() -> None:
    reading = read({(ORG, 3, "E-mail bondgenoot"): "ria"})
    assert refused(reading) == {
        (ORG, 3, "E-mail bondgenoot"), (COACH, 3, "Organisatie"), (TRAJ, 3, "Gezinscoach"),
        (MEZ, 3, "Dossiernr"),
        (NET, 3, "Gezinscoach"),
    }  # fmt: skip
    chain = [sheet.refused[0].depends_on for sheet in reading.sheets() if sheet.refused]
    assert chain == [None, (ORG, 3), (COACH, 3), (TRAJ, 3), (COACH, 3)]
    assert "hangt af van rij 3 (blad Organisaties)" in str(reading.gezinscoaches.refused[0].reason)


def test_a_register_number_is_no_number_of_a_dossier() -> None:
    reading = read({
        (TRAJ, 3, "Dossiernr"): "85.07.30-033.28", (TRAJ, 4, "Dossiernr"): "90.01.01-003.21",
        (MEZ, 3, "Dossiernr"): "85.07.30-033.28", (MEZ, 4, "Dossiernr"): "90.01.01-003.21",
    })  # fmt: skip
    wanted = {(sheet, row, "Dossiernr") for sheet in (TRAJ, MEZ) for row in (3, 4)}
    assert refused(reading) == wanted
    assert not reading.trajecten.accepted
    assert not reading.mezuri.accepted


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
    assert "ander gezin (rij 3)" in str(reading.trajecten.refused[0].reason)
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
