"""Trouble of the machine that an answer can name: a full disk, a clock that jumped."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError

SLACK = timedelta(minutes=5)
"""Clocks are set by small steps all the time: only what is more than this is a jump."""

_DISK_FULL = "53100"
"""The state by which PostgreSQL says so."""


def disk_full(error: BaseException | None) -> bool:
    """Whether an error says that the disk of the database has no room."""
    if not isinstance(error, DBAPIError):
        return False
    code = getattr(error.orig, "sqlite_errorcode", None)
    return code == sqlite3.SQLITE_FULL or getattr(error.orig, "sqlstate", None) == _DISK_FULL


def jumped_back(seen_at: datetime, now: datetime) -> bool:
    """Whether the clock stands before something that has happened already."""
    return now < seen_at - SLACK
