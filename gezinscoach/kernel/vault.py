"""Keys: one data key per scope, wrapped by the key-encryption key, in a store apart from the cases.

A scope is a gezin, a person inside it, an organisation, a werking or the installation itself. Keys follow
decisions: a session opens cells only of the scopes that `open_scopes` was asked for, which the queries do
after their policy; any other cell raises KeyDenied.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
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
    event,
    insert,
    or_,
    select,
)
from sqlalchemy.orm import Session

from gezinscoach.kernel.config import private_file, private_folder
from gezinscoach.kernel.database import prepare

INSTALLATION = UUID(int=0)
"""The scope of secrets that belong to no family: the index key."""

SHORT_LIVED = ("journal_mode=DELETE", "synchronous=EXTRA")
"""For keys: a journal that is gone after each commit, so that a deleted key does not live on in a log."""

_CHUNK = 400
_tables = MetaData()
_keys = Table(
    "data_key",
    _tables,
    Column("scope_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("parent_id", Uuid, index=True),
    Column("kind", String(16), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
)
_scopes: BindParameter[UUID] = bindparam("scopes", expanding=True)
_ALONE = select(_keys.c.scope_id, _keys.c.version, _keys.c.wrapped).where(_keys.c.scope_id.in_(_scopes))
_WITH_PERSONS = select(_keys.c.scope_id, _keys.c.version, _keys.c.wrapped).where(
    or_(_keys.c.scope_id.in_(_scopes), _keys.c.parent_id.in_(_scopes))
)


class KeyDenied(Exception):
    """A cell was opened whose scope this session was not granted."""


class KeysUnreadable(Exception):
    """The key-encryption key is missing, open to others, or not the one that wrapped the data keys."""


class Vault:
    """The key store of one installation; safe to share between threads."""

    def __init__(self, url: str, kek_file: Path) -> None:
        self._engine = prepare(
            create_engine(url, hide_parameters=True, pool_pre_ping=True), SHORT_LIVED, lambda: "BEGIN"
        )
        self._kek_file = kek_file
        self._kek: AESGCM | None = None
        self._index_key: bytes | None = None
        self._lock = threading.Lock()

    def create(self) -> None:
        """Make the key-encryption key, the store and the index key where they are not there yet.

        KeysUnreadable when there are data keys already but the key that wrapped them is gone.
        """
        private_folder(self._kek_file.parent)
        _tables.create_all(self._engine)
        if not self._kek_file.exists():
            with self._engine.connect() as connection:
                if _load(connection, [INSTALLATION]):
                    raise KeysUnreadable(f"{self._kek_file}: gone, while the data keys are there")
            private_file(self._kek_file, os.urandom(32))
        if self._engine.url.database and self._engine.dialect.name == "sqlite":
            Path(self._engine.url.database).chmod(0o600)
        with self._engine.begin() as connection:
            if not _load(connection, [INSTALLATION]):
                key = os.urandom(32)
                connection.execute(insert(_keys), [self._row(INSTALLATION, 1, None, "installation", key)])

    def check(self) -> None:
        """Read the key-encryption key and unwrap the index key; KeysUnreadable says what is wrong."""
        self.index("check", "")

    def new(self, session: Session, scope_id: UUID, kind: str, *, parent_id: UUID | None = None) -> None:
        """Make the first data key of a scope; it reaches the store just before the session commits."""
        key = os.urandom(32)
        session.info.setdefault("new_keys", []).append(self._row(scope_id, 1, parent_id, kind, key))
        granted(session)[scope_id] = {1: AESGCM(key)}

    def open(self, session: Session, scopes: Iterable[UUID], *, persons: bool = True) -> None:
        """Grant a session the keys of these scopes, and of the persons inside them, in one question."""
        have = granted(session)
        alone: set[UUID] = session.info.setdefault("alone", set())
        wanted = [one for one in dict.fromkeys(scopes) if one not in have or (persons and one in alone)]
        if not wanted:
            return
        with self._engine.connect() as connection:
            for start in range(0, len(wanted), _CHUNK):
                for row in _load(
                    connection, wanted[start : start + _CHUNK], _WITH_PERSONS if persons else _ALONE
                ):
                    have.setdefault(row.scope_id, {})[row.version] = AESGCM(self._unwrap(row))
        (alone.difference_update if persons else alone.update)(wanted)

    def store(self, session: Session) -> None:
        """Write the new keys of a session; the case data follows, so no cell can outlive its key."""
        rows = session.info.pop("new_keys", None)
        if rows:
            with self._engine.begin() as connection:
                connection.execute(insert(_keys), rows)

    def index(self, purpose: str, text: str) -> bytes:
        """Blind index of a text, 16 bytes, equality only, different per purpose."""
        if self._index_key is None:
            with self._lock, self._engine.connect() as connection:
                rows = _load(connection, [INSTALLATION])
                if not rows:
                    raise KeysUnreadable(f"{self._engine.url.database}: no keys here")
                self._index_key = self._unwrap(rows[0])
        message = f"{len(purpose)}:{purpose}{text}".encode()
        return hmac.new(self._index_key, message, hashlib.sha256).digest()[:16]

    def dispose(self) -> None:
        """Close the connections to the store."""
        self._engine.dispose()

    def _row(
        self, scope_id: UUID, version: int, parent_id: UUID | None, kind: str, key: bytes
    ) -> dict[str, object]:
        nonce = os.urandom(12)
        wrapped = nonce + self._kek_cipher().encrypt(nonce, key, _bond(scope_id, version))
        return {
            "scope_id": scope_id,
            "version": version,
            "parent_id": parent_id,
            "kind": kind,
            "epoch": 1,
            "wrapped": wrapped,
            "made_at": datetime.now(UTC),
        }

    def _unwrap(self, row: _KeyRow) -> bytes:
        cipher = self._kek_cipher()
        try:
            return cipher.decrypt(row.wrapped[:12], row.wrapped[12:], _bond(row.scope_id, row.version))
        except InvalidTag:
            raise KeysUnreadable(f"{self._kek_file}: not the key that wrapped these data keys") from None

    def _kek_cipher(self) -> AESGCM:
        if self._kek is None:
            try:
                if stat.S_IMODE(self._kek_file.stat().st_mode) & 0o077:
                    raise KeysUnreadable(f"{self._kek_file}: others can read it; do: chmod 600")
                self._kek = AESGCM(self._kek_file.read_bytes())
            except (OSError, ValueError) as error:
                raise KeysUnreadable(f"{self._kek_file}: {error}") from error
        return self._kek


class _KeyRow:
    scope_id: UUID
    version: int
    wrapped: bytes


def _load(
    connection: Connection, scopes: list[UUID], asked: Select[UUID, int, bytes] = _ALONE
) -> list[_KeyRow]:
    return connection.execute(asked, {"scopes": scopes}).all()  # type: ignore[return-value]  # rows have just these three


def _bond(scope_id: UUID, version: int) -> bytes:
    return b"dek" + scope_id.bytes + version.to_bytes(2, "big")


def granted(session: Session) -> dict[UUID, dict[int, AESGCM]]:
    """The keys that this session holds, by scope and version."""
    keys: dict[UUID, dict[int, AESGCM]] = session.info.setdefault("granted", {})
    return keys


def of(session: Session) -> Vault:
    """The vault that belongs to a session."""
    vault: Vault = session.info["vault"]
    return vault


def new_scope(session: Session, scope_id: UUID, kind: str, *, parent_id: UUID | None = None) -> None:
    """Make the data key of a new gezin, person, organisation or werking."""
    of(session).new(session, scope_id, kind, parent_id=parent_id)


def open_scopes(session: Session, scopes: Iterable[UUID], *, persons: bool = True) -> None:
    """Let this session read the cells of these scopes: call it with rows that the policy allowed, only.

    Lists that tell nothing of the persons inside a gezin leave those closed.
    """
    of(session).open(session, scopes, persons=persons)


@contextmanager
def borrowed(session: Session) -> Iterator[None]:
    """Give back at the end what was opened inside: the session then may read what it could before."""
    keys, alone = dict(granted(session)), set(session.info.get("alone", ()))
    try:
        yield
    finally:
        session.info.update(granted=keys, alone=alone)


@event.listens_for(Session, "after_rollback")
def _keys_neither(session: Session) -> None:
    for row in session.info.pop("new_keys", ()):
        granted(session).pop(row["scope_id"], None)


@event.listens_for(Session, "before_commit")
def _keys_first(session: Session) -> None:
    if "new_keys" in session.info:
        session.flush()
        of(session).store(session)
