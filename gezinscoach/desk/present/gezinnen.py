"""The families of a gezinscoach on Vandaag."""

from __future__ import annotations

from datetime import date, datetime

from flask import url_for
from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from gezinscoach.desk import queries
from gezinscoach.desk.present import nood
from gezinscoach.desk.present.kaarten import Deel, Kaart
from gezinscoach.dossier.present import called
from gezinscoach.kernel import audit
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.sealing import Lost
from gezinscoach.mandaat import present as mandaat_present


def own_families(db: Session, actor: Actor, today: date, now: datetime) -> Deel:
    """The families of a gezinscoach, what presses first; each is noted as a look."""
    rows = queries.families(db, actor, today)
    for row in rows:
        audit.look(db, actor, "desk.vandaag", now=now, scope_id=row.gezin.id, groups=("F0", "F1"))
    kaarten = [_gezin(row, today) for row in rows]
    kaarten.sort(key=lambda kaart: ("alarm", "wait", "").index(kaart.tone))
    if count := queries.count_proposals(db, actor, today):
        kaarten.insert(
            0,
            Kaart(
                ngettext(
                    "%(num)d gezin wacht op je antwoord", "%(num)d gezinnen wachten op je antwoord", count
                ),
                url_for("aanmelding.voorstellen"),
                tone="wait",
                meta=_("Je kreeg een voorstel."),
            ),
        )
    kaarten = [*nood.told(db, actor, rows), *kaarten]
    return Deel(_("Mijn gezinnen"), tuple(kaarten), leeg=_("Je bent nu van geen enkel gezin de gezinscoach."))


def _gezin(row: queries.GezinVandaag, today: date) -> Kaart:
    if isinstance(row.gezin.naam, Lost):
        return Kaart(
            called(row.gezin.naam, row.gezin.code),
            url_for("desk.overzicht", gezin_id=row.gezin.id),
            _("De sleutel hiervan is kwijt. Zeg het meteen aan wie de server beheert."),
            tone="alarm",
        )
    mandaat = mandaat_present.regel(row.mandaat, today)
    late = row.acties.late if row.acties else 0
    soon = row.acties.soon if row.acties else 0
    regels = (
        _("De meting van vorig kwartaal ontbreekt.") if row.meting_overdue else "",
        _("De meting van dit kwartaal is nog te doen.") if row.meting_due else "",
        ngettext("%(num)d actie is te laat.", "%(num)d acties zijn te laat.", late) if late else "",
        ngettext("%(num)d actie in de komende 7 dagen.", "%(num)d acties in de komende 7 dagen.", soon)
        if soon
        else "",
    )
    stand_in = (
        _("je vervangt tot en met %(dag)s", dag=format_date(row.vervangt_tot, "d MMMM"))
        if row.vervangt_tot
        else ""
    )
    pressing = row.mandaat is None or row.meting_overdue or late
    return Kaart(
        called(row.gezin.naam, row.gezin.code),
        url_for("desk.overzicht", gezin_id=row.gezin.id),
        " · ".join(filter(None, [row.gezin.code, stand_in])),
        tuple(filter(None, regels)),
        "wait" if pressing or mandaat.tone == "wait" else "",
        mandaat.woorden,
        mandaat.tone,
        row.gezin.waarschuwing or "",
    )
