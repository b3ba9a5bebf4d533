"""Rows that decide who may open something bear a mark that only who has the keys can make.

The mark is an HMAC under a key of the system, over the key of the row and the columns that its class names.
It is made when the session writes a row and looked at when it reads one, so that a row that somebody wrote or
moved in the database itself opens nothing. What is asked as columns is looked at with `is_true`. Rows of
before there were marks get theirs from `gezinscoach init`, once; after that a row without one is refused.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, ClassVar, NamedTuple, cast
from uuid import UUID

from sqlalchemy import Connection, LargeBinary, Row, Select, Table, event, inspect, select
from sqlalchemy.orm import (
    Mapped,
    Mapper,
    ORMExecuteState,
    QueryContext,
    Session,
    mapped_column,
    object_session,
)

from gezinscoach.kernel import vault
from gezinscoach.kernel.blind import IndexBroken
from gezinscoach.kernel.database import Base, CaseSession
from gezinscoach.kernel.secret import SecretBroken

BATCH = 500
_SHOWN = "forged_rows_shown"


class Forged(Exception):
    """A row was written or changed by somebody without the keys: it opens nothing."""

    def __init__(self, table: str, row: UUID | None, account_id: UUID | None) -> None:
        super().__init__(f"{table} {row}")
        self.table, self.row, self.account_id = table, row, account_id


class Marked:
    """A class whose rows bear a mark over the columns in `__marked__`, beside those of their key."""

    __marked__: ClassVar[tuple[str, ...]]
    mark: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    forged = False


def marked() -> list[type[Any]]:
    """Every class whose rows bear a mark, by the name of its table."""
    found = (mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Marked))
    return sorted(found, key=lambda cls: kind_of(cls).table.name)


class Kind(NamedTuple):
    """A class of rows with marks: its table, what the mark goes by (the key first), the attributes that hold
    that, and the names under which a question asks for it and for the mark."""

    table: Table
    columns: tuple[str, ...]
    attributes: tuple[str, ...]
    labels: tuple[str, ...]


_kinds: dict[type[Any], Kind] = {}


def kind_of(cls: type[Any]) -> Kind:
    """What marks have to know of a class."""
    if cls not in _kinds:
        mapper = cast("Mapper[Any]", inspect(cls))
        table = cast(Table, mapper.local_table)
        names = (*(column.name for column in table.primary_key), *cls.__marked__)
        keys = tuple(mapper.get_property_by_column(table.c[name]).key for name in names)
        _kinds[cls] = Kind(table, names, keys, tuple(f"{table.name}__{name}" for name in (*names, "mark")))
    return _kinds[cls]


def asked(cls: type[Any]) -> list[Any]:
    """The columns for a question that does not ask for whole rows; see `is_true`."""
    kind = kind_of(cls)
    names = (*kind.columns, "mark")
    return [kind.table.c[name].label(label) for name, label in zip(names, kind.labels, strict=True)]


def is_true(session: Session, cls: type[Any], row: Row[*tuple[Any, ...]]) -> bool:
    """Whether what was `asked` of a row bears its own mark."""
    given = row._mapping
    *values, mark = [given[label] for label in kind_of(cls).labels]
    return _bears(vault.of(session), cls.__tablename__, values, mark)


def shown(session: Session, question: Select[*tuple[Any, ...]]) -> Sequence[Row[*tuple[Any, ...]]]:
    """What a list asks, forged rows too: those say so in `forged`, and are out of the session again.

    So one of them keeps nobody from the others, and nothing that is asked later goes by it.
    """
    rows = session.execute(question, execution_options={_SHOWN: True}).all()
    for one in {one for row in rows for one in row if isinstance(one, Marked) and one.forged}:
        session.expunge(one)
    return rows


def forged(connection: Connection, keys: vault.Vault) -> Iterator[tuple[int, str, UUID | None]]:
    """Over all tables in turn: how many rows were looked at so far, and of each forged one table and id."""
    seen = 0
    for cls in marked():
        name = kind_of(cls).table.name
        try:
            for *values, mark in connection.execute(select(*asked(cls)).execution_options(yield_per=BATCH)):
                seen += 1
                if not _bears(keys, name, values, mark):
                    yield seen, name, _id(values[0])
        except IndexBroken:
            yield seen, name, None
    yield seen, "", None


def unmarked(session: Session, cls: type[Base]) -> list[Any]:
    """Some rows without a mark, of before there were marks; given one as soon as they are written."""
    rows = session.scalars(_without(cls).limit(BATCH)).all()
    for row in rows:
        _mark(row, session)
    return list(rows)


def werking_of(session: Session, error: Forged) -> UUID | None:
    """The werking in whose trace a forged row belongs: that of its account, else the first."""
    accounts = Base.metadata.tables["account"]
    found = session.connection().execute(
        select(accounts.c.werking_id).order_by(accounts.c.id != error.account_id, accounts.c.id).limit(1)
    )
    werking_id: UUID | None = found.scalar()
    return werking_id


def _without(cls: Any) -> Select[Any]:
    return select(cls).where(cls.mark.is_(None))


def _id(key: Any) -> UUID | None:
    return UUID(bytes=key[:16]) if isinstance(key, bytes) else key


def _bears(keys: vault.Vault, table: str, values: Sequence[object], mark: bytes | None) -> bool:
    if mark is None:
        return not keys.system().marked
    try:
        return hmac.compare_digest(mark, _made(keys, table, values))
    except SecretBroken:
        return False


def _require(session: Session, cls: type[Any], values: Sequence[Any], mark: bytes | None) -> None:
    if not _bears(vault.of(session), cls.__tablename__, values, mark):
        named = dict(zip(kind_of(cls).columns, values, strict=True))
        raise Forged(cls.__tablename__, _id(values[0]), named.get("account_id"))


def _made(keys: vault.Vault, table: str, values: Sequence[object]) -> bytes:
    said = [_said(value) for value in values]
    return keys.index(f"row.{table}", "".join(f"{len(one)}:{one}" for one in said))


def _said(value: Any) -> str:
    """A value as text, the same on every database and wherever the clock stands."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"={value}"
    if isinstance(value, UUID | bytes):
        return value.hex if isinstance(value, UUID) else value.hex()
    return str(value.timestamp()) if isinstance(value, datetime) else str(value)


