"""Reading a dossier in an emergency: asked, confirmed where need be, told, ended."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from gezinscoach.accounts.tables import Account
from gezinscoach.dossier import policy as dossier_policy
from gezinscoach.dossier import queries as dossier
from gezinscoach.dossier.rules import Noodreden
from gezinscoach.dossier.tables import Coachperiode, Gezin, Noodtoegang
from gezinscoach.kernel import audit, vault
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.dates import day_of
from gezinscoach.privacy import queries, rules
from gezinscoach.privacy.tables import Nazicht, Noodbericht


def ask_emergency(
    db: Session, actor: Actor, *, code: str, categorie: Noodreden, reden: str, now: datetime
) -> Noodtoegang:
    """Read one dossier for four hours, from now, or from when a second person confirms; everybody is told.

    A code that is wrong, of another werking, closed, or denied to the actor is UnknownCode, all alike;
    TriedEnough after ten of those in a day. HasRelation when the actor coaches the family already.
    """
    # Two requests at once wait for one another here: both count the misses and accesses that the other had.
    db.execute(select(Account.id).where(Account.id == actor.account_id).with_for_update(key_share=True))
    if queries.count_misses(db, actor, now) >= rules.MISSEN_PER_DAG:
        audit.record(db, actor, "noodtoegang.tried_enough", now=now)
        raise rules.TriedEnough
    gezin = dossier.by_code(db, dossier_policy.emergency(actor, None), code, groups=frozenset())
    if gezin is None or actor.account_id is None:
        audit.record(db, actor, queries.MISS, now=now)
        raise rules.UnknownCode
    if dossier.coached(db, actor, day_of(now), gezin.id) is not None:
        raise rules.HasRelation
    held = [one.id for one in queries.running(db, actor, now) if one.gezin_id == gezin.id]
    if held:
        return db.get_one(Noodtoegang, held[0])
    if waiting := queries.waiting(db, actor, now, gezin.id):
        return waiting[0]
    row = Noodtoegang(
        id=uuid4(), gezin_id=gezin.id, account_id=actor.account_id, categorie=categorie, asked_at=now
    )
    db.add(row)
    row.reden = reden
    if rules.needs_second(queries.count_granted(db, actor.account_id, now)):
        db.flush()
        audit.record(db, actor, "noodtoegang.ask", now=now, thing_id=row.id, scope_id=gezin.id)
    else:
        _open(db, row, gezin, now)
        audit.record(db, actor, "noodtoegang.open", now=now, thing_id=row.id, scope_id=gezin.id)
    return row


def confirm_emergency(db: Session, actor: Actor, row: Noodtoegang, *, now: datetime) -> None:
    """Let somebody read, as the second person; OwnRequest, or TooLate when it was answered or is too old."""
    if row.account_id == actor.account_id:
        raise rules.OwnRequest
    db.refresh(row, with_for_update=True)
    if row.since is not None or row.ended_at is not None or row.asked_at <= now - rules.NOOD_WACHT:
        raise rules.TooLate
    row.second = actor.account_id
    _open(db, row, db.get_one(Gezin, row.gezin_id), now)
    audit.record(db, actor, "noodtoegang.confirm", now=now, thing_id=row.id, scope_id=row.gezin_id)


def refuse_emergency(db: Session, actor: Actor, row: Noodtoegang, *, now: datetime) -> None:
    """Say no to a request that waits, as the second person."""
    if row.since is not None or row.ended_at is not None:
        raise rules.TooLate
    row.ended_at, row.second = now, actor.account_id
    audit.record(db, actor, "noodtoegang.refuse", now=now, thing_id=row.id, scope_id=row.gezin_id)


def end_emergency(db: Session, actor: Actor, row: Noodtoegang, *, now: datetime) -> None:
    """Stop reading before the time is over; what has ended stays as it was."""
    if row.ended_at is None:
        row.ended_at = now
        audit.record(db, actor, "noodtoegang.end", now=now, thing_id=row.id, scope_id=row.gezin_id)


def take_note(db: Session, actor: Actor, gezin_id: UUID, *, now: datetime) -> None:
    """Write that the coach, or the stand-in, saw who read the dossier in an emergency."""
    for row in queries.messages(db, actor, gezin_id):
        row.seen_at = now
        audit.record(db, actor, "noodtoegang.seen", now=now, thing_id=row.noodtoegang_id, scope_id=gezin_id)


def _open(db: Session, row: Noodtoegang, gezin: Gezin, now: datetime) -> None:
    row.since, row.until = now, now + rules.NOOD_DUUR
    db.flush()
    _tell(db, row, gezin, now)


def _tell(db: Session, row: Noodtoegang, gezin: Gezin, now: datetime) -> None:
    # In the transaction of the access: what cannot be told is not opened.
    coaches = db.scalars(
        select(Coachperiode.gezinscoach_id)
        .where(Coachperiode.gezin_id == gezin.id, dossier_policy.running(day_of(now)))
        .distinct()
    )
    db.add_all(Noodbericht(noodtoegang_id=row.id, gezinscoach_id=coach_id) for coach_id in coaches)
    db.add(
        Nazicht(
            id=uuid4(),
            werking_id=gezin.werking_id,
            soort=rules.Soort.NOODTOEGANG,
            vondst_index=vault.of(db).index("nazicht", row.id.hex),
            account_id=row.account_id,
            scope_id=gezin.id,
            noodtoegang_id=row.id,
            aantal=1,
            found_at=now,
        )
    )
    db.flush()
