"""Short-lived backups of the key store: its rows, still wrapped, in a small SQLite file.

Kept 30 days, apart from backups of the cases: who holds both and the key file can bring back what was erased.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import create_engine, insert, select
from sqlalchemy.exc import SQLAlchemyError

from gezinscoach.kernel.config import private_folder
from gezinscoach.kernel.database import prepare
from gezinscoach.kernel.vault import store as stored
from gezinscoach.kernel.vault.errors import KeysUnreadable, Why
from gezinscoach.kernel.vault.keeper import unwrap
from gezinscoach.kernel.vault.keyfile import sync

KEPT = timedelta(days=30)
_NAME = "sleutels-%Y%m%dT%H%M%S%fZ.db"


def write(store: stored.Store, folder: Path, now: datetime) -> Path:
    """A backup of the store as it is now, its owner's alone; OSError when the folder cannot take it."""
    path = private_folder(folder) / now.astimezone(UTC).strftime(_NAME)
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.touch(0o600)
    engine = prepare(create_engine(f"sqlite:///{draft}"), stored.SHORT_LIVED, lambda: "BEGIN IMMEDIATE")
    try:
        with store.reading() as source, engine.begin() as copy:
            if source.dialect.name == "postgresql":
                source.execution_options(isolation_level="REPEATABLE READ")
            stored.tables.create_all(copy)
            for table in stored.tables.sorted_tables:
                rows = [dict(row) for row in source.execute(select(table)).mappings()]
                if rows:
                    copy.execute(insert(table), rows)
    finally:
        engine.dispose()
    draft.replace(path)
    sync(folder)
    return path


def verify(path: Path, keys: Mapping[int, bytes]) -> int:
    """How many data keys a backup has, each of them unwrapped with the keys of these epochs.

    KeysUnreadable when it cannot be read, is empty, or one of them doesn't unwrap.
    """
    engine = create_engine(f"sqlite:///file:{path.absolute()}?mode=ro&uri=true")
    try:
        with engine.connect() as connection:
            rows: list[stored.KeyRow] = connection.execute(stored.WRAPPED).all()  # type: ignore[assignment]  # its columns
    except (SQLAlchemyError, ValueError) as error:
        raise KeysUnreadable(Why.BROKEN, path, str(getattr(error, "orig", None) or error)) from error
    finally:
        engine.dispose()
    return unwrap_all(rows, keys, path)


def unwrap_all(rows: Sequence[stored.KeyRow], keys: Mapping[int, bytes], place: object) -> int:
    """How many data keys these are, each of them unwrapped; else KeysUnreadable."""
    ciphers = {epoch: AESGCM(key) for epoch, key in keys.items()}
    for row in rows:
        if row.epoch not in ciphers:
            raise KeysUnreadable(Why.EPOCH, place, f"epoch {row.epoch}")
        unwrap(row, ciphers[row.epoch], place)
    if not rows:
        raise KeysUnreadable(Why.EMPTY, place)
    return len(rows)


def newest(folder: Path) -> tuple[Path, datetime] | None:
    """The newest backup in a folder and its moment."""
    return max(_all(folder), key=lambda one: one[1], default=None)


def prune(folder: Path, now: datetime) -> int:
    """Remove the backups that are too old; how many there were."""
    old = [path for path, moment in _all(folder) if moment < now - KEPT]
    for path in old:
        path.unlink()
    return len(old)


def _all(folder: Path) -> list[tuple[Path, datetime]]:
    found = []
    for path in folder.glob("sleutels-*.db"):
        try:
            found.append((path, datetime.strptime(path.name, _NAME).replace(tzinfo=UTC)))
        except ValueError:
            continue
    return found
