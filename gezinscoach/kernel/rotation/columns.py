"""Which columns hold something sealed, by reflection over all tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Column, LargeBinary, MetaData, String, Table

from gezinscoach.kernel import blind, sealing
from gezinscoach.kernel.database import Base
from gezinscoach.kernel.secret import Secret


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a kind of rows that hold something sealed: their bare table, and what is in each."""

    kind: type[Base]
    table: Table
    cells: Mapping[str, sealing.Cell[Any]]
    secrets: Mapping[str, str]
    indexes: tuple[str, ...]


def sealed_columns(base: type[Base] = Base) -> list[Columns]:
    """Every table with sealed cells, secrets or blind indexes, by reflection."""
    found = []
    for mapper in sorted(base.registry.mappers, key=lambda mapper: mapper.class_.__tablename__):
        table = cast(Table, mapper.local_table)
        cells = {one.column: one for one in vars(mapper.class_).values() if isinstance(one, sealing.Cell)}
        secrets = {
            column.name: column.type.purpose for column in table.columns if isinstance(column.type, Secret)
        }
        indexes = tuple(column.name for column in table.columns if isinstance(column.type, blind.Blind))
        if cells or secrets or indexes:
            found.append(Columns(mapper.class_, _bare(table), cells, secrets, indexes))
    return found


def _bare(table: Table) -> Table:
    """The table with what stands in its columns, not with what that means."""
    return Table(
        table.name,
        MetaData(),
        *(Column(column.name, _plain(column), primary_key=column.primary_key) for column in table.columns),
    )


def _plain(column: Column[Any]) -> Any:
    if isinstance(column.type, blind.Blind):
        return LargeBinary()
    return String() if isinstance(column.type, Secret) else column.type
