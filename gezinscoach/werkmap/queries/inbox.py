"""Reads of the inbox, of earlier imports and of waiting uploads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, select, true
from sqlalchemy.orm import Session

from gezinscoach.accounts import queries as accounts
from gezinscoach.kernel import vault
from gezinscoach.kernel.access import Actor
from gezinscoach.werkmap import policy
from gezinscoach.werkmap.queries.unseen import unseen
from gezinscoach.werkmap.rules import SHEETS
from gezinscoach.werkmap.tables import Herkomst, Inlezing, Postvakrij, Rijstand, Upload

PAGE = 50
MOST = 10_000


@dataclass(frozen=True, slots=True)
class InboxFilter:
    """Which rows of the inbox to list; None is all."""

    blad: str | None = None
    stand: Rijstand | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A row in the list: where it stood, and its first problem."""

    id: UUID
    blad: str
    rij: int
    stand: Rijstand
    probleem: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """The proposals of one sheet of one import that wait."""

    inlezing_id: UUID
    blad: str
    made_at: datetime
    number: int


@dataclass(frozen=True, slots=True)
class Run:
    """An import that was carried out."""

    id: UUID
    peildag: date
    made_at: datetime
    door: str
    bestand: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows of a sheet an import took in, refused or proposed, whatever became of them since."""

    blad: str
    taken: int
    boxed: int


def _shown(db: Session, actor: Actor) -> ColumnElement[bool]:
    """The rows of the inbox that an actor may see: of `policy.inbox`, those that became no family too."""
    away = unseen(db, actor)
    return and_(policy.inbox(actor), Postvakrij.id.not_in(away)) if away else policy.inbox(actor)


def inbox(db: Session, actor: Actor, wanted: InboxFilter) -> tuple[list[InboxRow], dict[Rijstand, int]]:
    """A page of the inbox in the workbook's order (one row more when there is a next page), and counts."""
    condition: list[ColumnElement[bool]] = [_shown(db, actor)]
    if wanted.blad:
        condition.append(Postvakrij.blad == wanted.blad)
    numbers = (
        select(Postvakrij.stand, func.count().label("number")).where(*condition).group_by(Postvakrij.stand)
    )
    counts = {row.stand: row.number for row in db.execute(numbers)}
    if wanted.stand:
        condition.append(Postvakrij.stand == wanted.stand)
    rows = db.execute(
        select(Postvakrij.id, Postvakrij.blad, Postvakrij.rij, Postvakrij.stand, Postvakrij.probleem_cell)
        .where(*condition)
        .order_by(Postvakrij.blad, Postvakrij.rij, Postvakrij.id)
        .offset((wanted.page - 1) * PAGE)
        .limit(PAGE + 1)
    ).all()
    vault.open_scopes(db, [actor.werking_id], groups=policy.WORKBOOKS)
    listed = [
        InboxRow(
            row.id, row.blad, row.rij, row.stand,
            Postvakrij.probleem.open(db, actor.werking_id, row.id, row.probleem_cell),
        )
        for row in rows
    ]  # fmt: skip
    return listed, counts


def regel(db: Session, actor: Actor, rij_id: UUID, *, lock: bool = False) -> Postvakrij | None:
    """One row of the inbox, opened; with `lock` whoever decides second waits for the first."""
    wanted = select(Postvakrij).where(_shown(db, actor), Postvakrij.id == rij_id)
    row = db.scalar(wanted.with_for_update() if lock else wanted)
    if row is not None:
        vault.open_scopes(db, [row.werking_id], groups=policy.WORKBOOKS)
    return row


