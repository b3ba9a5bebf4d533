"""Reads of coachperiodes: who is there for which family, since when, and how many each coach has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from gezinscoach.accounts.tables import Gezinscoach, Organisatie
from gezinscoach.dossier import policy
from gezinscoach.dossier.rules import Coachrol
from gezinscoach.dossier.tables import Coachperiode
from gezinscoach.kernel import vault
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.database import ask

MOST = 5000


@dataclass(frozen=True, slots=True)
class Periode:
    """A coachperiode with the name of its coach and the organisation of that time.

    `gestopt_op` is the last working day of the coach, whatever the family.
    """

    id: UUID
    gezinscoach_id: UUID
    coach: str
    organisatie: str
    rol: Coachrol
    van: date
    tot: date | None
    ended_at: datetime | None
    gestopt_op: date | None
    reden: str | None


_PERIODES = (
    select(
        Coachperiode.id,
        Coachperiode.gezinscoach_id,
        Coachperiode.rol,
        Coachperiode.van,
        Coachperiode.tot,
        Coachperiode.ended_at,
        Coachperiode.reden_cell,
        Gezinscoach.naam_cell,
        Gezinscoach.gestopt_op,
        Organisatie.naam.label("organisatie"),
    )
    .join(Gezinscoach, Gezinscoach.id == Coachperiode.gezinscoach_id)
    .join(Organisatie, Organisatie.id == Coachperiode.organisatie_id)
    .where(Coachperiode.gezin_id == bindparam("gezin_id"))
    .order_by(Coachperiode.van.desc(), Coachperiode.id)
    .limit(200)
)


def periodes(db: Session, gezin_id: UUID, *, reasons: bool = False) -> list[Periode]:
    """Who was there for a family whose keys are open, the latest first; why it ended only when asked for."""
    rows = ask(db, _PERIODES, gezin_id=gezin_id)
    vault.open_scopes(db, [row.gezinscoach_id for row in rows], persons=False, groups=vault.STAFF)
    return [
        Periode(
            row.id,
            row.gezinscoach_id,
            Gezinscoach.naam.open(db, row.gezinscoach_id, row.gezinscoach_id, row.naam_cell),
            row.organisatie,
            row.rol,
            row.van,
            row.tot,
            row.ended_at,
            row.gestopt_op,
            Coachperiode.reden.open(db, gezin_id, row.id, row.reden_cell)
            if reasons and row.reden_cell
            else None,
        )
        for row in rows
    ]


def periode(db: Session, gezin_id: UUID, periode_id: UUID) -> Coachperiode | None:
    """One coachperiode of a family."""
    return db.scalar(
        select(Coachperiode).where(Coachperiode.gezin_id == gezin_id, Coachperiode.id == periode_id)
    )


@dataclass(frozen=True, slots=True)
class Last:
    """How many running families a coach has, of how many; until when as a stand-in for another, and until
    when somebody stands in for this one."""

    id: UUID
    naam: str
    organisatie: str
    gezinnen: int
    max_gezinnen: int
    vervangt_tot: date | None
    vervangen_tot: date | None
    gestart_op: date
    gestopt_op: date | None


def loads(
    db: Session,
    actor: Actor,
    organisatie_ids: frozenset[UUID],
    today: date,
    *,
    without: Select[UUID] | None = None,
) -> list[Last]:
    """How many families the gezinscoaches of these organisations of the werking have, by name.

    `without` leaves some gezinscoaches out, by id.
    """
    running = and_(Coachperiode.gezinscoach_id == Gezinscoach.id, policy.running(today))
    led, replaced = aliased(Coachperiode), aliased(Coachperiode)
    stand_in = (
        select(func.max(replaced.tot))
        .select_from(led)
        .join(replaced, replaced.gezin_id == led.gezin_id)
        .where(
            led.gezinscoach_id == Gezinscoach.id,
            led.rol == Coachrol.VAST,
            led.tot.is_(None),
            replaced.rol == Coachrol.VERVANGER,
            replaced.van <= today,
            replaced.tot >= today,
            replaced.ended_at.is_(None),
        )
        .scalar_subquery()
    )
    rows = db.execute(
        select(
            Gezinscoach.id,
            Gezinscoach.naam_cell,
            Organisatie.naam.label("organisatie"),
            Gezinscoach.max_gezinnen,
            Gezinscoach.gestart_op,
            Gezinscoach.gestopt_op,
            func.count(Coachperiode.id).filter(Coachperiode.rol == Coachrol.VAST).label("gezinnen"),
            func.max(Coachperiode.tot).label("vervangt_tot"),
            stand_in.label("vervangen_tot"),
        )
        .join(Organisatie, Organisatie.id == Gezinscoach.organisatie_id)
        .outerjoin(Coachperiode, running)
        .where(
            Gezinscoach.werking_id == actor.werking_id,
            Gezinscoach.organisatie_id.in_(organisatie_ids),
            or_(Gezinscoach.gestopt_op.is_(None), Gezinscoach.gestopt_op >= today),
            true() if without is None else Gezinscoach.id.not_in(without),
        )
        .group_by(Gezinscoach.id, Organisatie.naam)
        .order_by(Gezinscoach.gestart_op, Gezinscoach.id)
        .limit(MOST)
    ).all()
    vault.open_scopes(db, [row.id for row in rows], persons=False, groups=vault.STAFF)
    listed = [
        Last(
            row.id,
            Gezinscoach.naam.open(db, row.id, row.id, row.naam_cell),
            row.organisatie,
            row.gezinnen,
            row.max_gezinnen,
            row.vervangt_tot,
            row.vervangen_tot,
            row.gestart_op,
            row.gestopt_op,
        )
        for row in rows
    ]
    return sorted(listed, key=lambda last: last.naam.casefold())
