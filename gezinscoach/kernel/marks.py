"""Rows that decide who may open something bear a mark that only who has the keys can make.

The mark is an HMAC under a key of the system, over the key of the row and the columns that its class names.
It is made when the session writes a row and looked at when it reads one, so that a row that somebody wrote or
moved in the database itself opens nothing. What is asked as columns is looked at with `is_true`. Rows of
before there were marks get theirs from `gezinscoach init`, once; after that a row without one is refused.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, cast
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
from gezinscoach.kernel.audit.chains import canonical
from gezinscoach.kernel.database import Base, CaseSession

BATCH = 500


class Forged(Exception):
    """A row was written or changed by somebody without the keys: it opens nothing."""

    def __init__(self, table: str, row: UUID | None, account_id: UUID | None) -> None:
        super().__init__(f"{table} {row}")
        self.table, self.row, self.account_id = table, row, account_id


class Marked:
    """A class whose rows bear a mark over the columns in `__marked__`, beside those of their key."""

    __marked__: ClassVar[tuple[str, ...]]
    mark: Mapped[bytes | None] = mapped_column(LargeBinary(16))


def marked() -> list[type[Any]]:
    """Every class whose rows bear a mark, by the name of its table."""
    found = (mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Marked))
    return sorted(found, key=lambda cls: _table(cls).name)


def columns(cls: type[Any]) -> tuple[str, ...]:
    """What the mark of a row goes by."""
    return (*(column.name for column in _table(cls).primary_key), *cls.__marked__)


def asked(cls: type[Any]) -> list[Any]:
    """The columns for a question that does not ask for whole rows, each as TABLE__NAME; see `is_true`."""
    name = cls.__tablename__
    return [_table(cls).c[one].label(f"{name}__{one}") for one in (*columns(cls), "mark")]


def is_true(session: Session, cls: type[Any], row: Row[*tuple[Any, ...]]) -> bool:
    """Whether what was `asked` of a row bears its own mark."""
    name, given = cls.__tablename__, row._mapping
    values = {one: given[f"{name}__{one}"] for one in columns(cls)}
    return _bears(vault.of(session), name, values, given[f"{name}__mark"])


def forged(connection: Connection, keys: vault.Vault) -> Iterator[tuple[int, str, UUID | None]]:
    """Over all tables in turn: how many rows were looked at so far, and of each forged one table and id."""
    seen = 0
    for cls in marked():
        table = _table(cls)
        for row in connection.execute(select(table).execution_options(yield_per=BATCH)).mappings():
            seen += 1
            if not _bears(keys, table.name, {one: row[one] for one in columns(cls)}, row["mark"]):
                yield seen, table.name, _id(row[table.primary_key.columns[0].name])
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


def _table(cls: type[Any]) -> Table:
    return cast(Table, cast("Mapper[Any]", inspect(cls)).local_table)


def _id(key: Any) -> UUID | None:
    return UUID(bytes=key[:16]) if isinstance(key, bytes) else key


def _bears(keys: vault.Vault, table: str, values: Mapping[str, object], mark: bytes | None) -> bool:
    if mark is None:
        return not keys.system().marked
    return hmac.compare_digest(mark, _made(keys, table, values))


def _require(session: Session, table: str, values: Mapping[str, Any], mark: bytes | None) -> None:
    if not _bears(vault.of(session), table, values, mark):
        raise Forged(table, _id(next(iter(values.values()))), values.get("account_id"))


def _made(keys: vault.Vault, table: str, values: Mapping[str, object]) -> bytes:
    return keys.index(f"row.{table}", canonical(values).decode())


def _values(row: Any) -> dict[str, Any]:
    mapper = inspect(type(row))
    keys = {name: mapper.get_property_by_column(_table(type(row)).c[name]).key for name in columns(type(row))}
    return {name: getattr(row, key) for name, key in keys.items()}


def _mark(row: Any, session: Session) -> None:
    row.mark = _made(vault.of(session), row.__tablename__, _values(row))


@event.listens_for(Marked, "before_insert", propagate=True)
def _new(mapper: Mapper[Any], connection: Connection, row: Any) -> None:
    for name in columns(type(row)):
        column = _table(type(row)).c[name]
        key = mapper.get_property_by_column(column).key
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
    _require(context.session, row.__tablename__, _values(row), row.mark)


@event.listens_for(Marked, "refresh", propagate=True)
def _read_again(row: Any, context: QueryContext, names: Any) -> None:
    if names is not None and "mark" not in names:
        return
    if not (state := inspect(row)).modified:
        return _loaded(row, context)
    # Something was changed already that is not written yet: the mark is of what stands in the database.
    cls = type(row)
    key = zip(_table(cls).primary_key, state.identity, strict=True)
    stands = context.session.connection().execute(
        select(*asked(cls)).where(*(column == value for column, value in key))
    )
    for found in stands:
        values = dict(zip((*columns(cls), "mark"), found, strict=True))
        mark = values.pop("mark")
        _require(context.session, row.__tablename__, values, mark)


@event.listens_for(CaseSession, "do_orm_execute")
def _not_in_bulk(asking: ORMExecuteState) -> None:
    """Refuse, as a fault of the code, to change marked columns around the marks."""
    mapper = asking.bind_mapper
    if mapper is None or not issubclass(mapper.class_, Marked) or asking.is_select or asking.is_delete:
        return
    given = {getattr(name, "name", name) for name in getattr(asking.statement, "_values", None) or {}}
    if asking.is_insert or given & set(columns(mapper.class_)):
        raise RuntimeError(f"rows of {_table(mapper.class_).name} are written one by one, for their marks")
