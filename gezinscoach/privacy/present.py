"""The trace in plain Dutch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gezinscoach.accounts.present import ROLES
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.audit import AuditEvent

THINGS = {
    "aanmelding": _l("aanmelding"),
    "account": _l("account"),
    "actie": _l("actie"),
    "bijeenkomst": _l("bijeenkomst"),
    "cijfers": _l("cijfers"),
    "consult": _l("vraag aan deskundige"),
    "coachperiode": _l("gezinscoach van een gezin"),
    "desk": _l("pagina Vandaag"),
    "doel": _l("doel"),
    "dossier": _l("dossier"),
    "gezin": _l("gezin"),
    "gezinscoach": _l("gezinscoach"),
    "logboek": _l("logboek"),
    "mandaat": _l("mandaat"),
    "meting": _l("meting"),
    "notitie": _l("notitie"),
    "organisatie": _l("organisatie"),
    "role": _l("rol"),
    "session": _l("sessie"),
    "signaal": _l("signaal"),
    "toelage": _l("toelage"),
    "voorstel": _l("voorstel"),
    "wachtlijst": _l("wachtlijst"),
    "werking": _l("werking"),
    "werkmap": _l("werkmap"),
}
DEEDS = {
    "accept": _l("aanvaard"),
    "add": _l("toegevoegd"),
    "agree": _l("toestemming gekregen"),
    "answer": _l("beantwoord"),
    "ask": _l("gesteld"),
    "ask_again": _l("opnieuw gevraagd"),
    "begin": _l("begonnen"),
    "bundle": _l("gebundeld"),
    "cancel": _l("geschrapt"),
    "change": _l("gewijzigd"),
    "change_email": _l("e-mailadres gewijzigd"),
    "settings": _l("instellingen gewijzigd"),
    "close": _l("afgesloten"),
    "compare": _l("vergeleken"),
    "convene": _l("gepland"),
    "correct": _l("verbeterd"),
    "correct_aanmelder": _l("verbeterd: wie aanmeldde"),
    "deactivate": _l("afgesloten"),
    "decline": _l("geweigerd"),
    "discard": _l("weggegooid"),
    "drop": _l("losgelaten"),
    "end": _l("beëindigd"),
    "export": _l("als bestand opgehaald"),
    "finish": _l("afgewerkt"),
    "forget": _l("bestand vergeten"),
    "give": _l("gegeven"),
    "import": _l("ingelezen"),
    "inbox": _l("postvak bekeken"),
    "invite": _l("uitgenodigd"),
    "list": _l("opgelijst"),
    "make": _l("gemaakt"),
    "mark": _l("aanwezigheid genoteerd"),
    "match": _l("gezinscoaches vergeleken"),
    "measure": _l("ingevuld"),
    "open": _l("geopend"),
    "preview": _l("voorbeeld bekeken"),
    "propose": _l("voorgesteld"),
    "reach": _l("bereikt"),
    "read": _l("bekeken"),
    "refer": _l("doorverwezen"),
    "register": _l("geregistreerd"),
    "reopen": _l("heropend"),
    "send": _l("overgemaakt"),
    "set_rule": _l("regel bewaard"),
    "stand_in": _l("vervanger aangeduid"),
    "start": _l("gestart"),
    "take_back": _l("teruggenomen"),
    "take_over": _l("overgenomen"),
    "upload": _l("opgeladen"),
    "vandaag": _l("bekeken"),
    "withdraw": _l("ingetrokken"),
    "withdraw_partner": _l("ingetrokken voor een partner"),
    "write": _l("geschreven"),
}
WHOLE = {
    "coachperiode.list": _l("lijst van dossiers bekeken"),
    "gezin.compare_enough": _l("te vaak nagekeken of een gezin gekend is"),
    "gezinscoach.list": _l("overzicht van alle gezinscoaches bekeken"),
    "session.begin": _l("ingelogd"),
    "session.end": _l("uitgelogd"),
    "session.wait": _l("inloggen vertraagd voor een account: te veel foute pogingen"),
    "session.wait_network": _l("inloggen vertraagd voor een netwerk: te veel foute pogingen"),
    "signaal.list": _l("lijst van signalen bekeken"),
    "toelage.set_rule": _l("regel van de toelage bewaard"),
    "werkmap.follow": _l("rij van de werkmap vanzelf verwerkt"),
    "werkmap.mend": _l("rij van de werkmap verbeterd"),
    "werkmap.put_back": _l("rij van de werkmap teruggezet"),
    "werkmap.reduce": _l("rij van de werkmap ingekort: geen toestemming meer"),
    "werkmap.replace": _l("rij van de werkmap vervangen door een nieuwere"),
    "werkmap.row": _l("rij van de werkmap bekeken"),
    "werkmap.set_aside": _l("rij van de werkmap terzijde gelegd"),
}
"""Actions that the words of a thing and of a deed do not say well together."""

STRANGER = ("session.wait",)
"""Deeds of somebody who is not signed in; without an account, all others are the command line's."""
ABOUT = ("account.", "role.", "gezinscoach.", "organisatie.", *STRANGER)
"""Deeds that are about staff or an organisation, whose name the trace may say."""

GROUPS = {
    "F0": _l("verloop"),
    "F1": _l("namen en geboortejaren"),
    "F2": _l("contactgegevens"),
    "F2s": _l("afgeschermde verblijfplaats"),
    "F3": _l("notities"),
    "F4": _l("gerecht en gezondheid"),
    "F5": _l("vertrouwen van een kind"),
    "F6": _l("plan en doelen"),
    "F7": _l("bestanden"),
}


@dataclass(frozen=True, slots=True)
class Spoor:
    """An event ready to show: a dossier only by the start of its id."""

    at: str
    who: str
    roles: str
    what: str
    about: str
    groups: str
    dossier: str


def spoor(event: AuditEvent, names: Mapping[UUID, str], about: Mapping[UUID, str]) -> Spoor:
    """An event in words; `names` are those of accounts, `about` also of gezinscoaches and organisations."""
    nobody = _("iemand die niet ingelogd was") if event.action.startswith(STRANGER) else _("opdrachtregel")
    return Spoor(
        format_datetime(event.at, "d MMM y HH:mm:ss").replace(" ", "\N{NO-BREAK SPACE}"),
        names.get(event.account_id, _("onbekend account")) if event.account_id else nobody,
        ", ".join(str(ROLES[Rol(rol)]) for rol in event.roles.split()),
        what(event.action),
        about.get(event.thing_id, "") if event.thing_id and event.action.startswith(ABOUT) else "",
        ", ".join(str(GROUPS.get(group, group)) for group in event.groups.split()),
        mark(event.scope_id) if event.scope_id else "",
    )


def mark(scope_id: UUID) -> str:
    """The mark by which the trace names a dossier: the start of its id."""
    return scope_id.hex[:8]


def what(action: str) -> str:
    """An action in Dutch: "role.give.coordinator" is "rol gegeven: coördinator"; an unknown word stays."""
    if action in WHOLE:
        return str(WHOLE[action])
    thing, _dot, rest = action.partition(".")
    deed, _dot, more = rest.partition(".")
    said = f"{THINGS.get(thing, thing)} {DEEDS.get(deed.replace(' ', '_'), deed)}".strip()
    if not more:
        return said
    return f"{said}: {ROLES[Rol(more)] if more in set(Rol) else more}"
