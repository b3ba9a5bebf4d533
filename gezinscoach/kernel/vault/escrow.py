"""Escrow two of three: three envelopes with text, of which any two give the keys and any one tells nothing.

For each pair of officers the keys are split with a random pad of their length (XOR); an envelope holds one
half for each of the two pairs that its officer is in. On paper: lines of groups of four letters and digits
(base32), each line with a group of control at its end, so that a typing error is found on its line.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from itertools import combinations

from gezinscoach.kernel.vault.keyfile import pack, unpack

OFFICERS = 3
_PAIRS = list(combinations(range(1, OFFICERS + 1), 2))
_LINE = 20
"""Bytes on a line: eight groups of four signs."""
_ALIKE = str.maketrans("018", "OIB")


class EnvelopeUnreadable(Exception):
    """An envelope was typed wrong; `line` is where, or None when it is about the envelope as a whole."""

    def __init__(self, line: int | None) -> None:
        super().__init__(f"line {line}" if line else "not an envelope")
        self.line = line


class EnvelopesDiffer(Exception):
    """Two envelopes that do not belong together: the same one twice, or of another time."""


def split(keys: dict[int, bytes]) -> list[str]:
    """The lines of three envelopes for these keys by epoch."""
    secret = pack(keys)
    secret += hashlib.sha256(secret).digest()[:4]
    made = os.urandom(4)
    halves: dict[tuple[int, int], tuple[bytes, bytes]] = {}
    for pair in _PAIRS:
        pad = os.urandom(len(secret))
        halves[pair] = pad, _xor(pad, secret)
    return [
        _written(
            made + bytes([officer]) + b"".join(_own(halves[pair], pair, officer) for pair in _pairs(officer))
        )
        for officer in range(1, OFFICERS + 1)
    ]


def join(one: str, other: str) -> dict[int, bytes]:
    """The keys by epoch from two envelopes; EnvelopeUnreadable or EnvelopesDiffer."""
    (made, first, shares), (also, second, others) = sorted((_read(one), _read(other)), key=lambda e: e[1])
    if made != also or first == second or len(shares) != len(others):
        raise EnvelopesDiffer
    pair = first, second
    secret = _xor(_half(shares, first, pair), _half(others, second, pair))
    body, check = secret[:-4], secret[-4:]
    if check != hashlib.sha256(body).digest()[:4]:
        raise EnvelopesDiffer
    return unpack(body, "envelopes")


def _pairs(officer: int) -> list[tuple[int, int]]:
    return [pair for pair in _PAIRS if officer in pair]


def _own(halves: tuple[bytes, bytes], pair: tuple[int, int], officer: int) -> bytes:
    return halves[pair.index(officer)]


def _half(shares: bytes, officer: int, pair: tuple[int, int]) -> bytes:
    size = len(shares) // 2
    place = _pairs(officer).index(pair) * size
    return shares[place : place + size]


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def _written(content: bytes) -> str:
    lines = []
    for number, start in enumerate(range(0, len(content), _LINE), 1):
        text = _text(content[start : start + _LINE])
        groups = [text[at : at + 4] for at in range(0, len(text), 4)]
        lines.append(f"{number:2}  {' '.join([*groups, _control(number, text)])}")
    return "\n".join(lines)


def _read(text: str) -> tuple[bytes, int, bytes]:
    """When it was made, the officer, the halves of an envelope; lines that begin with no number are words."""
    content, wanted = b"", 1
    for line in text.splitlines():
        found = re.fullmatch(r"\s*(\d{1,2})[\s.:]+([A-Za-z0-9][A-Za-z0-9 \t-]*)", line)
        if not found:
            continue
        signs = re.sub(r"[\s-]", "", found[2]).upper().translate(_ALIKE)
        body, control = signs[:-4], signs[-4:]
        if int(found[1]) != wanted or control != _control(wanted, body):
            raise EnvelopeUnreadable(wanted)
        try:
            content += base64.b32decode(body + "=" * (-len(body) % 8))
        except ValueError:
            raise EnvelopeUnreadable(wanted) from None
        wanted += 1
    if len(content) < 7 or not 1 <= content[4] <= OFFICERS or len(content[5:]) % 2:
        raise EnvelopeUnreadable(None)
    return content[:4], content[4], content[5:]


def _text(content: bytes) -> str:
    return base64.b32encode(content).decode().rstrip("=")


def _control(number: int, text: str) -> str:
    return _text(hashlib.sha256(f"{number} {text}".encode()).digest())[:4]
