"""The file of key-encryption keys, one per epoch: open and its owner's alone, or sealed with a passphrase.

Open: "GZK2", 0, the keys, and 8 bytes of SHA-256 over all before. Sealed: "GZK2", 1, memory in KiB (4 bytes)
and passes (1) of Argon2id, salt (16), nonce (12), the keys sealed with AES-256-GCM, and the same 8 bytes.
Keys: for each, epoch (4 bytes) and key (32). A file of just 32 bytes is the key of epoch 1.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from gezinscoach.kernel.vault.errors import KeysUnreadable, Why

_MAGIC = b"GZK2"
_OPEN, _SEALED = b"\x00", b"\x01"
_MEMORY, _PASSES = 65_536, 3
_MOST_MEMORY = 1_048_576
_ONE = 36


class KeyFile:
    """The keys at a path; `passphrase` gives the passphrase of a sealed file, or None."""

    def __init__(self, path: Path, passphrase: Callable[[], bytes | None]) -> None:
        self.path = path
        self._passphrase = passphrase

    def read(self) -> dict[int, bytes]:
        """The keys by epoch; else KeysUnreadable."""
        return unpack(self._body(guarded(self.path)), self.path)

    def write(self, keys: Mapping[int, bytes], *, sealed: bool | None = None) -> None:
        """Put these keys in the place of what was there, in one step, and overwrite what was there.

        Sealed as it was, unless `sealed` says otherwise. KeysUnreadable where it cannot be written.
        """
        path = self.path.resolve()
        before = path.read_bytes() if path.exists() else b""
        shut = before[:5] == _MAGIC + _SEALED if sealed is None else sealed
        content = self._sealed(keys) if shut else _MAGIC + _OPEN + pack(keys)
        content += _check(content)
        beside = path.with_name(path.name + ".new")
        try:
            beside.unlink(missing_ok=True)
            write_durably(beside, content)
            with path.open("r+b") if before else open(os.devnull, "wb") as old:
                beside.replace(path)
                sync(path.parent)
                old.write(os.urandom(len(before)))
                old.flush()
                if before:
                    os.fsync(old.fileno())
        except OSError as error:
            raise KeysUnreadable(Why.READ_ONLY, self.path, str(error)) from error

    def is_sealed(self) -> bool:
        """Whether the file asks for a passphrase."""
        return guarded(self.path)[:5] == _MAGIC + _SEALED

    def _body(self, content: bytes) -> bytes:
        if len(content) == 32:
            return (1).to_bytes(4, "big") + content
        body, check = content[:-8], content[-8:]
        if body[:4] != _MAGIC or body[4:5] not in (_OPEN, _SEALED) or check != _check(body):
            raise KeysUnreadable(Why.BROKEN, self.path)
        return body[5:] if body[4:5] == _OPEN else self._unsealed(body)

    def _sealed(self, keys: Mapping[int, bytes]) -> bytes:
        salt, nonce = os.urandom(16), os.urandom(12)
        head = _MAGIC + _SEALED + _MEMORY.to_bytes(4, "big") + bytes([_PASSES]) + salt + nonce
        return head + self._cipher(salt, _MEMORY, _PASSES).encrypt(nonce, pack(keys), head)

    def _unsealed(self, body: bytes) -> bytes:
        memory, passes = int.from_bytes(body[5:9], "big"), body[9]
        if not 8 <= memory <= _MOST_MEMORY or not passes:
            raise KeysUnreadable(Why.BROKEN, self.path)
        try:
            return self._cipher(body[10:26], memory, passes).decrypt(body[26:38], body[38:], body[:38])
        except InvalidTag:
            raise KeysUnreadable(Why.OTHER_SEAL, self.path) from None

    def _cipher(self, salt: bytes, memory: int, passes: int) -> AESGCM:
        given = self._passphrase()
        if not given:
            raise KeysUnreadable(Why.LOCKED, self.path)
        return AESGCM(
            Argon2id(salt=salt, length=32, iterations=passes, lanes=1, memory_cost=memory).derive(given)
        )


def pack(keys: Mapping[int, bytes]) -> bytes:
    """Keys by epoch as bytes."""
    return b"".join(epoch.to_bytes(4, "big") + key for epoch, key in sorted(keys.items()))


def unpack(body: bytes, place: object) -> dict[int, bytes]:
    """Bytes as keys by epoch; else KeysUnreadable."""
    if not body or len(body) % _ONE:
        raise KeysUnreadable(Why.BROKEN, place)
    return {
        int.from_bytes(body[at : at + 4], "big"): body[at + 4 : at + _ONE] for at in range(0, len(body), _ONE)
    }


def guarded(path: Path) -> bytes:
    """The content of a file that its owner alone can read, or that a keeper of secrets hands out.

    KeysUnreadable when it is missing or open to others. systemd and Docker give modes of their own to what
    they hand out (CREDENTIALS_DIRECTORY, /run/secrets), in folders that others cannot enter.
    """
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077 and not handed_out(path):
            raise KeysUnreadable(Why.OPEN, path, "others can read it; do: chmod 600")
        return path.read_bytes()
    except PermissionError as error:
        raise KeysUnreadable(Why.FORBIDDEN, path, str(error)) from error
    except OSError as error:
        raise KeysUnreadable(Why.MISSING, path, str(error)) from error


def handed_out(path: Path) -> bool:
    """Whether a keeper of secrets put this file there."""
    keepers = ["/run/secrets", "/run/credentials", os.environ.get("CREDENTIALS_DIRECTORY")]
    return any(keeper and path.absolute().is_relative_to(keeper) for keeper in keepers)


def write_durably(path: Path, content: bytes) -> None:
    """Write a new file, its owner's alone, that a power cut leaves whole or away."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def sync(folder: Path) -> None:
    """Let what a folder lists survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _check(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()[:8]
