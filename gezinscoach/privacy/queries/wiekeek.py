"""Who looked in one dossier, day by day: who, in which role, and at which kinds of data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from gezinscoach.accounts import queries as accounts
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.audit import AuditEvent
from gezinscoach.kernel.dates import day_of

MOST = 3000


@dataclass(frozen=True, slots=True)
class Blik:
    """What one person saw of a dossier on one day; `groups` are names of field groups."""

    dag: date
    wie: str
    roles: frozenset[str]
    groups: frozenset[str]
    in_nood: bool


def looks(db: Session, actor: Actor, gezin_id: UUID) -> list[Blik]:
    """The looks at a dossier that was entered, the latest day first; of long ago not all."""
    rows = db.execute(
        select(AuditEvent.at, AuditEvent.account_id, AuditEvent.roles, AuditEvent.groups, AuditEvent.action)
        .where(AuditEvent.scope_id == gezin_id, AuditEvent.groups != "")
        .order_by(AuditEvent.at.desc(), AuditEvent.id)
        .limit(MOST)
    ).all()
    names = accounts.names(db, actor.werking_id, {row.account_id for row in rows if row.account_id})
    found: dict[tuple[date, UUID | None, bool], tuple[set[str], set[str]]] = {}
    for row in rows:
        key = day_of(row.at), row.account_id, row.action.startswith("noodtoegang.")
        roles, groups = found.setdefault(key, (set(), set()))
        roles.update(row.roles.split())
        groups.update(row.groups.split())
    return [
        Blik(dag, names.get(account, "") if account else "", frozenset(roles), frozenset(groups), in_nood)
        for (dag, account, in_nood), (roles, groups) in found.items()
    ]
