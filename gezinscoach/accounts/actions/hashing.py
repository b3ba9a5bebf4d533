"""Passwords as Argon2id hashes: two at once in a process, a short queue, and no lock held meanwhile."""

from __future__ import annotations

import secrets
import threading
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from gezinscoach.accounts import rules
from gezinscoach.accounts.rules import cost
from gezinscoach.accounts.rules.cost import Cost
from gezinscoach.kernel.config import private_file

AT_ONCE = 2
"""Hashes at the same moment in one process: each takes its memory and all of a core."""
WAITING = 1
"""Who may wait for them. More would take every thread of a process while other people want a page."""
PATIENCE = 2.0
"""Seconds that somebody waits before hearing that it is too busy."""

_places = threading.BoundedSemaphore(AT_ONCE + WAITING)
_strangers = threading.BoundedSemaphore(AT_ONCE + WAITING - 1)
"""In a storm of sign-ins one place is left for who signed in before, in this browser or from this network."""
_slots = threading.BoundedSemaphore(AT_ONCE)
_cost = cost.LEAST


class TooBusy(Exception):
    """So many passwords are being checked that this one would have to wait too long; nothing was done."""


def use(file: Path) -> None:
    """Hash from now on at the cost that this machine was measured for; the least where that is not known."""
    global _cost  # the cost is one of the process, as the number of hashes at once is
    _cost = measured(file) or cost.LEAST


def measured(file: Path) -> Cost | None:
    """The cost that was measured on this machine; None when nobody did, or when it cannot be read."""
    try:
        kept = tomllib.loads(file.read_text(encoding="utf-8"))
        return cost.at_least(Cost(int(kept["memory_kib"]), int(kept["passes"])))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def calibrate(file: Path) -> Cost:
    """Measure this machine and keep what about a tenth of a second allows; what was kept never falls."""
    known = measured(file)
    wanted = cost.cost_of(seconds(cost.LEAST))
    if known is None or cost.weaker(known, wanted):
        new = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
        private_file(new, f"memory_kib = {wanted.memory_kib}\npasses = {wanted.passes}\n".encode())
        new.replace(file)
        return wanted
    return known


def seconds(price: Cost) -> float:
    """How long one hash takes here, the best of three."""
    took = []
    for _ in range(3):
        begun = time.perf_counter()
        _hasher(price).hash("zo lang duurt er een")
        took.append(time.perf_counter() - begun)
    return min(took)


def hashed(password: str) -> str:
    """The hash of a new password. TooBusy. Read what is needed before inside `only_reading`."""
    with _turn():
        return _hasher(_cost).hash(password)


def check(kept: str | None, password: str, *, known: bool = True) -> tuple[bool, str | None]:
    """Whether this is the password of a kept hash, and its hash anew where the cost rose since. TooBusy.

    Nobody's password costs as much time as a wrong one. Read what is needed before inside `only_reading`:
    whoever waits here makes nobody else wait. Who is not `known` leaves one place free.
    """
    with nullcontext() if known else _place(_strangers), _turn():
        right = _verified(kept or _nobody(_cost), password[: rules.MAX_PASSWORD]) and kept is not None
        # Also for a wrong password: else an account with an old hash would answer sooner than no account.
        anew = _hasher(_cost).hash(password) if kept is not None and _outgrown(kept) else None
    return right, anew if right else None


@contextmanager
def _turn() -> Iterator[None]:
    with _place(_places), _place(_slots, PATIENCE):
        yield


@contextmanager
def _place(places: threading.Semaphore, seconds: float = 0) -> Iterator[None]:
    if not places.acquire(timeout=seconds):
        raise TooBusy
    try:
        yield
    finally:
        places.release()


@lru_cache(maxsize=4)
def _hasher(price: Cost) -> PasswordHasher:
    return PasswordHasher(time_cost=price.passes, memory_cost=price.memory_kib, parallelism=1)


@lru_cache(maxsize=4)
def _nobody(price: Cost) -> str:
    return _hasher(price).hash("niemand heeft dit wachtwoord")


def _verified(kept: str, password: str) -> bool:
    try:
        return _hasher(_cost).verify(kept, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _outgrown(kept: str) -> bool:
    try:
        of = extract_parameters(kept)
    except InvalidHashError:
        return False
    return cost.weaker(Cost(of.memory_cost, of.time_cost), _cost)
