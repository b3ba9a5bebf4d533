"""What stands on Vandaag: cards, in one part for each role."""

from __future__ import annotations

from dataclasses import dataclass

from gezinscoach.dossier import queries as dossier


@dataclass(frozen=True, slots=True)
class Kaart:
    """A thing to know or to do: a title that may be a link, lines under it, and how pressing it is."""

    titel: str
    href: str = ""
    meta: str = ""
    regels: tuple[str, ...] = ()
    tone: str = ""
    stand: str = ""
    stand_tone: str = "neutral"
    let_op: str = ""


@dataclass(frozen=True, slots=True)
class Deel:
    """What one role sees on Vandaag."""

    titel: str
    kaarten: tuple[Kaart, ...] = ()
    lasten: tuple[dossier.Last, ...] = ()
    leeg: str = ""
