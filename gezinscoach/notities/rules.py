"""What a note may be."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from gezinscoach.kernel.names import words

LONGEST = 20_000


class Contact(StrEnum):
    """What kind of contact the note is about."""

    HUISBEZOEK = "huisbezoek"
    GESPREK = "gesprek"
    TELEFOON = "telefoon"
    BERICHT = "bericht"
    SAMEN_OP_STAP = "samen op stap"
    AANWEZIG = "aanwezig zijn"
    OVERLEG = "overleg met partners"
    NIET_GELUKT = "niet gelukt"


class Niveau(StrEnum):
    """Who may ever get the note."""

    COACH = "coach"
    DEELBAAR = "deelbaar"


class Refusal(Exception):
    """A note that the rules refuse."""


class Empty(Refusal):
    """A note without text."""


class TooLong(Refusal):
    """A note of more than LONGEST characters."""


class InTheFuture(Refusal):
    """A contact on a day to come."""


def require_note(tekst: str, datum: date, today: date) -> None:
    """Raise Empty, TooLong or InTheFuture unless this note can be kept."""
    if not tekst.strip():
        raise Empty
    if len(tekst) > LONGEST:
        raise TooLong
    if datum > today:
        raise InTheFuture


def matches(tekst: str, sought: str) -> bool:
    """Whether a text holds every sought word, or a word that has it inside; blind to case and accents."""
    held = " ".join(words(tekst))
    return all(word in held for word in words(sought))
