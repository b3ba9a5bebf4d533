"""What stands in some rows, sealed anew under the newest keys; None for what does not open."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Row

from gezinscoach.kernel import blind, sealing
from gezinscoach.kernel.rotation.columns import Columns
from gezinscoach.kernel.secret import PurposeAead, SecretBroken, key_version
from gezinscoach.kernel.vault import Vault

Renew = Callable[[Sequence[Row[Any]]], Iterator[tuple[Row[Any], dict[str, Any]]]]


def resealed(vault: Vault, columns: Columns) -> Renew:
    """The cells and secrets of some rows that are under an older key, sealed under the newest."""

    def renew(rows: Sequence[Row[Any]]) -> Iterator[tuple[Row[Any], dict[str, Any]]]:
        scopes: set[UUID] = {row._mapping[one.scope] for row in rows for one in columns.cells.values()}
        keys = vault.open(scopes - {None})
        for row in rows:
            new: dict[str, Any] = {}
            for name, one in columns.cells.items():
                cell, scope = row._mapping[name], row._mapping[one.scope]
                held = keys.get(scope)  # a scope that was erased has none: its cells are gone for good
                if cell is None or not held or sealing.version_of(cell) == max(held):
                    continue
                new[name] = _moved(one, held, scope, row.id, cell)
            for name, purpose in columns.secrets.items():
                new |= _secret_anew(vault, name, purpose, row._mapping[name])
            yield row, new

    return renew


def _moved(
    one: sealing.Cell[Any], held: Mapping[int, AESGCM], scope: UUID, row: UUID, cell: bytes
) -> bytes | None:
    old = held.get(sealing.version_of(cell))
    try:
        text_ = sealing.unsealed(old, one.field, scope, row, cell) if old else None
    except sealing.CellBroken:
        text_ = None
    newest = max(held)
    return None if text_ is None else sealing.sealed(newest, held[newest], one.field, scope, row, text_)


def _secret_anew(vault: Vault, name: str, purpose: str, value: str | None) -> dict[str, Any]:
    if value is None or key_version(value) == vault.secret(purpose)[0]:
        return {}
    engine = PurposeAead(purpose, vault)
    try:
        return {name: engine.encrypt(engine.decrypt(value))}
    except SecretBroken:
        return {name: None}


def rebuilt(vault: Vault, columns: Columns) -> Renew:
    """The blind indexes of some rows that are not under the newest key, put under it."""

    def renew(rows: Sequence[Row[Any]]) -> Iterator[tuple[Row[Any], dict[str, Any]]]:
        keys = vault.system()
        for row in rows:
            new: dict[str, Any] = {}
            for name in columns.indexes:
                kept = row._mapping[name]
                if kept is not None and blind.version_of(kept) != keys.write:
                    try:
                        new[name] = blind.shut(keys, blind.bare(keys, kept), keys.write)
                    except blind.IndexBroken:
                        new[name] = None
            yield row, new

    return renew
