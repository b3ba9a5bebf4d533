"""Vandaag: what is due, one part for each role that somebody has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from flask import url_for
from flask_babel import format_date, format_datetime, ngettext
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from gezinscoach.aanmelding import queries as aanmelding
from gezinscoach.accounts import policy as accounts_policy
from gezinscoach.accounts import queries as accounts
from gezinscoach.accounts.rules import CONFIRMERS
from gezinscoach.desk import queries
from gezinscoach.desk.present import nood
from gezinscoach.desk.present.frame import alarms
from gezinscoach.desk.present.gezinnen import own_families
from gezinscoach.desk.present.kaarten import Deel, Kaart
from gezinscoach.dossier import queries as dossier
from gezinscoach.dossier.policy import allied
from gezinscoach.kernel import audit
from gezinscoach.kernel.access import Actor, Rol
from gezinscoach.netwerk import queries as netwerk


def vandaag(db: Session, actor: Actor, *, today: date, now: datetime) -> tuple[Deel, ...]:
    """What is due, one part for each role that somebody has; each family that is shown is noted as a look."""
    parts = tuple(part(db, actor, today, now) for rol, part in DELEN.items() if rol in actor.roles)
    return _to_confirm(db, actor, now) + parts


def _to_confirm(db: Session, actor: Actor, now: datetime) -> tuple[Deel, ...]:
    count = 0
    if actor.roles & CONFIRMERS:
        count = accounts.count_approvals(db, accounts_policy.for_others(actor), now)
    if not count:
        return ()
    words = ngettext(
        "%(num)d vraag wacht op een tweede persoon", "%(num)d vragen wachten op een tweede persoon", count
    )
    meta = _("Een rol geldt pas als iemand anders ze bevestigt.")
    return (
        Deel(_("Wacht op bevestiging"), (Kaart(words, url_for("accounts.approvals"), meta, tone="wait"),)),
    )


def last_day(gestopt_op: date | None, today: date) -> str:
    """What a gezinscoach whose last day is known but not over should know; empty for anybody else."""
    if gestopt_op is None or gestopt_op < today:
        return ""
    return _(
        "Je laatste dag als gezinscoach is %(dag)s. Daarna open je geen dossiers meer. "
        "Klopt dat niet? Zeg het aan de coördinator.",
        dag=format_date(gestopt_op, "d MMMM y"),
    )


def _alone(db: Session, actor: Actor, today: date) -> tuple[Kaart, ...]:
    count = alarms(db, actor, today)
    if not count:
        return ()
    words = ngettext(
        "%(num)d gezin heeft geen gezinscoach", "%(num)d gezinnen hebben geen gezinscoach", count
    )
    return (
        Kaart(
            words, url_for("dossier.gezinnen"), _("Deze dossiers lopen, maar niemand volgt ze."), tone="alarm"
        ),
    )


def _aanmeldpunt(db: Session, actor: Actor, today: date, now: datetime) -> Deel:
    summary = aanmelding.desk_summary(db, actor, today)
    regels = (
        ngettext("%(num)d is dringend.", "%(num)d zijn dringend.", summary.urgent) if summary.urgent else "",
        ngettext("%(num)d gezin terugbellen.", "%(num)d gezinnen terugbellen.", summary.to_call_back)
        if summary.to_call_back
        else "",
        ngettext("De langste wacht %(num)d dag.", "De langste wacht %(num)d dagen.", summary.longest)
        if summary.longest
        else "",
    )
    waiting = Kaart(
        ngettext("%(num)d gezin wacht", "%(num)d gezinnen wachten", summary.waiting)
        if summary.waiting
        else _("Niemand wacht"),
        url_for("aanmelding.wachtlijst"),
        regels=tuple(filter(None, regels)),
        tone="wait" if summary.urgent else "",
    )
    unanswered = Kaart(
        ngettext(
            "%(num)d voorstel wacht te lang op antwoord",
            "%(num)d voorstellen wachten te lang op antwoord",
            summary.unanswered,
        ),
        url_for("aanmelding.wachtlijst"),
        tone="wait",
    )
    kaarten = (*_alone(db, actor, today), waiting, *((unanswered,) if summary.unanswered else ()))
    return Deel(_("Aanmeldpunt"), kaarten)


def _coordinator(db: Session, actor: Actor, today: date, now: datetime) -> Deel:
    alone = () if Rol.AANMELDPUNT in actor.roles else _alone(db, actor, today)
    meeting = netwerk.next_meeting(db, actor, today)
    when = Kaart(
        _("Volgende bijeenkomst: %(dag)s", dag=format_date(meeting.datum, "EEEE d MMMM"))
        if meeting
        else _("Er is nog geen volgende bijeenkomst"),
        url_for("netwerk.bijeenkomsten"),
        meta=meeting.thema if meeting else "",
    )
    links = (
        Kaart(
            _("Toelage"), url_for("toelage.toelage"), _("Wat elke organisatie dit jaar krijgt, en waarom.")
        ),
        Kaart(_("Cijfers"), url_for("monitoring.cijfers"), _("Hoe het met de gezinnen samen gaat.")),
    )
    first = (
        *nood.to_confirm(db, actor, now),
        *nood.too_late(db, actor, today),
        *nood.stuck(db, actor, now),
        *alone,
    )
    return Deel(_("Coördinatie"), (*first, when, *links))


def _bondgenoot(db: Session, actor: Actor, today: date, now: datetime) -> Deel:
    own = allied(actor)
    return Deel(
        _("Mijn gezinscoaches"),
        lasten=tuple(dossier.loads(db, actor, own, today)),
        leeg=_("Jouw organisatie heeft nu geen gezinscoaches."),
    )


def _deskundige(db: Session, actor: Actor, today: date, now: datetime) -> Deel:
    rows = queries.consults(db, actor, now, today)
    for row in rows:
        audit.look(db, actor, "desk.vandaag", now=now, scope_id=row.gezin_id, thing_id=row.id, groups=("F0",))
    kaarten = tuple(
        Kaart(
            _("Vraag over %(code)s", code=row.code),
            url_for("desk.consult", consult_id=row.id),
            _("Open tot %(moment)s.", moment=format_datetime(row.until, "d MMMM, HH:mm")),
        )
        for row in rows
    )
    return Deel(_("Vragen aan mij"), kaarten, leeg=_("Niemand vraagt je nu om raad."))


def _organisatie(db: Session, actor: Actor, today: date, now: datetime) -> Deel:
    claim = Kaart(
        _("Toelage"), url_for("toelage.toelage"), _("Wat jouw organisatie dit jaar krijgt, en waarom.")
    )
    return Deel(_("Mijn organisatie"), (claim,))


def _beheerder(db: Session, actor: Actor, today: date, now: datetime) -> Deel:
    waiting, expired = queries.accounts_not_entered(db, actor, now)
    words = ngettext("%(num)d persoon kwam nog niet binnen", "%(num)d mensen kwamen nog niet binnen", waiting)
    new = ngettext("%(num)d uitnodiging werkt niet meer.", "%(num)d uitnodigingen werken niet meer.", expired)
    return Deel(
        _("Beheer"),
        (
            *(() if Rol.FUNCTIONARIS in actor.roles else nood.tampered(db, actor, now)),
            Kaart(
                words if waiting else _("Iedereen kan inloggen"),
                url_for("accounts.accounts"),
                new if expired else "",
                tone="wait" if expired else "",
            ),
        ),
    )


def _functionaris(db: Session, actor: Actor, today: date, now: datetime) -> Deel:
    return Deel(
        _("Gegevensbescherming"),
        (
            *nood.tampered(db, actor, now),
            *(() if Rol.COORDINATOR in actor.roles else nood.to_confirm(db, actor, now)),
            *nood.read_in_need(db, actor, now),
            nood.review(db, actor, today),
            Kaart(_("Logboek"), url_for("privacy.logboek"), _("Wie deed wat, en wie keek waar.")),
        ),
    )


def _importeur(db: Session, actor: Actor, today: date, now: datetime) -> Deel:
    return Deel(
        _("Werkmap"),
        (
            Kaart(
                _("Werkmap inlezen"),
                url_for("werkmap.werkmap"),
                _("Rijen uit een rekenblad nakijken en overnemen."),
            ),
        ),
    )


DELEN: dict[Rol, Callable[[Session, Actor, date, datetime], Deel]] = {
    Rol.GEZINSCOACH: own_families,
    Rol.AANMELDPUNT: _aanmeldpunt,
    Rol.COORDINATOR: _coordinator,
    Rol.BONDGENOOT: _bondgenoot,
    Rol.DESKUNDIGE: _deskundige,
    Rol.ORGANISATIEVERANTWOORDELIJKE: _organisatie,
    Rol.BEHEERDER: _beheerder,
    Rol.FUNCTIONARIS: _functionaris,
    Rol.IMPORTEUR: _importeur,
}
