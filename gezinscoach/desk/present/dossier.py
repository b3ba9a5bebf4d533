"""The dossier at a glance, for its coach, and the little of it that a consulted expert sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from gezinscoach.aanmelding import present as aanmelding_present
from gezinscoach.aanmelding import queries as aanmelding
from gezinscoach.aanmelding.tables import Aanmelding
from gezinscoach.dossier import present as dossier_present
from gezinscoach.dossier import queries as dossier
from gezinscoach.dossier.rights import Deed
from gezinscoach.grondrechten import present as grondrechten_present
from gezinscoach.grondrechten import queries as grondrechten
from gezinscoach.kernel.charts import SmallMultiples
from gezinscoach.kernel.fields import Groep
from gezinscoach.mandaat import present as mandaat_present
from gezinscoach.mandaat import queries as mandaat
from gezinscoach.notities import present as notities_present
from gezinscoach.notities import queries as notities
from gezinscoach.plan import present as plan_present
from gezinscoach.plan import queries as plan
from gezinscoach.plan.rules import Doelstand


@dataclass(frozen=True, slots=True)
class Overzicht:
    """What the coach of a family wants to see first."""

    contact: tuple[tuple[str, str], ...]
    telefoon: str
    begin: tuple[tuple[str, str], ...]
    leden: tuple[dossier_present.Lidregel, ...]
    mandaat: mandaat_present.Regel
    mandaat_zin: str
    gevraagd: tuple[str, ...]
    periodes: tuple[tuple[str, str, str], ...]
    acties: tuple[tuple[str, str, bool], ...]
    notities: tuple[notities_present.Kaart, ...]
    meting: str
    scores: tuple[tuple[str, str], ...]
    prioriteiten: tuple[str, ...]
    meting_due: bool
    meting_overdue: bool
    own: bool
    shuts_out: bool


@dataclass(frozen=True, slots=True)
class Advies:
    """What a consulted expert sees: who asked what, goals, scores; no names of a family, address or notes."""

    code: str
    vrager: str
    since: datetime
    vraag: tuple[str, ...]
    until: datetime
    doelen: tuple[tuple[str, str, str, str], ...]
    chart: SmallMultiples | None


def _place(contact: dossier.Contact) -> tuple[tuple[str, str], ...]:
    """The place in the dossier. Of a shielded family it isn't where they stay, and the page must say so."""
    if contact.afgeschermd:
        return (
            (_("Gewoon adres"), contact.adres),
            (_("Gewone gemeente"), contact.gemeente),
        )
    return (_("Adres"), contact.adres), (_("Gemeente"), contact.gemeente)


def overzicht(db: Session, page: dossier_present.Dossier, today: date) -> Overzicht:
    """The overview of a dossier that was entered."""
    row = page.row
    names = {entry.code: entry.naam for entry in dossier.codelist(db, today)}
    stand = mandaat.stands(db, [row.id], today).get(row.id)
    contact = dossier.contact(db, row, near=True)
    meting = grondrechten.latest(db, row.id)
    due = grondrechten.due(db, [row.id], today)
    return Overzicht(
        contact=(
            *_place(contact),
            (_("Taal thuis"), row.taal or ""),
            (_("Tolk nodig"), _words(row.tolk)),
        ),
        telefoon=contact.telefoon,
        begin=_begin(aanmelding.latest(db, row.id), names),
        leden=dossier_present.leden(dossier.leden(db, row.id)),
        mandaat=mandaat_present.regel(stand, today),
        mandaat_zin=_mandaat(stand),
        gevraagd=mandaat_present.gevraagd(mandaat.history(db, row.id), today),
        periodes=dossier_present.steps(page.periodes),
        acties=tuple(_actie(actie, today) for actie in plan.open_acties(db, row.id, 5)),
        notities=tuple(notities_present.kaart(notitie, names) for notitie in notities.latest(db, row.id, 3)),
        meting=grondrechten_present.spoken(meting.quarter) if meting else "",
        scores=tuple(
            (naam, grondrechten_present.words(meting.scores[code]))
            for code, naam in names.items()
            if code in meting.scores
        )
        if meting
        else (),
        prioriteiten=tuple(names.get(code, code) for code in meting.priorities) if meting else (),
        meting_due=row.id in due.due,
        meting_overdue=row.id in due.overdue,
        own=page.allows(Deed.CLOSE, Groep.PROCES),
        shuts_out=page.allows(Deed.SHUT_OUT, Groep.PROCES),
    )


def advies(db: Session, row: dossier.Consultregel, today: date) -> Advies:
    """The page of a consult whose family's keys are open."""
    names = {entry.code: entry.naam for entry in dossier.codelist(db, today)}
    return Advies(
        code=row.code,
        vrager=", ".join(filter(None, [row.vrager, row.organisatie])),
        since=row.since,
        vraag=tuple(line for line in row.vraag.split("\n") if line.strip()),
        until=row.until,
        doelen=tuple(
            (doel.titel, names.get(doel.domein, doel.domein), *_stand(doel.stand))
            for doel in plan.doelen(db, row.gezin_id)
        ),
        chart=grondrechten_present.chart(
            grondrechten.history(db, row.gezin_id), grondrechten.rights(db, today)
        ),
    )


def _begin(row: Aanmelding | None, names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Who asked for a gezinscoach and what for, as far as it was written down."""
    if row is None:
        return ()
    said = (
        (_("Aanmelder"), row.aanmelder),
        (_("Organisatie"), row.organisatie),
        (_("Telefoon van de aanmelder"), row.telefoon),
        (_("Aangemeld op"), format_date(row.datum, "d MMMM yyyy")),
        (_("Waarover"), aanmelding_present.vragen_text(row.vragen or (), names)),
        (_("Voorkeur voor een gezinscoach"), row.voorkeur),
        (_("Opmerking"), row.opmerking),
    )
    return tuple((label, value) for label, value in said if value)


def _words(tolk: bool | None) -> str:
    if tolk is None:
        return ""
    return _("ja") if tolk else _("nee")


def _mandaat(stand: mandaat.Stand | None) -> str:
    if stand is None:
        return _("Er mag niets gedeeld worden.")
    allowed = ", ".join(
        str(words) for bereik, words in mandaat_present.BEREIK.items() if bereik in stand.bereik
    )
    return _("Het gezin zegt ja op: %(wat)s.", wat=allowed)


def _actie(actie: plan.ActieRegel, today: date) -> tuple[str, str, bool]:
    when = _("tegen %(dag)s", dag=format_date(actie.tegen, "d MMMM")) if actie.tegen else _("zonder datum")
    late = actie.tegen is not None and actie.tegen < today
    return actie.tekst, f"{plan_present.WIE[actie.wie]} · {when}", late


def _stand(stand: Doelstand) -> tuple[str, str]:
    words, tone = plan_present.STANDEN[stand]
    return str(words), tone
