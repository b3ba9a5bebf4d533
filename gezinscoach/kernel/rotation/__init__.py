"""Rotation of data keys and of the key over blind indexes, over every column that reflection finds.

Both go the same way: a new version is published, other processes get the time to see it, everything is
written anew in small transactions that change only what nobody else changed meanwhile, and the old version
goes when nothing is under it any more. Every step can be repeated, so a rotation that died goes on.
"""

from __future__ import annotations

import os
import time
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, insert, select, update
from sqlalchemy.orm import Session

from gezinscoach.kernel import audit
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.database import Base
from gezinscoach.kernel.rotation.columns import sealed_columns
from gezinscoach.kernel.rotation.missing import missing
from gezinscoach.kernel.rotation.renewal import rebuilt, resealed
from gezinscoach.kernel.rotation.sweep import RowsHidden, Step, StuckCells, sweep
from gezinscoach.kernel.vault import BLIND, INSTALLATION, Vault
from gezinscoach.kernel.vault import store as stored
from gezinscoach.kernel.vault.keeper import FRESH
from gezinscoach.kernel.vault.store import KEYS

__all__ = ["RowsHidden", "StuckCells", "missing", "rotate_data", "rotate_index", "unfinished"]


def rotate_data(
    session: Session, vault: Vault, actor: Actor, now: datetime, step: Step = lambda name: None
) -> int:
    """Give every scope a new data key, seal everything anew, and drop the old keys; how many were dropped.

    The trace gets the digest of every row that is sealed anew, as an act of this actor.

    StuckCells when something does not open: then nothing is dropped.
    """
    with vault.store.writing() as connection:
        started = stored.setting(connection, "data.started") or now.isoformat()
        stored.keep(connection, "data.started", started)
    _publish(vault, datetime.fromisoformat(started), now)
    step("published")
    _let_others_see()
    vault.forget()
    tables = [one for one in sealed_columns() if one.cells or one.secrets]

    def trace(kind: type[Base], ids: list[UUID]) -> None:
        audit.resealed(session, kind, ids)
        audit.record(session, actor, "sleutels.reseal", now=now)

    for columns in tables:
        sweep(session, columns, (*columns.cells, *columns.secrets), resealed(vault, columns), step, trace)
    with vault.store.writing() as connection:
        newer = KEYS.alias()
        connection.execute(
            update(KEYS)
            .where(KEYS.c.scope_id.not_in((INSTALLATION, BLIND)), KEYS.c.retired_at.is_(None))
            .where(select(newer.c.version).where(_newer(newer)).exists())
            .values(retired_at=now)
        )
    step("retired")
    _let_others_see()
    stuck = []
    for columns in tables:
        stuck += sweep(
            session,
            columns,
            (*columns.cells, *columns.secrets),
            resealed(vault, columns),
            step,
            trace,
            alone=True,
        )
    if stuck:
        raise StuckCells(stuck)
    step("swept")
    with vault.store.writing() as connection:
        gone = connection.execute(delete(KEYS).where(KEYS.c.retired_at.is_not(None))).rowcount
        stored.keep(connection, "data.started", None)
    vault.forget()
    step("dropped")
    return gone


def rotate_index(session: Session, vault: Vault, now: datetime, step: Step = lambda name: None) -> int:
    """Put a new key over every blind index and drop the old one; the version of the new key.

    StuckCells when an index does not open, or stands double: then the old key stays.
    """
    keys = vault.system()
    if keys.write == keys.read:
        version = max(keys.blind, default=0) + 1
        with vault.store.writing() as connection:
            row = vault.wrap(connection, BLIND, version, None, "installation", os.urandom(32))
            connection.execute(insert(KEYS), [row])
            stored.keep(connection, "blind.read", str(version))
    step("known")
    _let_others_see()  # from here every look-up goes by both versions
    vault.forget()
    keys = vault.system()
    if keys.write < keys.read:
        with vault.store.writing() as connection:
            stored.keep(connection, "blind.write", str(keys.read))
            stored.keep(connection, "blind.read", str(keys.write))
    step("written")
    _let_others_see()  # and from here whatever is written is under the new one
    vault.forget()
    write = vault.system().write
    for columns in [one for one in sealed_columns() if one.indexes]:
        for alone in (False, True):
            renew = rebuilt(vault, columns)
            stuck = sweep(session, columns, columns.indexes, renew, step, _unseen, alone=alone)
            if stuck:
                raise StuckCells(stuck)
    step("swept")
    with vault.store.writing() as connection:
        stored.keep(connection, "blind.read", str(write))
        connection.execute(delete(KEYS).where(KEYS.c.scope_id == BLIND, KEYS.c.version != write))
    vault.forget()
    step("dropped")
    return write


def _unseen(kind: type[Base], ids: list[UUID]) -> None:
    """An index under another key is the same index to the trace."""


def unfinished(vault: Vault) -> list[str]:
    """Which of "data" and "index" was begun and has not ended."""
    with vault.store.reading() as connection:
        data = stored.setting(connection, "data.started") is not None
        write, read = (stored.setting(connection, f"blind.{what}") or "0" for what in ("write", "read"))
    return ["data"] * data + ["index"] * (write != read)


def _let_others_see() -> None:
    """Wait until every process has looked the keys of the system up again."""
    time.sleep(2 * FRESH)


def _publish(vault: Vault, started: datetime, now: datetime) -> None:
    """A new version for every scope that has none since the rotation began."""
    newest = (
        select(
            KEYS.c.scope_id, func.max(KEYS.c.version).label("version"), func.max(KEYS.c.made_at).label("at")
        )
        .where(KEYS.c.scope_id.not_in((INSTALLATION, BLIND)))
        .group_by(KEYS.c.scope_id)
        .subquery()
    )
    wanted = (
        select(KEYS.c.scope_id, KEYS.c.version, KEYS.c.parent_id, KEYS.c.kind)
        .join(newest, (KEYS.c.scope_id == newest.c.scope_id) & (KEYS.c.version == newest.c.version))
        .where(newest.c.at < started)
        .limit(stored.CHUNK)
    )
    while True:
        with vault.store.writing() as connection:
            stored.lock(connection, "SHARE ROW EXCLUSIVE")
            rows = connection.execute(wanted).all()
            made: list[dict[str, Any]] = [
                vault.wrap(connection, row.scope_id, row.version + 1, row.parent_id, row.kind, os.urandom(32))
                for row in rows
            ]
            if made:
                connection.execute(insert(KEYS), [{**row, "made_at": max(now, started)} for row in made])
        if not made:
            return


def _newer(newer: Any) -> ColumnElement[bool]:
    return and_(newer.c.scope_id == KEYS.c.scope_id, newer.c.version > KEYS.c.version)
