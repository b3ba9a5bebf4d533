"""Presence at the lerend netwerk, and where a signal stands."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from gezinscoach.kernel.steps import Steps


class Aanwezig(StrEnum):
    """Whether a coach was there."""

    AANWEZIG = "aanwezig"
    VERONTSCHULDIGD = "verontschuldigd"
    AFWEZIG = "afwezig"


class Signaalstand(StrEnum):
    """Where a signal stands."""

    NIEUW = "nieuw"
    GEBUNDELD = "gebundeld"
    OVERGEMAAKT = "overgemaakt"
    BEANTWOORD = "beantwoord"


class Refusal(Exception):
    """An act in the network that the rules refuse."""


class NotHeldYet(Refusal):
    """Presence at a meeting that has yet to take place."""


class DayTaken(Refusal):
    """There is a meeting on this day already."""


class PresenceNoted(Refusal):
    """A meeting that cannot be cancelled, because presence was noted."""


class NoSuchStep(Refusal):
    """This step cannot be taken from where the signal stands."""


STEPS: dict[tuple[Signaalstand, str], Signaalstand] = {
    (Signaalstand.NIEUW, "bundle"): Signaalstand.GEBUNDELD,
    (Signaalstand.GEBUNDELD, "send"): Signaalstand.OVERGEMAAKT,
    (Signaalstand.OVERGEMAAKT, "answer"): Signaalstand.BEANTWOORD,
}
_steps = Steps(STEPS, NoSuchStep)
after, steps_from = _steps.after, _steps.available


def require_held(datum: date, today: date) -> None:
    """Raise NotHeldYet unless the meeting took place by today."""
    if datum > today:
        raise NotHeldYet
