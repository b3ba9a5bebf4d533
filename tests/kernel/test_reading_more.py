"""Notations and disguises found with workbooks of other cities."""

from datetime import date

import pytest

from gezinscoach.kernel.dates import (
    ImpossibleDate,
    UnreadableDate,
    UnreadableQuarter,
    read_date,
    read_date_among_words,
    read_quarter,
)
from gezinscoach.kernel.rijksregister import MARKER, mask


@pytest.mark.parametrize(
    "value",
    [
        "'12/3/2025",
        "12—03—2025",
        "12−03−2025",
        "12032025",
        12032025,
        "de 12de maart 2025",
        "op 12/3/2025",
        "12 mar 2025",
        "12/03/2025 om 14u",
        "12/03/2025 14u30",
        "\u200e12/03/2025",
    ],
)
def test_more_notations_of_a_day(value: object) -> None:
    assert read_date(value) == date(2025, 3, 12)


def test_a_number_that_lost_the_zero_of_its_day_is_a_day() -> None:
    assert read_date(1032025.0) == date(2025, 3, 1)
    assert read_date("20101210") == date(2010, 12, 10)


@pytest.mark.parametrize(
    "value",
    [
        "K3 (2026)", "2026 (K3)", "K3(2026)", "K-3 2026", "K 3 - 2026", "3de kwartaal 2026", "2026 - K3",
        "K.3/2026", "kwartaal: 3 (2026)", "3e kwartaal - '26", "3 de kwartaal, 2026", "2026 kwartaal 3",
        "derde kwartaal van het jaar 2026", "2026 3e kw.", "3-K-2026", "3° trimester 2026", "K3 - 26",
    ],
)  # fmt: skip
def test_more_notations_of_a_quarter(value: str) -> None:
    assert read_quarter(value) == (2026, 3)


@pytest.mark.parametrize(
    "value",
    ["K1-3 2026", "K1/K2 2026", "K3 20 26", "2026 3", "26-K3", "K326", "K3", "1/2026/3", "K3 2026-2027"],
)
def test_what_may_be_more_than_one_quarter_is_none(value: str) -> None:
    with pytest.raises(UnreadableQuarter):
        read_quarter(value)


@pytest.mark.parametrize(
    "value",
    [
        "vanaf 12/3/2025", "sinds 12 maart 2025", "ca. 12/3/2025", "ca.12/3/2025", "± 12-03-25", "12/3/2025?",
        "12/3/2025 (mondeling)", "12/3/2025\n(bevestigd)", "vanaf woensdag 12 mrt. 2025", "rond 2025-03-12",
        "12/3/2025 om 14u (huisbezoek)", "12/3/2025 (voorlopig)", "start: 12.3.2025",
    ],
)  # fmt: skip
def test_a_full_day_is_read_among_other_words(value: str) -> None:
    assert read_date_among_words(value) == date(2025, 3, 12)
    with pytest.raises(UnreadableDate):
        read_date(value)


@pytest.mark.parametrize(
    "value",
    [
        "sinds maart 2025", "vanaf 12/3", "12/3/2025 of 13/3/2025", "12/3 of 13/3/2025", "12-14/3/2025",
        "12/3/2025 - 14/3/2025", "12 en 14 maart 2025", "12/3/2025 (april)", "niet 12/3/2025",
        "12/3/2025 geweigerd", "werkweigering 12/3/2025", "12/3/2025 afgezegd", "tot 12/3/2025",
        "voor 12/3/2025", "t.e.m. 12/3/2025", "12/3/2025 - heden", "nvt (12/3/2025)", "gevraagd op 12/3/2025",
        "12/3/20255", "112/3/2025 x", "D-12/3/2025", "12 gezinnen 2025", "12/3/2025 (2de gesprek)", "",
        None, 45000,
    ],
)  # fmt: skip
def test_a_day_that_is_not_clearly_the_one_meant_is_not_read(value: object) -> None:
    with pytest.raises(UnreadableDate):
        read_date_among_words(value)


@pytest.mark.parametrize("value", ["31/2/2025?", "ca. 3/14/2025", "vanaf 31 april 2025"])
def test_a_day_among_words_that_does_not_exist_is_impossible(value: str) -> None:
    with pytest.raises(ImpossibleDate):
        read_date_among_words(value)


@pytest.mark.parametrize(
    "text",
    [
        "85,07,30,033,28",
        "85:07:30-033:28",
        "850 730 033 28",
        "8 5 0 7 3 0 0 3 3 2 8",
        "850730--033=28",
        "85\u200b07\u200b3003328",
        "85*07*30*033*28",
    ],
)
def test_a_register_number_in_disguise_is_masked(text: str) -> None:
    assert mask(f"zie {text}.") == (f"zie {MARKER}.", 1)


def test_digits_before_a_register_number_do_not_hide_it() -> None:
    assert mask("tel 0470 12 34 56 850730033 28") == (f"tel 0470 12 34 56 {MARKER}", 1)
    assert mask("nr. 12 850730033 28") == (f"nr. 12 {MARKER}", 1)
