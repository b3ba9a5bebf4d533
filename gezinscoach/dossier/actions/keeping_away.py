"""Acts that keep somebody away from a family, and end that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Select, event, inspect, select
from sqlalchemy.orm import Session, aliased

from gezinscoach.accounts.actions import on_leaving
from gezinscoach.accounts.tables import Gezinscoach
from gezinscoach.dossier import policy, rules
from gezinscoach.dossier.rules import Coachrol, Uitsluitsoort
from gezinscoach.dossier.tables import Coachperiode, Gezin, Uitsluiting
from gezinscoach.kernel import audit
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.database import CaseSession


@dataclass(frozen=True, slots=True)
class Wie:
    """Who is kept away: an account, a gezinscoach, or a whole organisation; one of the three."""

    account_id: UUID | None = None
    gezinscoach_id: UUID | None = None
    organisatie_id: UUID | None = None


def shut_out(
    db: Session,
    actor: Actor,
    gezin: Gezin,
    wie: Wie,
    *,
    soort: Uitsluitsoort,
    reden: str | None,
    now: datetime,
) -> Uitsluiting:
    """Keep somebody away from a family whose key is open, from this moment on.

    KeptAwayBefore, or CoachKeptAway when that is its vaste gezinscoach: first another one comes.
    """
    same = select(Uitsluiting.id).where(
        Uitsluiting.gezin_id == gezin.id,
        Uitsluiting.until.is_(None),
        Uitsluiting.account_id.is_not_distinct_from(wie.account_id),
        Uitsluiting.gezinscoach_id.is_not_distinct_from(wie.gezinscoach_id),
        Uitsluiting.organisatie_id.is_not_distinct_from(wie.organisatie_id),
    )
    if db.scalar(same) is not None:
        raise rules.KeptAwayBefore
    if _is_coach(db, gezin.id, wie, now):
        raise rules.CoachKeptAway
    row = Uitsluiting(
        id=uuid4(),
        gezin_id=gezin.id,
        account_id=wie.account_id,
        gezinscoach_id=wie.gezinscoach_id,
        organisatie_id=wie.organisatie_id,
        soort=soort,
        since=now,
        made_by=actor.account_id,
    )
    db.add(row)
    row.reden = reden
    db.flush()
    audit.record(db, actor, "uitsluiting.start", now=now, thing_id=row.id, scope_id=gezin.id)
    return row


def _is_coach(db: Session, gezin_id: UUID, wie: Wie, now: datetime) -> bool:
    """Whether somebody, or an organisation, is or employs the vaste gezinscoach of a family."""
    vast = (
        select(Gezinscoach.id)
        .join(Coachperiode, Coachperiode.gezinscoach_id == Gezinscoach.id)
        .where(
            Coachperiode.gezin_id == gezin_id,
            Coachperiode.rol == Coachrol.VAST,
            Coachperiode.tot.is_(None),
            policy.hit(
                {wie.account_id} - {None}, {wie.gezinscoach_id} - {None}, {wie.organisatie_id} - {None}, now
            ),
        )
    )
    return db.scalar(vast) is not None


def let_in(db: Session, actor: Actor, row: Uitsluiting, *, reden: str, now: datetime) -> None:
    """End keeping somebody away, with the reason; one that ended before stays as it was."""
    if row.until is None:
        row.until, row.ended_by, row.reden_einde = now, actor.account_id, reden
        audit.record(db, actor, "uitsluiting.end", now=now, thing_id=row.id, scope_id=row.gezin_id)


class LeftBehind(Exception):
    """A gezinscoach left an organisation for another, and with it what kept that organisation away."""


def _same_for(coach_id: UUID, organisatie_id: UUID) -> Select[Any]:
    """What keeps an organisation away now, where it does not keep this gezinscoach away in person."""
    person = aliased(Uitsluiting)
    own = select(person.id).where(
        person.gezin_id == Uitsluiting.gezin_id,
        person.gezinscoach_id == coach_id,
        person.until.is_(None),
    )
    return select(Uitsluiting).where(
        Uitsluiting.organisatie_id == organisatie_id, Uitsluiting.until.is_(None), ~own.exists()
    )


def stay_away(db: Session, actor: Actor, coach: Gezinscoach, now: datetime) -> None:
    """Keep a gezinscoach, before leaving an organisation for another, in person away from every family from
    which that organisation is kept away; only the coach of the family ends that."""
    for row in db.scalars(_same_for(coach.id, coach.organisatie_id)).all():
        own = Uitsluiting(
            id=uuid4(),
            gezin_id=row.gezin_id,
            gezinscoach_id=coach.id,
            soort=row.soort,
            since=now,
            made_by=row.made_by,
        )
        db.add(own)
        audit.record(db, actor, "uitsluiting.follow", now=now, thing_id=own.id, scope_id=row.gezin_id)
    db.flush()


on_leaving.append(stay_away)


@event.listens_for(CaseSession, "before_flush")
def _nobody_left_behind(session: Session, context: object, instances: object) -> None:
    for row in session.dirty:
        if isinstance(row, Gezinscoach):
            for before in inspect(row).attrs.organisatie_id.history.deleted:
                with session.no_autoflush:
                    if session.scalar(_same_for(row.id, before).limit(1)) is not None:
                        raise LeftBehind(row.id)
