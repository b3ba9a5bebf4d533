"""Reads of what the trace says that somebody did, and when."""

from __future__ import annotations

from datetime import datetime, time
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gezinscoach.accounts.queries.people import names
from gezinscoach.accounts.tables import LoginSession
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.audit import AuditEvent
from gezinscoach.kernel.dates import ZONE, day_of


def last_act(db: Session, actor: Actor, thing_id: UUID, *, since: datetime) -> tuple[str, datetime] | None:
    """Who did something last with a thing of this werking, by name, and when."""
    event = db.execute(
        select(AuditEvent.account_id, AuditEvent.at)
        .where(
            AuditEvent.werking_id == actor.werking_id,
            AuditEvent.at >= since,
            AuditEvent.thing_id == thing_id,
            AuditEvent.account_id.is_not(None),
            ~AuditEvent.action.endswith(".read"),
        )
        .order_by(AuditEvent.at.desc())
        .limit(1)
    ).first()
    if event is None:
        return None
    naam = names(db, actor.werking_id, {event.account_id}).get(event.account_id)
    return (naam, event.at) if naam else None


def made_today(db: Session, actor: Actor, action: str, now: datetime) -> int:
    """How often somebody did this today, as the trace has it."""
    begin = datetime.combine(day_of(now), time(0), tzinfo=ZONE)
    done = (AuditEvent.account_id == actor.account_id, AuditEvent.action == action, AuditEvent.at >= begin)
    return db.scalar(select(func.count(AuditEvent.id)).where(*done)) or 0


def last_seen(db: Session, werking_id: UUID) -> dict[UUID, datetime]:
    """When the accounts of a werking were last in use, as far as sessions and the trace say."""
    seen = select(LoginSession.account_id, func.max(LoginSession.seen_at)).group_by(LoginSession.account_id)
    begun = (
        select(AuditEvent.account_id, func.max(AuditEvent.at))
        .where(AuditEvent.werking_id == werking_id, AuditEvent.action == "session.begin")
        .group_by(AuditEvent.account_id)
    )
    found: dict[UUID, datetime] = {}
    for account_id, at in (*db.execute(begun).all(), *db.execute(seen).all()):
        if account_id is not None:
            found[account_id] = max(at, found.get(account_id, at))
    return found
