"""Acts that correct organisations and gezinscoaches by hand. What is edited here, no workbook overwrites."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from gezinscoach.accounts import rules
from gezinscoach.accounts.actions.sessions import end_sessions
from gezinscoach.accounts.tables import Account, Gezinscoach, Organisatie
from gezinscoach.kernel import audit
from gezinscoach.kernel.access import Actor, Rol

on_leaving: list[Callable[[Session, Actor, Gezinscoach, datetime], None]] = []
"""What slices above this one have to do before a gezinscoach leaves an organisation for another."""


@dataclass(frozen=True, slots=True)
class Coachgegevens:
    """What may be corrected of a gezinscoach; `vte` in whole percent, days included."""

    organisatie_id: UUID
    statuut: rules.Statuut
    vte: int | None
    max_gezinnen: int
    talen: list[str]
    wijken: list[str]
    gestart_op: date
    gestopt_op: date | None


def change_gezinscoach(
    db: Session, actor: Actor, coach: Gezinscoach, wanted: Coachgegevens, *, now: datetime
) -> bool:
    """Correct a gezinscoach whose key is open; whether anything was different. StopBeforeStart, OwnCoach.

    With another organisation the sessions of the person end: what may be seen changed.
    """
    if coach.account_id is not None and coach.account_id == actor.account_id:
        raise rules.OwnCoach
    if wanted.gestopt_op is not None and wanted.gestopt_op < wanted.gestart_op:
        raise rules.StopBeforeStart
    changed = {
        field.name: getattr(wanted, field.name)
        for field in fields(wanted)
        if (getattr(coach, field.name) or None) != (getattr(wanted, field.name) or None)
    }
    if not changed:
        return False
    if "organisatie_id" in changed:
        for leave in on_leaving:
            leave(db, actor, coach, now)
        if coach.account_id is not None:
            end_sessions(db, coach.account_id)
    for name, value in changed.items():
        setattr(coach, name, value)
    db.flush()
    audit.record(db, actor, "gezinscoach.change", now=now, thing_id=coach.id)
    return True


def change_organisatie(
    db: Session, actor: Actor, organisatie: Organisatie, *, naam: str, soort: str, now: datetime
) -> bool:
    """Rename an organisation; whether anything was different. OrganisationExists."""
    require_new_organisatie(db, actor, naam, beside=organisatie.id)
    if (organisatie.naam, organisatie.soort) == (naam, soort):
        return False
    organisatie.naam, organisatie.soort = naam, soort
    db.flush()
    audit.record(db, actor, "organisatie.change", now=now, thing_id=organisatie.id)
    return True


def require_new_organisatie(db: Session, actor: Actor, naam: str, *, beside: UUID | None = None) -> None:
    """Raise OrganisationExists when another organisation than `beside` bears this name, however spelled."""
    others = select(Organisatie.naam).where(Organisatie.werking_id == actor.werking_id)
    rules.require_new_name(naam, db.scalars(others.where(Organisatie.id != beside) if beside else others))


def require_coach(
    db: Session, actor: Actor, account_index: bytes, rol: Rol, organisatie_id: UUID | None
) -> None:
    """Raise CoachUnknown where `is_coach` says no; only a form does, as an import may bring the coach."""
    if not is_coach(db, actor, account_index, rol, organisatie_id):
        raise rules.CoachUnknown


def is_coach(db: Session, actor: Actor, account_index: bytes, rol: Rol, organisatie_id: UUID | None) -> bool:
    """Whether a role comes with what it needs: a gezinscoach with a coach, known by address or made now.

    `account_index` is the blind index of the e-mail address.
    """
    if rol is not Rol.GEZINSCOACH or organisatie_id is not None:
        return True
    linked = select(Account.id).where(Account.email_index == account_index)
    coach = select(Gezinscoach.id).where(
        Gezinscoach.werking_id == actor.werking_id,
        (Gezinscoach.email_index == account_index) | Gezinscoach.account_id.in_(linked),
    )
    return db.scalar(coach.limit(1)) is not None
