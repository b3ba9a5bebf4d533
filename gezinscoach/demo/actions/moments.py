"""Days and coaches that every part of the demo city needs."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from gezinscoach.accounts.tables import Gezinscoach
from gezinscoach.kernel.access import Actor

Coaches = dict[str, tuple[Gezinscoach, Actor]]
"""The coaches by name, each with whom they act as."""


def at(day: date, hour: int = 10) -> datetime:
    """A moment on a day."""
    return datetime.combine(day, time(hour), UTC)
