"""Acts on sessions: half after a right password, whole after the second factor, ended one by one or all."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from gezinscoach.accounts import rules
from gezinscoach.accounts.rules.factors import Factor
from gezinscoach.accounts.tables import Account, LoginSession
from gezinscoach.accounts.tables.federation import Identity
from gezinscoach.kernel import audit
from gezinscoach.kernel.access import Actor


def open_session(
    db: Session, account: Account, *, factor: Factor | None, now: datetime, device: str = ""
) -> str:
    """Open a session and return its new token: half without a factor, else whole and just proved.

    Those of anybody that ended so long ago that they are not kept any more go.
    """
    kept = rules.ABSOLUTE + rules.FORGET_SESSION
    db.execute(delete(LoginSession).where(LoginSession.begun_at < now - kept))
    token, passed = rules.new_token(), now if factor else None
    db.add(
        LoginSession(
            token_hash=rules.token_hash(token),
            account_id=account.id,
            begun_at=now,
            seen_at=now,
            factor=factor,
            factor_at=passed,
            confirmed_at=passed,
            device=device,
        )
    )
    begun = "session.begin" if factor else "session.password"
    audit.record(db, own_actor(account), begun, now=now, thing_id=account.id)
    return token


def seen(db: Session, token_hash: bytes, *, now: datetime) -> None:
    """Note that a session is in use; the web edge writes it when the answer is ready, reads included."""
    db.info["touch"] = update(LoginSession).where(LoginSession.token_hash == token_hash).values(seen_at=now)


def confirm_session(db: Session, actor: Actor, *, now: datetime) -> None:
    """Note that somebody proved once more, in this session, who that is."""
    if (row := db.get(LoginSession, actor.session, with_for_update=True)) is not None:
        row.confirmed_at = now
    audit.record(db, actor, "session.confirm", now=now, thing_id=actor.account_id)


def sign_out(db: Session, actor: Actor, token: str, *, now: datetime) -> None:
    """End a session."""
    db.execute(delete(LoginSession).where(LoginSession.token_hash == rules.token_hash(token)))
    audit.record(db, actor, "session.end", now=now, thing_id=actor.account_id)


def drop_session(db: Session, token_hash: bytes) -> None:
    """Forget a half session: with the whole one that follows, or because somebody starts over."""
    db.execute(delete(LoginSession).where(LoginSession.token_hash == token_hash))


def end_session(db: Session, actor: Actor, session_id: UUID, *, now: datetime) -> bool:
    """End one of somebody's own sessions; whether there was one with this id."""
    mine = delete(LoginSession).where(
        LoginSession.account_id == actor.account_id, LoginSession.id == session_id
    )
    ended = db.scalar(mine.returning(LoginSession.id)) is not None
    if ended:
        audit.record(db, actor, "session.end_one", now=now, thing_id=actor.account_id)
    return ended


def end_other_sessions(db: Session, actor: Actor, *, now: datetime) -> None:
    """End all of somebody's own sessions but this one."""
    if actor.account_id is not None:
        end_sessions(db, actor.account_id, keep=actor.session)
    audit.record(db, actor, "session.end_others", now=now, thing_id=actor.account_id)


def end_sessions(db: Session, account_id: UUID, *, keep: bytes | None = None) -> None:
    """End every session of an account, half ones too, but the one with this hash: its rights changed."""
    ending = delete(LoginSession).where(LoginSession.account_id == account_id)
    db.execute(ending.where(LoginSession.token_hash != keep) if keep else ending)


def end_sessions_by_issuer(
    db: Session, issuer_id: UUID, *, account_id: UUID | None = None, keep: bytes | None = None
) -> None:
    """End, before the tie is forgotten, what people tied to an issuer opened through one, or began with it.

    Of everybody or of one account. Whoever passed a second factor of this house itself stays.
    """
    tied = select(Identity.account_id).where(Identity.issuer_id == issuer_id)
    ending = delete(LoginSession).where(
        LoginSession.account_id.in_(tied.where(Identity.account_id == account_id) if account_id else tied),
        or_(LoginSession.factor == Factor.DIENST, LoginSession.factor.is_(None)),
    )
    db.execute(ending.where(LoginSession.token_hash != keep) if keep else ending)


def one_at_a_time(db: Session, account: Account) -> None:
    """Read an account anew; whoever does the same meanwhile waits until this transaction ends.

    For what is counted or compared over several rows of one person, and must still hold when it is written.
    """
    # On PostgreSQL: who only points at the account, as a session does, need not wait.
    db.refresh(account, with_for_update={"key_share": True})


def own_actor(account: Account) -> Actor:
    """Somebody as actor of what is done to the own account before being signed in."""
    return Actor(werking_id=account.werking_id, account_id=account.id)
