"""Acts on the plan. They flush at most; the edge commits."""

from __future__ import annotations

from datetime import date, datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from gezinscoach.dossier.rules import Closed
from gezinscoach.dossier.tables import Gezin
from gezinscoach.kernel import audit
from gezinscoach.kernel.access import Actor
from gezinscoach.plan import rules
from gezinscoach.plan.rules import Doelstand, Wie
from gezinscoach.plan.tables import Actie, Doel


def add_doel(
    db: Session,
    actor: Actor,
    gezin: Gezin,
    *,
    domein: str,
    titel: str,
    now: datetime,
    toelichting: str | None = None,
) -> Doel:
    """Keep a goal in the words of the family; Empty, or Closed."""
    rules.require_words(titel)
    if gezin.afgesloten_op is not None:
        raise Closed
    row = Doel(
        id=uuid4(),
        gezin_id=gezin.id,
        domein=domein,
        stand=Doelstand.OPEN,
        made_at=now,
        made_by=actor.account_id,
        changed_at=now,
    )
    db.add(row)
    row.titel, row.toelichting = titel, toelichting or None
    db.flush()
    audit.record(db, actor, "doel.add", now=now, thing_id=row.id, scope_id=gezin.id)
    return row


def take_step(db: Session, actor: Actor, doel: Doel, step: str, *, now: datetime) -> None:
    """Reach, drop or reopen a goal; NoSuchStep when it stands elsewhere."""
    doel.stand = rules.after(doel.stand, step)
    doel.changed_at = now
    audit.record(db, actor, f"doel.{step}", now=now, thing_id=doel.id, scope_id=doel.gezin_id)


def add_actie(
    db: Session,
    actor: Actor,
    doel: Doel,
    *,
    tekst: str,
    now: datetime,
    wie: Wie = Wie.SAMEN,
    tegen: date | None = None,
) -> Actie:
    """Keep a step towards an open goal; Empty, or GoalEnded."""
    rules.require_words(tekst)
    if doel.stand is not Doelstand.OPEN:
        raise rules.GoalEnded
    row = Actie(
        id=uuid4(),
        doel_id=doel.id,
        gezin_id=doel.gezin_id,
        wie=wie,
        tegen=tegen,
        made_at=now,
        made_by=actor.account_id,
    )
    db.add(row)
    row.tekst = tekst
    audit.record(db, actor, "actie.add", now=now, thing_id=row.id, scope_id=doel.gezin_id)
    return row


def finish(db: Session, actor: Actor, actie: Actie, *, op: date, now: datetime) -> None:
    """Mark an action done on a day; AlreadyDone."""
    if actie.gedaan_op is not None:
        raise rules.AlreadyDone
    actie.gedaan_op = op
    audit.record(db, actor, "actie.finish", now=now, thing_id=actie.id, scope_id=actie.gezin_id)


def take_back(db: Session, actor: Actor, actie: Actie, *, now: datetime) -> None:
    """Mark an action as still to be done; NotDone."""
    if actie.gedaan_op is None:
        raise rules.NotDone
    actie.gedaan_op = None
    audit.record(db, actor, "actie.take_back", now=now, thing_id=actie.id, scope_id=actie.gezin_id)
