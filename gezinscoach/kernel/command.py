"""What the command line of a slice gets from `gezinscoach.cli`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlalchemy.orm import Session

from gezinscoach.kernel.access import Actor

Installation = Callable[[], AbstractContextManager[tuple[Session, Actor]]]
"""Opens the installation: a session, whose work is kept, and who the command line is."""
