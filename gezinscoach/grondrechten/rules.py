"""Scores and priorities of one quarter."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from gezinscoach.kernel.dates import quarter_end, quarter_of, quarter_start, quarters

LOWEST, HIGHEST, MOST_PRIORITIES = 1, 5, 3
LEAST_DAYS = timedelta(days=30)
"""A family that was coached for so many days of a quarter owes a meting for it."""

LEEWAY = timedelta(days=31)
"""So far outside its quarter may the talk of a meting be."""

Quarter = tuple[int, int]


class Antwoord(StrEnum):
    """What was said about one right."""

    SCORE = "score"
    NIET_BESPROKEN = "nb"
    NIET_VAN_TOEPASSING = "nvt"


class Refusal(Exception):
    """A meting that the rules refuse."""


class OutsideScale(Refusal):
    """A score that is not 1, 2, 3, 4 or 5."""


class NothingScored(Refusal):
    """A meting in which no right was answered at all."""


class UnknownRight(Refusal):
    """A score or priority for something that is not on the codelist."""


class TooManyPriorities(Refusal):
    """More than three priorities, or the same twice."""


class QuarterToCome(Refusal):
    """A quarter that has not begun, or a day that has yet to come."""


class QuarterTaken(Refusal):
    """There is a meting of this family for this quarter already."""


@dataclass(frozen=True, slots=True)
class Score:
    """The answer for one right: a score of 1 to 5, or one of the two words without a number."""

    antwoord: Antwoord
    waarde: int | None = None

    def __post_init__(self) -> None:
        if (self.antwoord is Antwoord.SCORE) != (self.waarde is not None):
            raise OutsideScale
        if self.waarde is not None and not LOWEST <= self.waarde <= HIGHEST:
            raise OutsideScale


def score_of(answer: int | str) -> Score:
    """The score that an answer means: 1 to 5 as a number or a digit, "nb" or "nvt"; else OutsideScale."""
    if answer in (Antwoord.NIET_BESPROKEN, Antwoord.NIET_VAN_TOEPASSING):
        return Score(Antwoord(answer))
    try:
        return Score(Antwoord.SCORE, int(answer))
    except ValueError:
        raise OutsideScale from None


def require_meting(
    scores: Mapping[str, Score],
    priorities: Sequence[str],
    *,
    rights: Sequence[str],
    quarter: Quarter,
    day: date,
    today: date,
    blank: bool = False,
) -> None:
    """Raise the refusal that fits unless this meting can be kept; `priorities` from first to third.

    `blank` lets a meting pass in which nothing was answered.
    """
    if not blank and not any(score.antwoord is not Antwoord.NIET_BESPROKEN for score in scores.values()):
        raise NothingScored
    if not set(scores) <= set(rights) or not set(priorities) <= set(rights):
        raise UnknownRight
    if len(priorities) > MOST_PRIORITIES or len(set(priorities)) != len(priorities):
        raise TooManyPriorities
    if quarter > quarter_of(today) or day > today:
        raise QuarterToCome


def near(day: date, quarter: Quarter) -> bool:
    """Whether a talk on this day can be about this quarter: in it, or at most LEEWAY before or after."""
    return quarter_start(*quarter) - LEEWAY <= day <= quarter_end(*quarter) + LEEWAY


def previous_quarter(quarter: Quarter) -> Quarter:
    """The quarter before this one."""
    return quarter_of(quarter_start(*quarter) - timedelta(days=1))


def owed(first: date, quarter: Quarter) -> bool:
    """Whether a family coached from this first day on owes a meting for an ended quarter."""
    return first + LEAST_DAYS <= quarter_end(*quarter) + timedelta(days=1)


def open_quarters(first: date, today: date, taken: Collection[Quarter], most: int = 8) -> list[Quarter]:
    """The quarters from the first day to today without a meting, the latest first, at most `most`."""
    return [quarter for quarter in quarters(first, today) if quarter not in taken][::-1][:most]
