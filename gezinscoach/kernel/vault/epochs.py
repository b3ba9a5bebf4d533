"""Rotation of the key-encryption key: a new epoch, every data key wrapped anew, the old epoch destroyed.

Each step leaves something from which the next start goes on; whatever moment the process dies, every data
key can be unwrapped. The old epoch goes only after a new backup of the store was seen to unwrap whole: from
then on no older copy of the store opens any more, wherever it is.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, update

from gezinscoach.kernel.vault import backup
from gezinscoach.kernel.vault import store as stored
from gezinscoach.kernel.vault.errors import KeysUnreadable, Why
from gezinscoach.kernel.vault.keeper import Vault
from gezinscoach.kernel.vault.store import EPOCHS, KEYS

EPOCH = timedelta(days=30)
"""How long an epoch lasts: with it ends the life of every older copy of the key store."""

Step = Callable[[str], None]
BATCH = 500


def rotate(vault: Vault, folder: Path, now: datetime, step: Step = lambda name: None) -> int:
    """Begin a new epoch, or finish what was begun, and return its number; `folder` is for the backup.

    KeysUnreadable when a key or the backup cannot be read; then the old epoch is still there.
    """
    vault.check()
    if _clear_ended(vault):
        return max(vault.file.read())
    active = _begin(vault, now, step)
    while True:
        _rewrap(vault, active, step)
        step("rewrapped")
        path = backup.write(vault.store, folder, datetime.now(UTC))
        step("written")
        backup.verify(path, vault.file.read())  # a key that came in late is under the old epoch still
        step("verified")
        if _end(vault, active, now):
            break
    step("ended")
    _clear_ended(vault)
    step("destroyed")
    backup.prune(folder, now)
    vault.forget()
    return active


def _begin(vault: Vault, now: datetime, step: Step) -> int:
    with vault.store.reading() as connection:
        numbers: list[int] = list(connection.scalars(select(EPOCHS.c.number)))
        live: list[int] = list(
            connection.scalars(select(EPOCHS.c.number).where(EPOCHS.c.destroyed_at.is_(None)))
        )
    if len(live) > 1:
        return max(live)
    keys = vault.file.read()
    number = max(max(keys), max(numbers) + 1)
    if number not in keys:
        vault.file.write(keys | {number: os.urandom(32)})
        step("made")
    row = {"number": number, "mark": stored.mark(vault.file.read()[number]), "made_at": now}
    with vault.store.writing() as connection:
        connection.execute(insert(EPOCHS), [row])
    step("active")
    return number


def _rewrap(vault: Vault, active: int, step: Step) -> None:
    old = stored.WRAPPED.where(KEYS.c.epoch != active).order_by(KEYS.c.scope_id, KEYS.c.version).limit(BATCH)
    while True:
        with vault.store.writing() as connection:
            rows: list[Any] = list(connection.execute(old))
            for row in rows:
                new = vault.wrap(connection, row.scope_id, row.version, None, "", vault.unwrap(row))
                connection.execute(
                    update(KEYS)
                    .where(KEYS.c.scope_id == row.scope_id, KEYS.c.version == row.version)
                    .where(KEYS.c.epoch == row.epoch)
                    .values(epoch=new["epoch"], wrapped=new["wrapped"])
                )
        if not rows:
            return
        step("wrapped")


def _end(vault: Vault, active: int, now: datetime) -> bool:
    """Write the older epochs off, unless a key came in under one meanwhile."""
    with vault.store.writing() as connection:
        stored.lock(connection, "SHARE ROW EXCLUSIVE")
        if connection.scalar(select(func.count()).where(KEYS.c.epoch != active)):
            return False
        connection.execute(
            update(EPOCHS)
            .where(EPOCHS.c.number != active, EPOCHS.c.destroyed_at.is_(None))
            .values(destroyed_at=now)
        )
    return True


def _clear_ended(vault: Vault) -> bool:
    """Destroy the keys of epochs that were written off; whether there were any in the key file."""
    keys = vault.file.read()
    with vault.store.reading() as connection:
        ended = set(connection.scalars(select(EPOCHS.c.number).where(EPOCHS.c.destroyed_at.is_not(None))))
        used = set(connection.scalars(select(KEYS.c.epoch).distinct()))
    if used & ended:
        raise KeysUnreadable(Why.DESTROYED, vault.store.place, f"epoch {min(used & ended)}")
    if not ended & set(keys):
        return False
    vault.file.write({number: key for number, key in keys.items() if number not in ended})
    vault.forget()
    return True
