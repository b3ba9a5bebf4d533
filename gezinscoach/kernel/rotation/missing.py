"""Which scopes have sealed cells but no key any more: the keys that were put back are older than they."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from gezinscoach.kernel.rotation.columns import sealed_columns
from gezinscoach.kernel.rotation.sweep import require_every_row
from gezinscoach.kernel.vault import Vault
from gezinscoach.kernel.vault.store import KEYS


def missing(session: Session, vault: Vault) -> Mapping[str, int]:
    """How many of each kind ("gezin", "gezinslid", "account"...) have something sealed, and no key.

    A kind is the table whose rows are scopes of their own, by reflection. KeysUnreadable when the key store
    does not answer.
    """
    wanted: dict[UUID, str] = {}
    for columns in sealed_columns():
        require_every_row(session, columns.table)
        for scope in dict.fromkeys(cell.scope for cell in columns.cells.values()):
            filled = [
                columns.table.c[name].is_not(None)
                for name, cell in columns.cells.items()
                if cell.scope == scope
            ]
            kind = columns.table.name if scope == "id" else scope.removesuffix("_id")
            for one in session.scalars(select(columns.table.c[scope]).where(or_(*filled)).distinct()):
                if scope == "id" or one not in wanted:
                    wanted[one] = kind
    with vault.store.reading() as connection:
        there = set(connection.scalars(select(KEYS.c.scope_id).distinct()))
    return Counter(kind for one, kind in sorted(wanted.items()) if one not in there)
