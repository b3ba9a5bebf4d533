"""Reads of gezinscoaches: who they are and for which organisation they work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from gezinscoach.accounts.tables import Gezinscoach, Organisatie
from gezinscoach.kernel import vault
from gezinscoach.kernel.access import Actor

MOST = 5000


@dataclass(frozen=True, slots=True)
class CoachRegel:
    """A gezinscoach in a list or a choice."""

    id: UUID
    naam: str
    organisatie_id: UUID
    organisatie: str
    gestart_op: date
    gestopt_op: date | None


def coaches(db: Session, actor: Actor, *, organisatie_ids: frozenset[UUID] | None = None) -> list[CoachRegel]:
    """The gezinscoaches of the werking (or of some organisations), by name."""
    wanted = (
        select(
            Gezinscoach.id,
            Gezinscoach.naam_cell,
            Gezinscoach.organisatie_id,
            Organisatie.naam.label("organisatie"),
            Gezinscoach.gestart_op,
            Gezinscoach.gestopt_op,
        )
        .join(Organisatie, Organisatie.id == Gezinscoach.organisatie_id)
        .where(Gezinscoach.werking_id == actor.werking_id)
        .order_by(Gezinscoach.gestart_op, Gezinscoach.id)
        .limit(MOST)
    )
    if organisatie_ids is not None:
        wanted = wanted.where(Gezinscoach.organisatie_id.in_(organisatie_ids))
    rows = db.execute(wanted).all()
    vault.open_scopes(db, [row.id for row in rows], persons=False, groups=vault.STAFF)
    named = [
        CoachRegel(
            row.id,
            Gezinscoach.naam.open(db, row.id, row.id, row.naam_cell),
            row.organisatie_id,
            row.organisatie,
            row.gestart_op,
            row.gestopt_op,
        )
        for row in rows
    ]
    return sorted(named, key=lambda coach: coach.naam.casefold())


def coach(db: Session, actor: Actor, coach_id: UUID) -> Gezinscoach | None:
    """One gezinscoach of the werking, with the key opened."""
    row = db.scalar(
        select(Gezinscoach).where(Gezinscoach.id == coach_id, Gezinscoach.werking_id == actor.werking_id)
    )
    if row is not None:
        vault.open_scopes(db, [row.id], persons=False, groups=vault.STAFF)
    return row


def active_coach(db: Session, account_id: UUID, today: date) -> UUID | None:
    """The gezinscoach that an account is, while the last day has not passed."""
    active = or_(Gezinscoach.gestopt_op.is_(None), Gezinscoach.gestopt_op >= today)
    return db.scalar(select(Gezinscoach.id).where(Gezinscoach.account_id == account_id, active))
