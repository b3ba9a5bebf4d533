"""Reasons for and against a gezinscoach in plain words: no score, no prediction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from gezinscoach.aanmelding.present import spelled
from gezinscoach.aanmelding.rules.matching import AGAINST, Code, Match, Reden, Uitkomst

REASONS: Mapping[Code, Callable[[Mapping[str, Any]], str]] = {
    Code.NOT_STARTED: lambda d: _("Begint pas op %(datum)s.", datum=d["datum"]),
    Code.STOPPED: lambda d: _("Is gestopt op %(datum)s.", datum=d["datum"]),
    Code.FULL: lambda d: _(
        "Heeft geen plaats: %(taken)d van %(max)d plaatsen bezet.",
        taken=d["gezinnen"] + d["voorstellen"],
        max=d["max"],
    ),
    Code.NO_LANGUAGE: lambda d: _("Spreekt geen %(taal)s, en er is geen tolk afgesproken.", taal=d["taal"]),
    Code.DECLINED: lambda d: _("Kon dit gezin niet opnemen (antwoord van %(datum)s).", datum=d["datum"]),
    Code.OWN: lambda d: _("Dit ben jij. Laat een collega dit gezin voorstellen."),
    Code.PREFERRED: lambda d: _("Spreekt %(taal)s, zoals gevraagd.", taal=d["taal"]),
    Code.NOT_PREFERRED: lambda d: _("Spreekt geen %(taal)s, en dat werd wel gevraagd.", taal=d["taal"]),
    Code.LANGUAGE: lambda d: _("Spreekt %(taal)s, net als het gezin.", taal=d["taal"]),
    Code.INTERPRETER: lambda d: _("Spreekt geen %(taal)s: dit gaat alleen met een tolk.", taal=d["taal"]),
    Code.LANGUAGE_UNKNOWN: lambda d: _("We weten nog niet welke taal het gezin spreekt."),
    Code.LANGUAGES_MISSING: lambda d: _("Talen nog niet ingevuld."),
    Code.WIJK: lambda d: _("Werkt in %(wijk)s.", wijk=d["wijk"]),
    Code.OTHER_WIJK: lambda d: _("Werkt elders: %(wijken)s.", wijken=d["wijken"]),
    Code.PLACES: lambda d: ngettext(
        "Heeft nog %(num)d plaats van %(max)d.",
        "Heeft nog %(num)d plaatsen van %(max)d.",
        d["vrij"],
        max=d["max"],
    ),
    Code.TRAINED: lambda d: _("Volgde de startvorming."),
    Code.NOT_TRAINED: lambda d: _("Volgde de startvorming nog niet."),
    Code.FIRST: lambda d: _("Begeleidde nog geen gezin en is aan de beurt."),
    Code.TURN: lambda d: _("Kreeg al lang geen nieuw gezin (laatste op %(datum)s).", datum=d["datum"]),
    Code.JUST_STARTED: lambda d: _("Kreeg net een nieuw gezin (op %(datum)s).", datum=d["datum"]),
    Code.LEAVING: lambda d: _("Stopt op %(datum)s.", datum=d["datum"]),
    Code.NO_ACCOUNT: lambda d: _("Heeft nog geen account, en kan dus niet zelf antwoorden."),
}


def reason(code: Code, data: Mapping[str, Any]) -> str:
    """A reason in plain words, dates written out and languages spelled as we know them."""
    shown = {key: WRITTEN[key](value) if key in WRITTEN else value for key, value in data.items()}
    return str(REASONS[code](shown))


def _day(value: object) -> str:
    return str(format_date(date.fromisoformat(str(value)), "d MMMM yyyy"))


WRITTEN: Mapping[str, Callable[[Any], str]] = {"datum": _day, "taal": spelled}


def reasons(redenen: Iterable[Reden]) -> tuple[str, ...]:
    """Reasons in words."""
    return tuple(reason(reden.code, reden.data) for reden in redenen)


def stored_reasons(kept: Iterable[Mapping[str, Any]], *, against: bool) -> tuple[str, ...]:
    """The reasons that were kept with a proposal, those against or those for; unknown codes are left out."""
    known = [(Code(one["code"]), one["data"]) for one in kept if one["code"] in set(Code)]
    return tuple(reason(code, data) for code, data in known if (code in AGAINST) is against)


@dataclass(frozen=True, slots=True)
class Kaart:
    """A gezinscoach on the page of proposals."""

    id: UUID
    naam: str
    organisatie: str
    voor: tuple[str, ...]
    tegen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Keuze:
    """The page of proposals: the best ones, how many more there are, and who cannot with why."""

    kaarten: tuple[Kaart, ...]
    meer: int
    uitgesloten: tuple[tuple[str, str, str], ...]
    uitgesloten_meer: int
    taal: bool


def keuze(uitkomst: Uitkomst, most: int) -> Keuze:
    """The outcome of matching, ready to show."""
    taal = any(reden.code is Code.NO_LANGUAGE for one in uitkomst.uitgesloten for reden in one.hard)
    return Keuze(
        tuple(_kaart(one) for one in uitkomst.voorstellen[:most]),
        max(0, len(uitkomst.voorstellen) - most),
        tuple(
            (one.kandidaat.naam, one.kandidaat.organisatie, " ".join(reasons(one.hard)))
            for one in uitkomst.uitgesloten[: 5 * most]
        ),
        max(0, len(uitkomst.uitgesloten) - 5 * most),
        taal,
    )


def _kaart(one: Match) -> Kaart:
    coach = one.kandidaat
    return Kaart(coach.id, coach.naam, coach.organisatie, reasons(one.voor), reasons(one.tegen))
