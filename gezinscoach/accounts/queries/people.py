"""Reads about who can sign in: sessions, invitations, accounts and their roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from gezinscoach.accounts.queries.federation import tied
from gezinscoach.accounts.rules import CONFIRMERS
from gezinscoach.accounts.rules.factors import Factor
from gezinscoach.accounts.tables import (
    Account,
    Gezinscoach,
    Invitation,
    LoginSession,
    Organisatie,
    RoleGrant,
    Werking,
)
from gezinscoach.kernel import audit, marks, vault
from gezinscoach.kernel.access import Actor, Rol
from gezinscoach.kernel.audit import AuditEvent
from gezinscoach.kernel.database import ask
from gezinscoach.kernel.dates import ZONE, day_of

MOST = 5000
EMAIL = "account.email"


@dataclass(frozen=True, slots=True)
class Opened:
    """A running session: who, in which roles, since when; `gestopt_op` is the last day of a gezinscoach.

    Without a `factor` it is half; `demo` is whether the database is one of a demo city.
    """

    actor: Actor
    naam: str
    begun_at: datetime
    seen_at: datetime
    gestopt_op: date | None
    factor: Factor | None
    demo: bool


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
        LoginSession.factor,
        LoginSession.confirmed_at,
        Werking.demo,
        Gezinscoach.id.label("coach_id"),
        Gezinscoach.gestopt_op,
        Gezinscoach.organisatie_id.label("coach_organisatie_id"),
        RoleGrant.rol,
        RoleGrant.organisatie_id,
        *(
            column
            for table in (LoginSession, Account, Gezinscoach, RoleGrant)
            for column in marks.asked(table)
        ),
    )
    .select_from(LoginSession)
    .join(Account, Account.id == LoginSession.account_id)
    .join(Werking, Werking.id == Account.werking_id)
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
    """The session with this token, and the roles that hold now; None when the account is off.

    What bears no mark of ours gives nothing, and is on record: no session, no role, not who is a gezinscoach.
    """
    rows = ask(db, _OPENED, token_hash=token_hash, now=now)
    if not rows:
        return None
    first = rows[0]
    stranger = Actor(werking_id=first.werking_id)
    if not all(marks.is_true(db, table, first) for table in (LoginSession, Account)):
        audit.turn_away(db, stranger, "session.forged", now=now, thing_id=first.id)
        return None
    is_coach = first.coach_id is not None and marks.is_true(db, Gezinscoach, first)
    held = [row for row in rows if row.rol is not None and marks.is_true(db, RoleGrant, row)]
    if is_coach != (first.coach_id is not None) or len(held) != sum(row.rol is not None for row in rows):
        audit.turn_away(db, stranger, "role.forged", now=now, thing_id=first.id)
    vault.open_scopes(db, [first.id], persons=False, groups=vault.STAFF)
    naam = Account.naam.open(db, first.id, first.id, first.naam_cell) if first.naam_cell else ""
    grants = frozenset((Rol(row.rol), row.organisatie_id) for row in held)
    coach_id = first.coach_id if is_coach and any(rol is Rol.GEZINSCOACH for rol, _ in grants) else None
    actor = Actor(
        werking_id=first.werking_id,
        account_id=first.id,
        coach_id=coach_id,
        grants=grants,
        organisatie_ids=frozenset(
            one for row in rows for one in (row.coach_organisatie_id, row.organisatie_id) if one
        ),
        session=token_hash,
        confirmed_at=first.confirmed_at,
    )
    stopped = first.gestopt_op if coach_id else None
    return Opened(actor, naam, first.begun_at, first.seen_at, stopped, first.factor, first.demo)


def account_by_email(db: Session, email: str) -> Account | None:
    """The account with this e-mail address, whatever its werking."""
    row = db.scalar(select(Account).where(Account.email_index == email_index(db, email)))
    if row is not None:
        vault.open_scopes(db, [row.id], groups=vault.STAFF)
    return row


def password_hash(db: Session, email: str) -> str | None:
    """The hash of the password at this address; None where nobody may sign in with one. No key is opened."""
    question = select(Account.password_hash).where(Account.email_index == email_index(db, email))
    return db.scalar(question.where(Account.active))


def account_by_invitation(db: Session, token_hash: bytes, now: datetime) -> Account | None:
    """The account of an invitation that still holds, with its key opened."""
    found = db.execute(
        select(Account, Invitation)
        .join(Invitation, Invitation.account_id == Account.id)
        .where(
            Invitation.token_hash == token_hash,
            Invitation.used_at.is_(None),
            Invitation.until > now,
            Account.active,
        )
    ).one_or_none()
    if found is None:
        return None
    vault.open_scopes(db, [found[0].id], groups=vault.STAFF)
    account: Account = found[0]
    return account


def names(db: Session, werking_id: UUID, account_ids: set[UUID]) -> dict[UUID, str]:
    """The names of these accounts of one werking."""
    rows = db.execute(
        select(Account.id, Account.naam_cell).where(
            Account.werking_id == werking_id, Account.id.in_(account_ids)
        )
    ).all()
    vault.open_scopes(db, [row.id for row in rows], groups=vault.STAFF)
    return {row.id: Account.naam.open(db, row.id, row.id, row.naam_cell) for row in rows if row.naam_cell}


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


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account with the roles that hold now, and whether somebody ever chose a way in."""

    account: Account
    grants: tuple[tuple[RoleGrant, str | None], ...]
    entered: bool


def accounts(db: Session, condition: ColumnElement[bool], now: datetime) -> list[AccountRow]:
    """The accounts that a policy allows, by name, each with its present roles and their organisations."""
    rows = db.scalars(
        select(Account).where(condition).order_by(Account.made_at, Account.id).limit(MOST)
    ).all()
    vault.open_scopes(db, [row.id for row in rows], groups=vault.STAFF)
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
    entered = tied(db, [row.id for row in rows]) | {row.id for row in rows if row.password_hash is not None}
    listed = [AccountRow(row, tuple(held.get(row.id, ())), row.id in entered) for row in rows]
    return sorted(listed, key=lambda row: (row.account.naam or "").casefold())


def account(db: Session, condition: ColumnElement[bool], account_id: UUID) -> Account | None:
    """One account that a policy allows, with its key opened."""
    row = db.scalar(select(Account).where(condition, Account.id == account_id))
    if row is not None:
        vault.open_scopes(db, [row.id], groups=vault.STAFF)
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
