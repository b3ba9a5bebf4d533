"""Acts that keep somebody away from a family, and end that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from gezinscoach.accounts.tables import Gezinscoach
from gezinscoach.dossier import policy, rules
from gezinscoach.dossier.rules import Coachrol, Uitsluitsoort
from gezinscoach.dossier.tables import Coachperiode, Gezin, Uitsluiting
from gezinscoach.kernel import audit
from gezinscoach.kernel.access import Actor


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
