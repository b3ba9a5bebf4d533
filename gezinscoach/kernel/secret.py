"""Secrets of the system itself (a TOTP seed, the secret of a sign-in provider) in a sealed text column.

For few and small values that belong to no family; content of families is sealed with `Sealed`, which also
binds the row. Usage, in a table: `totp: Mapped[str | None] = secret_column("account.totp")`; in a migration:
`sa.Column("totp", sa.String(500), nullable=True)`. Text in the column: base64 of 0x01, key version (2
bytes), nonce (12), sealed text with its tag (16). Associated data: the three head bytes and the purpose; the
key is derived per purpose too. A value moved to another column does not open.
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from functools import partial
from typing import Any

from cryptography.exceptions import InvalidTag
from flask import current_app
from sqlalchemy import Dialect, Unicode
from sqlalchemy.orm import MappedColumn, mapped_column
from sqlalchemy_utils import StringEncryptedType
from sqlalchemy_utils.types.encrypted.encrypted_type import EncryptionDecryptionBaseEngine

from gezinscoach.kernel.vault import Vault

LONGEST = 300
"""Bytes of a secret, at most."""

_FORMAT = b"\x01"
_WIDTH = 500


class SecretBroken(Exception):
    """A secret does not open: it was changed, or moved from another column."""


class Broken:
    """Stands for a secret that does not open; whoever takes it for a text gets SecretBroken."""

    def __init__(self, purpose: str) -> None:
        self.purpose = purpose

    def __str__(self) -> str:
        raise SecretBroken(self.purpose)


class PurposeAead(EncryptionDecryptionBaseEngine):
    """AES-256-GCM under a key for one purpose; holds no state, so threads have nothing to fight over."""

    def __init__(self, purpose: str, vault: Vault | None = None) -> None:
        self.purpose = purpose
        self._given = vault

    @property
    def _vault(self) -> Vault:
        vault: Vault = self._given or current_app.extensions["vault"]
        return vault

    def _update_key(self, key: object) -> None:
        """Nothing: the library hands over its one key here, ours come from the vault."""

    def encrypt(self, value: str) -> str:
        """The text for the column, under the newest key."""
        plain = value.encode()
        if len(plain) > LONGEST:
            raise ValueError(f"{self.purpose}: a secret of more than {LONGEST} bytes")
        version, cipher = self._vault.secret(self.purpose)
        head, nonce = _FORMAT + version.to_bytes(2, "big"), os.urandom(12)
        return b64encode(head + nonce + cipher.encrypt(nonce, plain, head + self.purpose.encode())).decode()

    def decrypt(self, value: str) -> str:
        """The secret in a text of the column, with the key that its head names; else SecretBroken."""
        try:
            cell = b64decode(value, validate=True)
            head = cell[:3]
            if head[:1] != _FORMAT:
                raise InvalidTag
            _, cipher = self._vault.secret(self.purpose, int.from_bytes(head[1:], "big"))
            return cipher.decrypt(cell[3:15], cell[15:], head + self.purpose.encode()).decode()
        except (InvalidTag, KeyError, ValueError):
            raise SecretBroken(self.purpose) from None


class Secret(StringEncryptedType):
    """The type of a column with a secret; in the database a plain string."""

    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__(Unicode, key="-", engine=partial(PurposeAead, purpose), length=_WIDTH)
        self.purpose = purpose

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """The secret; what does not open is Broken, so that the mark of its row can say whose it is."""
        try:
            return super().process_result_value(value, dialect)
        except SecretBroken:
            return Broken(self.purpose)

    def __repr__(self) -> str:
        return f"Secret({self.purpose!r})"


def secret_column(purpose: str, **options: Any) -> MappedColumn[Any]:
    """A nullable text column that is sealed for a purpose, which is never changed and never used twice.

    In a table whose mark goes by it: a row with a broken secret then opens nothing, like any that is forged.
    """
    return mapped_column(Secret(purpose), **{"nullable": True, **options})


def key_version(value: str) -> int:
    """The version of the key that a text of the column names; -1 for what is no such text."""
    try:
        return int.from_bytes(b64decode(value, validate=True)[1:3], "big")
    except ValueError:
        return -1
