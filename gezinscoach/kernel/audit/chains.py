"""The chains: which one an event stands in, the bytes that stand for it, and how one follows another.

The hash of an event is SHA-256 over "audit-v1", the hash of the event before it, its chain and place, and
the SHA-256 of its canonical bytes, each with its length before it. A field that is empty is left out of
those bytes, so that a column that comes later changes no hash of before.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

CHAINS = 16
GENESIS = bytes(32)
"""What the first event of a chain follows."""
PLACE = ("chain", "seq", "prev_hash", "event_hash")
"""The fields of an event that say where it stands; all others are what it says."""


def chain_of(owner: UUID) -> int:
    """The chain of whatever belongs to this gezin, thing or account: 0 to 15, evenly spread."""
    return owner.bytes[-1] % CHAINS


def canonical(values: Mapping[str, object]) -> bytes:
    """The bytes that stand for these values, the same on every database; what is empty is left out."""
    told = {name: _plain(value) for name, value in values.items() if value}
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def follow(prev: bytes, chain: int, seq: int, said: bytes) -> bytes:
    """The hash of the event at this place that says this, after the event with the hash `prev`."""
    parts = (b"audit-v1", prev, chain.to_bytes(2, "big") + seq.to_bytes(8, "big"), sha256(said).digest())
    return sha256(b"".join(len(part).to_bytes(4, "big") + part for part in parts)).digest()


def _plain(value: Any) -> str | int | float:
    if isinstance(value, str | float):
        return value
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, bytes):
        return sha256(value).hexdigest()
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else int(value)
