"""Reads of the plan, of families whose keys are open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from gezinscoach.plan.rules import SOON, Doelstand, Wie, is_late
from gezinscoach.plan.tables import Actie, Doel

MOST = 5000
FIRST_TEXTS = 3


@dataclass(frozen=True, slots=True)
class ActieRegel:
    """An action, opened."""

    id: UUID
    doel_id: UUID
    tekst: str
    wie: Wie
    tegen: date | None
    gedaan_op: date | None


@dataclass(frozen=True, slots=True)
class DoelRegel:
    """A goal, opened, with its actions: what is to be done first, by date."""

    id: UUID
    domein: str
    stand: Doelstand
    titel: str
    toelichting: str
    made_at: datetime
    changed_at: datetime
    acties: tuple[ActieRegel, ...]


@dataclass(frozen=True, slots=True)
class Dringend:
    """What is due in one plan: actions that are late, those within seven days, and the first texts."""

    late: int
    soon: int
    texts: tuple[str, ...]


def doelen(db: Session, gezin_id: UUID) -> tuple[DoelRegel, ...]:
    """The goals of a family with their actions, the oldest goal first, in two queries."""
    rows = db.execute(
        select(
            Doel.id,
            Doel.domein,
            Doel.stand,
            Doel.titel_cell,
            Doel.toelichting_cell,
            Doel.made_at,
            Doel.changed_at,
        )
        .where(Doel.gezin_id == gezin_id)
        .order_by(Doel.made_at, Doel.id)
        .limit(MOST)
    ).all()
    held: dict[UUID, list[ActieRegel]] = {}
    for actie_ in _opened(db, db.execute(_acties().where(Actie.gezin_id == gezin_id).limit(MOST)).all()):
        held.setdefault(actie_.doel_id, []).append(actie_)
    return tuple(
        DoelRegel(
            id=row.id,
            domein=row.domein,
            stand=row.stand,
            titel=Doel.titel.open(db, gezin_id, row.id, row.titel_cell) if row.titel_cell else "",
            toelichting=Doel.toelichting.open(db, gezin_id, row.id, row.toelichting_cell)
            if row.toelichting_cell
            else "",
            made_at=row.made_at,
            changed_at=row.changed_at,
            acties=tuple(sorted(held.get(row.id, ()), key=lambda actie: actie.gedaan_op is not None)),
        )
        for row in rows
    )


def open_acties(db: Session, gezin_id: UUID, limit: int = 5) -> tuple[ActieRegel, ...]:
    """What is still to be done for the open goals of a family, the most pressing first, in one query."""
    asked = _acties().join(Doel, Doel.id == Actie.doel_id)
    rows = db.execute(
        asked.where(
            Actie.gezin_id == gezin_id, Actie.gedaan_op.is_(None), Doel.stand == Doelstand.OPEN
        ).limit(limit)
    ).all()
    return tuple(_opened(db, rows))


def due(db: Session, gezin_ids: Iterable[UUID], today: date) -> dict[UUID, Dringend]:
    """What is late or falls within seven days, of each of these families that has any, in one query."""
    asked = _acties().join(Doel, Doel.id == Actie.doel_id)
    held: dict[UUID, list[Any]] = {}
    for row in db.execute(
        asked.where(
            Actie.gezin_id.in_(list(gezin_ids)),
            Actie.gedaan_op.is_(None),
            Actie.tegen <= today + SOON,
            Doel.stand == Doelstand.OPEN,
        ).limit(MOST)
    ):
        held.setdefault(row.gezin_id, []).append(row)
    late = {gezin_id: sum(is_late(row.tegen, today) for row in rows) for gezin_id, rows in held.items()}
    return {
        gezin_id: Dringend(
            late=late[gezin_id],
            soon=len(rows) - late[gezin_id],
            texts=tuple(actie.tekst for actie in _opened(db, rows[:FIRST_TEXTS])),
        )
        for gezin_id, rows in held.items()
    }


def doel(db: Session, gezin_id: UUID, doel_id: UUID) -> Doel | None:
    """One goal of this family."""
    return db.scalar(select(Doel).where(Doel.gezin_id == gezin_id, Doel.id == doel_id))


def count_open(db: Session, doel: Doel) -> int:
    """How many actions of a goal are not done yet."""
    return (
        db.scalar(select(func.count(Actie.id)).where(Actie.doel_id == doel.id, Actie.gedaan_op.is_(None)))
        or 0
    )


def actie(db: Session, gezin_id: UUID, doel_id: UUID, actie_id: UUID) -> Actie | None:
    """One action of this goal of this family."""
    return db.scalar(
        select(Actie).where(Actie.gezin_id == gezin_id, Actie.doel_id == doel_id, Actie.id == actie_id)
    )


def _acties() -> Select[*tuple[Any, ...]]:
    return select(
        Actie.id, Actie.gezin_id, Actie.doel_id, Actie.wie, Actie.tegen, Actie.gedaan_op, Actie.tekst_cell
    ).order_by(Actie.tegen.is_(None), Actie.tegen, Actie.made_at, Actie.id)


def _opened(db: Session, rows: Sequence[Any]) -> list[ActieRegel]:
    return [
        ActieRegel(
            id=row.id,
            doel_id=row.doel_id,
            tekst=Actie.tekst.open(db, row.gezin_id, row.id, row.tekst_cell) if row.tekst_cell else "",
            wie=row.wie,
            tegen=row.tegen,
            gedaan_op=row.gedaan_op,
        )
        for row in rows
    ]
