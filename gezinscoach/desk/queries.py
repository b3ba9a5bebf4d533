"""Reads of the desk: what is due, for many families at once and in a constant number of questions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, bindparam, exists, func, select
from sqlalchemy.orm import Session

from gezinscoach.aanmelding import policy as aanmelding_policy
from gezinscoach.aanmelding.tables import Voorstel
from gezinscoach.accounts import queries as accounts
from gezinscoach.accounts.tables import Account, Invitation
from gezinscoach.dossier import policy as dossier_policy
from gezinscoach.dossier import queries as dossier
from gezinscoach.dossier.rules import Coachrol
from gezinscoach.dossier.tables import Coachperiode, Gezin
from gezinscoach.grondrechten import queries as grondrechten
from gezinscoach.kernel import audit
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.database import ask
from gezinscoach.mandaat import queries as mandaat
from gezinscoach.mandaat.rules import Bereik
from gezinscoach.plan import queries as plan

MONTH = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class GezinVandaag:
    """A family of a coach, and what is due there; `vervangt_tot` when the coach only stands in."""

    gezin: dossier.GezinRegel
    mandaat: mandaat.Stand | None
    meting_due: bool
    meting_overdue: bool
    acties: plan.Dringend | None
    vervangt_tot: date | None


_WINDOWS = (
    select(Coachperiode.gezin_id, func.max(Coachperiode.tot).label("tot"))
    .where(
        Coachperiode.gezinscoach_id == bindparam("coach_id"),
        Coachperiode.rol == Coachrol.VERVANGER,
        Coachperiode.gezin_id.in_(bindparam("ids", expanding=True)),
        dossier_policy.running(bindparam("today")),
    )
    .group_by(Coachperiode.gezin_id)
)


def families(db: Session, actor: Actor, today: date) -> list[GezinVandaag]:
    """The families of a gezinscoach with what is due, by name; the same six questions for any number."""
    listed = dossier.all_coached(db, actor, today)
    ids = [row.id for row in listed]
    stands = mandaat.stands(db, ids, today)
    metingen = grondrechten.due(db, ids, today)
    acties = plan.due(db, ids, today)
    windows: dict[UUID, date | None] = {
        row.gezin_id: row.tot for row in ask(db, _WINDOWS, coach_id=actor.coach_id, ids=ids, today=today)
    }
    return [
        GezinVandaag(
            row,
            stands.get(row.id),
            row.id in metingen.due,
            row.id in metingen.overdue,
            acties.get(row.id),
            windows.get(row.id),
        )
        for row in listed
    ]


_COUNT_PROPOSED = (
    select(func.count(Voorstel.id))
    .join(Gezin, Gezin.id == Voorstel.gezin_id)
    .where(aanmelding_policy.PROPOSED, dossier_policy.COUNTED, dossier_policy.NOT_DENIED)
)


def count_proposals(db: Session, actor: Actor, today: date) -> int:
    """How many proposals wait for the answer of a gezinscoach."""
    return int(ask(db, _COUNT_PROPOSED, **dossier_policy.asking(actor, today))[0][0])


def consults(db: Session, actor: Actor, now: datetime, today: date) -> list[dossier.Consultregel]:
    """The consults that an expert may read now: asked, and still under the mandaat of the family."""
    allowed = mandaat.stands(db, dossier_policy.consulted(actor, now), today)
    return [
        row
        for row in dossier.consulted(db, actor, now)
        if row.gezin_id in allowed and Bereik.INFORMATIE in allowed[row.gezin_id].bereik
    ]


def accounts_not_entered(db: Session, actor: Actor, now: datetime) -> tuple[int, int]:
    """How many accounts of the werking wait for their owner, and how many of those need a new link."""
    waiting = and_(Account.werking_id == actor.werking_id, Account.active, ~accounts.entered())
    usable = exists().where(
        Invitation.account_id == Account.id, Invitation.used_at.is_(None), Invitation.until > now
    )
    total, expired = db.execute(
        select(func.count(Account.id), func.count(Account.id).filter(~usable)).where(waiting)
    ).one()
    return total, expired


def trace_alarm(db: Session, actor: Actor, now: datetime) -> str:
    """The newest act of a month by which the trace asks for help: not whole when it was last looked over, or
    a forged row since it was whole; "" without."""
    acts = (audit.LOOKED_OVER, audit.LOOKED_OVER_BROKEN, *audit.FORGED)
    recent = (
        audit.AuditEvent.werking_id == actor.werking_id,
        audit.AuditEvent.at > now - MONTH,
        audit.AuditEvent.action.in_(acts),
    )
    newest = select(audit.AuditEvent.action).where(*recent).order_by(audit.AuditEvent.at.desc()).limit(1)
    found = db.scalar(newest)
    return found if found and found != audit.LOOKED_OVER else ""
