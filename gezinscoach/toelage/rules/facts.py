"""What the rule may know: settings and facts, as plain values."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Regeling:
    """The settings of one version of the rule; shares are (numerator, denominator), amounts in euro cents."""

    name: str = "Standaardregeling"
    valid_from: date = date(2018, 1, 1)
    family_cents: int = 50_000
    coach_cents: int = 50_000
    min_days: int = 30
    min_scores: int = 1
    attendance_share: tuple[int, int] = (1, 2)
    score_share: tuple[int, int] = (3, 4)


@dataclass(frozen=True, slots=True)
class Periode:
    """Days from first to last, both included; no last day means that it still runs."""

    first: date
    last: date | None = None


@dataclass(frozen=True, slots=True)
class CoachPeriode:
    """The days on which one coach, of one organisation, was the vaste vertrouwenspersoon: no stand-ins."""

    coach: str
    organisation: str
    first: date
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Meting:
    """A quarterly score: the quarter (1-4) that it is about and the day on which it was made."""

    year: int
    quarter: int
    made_on: date


@dataclass(frozen=True, slots=True)
class GezinFeiten:
    """What the rule knows of one gezin; a mandaat's last day is the last on which it still held."""

    code: str
    coaches: tuple[CoachPeriode, ...]
    mandaten: tuple[Periode, ...] = ()
    metingen: tuple[Meting, ...] = ()


@dataclass(frozen=True, slots=True)
class CoachFeiten:
    """What the rule knows of one coach; code is the label in the claim, attended holds keys of meetings.

    organisation is that of today: one with a gezin in the year is claimed by the organisation of that time.
    """

    key: str
    code: str
    organisation: str
    active: tuple[Periode, ...]
    attended: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Bijeenkomst:
    """One meeting of the lerend netwerk, with its day; one that was cancelled is no fact."""

    key: str
    day: date
