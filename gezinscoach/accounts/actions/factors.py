"""Acts on second factors: set up, prove, replace, forget. A change ends every other session."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from gezinscoach.accounts import queries
from gezinscoach.accounts.actions import slowing
from gezinscoach.accounts.actions.sessions import end_sessions, one_at_a_time, own_actor
from gezinscoach.accounts.rules import factors
from gezinscoach.accounts.rules.factors import Factor
from gezinscoach.accounts.tables import Account, CodeApp, Passkey, RecoveryCode, SpentChallenge
from gezinscoach.kernel import audit, passkeys
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.passkeys import Answered, PasskeyRefused, Place

KEPT = timedelta(days=1)


def prove_by_passkey(
    db: Session,
    place: Place,
    purpose: str,
    ticket: str,
    answer: str,
    *,
    now: datetime,
    account_id: UUID | None = None,
) -> Account:
    """The account of the passkey with which a browser answered, which has to be this one's; WrongProof."""
    found = queries.passkey_by_credential(db, passkeys.credential_of(answer))
    if found is None or account_id not in (None, found[1].id):
        raise factors.WrongProof
    passkey, account = found
    try:
        answered = passkeys.shown(
            place,
            purpose,
            ticket,
            answer,
            public_key=passkey.public_key,
            sign_count=passkey.sign_count,
            now=now,
        )
    except PasskeyRefused:
        raise factors.WrongProof from None
    if answered.handle not in (None, account.id.bytes):
        raise factors.WrongProof
    _spend(db, answered, now)
    passkey.sign_count, passkey.used_at = answered.sign_count, now
    audit.record(db, own_actor(account), "factor.use.passkey", now=now, thing_id=account.id)
    return account


def prove_by_code(db: Session, account: Account, typed: str, *, network: str, now: datetime) -> Factor:
    """Which kind of code this was: of the app or a recovery code; each works once. WrongProof, or
    TooManyAttempts: codes of an app can be guessed, so they wait; recovery codes can't and don't."""
    if factors.is_app_code(typed):
        _prove_by_app(db, account, typed, network, now)
        return Factor.APP
    # Of two at the same moment, the second waits here and finds it used.
    code = db.get(RecoveryCode, factors.code_hash(typed), with_for_update=True, populate_existing=True)
    if code is None or code.account_id != account.id or code.used_at is not None:
        raise factors.WrongProof
    code.used_at = now
    audit.record(db, own_actor(account), "factor.use.herstelcode", now=now, thing_id=account.id)
    return Factor.HERSTELCODE


def add_passkey(
    db: Session,
    account: Account,
    place: Place,
    purpose: str,
    ticket: str,
    answer: str,
    *,
    naam: str,
    now: datetime,
    keep: bytes | None = None,
) -> None:
    """Keep a new passkey; WrongProof, or PasskeyKnown. Sessions but `keep` end."""
    try:
        made = passkeys.made(place, purpose, ticket, answer, now=now)
    except PasskeyRefused:
        raise factors.WrongProof from None
    _spend(db, made, now)
    if db.scalar(select(Passkey.id).where(Passkey.credential == made.credential)) is not None:
        raise factors.PasskeyKnown
    row = Passkey(
        id=uuid4(),
        account_id=account.id,
        credential=made.credential,
        public_key=made.public_key,
        sign_count=made.sign_count,
        made_at=now,
    )
    db.add(row)
    row.naam = naam
    _changed(db, account, "factor.add.passkey", now, keep)


def rename_passkey(db: Session, actor: Actor, passkey: Passkey, naam: str, *, now: datetime) -> None:
    """Give a passkey another name."""
    passkey.naam = naam
    audit.record(db, actor, "factor.rename.passkey", now=now, thing_id=passkey.account_id)


def remove_passkey(db: Session, account: Account, passkey: Passkey, *, now: datetime, keep: bytes) -> None:
    """Let a passkey open nothing any more; LastFactor. Sessions but `keep` end."""
    _require_another(db, account)
    db.delete(passkey)
    _changed(db, account, "factor.remove.passkey", now, keep)


