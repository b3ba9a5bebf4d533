"""Reads of the plan, of families whose keys are open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, bindparam, func, select
from sqlalchemy.orm import Session

from gezinscoach.kernel.database import ask
from gezinscoach.plan.rules import SOON, Doelstand, Wie, is_late
from gezinscoach.plan.tables import Actie, Doel

MOST = 5000


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
    """What is due in one plan: how many actions are late, and how many are due within seven days."""

    late: int
    soon: int


_DOELEN = (
    select(
        Doel.id,
        Doel.domein,
        Doel.stand,
        Doel.titel_cell,
        Doel.toelichting_cell,
        Doel.made_at,
        Doel.changed_at,
    )
    .where(Doel.gezin_id == bindparam("gezin_id"))
    .order_by(Doel.made_at, Doel.id)
    .limit(MOST)
)
_ACTIES = select(
    Actie.id, Actie.gezin_id, Actie.doel_id, Actie.wie, Actie.tegen, Actie.gedaan_op, Actie.tekst_cell
).order_by(Actie.tegen.is_(None), Actie.tegen, Actie.made_at, Actie.id)
_ACTIES_OF = _ACTIES.where(Actie.gezin_id == bindparam("gezin_id")).limit(MOST)
_TO_DO = (Actie.gedaan_op.is_(None), Doel.stand == Doelstand.OPEN)
_FIRST_TO_DO = (
    _ACTIES.join(Doel, Doel.id == Actie.doel_id)
    .where(*_TO_DO, Actie.gezin_id == bindparam("gezin_id"))
    .limit(bindparam("most"))
)
_ids: BindParameter[UUID] = bindparam("ids", expanding=True)
_DUE = (
    select(Actie.gezin_id, Actie.tegen)
    .join(Doel, Doel.id == Actie.doel_id)
    .where(*_TO_DO, Actie.gezin_id.in_(_ids), Actie.tegen <= bindparam("until"))
    .limit(MOST)
)


def doelen(db: Session, gezin_id: UUID) -> tuple[DoelRegel, ...]:
    """The goals of a family with their actions, the oldest goal first, in two queries."""
    rows = ask(db, _DOELEN, gezin_id=gezin_id)
    held: dict[UUID, list[ActieRegel]] = {}
    for actie_ in _opened(db, ask(db, _ACTIES_OF, gezin_id=gezin_id)):
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
    return tuple(_opened(db, ask(db, _FIRST_TO_DO, gezin_id=gezin_id, most=limit)))


def due(db: Session, gezin_ids: Iterable[UUID], today: date) -> dict[UUID, Dringend]:
    """What is late or falls within seven days, of each of these families that has any, in one query."""
    held: dict[UUID, list[bool]] = {}
    for gezin_id, tegen in ask(db, _DUE, ids=list(gezin_ids), until=today + SOON):
        held.setdefault(gezin_id, []).append(is_late(tegen, today))
    return {gezin_id: Dringend(sum(late), len(late) - sum(late)) for gezin_id, late in held.items()}


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
