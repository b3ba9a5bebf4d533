"""Words for what people hold, choose and sign in with."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gezinscoach.accounts import rules
from gezinscoach.accounts.rules.factors import Factor
from gezinscoach.kernel.access import Rol

ROLES = {
    Rol.GEZINSCOACH: _l("gezinscoach"),
    Rol.AANMELDPUNT: _l("aanmeldpunt"),
    Rol.COORDINATOR: _l("coördinator"),
    Rol.BONDGENOOT: _l("bondgenoot"),
    Rol.DESKUNDIGE: _l("deskundige gezinsondersteuning"),
    Rol.ORGANISATIEVERANTWOORDELIJKE: _l("organisatieverantwoordelijke"),
    Rol.BEHEERDER: _l("beheerder"),
    Rol.FUNCTIONARIS: _l("functionaris gegevensbescherming"),
    Rol.IMPORTEUR: _l("importeur"),
}
LOOKS = {
    Rol.GEZINSCOACH: _l("begeleidt gezinnen en houdt hun dossier bij"),
    Rol.AANMELDPUNT: _l("ontvangt aanmeldingen en zoekt een gezinscoach"),
    Rol.COORDINATOR: _l("volgt het netwerk, de signalen en de cijfers"),
    Rol.BONDGENOOT: _l("steunt de gezinscoaches van een organisatie"),
    Rol.DESKUNDIGE: _l("antwoordt op een vraag over één dossier"),
    Rol.ORGANISATIEVERANTWOORDELIJKE: _l("vraagt de toelage van een organisatie aan"),
    Rol.BEHEERDER: _l("beheert accounts en organisaties, ziet geen dossiers"),
    Rol.FUNCTIONARIS: _l("kijkt na wie wat deed of bekeek"),
    Rol.IMPORTEUR: _l("leest de werkmap van de stad in"),
}
"""What somebody in a role does, in half a sentence, for whoever looks around in the demo city."""
STATUUT = {
    rules.Statuut.PROFESSIONEEL: _l("professioneel"),
    rules.Statuut.VRIJWILLIGER: _l("vrijwilliger"),
}


FORGED = _l("klopt niet: buiten de toepassing veranderd, telt niet mee")
"""What is said of a row that bears no mark of ours."""


class Besluit(StrEnum):
    """What a second person decides."""

    BEVESTIGEN = "bevestigen"
    WEIGEREN = "weigeren"


BESLUITEN = {
    Besluit.BEVESTIGEN: _l("Ik bevestig dit."),
    Besluit.WEIGEREN: _l("Ik weiger dit."),
}


FACTORS = {
    Factor.PASSKEY: _l("passkey"),
    Factor.APP: _l("app met codes"),
    Factor.HERSTELCODE: _l("herstelcode"),
    Factor.DIENST: _l("andere dienst"),
    Factor.GEEN: _l("alleen wachtwoord"),
}


def device_name(device: str) -> str:
    """A device in words, which is nothing more than what its browser says."""
    browser, _comma, system = device.partition(", ")
    return (
        _("%(browser)s op %(system)s", browser=browser, system=system) if system else device or _("toestel")
    )


def moment(at: datetime | None) -> str:
    """A moment in words, "22 nov 14:05"."""
    return format_datetime(at, "d MMM HH:mm") if at else _("nog niet")
