"""Words and page objects of notes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from flask_babel import format_date, format_datetime, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gezinscoach.notities import rules
from gezinscoach.notities.queries import NotitieRegel
from gezinscoach.notities.rules import Contact, Niveau

CONTACT = {
    Contact.HUISBEZOEK: _l("huisbezoek"),
    Contact.GESPREK: _l("gesprek"),
    Contact.TELEFOON: _l("telefoon"),
    Contact.BERICHT: _l("bericht"),
    Contact.SAMEN_OP_STAP: _l("samen op stap"),
    Contact.AANWEZIG: _l("aanwezig zijn"),
    Contact.OVERLEG: _l("overleg met partners"),
    Contact.NIET_GELUKT: _l("niet gelukt"),
}

NIVEAU = {
    Niveau.COACH: _l("Alleen de gezinscoach"),
    Niveau.DEELBAAR: _l("Deelbaar met partners"),
}

NIVEAU_HINTS = {
    Niveau.COACH.value: _l(
        "Alleen jij en wie jou vervangt. Wie in nood leest, ziet het ook: dat weet je dan meteen."
    ),
    Niveau.DEELBAAR.value: _l("Een partner krijgt dit alleen als het mandaat van het gezin dat toelaat."),
}


@dataclass(frozen=True, slots=True)
class Kaart:
    """A note, ready to show."""

    id: UUID
    titel: str
    wanneer: str
    deelbaar: bool
    alineas: tuple[str, ...]
    geschreven: str


def kaart(notitie: NotitieRegel, names: Mapping[str, str]) -> Kaart:
    """A note in words; `names` has the name of each levensdomein by code."""
    about = [
        format_date(notitie.datum, "EEEE d MMMM y"),
        ngettext("%(num)d minuut", "%(num)d minuten", notitie.minuten) if notitie.minuten else "",
        _("met %(wie)s", wie=notitie.met_wie) if notitie.met_wie else "",
        names.get(notitie.domein, notitie.domein) if notitie.domein else "",
    ]
    moment = format_datetime(notitie.made_at, "d MMM y, HH:mm")
    return Kaart(
        id=notitie.id,
        titel=str(CONTACT[notitie.contact]).capitalize(),
        wanneer=" · ".join(part for part in about if part),
        deelbaar=notitie.niveau is Niveau.DEELBAAR,
        alineas=tuple(line for line in notitie.tekst.split("\n") if line.strip()),
        geschreven=_("%(wie)s, op %(moment)s", wie=notitie.auteur, moment=moment)
        if notitie.auteur
        else _("ingelezen op %(moment)s", moment=moment),
    )


def wordings() -> dict[type[Exception], Callable[[], str]]:
    """The sentence for every refusal of this slice."""
    return {
        rules.Empty: lambda: _("Schrijf eerst een paar woorden."),
        rules.TooLong: lambda: _(
            "Deze tekst is te lang: hoogstens %(most)d tekens. Maak er twee notities van.", most=rules.LONGEST
        ),
        rules.InTheFuture: lambda: _("Deze dag moet nog komen. Kijk de datum na."),
    }
