"""What Vandaag says of emergency accesses and of the review of the trace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from flask import url_for
from flask_babel import format_datetime, ngettext
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from gezinscoach.desk import queries
from gezinscoach.desk.present.kaarten import Kaart
from gezinscoach.desk.queries import GezinVandaag
from gezinscoach.dossier.present import called
from gezinscoach.kernel import audit
from gezinscoach.kernel.access import Actor, Rol
from gezinscoach.kernel.sealing import Lost
from gezinscoach.privacy import policy
from gezinscoach.privacy import queries as privacy
from gezinscoach.privacy.present import dossier
from gezinscoach.privacy.rules import NAZICHT_TE_LAAT, Soort, backlog

SHOWN = 5
"""Cards for one thing; the card of the whole review counts the others."""


def told(db: Session, actor: Actor, rows: Sequence[GezinVandaag]) -> tuple[Kaart, ...]:
    """The own families whose dossier somebody read in an emergency, until the coach saw it."""
    unseen = dict(privacy.untold(db, actor))
    return tuple(
        Kaart(
            _("Iemand las in nood: %(naam)s", naam=called(row.gezin.naam, row.gezin.code))
            if isinstance(row.gezin.naam, Lost)
            else _(
                "Iemand las het dossier van %(naam)s in nood", naam=called(row.gezin.naam, row.gezin.code)
            ),
            url_for("privacy.who_looked", gezin_id=row.gezin.id),
            _("Kijk wie het was en waarom."),
            tone="alarm",
        )
        for row in rows
        if row.gezin.id in unseen
    )


def to_confirm(db: Session, actor: Actor, now: datetime) -> tuple[Kaart, ...]:
    """The requests that wait for a second person."""
    count = privacy.count_to_confirm(db, actor, now)
    if not count:
        return ()
    words = ngettext(
        "%(num)d vraag om noodtoegang wacht op jou", "%(num)d vragen om noodtoegang wachten op jou", count
    )
    return (Kaart(words, url_for("privacy.confirmations"), _("Bel de collega eerst."), tone="alarm"),)


def read_in_need(db: Session, actor: Actor, now: datetime) -> tuple[Kaart, ...]:
    """Who read a dossier in an emergency, for who has to judge it, until there is a verdict."""
    rows, _more = privacy.findings(db, actor, None, Soort.NOODTOEGANG, 1)
    codes = privacy.codes(db, actor, [row.scope_id for row in rows[:SHOWN]])
    for gezin_id in codes:
        audit.look(db, actor, "desk.vandaag", now=now, scope_id=gezin_id, groups=("F0",))
    return tuple(
        Kaart(
            _("%(naam)s las een dossier in nood", naam=row.wie or _("Iemand")),
            url_for("privacy.finding", nazicht_id=row.id),
            _(
                "%(moment)s, dossier %(dossier)s. Kijk waarom. "
                "Je oordeel wordt verwacht binnen vijf werkdagen.",
                moment=format_datetime(row.found_at, "d MMMM HH:mm"),
                dossier=dossier(row.scope_id, codes),
            ),
            tone="alarm",
        )
        for row in rows[:SHOWN]
    )


def tampered(db: Session, actor: Actor, now: datetime) -> tuple[Kaart, ...]:
    """That somebody changed the database around the application, until the trace was found whole again."""
    found = queries.trace_alarm(db, actor, now)
    if not found:
        return ()
    said = (
        _("Het spoor is niet meer heel")
        if found == audit.LOOKED_OVER_BROKEN
        else _("Er is iets veranderd buiten de toepassing om")
    )
    meta = _(
        "Zeg het meteen aan wie de server beheert: gezinscoach audit verify --deep zegt wat er niet klopt."
    )
    where = "privacy.logboek" if Rol.FUNCTIONARIS in actor.roles else "accounts.accounts"
    return (Kaart(said, url_for(where), meta, tone="alarm"),)


def review(db: Session, actor: Actor, today: date) -> Kaart:
    """How much of the trace waits for a verdict, and for how long."""
    state = backlog(privacy.unreviewed(db, policy.findings(actor)), today)
    late = ngettext("%(num)d is ouder dan 5 werkdagen.", "%(num)d zijn ouder dan 5 werkdagen.", state.laat)
    days = ngettext("%(num)d dag", "%(num)d dagen", round(state.mediaan))
    return Kaart(
        ngettext("%(num)d vondst na te kijken", "%(num)d vondsten na te kijken", state.open)
        if state.open
        else _("Er is niets na te kijken"),
        url_for("privacy.nazicht"),
        _("Alles wat opviel in het logboek, ook wat iemand in nood las."),
        regels=tuple(
            filter(
                None,
                [
                    _("De helft wacht al %(dagen)s of langer.", dagen=days) if round(state.mediaan) else "",
                    late if state.laat else "",
                ],
            )
        ),
        tone="alarm" if state.laat else "wait" if state.open else "",
    )


def too_late(db: Session, actor: Actor, today: date) -> tuple[Kaart, ...]:
    """Emergency accesses that nobody reviewed in ten working days, for the coördinator."""
    state = backlog(privacy.unreviewed(db, policy.counted(actor), Soort.NOODTOEGANG), today)
    if not state.te_laat:
        return ()
    words = ngettext(
        "%(num)d noodtoegang is niet nagekeken", "%(num)d noodtoegangen zijn niet nagekeken", state.te_laat
    )
    meta = _(
        "Al meer dan %(dagen)d werkdagen. Spreek de functionaris gegevensbescherming aan.",
        dagen=NAZICHT_TE_LAAT,
    )
    return (Kaart(words, meta=meta, tone="alarm"),)


def stuck(db: Session, actor: Actor, now: datetime) -> tuple[Kaart, ...]:
    """Findings that nobody may judge, for the coördinator: a figure and no more."""
    count = privacy.count_stuck(db, actor, now)
    if not count:
        return ()
    words = ngettext(
        "%(num)d vondst kan niemand beoordelen", "%(num)d vondsten kan niemand beoordelen", count
    )
    meta = _("Ze gaan over wie ze zou beoordelen, of er is niemand. Zorg voor een tweede functionaris.")
    return (Kaart(words, meta=meta, tone="alarm"),)
