"""Acts on the rule of the toelage. They flush at most; the edge commits."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from gezinscoach.kernel import audit
from gezinscoach.kernel.access import Actor
from gezinscoach.toelage.rules import Regeling
from gezinscoach.toelage.tables import Subsidieregel


class DayTaken(Exception):
    """There is a rule that holds from this day already."""


def set_rule(db: Session, actor: Actor, regeling: Regeling, *, now: datetime) -> Subsidieregel:
    """Add a version of the rule, valid from its day on; earlier ones stay. DayTaken when that day has one."""
    taken = select(Subsidieregel.id).where(
        Subsidieregel.werking_id == actor.werking_id, Subsidieregel.geldig_van == regeling.valid_from
    )
    if db.scalar(taken) is not None:
        raise DayTaken
    row = Subsidieregel(
        id=uuid4(),
        werking_id=actor.werking_id,
        naam=regeling.name,
        geldig_van=regeling.valid_from,
        bedrag_gezin=regeling.family_cents,
        bedrag_coach=regeling.coach_cents,
        min_dagen=regeling.min_days,
        min_metingen=regeling.min_scores,
        aanwezig_teller=regeling.attendance_share[0],
        aanwezig_noemer=regeling.attendance_share[1],
        meting_teller=regeling.score_share[0],
        meting_noemer=regeling.score_share[1],
    )
    db.add(row)
    db.flush()
    audit.record(db, actor, "toelage.set_rule", now=now, thing_id=row.id)
    return row
