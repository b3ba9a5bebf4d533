"""Reads about who can sign in: sessions, invitations, accounts and their roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from gezinscoach.accounts.tables import Account, Gezinscoach, Invitation, LoginSession, Organisatie, RoleGrant
from gezinscoach.kernel import vault
from gezinscoach.kernel.access import Actor, Rol
from gezinscoach.kernel.database import ask

MOST = 5000
EMAIL = "account.email"


@dataclass(frozen=True, slots=True)
class Opened:
    """A running session: who, in which roles, since when; `gestopt_op` is the last day of a gezinscoach."""

    actor: Actor
    naam: str
    begun_at: datetime
    seen_at: datetime
    gestopt_op: date | None


def email_index(db: Session, email: str) -> bytes:
    """The blind index of an e-mail address, blind to case and outer space."""
    return vault.of(db).index(EMAIL, email.strip().casefold())


_OPENED = (
    select(
        Account.id,
        Account.werking_id,
        Account.naam_cell,
        LoginSession.begun_at,
        LoginSession.seen_at,
        Gezinscoach.id.label("coach_id"),
        Gezinscoach.gestopt_op,
        RoleGrant.rol,
        RoleGrant.organisatie_id,
    )
    .select_from(LoginSession)
    .join(Account, Account.id == LoginSession.account_id)
    .outerjoin(Gezinscoach, Gezinscoach.account_id == Account.id)
    .outerjoin(
        RoleGrant,
        and_(
            RoleGrant.account_id == Account.id,
            RoleGrant.since <= bindparam("now"),
            or_(RoleGrant.until.is_(None), RoleGrant.until > bindparam("now")),
        ),
    )
    .where(LoginSession.token_hash == bindparam("token_hash"), Account.active)
    .limit(100)
)


def opened(db: Session, token_hash: bytes, now: datetime) -> Opened | None:
    """The session with this token, and the roles that hold now; None when the account is off."""
    rows = ask(db, _OPENED, token_hash=token_hash, now=now)
    if not rows:
        return None
    first = rows[0]
    vault.open_scopes(db, [first.id], persons=False)
    naam = Account.naam.open(db, first.id, first.id, first.naam_cell) if first.naam_cell else ""
    grants = frozenset((Rol(row.rol), row.organisatie_id) for row in rows if row.rol is not None)
    coach_id = first.coach_id if any(rol is Rol.GEZINSCOACH for rol, _ in grants) else None
    actor = Actor(werking_id=first.werking_id, account_id=first.id, coach_id=coach_id, grants=grants)
    return Opened(actor, naam, first.begun_at, first.seen_at, first.gestopt_op if coach_id else None)


def account_by_email(db: Session, email: str) -> Account | None:
    """The account with this e-mail address, whatever its werking."""
    row = db.scalar(select(Account).where(Account.email_index == email_index(db, email)))
    if row is not None:
        vault.open_scopes(db, [row.id])
    return row


def account_by_invitation(db: Session, token_hash: bytes, now: datetime) -> Account | None:
    """The account of an invitation that still holds, with its key opened."""
    account = db.scalar(
        select(Account)
        .join(Invitation, Invitation.account_id == Account.id)
        .where(
            Invitation.token_hash == token_hash,
            Invitation.used_at.is_(None),
            Invitation.until > now,
            Account.active,
        )
    )
    if account is not None:
        vault.open_scopes(db, [account.id])
    return account


def names(db: Session, werking_id: UUID, account_ids: set[UUID]) -> dict[UUID, str]:
    """The names of these accounts of one werking."""
    rows = db.execute(
        select(Account.id, Account.naam_cell).where(
            Account.werking_id == werking_id, Account.id.in_(account_ids)
        )
    ).all()
    vault.open_scopes(db, [row.id for row in rows])
    return {row.id: Account.naam.open(db, row.id, row.id, row.naam_cell) for row in rows if row.naam_cell}


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account with the roles that hold now."""

    account: Account
    grants: tuple[tuple[RoleGrant, str | None], ...]


def accounts(db: Session, condition: ColumnElement[bool], now: datetime) -> list[AccountRow]:
    """The accounts that a policy allows, by name, each with its present roles and their organisations."""
    rows = db.scalars(
        select(Account).where(condition).order_by(Account.made_at, Account.id).limit(MOST)
    ).all()
    vault.open_scopes(db, [row.id for row in rows])
    held: dict[UUID, list[tuple[RoleGrant, str | None]]] = {}
    for grant, organisatie in db.execute(
        select(RoleGrant, Organisatie.naam)
        .join(Account, Account.id == RoleGrant.account_id)
        .outerjoin(Organisatie, Organisatie.id == RoleGrant.organisatie_id)
        .where(condition, or_(RoleGrant.until.is_(None), RoleGrant.until > now))
        .order_by(RoleGrant.since)
        .limit(MOST)
    ):
        held.setdefault(grant.account_id, []).append((grant, organisatie))
    listed = [AccountRow(row, tuple(held.get(row.id, ()))) for row in rows]
    return sorted(listed, key=lambda row: (row.account.naam or "").casefold())


def account(db: Session, condition: ColumnElement[bool], account_id: UUID) -> Account | None:
    """One account that a policy allows, with its key opened."""
    row = db.scalar(select(Account).where(condition, Account.id == account_id))
    if row is not None:
        vault.open_scopes(db, [row.id])
    return row


def grant(db: Session, condition: ColumnElement[bool], account_id: UUID, grant_id: UUID) -> RoleGrant | None:
    """One role of an account that a policy allows."""
    return db.scalar(
        select(RoleGrant)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(condition, Account.id == account_id, RoleGrant.id == grant_id)
    )


def account_row(
    db: Session, condition: ColumnElement[bool], account_id: UUID, now: datetime
) -> AccountRow | None:
    """One account that a policy allows, with the roles that hold now and its key opened."""
    return next(iter(accounts(db, condition & (Account.id == account_id), now)), None)


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