def begin_app(db: Session, account: Account, *, now: datetime) -> None:
    """Make a new seed for an app, which counts only once its first code was typed."""
    db.execute(delete(CodeApp).where(CodeApp.account_id == account.id, CodeApp.confirmed_at.is_(None)))
    db.add(CodeApp(id=uuid4(), account_id=account.id, seed=factors.new_seed(), made_at=now))
    audit.record(db, own_actor(account), "factor.begin.app", now=now, thing_id=account.id)


def confirm_app(
    db: Session, account: Account, typed: str, *, now: datetime, keep: bytes | None = None
) -> None:
    """Take the new app in use, in the place of an older one; WrongProof. Sessions but `keep` end."""
    new = queries.code_app(db, account.id, used=False)
    step = factors.app_step(new.seed, typed, now, new.last_step) if new else None
    if new is None or step is None:
        raise factors.WrongProof
    db.execute(delete(CodeApp).where(CodeApp.account_id == account.id, CodeApp.id != new.id))
    new.confirmed_at, new.last_step = now, step
    _changed(db, account, "factor.add.app", now, keep)


def remove_app(db: Session, account: Account, app: CodeApp, *, now: datetime, keep: bytes) -> None:
    """Let the codes of an app open nothing any more; LastFactor. Sessions but `keep` end."""
    _require_another(db, account)
    db.delete(app)
    _changed(db, account, "factor.remove.app", now, keep)


def new_recovery_codes(
    db: Session, account: Account, *, now: datetime, sheet: str | None = None
) -> tuple[str, ...]:
    """Ten new recovery codes, to be shown once; those before open nothing any more.

    Only in the place of this `sheet`, when one is given; CodesShown when another took it already.
    """
    one_at_a_time(db, account)
    if sheet is not None and sheet != queries.sheet(db, account.id):
        raise factors.CodesShown
    codes = factors.new_codes()
    db.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    db.add_all(
        RecoveryCode(code_hash=factors.code_hash(code), account_id=account.id, made_at=now) for code in codes
    )
    audit.record(db, own_actor(account), "factor.codes", now=now, thing_id=account.id)
    return codes


def forget_factors(db: Session, account: Account) -> None:
    """Forget all that an account proves itself with, but the password: a first factor may be set up again."""
    for table in (Passkey, CodeApp, RecoveryCode):
        db.execute(delete(table).where(table.account_id == account.id))
    account.secured_at = None


def _prove_by_app(db: Session, account: Account, typed: str, network: str, now: datetime) -> None:
    counts = slowing.code_counts(db, account, network)
    slowing.require_patience(db, counts, now)
    app = queries.code_app(db, account.id)
    step = factors.app_step(app.seed, typed, now, app.last_step) if app else None
    if app is None or step is None or not _use_step(db, app, step):
        slowing.fail(db, counts, account, now)
        raise factors.WrongProof
    audit.record(db, own_actor(account), "factor.use.app", now=now, thing_id=account.id)


def _use_step(db: Session, app: CodeApp, step: int) -> bool:
    # One statement: of two who type the same code at the same moment, one is let in.
    later = update(CodeApp).where(CodeApp.id == app.id, CodeApp.last_step < step)
    return db.scalar(later.values(last_step=step).returning(CodeApp.id)) is not None


def _require_another(db: Session, account: Account) -> None:
    one_at_a_time(db, account)
    if queries.factors(db, account.id).count < 2:
        raise factors.LastFactor


def _spend(db: Session, answered: Answered, now: datetime) -> None:
    try:  # of two at the same moment, the second waits here and finds it there
        with db.begin_nested():
            db.add(SpentChallenge(challenge_hash=answered.challenge_hash, at=now))
    except IntegrityError:
        raise factors.WrongProof from None
    db.execute(delete(SpentChallenge).where(SpentChallenge.at < now - KEPT))


def _changed(db: Session, account: Account, action: str, now: datetime, keep: bytes | None) -> None:
    db.flush()
    if account.secured_at is None:
        one_at_a_time(db, account)
        account.secured_at = account.secured_at or now
    end_sessions(db, account.id, keep=keep)
    audit.record(db, own_actor(account), action, now=now, thing_id=account.id)
