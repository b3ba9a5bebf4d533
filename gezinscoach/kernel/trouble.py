"""Trouble of the machine that an answer can name: a full disk, a folder to read only, a clock that jumped."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError

SLACK = timedelta(minutes=5)
"""Clocks are set by small steps all the time: only what is more than this is a jump."""

_DISK_FULL = "53100"
"""The state by which PostgreSQL says so."""


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what it came from, nearest first."""
    while error is not None:
        yield error
        error = getattr(error, "orig", None) or error.__cause__


def disk_full(error: BaseException | None) -> bool:
    """Whether an error came from a disk without room, that of the database or of a file."""
    return any(
        _says(one, sqlite3.SQLITE_FULL, errno.ENOSPC, errno.EDQUOT) or _full(one) for one in causes(error)
    )


def read_only(error: BaseException | None) -> bool:
    """Whether an error came from a place where nothing can be written."""
    return any(_says(one, sqlite3.SQLITE_READONLY, errno.EROFS) for one in causes(error))


def stuck(error: BaseException | None) -> bool:
    """Whether SQLite could not work with its files, and did not say why: a full disk, or one to read only."""
    return any(
        _says(one, sqlite3.SQLITE_IOERR) or _says(one, sqlite3.SQLITE_CANTOPEN) for one in causes(error)
    )


def _says(error: BaseException, sqlite: int, *system: int) -> bool:
    # Of an extended code of SQLite, the last byte is the kind.
    code = getattr(error, "sqlite_errorcode", None)
    return (code is not None and code & 0xFF == sqlite) or getattr(error, "errno", None) in system


def _full(error: BaseException) -> bool:
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == _DISK_FULL


def jumped_back(seen_at: datetime, now: datetime) -> bool:
    """Whether the clock stands before something that has happened already."""
    return now < seen_at - SLACK
