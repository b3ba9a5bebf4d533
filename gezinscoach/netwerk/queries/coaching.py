"""Reads of gezinscoaches, and of how many families hang on each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from gezinscoach.accounts.rules import Statuut
from gezinscoach.accounts.tables import Gezinscoach, Organisatie
from gezinscoach.dossier.rules import Coachrol
from gezinscoach.dossier.tables import Coachperiode, Gezin
from gezinscoach.kernel import vault

MOST = 2000


@dataclass(frozen=True, slots=True)
class CoachLijn:
    """A gezinscoach in the list; `gezinnen` are those that still hang on this coach, left or not."""

    id: UUID
    naam: str
    organisatie: str
    statuut: Statuut
    gezinnen: int
    max_gezinnen: int
    talen: tuple[str, ...]
    wijken: tuple[str, ...]
    gestopt_op: date | None


def gezinscoaches(db: Session, condition: ColumnElement[bool]) -> list[CoachLijn]:
    """The gezinscoaches that a policy allows, by name."""
    hanging = _hanging(condition).group_by(Coachperiode.gezinscoach_id).subquery()
    rows = db.execute(
        select(
            Gezinscoach.id,
            Gezinscoach.naam_cell,
            Gezinscoach.statuut,
            Gezinscoach.max_gezinnen,
            Gezinscoach.talen_cell,
            Gezinscoach.wijken_cell,
            Gezinscoach.gestopt_op,
            Organisatie.naam.label("organisatie"),
            hanging.c.gezinnen,
        )
        .join(Organisatie, Organisatie.id == Gezinscoach.organisatie_id)
        .outerjoin(hanging, hanging.c.gezinscoach_id == Gezinscoach.id)
        .where(condition)
        .order_by(Gezinscoach.gestart_op, Gezinscoach.id)
        .limit(MOST)
    ).all()
    vault.open_scopes(db, [row.id for row in rows], persons=False, groups=vault.STAFF)
    listed = [
        CoachLijn(
            row.id,
            Gezinscoach.naam.open(db, row.id, row.id, row.naam_cell) if row.naam_cell else "",
            row.organisatie,
            row.statuut,
            row.gezinnen or 0,
            row.max_gezinnen,
            tuple(Gezinscoach.talen.open(db, row.id, row.id, row.talen_cell)) if row.talen_cell else (),
            tuple(Gezinscoach.wijken.open(db, row.id, row.id, row.wijken_cell)) if row.wijken_cell else (),
            row.gestopt_op,
        )
        for row in rows
    ]
    return sorted(listed, key=lambda coach: coach.naam.casefold())


def gezinscoach(db: Session, condition: ColumnElement[bool], gezinscoach_id: UUID) -> Gezinscoach | None:
    """One gezinscoach that a policy allows, with the key opened."""
    row = db.scalar(select(Gezinscoach).where(condition, Gezinscoach.id == gezinscoach_id))
    if row is not None:
        vault.open_scopes(db, [row.id], persons=False, groups=vault.STAFF)
    return row


def families(db: Session, condition: ColumnElement[bool], gezinscoach_id: UUID) -> int:
    """How many running families hang on a gezinscoach that a policy allows, left or not."""
    row = db.execute(
        _hanging(condition & (Gezinscoach.id == gezinscoach_id)).group_by(Coachperiode.gezinscoach_id)
    ).first()
    return row.gezinnen if row else 0


def _hanging(condition: ColumnElement[bool]) -> Select[UUID, int]:
    return (
        select(Coachperiode.gezinscoach_id, func.count().label("gezinnen"))
        .join(Gezin, Gezin.id == Coachperiode.gezin_id)
        .join(Gezinscoach, Gezinscoach.id == Coachperiode.gezinscoach_id)
        .where(
            condition,
            Coachperiode.rol == Coachrol.VAST,
            Coachperiode.tot.is_(None),
            Gezin.afgesloten_op.is_(None),
        )
    )
