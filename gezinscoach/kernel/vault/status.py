"""How the keys stand: epochs, data keys by version, backups, envelopes, and what is due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from gezinscoach.kernel.vault import backup
from gezinscoach.kernel.vault import store as stored
from gezinscoach.kernel.vault.epochs import EPOCH
from gezinscoach.kernel.vault.keeper import Vault
from gezinscoach.kernel.vault.store import EPOCHS, KEYS

GRACE = timedelta(days=5)
"""How much longer than its term an epoch may last before it is called late."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """One key-encryption key: since when, until when, and how many data keys it wraps."""

    number: int
    made_at: datetime
    destroyed_at: datetime | None
    keys: int
    in_file: bool


@dataclass(frozen=True, slots=True)
class Status:
    """How the keys stand at a moment; `versions` counts data keys by version."""

    epochs: tuple[Epoch, ...]
    versions: dict[int, int]
    retired: int
    sealed: bool
    backup_at: datetime | None
    envelopes: tuple[int, ...]

    @property
    def live(self) -> tuple[Epoch, ...]:
        """The epochs that were not destroyed."""
        return tuple(epoch for epoch in self.epochs if epoch.destroyed_at is None)

    @property
    def half(self) -> bool:
        """Whether a rotation of the key-encryption key was begun and has not ended."""
        return len(self.live) > 1 or any(epoch.in_file and epoch.destroyed_at for epoch in self.epochs)

    def late(self, now: datetime) -> bool:
        """Whether the present epoch should have ended."""
        return any(epoch.made_at + EPOCH + GRACE < now for epoch in self.live)


def status(vault: Vault, folder: Path) -> Status:
    """How the keys stand; KeysUnreadable when they cannot be read."""
    held = vault.file.read()
    with vault.store.reading() as connection:
        by_epoch = select(KEYS.c.epoch, func.count()).group_by(KEYS.c.epoch)
        by_version = select(KEYS.c.version, func.count()).group_by(KEYS.c.version).order_by(KEYS.c.version)
        counted = {row[0]: row[1] for row in connection.execute(by_epoch)}
        versions = {row[0]: row[1] for row in connection.execute(by_version)}
        retired = connection.scalar(select(func.count()).where(KEYS.c.retired_at.is_not(None))) or 0
        rows = connection.execute(select(EPOCHS).order_by(EPOCHS.c.number)).all()
        envelopes = stored.setting(connection, "envelopes") or ""
    epochs = tuple(
        Epoch(
            row.number,
            stored.aware(row.made_at),
            stored.aware(row.destroyed_at) if row.destroyed_at else None,
            counted.get(row.number, 0),
            row.number in held,
        )
        for row in rows
    )
    newest = backup.newest(folder)
    return Status(
        epochs,
        versions,
        retired,
        vault.file.is_sealed(),
        newest[1] if newest else None,
        tuple(int(number) for number in envelopes.split()),
    )


def self_test(vault: Vault, folder: Path) -> tuple[int, int]:
    """How many data keys unwrap in the store and in its newest backup, 0 without one; or KeysUnreadable."""
    keys = vault.file.read()
    with vault.store.reading() as connection:
        rows: list[stored.KeyRow] = connection.execute(stored.WRAPPED).all()  # type: ignore[assignment]  # its columns
    newest = backup.newest(folder)
    return backup.unwrap_all(rows, keys, vault.store.place), (backup.verify(newest[0], keys) if newest else 0)


def note_envelopes(vault: Vault, epochs: Iterable[int]) -> None:
    """Note that the keys of these epochs, and no others, are in envelopes now."""
    with vault.store.writing() as connection:
        stored.keep(connection, "envelopes", " ".join(map(str, sorted(epochs))))
