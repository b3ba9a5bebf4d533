"""Reads about people who work with gezinscoach, always inside one werking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from gezinscoach.accounts.tables import (
    Account,
    Gezinscoach,
    Invitation,
    LoginSession,
    Organisatie,
    RoleGrant,
    Werking,
)
from gezinscoach.kernel import vault
from gezinscoach.kernel.access import Actor, Rol
from gezinscoach.kernel.database import ask

MOST = 5000
EMAIL = "account.email"


@dataclass(frozen=True, slots=True)
class Opened:
    """A running session: who, in which roles, since when."""

    actor: Actor
    naam: str
    begun_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class CoachRegel:
    """A gezinscoach in a list or a choice."""

    id: UUID
    naam: str
    organisatie_id: UUID
    organisatie: str
    gestart_op: date
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
    return Opened(actor, naam, first.begun_at, first.seen_at)


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


def only_werking(db: Session) -> Werking | None:
    """The one werking of an installation; None when there is none or more than one."""
    werkingen = db.scalars(select(Werking).order_by(Werking.naam).limit(2)).all()
    return werkingen[0] if len(werkingen) == 1 else None


def werking(db: Session, actor: Actor) -> Werking:
    """The werking in which somebody acts, with its key opened."""
    vault.open_scopes(db, [actor.werking_id])
    return db.scalars(select(Werking).where(Werking.id == actor.werking_id)).one()


def organisaties(db: Session, actor: Actor) -> Sequence[Organisatie]:
    """The organisations of the werking, by name; their sealed fields stay closed."""
    return db.scalars(
        select(Organisatie)
        .where(Organisatie.werking_id == actor.werking_id)
        .order_by(Organisatie.naam)
        .limit(MOST)
    ).all()


def coaches(db: Session, actor: Actor, *, organisatie_ids: frozenset[UUID] | None = None) -> list[CoachRegel]:
    """The gezinscoaches of the werking (or of some organisations), by name."""
    wanted = (
        select(
            Gezinscoach.id,
            Gezinscoach.naam_cell,
            Gezinscoach.organisatie_id,
            Organisatie.naam.label("organisatie"),
            Gezinscoach.gestart_op,
            Gezinscoach.gestopt_op,
        )
        .join(Organisatie, Organisatie.id == Gezinscoach.organisatie_id)
        .where(Gezinscoach.werking_id == actor.werking_id)
        .limit(MOST)
    )
    if organisatie_ids is not None:
        wanted = wanted.where(Gezinscoach.organisatie_id.in_(organisatie_ids))
    rows = db.execute(wanted).all()
    vault.open_scopes(db, [row.id for row in rows])
    named = [
        CoachRegel(
            row.id,
            Gezinscoach.naam.open(db, row.id, row.id, row.naam_cell),
            row.organisatie_id,
            row.organisatie,
            row.gestart_op,
            row.gestopt_op,
        )
        for row in rows
    ]
    return sorted(named, key=lambda coach: coach.naam.casefold())


def coach(db: Session, actor: Actor, coach_id: UUID) -> Gezinscoach | None:
    """One gezinscoach of the werking, with the key opened."""
    row = db.scalar(
        select(Gezinscoach).where(Gezinscoach.id == coach_id, Gezinscoach.werking_id == actor.werking_id)
    )
    if row is not None:
        vault.open_scopes(db, [row.id])
    return row


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
    rows = db.scalars(select(Account).where(condition).limit(MOST)).all()
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


def active_coach(db: Session, account_id: UUID, today: date) -> UUID | None:
    """The gezinscoach that an account is, while the last day has not passed."""
    active = or_(Gezinscoach.gestopt_op.is_(None), Gezinscoach.gestopt_op >= today)
    return db.scalar(select(Gezinscoach.id).where(Gezinscoach.account_id == account_id, active))


@dataclass(frozen=True, slots=True)
class OrganisatieRegel:
    """An organisation in a list, with how many gezinscoaches it has today."""

    id: UUID
    naam: str
    soort: str
    coaches: int


def organisatie_regels(db: Session, condition: ColumnElement[bool], today: date) -> list[OrganisatieRegel]:
    """The organisations that a policy allows, by name."""
    active = and_(
        Gezinscoach.organisatie_id == Organisatie.id,
        or_(Gezinscoach.gestopt_op.is_(None), Gezinscoach.gestopt_op >= today),
    )
    rows = db.execute(
        select(Organisatie.id, Organisatie.naam, Organisatie.soort, func.count(Gezinscoach.id))
        .outerjoin(Gezinscoach, active)
        .where(condition)
        .group_by(Organisatie.id, Organisatie.naam, Organisatie.soort)
        .limit(MOST)
    )
    return sorted((OrganisatieRegel(*row) for row in rows), key=lambda regel: regel.naam.casefold())


def organisatie(db: Session, condition: ColumnElement[bool], organisatie_id: UUID) -> Organisatie | None:
    """One organisation that a policy allows; its sealed fields stay closed."""
    return db.scalar(select(Organisatie).where(condition, Organisatie.id == organisatie_id))
