"""Acts on who coaches a family: the one vaste vertrouwenspersoon, and stand-ins."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gezinscoach.accounts.tables import Gezinscoach
from gezinscoach.dossier import policy, rules
from gezinscoach.dossier.rules import Coachrol
from gezinscoach.dossier.tables import Coachperiode, Gezin
from gezinscoach.kernel import audit
from gezinscoach.kernel.access import Actor


def start_coach(
    db: Session, actor: Actor, gezin: Gezin, gezinscoach_id: UUID, *, van: date, now: datetime
) -> Coachperiode:
    """Give a family its one vaste vertrouwenspersoon; CoachPresent, Closed or Overlap when that cannot be.

    KeptAway for a coach who is shut out. The organisation for which the coach works now stays with the
    period.
    """
    _require_welcome(db, gezin.id, gezinscoach_id, now)
    if gezin.afgesloten_op is not None:
        raise rules.Closed
    if running(db, gezin.id) is not None:
        raise rules.CoachPresent
    earlier = select(func.max(Coachperiode.tot)).where(
        Coachperiode.gezin_id == gezin.id, Coachperiode.rol == Coachrol.VAST
    )
    last = db.scalar(earlier)
    if last is not None and van < last:
        raise rules.Overlap
    row = _periode(db, gezin, gezinscoach_id, Coachrol.VAST, van)
    db.flush()
    audit.record(db, actor, "coachperiode.start", now=now, thing_id=row.id, scope_id=gezin.id)
    return row


def end_coach(
    db: Session, actor: Actor, gezin: Gezin, *, tot: date, reden: str | None, now: datetime
) -> Coachperiode:
    """End the running coachperiode; the coach loses access at once. NoCoach or EndBeforeStart."""
    row = running(db, gezin.id)
    if row is None:
        raise rules.NoCoach
    rules.require_period(row.van, tot)
    row.tot, row.ended_at, row.reden = tot, now, reden
    db.flush()
    audit.record(db, actor, "coachperiode.end", now=now, thing_id=row.id, scope_id=gezin.id)
    return row


def add_stand_in(
    db: Session, actor: Actor, gezin: Gezin, gezinscoach_id: UUID, *, van: date, tot: date, now: datetime
) -> Coachperiode:
    """Let a stand-in replace the coach in a window of at most six weeks; KeptAway for who is shut out."""
    rules.require_stand_in(van, tot)
    _require_welcome(db, gezin.id, gezinscoach_id, now)
    if gezin.afgesloten_op is not None:
        raise rules.Closed
    row = _periode(db, gezin, gezinscoach_id, Coachrol.VERVANGER, van, tot)
    audit.record(db, actor, "coachperiode.stand_in", now=now, thing_id=row.id, scope_id=gezin.id)
    return row


def end_stand_in(
    db: Session, actor: Actor, gezin: Gezin, row: Coachperiode, *, today: date, now: datetime
) -> None:
    """Let a stand-in go before the end of the window: access ends at once. NoCoach when it is over."""
    if row.rol is not Coachrol.VERVANGER or row.tot is None or row.tot < today or row.ended_at is not None:
        raise rules.NoCoach
    row.tot, row.ended_at = max(row.van, min(row.tot, today)), now
    audit.record(db, actor, "coachperiode.end", now=now, thing_id=row.id, scope_id=gezin.id)


def _require_welcome(db: Session, gezin_id: UUID, gezinscoach_id: UUID, now: datetime) -> None:
    kept_away = policy.coaches_kept_away(gezin_id, now).where(Gezinscoach.id == gezinscoach_id)
    if db.scalar(kept_away) is not None:
        raise rules.KeptAway


def _periode(
    db: Session, gezin: Gezin, gezinscoach_id: UUID, rol: Coachrol, van: date, tot: date | None = None
) -> Coachperiode:
    row = Coachperiode(
        id=uuid4(),
        gezin_id=gezin.id,
        gezinscoach_id=gezinscoach_id,
        organisatie_id=db.get_one(Gezinscoach, gezinscoach_id).organisatie_id,
        rol=rol,
        van=van,
        tot=tot,
    )
    db.add(row)
    return row


def running(db: Session, gezin_id: UUID) -> Coachperiode | None:
    """The period of the coach that a family has now, if it has one."""
    return db.scalar(
        select(Coachperiode).where(
            Coachperiode.gezin_id == gezin_id, Coachperiode.rol == Coachrol.VAST, Coachperiode.tot.is_(None)
        )
    )
