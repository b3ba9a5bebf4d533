"""Reads about the demo city, which answer nothing in any other database."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from gezinscoach.accounts.tables import Account, RoleGrant, Werking
from gezinscoach.kernel.access import Rol


def only_demo(db: Session) -> bool:
    """Whether this database is a demo and nothing else: no werking in it is real."""
    return db.scalar(select(Werking.id).where(Werking.demo.is_(False)).limit(1)) is None


def demo_logins(db: Session, now: datetime) -> dict[Rol, UUID]:
    """The account that has held each role longest in the demo city; none beside any werking that is real."""
    if not only_demo(db):
        return {}
    rows = db.execute(
        select(RoleGrant.rol, Account.id)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(Account.active, RoleGrant.since <= now)
        .where(or_(RoleGrant.until.is_(None), RoleGrant.until > now))
        .order_by(RoleGrant.since, Account.made_at, Account.id)
        .limit(1000)
    )
    held: dict[Rol, UUID] = {}
    for rol, account_id in rows:
        held.setdefault(rol, account_id)
    return held
