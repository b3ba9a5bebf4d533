"""Register numbers are found in every usual notation, and nothing else is taken for one."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezinscoach.kernel.rijksregister import MARKER, mask


def numbered(born: date, order: int, month_shift: int = 0) -> str:
    """Eleven digits of an invented person."""
    nine = f"{born.year % 100:02}{born.month + month_shift:02}{born.day:02}{order:03}"
    base = int(nine) + (2_000_000_000 if born.year >= 2000 else 0)
    return f"{nine}{97 - base % 97:02}"


@given(
    st.dates(date(1930, 1, 1), date(2024, 12, 31)),
    st.integers(1, 997),
    st.sampled_from([0, 20, 40]),
    st.sampled_from(
        [
            "{}.{}.{}-{}.{}",
            "{}{}{} {} {}",
            "{}{}{}{}{}",
            "{} {} {} {} {}",
            "{}-{}-{} / {}\u2013{}",
            "{}{}{}-{}{}",
        ]
    ),
)
def test_every_number_is_masked_in_every_notation(born: date, order: int, shift: int, notation: str) -> None:
    digits = numbered(born, order, shift)
    written = notation.format(digits[:2], digits[2:4], digits[4:6], digits[6:9], digits[9:])
    assert mask(f"mama ({written}), belt zelf") == (f"mama ({MARKER}), belt zelf", 1)


def test_two_numbers_in_one_text_are_both_masked() -> None:
    text, count = mask("85.07.30-033.28 en 17073003384.")
    assert (text, count) == (f"{MARKER} en {MARKER}.", 2)


def test_unknown_parts_of_a_birth_date_are_still_a_number() -> None:
    assert mask("40 00 00 953 81")[1] == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "85.07.30-033.29",  # check digits wrong
        "1850730033281",  # part of a longer number
        "850730033281",
        "+32 475 12 34 56",
        "0478/36.64.36",
        "BE79 0686 6240 3933",
        "BE79068662403933",
        "0535.825.327",
        "GC-2025-001, 3000 Leuven, 12/4/2019",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert mask(text) == (text, 0)


@given(st.integers(32_400_000_000, 32_499_999_999))
def test_a_telephone_number_with_country_code_stays(number: int) -> None:
    digits = str(number)
    for text in (f"+{digits}", f"+ {digits}", f"+32 {digits[2:5]} {digits[5:7]} {digits[7:9]} {digits[9:]}"):
        assert mask(text) == (text, 0)


@given(st.text())
def test_masking_twice_changes_nothing_more(text: str) -> None:
    masked, _ = mask(text)
    assert mask(masked) == (masked, 0)