def _values(row: Any) -> list[Any]:
    return [getattr(row, key) for key in kind_of(type(row)).attributes]


def _mark(row: Any, session: Session) -> None:
    row.mark = _made(vault.of(session), row.__tablename__, _values(row))


@event.listens_for(Marked, "before_insert", propagate=True)
def _new(mapper: Mapper[Any], connection: Connection, row: Any) -> None:
    kind = kind_of(type(row))
    for name, key in zip(kind.columns, kind.attributes, strict=True):
        column = kind.table.c[name]
        if getattr(row, key) is None and column.default is not None:  # which otherwise comes after the mark
            given = cast(Any, column.default).arg
            setattr(row, key, given(None) if callable(given) else given)
    _changed(mapper, connection, row)


@event.listens_for(Marked, "before_update", propagate=True)
def _changed(mapper: Mapper[Any], connection: Connection, row: Any) -> None:
    session = object_session(row)
    assert session is not None
    _mark(row, session)


@event.listens_for(Marked, "load", propagate=True)
def _loaded(row: Any, context: QueryContext) -> None:
    if context.execution_options.get(_SHOWN):
        row.forged = not _bears(vault.of(context.session), row.__tablename__, _values(row), row.mark)
        return
    _require(context.session, type(row), _values(row), row.mark)


@event.listens_for(Marked, "refresh", propagate=True)
def _read_again(row: Any, context: QueryContext, names: Any) -> None:
    if names is not None and "mark" not in names:
        return
    if not (state := inspect(row)).modified:
        _loaded(row, context)
        return
    # Something was changed already that is not written yet: the mark is of what stands in the database.
    cls = type(row)
    key = zip(kind_of(cls).table.primary_key, state.identity, strict=True)
    stands = context.session.connection().execute(
        select(*asked(cls)).where(*(column == value for column, value in key))
    )
    for *values, mark in stands:
        _require(context.session, cls, values, mark)


@event.listens_for(CaseSession, "do_orm_execute")
def _not_in_bulk(asking: ORMExecuteState) -> None:
    """Refuse, as a fault of the code, to change marked columns around the marks."""
    mapper = asking.bind_mapper
    if mapper is None or not issubclass(mapper.class_, Marked) or asking.is_select or asking.is_delete:
        return
    given = {getattr(name, "name", name) for name in getattr(asking.statement, "_values", None) or {}}
    if asking.is_insert or given & set(kind_of(mapper.class_).columns):
        raise RuntimeError(
            f"rows of {kind_of(mapper.class_).table.name} are written one by one, for their marks"
        )
