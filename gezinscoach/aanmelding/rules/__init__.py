"""Steps of an aanmelding, and the reasons for and against a gezinscoach."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from gezinscoach.kernel.steps import Steps

ANSWER_WITHIN = timedelta(days=7)
"""After this a proposal without an answer is shown as late."""
MOST_COMPARISONS = 30
"""How often a day one account may ask whether a family is known already."""


class Toestand(StrEnum):
    """Where an aanmelding stands."""

    TERUGBELLEN = "terugbellen"
    WACHTEND = "wachtend"
    VOORGESTELD = "voorgesteld"
    GEKOPPELD = "gekoppeld"
    INGETROKKEN = "ingetrokken"
    DOORVERWEZEN = "doorverwezen"


WAITING = (Toestand.TERUGBELLEN, Toestand.WACHTEND, Toestand.VOORGESTELD)
"""The states of an aanmelding that still asks for something."""


class Toestemming(StrEnum):
    """Whether the family agreed to be registered."""

    JA = "ja"
    NIET_GEVRAAGD = "nog niet gevraagd"


class Antwoord(StrEnum):
    """What became of a proposal."""

    OPEN = "open"
    AANVAARD = "aanvaard"
    GEWEIGERD = "geweigerd"
    INGETROKKEN = "ingetrokken"


class Refusal(Exception):
    """An act on an aanmelding that the rules refuse."""


class NoSuchStep(Refusal):
    """This step cannot be taken from where the aanmelding stands."""


class PermissionNeeded(Refusal):
    """The family did not agree to be registered yet."""


class NameNeeded(Refusal):
    """A family that agreed is registered by its name."""


class NotProposable(Refusal):
    """A hard rule stands between this gezinscoach and this family."""


class ComparedEnough(Refusal):
    """This account asked MOST_COMPARISONS times today whether a family is known already."""


class Answered(Refusal):
    """The proposal was answered or taken back already."""


STEPS: dict[tuple[Toestand, str], Toestand] = {
    (Toestand.TERUGBELLEN, "agree"): Toestand.WACHTEND,
    (Toestand.TERUGBELLEN, "withdraw"): Toestand.INGETROKKEN,
    (Toestand.WACHTEND, "propose"): Toestand.VOORGESTELD,
    (Toestand.WACHTEND, "withdraw"): Toestand.INGETROKKEN,
    (Toestand.WACHTEND, "refer"): Toestand.DOORVERWEZEN,
    (Toestand.VOORGESTELD, "accept"): Toestand.GEKOPPELD,
    (Toestand.VOORGESTELD, "decline"): Toestand.WACHTEND,
    (Toestand.VOORGESTELD, "take back"): Toestand.WACHTEND,
    (Toestand.INGETROKKEN, "reopen"): Toestand.WACHTEND,
    (Toestand.INGETROKKEN, "ask again"): Toestand.TERUGBELLEN,
    (Toestand.DOORVERWEZEN, "reopen"): Toestand.WACHTEND,
}
_steps = Steps(STEPS, NoSuchStep)
after, steps_from = _steps.after, _steps.available


def desk_steps(toestand: Toestand, toestemming: Toestemming) -> tuple[str, ...]:
    """The steps that the aanmeldpunt may take: never the coach's, and nothing further without permission."""
    shut = {"accept", "decline", "ask again" if toestemming is Toestemming.JA else "reopen"}
    return tuple(step for step in steps_from(toestand) if step not in shut)


def days_waiting(datum: date, today: date) -> int:
    """Whole days since the aanmelding, 0 at least."""
    return max(0, (today - datum).days)
