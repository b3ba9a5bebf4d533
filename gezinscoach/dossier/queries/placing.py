"""Reads of where dossiers stand with their coaches, without their content: also those that have none."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, case, func, or_, select, true
from sqlalchemy.orm import Session

from gezinscoach.accounts.tables import Gezinscoach, Organisatie
from gezinscoach.dossier import policy
from gezinscoach.dossier.rights import CODES
from gezinscoach.dossier.rules import Coachrol
from gezinscoach.dossier.tables import Coachperiode, Gezin
from gezinscoach.kernel import vault
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.database import Moment, ask

MOST = 5000


@dataclass(frozen=True, slots=True)
class Plaatsing:
    """Which coach a dossier has, and nothing of what is in it; no coach is an alarm, unless it is closed."""

    id: UUID
    code: str
    afgesloten_op: date | None
    coach: str
    organisatie: str
    van: date | None
    vervanger: str
    vervanger_van: date | None
    vervanger_tot: date | None


def placements(
    db: Session, condition: ColumnElement[bool], today: date, *, most: int = MOST, skip: int = 0
) -> list[Plaatsing]:
    """Which coach the dossiers that a policy allows have: those without one on top, then the newest."""
    rows = db.execute(
        select(Gezin.id, Gezin.code_cell, Gezin.afgesloten_op)
        .where(condition)
        .order_by(
            case(
                (_alone(true(), today, policy.end_of(today)), 0), (Gezin.afgesloten_op.is_(None), 1), else_=2
            ),
            Gezin.made_at.desc(),
            Gezin.id,
        )
        .limit(most)
        .offset(skip)
    ).all()
    vault.open_scopes(db, [row.id for row in rows], groups=CODES, persons=False)
    there = _there(db, [row.id for row in rows], today)
    listed = []
    for row in rows:
        vast = there.get((row.id, Coachrol.VAST))
        stand_in = there.get((row.id, Coachrol.VERVANGER))
        listed.append(
            Plaatsing(
                row.id,
                Gezin.code.open(db, row.id, row.id, row.code_cell),
                row.afgesloten_op,
                vast.coach if vast else "",
                vast.organisatie if vast else "",
                vast.van if vast else None,
                stand_in.coach if stand_in else "",
                stand_in.van if stand_in else None,
                stand_in.tot if stand_in else None,
            )
        )
    return listed


def without_coach(db: Session, condition: ColumnElement[bool], today: date) -> list[UUID]:
    """Running dossiers that a policy allows and that have no vaste vertrouwenspersoon on a day: an alarm."""
    alone = select(Gezin.id).where(_alone(condition, today, policy.end_of(today)))
    return list(db.scalars(alone.order_by(Gezin.made_at, Gezin.id).limit(MOST)))


def count_without_coach(db: Session, actor: Actor, today: date) -> int:
    """How many running dossiers of which the actor may know have no vaste vertrouwenspersoon on a day."""
    asked = {"today": today, "day_end": policy.end_of(today)}
    return int(ask(db, _COUNT_ALONE, **policy.asking_placed(actor), **asked)[0][0])


def locked_out(db: Session, coach_ids: Collection[UUID], today: date) -> frozenset[UUID]:
    """Which of these gezinscoaches cannot sign in any more on a day, whatever their last day of work."""
    gone = policy.locked_out(policy.end_of(today), Gezinscoach)
    return frozenset(db.scalars(select(Gezinscoach.id).where(Gezinscoach.id.in_(coach_ids), gone)))


@dataclass(frozen=True, slots=True)
class _Er:
    coach: str
    organisatie: str
    van: date
    tot: date | None


def _there(db: Session, gezin_ids: list[UUID], today: date) -> dict[tuple[UUID, Coachrol], _Er]:
    rows = db.execute(
        select(
            Coachperiode.gezin_id,
            Coachperiode.gezinscoach_id,
            Coachperiode.rol,
            Coachperiode.van,
            Coachperiode.tot,
            Gezinscoach.naam_cell,
            Organisatie.naam.label("organisatie"),
        )
        .join(Gezinscoach, Gezinscoach.id == Coachperiode.gezinscoach_id)
        .join(Organisatie, Organisatie.id == Coachperiode.organisatie_id)
        .where(
            Coachperiode.gezin_id.in_(gezin_ids),
            Coachperiode.ended_at.is_(None),
            or_(Coachperiode.tot.is_(None), Coachperiode.tot >= today),
            or_(Gezinscoach.gestopt_op.is_(None), Gezinscoach.gestopt_op >= today),
            or_(Gezinscoach.account_id.is_(None), ~policy.locked_out(policy.end_of(today), Gezinscoach)),
        )
        .order_by(Coachperiode.van.desc(), Coachperiode.id)
        .limit(MOST)
    ).all()
    vault.open_scopes(db, [row.gezinscoach_id for row in rows], groups=vault.STAFF, persons=False)
    return {
        (row.gezin_id, row.rol): _Er(
            Gezinscoach.naam.open(db, row.gezinscoach_id, row.gezinscoach_id, row.naam_cell),
            row.organisatie,
            row.van,
            row.tot,
        )
        for row in rows
    }


def _alone(
    condition: ColumnElement[bool],
    today: date | BindParameter[date],
    day_end: datetime | BindParameter[datetime],
) -> ColumnElement[bool]:
    vast = select(Coachperiode.id).where(Coachperiode.gezin_id == Gezin.id, Coachperiode.rol == Coachrol.VAST)
    return and_(
        condition,
        Gezin.afgesloten_op.is_(None),
        vast.exists(),
        ~vast.where(policy.running(today, day_end)).exists(),
    )


_COUNT_ALONE = (
    select(func.count())
    .select_from(Gezin)
    .where(
        _alone(
            and_(policy.COUNTED, policy.NOT_DENIED),
            bindparam("today"),
            bindparam("day_end", type_=Moment()),
        )
    )
)
