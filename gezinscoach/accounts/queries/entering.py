"""Reads of whoever comes in: a running session, and the account behind an address or an invitation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session

from gezinscoach.accounts.rules.factors import Factor
from gezinscoach.accounts.tables import Account, Gezinscoach, Invitation, LoginSession, RoleGrant, Werking
from gezinscoach.kernel import audit, marks, vault
from gezinscoach.kernel.access import Actor, Rol
from gezinscoach.kernel.database import ask

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
