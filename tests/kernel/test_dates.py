"""Dates and quarters as people type them."""

from datetime import date, datetime
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gezinscoach.kernel import dates

DAYS = st.dates(date(1950, 1, 1), date(2049, 12, 31))
ABBREVIATED = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sept", "okt", "nov", "dec")
WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")


def notations(day: date) -> list[object]:
    """Every way in which people here write this day."""
    month = dates.MONTHS[day.month - 1]
    short = ABBREVIATED[day.month - 1]
    two = f"{day.year % 100:02}"
    return [
        day,
        datetime(day.year, day.month, day.day, 13, 45),  # noqa: DTZ001 - a spreadsheet knows no zones
        day.isoformat(),
        f"{day.isoformat()} 00:00:00",
        f"{day:%Y%m%d}",
        int(f"{day:%Y%m%d}"),
        float((day - dates.SERIAL_EPOCH).days),
        f"{day.day}/{day.month}/{day.year}",
        f"{day.day:02}-{day.month:02}-{two}",
        f"{day.day}.{day.month}.{day.year}",
        f"{day.day}/{day.month}/{two}",
        f" {day.day}\u00a0{month}\u00a0{day.year} ",
        f"{day.day} {short}. {day.year}",
        f"{day.day} {short} {two}",
        f"{day.day} {month.upper()} '{two}",
        f"{WEEKDAYS[day.weekday()]} {day.day} {month} {day.year}",
        f"{WEEKDAYS[day.weekday()][:2]}. {day.day}/{day.month}/{day.year}",
    ]


@given(DAYS)
def test_every_notation_of_a_day_reads_as_that_day(day: date) -> None:
    assert {dates.read_date(text) for text in notations(day)} == {day}


@given(DAYS)
def test_a_day_without_a_year_takes_the_year_that_is_given(day: date) -> None:
    for text in (f"{day.day}/{day.month}", f"{day.day} {dates.MONTHS[day.month - 1]}"):
        assert dates.read_date(text, year=day.year) == day
        with pytest.raises(dates.UnreadableDate):
            dates.read_date(text)


@given(st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.none()))
@example("፩/፩/2025")
@example("²/1/2025")
@example(float("nan"))
def test_whatever_stands_in_a_cell_it_is_a_day_or_unreadable(value: object) -> None:
    for read in (dates.read_date, dates.read_date_among_words):
        try:
            day = read(value)
        except dates.UnreadableDate:
            continue
        assert dates.FIRST_YEAR <= day.year <= dates.LAST_YEAR


@pytest.mark.parametrize("text", ["31/02/2026", "29/2/2025", "3/14/2025", "0/1/2025", "31 april 2025"])
def test_a_day_that_does_not_exist_is_impossible(text: str) -> None:
    with pytest.raises(dates.ImpossibleDate):
        dates.read_date(text)


@pytest.mark.parametrize(
    "value", ["", "nog niet", "lente 2025", 2025, 3.0, True, None, "7 ma 2025", "1/2025"]
)
def test_what_is_no_date_is_unreadable_but_not_impossible(value: object) -> None:
    with pytest.raises(dates.UnreadableDate) as caught:
        dates.read_date(value)
    assert caught.type is dates.UnreadableDate


def test_two_digit_years_pivot_at_fifty() -> None:
    assert dates.read_date("1/1/49").year == 2049
    assert dates.read_date("1/1/50").year == 1950


@given(st.integers(2000, 2049), st.integers(1, 4))
def test_every_notation_of_a_quarter_reads_as_that_quarter(year: int, quarter: int) -> None:
    word = ("eerste", "tweede", "derde", "vierde")[quarter - 1]
    for text in (
        f"{year}-K{quarter}", f"{year} k{quarter}", f"Q{quarter}/{year}", f"K{quarter} {year}",
        f"{year}Q{quarter}",
        f"{quarter}e kwartaal {year}", f"{word} kwartaal {year}", f"{year}/{quarter}", f"kw {quarter} {year}",
        f"kwartaal\u00a0{quarter}, {year}", f"K{quarter}'{year % 100:02}", f"{quarter}de kwartaal van {year}",
    ):  # fmt: skip
        assert dates.read_quarter(text) == (year, quarter), text


@pytest.mark.parametrize("text", ["K5 2025", "2025-K0", "2025-Q12", "5e kwartaal 2025"])
def test_a_fifth_quarter_is_impossible(text: str) -> None:
    with pytest.raises(dates.ImpossibleQuarter):
        dates.read_quarter(text)


@given(st.one_of(st.text(), st.dates(), st.integers(), st.none()))
def test_whatever_stands_in_a_cell_it_is_a_quarter_or_unreadable(value: object) -> None:
    try:
        _, quarter = dates.read_quarter(value)
    except dates.UnreadableQuarter:
        return
    assert 1 <= quarter <= 4


@given(DAYS)
def test_a_day_lies_within_its_quarter(day: date) -> None:
    quarter = dates.quarter_of(day)
    assert dates.quarter_start(*quarter) <= day <= dates.quarter_end(*quarter)


@given(DAYS, st.integers(0, 2000))
def test_quarters_follow_each_other_without_gap(first: date, length: int) -> None:
    last = date.fromordinal(min(first.toordinal() + length, date(2049, 12, 31).toordinal()))
    found = list(dates.quarters(first, last))
    assert found[0] == dates.quarter_of(first)
    assert found[-1] == dates.quarter_of(last)
    assert all(dates.next_quarter(*one) == other for one, other in pairwise(found))
