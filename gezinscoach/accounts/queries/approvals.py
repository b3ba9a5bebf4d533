"""Reads of deeds that wait for a second person, and of who stands behind whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from gezinscoach.accounts.rules import APPROVAL, Backing, Deed
from gezinscoach.accounts.rules.factors import said_code
from gezinscoach.accounts.tables import Account, Approval, Gezinscoach, Organisatie, RoleGrant
from gezinscoach.accounts.tables.federation import Identity
from gezinscoach.kernel import marks, vault
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.audit import AuditEvent

MOST = 500
_asker = aliased(Account)


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """A deed that waits, or that was refused or forgotten a short while ago.

    `entered` says whether the person for whom it is chose a way in; `coach` which gezinscoach that is. Of a
    lost second factor also what was confirmed, with `code`, for whoever asked, and when the link was used.
    """

    approval: Approval
    naam: str
    email: str
    entered: bool
    asked_by: str
    decided_by: str
    organisatie: str
    coach: str
    code: str = ""
    used_at: datetime | None = None


def reset_code(db: Session, approval_id: UUID) -> str:
    """The code with which the link after a lost second factor works; only this server can make it."""
    return said_code(vault.of(db).index("approval.code", approval_id.hex))


def entered() -> ColumnElement[bool]:
    """The accounts whose owner chose a way in, a password or an issuer: whom one can ask about it."""
    tied = select(Identity.id).where(Identity.account_id == Account.id)
    return or_(Account.password_hash.is_not(None), tied.exists())


def waiting(now: datetime) -> ColumnElement[bool]:
    """The deeds (joined with their Account) that still wait for a second person."""
    return and_(
        Approval.decided_at.is_(None),
        Approval.asked_at > now - APPROVAL,
        Account.active,
        administers(Approval.asked_by, now),
    )


def administers(account_id: SQLColumnExpression[UUID | None], now: datetime) -> ColumnElement[bool]:
    """Whether an account can sign in and is a beheerder now."""
    held = select(RoleGrant.id).join(_asker, _asker.id == RoleGrant.account_id)
    return (
        held.where(_asker.id == account_id, _asker.active, RoleGrant.rol == Rol.BEHEERDER)
        .where(RoleGrant.since <= now, or_(RoleGrant.until.is_(None), RoleGrant.until > now))
        .exists()
    )


def count_approvals(db: Session, condition: ColumnElement[bool], now: datetime) -> int:
    """How many deeds that a policy allows wait for a second person."""
    found = select(func.count(Approval.id)).join(Account, Account.id == Approval.account_id)
    return db.scalar(found.where(condition, waiting(now))) or 0


def approvals(db: Session, condition: ColumnElement[bool], now: datetime) -> list[ApprovalRow]:
    """The deeds that a policy allows: those that wait, the oldest on top, then those that came to nothing
    in the last fourteen days, and the second factors that were set anew: nobody does that unseen."""
    recent = or_(
        waiting(now),
        and_(Approval.granted.is_(False), Approval.decided_at > now - APPROVAL),
        and_(Approval.deed == Deed.FACTOR, Approval.decided_at > now - APPROVAL),
        and_(
            Approval.decided_at.is_(None),
            Approval.asked_at <= now - APPROVAL,
            Approval.asked_at > now - 2 * APPROVAL,
        ),
    )
    rows = marks.shown(
        db,
        select(
            Approval,
            entered().label("entered"),
            Organisatie.naam.label("organisatie"),
            Gezinscoach.id.label("coach_id"),
            Gezinscoach.naam_cell,
        )
        .join(Account, Account.id == Approval.account_id)
        .outerjoin(Organisatie, Organisatie.id == Approval.organisatie_id)
        .outerjoin(Gezinscoach, and_(Gezinscoach.account_id == Account.id, Approval.rol == Rol.GEZINSCOACH))
        .where(condition, recent)
        .order_by(Approval.decided_at.is_not(None), Approval.asked_at, Approval.id)
        .limit(MOST),
    )
    people = {row.Approval.account_id for row in rows}
    staff = {row.Approval.asked_by for row in rows} | {row.Approval.decided_by for row in rows}
    vault.open_scopes(db, [row.coach_id for row in rows if row.coach_id], persons=False, groups=vault.STAFF)
    named = _named(db, people, {one for one in staff if one})
    dropped = _dropped(db, [row.Approval for row in rows if row.Approval.deed is Deed.FACTOR])
    return [
        ApprovalRow(
            row.Approval,
            *named[row.Approval.account_id],
            bool(row.entered),
            named[row.Approval.asked_by][0] if row.Approval.asked_by else "",
            named[row.Approval.decided_by][0] if row.Approval.decided_by else "",
            row.organisatie or "",
            Gezinscoach.naam.open(db, row.coach_id, row.coach_id, row.naam_cell) if row.coach_id else "",
            reset_code(db, row.Approval.id) if row.Approval.deed is Deed.FACTOR else "",
            _used_at(row.Approval, dropped),
        )
        for row in rows
    ]


def approval(
    db: Session, condition: ColumnElement[bool], approval_id: UUID, now: datetime
) -> ApprovalRow | None:
    """One deed that a policy allows and that still waits; Forged."""
    for found in approvals(db, and_(condition, Approval.id == approval_id, waiting(now)), now):
        if found.approval.forged:
            raise marks.Forged(Approval.__tablename__, approval_id, found.approval.account_id)
        return found
    return None


def backings(db: Session, werking_id: UUID) -> list[Backing]:
    """Who stands behind every role that was ever held in a werking."""
    rows = db.execute(
        select(
            RoleGrant.account_id,
            RoleGrant.given_by,
            Approval.decided_by,
            Approval.decided_at,
        )
        .join(Account, Account.id == RoleGrant.account_id)
        .outerjoin(Approval, and_(Approval.grant_id == RoleGrant.id, Approval.granted))
        .where(Account.werking_id == werking_id)
        .limit(20 * MOST)
    )
    return [
        Backing(
            row.account_id,
            frozenset(one for one in (row.given_by, row.decided_by) if one),
            row.given_by is None or (row.decided_at is not None and row.decided_by is None),
        )
        for row in rows
    ]


def _dropped(db: Session, resets: list[Approval]) -> list[tuple[UUID | None, datetime]]:
    """Whose second factor was forgotten with a link, and when, as the trace has it."""
    if not resets:
        return []
    asked = select(AuditEvent.thing_id, AuditEvent.at).where(
        AuditEvent.thing_id.in_({row.account_id for row in resets}),
        AuditEvent.action == "account.drop_factor",
        AuditEvent.at >= min(row.asked_at for row in resets),
    )
    return [(row.thing_id, row.at) for row in db.execute(asked.order_by(AuditEvent.at).limit(MOST))]


def _used_at(held: Approval, dropped: list[tuple[UUID | None, datetime]]) -> datetime | None:
    since = held.decided_at if held.granted else None
    return next((at for whose, at in dropped if since and whose == held.account_id and at >= since), None)


def _named(db: Session, people: set[UUID], staff: set[UUID]) -> dict[UUID, tuple[str, str]]:
    rows = db.execute(
        select(Account.id, Account.naam_cell, Account.email_cell).where(Account.id.in_(people | staff))
    ).all()
    vault.open_scopes(db, [row.id for row in rows], groups=vault.STAFF)
    return {
        row.id: (
            Account.naam.open(db, row.id, row.id, row.naam_cell) if row.naam_cell else "",
            Account.email.open(db, row.id, row.id, row.email_cell) if row.email_cell else "",
        )
        for row in rows
    }
