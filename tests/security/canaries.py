"""Words that stand nowhere else, and the search for them in whatever form bytes can hold a text."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterator
from itertools import count

MARK = "Kanarie7Qx"
"""Stands in every canary."""

_numbers = count(1)
_STREAM = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08")


def canary() -> str:
    """A new one."""
    return f"{MARK}{next(_numbers):05d}"


def needles(mark: str = MARK) -> dict[str, bytes]:
    """What to look for: the mark as text, in base64 at its three offsets, and in hex."""
    plain = mark.encode()
    found = {name: mark.encode(name) for name in ("utf-8", "utf-16-le", "utf-16-be")}
    for offset in range(3):
        whole = base64.b64encode(b"\0" * offset + plain)
        # The first and the last characters also depend on what stands beside the mark.
        start, end = -(-offset * 4 // 3), (offset + len(plain)) * 4 // 3
        found[f"base64+{offset}"] = whole[start:end]
    found["hex"], found["HEX"] = plain.hex().encode(), plain.hex().upper().encode()
    return found


def hits(data: bytes, mark: str = MARK) -> list[str]:
    """The forms in which the mark stands in these bytes, compressed streams inside them included."""
    wanted = needles(mark)
    found = [name for name, needle in wanted.items() if needle in data]
    for stream in _streams(data):
        found += [f"zlib:{name}" for name, needle in wanted.items() if needle in stream]
    return found


def _streams(data: bytes) -> Iterator[bytes]:
    for match in _STREAM.finditer(data):
        try:
            yield zlib.decompressobj(wbits=47).decompress(data[match.start() :], 1 << 20)
        except zlib.error:
            continue
