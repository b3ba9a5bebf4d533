"""The vault of one installation: hands out data keys, makes new ones, and keeps the keys of the system.

Another process may rotate at any moment. So nothing here is remembered for good: an epoch or version that is
not known is looked up again, and the keys of the system are looked up each second.
"""

from __future__ import annotations

import hmac
import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import insert, select

from gezinscoach.kernel.config import private_folder
from gezinscoach.kernel.vault import store as stored
from gezinscoach.kernel.vault.errors import KeysUnreadable, Why
from gezinscoach.kernel.vault.keyfile import KeyFile, guarded
from gezinscoach.kernel.vault.store import EPOCHS, KEYS, KeyRow, Store

INSTALLATION = UUID(int=0)
"""The scope of the key of blind indexes, which is never replaced: see gezinscoach.kernel.blind."""

SECRETS = UUID(int=1)
"""The scope of secrets of the system: see gezinscoach.kernel.secret."""

BLIND = UUID(int=2)
"""The scope of the keys over blind indexes, which are replaced: see gezinscoach.kernel.blind."""

FRESH = 1.0
"""Seconds that the keys of the system are remembered."""


@dataclass(frozen=True, slots=True)
class SystemKeys:
    """The keys of the system as they are now; `write` and `read` are versions over blind indexes.

    `marked` is whether every row that needs a mark has one: see gezinscoach.kernel.marks.
    """

    index: bytes
    secrets: Mapping[int, bytes]
    blind: Mapping[int, AESSIV]
    write: int
    read: int
    marked: bool


