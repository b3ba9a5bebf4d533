"""How long each kind of row is kept, from which event on. Proposals until the city's archivist confirms them.

The terms follow section 4.6 of the field notes; carrying them out comes with erasure. Every table has one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
    "invitation": Bewaring(1, Vanaf.EINDE_GELDIGHEID),
    "login_session": Bewaring(1, Vanaf.EINDE_GELDIGHEID),
    "login_failure": Bewaring(1, Vanaf.GEBEURTENIS),
    "audit_event": Bewaring(36, Vanaf.GEBEURTENIS),
}
