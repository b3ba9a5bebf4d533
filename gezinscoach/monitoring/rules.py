"""Figures that name nobody: small groups hidden, and which metingen were due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from gezinscoach.kernel.dates import quarter_end, quarter_of, quarter_start, quarters
from gezinscoach.toelage.rules import GezinFeiten
from gezinscoach.toelage.rules.days import count, quarter, shared, within

QUARTERS = 8


@dataclass(frozen=True, slots=True)
class Kwartaal:
    """How many families were to have a meting in a quarter, and how many of those have one."""

    year: int
    quarter: int
    due: int
    made: int


def shown(families: int, least: int) -> int | None:
    """A number of families, or None when so few that somebody could be recognised; none at all is said."""
    return families if families == 0 or families >= least else None


def ended_quarters(today: date) -> list[tuple[int, int]]:
    """The last QUARTERS quarters that ended before today, the earliest first."""
    last = quarter_start(*quarter_of(today)) - timedelta(days=1)
    return list(quarters(last - timedelta(days=92 * (QUARTERS + 1)), last))[-QUARTERS:]


def completeness(
    families: Iterable[GezinFeiten], asked: Sequence[tuple[int, int]], min_days: int
) -> list[Kwartaal]:
    """Per quarter the families with coach and mandaat together on `min_days` of it, and their metingen."""
    window = quarter_start(*asked[0]).toordinal(), quarter_end(*asked[-1]).toordinal()
    due = dict.fromkeys(asked, 0)
    made = dict.fromkeys(asked, 0)
    for gezin in families:
        together = shared(within(gezin.coaches, window), within(gezin.mandaten, window))
        have = {(meting.year, meting.quarter) for meting in gezin.metingen}
        for one in asked:
            if count(shared(together, [quarter(*one)])) >= min_days:
                due[one] += 1
                made[one] += one in have
    return [Kwartaal(*one, due[one], made[one]) for one in asked]
