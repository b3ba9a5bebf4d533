"""Reads about somebody's own second factors and sessions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from gezinscoach.accounts import rules
from gezinscoach.accounts.rules.factors import FactorSet, sheet_of
from gezinscoach.accounts.tables import Account, CodeApp, LoginSession, Passkey, RecoveryCode
from gezinscoach.kernel import marks, vault
from gezinscoach.kernel.marks import Forged

MOST = 200


@dataclass(frozen=True, slots=True)
class Factors:
    """The second factors of an account; `app` is the one in use, `codes` how many recovery codes are left.

    `forged` is how many rows do not bear our mark: they are none of these and prove nothing.
    """

    passkeys: tuple[Passkey, ...]
    app: CodeApp | None
    codes: int
    forged: int = 0

    @property
    def count(self) -> int:
        """How many ways in there are, recovery codes aside: those are for when these are lost."""
        return len(self.passkeys) + (self.app is not None)

    @property
    def needed(self) -> bool:
        """Whether a password alone opens nothing: what somebody forged takes no second factor away."""
        return bool(self.count or self.forged)


def factors(db: Session, account_id: UUID) -> Factors:
    """What an account proves itself with, the oldest passkey first; its key is opened."""
    vault.open_scopes(db, [account_id], persons=False, groups=vault.STAFF)
    passkeys = select(Passkey).where(Passkey.account_id == account_id)
    apps = select(CodeApp).where(CodeApp.account_id == account_id, CodeApp.confirmed_at.is_not(None))
    left = select(*marks.asked(RecoveryCode)).where(
        RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None)
    )
    ways = [
        *(row[0] for row in marks.shown(db, passkeys.order_by(Passkey.made_at, Passkey.id).limit(MOST))),
        *(row[0] for row in marks.shown(db, apps)),
    ]
    true = [way for way in ways if not way.forged]
    codes = [marks.is_true(db, RecoveryCode, row) for row in db.execute(left.limit(MOST))]
    return Factors(
        tuple(way for way in true if isinstance(way, Passkey)),
        next((way for way in true if isinstance(way, CodeApp)), None),
        sum(codes),
        len(ways) - len(true) + codes.count(False),
    )


def require_first(db: Session, account: Account) -> None:
    """An account may set up its first second factor; FactorSet, or Forged where one was there and is none any
    more without a reset: somebody deleted or changed it in the database."""
    held = factors(db, account.id)
    if held.count:
        raise FactorSet
    if held.needed or account.secured_at is not None:
        raise Forged(account.__tablename__, account.id, account.id)


def sheet(db: Session, account_id: UUID) -> str:
    """A name for the recovery codes that an account has now; "" without any."""
    return sheet_of(db.scalars(select(RecoveryCode.code_hash).where(RecoveryCode.account_id == account_id)))


def with_second_factor(db: Session, account_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those of these accounts that have a passkey or an app of their own, without which no password opens.

    Also those from whom somebody took it away in the database: a password alone opens nothing for them.
    """
    asked = list(account_ids)
    passkeys = select(Passkey.account_id).where(Passkey.account_id.in_(asked))
    apps = select(CodeApp.account_id).where(CodeApp.account_id.in_(asked), CodeApp.confirmed_at.is_not(None))
    secured = select(Account.id).where(Account.id.in_(asked), Account.secured_at.is_not(None))
    return frozenset(db.scalars(union(passkeys, apps, secured)))


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
    """The whole sessions of an account that run now, the last used first; and those that are `forged`."""
    found = (
        select(LoginSession)
        .where(LoginSession.account_id == account_id, LoginSession.factor.is_not(None))
        .order_by(LoginSession.seen_at.desc(), LoginSession.id)
        .limit(MOST)
    )
    rows: list[LoginSession] = [row.LoginSession for row in marks.shown(db, found)]
    return [
        row
        for row in rows
        if row.forged or not rules.session_ended(row.begun_at, row.seen_at, now, beheerder=beheerder)
    ]
