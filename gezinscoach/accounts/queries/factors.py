"""Reads about somebody's own second factors and sessions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, union
from sqlalchemy.orm import Session

from gezinscoach.accounts import rules
from gezinscoach.accounts.rules.factors import FactorSet, sheet_of
from gezinscoach.accounts.tables import Account, CodeApp, LoginSession, Passkey, RecoveryCode
from gezinscoach.kernel import vault
from gezinscoach.kernel.marks import Forged

MOST = 200


@dataclass(frozen=True, slots=True)
class Factors:
    """The second factors of an account; `app` is the one in use, `codes` how many recovery codes are left."""

    passkeys: tuple[Passkey, ...]
    app: CodeApp | None
    codes: int

    @property
    def count(self) -> int:
        """How many ways in there are, recovery codes aside: those are for when these are lost."""
        return len(self.passkeys) + (self.app is not None)


def factors(db: Session, account_id: UUID) -> Factors:
    """What an account proves itself with, the oldest passkey first; its key is opened."""
    vault.open_scopes(db, [account_id], persons=False, groups=vault.STAFF)
    passkeys = db.scalars(
        select(Passkey)
        .where(Passkey.account_id == account_id)
        .order_by(Passkey.made_at, Passkey.id)
        .limit(MOST)
    )
    left = select(func.count()).where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    return Factors(tuple(passkeys), code_app(db, account_id), db.scalar(left) or 0)


def require_first(db: Session, account: Account) -> None:
    """An account may set up its first second factor; FactorSet, or Forged where one was there and is gone
    without a reset: somebody deleted it in the database."""
    if factors(db, account.id).count:
        raise FactorSet
    if account.secured_at is not None:
        raise Forged(account.__tablename__, account.id, account.id)


def sheet(db: Session, account_id: UUID) -> str:
    """A name for the recovery codes that an account has now; "" without any."""
    return sheet_of(db.scalars(select(RecoveryCode.code_hash).where(RecoveryCode.account_id == account_id)))


def with_second_factor(db: Session, account_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those of these accounts that have a passkey or an app of their own, without which no password opens."""
    asked = list(account_ids)
    passkeys = select(Passkey.account_id).where(Passkey.account_id.in_(asked))
    apps = select(CodeApp.account_id).where(CodeApp.account_id.in_(asked), CodeApp.confirmed_at.is_not(None))
    return frozenset(db.scalars(union(passkeys, apps)))


def has_second_factor(db: Session, account_id: UUID) -> bool:
    """Whether an account has a second factor that stays needed when its password is chosen anew."""
    return bool(with_second_factor(db, [account_id]))


def code_app(db: Session, account_id: UUID, *, used: bool = True) -> CodeApp | None:
    """The app of an account that is in use, or the one that waits for its first code."""
    state = CodeApp.confirmed_at.is_not(None) if used else CodeApp.confirmed_at.is_(None)
    return db.scalar(select(CodeApp).where(CodeApp.account_id == account_id, state))


def passkey(db: Session, account_id: UUID, passkey_id: UUID) -> Passkey | None:
    """One passkey of an account, with its key opened."""
    vault.open_scopes(db, [account_id], persons=False, groups=vault.STAFF)
    return db.scalar(select(Passkey).where(Passkey.account_id == account_id, Passkey.id == passkey_id))


def passkey_by_credential(db: Session, credential: str) -> tuple[Passkey, Account] | None:
    """The passkey with this id and its account, while that is not shut."""
    row = db.execute(
        select(Passkey, Account)
        .join(Account, Account.id == Passkey.account_id)
        .where(Passkey.credential == credential, Account.active)
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def own_account(db: Session, account_id: UUID | None) -> Account | None:
    """Somebody's own account, while it is not shut, with its key opened."""
    row = db.scalar(select(Account).where(Account.id == account_id, Account.active))
    if row is not None:
        vault.open_scopes(db, [row.id], persons=False, groups=vault.STAFF)
    return row


def sessions(db: Session, account_id: UUID, now: datetime, *, beheerder: bool) -> list[LoginSession]:
    """The whole sessions of an account that run now, the last used first."""
    rows = db.scalars(
        select(LoginSession)
        .where(LoginSession.account_id == account_id, LoginSession.factor.is_not(None))
        .order_by(LoginSession.seen_at.desc(), LoginSession.id)
        .limit(MOST)
    )
    return [
        row for row in rows if not rules.session_ended(row.begun_at, row.seen_at, now, beheerder=beheerder)
    ]
