"""Reads of the werking and of the organisations in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from gezinscoach.accounts.tables import Gezinscoach, Organisatie, Werking
from gezinscoach.kernel import vault
from gezinscoach.kernel.access import Actor

MOST = 5000


def only_werking(db: Session) -> Werking | None:
    """The one werking of an installation; None when there is none or more than one."""
    werkingen = db.scalars(select(Werking).order_by(Werking.naam).limit(2)).all()
    return werkingen[0] if len(werkingen) == 1 else None


def werkingen(db: Session) -> Sequence[UUID]:
    """Every werking of the installation, by id."""
    return db.scalars(select(Werking.id).order_by(Werking.id)).all()


def werking(db: Session, actor: Actor) -> Werking:
    """The werking in which somebody acts, with its key opened."""
    vault.open_scopes(db, [actor.werking_id], groups=vault.STAFF)
    return db.scalars(select(Werking).where(Werking.id == actor.werking_id)).one()


def organisaties(db: Session, actor: Actor) -> Sequence[Organisatie]:
    """The organisations of the werking, by name; their sealed fields stay closed."""
    return db.scalars(
        select(Organisatie)
        .where(Organisatie.werking_id == actor.werking_id)
        .order_by(Organisatie.naam)
        .limit(MOST)
    ).all()


@dataclass(frozen=True, slots=True)
class OrganisatieRegel:
    """An organisation in a list, with how many gezinscoaches it has today."""

    id: UUID
    naam: str
    soort: str
    coaches: int


def organisatie_regels(db: Session, condition: ColumnElement[bool], today: date) -> list[OrganisatieRegel]:
    """The organisations that a policy allows, by name."""
    active = and_(
        Gezinscoach.organisatie_id == Organisatie.id,
        or_(Gezinscoach.gestopt_op.is_(None), Gezinscoach.gestopt_op >= today),
    )
    rows = db.execute(
        select(Organisatie.id, Organisatie.naam, Organisatie.soort, func.count(Gezinscoach.id))
        .outerjoin(Gezinscoach, active)
        .where(condition)
        .group_by(Organisatie.id, Organisatie.naam, Organisatie.soort)
        .order_by(Organisatie.naam, Organisatie.id)
        .limit(MOST)
    )
    return sorted((OrganisatieRegel(*row) for row in rows), key=lambda regel: regel.naam.casefold())


def organisatie(db: Session, condition: ColumnElement[bool], organisatie_id: UUID) -> Organisatie | None:
    """One organisation that a policy allows; its sealed fields stay closed."""
    return db.scalar(select(Organisatie).where(condition, Organisatie.id == organisatie_id))
