"""Reads of meetings and of who was there."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from gezinscoach.accounts.tables import Gezinscoach
from gezinscoach.kernel import vault
from gezinscoach.kernel.access import Actor
from gezinscoach.netwerk import policy
from gezinscoach.netwerk.rules import Aanwezig
from gezinscoach.netwerk.tables import Aanwezigheid, Bijeenkomst

MOST = 2000


@dataclass(frozen=True, slots=True)
class BijeenkomstRegel:
    """A meeting in a list; `standen` says how many coaches were there, excused or away, `open` how many
    of those who were active on that day are not noted yet."""

    id: UUID
    datum: date
    thema: str
    standen: dict[Aanwezig, int]
    open: int


def of_year(db: Session, actor: Actor, year: int) -> list[BijeenkomstRegel]:
    """The meetings of a calendar year, the latest first, each with its counts of presence."""
    return _listed(
        db,
        actor,
        policy.bijeenkomsten(actor) & Bijeenkomst.datum.between(date(year, 1, 1), date(year, 12, 31)),
    )


def next_meeting(db: Session, actor: Actor, today: date) -> BijeenkomstRegel | None:
    """The first meeting from today on, if one is planned."""
    row = db.scalar(
        select(Bijeenkomst.id)
        .where(policy.bijeenkomsten(actor), Bijeenkomst.datum >= today)
        .order_by(Bijeenkomst.datum)
        .limit(1)
    )
    return next(iter(_listed(db, actor, policy.bijeenkomsten(actor) & (Bijeenkomst.id == row))), None)


def years(db: Session, actor: Actor) -> list[int]:
    """The calendar years from that of the first meeting to that of the last."""
    first, last = db.execute(
        select(func.min(Bijeenkomst.datum), func.max(Bijeenkomst.datum)).where(policy.bijeenkomsten(actor))
    ).one()
    return [] if first is None else list(range(first.year, last.year + 1))


def bijeenkomst(db: Session, condition: ColumnElement[bool], bijeenkomst_id: UUID) -> Bijeenkomst | None:
    """One meeting that a policy allows, with its key opened."""
    row = db.scalar(select(Bijeenkomst).where(condition, Bijeenkomst.id == bijeenkomst_id))
    if row is not None:
        vault.open_scopes(db, [row.werking_id], groups=vault.STAFF)
    return row


def standen(db: Session, bijeenkomst_id: UUID) -> dict[UUID, Aanwezig]:
    """What was noted at a meeting that a policy allowed, by id of the coach."""
    rows = db.execute(
        select(Aanwezigheid.gezinscoach_id, Aanwezigheid.stand)
        .where(Aanwezigheid.bijeenkomst_id == bijeenkomst_id)
        .limit(MOST)
    )
    return {row.gezinscoach_id: row.stand for row in rows}


def own_standen(db: Session, actor: Actor) -> dict[UUID, Aanwezig]:
    """What was noted about the actor, by id of the meeting."""
    rows = db.execute(
        select(Aanwezigheid.bijeenkomst_id, Aanwezigheid.stand)
        .where(policy.own_presence(actor))
        .order_by(Aanwezigheid.noted_at.desc())
        .limit(MOST)
    )
    return {row.bijeenkomst_id: row.stand for row in rows}


def attended(
    db: Session, actor: Actor, first: date, last: date
) -> tuple[dict[UUID, set[UUID]], dict[UUID, dict[Aanwezig, int]]]:
    """Of the meetings from first to last: per coach those attended, and per meeting how many in each stand.

    For claims and figures: a sum must be whole, so no bound. A meeting without any line has no counts.
    """
    present: dict[UUID, set[UUID]] = defaultdict(set)
    counts: dict[UUID, dict[Aanwezig, int]] = {}
    for row in db.execute(
        select(Aanwezigheid.bijeenkomst_id, Aanwezigheid.gezinscoach_id, Aanwezigheid.stand)
        .join(Bijeenkomst, Bijeenkomst.id == Aanwezigheid.bijeenkomst_id)
        .where(policy.bijeenkomsten(actor), Bijeenkomst.datum.between(first, last))
    ):
        if row.stand is Aanwezig.AANWEZIG:
            present[row.gezinscoach_id].add(row.bijeenkomst_id)
        meeting = counts.setdefault(row.bijeenkomst_id, {})
        meeting[row.stand] = meeting.get(row.stand, 0) + 1
    return present, counts


def held(db: Session, actor: Actor, first: date, last: date) -> dict[UUID, date]:
    """The day of each meeting of the werking from first to last, in order."""
    rows = db.execute(
        select(Bijeenkomst.id, Bijeenkomst.datum)
        .where(policy.bijeenkomsten(actor), Bijeenkomst.datum.between(first, last))
        .order_by(Bijeenkomst.datum)
    )
    return {row.id: row.datum for row in rows}


def unmarked(db: Session, actor: Actor, first: date, last: date) -> list[tuple[date, int]]:
    """The meetings from first to last of which not everybody active is noted: the day, and how many not."""
    left = _open(db, policy.bijeenkomsten(actor) & Bijeenkomst.datum.between(first, last))
    return [(day, left[key]) for key, day in held(db, actor, first, last).items() if key in left]


def _listed(db: Session, actor: Actor, condition: ColumnElement[bool]) -> list[BijeenkomstRegel]:
    rows = db.execute(
        select(Bijeenkomst.id, Bijeenkomst.datum, Bijeenkomst.thema_cell)
        .where(condition)
        .order_by(Bijeenkomst.datum.desc())
        .limit(MOST)
    ).all()
    counts: dict[UUID, dict[Aanwezig, int]] = defaultdict(dict)
    for row in db.execute(
        select(Aanwezigheid.bijeenkomst_id, Aanwezigheid.stand, func.count())
        .join(Bijeenkomst, Bijeenkomst.id == Aanwezigheid.bijeenkomst_id)
        .where(condition)
        .group_by(Aanwezigheid.bijeenkomst_id, Aanwezigheid.stand)
    ):
        counts[row[0]][row[1]] = row[2]
    left = _open(db, condition)
    vault.open_scopes(db, [actor.werking_id], groups=vault.STAFF)
    return [
        BijeenkomstRegel(
            row.id,
            row.datum,
            Bijeenkomst.thema.open(db, actor.werking_id, row.id, row.thema_cell) if row.thema_cell else "",
            counts[row.id],
            left.get(row.id, 0),
        )
        for row in rows
    ]


def _open(db: Session, condition: ColumnElement[bool]) -> dict[UUID, int]:
    """Of each meeting with any: how many coaches, active on that day, of whom nothing is noted."""
    active = and_(
        Gezinscoach.werking_id == Bijeenkomst.werking_id,
        Gezinscoach.gestart_op <= Bijeenkomst.datum,
        or_(Gezinscoach.gestopt_op.is_(None), Gezinscoach.gestopt_op >= Bijeenkomst.datum),
    )
    noted = and_(Aanwezigheid.bijeenkomst_id == Bijeenkomst.id, Aanwezigheid.gezinscoach_id == Gezinscoach.id)
    rows = db.execute(
        select(Bijeenkomst.id, func.count())
        .join(Gezinscoach, active)
        .outerjoin(Aanwezigheid, noted)
        .where(condition, Aanwezigheid.gezinscoach_id.is_(None))
        .group_by(Bijeenkomst.id)
    )
    return {row[0]: row[1] for row in rows}
