"""Acts in the network. They flush at most; the edge commits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from gezinscoach.kernel import audit, vault
from gezinscoach.kernel.access import Actor
from gezinscoach.netwerk import queries, rules
from gezinscoach.netwerk.rules import Aanwezig, Signaalstand
from gezinscoach.netwerk.tables import Aanwezigheid, Bijeenkomst, Signaal


def hold(db: Session, actor: Actor, *, datum: date, now: datetime, thema: str | None = None) -> Bijeenkomst:
    """The meeting of a day, made when there is none yet; the theme of one that exists stays."""
    return _on(db, actor, datum) or convene(db, actor, datum=datum, thema=thema, now=now)


def convene(db: Session, actor: Actor, *, datum: date, thema: str | None, now: datetime) -> Bijeenkomst:
    """Plan a meeting, or note one that was held; DayTaken when there is one on this day."""
    if _on(db, actor, datum) is not None:
        raise rules.DayTaken
    vault.open_scopes(db, [actor.werking_id], groups=vault.STAFF)
    row = Bijeenkomst(id=uuid4(), werking_id=actor.werking_id, datum=datum)
    db.add(row)
    row.thema = thema or None
    db.flush()
    audit.record(db, actor, "bijeenkomst.convene", now=now, thing_id=row.id)
    return row


def cancel(db: Session, actor: Actor, bijeenkomst: Bijeenkomst, *, now: datetime) -> None:
    """Take a meeting that does not happen off the list; PresenceNoted when somebody was noted at it."""
    if queries.standen(db, bijeenkomst.id):
        raise rules.PresenceNoted
    audit.record(db, actor, "bijeenkomst.cancel", now=now, thing_id=bijeenkomst.id)
    db.delete(bijeenkomst)
    db.flush()


def mark(
    db: Session,
    actor: Actor,
    bijeenkomst: Bijeenkomst,
    standen: Mapping[UUID, Aanwezig],
    *,
    now: datetime,
    today: date | None = None,
) -> int:
    """Note who was there, by id of the coach; how many lines are new or changed, the others stay untouched.

    NotHeldYet when `today` is given and the meeting has yet to come: an import has judged its days already.
    """
    if today is not None:
        rules.require_held(bijeenkomst.datum, today)
    known = {
        row.gezinscoach_id: row
        for row in db.scalars(select(Aanwezigheid).where(Aanwezigheid.bijeenkomst_id == bijeenkomst.id))
    }
    changed = 0
    for gezinscoach_id, stand in standen.items():
        row = known.get(gezinscoach_id)
        if row is not None and row.stand is stand:
            continue
        if row is None:
            row = Aanwezigheid(bijeenkomst_id=bijeenkomst.id, gezinscoach_id=gezinscoach_id)
            db.add(row)
        row.stand, row.noted_at, row.noted_by = stand, now, actor.account_id
        changed += 1
    if changed:
        db.flush()
        audit.record(db, actor, "bijeenkomst.mark", now=now, thing_id=bijeenkomst.id)
    return changed


def signal(db: Session, actor: Actor, *, domein: str, tekst: str, now: datetime) -> Signaal:
    """Give a signal about one levensdomein to the network."""
    vault.open_scopes(db, [actor.werking_id], groups=queries.SIGNALS)
    row = Signaal(
        id=uuid4(),
        werking_id=actor.werking_id,
        domein=domein,
        stand=Signaalstand.NIEUW,
        made_at=now,
        made_by=actor.account_id,
    )
    db.add(row)
    row.tekst = tekst
    db.flush()
    audit.record(db, actor, "signaal.give", now=now, thing_id=row.id)
    return row


def take_step(db: Session, actor: Actor, signaal: Signaal, step: str, *, now: datetime) -> None:
    """Bring a signal one step further; NoSuchStep when it cannot go there."""
    signaal.stand = rules.after(signaal.stand, step)
    audit.record(db, actor, f"signaal.{step}", now=now, thing_id=signaal.id)


def _on(db: Session, actor: Actor, datum: date) -> Bijeenkomst | None:
    return db.scalar(
        select(Bijeenkomst).where(Bijeenkomst.werking_id == actor.werking_id, Bijeenkomst.datum == datum)
    )
