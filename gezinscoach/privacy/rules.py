"""How long each kind of row is kept, and what reading in an emergency and the review of the trace ask.

The terms are proposals until the city's archivist confirms them; they follow section 4.6 of the field notes,
and carrying them out comes with erasure. Every table has one, from an event on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from statistics import median

NOOD_DUUR = timedelta(hours=4)
NOOD_MEEST = 3
NOOD_PERIODE = timedelta(days=30)
NOOD_WACHT = timedelta(hours=4)
"""How long a request waits for a second person: after that the emergency has passed."""
MISSEN_PER_DAG = 10
NAZICHT_BINNEN, NAZICHT_TE_LAAT = 5, 10
"""Working days in which something found is reviewed, and after which the coördinator hears of it."""
ZOEK_NA = timedelta(days=1)


class Refusal(Exception):
    """An act that the rules of privacy refuse."""


class UnknownCode(Refusal):
    """No dossier with this code that the actor may ask for: why stays unsaid."""


class TriedEnough(Refusal):
    """Too many wrong codes today."""


class HasRelation(Refusal):
    """The actor coaches this family already."""


class OwnRequest(Refusal):
    """Nobody is the second person of his own request."""


class TooLate(Refusal):
    """The request was answered, or waited too long."""


class Reviewed(Refusal):
    """It has its last verdict, or the reviewer is the one it is about."""


class NotShielded(Refusal):
    """The address of this family is not shielded."""


class Soort(StrEnum):
    """What was found in the trace."""

    NOODTOEGANG = "noodtoegang"
    ZONDER_SPOOR = "noodtoegang zonder spoor"
    ZONDER_WERK = "zonder eigen werk"
    VEEL = "veel meer dan anders"
    NACHT = "nacht"
    REEKS = "lijst en dan openen"
    OPZOEKING = "opzoeking zonder aanmelding"
    EXPORT = "export"
    GEWEIGERD = "geweigerd"
    BAND = "zelfde familienaam"
    STEEKPROEF = "steekproef"


class Oordeel(StrEnum):
    """What came of something found; a question asked still gets one of the two others."""

    IN_ORDE = "in orde"
    VRAAG_GESTELD = "vraag gesteld"
    MISBRUIK = "misbruik"


class Kijkreden(StrEnum):
    """Why a gezinscoach looks at where a shielded family stays: a word in the trace."""

    BEZOEK = "bezoek"
    NOOD = "nood"
    AANPASSEN = "aanpassen"
    OVERLEG = "overleg"


def waits(oordeel: Oordeel | None) -> bool:
    """Whether a finding still waits for its last verdict."""
    return oordeel in (None, Oordeel.VRAAG_GESTELD)


def needs_second(granted: int) -> bool:
    """Whether somebody who had this many emergency accesses in the last 30 days needs a second person."""
    return granted >= NOOD_MEEST


def working_days(first: date, last: date) -> int:
    """Monday to Friday after a day, up to and with another; holidays count too, so nothing is late unseen."""
    weeks, rest = divmod(max(0, (last - first).days), 7)
    return weeks * 5 + sum((first + timedelta(days=one + 1)).weekday() < 5 for one in range(rest))


@dataclass(frozen=True, slots=True)
class Achterstand:
    """How many findings wait for a verdict, their median age in days, and how many are older than 5 and 10
    working days."""

    open: int
    mediaan: float
    laat: int
    te_laat: int


def backlog(found_at: Sequence[datetime], today: date) -> Achterstand:
    """The state of the findings that wait, from the day on which each was found."""
    days = [moment.date() for moment in found_at]
    ages = [working_days(day, today) for day in days]
    return Achterstand(
        len(days),
        median((today - day).days for day in days) if days else 0,
        sum(age > NAZICHT_BINNEN for age in ages),
        sum(age > NAZICHT_TE_LAAT for age in ages),
    )


class Vanaf(StrEnum):
    """The event that starts the clock."""

    AFSLUITING = "einde van de nazorg van het dossier"
    BESLISSING = "beslissing op de aanmelding of de rij"
    EINDE_GELDIGHEID = "laatste dag waarop het gold"
    GEBEURTENIS = "het moment zelf"
    UIT_DIENST = "einde van de rol of van de organisatie"
    NOOIT = "bevat geen gegevens over mensen"


@dataclass(frozen=True, slots=True)
class Bewaring:
    """Kept for so many months from an event on; None is for as long as the installation runs."""

    maanden: int | None
    vanaf: Vanaf


_DOSSIER = Bewaring(60, Vanaf.AFSLUITING)
_REEKS = Bewaring(120, Vanaf.AFSLUITING)
_MEDEWERKER = Bewaring(12, Vanaf.UIT_DIENST)
_BLIJVEND = Bewaring(None, Vanaf.NOOIT)

BEWARING: dict[str, Bewaring] = {
    "gezin": _DOSSIER,
    "gezinslid": _DOSSIER,
    "coachperiode": _DOSSIER,
    "consult": _DOSSIER,
    "uitsluiting": _DOSSIER,
    "noodtoegang": _DOSSIER,
    "noodbericht": _DOSSIER,
    "schuiladres": Bewaring(0, Vanaf.AFSLUITING),
    "mandaat": _DOSSIER,
    "mandaatbereik": _DOSSIER,
    "mandaatpartner": _DOSSIER,
    "doel": _DOSSIER,
    "actie": _DOSSIER,
    "notitie": _DOSSIER,
    "meting": _REEKS,
    "scorelijn": _REEKS,
    "prioriteit": _REEKS,
    "aanmelding": Bewaring(6, Vanaf.BESLISSING),
    "aanmeldstap": Bewaring(6, Vanaf.BESLISSING),
    "voorstel": Bewaring(6, Vanaf.BESLISSING),
    "inlezing": Bewaring(24, Vanaf.GEBEURTENIS),
    "upload": Bewaring(0, Vanaf.GEBEURTENIS),
    "postvakrij": Bewaring(6, Vanaf.BESLISSING),
    "herkomst": _DOSSIER,
    "bijeenkomst": Bewaring(120, Vanaf.GEBEURTENIS),
    "aanwezigheid": Bewaring(120, Vanaf.GEBEURTENIS),
    "signaal": Bewaring(None, Vanaf.GEBEURTENIS),
    "subsidieregel": Bewaring(120, Vanaf.EINDE_GELDIGHEID),
    "werking": _BLIJVEND,
    "levensdomein": _BLIJVEND,
    "organisatie": Bewaring(120, Vanaf.UIT_DIENST),
    "gezinscoach": Bewaring(120, Vanaf.UIT_DIENST),
    "account": _MEDEWERKER,
    "role_grant": _MEDEWERKER,
    "approval": _MEDEWERKER,
    "invitation": Bewaring(1, Vanaf.EINDE_GELDIGHEID),
    "login_session": Bewaring(1, Vanaf.EINDE_GELDIGHEID),
    "login_failure": Bewaring(1, Vanaf.GEBEURTENIS),
    "login_network": Bewaring(3, Vanaf.GEBEURTENIS),
    "nazicht": Bewaring(36, Vanaf.GEBEURTENIS),
    "nazichtspoor": Bewaring(36, Vanaf.GEBEURTENIS),
    "passkey": _MEDEWERKER,
    "code_app": _MEDEWERKER,
    "recovery_code": _MEDEWERKER,
    "spent_challenge": Bewaring(1, Vanaf.GEBEURTENIS),
    "issuer": _BLIJVEND,
    "issuer_organisatie": _BLIJVEND,
    "identity": _MEDEWERKER,
    "sent_form": Bewaring(0, Vanaf.GEBEURTENIS),
    "audit_event": Bewaring(36, Vanaf.GEBEURTENIS),
    "audit_head": _BLIJVEND,
}
