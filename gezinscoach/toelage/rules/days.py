"""Sets of days as sorted (first, last) pairs of day numbers, both included."""

from collections.abc import Iterable, Sequence
from datetime import date

from gezinscoach.toelage.rules.facts import CoachPeriode, Periode

Days = tuple[int, int]


def year_until(year: int, as_of: date) -> Days:
    """The days of a calendar year up to and including a day; none (last before first) when it is earlier."""
    return date(year, 1, 1).toordinal(), min(as_of, date(year, 12, 31)).toordinal()


def quarter(year: int, number: int) -> Days:
    """The days of quarter 1, 2, 3 or 4 of a year."""
    after = date(year + number // 4, number * 3 % 12 + 1, 1)
    return date(year, number * 3 - 2, 1).toordinal(), after.toordinal() - 1


def within(periods: Iterable[Periode | CoachPeriode], window: Days) -> list[Days]:
    """The days of the periods inside a window, each day once; one that ends before it starts has none."""
    union: list[Days] = []
    for period in sorted(periods, key=lambda period: period.first):
        first = max(period.first.toordinal(), window[0])
        last = window[1] if period.last is None else min(period.last.toordinal(), window[1])
        if union:
            first = max(first, union[-1][1] + 1)
        if first <= last:
            union.append((first, last))
    return union


def shared(some: Iterable[Days], others: Sequence[Days]) -> list[Days]:
    """The days that are in both."""
    overlaps = ((max(a[0], b[0]), min(a[1], b[1])) for a in some for b in others)
    return [days for days in overlaps if days[0] <= days[1]]


def count(days: Iterable[Days]) -> int:
    """How many days there are."""
    return sum(last - first + 1 for first, last in days)
