"""What earlier imports left behind, by blind indexes: no name and no key stands in the clear."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import CompoundSelect, or_, select
from sqlalchemy.orm import Session

from gezinscoach.aanmelding.tables import Aanmelding
from gezinscoach.dossier.tables import Gezin
from gezinscoach.kernel import vault
from gezinscoach.kernel.access import Actor
from gezinscoach.werkmap import policy
from gezinscoach.werkmap.rules import Key, Raw
from gezinscoach.werkmap.rules.compare import cells
from gezinscoach.werkmap.tables import Herkomst, Postvakrij, Rijstand

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Origin:
    """A row that went in: what it became, and how it read."""

    id: UUID
    doel_id: UUID
    inhoud_index: bytes


@dataclass(frozen=True, slots=True)
class Box:
    """A row that is, or was, in the inbox."""

    id: UUID
    blad: str
    rij: int
    stand: Rijstand
    sleutel_index: bytes | None
    by_somebody: bool


@dataclass(frozen=True, slots=True)
class Memory:
    """Rows that went in by (sheet, key index), where whoever takes in a row adds it, and rows of the inbox by
    content index; `shielded` is what became of the rows of families whose address is shielded, `hidden` of
    families from which the actor is kept away."""

    origins: dict[tuple[str, bytes], Origin]
    boxes: Mapping[bytes, Box]
    shielded: frozenset[UUID] = frozenset()
    hidden: frozenset[UUID] = frozenset()


def key_index(db: Session, sheet: str, key: Key) -> bytes:
    """The blind index of a natural key."""
    return vault.of(db).index(f"werkmap.{sheet}", json.dumps(key))


def content_index(db: Session, sheet: str, raw: Raw) -> bytes:
    """The blind index of what a row says."""
    said = json.dumps(cells(sheet, raw), sort_keys=True, ensure_ascii=False)
    return vault.of(db).index("werkmap.inhoud", f"{sheet}\n{said}")


def proposal_index(db: Session, sheet: str, key: bytes, before: bytes, after: bytes) -> bytes:
    """The blind index of one change of one row: the same change is proposed once."""
    return vault.of(db).index("werkmap.voorstel", f"{sheet}\n{key.hex()}\n{before.hex()}\n{after.hex()}")


def memory(db: Session, actor: Actor) -> Memory:
    """What earlier imports in this werking left behind, in two queries, nothing opened."""
    origins = {
        (row.blad, row.sleutel_index): Origin(row.id, row.doel_id, row.inhoud_index)
        for row in db.execute(
            select(
                Herkomst.id, Herkomst.blad, Herkomst.sleutel_index, Herkomst.doel_id, Herkomst.inhoud_index
            ).where(Herkomst.werking_id == actor.werking_id)
        )
    }
    boxes = {
        row.inhoud_index: Box(
            row.id, row.blad, row.rij, row.stand, row.sleutel_index, row.decided_by is not None
        )
        for row in db.execute(
            select(
                Postvakrij.id,
                Postvakrij.blad,
                Postvakrij.rij,
                Postvakrij.stand,
                Postvakrij.inhoud_index,
                Postvakrij.sleutel_index,
                Postvakrij.decided_by,
            ).where(policy.boxed(actor))
        )
    }
    away = policy.became_of_hidden(actor)
    hidden = frozenset() if away is None else frozenset(db.scalars(away))
    return Memory(origins, boxes, frozenset(db.scalars(_shielded(actor.werking_id))), hidden)


def _shielded(werking_id: UUID) -> CompoundSelect[UUID]:
    apart = select(Gezin.id).where(Gezin.werking_id == werking_id, Gezin.afgeschermd)
    return apart.union(select(Aanmelding.id).where(Aanmelding.gezin_id.in_(apart)))


def of_family(db: Session, actor: Actor, gezin_id: UUID) -> Sequence[Herkomst]:
    """The rows that became this family or its aanmeldingen, opened."""
    vault.open_scopes(db, [actor.werking_id], groups=policy.WORKBOOKS)
    asked = select(Aanmelding.id).where(Aanmelding.gezin_id == gezin_id)
    return db.scalars(
        select(Herkomst).where(
            Herkomst.werking_id == actor.werking_id,
            or_(Herkomst.doel_id == gezin_id, Herkomst.doel_id.in_(asked)),
        )
    ).all()


def boxed(db: Session, actor: Actor, row: Herkomst) -> Sequence[Postvakrij]:
    """The rows of the inbox, open or not, with the key of a row that went in."""
    return db.scalars(
        select(Postvakrij).where(
            Postvakrij.werking_id == actor.werking_id,
            Postvakrij.blad == row.blad,
            Postvakrij.sleutel_index == row.sleutel_index,
        )
    ).all()


def originals(db: Session, ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """The cells by header of rows that went in, by the ids that `memory` gave."""
    found: dict[UUID, dict[str, Any]] = {}
    for start in range(0, len(ids), _CHUNK):
        for row in db.scalars(select(Herkomst).where(Herkomst.id.in_(ids[start : start + _CHUNK]))):
            vault.open_scopes(db, [row.werking_id], groups=policy.WORKBOOKS)
            found[row.id] = row.inhoud["raw"]
    return found


def origin(db: Session, actor: Actor, sheet: str, key: bytes | None) -> Herkomst | None:
    """Where the row with this key went, opened; None when it never went in."""
    row = db.scalar(
        select(Herkomst).where(
            Herkomst.werking_id == actor.werking_id, Herkomst.blad == sheet, Herkomst.sleutel_index == key
        )
    )
    if row is not None:
        vault.open_scopes(db, [row.werking_id], groups=policy.WORKBOOKS)
    return row
