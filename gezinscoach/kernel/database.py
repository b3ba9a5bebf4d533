"""The case database: one declarative base, one session a request, SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVarTuple

from flask import current_app
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import DateTime, Dialect, Engine, Enum, MetaData, Row, Select, String, event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

reading: ContextVar[bool] = ContextVar("reading", default=False)
"""True while a request only reads: its SQLite transaction then takes no write lock."""


class Base(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(naming_convention=NAMES)


class Moment(TypeDecorator[datetime]):
    """A point in time, aware and in UTC on both sides; naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def words(kind: type[StrEnum]) -> Enum:
    """A column type for a small set of words, kept as text with a length that leaves room."""
    return Enum(
        kind, native_enum=False, length=40, values_callable=lambda members: [m.value for m in members]
    )


def in_clear(longest: int, why: str, **options: Any) -> Any:
    """A text column that is not sealed, with the reason why that hurts nobody; a test asks for one."""
    return mapped_column(String(longest), info={"in_clear": why}, **options)


class CaseSession(FlaskSession):
    """A session that knows the vault of its application."""

    def __init__(self, db: SQLAlchemy, **options: Any) -> None:
        super().__init__(db, **options)
        self.info["vault"] = current_app.extensions["vault"]


PATIENCE = 4
"""Seconds that a connection to PostgreSQL may take to come about."""

db = SQLAlchemy(model_class=Base, session_options={"class_": CaseSession, "expire_on_commit": False})


def engine_options(url: str) -> dict[str, Any]:
    """What every engine is made with; one that does not answer is given up after seconds, not minutes."""
    made: dict[str, Any] = {"hide_parameters": True}
    if url.startswith("postgresql"):
        made["connect_args"] = {"connect_timeout": PATIENCE}
    return made


_PRAGMAS = (
    "foreign_keys=ON",
    "busy_timeout=15000",
    "secure_delete=ON",
    "trusted_schema=OFF",
    "cell_size_check=ON",
)
DURABLE = ("journal_mode=WAL", "synchronous=FULL")
"""For cases: readers never wait for the writer, and what was acknowledged survives a power cut."""


def _begin_of_a_case() -> str:
    # A deferred BEGIN that later writes fails at once when another writer came between, whatever the
    # busy timeout: whoever may write takes the lock first and queues for it.
    return "BEGIN" if reading.get() else "BEGIN IMMEDIATE"


def prepare(
    engine: Engine, how: tuple[str, ...] = DURABLE, begin: Callable[[], str] = _begin_of_a_case
) -> Engine:
    """The engine, made safe when it is SQLite: strict, patient, and with real transactions."""
    if engine.dialect.name != "sqlite":
        return engine

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        for pragma in (*how, *_PRAGMAS):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin())

    return engine


Columns = TypeVarTuple("Columns")


def ask(session: Session, question: Select[*Columns], **values: Any) -> Sequence[Row[*Columns]]:
    """The rows of a question about columns, put together once, with the values that hold now.

    What a page asks each time is made at import, with a `bindparam` where a value comes: to build a
    question anew costs several times what the database takes to answer it.
    """
    if session.autoflush:
        session.flush()  # the connection, unlike the session, doesn't flush by itself
    return session.connection().execute(question, values).all()


@contextmanager
def only_reading(session: Session) -> Iterator[None]:
    """What comes before something slow: it takes no write lock, and at the end it keeps no connection either.

    Whatever was written before is undone: first what is slow, then a transaction that writes. RuntimeError
    when something is about to be written.
    """
    before = reading.set(True)
    try:
        yield
        if session.new or session.dirty or session.deleted:
            raise RuntimeError("write after what is slow, not before")
        session.rollback()
    finally:
        reading.reset(before)


@contextmanager
def transaction() -> Iterator[Session]:
    """One writing transaction for a command: committed at the end, rolled back on any error."""
    session: Session = db.session()
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
