"""Anchors: once an hour the heads of all chains, signed (Ed25519), on a line of a file outside the database.

Each line also holds the SHA-256 of the line before it. Whoever has the public key and a copy of the file can
show that the trace was rewritten, even by whoever owns the database; what came after the last anchor can't be
shown, so the hour between two anchors is what remains open.
"""

from __future__ import annotations

import fcntl
import json
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)
from sqlalchemy import Connection, select

from gezinscoach.kernel.audit.tables import AuditHead
from gezinscoach.kernel.config import private_file, private_folder

EVERY = timedelta(hours=1)
FILE, PUBLIC = "ankers.jsonl", "anker.pub"
_LAST = 16 * 1024
"""Bytes at the end of the file in which its last line is looked for; a line is some 1,500 bytes."""


class AnchorKeyUnreadable(Exception):
    """The key that signs anchors, or the one that checks them, is missing, open to others, or none."""


class AnchorKeyOpen(AnchorKeyUnreadable):
    """Others can read the key that signs anchors."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """One line that was read: its number, when it was made, the heads by chain, and what is wrong with it."""

    line: int
    at: datetime | None = None
    heads: tuple[tuple[int, bytes], ...] = ()
    fault: str = ""


def create_key(path: Path) -> None:
    """Make the signing key when there is none, for its owner alone."""
    if not path.exists():
        private_folder(path.parent)
        private_file(path, Ed25519PrivateKey.generate().private_bytes_raw())


def signing_key(path: Path) -> Ed25519PrivateKey:
    """The key that signs; AnchorKeyUnreadable says what is wrong with it."""
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise AnchorKeyOpen(str(path))
        return Ed25519PrivateKey.from_private_bytes(path.read_bytes())
    except (OSError, ValueError) as error:
        raise AnchorKeyUnreadable(f"{path}: {error}") from error


def public_key(folder: Path, key_file: Path) -> Ed25519PublicKey:
    """The key that checks: of the installation's own signing key, else the one beside the anchors."""
    if key_file.exists():
        return signing_key(key_file).public_key()
    try:
        found = load_pem_public_key((folder / PUBLIC).read_bytes())
    except (OSError, ValueError) as error:
        raise AnchorKeyUnreadable(f"{folder / PUBLIC}: {error}") from error
    if not isinstance(found, Ed25519PublicKey):
        raise AnchorKeyUnreadable(f"{folder / PUBLIC}: not Ed25519")
    return found


def fingerprint(key: Ed25519PublicKey) -> str:
    """A short name of a key, to compare by eye with one that was told by another way."""
    return sha256(key.public_bytes_raw()).hexdigest()[:16]


def cast(connection: Connection, folder: Path, key: Ed25519PrivateKey, *, now: datetime) -> datetime | None:
    """Add an anchor for what the trace holds now; OSError when it can't be kept, and then nothing changed."""
    return _append(connection, folder, key, now, younger_than=None)


def cast_hourly(
    connection: Connection, folder: Path, key: Ed25519PrivateKey, *, now: datetime
) -> datetime | None:
    """The same when the last anchor is an hour old, whoever of several processes comes first; else None."""
    return _append(connection, folder, key, now, younger_than=EVERY)


def latest(folder: Path) -> datetime | None:
    """When the last anchor was made; None when there is none that can be read."""
    try:
        with (folder / FILE).open("rb") as stream:
            return _moment(_last_line(stream.fileno()))
    except OSError:
        return None


def read(folder: Path, key: Ed25519PublicKey) -> Iterator[Anchor]:
    """Every anchor, in the order of the file, each with what is wrong with it; none without a file."""
    before = b""
    try:
        stream = (folder / FILE).open("rb")
    except FileNotFoundError:
        return
    with stream:
        for number, line in enumerate(stream, start=1):
            yield _checked(number, line.rstrip(b"\n"), before, key)
            before = line.rstrip(b"\n")


def _checked(number: int, line: bytes, before: bytes, key: Ed25519PublicKey) -> Anchor:
    try:
        said: dict[str, Any] = json.loads(line)
        signature = bytes.fromhex(said.pop("signature"))
        key.verify(signature, _signed(said))
        heads = tuple((int(seq), bytes.fromhex(head)) for seq, head in said["heads"])
        at = datetime.fromisoformat(said["at"])
    except InvalidSignature:
        return Anchor(number, fault="signature")
    except (ValueError, KeyError, TypeError, AttributeError):
        return Anchor(number, fault="unreadable")
    return Anchor(number, at, heads, "" if said["before"] == sha256(before).hexdigest() else "order")


def _append(
    connection: Connection,
    folder: Path,
    key: Ed25519PrivateKey,
    now: datetime,
    *,
    younger_than: timedelta | None,
) -> datetime | None:
    private_folder(folder)
    handle = os.open(folder / FILE, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        _export(folder, key.public_key())
        before = _last_line(handle)
        last = _moment(before)
        if younger_than is not None and last is not None and timedelta() <= now - last < younger_than:
            return None
        heads = connection.execute(select(AuditHead.seq, AuditHead.head_hash).order_by(AuditHead.chain)).all()
        said = {
            "at": now.astimezone(UTC).isoformat(timespec="seconds"),
            "events": sum(seq for seq, _ in heads),
            "heads": [[seq, head.hex()] for seq, head in heads],
            "before": sha256(before).hexdigest(),
        }
        line = _signed(said | {"signature": key.sign(_signed(said)).hex()}) + b"\n"
        if (size := os.fstat(handle).st_size) and os.pread(handle, 1, size - 1) != b"\n":
            line = b"\n" + line  # the one before was torn by a crash
        if os.write(handle, line) < len(line):
            os.ftruncate(handle, size)
            raise OSError(f"{folder / FILE}: no room")
        os.fsync(handle)
    finally:
        os.close(handle)
    return now


def _signed(said: dict[str, Any]) -> bytes:
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()


def _export(folder: Path, key: Ed25519PublicKey) -> None:
    content = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    if not (folder / PUBLIC).exists():
        private_file(folder / PUBLIC, content)


def _last_line(handle: int) -> bytes:
    size = os.fstat(handle).st_size
    end = os.pread(handle, _LAST, max(0, size - _LAST))
    return end.rstrip(b"\n").rpartition(b"\n")[2]


def _moment(line: bytes) -> datetime | None:
    try:
        return datetime.fromisoformat(json.loads(line)["at"])
    except (ValueError, KeyError, TypeError):
        return None
