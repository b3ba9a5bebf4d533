"""Single cells of a werkmap: wrong, doubtful, or another way of writing the same."""

from datetime import date

import pytest

from gezinscoach.werkmap.rules.trajecten import split_address

from .grids import COACH, MEZ, NET, ORG, TRAJ, WACHT, doubts, read, refused

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
    assert str(kept.refused[0].reason).endswith((".", "?"))


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


@pytest.mark.parametrize(
    ("adres", "outside"),
    [
        ("Veldstraat 1, 9000 Gent", True),
        ("Kerkstraat 1, 3000 Leuven", False),
        ("Steenweg 1200 bus 3", False),
        ("Veldstraat 1", False),
    ],
)
def test_a_running_family_outside_the_city_is_a_doubt_and_goes_in(adres: str, outside: bool) -> None:
    reading = read({(TRAJ, 3, "Adres"): adres})
    assert ((TRAJ, 3, "Adres") in doubts(reading)) is outside
    assert len(reading.trajecten.accepted) == 2
