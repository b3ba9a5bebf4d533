"""One walk over a table that writes values anew, in small transactions, and only what nobody else changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Table, bindparam, select, text, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from gezinscoach.kernel.database import Base
from gezinscoach.kernel.rotation.columns import Columns
from gezinscoach.kernel.rotation.renewal import Renew

BATCH = 200
"""Rows in one transaction: so short that a page hardly waits for it."""

Step = Callable[[str], None]
Trace = Callable[[type[Base], list[UUID]], None]
"""Told of the rows that were written anew, in the transaction that did so."""


class StuckCells(Exception):
    """Some values do not open, or stand double, so their key is not dropped; `places` names their columns."""

    def __init__(self, places: list[str]) -> None:
        super().__init__(", ".join(sorted(set(places))))
        self.places = places


class RowsHidden(Exception):
    """The database hides rows from this role: a rotation would drop keys that they need."""


def sweep(
    session: Session,
    columns: Columns,
    names: Sequence[str],
    renew: Renew,
    step: Step,
    trace: Trace,
    *,
    alone: bool = False,
) -> list[str]:
    """Write what `renew` gives, where it still stands as it was read; the places that do not open.

    `alone` takes the table for one transaction, and so sees what others wrote before, and has none between.
    """
    table, stuck, last = columns.table, [], None
    key = list(table.primary_key.columns)
    scopes = [table.c[cell.scope] for cell in columns.cells.values()]
    asked = (
        select(*dict.fromkeys([*key, *(table.c[name] for name in names), *scopes]))
        .order_by(*key)
        .limit(BATCH)
    )
    require_every_row(session, table)
    if alone:
        _take(session, table)
    while True:
        page = asked if last is None else asked.where(_after(key, last))
        rows = session.connection().execute(page).all()
        written = []
        for row, new in renew(rows):
            stuck += [f"{table.name}.{name}" for name, value in new.items() if value is None]
            good = {name: value for name, value in new.items() if value is not None}
            if good:
                same = [column == row._mapping[column.name] for column in key]
                same += [table.c[name] == row._mapping[name] for name in good]
                written.append(row._mapping[key[0].name])
                try:
                    session.connection().execute(update(table).where(*same).values(good))
                except IntegrityError as error:
                    session.rollback()
                    raise StuckCells([f"{table.name}.{name}" for name in good]) from error
        if written:
            trace(columns.kind, written)
        if not alone:
            session.commit()
            step(table.name)
        if len(rows) < BATCH:
            session.commit()
            return stuck
        last = [rows[-1]._mapping[column.name] for column in key]


def _after(key: list[Column[Any]], last: list[Any]) -> ColumnElement[bool]:
    given = [bindparam(None, value, type_=column.type) for column, value in zip(key, last, strict=True)]
    later: ColumnElement[bool] = tuple_(*key) > tuple_(*given)
    return later


def _take(session: Session, table: Table) -> None:
    """Wait for who writes to a table, and let nobody else; on SQLite every transaction does.

    Not only for who wrote: who holds a row for a change would else wait for us, and we for that row.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f'LOCK TABLE "{table.name}" IN EXCLUSIVE MODE'))


def require_every_row(session: Session, table: Table) -> None:
    """RowsHidden unless this role sees the rows of every werking."""
    if session.get_bind().dialect.name != "postgresql":
        return
    hidden = session.scalar(text("SELECT row_security_active(CAST(:name AS text))"), {"name": table.name})
    if hidden and session.scalar(text("SELECT current_setting('gezinscoach.werking', true)")) != "*":
        raise RowsHidden(table.name)
