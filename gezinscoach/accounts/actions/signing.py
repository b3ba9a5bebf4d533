"""Acts of signing in: invitations, passwords, sessions, and slow-down after failures."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import case, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from gezinscoach.accounts import queries, rules
from gezinscoach.accounts.tables import Account, Invitation, LoginFailure, LoginSession, Werking
from gezinscoach.kernel import audit, vault
from gezinscoach.kernel.access import Actor

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


def invite(db: Session, actor: Actor, account: Account, *, now: datetime) -> str:
    """Make a one-time invitation of three days and return its token; earlier ones end."""
    db.execute(delete(Invitation).where(Invitation.account_id == account.id))
    token = rules.new_token()
    db.add(
        Invitation(token_hash=rules.token_hash(token), account_id=account.id, until=now + rules.INVITATION)
    )
    audit.record(db, actor, "account.invite", now=now, thing_id=account.id)
    return token


def invite_anew(db: Session, actor: Actor, account: Account, *, now: datetime) -> str:
    """Make another invitation for somebody who did not choose a password yet; PasswordChosen or AccountShut.

    Whoever could make one for an account in use could take it over, with every dossier behind it.
    """
    if not account.active:
        raise rules.AccountShut
    if account.password_hash is not None:
        raise rules.PasswordChosen
    return invite(db, actor, account, now=now)


def accept_invitation(db: Session, token: str, password: str, *, now: datetime) -> Account:
    """Choose a password with a one-time invitation; InvitationSpent or a password refusal."""
    token_hash = rules.token_hash(token)
    account = queries.account_by_invitation(db, token_hash, now)
    if account is None:
        raise rules.InvitationSpent
    rules.require_password(password, own_words=(account.naam or "", account.email or ""))
    unspent = update(Invitation).where(Invitation.token_hash == token_hash, Invitation.used_at.is_(None))
    if db.scalar(unspent.values(used_at=now).returning(Invitation.account_id)) is None:  # another was first
        raise rules.InvitationSpent
    set_password(db, account, password)
    audit.record(db, _self(account), "account.accept", now=now, thing_id=account.id)
    return account


def set_password(db: Session, account: Account, password: str) -> None:
    """Keep the Argon2id hash of a password, and end every session that ran with the old one."""
    with _two_at_once:
        account.password_hash = _hasher.hash(password)
    db.execute(delete(LoginSession).where(LoginSession.account_id == account.id))


def sign_in(db: Session, *, email: str, password: str, network: str, now: datetime) -> str:
    """Open a session and return its token; WrongCredentials or TooManyAttempts, slower after each failure."""
    shares = _shares(db, email, rules.network_of(network))
    failures = {row.key: row for row in db.scalars(select(LoginFailure).where(LoginFailure.key.in_(shares)))}
    for key, share in shares.items():
        if key in failures and failures[key].since >= now - rules.FORGET:
            free_at = failures[key].last_at + rules.wait_after(failures[key].count // share)
            if free_at > now:
                raise TooManyAttempts(int((free_at - now).total_seconds()) + 1)
    account = queries.account_by_email(db, email)
    known = account is not None and account.active
    if not _matches(account.password_hash if account and known else None, password) or account is None:
        for key, share in shares.items():
            if _count_failure(db, key, now) == rules.FREE_FAILURES * share:
                _trace_wait(db, account, share, now)
        raise WrongCredentials
    # The account's own count stays: others may still be guessing.
    db.execute(
        delete(LoginFailure).where(
            (LoginFailure.key == next(iter(shares))) | (LoginFailure.last_at < now - timedelta(days=1))
        )
    )
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


def _shares(db: Session, email: str, network: str) -> dict[bytes, int]:
    """What failures are counted by, and how many times more of each are free: an address from one network
    (strict), that address from everywhere, and the network."""
    address = queries.email_index(db, email)
    index = vault.of(db).index
    return {
        index("login.pair", f"{network} {address.hex()}"): 1,
        address: rules.ACCOUNT_SHARE,
        index("login.network", network): rules.NETWORK_SHARE,
    }


def _trace_wait(db: Session, account: Account | None, share: int, now: datetime) -> None:
    """Tell the functionaris, once an hour, that somebody guesses: at whose account, or from one network."""
    if share == rules.NETWORK_SHARE:
        for werking_id in db.scalars(select(Werking.id)):
            stranger = Actor(werking_id=werking_id)
            audit.record(db, stranger, "session.wait_network", now=now)
    elif account is not None:
        stranger = Actor(werking_id=account.werking_id)
        audit.record(db, stranger, "session.wait", now=now, thing_id=account.id)


def _count_failure(db: Session, key: bytes, now: datetime) -> int:
    # One statement: two failures at the same moment both count.
    insert = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    old = LoginFailure.since < now - rules.FORGET
    counted = db.scalar(
        insert(LoginFailure)
        .values(key=key, count=1, since=now, last_at=now)
        .on_conflict_do_update(
            index_elements=[LoginFailure.key],
            set_={
                "count": case((old, 1), else_=LoginFailure.count + 1),
                "since": case((old, now), else_=LoginFailure.since),
                "last_at": now,
            },
        )
        .returning(LoginFailure.count)
    )
    return counted or 0


def _self(account: Account) -> Actor:
    return Actor(werking_id=account.werking_id, account_id=account.id)
