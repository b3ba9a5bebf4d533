"""Acts on metingen. They flush at most; the edge commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from gezinscoach.dossier.tables import Gezin
from gezinscoach.grondrechten import queries, rules
from gezinscoach.grondrechten.rules import Quarter, Score
from gezinscoach.grondrechten.tables import Meting, Prioriteit, Scorelijn
from gezinscoach.kernel import audit
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.dates import day_of


def measure(
    db: Session,
    actor: Actor,
    gezin: Gezin,
    *,
    quarter: Quarter,
    datum: date,
    scores: Mapping[str, Score],
    now: datetime,
    priorities: Sequence[str] = (),
    krachten: str | None = None,
    met_wie: str | None = None,
    today: date | None = None,
    rights: Sequence[str] | None = None,
    blank: bool = False,
) -> Meting:
    """Keep the meting of a family for a quarter; a refusal of the rules, or QuarterTaken.

    `rights` are the codes that may be scored (without it: the codelist of the day), `today` is the day
    that counts as present (without it: that of `now`), `blank` lets pass what has no answer at all.
    """
    _require(db, rights, scores, priorities, quarter, datum, today or day_of(now), blank)
    year, number = quarter
    taken = select(Meting.id).where(
        Meting.gezin_id == gezin.id, Meting.jaar == year, Meting.kwartaal == number
    )
    if db.scalar(taken) is not None:
        raise rules.QuarterTaken
    row = Meting(
        id=uuid4(),
        gezin_id=gezin.id,
        jaar=year,
        kwartaal=number,
        datum=datum,
        made_at=now,
        made_by=actor.account_id,
    )
    db.add(row)
    row.met_wie, row.krachten = met_wie or None, krachten or None
    db.flush()
    _write(db, row, scores, priorities)
    audit.record(db, actor, "meting.measure", now=now, thing_id=row.id, scope_id=gezin.id)
    return row


def change(
    db: Session,
    actor: Actor,
    meting: Meting,
    *,
    datum: date,
    scores: Mapping[str, Score],
    priorities: Sequence[str],
    krachten: str | None,
    met_wie: str | None,
    rights: Sequence[str],
    now: datetime,
    today: date,
) -> None:
    """Put right what a meting says; who made it and when stays. A refusal of the rules."""
    _require(db, rights, scores, priorities, (meting.jaar, meting.kwartaal), datum, today, False)
    meting.datum, meting.met_wie, meting.krachten = datum, met_wie or None, krachten or None
    for table in (Scorelijn, Prioriteit):
        db.execute(delete(table).where(table.meting_id == meting.id))
    _write(db, meting, scores, priorities)
    audit.record(db, actor, "meting.change", now=now, thing_id=meting.id, scope_id=meting.gezin_id)


def _require(
    db: Session,
    rights: Sequence[str] | None,
    scores: Mapping[str, Score],
    priorities: Sequence[str],
    quarter: Quarter,
    datum: date,
    today: date,
    blank: bool,
) -> None:
    if rights is None:
        rights = [entry.code for entry in queries.rights(db, datum)]
    rules.require_meting(
        scores, priorities, rights=rights, quarter=quarter, day=datum, today=today, blank=blank
    )


def _write(db: Session, meting: Meting, scores: Mapping[str, Score], priorities: Sequence[str]) -> None:
    db.add_all(
        Scorelijn(meting_id=meting.id, domein=domein, antwoord=score.antwoord, waarde=score.waarde)
        for domein, score in scores.items()
    )
    db.add_all(
        Prioriteit(meting_id=meting.id, rang=rang, domein=domein) for rang, domein in enumerate(priorities, 1)
    )