class Vault:
    """The key store of one installation and its key file; safe to share between threads.

    `prompt` asks a person for the passphrase of a sealed key file; without one, and without a file that
    has it, a sealed key file cannot be read.
    """

    def __init__(self, url: str, kek_file: Path, passphrase_file: Path | None = None) -> None:
        self.store = Store(url)
        self.file = KeyFile(kek_file, self.passphrase)
        self.prompt: Callable[[], str] | None = None
        self._passphrase_file = passphrase_file
        self._typed: bytes | None = None
        self._keks: dict[int, AESGCM] = {}
        self._system: tuple[float, SystemKeys] | None = None
        self._forgotten = 0
        self._lock = threading.RLock()

    def create(self) -> None:
        """Make the key file, the store and the keys of the system where they are not there yet.

        A store of an older version is brought to this one. KeysUnreadable when there are data keys already
        but the key that wrapped them is gone.
        """
        private_folder(self.file.path.parent)
        engine = self.store.engine
        with self.store.writing() as connection:
            if not self.file.path.exists():
                if engine.dialect.has_table(connection, "data_key") and connection.scalar(
                    select(KEYS.c.epoch)
                ):
                    raise KeysUnreadable(Why.MISSING, self.file.path, "gone, while the data keys are there")
                self.file.write({1: os.urandom(32)}, sealed=self._passphrase_file is not None)
            new = not engine.dialect.has_table(connection, "data_key")
            stored.upgrade(connection, self.file.read(), datetime.now(UTC))
            if new:
                stored.keep(connection, "rows.marked", "1")
            for scope_id in (INSTALLATION, SECRETS):
                if not stored.load(connection, [scope_id]):
                    rows = [self.wrap(connection, scope_id, 1, None, "installation", os.urandom(32))]
                    connection.execute(insert(KEYS), rows)
        if engine.url.database and engine.dialect.name == "sqlite":
            Path(engine.url.database).chmod(0o600)
        self.check()

    def is_empty(self) -> bool:
        """Whether the store has no key at all."""
        with self.store.reading() as connection:
            there = self.store.engine.dialect.has_table(connection, "data_key")
            return not there or connection.scalar(select(KEYS.c.epoch).limit(1)) is None

    def check(self) -> None:
        """Read the key file, and unwrap the keys of the system; KeysUnreadable says what is wrong."""
        self.file.read()
        self.forget()
        self.system()

    def note_marked(self, done: bool = True) -> None:
        """Note that every row that needs a mark has one: from here on none is read without."""
        with self.store.writing() as connection:
            stored.keep(connection, "rows.marked", "1" if done else None)
        self.forget()

    def forget(self) -> None:
        """Look everything up again from here on."""
        with self._lock:
            self._keks, self._system = {}, None
            self._forgotten += 1

    def dispose(self) -> None:
        """Close the connections to the store."""
        self.store.engine.dispose()

    def passphrase(self) -> bytes | None:
        """The passphrase of a sealed key file: from its own file, else typed once by a person."""
        if self._passphrase_file is not None:
            return guarded(self._passphrase_file).strip()
        if self._typed is None and self.prompt is not None:
            self.remember(self.prompt())
        return self._typed

    def remember(self, passphrase: str) -> None:
        """Use this passphrase from here on; it stays in memory."""
        self._typed = passphrase.strip().encode()

    def passphrase_given(self) -> bool:
        """Whether there is a passphrase without asking anybody."""
        return self._passphrase_file is not None or bool(self._typed)

    def open(self, scopes: Iterable[UUID], *, persons: bool = False) -> dict[UUID, dict[int, AESGCM]]:
        """The keys of these scopes by version, and of the persons inside them, where they exist."""
        found: dict[UUID, dict[int, AESGCM]] = {}
        for row, key in self.found(scopes, persons=persons):
            found.setdefault(row.scope_id, {})[row.version] = key
        return found

    def found(self, scopes: Iterable[UUID], *, persons: bool) -> list[tuple[KeyRow, AESGCM]]:
        """The same, key by key, each with what it is the key of."""
        asked = stored.WITH_PERSONS if persons else stored.ALONE
        wanted = list(scopes)
        found: list[tuple[KeyRow, AESGCM]] = []
        with self.store.reading() as connection:
            for start in range(0, len(wanted), stored.CHUNK):
                some = wanted[start : start + stored.CHUNK]
                rows = self._unwrapped(lambda: stored.load(connection, some, asked))  # noqa: B023  # used at once
                found.extend((row, AESGCM(key)) for row, key in rows)
        return found

    def add(self, keys: list[dict[str, Any]]) -> None:
        """Write new data keys, wrapped in the epoch that holds at that moment."""
        with self.store.writing() as connection:
            stored.lock(connection, "ROW EXCLUSIVE")
            connection.execute(insert(KEYS), [self.wrap(connection, **key) for key in keys])

    def alive(self, used: set[tuple[UUID, int]]) -> bool:
        """Whether all these scopes and versions may still seal."""
        with self.store.reading() as connection:
            scopes = sorted({scope for scope, _version in used})
            held: set[tuple[UUID, int]] = set()
            for start in range(0, len(scopes), stored.CHUNK):
                asked = select(KEYS.c.scope_id, KEYS.c.version).where(
                    KEYS.c.scope_id.in_(scopes[start : start + stored.CHUNK]), KEYS.c.retired_at.is_(None)
                )
                held.update((row.scope_id, row.version) for row in connection.execute(asked))
        return used <= held

    def index(self, purpose: str, text: str) -> bytes:
        """Blind index of a text, 16 bytes, equality only, different per purpose; the same for ever.

        In the database it stands under one more key, which is replaced: see gezinscoach.kernel.blind.
        """
        message = f"{len(purpose)}:{purpose}{text}".encode()
        return hmac.digest(self.system().index, message, "sha256")[:16]

    def secret(self, purpose: str, version: int | None = None) -> tuple[int, AESGCM]:
        """Version and cipher of the system's secrets of one purpose, the newest by default; else KeyError."""
        keys = self.system(lambda held: version is None or version in held.secrets).secrets
        version = max(keys) if version is None else version
        return version, AESGCM(HKDF(SHA256(), 32, None, f"secret {purpose}".encode()).derive(keys[version]))

    def system(self, enough: Callable[[SystemKeys], bool] = lambda held: True) -> SystemKeys:
        """The keys of the system, looked up again when they are older than a second or not enough."""
        with self._lock:
            held, forgotten = self._system, self._forgotten
        if held is None or abs(time.monotonic() - held[0]) > FRESH or not enough(held[1]):
            # Outside the lock: a store that does not answer makes nobody wait for somebody else.
            held = time.monotonic(), self._read_system()
            with self._lock:
                if forgotten == self._forgotten:
                    self._system = held
        return held[1]

    def _read_system(self) -> SystemKeys:
        with self.store.reading() as connection:
            if not self.store.engine.dialect.has_table(connection, "setting"):
                empty = not self.store.engine.dialect.has_table(connection, "data_key")
                raise KeysUnreadable(Why.EMPTY if empty else Why.VERSION, self.store.place)
            keys: dict[UUID, dict[int, bytes]] = {INSTALLATION: {}, SECRETS: {}, BLIND: {}}
            for row, key in self._unwrapped(lambda: stored.load(connection, list(keys))):
                keys[row.scope_id][row.version] = key
            if not (keys[INSTALLATION] and keys[SECRETS]):
                raise KeysUnreadable(Why.EMPTY, self.store.place)
            if stored.setting(connection, "version") != stored.VERSION:
                raise KeysUnreadable(Why.VERSION, self.store.place)
            write, read = (
                int(stored.setting(connection, f"blind.{what}") or 0) for what in ("write", "read")
            )
            marked = stored.setting(connection, "rows.marked") is not None
        blind = {
            version: AESSIV(HKDF(SHA256(), 64, None, b"blind").derive(key))
            for version, key in keys[BLIND].items()
        }
        return SystemKeys(min(keys[INSTALLATION].items())[1], keys[SECRETS], blind, write, read, marked)

    def wrap(
        self, connection: Any, scope_id: UUID, version: int, parent_id: UUID | None, kind: str, key: bytes
    ) -> dict[str, Any]:
        """The row of a data key, wrapped in the active epoch."""
        epoch = connection.scalar(stored.ACTIVE)
        nonce = os.urandom(12)
        return {
            "scope_id": scope_id,
            "version": version,
            "parent_id": parent_id,
            "kind": kind,
            "epoch": epoch,
            "wrapped": nonce + self._kek(epoch).encrypt(nonce, key, bond(scope_id, version)),
            "made_at": datetime.now(UTC),
        }

    def _unwrapped(self, ask: Callable[[], list[KeyRow]]) -> list[tuple[KeyRow, bytes]]:
        rows = ask()
        try:
            return [(row, self.unwrap(row)) for row in rows]
        except KeysUnreadable as error:
            if error.why not in (Why.EPOCH, Why.DESTROYED):
                raise
        # Between the question and the key file a rotation may have ended: then the rows are of a new epoch.
        return [(row, self.unwrap(row)) for row in ask()]

    def unwrap(self, row: KeyRow) -> bytes:
        """The data key of a row; KeysUnreadable when its epoch is not the one that wrapped it."""
        return unwrap(row, self._kek(row.epoch), self.file.path)

    def _kek(self, epoch: int) -> AESGCM:
        with self._lock:
            if epoch not in self._keks:
                self._keks = {number: AESGCM(key) for number, key in self.file.read().items()}
            if epoch in self._keks:
                return self._keks[epoch]
        with self.store.reading() as connection:
            ended = connection.scalar(select(EPOCHS.c.destroyed_at).where(EPOCHS.c.number == epoch))
        raise KeysUnreadable(Why.DESTROYED if ended else Why.EPOCH, self.file.path, f"epoch {epoch}")


def unwrap(row: KeyRow, kek: AESGCM, place: object) -> bytes:
    """The data key of a row, by the key of its epoch; else KeysUnreadable."""
    try:
        return kek.decrypt(row.wrapped[:12], row.wrapped[12:], bond(row.scope_id, row.version))
    except (InvalidTag, ValueError):
        raise KeysUnreadable(Why.WRONG, place) from None


def bond(scope_id: UUID, version: int) -> bytes:
    """What a wrapped data key is bound to."""
    return b"dek" + scope_id.bytes + version.to_bytes(2, "big")
