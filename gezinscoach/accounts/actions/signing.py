"""Acts of signing in: invitations and passwords."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from gezinscoach.accounts import queries, rules
from gezinscoach.accounts.actions import hashing, slowing
from gezinscoach.accounts.actions.factors import forget_factors
from gezinscoach.accounts.actions.sessions import end_sessions, one_at_a_time, open_session, own_actor
from gezinscoach.accounts.rules import factors
from gezinscoach.accounts.rules.factors import Factor
from gezinscoach.accounts.tables import Account, Invitation, LoginSession, Werking
from gezinscoach.kernel import audit
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.database import only_reading


class WrongCredentials(rules.Refusal):
    """Unknown address, wrong password or account off: which one is not said."""


class WrongPassword(WrongCredentials):
    """The wrong password of who is signed in, and types no address."""


def invite(
    db: Session,
    actor: Actor,
    account: Account,
    *,
    now: datetime,
    resets_factor: bool = False,
    approval_id: UUID | None = None,
) -> str:
    """Make a one-time invitation of three days and return its token; earlier ones end. TooManyInvitations.

    The one of a deed that a second person confirmed only works with the code that whoever asked it has.
    """
    if actor.account_id is not None:
        # Flushed: those of this request count too.
        db.flush()
        if queries.made_today(db, actor, "account.invite", now) >= rules.MOST_INVITATIONS:
            raise rules.TooManyInvitations
    db.execute(delete(Invitation).where(Invitation.account_id == account.id))
    token = rules.reset_token(approval_id) if approval_id else rules.new_token()
    db.add(
        Invitation(
            token_hash=rules.token_hash(token),
            account_id=account.id,
            until=now + rules.INVITATION,
            resets_factor=resets_factor,
        )
    )
    audit.record(db, actor, "account.invite", now=now, thing_id=account.id)
    return token


def invite_anew(db: Session, actor: Actor, account: Account, *, now: datetime) -> str:
    """Make another invitation for somebody who did not choose a way in yet, or whose second factor stays
    needed whatever the password; AccountShut, RoleGiven, PasswordChosen or TooManyInvitations.

    Whoever makes the link could use it: it must open nothing that the person alone should open. Until
    it is used, the password of before goes on working.
    """
    if not account.active:
        raise rules.AccountShut
    entered = queries.has_entered(db, account)
    if not entered and queries.ever_held(db, account.id):
        raise rules.RoleGiven
    if entered and not queries.has_second_factor(db, account.id):
        raise rules.PasswordChosen
    return invite(db, actor, account, now=now)


def accept_invitation(
    db: Session, token: str, password: str, *, now: datetime, code: str = "", network: str = ""
) -> Account:
    """Choose a password with a one-time invitation; InvitationSpent, a password refusal or TooBusy.

    After a lost second factor with the code of whoever asked for it too: WrongResetCode, TooManyAttempts.
    """
    token_hash = rules.token_hash(token)
    with only_reading(db):
        account = queries.account_by_invitation(db, token_hash, now)
        if account is None:
            raise rules.InvitationSpent
        rules.require_password(password, own_words=(account.naam or "", account.email or ""))
        counts: tuple[slowing.Count, ...] = ()
        right = True
        if asked := rules.reset_of(token):
            counts = slowing.code_counts(db, account, network, "reset")
            slowing.require_patience(db, counts, now)
            right = factors.same_code(code, queries.reset_code(db, asked))
    if not right:
        slowing.fail(db, counts, account, now)
        raise factors.WrongResetCode
    password_hash = hashing.hashed(password)
    one_at_a_time(db, account)
    invitation = spend_invitation(db, token_hash, now=now)
    if invitation.account_id != account.id:
        raise rules.InvitationSpent
    if queries.has_entered(db, account):
        account.reset_at = now
    _keep_password(db, account, password_hash)
    if invitation.resets_factor:
        forget_factors(db, account)
        audit.record(db, own_actor(account), "account.drop_factor", now=now, thing_id=account.id)
    audit.record(db, own_actor(account), "account.accept", now=now, thing_id=account.id)
    return account


def spend_invitation(db: Session, token_hash: bytes, *, now: datetime) -> Invitation:
    """Use an invitation up, and keep it from others until the end; InvitationSpent for who comes second."""
    held = db.get(Invitation, token_hash, with_for_update=True, populate_existing=True)
    if held is None or held.used_at is not None:
        raise rules.InvitationSpent
    held.used_at = now
    return held


def set_password(db: Session, account: Account, password: str) -> None:
    """Keep the Argon2id hash of a password, and end every session that ran with the old one.

    For commands: a page lets go of its transaction before it hashes, as `accept_invitation` does.
    """
    _keep_password(db, account, hashing.hashed(password))


def tell_reset(db: Session, token: str, *, now: datetime) -> datetime | None:
    """When the password was chosen anew, told once to who signs in with this token; None when it was not."""
    account = db.scalar(
        select(Account)
        .join(LoginSession, LoginSession.account_id == Account.id)
        .where(LoginSession.token_hash == rules.token_hash(token), Account.reset_at.is_not(None))
    )
    if account is None:
        return None
    at, account.reset_at = account.reset_at, None
    audit.record(db, own_actor(account), "account.tell_reset", now=now, thing_id=account.id)
    return at


def change_password(db: Session, actor: Actor, account: Account, password: str, *, now: datetime) -> None:
    """Choose another password for oneself; every session ends. A password refusal, or hashing.TooBusy."""
    with only_reading(db):
        rules.require_password(password, own_words=(account.naam or "", account.email or ""))
    _keep_password(db, account, hashing.hashed(password))
    audit.record(db, actor, "account.password", now=now, thing_id=account.id)


def sign_in(
    db: Session,
    *,
    email: str,
    password: str,
    network: str,
    now: datetime,
    device: str = "",
    demo_settings: bool = False,
    browser: str = "",
) -> str:
    """Open a session for a right password and return its token; WrongCredentials or TooManyAttempts.

    A half session opens nothing but the second step; it is whole where no second factor is needed.
    """
    account = require_own_password(
        db, email=email, password=password, network=network, now=now, browser=browser
    )
    return begin_session(db, account, now=now, device=device, demo_settings=demo_settings)


def begin_session(
    db: Session, account: Account, *, now: datetime, device: str = "", demo_settings: bool = False
) -> str:
    """Open a session after the first step and return its token: half, where more is asked."""
    demo = db.scalar(select(Werking.demo).where(Werking.id == account.werking_id)) or False
    needed = rules.second_factor_needed(demo_database=demo, demo_settings=demo_settings)
    return open_session(db, account, factor=None if needed else Factor.GEEN, now=now, device=device)


def require_own_password(
    db: Session, *, email: str, password: str, network: str, now: datetime, browser: str = ""
) -> Account:
    """The account with this address and password, slower after each failure.

    WrongCredentials, TooManyAttempts, or hashing.TooBusy. What was read before the password is checked is
    let go and asked again after it: others may have failed, and the account may have been shut, meanwhile.
    """
    with only_reading(db):
        counts = slowing.counts(db, email, network, now, browser=browser)
        slowing.require_patience(db, counts.each, now)
        kept = queries.password_hash(db, email)
    right, anew = hashing.check(kept, password, known=counts.known)
    slowing.require_patience(db, counts.each, now)
    account = queries.account_by_email(db, email)
    if account is None or not right or not account.active or account.password_hash != kept:
        slowing.fail(db, counts.each, account, now)
        raise WrongCredentials
    account.password_hash = anew or kept
    slowing.succeed(db, counts, now)
    return account


def _keep_password(db: Session, account: Account, password_hash: str) -> None:
    account.password_hash = password_hash
    end_sessions(db, account.id)
