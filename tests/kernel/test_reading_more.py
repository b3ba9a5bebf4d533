"""Notations and disguises found with workbooks of other cities."""

from datetime import date

import pytest

from gezinscoach.kernel.dates import read_date, read_quarter
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


@pytest.mark.parametrize("value", ["K3 (2026)", "2026 (K3)", "K3(2026)"])
def test_a_quarter_with_brackets(value: str) -> None:
    assert read_quarter(value) == (2026, 3)


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
