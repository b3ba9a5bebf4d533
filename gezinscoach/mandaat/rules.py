"""What a mandaat covers. The one place that decides whether something of a family may be shared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from gezinscoach.kernel.dates import day_of


class Bereik(StrEnum):
    """What a family can say yes to: each a question of its own."""

    RECHTEN = "rechten"
    AFSTEMMEN = "afstemmen"
    INFORMATIE = "informatie"
    IMPACT = "impact"
    VERHAAL = "verhaal"


ALLES = frozenset({Bereik.RECHTEN, Bereik.AFSTEMMEN, Bereik.INFORMATIE})
"""What "alles" in a workbook means: never impact, never a story."""


class Vorm(StrEnum):
    """How the family gave its mandaat."""

    PAPIER = "papier"
    GESPREK = "gesprek"
    SCHERM = "scherm"
    WERKMAP = "werkmap"


class Refusal(Exception):
    """An act on a mandaat that the rules refuse."""


class NothingAsked(Refusal):
    """A mandaat without a single scope."""


class InTheFuture(Refusal):
    """A mandaat given on a day to come."""


class EndBeforeStart(Refusal):
    """The last day lies before the first."""


class NothingToWithdraw(Refusal):
    """What should be withdrawn does not hold, or was withdrawn already."""


class NotCovered(Refusal):
    """No valid mandaat covers this partner, domain and kind on this day."""


@dataclass(frozen=True, slots=True)
class Yes:
    """One scope of one mandaat, with the days on which it held (last day included; None is open)."""

    bereik: Bereik
    van: date
    tot: date | None

    def holds(self, day: date) -> bool:
        """Whether it holds on this day."""
        return self.van <= day and (self.tot is None or day <= self.tot)


@dataclass(frozen=True, slots=True)
class Partnerlijn:
    """A partner named in a mandaat: for which levensdomeinen (none named: all), and when."""

    partner: str
    domeinen: frozenset[str]
    van: date
    tot: date | None

    def holds(self, day: date) -> bool:
        """Whether it holds on this day."""
        return self.van <= day and (self.tot is None or day <= self.tot)


def scopes_on(yesses: Iterable[Yes], day: date) -> frozenset[Bereik]:
    """What the family allows on this day."""
    return frozenset(yes.bereik for yes in yesses if yes.holds(day))


def last_day(tot: date | None, withdrawn_at: datetime | None) -> date | None:
    """The last day on which something held all day: withdrawing works at once, so it ends the day before."""
    if withdrawn_at is None:
        return tot
    before = day_of(withdrawn_at) - timedelta(days=1)
    return before if tot is None else min(tot, before)


def year_after(day: date) -> date:
    """The same day one year later; 28 February for a leap day."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def require_mandaat(bereik: frozenset[Bereik], *, gegeven_op: date, tot: date | None, today: date) -> None:
    """Raise NothingAsked, InTheFuture or EndBeforeStart unless this mandaat can be recorded."""
    if not bereik:
        raise NothingAsked
    if gegeven_op > today:
        raise InTheFuture
    if tot is not None and tot < gegeven_op:
        raise EndBeforeStart


def same_partner(one: str, other: str) -> bool:
    """Whether two names mean the same partner: case and spaces aside, exactly the same."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def require_covered(
    yesses: Iterable[Yes],
    partners: Iterable[Partnerlijn],
    *,
    bereik: Bereik,
    partner: str | None,
    domein: str | None,
    day: date,
) -> None:
    """Raise NotCovered unless this kind, this partner and this domain are allowed on this day.

    Without a domain, the partner must be allowed every domain. Without a partner nothing leaves the
    werking (an expert of the network is asked), and the kind alone decides.
    """
    if bereik not in scopes_on(yesses, day):
        raise NotCovered
    if partner is not None and not any(
        same_partner(line.partner, partner)
        and line.holds(day)
        and (not line.domeinen or domein in line.domeinen)
        for line in partners
    ):
        raise NotCovered
