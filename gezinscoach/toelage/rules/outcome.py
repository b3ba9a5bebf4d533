"""What the rule says: one line per gezin and per coach, and the totals."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gezinscoach.toelage.rules.facts import Regeling

MOST_EXPORTS = 20
"""How often a day one account may take a claim away as a file."""


class ExportedEnough(Exception):
    """This account took MOST_EXPORTS files away today."""


class Kind(StrEnum):
    """What a line of a claim is about."""

    GEZIN = "gezin"
    COACH = "coach"


class Reden(StrEnum):
    """A condition that a line misses."""

    GEEN_MANDAAT = "geen_mandaat"
    TE_WEINIG_DAGEN = "te_weinig_dagen"
    TE_WEINIG_METINGEN = "te_weinig_metingen"
    GEEN_BIJEENKOMST = "geen_bijeenkomst"
    TE_WEINIG_AANWEZIG = "te_weinig_aanwezig"
    GEEN_METING_VERWACHT = "geen_meting_verwacht"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many there are, how many the rule needs and, for a coach, out of how many."""

    have: int = 0
    need: int = 0
    of: int = 0

    @property
    def enough(self) -> bool:
        return self.have >= self.need


@dataclass(frozen=True, slots=True)
class Lijn:
    """One gezin (days, metingen) or one coach (bijeenkomsten, metingen) with each condition it misses."""

    kind: Kind
    key: str
    code: str
    organisation: str
    amount_cents: int
    missed: tuple[Reden, ...]
    metingen: Tally
    days: Tally = Tally()
    bijeenkomsten: Tally = Tally()

    @property
    def counts(self) -> bool:
        return not self.missed


@dataclass(frozen=True, slots=True)
class Totaal:
    """What one organisation gets: how many families and coaches count, and their amount in euro cents."""

    organisation: str
    families: int
    coaches: int
    amount_cents: int


@dataclass(frozen=True, slots=True)
class Uitkomst:
    """The toelage of a year as known on a day; every organisation that has a line stands in the totals."""

    regeling: Regeling
    year: int
    as_of: date
    lines: tuple[Lijn, ...]
    organisations: tuple[Totaal, ...]

    @property
    def ended(self) -> bool:
        """Whether the year was over on that day: what does not count then will not count later."""
        return self.as_of.year > self.year

    @property
    def total_cents(self) -> int:
        return sum(line.amount_cents for line in self.lines)
