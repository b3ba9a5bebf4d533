"""Acts on people who work with gezinscoach. They flush at most; the edge commits."""

from __future__ import annotations

import threading
from datetime import date, datetime
from uuid import UUID, uuid4

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from gezinscoach.accounts import queries, rules
from gezinscoach.accounts.tables import (
    Account,
    Gezinscoach,
    Invitation,
    LoginFailure,
    LoginSession,
    Organisatie,
    RoleGrant,
    Werking,
)
from gezinscoach.kernel import audit, vault
from gezinscoach.kernel.access import Actor, Rol

FOR_ORGANISATION = frozenset({Rol.BONDGENOOT, Rol.ORGANISATIEVERANTWOORDELIJKE})

# 19 MiB, two passes: the least that OWASP names. Two at once: a flood of sign-ins must not eat the memory.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_two_at_once = threading.BoundedSemaphore(2)
_nobody = _hasher.hash("niemand heeft dit wachtwoord")


class WrongCredentials(rules.Refusal):
    """Unknown address, wrong password or account off: which one is not said."""


class TooManyAttempts(rules.Refusal):
    """So many failures that the next attempt has to wait; `seconds` says how long."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def add_werking(
    db: Session, *, naam: str, gemeente: str, postcodes: tuple[str, ...], now: datetime, demo: bool = False
) -> Actor:
    """Make a werking with its key, and return the actor that the command line is in it."""
    werking = Werking(id=uuid4(), naam=naam, gemeente=gemeente, postcodes=" ".join(postcodes), demo=demo)
    vault.new_scope(db, werking.id, "werking")
    db.add(werking)
    db.flush()
    actor = Actor(werking_id=werking.id)
    audit.record(db, actor, "werking.add", now=now, thing_id=werking.id)
    return actor


def add_organisatie(db: Session, actor: Actor, *, naam: str, now: datetime, soort: str = "") -> Organisatie:
    """Make an organisation with its key."""
    row = Organisatie(id=uuid4(), werking_id=actor.werking_id, naam=naam, soort=soort)
    vault.new_scope(db, row.id, "organisatie")
    db.add(row)
    db.flush()
    audit.record(db, actor, "organisatie.add", now=now, thing_id=row.id)
    return row


def add_gezinscoach(
    db: Session,
    actor: Actor,
    *,
    naam: str,
    email: str | None,
    organisatie_id: UUID,
    statuut: rules.Statuut,
    gestart_op: date,
    max_gezinnen: int,
    now: datetime,
    gestopt_op: date | None = None,
    vte: int | None = None,
    talen: tuple[str, ...] = (),
    wijken: tuple[str, ...] = (),
    startvorming: bool = False,
    startvorming_op: date | None = None,
) -> Gezinscoach:
    """Make a gezinscoach with an own key, linked to the account with the same e-mail address, if any."""
    row = Gezinscoach(
        id=uuid4(),
        werking_id=actor.werking_id,
        organisatie_id=organisatie_id,
        statuut=statuut,
        vte=vte,
        max_gezinnen=max_gezinnen,
        startvorming=startvorming,
        startvorming_op=startvorming_op,
        gestart_op=gestart_op,
        gestopt_op=gestopt_op,
    )
    vault.new_scope(db, row.id, "person")
    db.add(row)
    row.naam, row.email = naam, email
    row.talen, row.wijken = list(talen), list(wijken)
    db.flush()
    if email:
        row.email_index = queries.email_index(db, email)
        _link(db, row.email_index, actor.werking_id)
    audit.record(db, actor, "gezinscoach.add", now=now, thing_id=row.id)
    return row


def add_account(db: Session, actor: Actor, *, email: str, naam: str, now: datetime) -> tuple[Account, str]:
    """Make an account without password, link it to the gezinscoach of that address; with its invitation."""
    index = queries.email_index(db, email)
    if db.scalar(select(Account.id).where(Account.email_index == index)) is not None:
        raise rules.AccountExists
    account = Account(id=uuid4(), werking_id=actor.werking_id, email_index=index, active=True, made_at=now)
    vault.new_scope(db, account.id, "person")
    db.add(account)
    account.naam, account.email = naam, email.strip()
    db.flush()
    _link(db, index, actor.werking_id)
    audit.record(db, actor, "account.add", now=now, thing_id=account.id)
    return account, invite(db, actor, account, now=now)


def invite(db: Session, actor: Actor, account: Account, *, now: datetime) -> str:
    """Make a one-time invitation of three days and return its token; earlier ones end."""
    db.execute(delete(Invitation).where(Invitation.account_id == account.id))
    token = rules.new_token()
    db.add(
        Invitation(token_hash=rules.token_hash(token), account_id=account.id, until=now + rules.INVITATION)
    )
    audit.record(db, actor, "account.invite", now=now, thing_id=account.id)
    return token


def give_role(
    db: Session,
    actor: Actor,
    account: Account,
    rol: Rol,
    *,
    now: datetime,
    organisatie_id: UUID | None = None,
    until: datetime | None = None,
) -> RoleGrant:
    """Let an account hold a role from now on; OrganisationNeeded for a role that is held for one.

    A gezinscoach of a named organisation who was not imported becomes one today; without an organisation
    the account waits for the coach with its address to be imported.
    """
    if rol in FOR_ORGANISATION and organisatie_id is None:
        raise rules.OrganisationNeeded
    if rol is Rol.GEZINSCOACH and organisatie_id is not None:
        _be_coach(db, actor, account, organisatie_id, now)
    grant = RoleGrant(
        id=uuid4(),
        account_id=account.id,
        rol=rol,
        organisatie_id=organisatie_id,
        since=now,
        until=until,
        given_by=actor.account_id,
    )
    db.add(grant)
    audit.record(db, actor, f"role.give.{rol}", now=now, thing_id=account.id)
    return grant


def end_role(db: Session, actor: Actor, grant: RoleGrant, *, now: datetime) -> None:
    """End a role at this moment: it opens nothing from the next request on."""
    grant.until = max(now, grant.since)
    audit.record(db, actor, f"role.end.{grant.rol}", now=now, thing_id=grant.account_id)


def deactivate(db: Session, actor: Actor, account: Account, *, now: datetime) -> None:
    """Shut an account and every session of it."""
    account.active = False
    db.execute(delete(LoginSession).where(LoginSession.account_id == account.id))
    audit.record(db, actor, "account.deactivate", now=now, thing_id=account.id)


def accept_invitation(db: Session, token: str, password: str, *, now: datetime) -> Account:
    """Choose a password with a one-time invitation; InvitationSpent or a password refusal."""
    token_hash = rules.token_hash(token)
    account = queries.account_by_invitation(db, token_hash, now)
    if account is None:
        raise rules.InvitationSpent
    rules.require_password(password, own_words=(account.naam or "", account.email or ""))
    set_password(db, account, password)
    db.execute(update(Invitation).where(Invitation.token_hash == token_hash).values(used_at=now))
    audit.record(db, _self(account), "account.accept", now=now, thing_id=account.id)
    return account


def set_password(db: Session, account: Account, password: str) -> None:
    """Keep the Argon2id hash of a password, and end every session that ran with the old one."""
    with _two_at_once:
        account.password_hash = _hasher.hash(password)
    db.execute(delete(LoginSession).where(LoginSession.account_id == account.id))


def sign_in(db: Session, *, email: str, password: str, network: str, now: datetime) -> str:
    """Open a session and return its token; WrongCredentials or TooManyAttempts, slower after each failure."""
    keys = [queries.email_index(db, email), vault.of(db).index("login.network", network)]
    failures = {row.key: row for row in db.scalars(select(LoginFailure).where(LoginFailure.key.in_(keys)))}
    # A network is shared by a whole office: it may fail ten times as often as one address.
    for key, share in zip(keys, (1, 10), strict=True):
        if key in failures:
            free_at = failures[key].last_at + rules.wait_after(failures[key].count // share)
            if free_at > now:
                raise TooManyAttempts(int((free_at - now).total_seconds()) + 1)
    account = queries.account_by_email(db, email)
    known = account is not None and account.active
    if not _matches(account.password_hash if account and known else None, password) or account is None:
        for key in keys:
            _count_failure(db, failures.get(key), key, now)
        raise WrongCredentials
    db.execute(delete(LoginFailure).where(LoginFailure.key == keys[0]))
    token = rules.new_token()
    db.add(LoginSession(token_hash=rules.token_hash(token), account_id=account.id, begun_at=now, seen_at=now))
    audit.record(db, _self(account), "session.begin", now=now, thing_id=account.id)
    return token


def seen(db: Session, token_hash: bytes, *, now: datetime) -> None:
    """Note that a session is in use; the web edge writes it when the answer is ready, reads included."""
    db.info["touch"] = update(LoginSession).where(LoginSession.token_hash == token_hash).values(seen_at=now)


def sign_out(db: Session, actor: Actor, token: str, *, now: datetime) -> None:
    """End a session."""
    db.execute(delete(LoginSession).where(LoginSession.token_hash == rules.token_hash(token)))
    audit.record(db, actor, "session.end", now=now, thing_id=actor.account_id)


def _matches(password_hash: str | None, password: str) -> bool:
    # An unknown address costs as much time as a wrong password.
    with _two_at_once:
        try:
            _hasher.verify(password_hash or _nobody, password[: rules.MAX_PASSWORD])
        except (VerifyMismatchError, InvalidHashError):
            return False
    return password_hash is not None


def _count_failure(db: Session, row: LoginFailure | None, key: bytes, now: datetime) -> None:
    if row is None:
        db.add(LoginFailure(key=key, count=1, last_at=now))
    else:
        fresh = now - row.last_at > 4 * rules.LONGEST_WAIT
        row.count, row.last_at = (1 if fresh else row.count + 1), now


def _link(db: Session, index: bytes, werking_id: UUID) -> None:
    """Tie the account and the one gezinscoach of an address, where both are there and free."""
    db.flush()
    account_id = db.scalar(
        select(Account.id).where(Account.email_index == index, Account.werking_id == werking_id)
    )
    if account_id is None or db.scalar(select(Gezinscoach.id).where(Gezinscoach.account_id == account_id)):
        return
    running = db.scalars(
        select(Gezinscoach)
        .where(
            Gezinscoach.werking_id == werking_id,
            Gezinscoach.email_index == index,
            or_(Gezinscoach.account_id.is_(None), Gezinscoach.account_id == account_id),
        )
        .order_by(Gezinscoach.gestart_op.desc())
        .limit(1)
    ).first()
    if running is not None:
        running.account_id = account_id


def _be_coach(db: Session, actor: Actor, account: Account, organisatie_id: UUID, now: datetime) -> None:
    db.flush()
    if db.scalar(select(Gezinscoach.id).where(Gezinscoach.account_id == account.id)) is None:
        add_gezinscoach(
            db,
            actor,
            naam=account.naam or "",
            email=account.email,
            organisatie_id=organisatie_id,
            statuut=rules.Statuut.PROFESSIONEEL,
            gestart_op=now.date(),
            max_gezinnen=rules.FIRST_PLACES,
            now=now,
        )


def _self(account: Account) -> Actor:
    return Actor(werking_id=account.werking_id, account_id=account.id)