def batches(db: Session, actor: Actor, blad: str | None = None) -> list[Batch]:
    """The waiting proposals by import and sheet, the latest import first; None is every sheet."""
    rows = db.execute(
        select(Postvakrij.inlezing_id, Postvakrij.blad, Inlezing.made_at, func.count().label("number"))
        .join(Inlezing, Inlezing.id == Postvakrij.inlezing_id)
        .where(_shown(db, actor), Postvakrij.stand == Rijstand.VOORSTEL)
        .where(Postvakrij.blad == blad if blad else true())
        .group_by(Postvakrij.inlezing_id, Postvakrij.blad, Inlezing.made_at)
        .order_by(Inlezing.made_at.desc(), Postvakrij.inlezing_id, Postvakrij.blad)
        .limit(MOST)
    )
    return [Batch(row.inlezing_id, row.blad, row.made_at, row.number) for row in rows]


def proposals(
    db: Session, actor: Actor, inlezing_id: UUID, blad: str, *, lock: bool = False
) -> Sequence[Postvakrij]:
    """The waiting proposals of one sheet of one import, opened; with `lock` as in `regel`."""
    wanted = (
        select(Postvakrij)
        .where(
            _shown(db, actor),
            Postvakrij.inlezing_id == inlezing_id,
            Postvakrij.blad == blad,
            Postvakrij.stand == Rijstand.VOORSTEL,
        )
        .order_by(Postvakrij.rij, Postvakrij.id)
        .limit(MOST)
    )
    vault.open_scopes(db, [actor.werking_id], groups=policy.WORKBOOKS)
    return db.scalars(wanted.with_for_update() if lock else wanted).all()


def dependants(db: Session, actor: Actor, blad: str) -> Sequence[Postvakrij]:
    """The refused rows of a sheet, opened; whoever asks keeps those that hung on another row."""
    vault.open_scopes(db, [actor.werking_id], groups=policy.WORKBOOKS)
    return db.scalars(
        select(Postvakrij)
        .where(policy.boxed(actor), Postvakrij.blad == blad, Postvakrij.stand == Rijstand.GEWEIGERD)
        .order_by(Postvakrij.rij, Postvakrij.id)
        .limit(MOST)
    ).all()


def inlezingen(db: Session, actor: Actor, most: int = 10) -> list[Run]:
    """The latest imports, the last one first."""
    rows = db.scalars(
        select(Inlezing).where(policy.runs(actor)).order_by(Inlezing.made_at.desc(), Inlezing.id).limit(most)
    ).all()
    vault.open_scopes(db, [actor.werking_id], groups=policy.WORKBOOKS)
    who = accounts.names(db, actor.werking_id, {row.made_by for row in rows if row.made_by})
    return [
        Run(row.id, row.peildag, row.made_at, who.get(row.made_by or row.id, ""), row.bestand or "")
        for row in rows
    ]


def inlezing(db: Session, actor: Actor, inlezing_id: UUID) -> Inlezing | None:
    """One import, opened."""
    row = db.scalar(select(Inlezing).where(policy.runs(actor), Inlezing.id == inlezing_id))
    if row is not None:
        vault.open_scopes(db, [row.werking_id], groups=policy.WORKBOOKS)
    return row


def tallies(db: Session, inlezing_id: UUID) -> list[Tally]:
    """What an import took in and what it put into the inbox, in the order of the sheets."""
    taken, boxed = (
        {
            row.blad: row.number
            for row in db.execute(
                select(table.blad, func.count().label("number"))
                .where(table.inlezing_id == inlezing_id)
                .group_by(table.blad)
            )
        }
        for table in (Herkomst, Postvakrij)
    )
    return [
        Tally(blad, taken.get(blad, 0), boxed.get(blad, 0))
        for blad in (layout.name for layout in SHEETS)
        if blad in {**taken, **boxed}
    ]


def upload(db: Session, actor: Actor, upload_id: UUID, now: datetime) -> Upload | None:
    """An own upload that still waits, opened."""
    row = db.scalar(select(Upload).where(policy.own_uploads(actor, now), Upload.id == upload_id))
    if row is not None:
        vault.open_scopes(db, [row.werking_id], groups=policy.WORKBOOKS)
    return row


def stale_uploads(db: Session, actor: Actor, now: datetime) -> bool:
    """Whether an upload, of anybody, waited too long."""
    return bool(db.scalar(select(exists().where(policy.waited_too_long(actor, now)))))
