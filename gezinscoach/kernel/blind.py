"""Blind indexes in the database: an equality that tells nothing, under a key that can be replaced.

What `Vault.index` gives (16 bytes, the same for ever) stands in its column under one more key, so that a
rotation needs no text, and old keys tell nothing about a new dump. In the column: version (2 bytes) and the
index sealed with AES-SIV, which seals alike what is alike. 16 bytes alone are an index of before the first
rotation. While a rotation runs, look-ups find rows under either version.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cryptography.exceptions import InvalidTag
from flask import current_app
from sqlalchemy import Dialect, LargeBinary, bindparam
from sqlalchemy.types import TypeDecorator

from gezinscoach.kernel.vault import Vault
from gezinscoach.kernel.vault.keeper import SystemKeys

BARE = 16
"""Bytes of an index that stands under no other key."""


class IndexBroken(Exception):
    """A blind index does not open: it was changed, or its key is gone."""


class Blind(TypeDecorator[bytes]):
    """The type of a column with a blind index; compare it with values, not with other columns."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, older: bool = False) -> None:
        super().__init__()
        self.older = older

    class comparator_factory(TypeDecorator.Comparator[bytes]):
        """Looks for a value under both versions that may be in use."""

        def __eq__(self, other: Any) -> Any:
            return self.in_([other]) if isinstance(other, bytes) else super().__eq__(other)

        def in_(self, other: Any) -> Any:
            """One of some values."""
            if not isinstance(other, Iterable):
                return super().in_(other)
            values = list(other)
            return super().in_(
                [bindparam(None, value, type_=Blind(older)) for value in values for older in (False, True)]
            )

        __hash__ = TypeDecorator.Comparator.__hash__  # lost with a new __eq__

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """The index as it stands in the column."""
        if value is None:
            return None
        keys = _vault().system()
        return shut(keys, value, keys.read if self.older else keys.write)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """The index in what stands in the column; else IndexBroken."""
        if value is None or len(value) == BARE:
            return value
        return bare(_vault().system(lambda held: version_of(value) in held.blind), value)


def version_of(stored: bytes) -> int:
    """The version of the key that an index stands under; 0 for none."""
    return 0 if len(stored) == BARE else int.from_bytes(stored[:2], "big")


def shut(keys: SystemKeys, value: bytes, version: int) -> bytes:
    """An index under a version of the key."""
    if not version:
        return value
    head = version.to_bytes(2, "big")
    return head + keys.blind[version].encrypt(value, [head])


def bare(keys: SystemKeys, stored: bytes) -> bytes:
    """The index in what stands in a column; else IndexBroken."""
    if len(stored) == BARE:
        return stored
    try:
        return keys.blind[version_of(stored)].decrypt(stored[2:], [stored[:2]])
    except (InvalidTag, KeyError, ValueError):
        raise IndexBroken(f"version {version_of(stored)}") from None


def _vault() -> Vault:
    vault: Vault = current_app.extensions["vault"]
    return vault
