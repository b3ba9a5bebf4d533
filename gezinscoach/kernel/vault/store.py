"""The tables of the key store: wrapped data keys, epochs, and where a rotation stands.

Version 1 had data keys only, all of epoch 1; `upgrade` brings it to this one and keeps every key.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    Column,
    Connection,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Select,
    String,
    Table,
    Uuid,
    bindparam,
    create_engine,
    delete,
    func,
    insert,
    inspect,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.exc import SQLAlchemyError

from gezinscoach.kernel.database import engine_options, prepare
from gezinscoach.kernel.vault.errors import KeysUnreadable, Why

VERSION = "2"

SHORT_LIVED = ("journal_mode=DELETE", "synchronous=EXTRA")
"""For keys: a journal that is gone after each commit, so that a deleted key does not live on in a log."""

CHUNK = 400

tables = MetaData()
KEYS = Table(
    "data_key",
    tables,
    Column("scope_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("parent_id", Uuid, index=True),
    Column("kind", String(16), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("retired_at", DateTime(timezone=True)),
)
EPOCHS = Table(
    "epoch",
    tables,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("mark", LargeBinary, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("destroyed_at", DateTime(timezone=True)),
)
SETTINGS = Table(
    "setting",
    tables,
    Column("name", String(32), primary_key=True),
    Column("value", String(200), nullable=False),
)
_scopes: BindParameter[UUID] = bindparam("scopes", expanding=True)
WRAPPED = select(KEYS.c.scope_id, KEYS.c.version, KEYS.c.epoch, KEYS.c.wrapped, KEYS.c.parent_id, KEYS.c.kind)
ALONE = WRAPPED.where(KEYS.c.scope_id.in_(_scopes))
WITH_PERSONS = WRAPPED.where(or_(KEYS.c.scope_id.in_(_scopes), KEYS.c.parent_id.in_(_scopes)))
ACTIVE = select(func.max(EPOCHS.c.number)).where(EPOCHS.c.destroyed_at.is_(None))

_writing: ContextVar[bool] = ContextVar("writing", default=False)


class KeyRow:
    """A row of WRAPPED."""

    scope_id: UUID
    version: int
    epoch: int
    wrapped: bytes
    parent_id: UUID | None
    kind: str


class Store:
    """The key store at an address; safe to share between threads."""

    def __init__(self, url: str) -> None:
        # A deferred BEGIN that later writes could fail where an early one waits its turn.
        self.engine = prepare(
            create_engine(url, pool_pre_ping=True, **engine_options(url)),
            SHORT_LIVED,
            lambda: "BEGIN IMMEDIATE" if _writing.get() else "BEGIN",
        )

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for questions; KeysUnreadable when the store does not answer."""
        token = _writing.set(False)
        try:
            with self.engine.connect() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise self.unreachable(error) from error
        finally:
            _writing.reset(token)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that writes; KeysUnreadable when the store does not take it."""
        token = _writing.set(True)
        try:
            with self.engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise self.unreachable(error) from error
        finally:
            _writing.reset(token)

    def unreachable(self, error: SQLAlchemyError) -> KeysUnreadable:
        """What to raise when the store fails; its own words on one line, without the SQL."""
        said = " ".join(str(getattr(error, "orig", None) or error).split())
        file = self.engine.url.database if self.engine.dialect.name == "sqlite" else None
        closed = file is not None and os.path.exists(file) and not os.access(file, os.R_OK)
        return KeysUnreadable(Why.FORBIDDEN if closed else Why.UNREACHABLE, self.place, said)

    @property
    def place(self) -> str:
        """Where the store is, for people, without a password."""
        return self.engine.url.database or self.engine.url.render_as_string()


def load(connection: Connection, scopes: list[UUID], asked: Select[*tuple[Any, ...]] = ALONE) -> list[KeyRow]:
    """The wrapped keys of some scopes."""
    return connection.execute(asked, {"scopes": scopes}).all()  # type: ignore[return-value]  # rows have just these


def upgrade(connection: Connection, keys: dict[int, bytes], now: datetime) -> None:
    """Bring an empty store, or one of version 1, to this version; `keys` are those of the key file."""
    old = inspect(connection)
    if old.has_table("data_key") and all(c["name"] != "retired_at" for c in old.get_columns("data_key")):
        moment = KEYS.c.retired_at.type.compile(connection.dialect)
        connection.execute(text(f"ALTER TABLE data_key ADD COLUMN retired_at {moment}"))
    tables.create_all(connection)
    if setting(connection, "version") is None:
        first = connection.scalar(select(func.min(KEYS.c.made_at))) or now
        rows = [
            {"number": epoch, "mark": mark(key), "made_at": aware(first), "destroyed_at": None}
            for epoch, key in keys.items()
        ]
        connection.execute(insert(EPOCHS), rows)
        keep(connection, "version", VERSION)


def mark(key: bytes) -> bytes:
    """What a key is known by, without telling the key."""
    return hmac.new(key, b"mark of an epoch", hashlib.sha256).digest()[:8]


def setting(connection: Connection, name: str) -> str | None:
    """What was kept under a name."""
    return connection.scalar(select(SETTINGS.c.value).where(SETTINGS.c.name == name))


def keep(connection: Connection, name: str, value: str | None) -> None:
    """Keep a value under a name, or nothing any more."""
    if value is None:
        connection.execute(delete(SETTINGS).where(SETTINGS.c.name == name))
    elif not connection.execute(update(SETTINGS).where(SETTINGS.c.name == name).values(value=value)).rowcount:
        connection.execute(insert(SETTINGS).values(name=name, value=value))


def lock(connection: Connection, how: str) -> None:
    """On PostgreSQL, a lock on the data keys; SQLite has one writer at a time already."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"LOCK TABLE data_key IN {how} MODE"))


def aware(moment: datetime) -> datetime:
    """A moment of the store in UTC: SQLite hands it back without a zone."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
