"""Reads about accounts and the roles that they hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from gezinscoach.accounts.queries.federation import tied
from gezinscoach.accounts.rules import CONFIRMERS
from gezinscoach.accounts.tables import Account, Organisatie, RoleGrant
from gezinscoach.kernel import marks, vault
from gezinscoach.kernel.access import Rol

MOST = 5000


def names(db: Session, werking_id: UUID, account_ids: set[UUID]) -> dict[UUID, str]:
    """The names of these accounts of one werking."""
    rows = db.execute(
        select(Account.id, Account.naam_cell).where(
            Account.werking_id == werking_id, Account.id.in_(account_ids)
        )
    ).all()
    vault.open_scopes(db, [row.id for row in rows], groups=vault.STAFF)
    return {row.id: Account.naam.open(db, row.id, row.id, row.naam_cell) for row in rows if row.naam_cell}


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account with the roles that hold now, and whether somebody ever chose a way in.

    What bears no mark of ours says so in `forged`: it is only there to be seen.
    """

    account: Account
    naam: str
    email: str
    grants: tuple[tuple[RoleGrant, str | None], ...]
    entered: bool


def accounts(db: Session, condition: ColumnElement[bool], now: datetime) -> list[AccountRow]:
    """The accounts that a policy allows, by name, each with its present roles and their organisations."""
    found = select(Account).where(condition).order_by(Account.made_at, Account.id).limit(MOST)
    rows: list[Account] = [row.Account for row in marks.shown(db, found)]
    vault.open_scopes(db, [row.id for row in rows], groups=vault.STAFF)
    held: dict[UUID, list[tuple[RoleGrant, str | None]]] = {}
    for grant, organisatie in marks.shown(
        db,
        select(RoleGrant, Organisatie.naam)
        .join(Account, Account.id == RoleGrant.account_id)
        .outerjoin(Organisatie, Organisatie.id == RoleGrant.organisatie_id)
        .where(condition, or_(RoleGrant.until.is_(None), RoleGrant.until > now))
        .order_by(RoleGrant.since)
        .limit(MOST),
    ):
        held.setdefault(grant.account_id, []).append((grant, organisatie))
    entered = tied(db, [row.id for row in rows]) | {row.id for row in rows if row.password_hash is not None}
    listed = [
        AccountRow(
            row,
            Account.naam.open(db, row.id, row.id, row.naam_cell) if row.naam_cell else "",
            Account.email.open(db, row.id, row.id, row.email_cell) if row.email_cell else "",
            tuple(held.get(row.id, ())),
            row.id in entered,
        )
        for row in rows
    ]
    return sorted(listed, key=lambda row: row.naam.casefold())


def account(db: Session, condition: ColumnElement[bool], account_id: UUID) -> Account | None:
    """One account that a policy allows, with its key opened."""
    row = db.scalar(select(Account).where(condition, Account.id == account_id))
    if row is not None:
        vault.open_scopes(db, [row.id], groups=vault.STAFF)
    return row


def grant(db: Session, condition: ColumnElement[bool], account_id: UUID, grant_id: UUID) -> RoleGrant | None:
    """One role of an account that a policy allows, to end it: also one that is forged."""
    rows = marks.shown(
        db,
        select(RoleGrant)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(condition, Account.id == account_id, RoleGrant.id == grant_id),
    )
    return rows[0].RoleGrant if rows else None


def account_row(
    db: Session, condition: ColumnElement[bool], account_id: UUID, now: datetime
) -> AccountRow | None:
    """One account that a policy allows, with the roles that hold now and its key opened."""
    return next(iter(accounts(db, condition & (Account.id == account_id), now)), None)


def count_confirmers(db: Session, werking_id: UUID, now: datetime) -> int:
    """How many people of a werking may be the second person now."""
    holding = (
        select(func.count(RoleGrant.account_id.distinct()))
        .join(Account, Account.id == RoleGrant.account_id)
        .where(Account.werking_id == werking_id, Account.active, RoleGrant.rol.in_(CONFIRMERS))
        .where(or_(RoleGrant.until.is_(None), RoleGrant.until > now))
    )
    return db.scalar(holding) or 0


def has_beheerder(db: Session, now: datetime) -> bool:
    """Whether anybody who can sign in is a beheerder now; no key is opened."""
    beheerder = (
        select(RoleGrant.id)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(Account.active, RoleGrant.rol == Rol.BEHEERDER)
        .where(or_(RoleGrant.until.is_(None), RoleGrant.until > now))
        .limit(1)
    )
    return db.scalar(beheerder) is not None


def has_entered(db: Session, account: Account) -> bool:
    """Whether somebody chose a way in: then the person can be asked whether it was really them."""
    return account.password_hash is not None or bool(tied(db, [account.id]))


def ever_held(db: Session, account_id: UUID) -> bool:
    """Whether an account holds or held a role."""
    return db.scalar(select(RoleGrant.id).where(RoleGrant.account_id == account_id).limit(1)) is not None


def role_changed(db: Session, account_id: UUID, since: datetime, now: datetime) -> bool:
    """Whether a role of an account began or ended since a moment."""
    mine = select(RoleGrant.id).where(RoleGrant.account_id == account_id)
    changed = or_(RoleGrant.since >= since, and_(RoleGrant.until >= since, RoleGrant.until <= now))
    return db.scalar(mine.where(changed).limit(1)) is not None
