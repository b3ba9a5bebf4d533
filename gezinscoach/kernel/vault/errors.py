"""Why keys are refused or cannot be read; the edge has the sentences."""

from __future__ import annotations

from enum import StrEnum


class Why(StrEnum):
    """What is wrong with the keys."""

    MISSING = "missing"
    FORBIDDEN = "closed to this user"
    OPEN = "open to others"
    BROKEN = "truncated or changed"
    READ_ONLY = "kept where it cannot be rewritten"
    LOCKED = "sealed, and nobody gave the passphrase"
    OTHER_SEAL = "sealed with another passphrase"
    WRONG = "not the key that wrapped these data keys"
    EPOCH = "without the key of this epoch"
    DESTROYED = "the key of this epoch was destroyed"
    EMPTY = "no keys in the store"
    LOST = "no keys in the store, while there are cases"
    VERSION = "a store of another version"
    UNREACHABLE = "the store does not answer"


class KeyDenied(Exception):
    """A cell was opened whose scope, or field group in it, this session was not granted."""


class KeyLost(KeyDenied):
    """A cell was opened whose scope has no key any more: a copy of the keys that was put back is too old."""


class KeyRetired(Exception):
    """A cell was sealed under a key that was rotated away meanwhile: nothing was kept, do it again."""


class KeysUnreadable(Exception):
    """The keys cannot be read; `why` is the kind of trouble, `place` the file or store it is about."""

    def __init__(self, why: Why, place: object, detail: str = "") -> None:
        super().__init__(f"{place}: {detail or why}")
        self.why = why
        self.place = str(place)
        self.detail = detail
