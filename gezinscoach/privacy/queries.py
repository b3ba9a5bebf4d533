"""Reads of the trace: who did or looked at what, when. There is no content in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from gezinscoach.accounts import queries as accounts
from gezinscoach.accounts.tables import Account
from gezinscoach.kernel.audit import AuditEvent

PAGE = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """Which events: from one moment until another, of some accounts, of dossiers whose id starts so."""

    since: datetime | None = None
    until: datetime | None = None
    accounts: frozenset[UUID] | None = None
    dossier: str = ""


def events(
    db: Session, condition: ColumnElement[bool], asked: Asked, page: int
) -> tuple[Sequence[AuditEvent], bool]:
    """A page of PAGE events that a policy allows, the latest first, and whether there are earlier ones."""
    wanted = select(AuditEvent).where(condition).order_by(AuditEvent.at.desc(), AuditEvent.id)
    if asked.since is not None:
        wanted = wanted.where(AuditEvent.at >= asked.since)
    if asked.until is not None:
        wanted = wanted.where(AuditEvent.at < asked.until)
    if asked.accounts is not None:
        wanted = wanted.where(AuditEvent.account_id.in_(asked.accounts))
    if asked.dossier:
        first, last = (UUID(asked.dossier.ljust(32, filler)) for filler in "0f")
        wanted = wanted.where(AuditEvent.scope_id.between(first, last))
    rows = db.scalars(wanted.offset((page - 1) * PAGE).limit(PAGE + 1)).all()
    return rows[:PAGE], len(rows) > PAGE


def named(db: Session, werking_id: UUID, part: str) -> frozenset[UUID]:
    """The accounts of a werking in whose name this part stands, blind to case."""
    ids = set(db.scalars(select(Account.id).where(Account.werking_id == werking_id)))
    names = accounts.names(db, werking_id, ids)
    return frozenset(key for key, naam in names.items() if part.casefold() in naam.casefold())
