"""Which gezinscoaches can be proposed to a family, in which order and why. People decide."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from gezinscoach.kernel.names import fold, words

LONG_AGO = timedelta(days=90)
RECENT = timedelta(days=30)


class Code(StrEnum):
    """A reason; the words and their data are put together at the edge."""

    NOT_STARTED = "not_started"
    STOPPED = "stopped"
    FULL = "full"
    NO_LANGUAGE = "no_language"
    DECLINED = "declined"
    OWN = "own"

    PREFERRED = "preferred"
    NOT_PREFERRED = "not_preferred"
    LANGUAGE = "language"
    INTERPRETER = "interpreter"
    LANGUAGE_UNKNOWN = "language_unknown"
    LANGUAGES_MISSING = "languages_missing"
    WIJK = "wijk"
    OTHER_WIJK = "other_wijk"
    PLACES = "places"
    TRAINED = "trained"
    NOT_TRAINED = "not_trained"
    FIRST = "first"
    TURN = "turn"
    JUST_STARTED = "just_started"
    LEAVING = "leaving"
    NO_ACCOUNT = "no_account"


HARD = frozenset({Code.NOT_STARTED, Code.STOPPED, Code.FULL, Code.NO_LANGUAGE, Code.DECLINED, Code.OWN})
AGAINST = frozenset(
    {
        Code.NOT_PREFERRED,
        Code.INTERPRETER,
        Code.LANGUAGE_UNKNOWN,
        Code.LANGUAGES_MISSING,
        Code.OTHER_WIJK,
        Code.NOT_TRAINED,
        Code.JUST_STARTED,
        Code.LEAVING,
        Code.NO_ACCOUNT,
    }
)


WHERE = frozenset({Code.WIJK, Code.OTHER_WIJK})
"""Reasons that tell where a family lives."""


@dataclass(frozen=True, slots=True)
class Kandidaat:
    """A gezinscoach on a day: families as vaste coach, open proposals, last day a family was taken on.

    `own` is the one who asks: nobody proposes a family to himself.
    """

    id: UUID
    naam: str
    organisatie: str
    talen: tuple[str, ...]
    wijken: tuple[str, ...]
    gestart_op: date
    max_gezinnen: int
    gestopt_op: date | None = None
    gezinnen: int = 0
    open_voorstellen: int = 0
    laatste_start: date | None = None
    startvorming: bool = True
    has_account: bool = True
    weigerde_op: date | None = None
    own: bool = False

    @property
    def vrij(self) -> int:
        """Free places, counting each open proposal as taken."""
        return self.max_gezinnen - self.gezinnen - self.open_voorstellen


@dataclass(frozen=True, slots=True)
class Nood:
    """What the family needs of a coach, as it was written down."""

    taal: str = ""
    tolk: bool | None = None
    gemeente: str = ""
    voorkeur: str = ""


@dataclass(frozen=True, slots=True)
class Reden:
    """One reason with the data that its sentence shows (names of languages, counts, ISO dates)."""

    code: Code
    data: dict[str, str | int] = field(default_factory=dict)

    def stored(self) -> dict[str, Any]:
        """The reason as it is kept with the proposal."""
        return {"code": self.code.value, "data": self.data}


@dataclass(frozen=True, slots=True)
class Match:
    """A gezinscoach with every reason; one hard reason is enough not to be proposed."""

    kandidaat: Kandidaat
    hard: tuple[Reden, ...]
    voor: tuple[Reden, ...]
    tegen: tuple[Reden, ...]


@dataclass(frozen=True, slots=True)
class Uitkomst:
    """Who can be proposed, in order, and who cannot."""

    voorstellen: tuple[Match, ...]
    uitgesloten: tuple[Match, ...]


def match(nood: Nood, kandidaten: Iterable[Kandidaat], today: date) -> Uitkomst:
    """Weigh every gezinscoach: first who speaks the language, then the neighbourhood, training and turn."""
    everyone = list(kandidaten)
    wanted = named_languages(nood.voorkeur, {taal for one in everyone for taal in one.talen})
    found = [(_order(nood, wanted, one), _weigh(nood, wanted, one, today)) for one in everyone]
    ranked = [one for _, one in sorted(found, key=lambda pair: pair[0])]
    return Uitkomst(tuple(one for one in ranked if not one.hard), tuple(one for one in ranked if one.hard))


def languages(text: str) -> tuple[str, ...]:
    """The languages in a text such as "Arabisch en wat Frans/Engels"."""
    parts = re.split(r"\s*[,;/+&()]\s*|\s+(?:en|of)\s+", text.strip())
    return tuple(cleaned for part in parts if (cleaned := re.sub(r"^(?:een beetje|beetje|wat)\s+", "", part)))


def named_languages(voorkeur: str, known: Iterable[str]) -> tuple[str, ...]:
    """The known languages that a preference asks for; none when it says "geen" or "niet"."""
    said = set(words(voorkeur))
    if said & {"geen", "niet"}:
        return ()
    return tuple(sorted({taal for taal in known if fold(taal) in said}))


def _weigh(nood: Nood, wanted: Sequence[str], one: Kandidaat, today: date) -> Match:
    hard, soft = list(_hard(nood, wanted, one, today)), list(_soft(nood, wanted, one, today))
    return Match(
        one,
        tuple(hard),
        tuple(reden for reden in soft if reden.code not in AGAINST),
        tuple(reden for reden in soft if reden.code in AGAINST),
    )


def _hard(nood: Nood, wanted: Sequence[str], one: Kandidaat, today: date) -> Iterable[Reden]:
    if one.own:
        yield Reden(Code.OWN)
    if one.gestart_op > today:
        yield Reden(Code.NOT_STARTED, {"datum": one.gestart_op.isoformat()})
    if one.gestopt_op is not None and one.gestopt_op <= today:
        yield Reden(Code.STOPPED, {"datum": one.gestopt_op.isoformat()})
    if one.weigerde_op is not None:
        yield Reden(Code.DECLINED, {"datum": one.weigerde_op.isoformat()})
    if one.vrij <= 0:
        yield Reden(
            Code.FULL,
            {"gezinnen": one.gezinnen, "voorstellen": one.open_voorstellen, "max": one.max_gezinnen},
        )
    spoken = _shared(languages(nood.taal), one) or _shared(wanted, one)
    if nood.taal and not nood.tolk and one.talen and not spoken:
        yield Reden(Code.NO_LANGUAGE, {"taal": nood.taal})


def _soft(nood: Nood, wanted: Sequence[str], one: Kandidaat, today: date) -> Iterable[Reden]:
    if not one.talen and (wanted or nood.taal):
        yield Reden(Code.LANGUAGES_MISSING)
    elif wanted:
        asked = Code.PREFERRED if _shared(wanted, one) else Code.NOT_PREFERRED
        yield Reden(asked, {"taal": ", ".join(_shared(wanted, one) or wanted)})
    shared = _shared(languages(nood.taal), one)
    if shared:
        yield Reden(Code.LANGUAGE, {"taal": ", ".join(shared)})
    elif not nood.taal:
        yield Reden(Code.LANGUAGE_UNKNOWN)
    elif nood.tolk and one.talen:
        yield Reden(Code.INTERPRETER, {"taal": nood.taal})
    wijk = _wijk(nood, one)
    if wijk:
        yield Reden(Code.WIJK, {"wijk": wijk})
    elif nood.gemeente and one.wijken:
        yield Reden(Code.OTHER_WIJK, {"wijken": ", ".join(one.wijken)})
    yield Reden(Code.PLACES, {"vrij": one.vrij, "max": one.max_gezinnen})
    yield Reden(Code.TRAINED if one.startvorming else Code.NOT_TRAINED)
    if one.laatste_start is None:
        yield Reden(Code.FIRST)
    elif today - one.laatste_start >= LONG_AGO:
        yield Reden(Code.TURN, {"datum": one.laatste_start.isoformat()})
    elif today - one.laatste_start < RECENT:
        yield Reden(Code.JUST_STARTED, {"datum": one.laatste_start.isoformat()})
    if one.gestopt_op is not None:
        yield Reden(Code.LEAVING, {"datum": one.gestopt_op.isoformat()})
    if not one.has_account:
        yield Reden(Code.NO_ACCOUNT)


def _order(nood: Nood, wanted: Sequence[str], one: Kandidaat) -> tuple[object, ...]:
    return (
        not _shared(wanted, one),
        not _shared(languages(nood.taal), one),
        not _wijk(nood, one),
        not one.startvorming,
        one.laatste_start or date.min,
        -one.vrij,
        fold(one.naam),
        one.id,
    )


def _shared(asked: Sequence[str], one: Kandidaat) -> tuple[str, ...]:
    spoken = {fold(taal) for taal in one.talen}
    return tuple(taal for taal in asked if fold(taal) in spoken)


def _wijk(nood: Nood, one: Kandidaat) -> str:
    place = _place(nood.gemeente)
    return next((wijk for wijk in one.wijken if place and _place(wijk) == place), "")


def _place(text: str) -> str:
    """The name of a place, folded, without a postcode before it."""
    return fold(re.sub(r"\d", "", text))
