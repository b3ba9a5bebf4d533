"""Digests of rows with sealed cells: what the trace remembers of a row without knowing what it says.

Whatever the session adds, changes or deletes is noted when it is flushed, also in bulk; what goes around the
session (a rotation of keys) says so with `resealed`. A table that its own declaration calls "untraced", with
the reason, is left out: `__table_args__ = {"info": {"untraced": "drafts, gone within a day"}}`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import Delete, Insert, Table, Update, event, select
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, SessionTransaction, class_mapper

from gezinscoach.kernel.audit.chains import canonical, chain_of
from gezinscoach.kernel.database import Base, CaseSession
from gezinscoach.kernel.sealing import Cell

GONE = "-"
"""The digest of a row that was deleted."""
_CHUNK = 400
_kinds: dict[type[Any], Kind | None] = {}


class Noted(NamedTuple):
    """What happened to a row: the row itself when it is new, the owner of one that is gone; of one that
    was changed nothing, since others may have changed it too: it is read back."""

    new: Any = None
    gone: UUID | None = None


Touched = dict[tuple[type[Base], UUID], Noted]


class Kind(NamedTuple):
    """A class of rows with sealed cells: its table, and its columns by the attributes that hold them."""

    table: Table
    columns: tuple[tuple[str, str], ...]
    owner: str


def kind_of(cls: type[Any]) -> Kind | None:
    """What the trace has to know of the rows of a class; None when they have no sealed cells."""
    if cls not in _kinds:
        _kinds[cls] = _kind(cls)
    return _kinds[cls]


def _kind(cls: type[Any]) -> Kind | None:
    if not any(isinstance(one, Cell) for one in vars(cls).values()):
        return None
    mapper: Mapper[Any] = class_mapper(cls)
    table = cast(Table, mapper.local_table)
    if "untraced" in table.info:
        return None
    # A row stays in one chain for all its life: that of its gezin, which never changes, or its own.
    of_gezin = "gezin_id" in table.columns and not table.columns["gezin_id"].nullable
    columns = tuple((attribute.columns[0].name, attribute.key) for attribute in mapper.column_attrs)
    return Kind(table, columns, "gezin_id" if of_gezin else "id")


def kinds() -> Iterator[Kind]:
    """Every kind of row with sealed cells, by name."""
    found = (kind_of(mapper.class_) for mapper in Base.registry.mappers)
    yield from sorted((kind for kind in found if kind), key=lambda kind: kind.table.name)


def digest(table: str, values: Mapping[str, object]) -> str:
    """SHA-256, in hex, over the columns of a row: its sealed cells as they stand and those in clear."""
    return sha256(table.encode() + b" " + canonical(values)).hexdigest()


def resealed(session: Session, cls: type[Base], ids: Iterable[UUID]) -> None:
    """Let the trace read these rows back, changed around the session, just before this transaction commits.

    To be called in the transaction of the change, which must hold an act as well.
    """
    for row_id in ids:
        _touched(session)[cls, row_id] = Noted()


def written(session: Session) -> dict[int, list[str]]:
    """The lines of all rows that this transaction wrote, by chain; afterwards none are pending."""
    touched: Touched = session.info.pop("touched", {})
    lines: dict[int, list[str]] = defaultdict(list)
    unread: dict[type[Base], list[UUID]] = defaultdict(list)
    for (cls, row_id), noted in touched.items():
        kind = kind_of(cls)
        if kind is None:
            continue
        if noted.gone is not None:
            lines[chain_of(noted.gone)].append(f"{kind.table.name} {row_id.hex} {GONE}")
        elif noted.new is None:
            unread[cls].append(row_id)
        else:
            held = vars(noted.new)  # what an insert left out is empty
            _tell(lines, kind, {name: held[key] for name, key in kind.columns if key in held})
    for cls, ids in unread.items():
        table = (kind := cast(Kind, kind_of(cls))).table
        for start in range(0, len(ids), _CHUNK):
            asked = select(table).where(table.c.id.in_(ids[start : start + _CHUNK]))
            for row in session.connection().execute(asked).mappings():
                _tell(lines, kind, dict(row))
    return lines


def _tell(lines: dict[int, list[str]], kind: Kind, values: Mapping[str, Any]) -> None:
    name = kind.table.name
    lines[chain_of(values[kind.owner])].append(f"{name} {values['id'].hex} {digest(name, values)}")


def _touched(session: Session) -> Touched:
    touched: Touched = session.info.setdefault("touched", {})
    return touched


@event.listens_for(CaseSession, "after_flush")
def _note(session: Session, context: object) -> None:
    for row in session.new:
        if kind_of(type(row)):
            _touched(session)[type(row), row.id] = Noted(row)
    for row in session.dirty:
        if kind_of(type(row)) and session.is_modified(row, include_collections=False):
            _touched(session).setdefault((type(row), row.id), Noted())
    for row in session.deleted:
        if kind := kind_of(type(row)):
            _touched(session)[type(row), row.id] = Noted(gone=getattr(row, kind.owner))


@event.listens_for(CaseSession, "do_orm_execute")
def _note_in_bulk(asked: ORMExecuteState) -> None:
    if not isinstance(asked.statement, Insert | Update | Delete) or asked.bind_mapper is None:
        return
    cls = asked.bind_mapper.class_
    if isinstance(asked.statement, Insert):
        if kind_of(cls):
            given = asked.parameters or {}
            each = [given] if isinstance(given, Mapping) else given
            resealed(asked.session, cls, [values["id"] for values in each])
        return
    if kind := kind_of(cls):
        columns = (kind.table.c.id, kind.table.c[kind.owner].label("owner"))
        whole, where = select(*columns), asked.statement.whereclause
        wanted = whole if where is None else whole.where(where)
        for row in asked.session.connection().execute(wanted, asked.parameters or {}).all():
            _touched(asked.session)[cls, row.id] = Noted(gone=row.owner) if asked.is_delete else Noted()


@event.listens_for(CaseSession, "after_transaction_end")
def _forget(session: Session, ended: SessionTransaction) -> None:
    if ended.parent is None:
        session.info.pop("touched", None)
