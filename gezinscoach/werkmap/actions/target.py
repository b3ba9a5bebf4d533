"""What a row became: how its cells read in the application now, and writing them anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from gezinscoach.dossier import rights
from gezinscoach.kernel import audit, vault
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.database import reading
from gezinscoach.werkmap.rules import Rij


@dataclass(frozen=True, slots=True)
class Part:
    """A changed cell: the value in the application now, the older workbook's, and the newer one's."""

    now: Any
    before: Any
    after: Any


class Target(Protocol):
    """What a row became, in whose scope."""

    scope_id: UUID

    def part(self, column: str, old: Rij | None, new: Rij) -> Part | None:
        """How a column stands; None for one that people have to adapt by hand."""

    def write(self, parts: Mapping[str, Part], now: datetime) -> None:
        """Write the newer values of these columns."""


Read = Callable[[Any], Any]


class Fields:
    """A row of one table: by column its attributes, each with how to read it from a workbook's row."""

    def __init__(
        self, db: Session, actor: Actor, row: Any, scope_id: UUID, columns: Mapping[str, dict[str, Read]]
    ) -> None:
        self.db, self.actor, self.row, self.scope_id, self.columns = db, actor, row, scope_id, columns

    def part(self, column: str, old: Rij | None, new: Rij) -> Part | None:
        wanted = self.columns.get(column)
        if wanted is None:
            return None
        return Part(
            {name: _plain(getattr(self.row, name)) for name in wanted},
            {name: _plain(read(old)) for name, read in wanted.items()} if old else None,
            {name: _plain(read(new)) for name, read in wanted.items()},
        )

    def write(self, parts: Mapping[str, Part], now: datetime) -> None:
        if not parts:
            return
        for part in parts.values():
            for name, value in part.after.items():
                setattr(self.row, name, value)
        self.db.flush()
        audit.record(
            self.db, self.actor, "werkmap.take_over", now=now, thing_id=self.row.id, scope_id=self.scope_id
        )


def opened(db: Session, table: type[Any], row_id: UUID, scope_id: UUID) -> Any:
    """A row as it stands now, kept from others when it may be changed, its scope opened; None when gone."""
    vault.open_scopes(db, [scope_id], groups=rights.TAKEN_OVER | vault.STAFF, compares=True)
    lock: Any = None if reading.get() else {"key_share": True}
    return db.get(table, row_id, populate_existing=True, with_for_update=lock)


def _plain(value: Any) -> Any:
    """A value as it is compared: nothing, "" and an empty list are the same."""
    if isinstance(value, str | list | tuple) and not value:
        return None
    return list(value) if isinstance(value, tuple) else value
