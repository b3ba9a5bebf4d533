"""Sealed cells: AES-256-GCM, bound to field, scope and row, behind one descriptor over a binary column.

Cell: 0x01, key version (2 bytes), nonce (12), then the sealed length-prefixed text padded to 64 bytes (so
that a short answer and a shorter one look alike), with its tag (16). Associated data: the three head
bytes, field number, scope and row, all of fixed length. A cell moved, swapped or changed does not open.
"""

from __future__ import annotations

import json
import os
from abc import ABC, abstractmethod
from typing import Any, Generic, TypeVar, overload
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask_babel import gettext as _
from sqlalchemy.orm import Session, object_session

from gezinscoach.kernel import rijksregister
from gezinscoach.kernel.fields import Field
from gezinscoach.kernel.vault import KeyDenied, KeyLost, key_of

_FORMAT = b"\x01"
_BUCKET = 64

T = TypeVar("T")


class Lost(str):
    """What stands in the place of a text whose key is gone."""

    __slots__ = ()


def marked(scope: UUID) -> str:
    """What a family is called, by the mark that starts its id, where its code is not to be known."""
    return str(_("kenmerk %(merk)s", merk=mark(scope)))


def mark(scope: UUID) -> str:
    """The start of the id of a family: what the trace finds it by, and tells nothing about it."""
    return scope.hex[:8]


def readable(text: str | None) -> str:
    """A text to compare with others: "" when its key is gone, as all of those are alike."""
    return "" if text is None or isinstance(text, Lost) else text


class CellBroken(Exception):
    """A cell does not open: it was changed, or moved from another field, family or row."""


def seal(session: Session, field: Field, scope: UUID, row: UUID, text: str) -> bytes:
    """The cell of a text, under the newest key of its scope; KeyDenied without a grant."""
    version, cipher = key_of(session, scope, None, field.group)
    return sealed(version, cipher, field, scope, row, text)


def unseal(session: Session, field: Field, scope: UUID, row: UUID, cell: bytes) -> str:
    """The text of a cell; KeyDenied without a grant, CellBroken when it was tampered with."""
    try:
        _version, cipher = key_of(session, scope, version_of(cell), field.group)
    except KeyError:
        raise CellBroken(f"{field.name} of row {row}") from None
    return unsealed(cipher, field, scope, row, cell)


def version_of(cell: bytes) -> int:
    """The version of the data key that a cell names."""
    return int.from_bytes(cell[1:3], "big")


def sealed(version: int, cipher: AESGCM, field: Field, scope: UUID, row: UUID, text: str) -> bytes:
    """The cell of a text under a key."""
    head = _FORMAT + version.to_bytes(2, "big")
    plain = text.encode()
    plain = len(plain).to_bytes(4, "big") + plain
    plain += bytes(-len(plain) % _BUCKET)
    nonce = os.urandom(12)
    return head + nonce + cipher.encrypt(nonce, plain, _bond(head, field, scope, row))


def unsealed(cipher: AESGCM, field: Field, scope: UUID, row: UUID, cell: bytes) -> str:
    """The text of a cell under a key; else CellBroken. Every format that was ever written stays readable."""
    head = cell[:3]
    try:
        if head[:1] != _FORMAT:
            raise InvalidTag
        plain = cipher.decrypt(cell[3:15], cell[15:], _bond(head, field, scope, row))
    except (InvalidTag, ValueError):
        raise CellBroken(f"{field.name} of row {row}") from None
    return plain[4 : 4 + int.from_bytes(plain[:4], "big")].decode()


def _bond(head: bytes, field: Field, scope: UUID, row: UUID) -> bytes:
    return head + field.to_bytes(2, "big") + scope.bytes + row.bytes


class Cell(ABC, Generic[T]):
    """A value sealed in the binary column `NAME_cell` of its row, under the key of the row's scope.

    `scope` names the attribute with the scope's id. Set it on a row that is in a session already.
    Rijksregisternummers never get in: they are masked, unless the field holds telephone numbers.
    """

    def __init__(self, field: Field, *, scope: str, telephone: bool = False) -> None:
        self.field = field
        self.scope = scope
        self.telephone = telephone

    def __set_name__(self, owner: type, name: str) -> None:
        self.column = f"{name}_cell"

    def __set__(self, row: Any, value: T | None) -> None:
        setattr(row, self.column, None if value is None else self._seal(row, value))

    def _get(self, row: Any) -> T | None:
        cell = getattr(row, self.column)
        return None if cell is None else self.open(_session(row), getattr(row, self.scope), row.id, cell)

    def _seal(self, row: Any, value: T) -> bytes:
        text = self._text(value if self.telephone else _masked(value))
        return seal(_session(row), self.field, getattr(row, self.scope), row.id, text)

    def open(self, session: Session, scope: UUID, row: UUID, cell: bytes) -> T:
        """The value of a cell that was read as a column, without its row; `lost` when its key is gone."""
        try:
            return self._value(unseal(session, self.field, scope, row, cell))
        except KeyLost:  # one row without a key breaks no list
            return self._instead(scope)

    def _instead(self, scope: UUID) -> T:
        """What stands in the place of a value of a scope whose key is gone."""
        return self.lost

    @property
    @abstractmethod
    def lost(self) -> T:
        """What stands in the place of a value whose key is gone."""

    @abstractmethod
    def _text(self, value: T) -> str:
        """The value as the text that is sealed."""

    @abstractmethod
    def _value(self, text: str) -> T:
        """The value that a text was sealed for."""


class Sealed(Cell[str]):
    """A sealed text; None when nothing was written."""

    @overload
    def __get__(self, row: None, owner: type) -> Sealed: ...
    @overload
    def __get__(self, row: object, owner: type) -> str | None: ...
    def __get__(self, row: object | None, owner: type) -> Sealed | str | None:
        return self if row is None else self._get(row)

    def _text(self, value: str) -> str:
        return value.replace("\x00", "")

    def _value(self, text: str) -> str:
        return text

    @property
    def lost(self) -> str:
        return Lost(_("naam niet leesbaar") if self.field.name.endswith("_NAAM") else _("niet leesbaar"))

    def _instead(self, scope: UUID) -> str:
        return Lost(marked(scope)) if self.field is Field.GEZIN_CODE else self.lost


class SealedJson(Cell[Any]):
    """A sealed value of the kinds that JSON knows; None when nothing was written."""

    @overload
    def __get__(self, row: None, owner: type) -> SealedJson: ...
    @overload
    def __get__(self, row: object, owner: type) -> Any: ...
    def __get__(self, row: object | None, owner: type) -> Any:
        return self if row is None else self._get(row)

    def _text(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    def _value(self, text: str) -> Any:
        return json.loads(text)

    @property
    def lost(self) -> Any:
        return ()


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return rijksregister.mask(value)[0]
    if isinstance(value, list | tuple):
        return [_masked(part) for part in value]
    if isinstance(value, dict):
        return {key: _masked(part) for key, part in value.items()}
    return value


def _session(row: object) -> Session:
    session = object_session(row)
    if session is None:
        raise KeyDenied("add the row to its session before sealing or reading its fields")
    return session
