"""Decisions about the case, and the first edition of the codelist of grondrechten and levensdomeinen."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

CONSULT = timedelta(days=14)
LONGEST_STAND_IN = timedelta(weeks=6)
# No I, L, O, U, 0 or 1: a code is read out over the phone.
_ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"


class Lidsoort(StrEnum):
    """Place in the family."""

    OUDER = "ouder"
    KIND = "kind"


class Coachrol(StrEnum):
    """The one vaste vertrouwenspersoon, or a stand-in with an end date."""

    VAST = "vast"
    VERVANGER = "vervanger"


class Noodreden(StrEnum):
    """Why somebody without relation must read a dossier now."""

    ACUUT_GEVAAR = "acuut gevaar"
    KIND_IN_GEVAAR = "kind in gevaar"
    COACH_ONBEREIKBAAR = "coach onbereikbaar"
    ANDER = "ander"


class Uitsluitsoort(StrEnum):
    """Why somebody is kept away from a family."""

    GEBLOKKEERD = "geblokkeerd"
    BELANGENCONFLICT = "belangenconflict"


class Fase(StrEnum):
    """Where a gezin stands."""

    AANMELDING = "aanmelding"
    LOPEND = "lopend"
    ZONDER_COACH = "zonder coach"
    AFGESLOTEN = "afgesloten"


class Refusal(Exception):
    """An act on a case that the rules refuse."""


class CoachPresent(Refusal):
    """The family has a vaste vertrouwenspersoon already."""


class NoCoach(Refusal):
    """The family has no running coachperiode to end."""


class EndBeforeStart(Refusal):
    """The last day lies before the first."""


class StandInTooLong(Refusal):
    """A stand-in for more than six weeks."""


class Closed(Refusal):
    """The dossier is closed."""


class OwnCoach(Refusal):
    """Whoever links families to coaches does not link one to himself: a colleague does."""


class DayToCome(Refusal):
    """Something that happened, on a day to come."""


class Overlap(Refusal):
    """A coachperiode that begins before the last day of an earlier one."""


class KeptAway(Refusal):
    """Who is kept away from a family cannot be its coach, stand-in or expert."""


class CoachKeptAway(Refusal):
    """Whoever is kept away is the vaste gezinscoach, who would lose the dossier."""


class KeptAwayBefore(Refusal):
    """This person or organisation is kept away from this family already."""


class UnknownMember(Refusal):
    """A gezinslid that is not of this family."""


def fase(*, periods: int, open_period: bool, closed: bool) -> Fase:
    """Where a gezin stands, from its number of coachperiodes, whether one runs, and whether it is closed."""
    if closed:
        return Fase.AFGESLOTEN
    if open_period:
        return Fase.LOPEND
    return Fase.ZONDER_COACH if periods else Fase.AANMELDING


def require_period(van: date, tot: date | None) -> None:
    """Raise EndBeforeStart unless the last day is the first day or later."""
    if tot is not None and tot < van:
        raise EndBeforeStart


def require_past(day: date, today: date) -> None:
    """Raise DayToCome for a day after today."""
    if day > today:
        raise DayToCome


def require_stand_in(van: date, tot: date) -> None:
    """Raise EndBeforeStart or StandInTooLong unless the window is one of at most six weeks."""
    require_period(van, tot)
    if tot - van > LONGEST_STAND_IN:
        raise StandInTooLong


def new_code(year: int) -> str:
    """A random dossiercode such as GC-2026-7K3F9: nobody can guess the next."""
    return f"GC-{year}-" + "".join(secrets.choice(_ALPHABET) for _ in range(5))


@dataclass(frozen=True, slots=True)
class Domein:
    """An entry of the codelist."""

    code: str
    ouder_code: str | None
    naam: str
    vraag: str
    volgorde: int


CODELIST_FROM = date(2018, 1, 1)

_RIGHTS = {
    "participatie": (
        "Participatie",
        "Hoort het gezin erbij in de buurt en heeft het mensen om op te rekenen?",
        {
            "netwerk": "Netwerkversterking",
            "ontmoeting": "Spel en ontmoeting",
            "nederlands": "Nederlands leren",
            "mobiliteit": "Mobiliteit",
        },
    ),
    "dienstverlening": (
        "Maatschappelijke dienstverlening",
        "Vindt het gezin de weg naar hulp, en krijgt het die ook?",
        {"juridisch": "Juridisch en verblijf", "thuiszorg": "Thuiszorg en kraamzorg"},
    ),
    "inkomen": (
        "Inkomen",
        "Komt het gezin rond en krijgt het waar het recht op heeft?",
        {"financien": "Financiën en rechten", "materieel": "Materiële ondersteuning"},
    ),
    "gezin": (
        "Gezin",
        "Kan het gezin samen leven zoals het wil, met rust voor ouders en kinderen?",
        {
            "opvoeding": "Opvoeding",
            "kinderopvang": "Kinderopvang",
            "zwangerschap": "Zwangerschap en geboorte",
        },
    ),
    "onderwijs": (
        "Onderwijs",
        "Gaan de kinderen graag naar school en kunnen ze daar mee?",
        {"huiswerk": "Huiswerkondersteuning", "taalstimulering": "Taalstimulering en lezen"},
    ),
    "vrijetijd": (
        "Vrijetijdsbesteding",
        "Kunnen kinderen en ouders doen wat ze graag doen?",
        {"buitenschools": "Buitenschoolse opvang en vrije tijd"},
    ),
    "werk": (
        "Werk",
        "Is er werk of een zinvolle bezigheid die past bij het gezin?",
        {"activering": "Activering en opleiding"},
    ),
    "wonen": ("Wonen", "Woont het gezin veilig, gezond en betaalbaar?", {"huisvesting": "Huisvesting"}),
    "gezondheid": (
        "Gezondheid",
        "Voelt iedereen zich goed en krijgt iedereen de zorg die nodig is?",
        {"geestelijk": "Geestelijke gezondheid", "voeding": "Voeding"},
    ),
}

CODELIST: tuple[Domein, ...] = tuple(
    entry
    for order, (code, (naam, vraag, areas)) in enumerate(_RIGHTS.items(), 1)
    for entry in (
        Domein(code, None, naam, vraag, order * 100),
        *(
            Domein(area, code, area_naam, "", order * 100 + place)
            for place, (area, area_naam) in enumerate(areas.items(), 1)
        ),
    )
)
GRONDRECHTEN: tuple[str, ...] = tuple(_RIGHTS)


def grondrecht_of(code: str) -> str:
    """The grondrecht to which a code of the codelist belongs; a grondrecht belongs to itself."""
    parents = {entry.code: entry.ouder_code for entry in CODELIST}
    return parents.get(code) or code
