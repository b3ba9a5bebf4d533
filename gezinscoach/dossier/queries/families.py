"""Reads of families and of the codelist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from gezinscoach.dossier.rules import Lidsoort
from gezinscoach.dossier.tables import Gezin, Gezinslid, Levensdomein
from gezinscoach.kernel import vault

MOST = 5000


@dataclass(frozen=True, slots=True)
class GezinRegel:
    """A family in a list."""

    id: UUID
    code: str
    naam: str
    waarschuwing: str | None
    afgesloten_op: date | None


@dataclass(frozen=True, slots=True)
class Lid:
    """A parent or child; `geboren` is an ISO date, a year, or None."""

    id: UUID
    soort: Lidsoort
    naam: str
    geboren: str | None


def gezin(db: Session, condition: ColumnElement[bool], gezin_id: UUID) -> Gezin | None:
    """One family that a policy allows, with its keys opened."""
    row = db.scalar(select(Gezin).where(condition, Gezin.id == gezin_id))
    if row is not None:
        vault.open_scopes(db, [row.id])
    return row


def gezinnen(db: Session, condition: ColumnElement[bool], *, most: int = MOST) -> list[GezinRegel]:
    """The families that a policy allows, by name."""
    rows = db.execute(
        select(Gezin.id, Gezin.code_cell, Gezin.naam_cell, Gezin.waarschuwing_cell, Gezin.afgesloten_op)
        .where(condition)
        .order_by(Gezin.made_at, Gezin.id)
        .limit(most)
    ).all()
    vault.open_scopes(db, [row.id for row in rows])
    listed = [
        GezinRegel(
            row.id,
            Gezin.code.open(db, row.id, row.id, row.code_cell),
            Gezin.naam.open(db, row.id, row.id, row.naam_cell) if row.naam_cell else "",
            Gezin.waarschuwing.open(db, row.id, row.id, row.waarschuwing_cell)
            if row.waarschuwing_cell
            else None,
            row.afgesloten_op,
        )
        for row in rows
    ]
    return sorted(listed, key=lambda regel: (regel.naam.casefold(), regel.code))


def leden(db: Session, gezin_id: UUID) -> list[Lid]:
    """The members of a family whose keys are open: parents first."""
    rows = db.execute(
        select(Gezinslid.id, Gezinslid.soort, Gezinslid.naam_cell, Gezinslid.geboren_cell)
        .where(Gezinslid.gezin_id == gezin_id)
        .order_by(Gezinslid.soort.desc(), Gezinslid.volgorde, Gezinslid.id)
        .limit(200)
    ).all()
    return [
        Lid(
            row.id,
            row.soort,
            Gezinslid.naam.open(db, row.id, row.id, row.naam_cell) if row.naam_cell else "",
            Gezinslid.geboren.open(db, row.id, row.id, row.geboren_cell) if row.geboren_cell else None,
        )
        for row in rows
    ]


def codelist(db: Session, day: date) -> Sequence[Levensdomein]:
    """The grondrechten and the content areas under them that hold on a day, in order."""
    return db.scalars(
        select(Levensdomein)
        .where(
            Levensdomein.geldig_van <= day,
            (Levensdomein.geldig_tot.is_(None)) | (Levensdomein.geldig_tot >= day),
        )
        .order_by(Levensdomein.volgorde)
        .limit(500)
    ).all()


def by_code(db: Session, condition: ColumnElement[bool], code: str) -> Gezin | None:
    """The family with this dossiercode, if a policy allows it, keys opened."""
    row = db.scalar(select(Gezin).where(condition, Gezin.code_index == code_index(db, code)))
    if row is not None:
        vault.open_scopes(db, [row.id])
    return row


def code_index(db: Session, code: str) -> bytes:
    """The blind index of a dossiercode, blind to case and spaces."""
    return vault.of(db).index("gezin.code", "".join(code.split()).upper())
