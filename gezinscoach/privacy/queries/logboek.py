"""Reads of the trace: who did or looked at what, when. There is no content in it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from gezinscoach.accounts import queries as accounts
from gezinscoach.accounts.tables import Account, Gezinscoach, Organisatie
from gezinscoach.dossier import queries as dossier
from gezinscoach.dossier.rights import CODES
from gezinscoach.dossier.tables import Gezin
from gezinscoach.kernel import vault
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.audit import LOOKED_OVER, LOOKED_OVER_BROKEN, AuditEvent
from gezinscoach.kernel.sealing import Lost
from gezinscoach.privacy import policy

PAGE = 100
MONTH = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which events: from one moment until another, of one account, of dossiers whose id starts so."""

    since: datetime | None = None
    until: datetime | None = None
    account: UUID | None = None
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
    if asked.account is not None:
        wanted = wanted.where(AuditEvent.account_id == asked.account)
    if asked.dossier:
        first, last = (UUID(asked.dossier.ljust(32, filler)) for filler in "0f")
        wanted = wanted.where(AuditEvent.scope_id.between(first, last))
    rows = db.scalars(wanted.offset((page - 1) * PAGE).limit(PAGE + 1)).all()
    return rows[:PAGE], len(rows) > PAGE


def last_look_over(db: Session, condition: ColumnElement[bool], now: datetime) -> AuditEvent | None:
    """The last time in a month that the whole trace was looked over."""
    wanted = select(AuditEvent).where(
        condition, AuditEvent.at > now - MONTH, AuditEvent.action.in_((LOOKED_OVER, LOOKED_OVER_BROKEN))
    )
    return db.scalars(wanted.order_by(AuditEvent.at.desc()).limit(1)).first()


def by_code(db: Session, condition: ColumnElement[bool], code: str) -> UUID | None:
    """The id of the dossier with this code, if a policy allows it; no key is opened."""
    return db.scalar(select(Gezin.id).where(condition, Gezin.code_index == dossier.code_index(db, code)))


def codes(db: Session, actor: Actor, ids: Collection[UUID | None]) -> dict[UUID, str]:
    """The codes of those of these families that the actor may know by it; none of one whose key is lost."""
    asked = {*ids} - {None}
    wanted = select(Gezin.id, Gezin.code_cell).where(policy.dossiers(actor), Gezin.id.in_(asked))
    rows = db.execute(wanted.where(Gezin.code_cell.is_not(None))).all()
    rows = [row for row in rows if row.id in asked]  # no key is opened for a row that nobody asked
    vault.open_scopes(db, [row.id for row in rows], groups=CODES, persons=False)
    found = {row.id: Gezin.code.open(db, row.id, row.id, row.code_cell) for row in rows}
    return {gezin_id: code for gezin_id, code in found.items() if not isinstance(code, Lost)}


def people(db: Session, actor: Actor) -> dict[UUID, str]:
    """The names of everybody who has or had an account in the werking, by account."""
    ids = db.scalars(select(Account.id).where(Account.werking_id == actor.werking_id))
    return accounts.names(db, actor.werking_id, set(ids))


def staff(db: Session, actor: Actor, events: Sequence[AuditEvent]) -> dict[UUID, str]:
    """The names of the gezinscoaches and organisations of the werking that these events are about."""
    ids = {event.thing_id for event in events if event.thing_id is not None}
    coaches = db.execute(
        select(Gezinscoach.id, Gezinscoach.naam_cell).where(
            Gezinscoach.werking_id == actor.werking_id, Gezinscoach.id.in_(ids)
        )
    ).all()
    organisaties = db.execute(
        select(Organisatie.id, Organisatie.naam).where(
            Organisatie.werking_id == actor.werking_id, Organisatie.id.in_(ids)
        )
    ).all()
    vault.open_scopes(db, [row.id for row in coaches], persons=False, groups=vault.STAFF)
    return {row.id: row.naam for row in organisaties} | {
        row.id: Gezinscoach.naam.open(db, row.id, row.id, row.naam_cell) for row in coaches if row.naam_cell
    }
