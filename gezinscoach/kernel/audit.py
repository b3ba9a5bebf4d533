"""The trace: who did or looked at what, when, as whom. Names of things and field groups, never values.

An act writes its event in its own transaction. What a page showed is written, and committed, before the
answer leaves: no event, no answer.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Index, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.database import Base, Moment, in_clear


class AuditEvent(Base):
    """One act or one look. Added, never changed."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_scope_at", "scope_id", "at"), Index("ix_audit_event_at", "at"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    at: Mapped[datetime] = mapped_column(Moment)
    werking_id: Mapped[UUID]
    account_id: Mapped[UUID | None]
    roles: Mapped[str] = in_clear(200, "names of roles")
    action: Mapped[str] = in_clear(60, "the name of a deed")
    thing_id: Mapped[UUID | None]
    scope_id: Mapped[UUID | None]
    groups: Mapped[str] = in_clear(200, "names of field groups, never values", default="")


_KEPT = insert(AuditEvent.__table__)  # type: ignore[arg-type]  # of a mapped class it is always a Table


def record(
    session: Session,
    actor: Actor,
    action: str,
    *,
    now: datetime,
    thing_id: UUID | None = None,
    scope_id: UUID | None = None,
) -> None:
    """Add the event of an act ("mandaat.withdraw") to the transaction of that act."""
    session.add(AuditEvent(**_event(actor, action, now, thing_id, scope_id, ())))


def look(
    session: Session,
    actor: Actor,
    action: str,
    *,
    now: datetime,
    scope_id: UUID | None = None,
    thing_id: UUID | None = None,
    groups: tuple[str, ...] = (),
) -> None:
    """Note that a page shows these field groups; the web edge commits it before the answer leaves."""
    session.info.setdefault("looks", []).append(_event(actor, action, now, thing_id, scope_id, groups))


def keep(session: Session, looks: list[dict[str, Any]]) -> None:
    """Write looks that were noted, in one statement."""
    session.connection().execute(_KEPT, looks)


def _event(
    actor: Actor,
    action: str,
    now: datetime,
    thing_id: UUID | None,
    scope_id: UUID | None,
    groups: tuple[str, ...],
) -> dict[str, Any]:
    return {
        "at": now,
        "werking_id": actor.werking_id,
        "account_id": actor.account_id,
        "roles": " ".join(sorted(actor.roles)),
        "action": action,
        "thing_id": thing_id,
        "scope_id": scope_id,
        "groups": " ".join(groups),
    }
