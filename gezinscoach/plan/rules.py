"""Steps of a goal and of an action."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from gezinscoach.kernel.steps import Steps

SOON = timedelta(days=7)


class Doelstand(StrEnum):
    """Where a goal stands."""

    OPEN = "open"
    BEREIKT = "bereikt"
    GESTOPT = "gestopt"


class Wie(StrEnum):
    """Who takes a step."""

    GEZIN = "gezin"
    SAMEN = "samen"
    COACH = "coach"
    PARTNER = "partner"


class Refusal(Exception):
    """An act on a plan that the rules refuse."""


class NoSuchStep(Refusal):
    """This step cannot be taken from where the goal stands."""


class AlreadyDone(Refusal):
    """The action is done already."""


class NotDone(Refusal):
    """The action is not done, so there is nothing to take back."""


class GoalEnded(Refusal):
    """An action for a goal that was reached or dropped."""


class Empty(Refusal):
    """A goal or an action without words."""


STEPS: dict[tuple[Doelstand, str], Doelstand] = {
    (Doelstand.OPEN, "reach"): Doelstand.BEREIKT,
    (Doelstand.OPEN, "drop"): Doelstand.GESTOPT,
    (Doelstand.BEREIKT, "reopen"): Doelstand.OPEN,
    (Doelstand.GESTOPT, "reopen"): Doelstand.OPEN,
}
_steps = Steps(STEPS, NoSuchStep)
after, steps_from = _steps.after, _steps.available


def require_words(text: str) -> None:
    """Raise Empty unless there is something to read."""
    if not text.strip():
        raise Empty


def is_late(tegen: date | None, today: date) -> bool:
    """Whether an open action should have been done before today."""
    return tegen is not None and tegen < today
