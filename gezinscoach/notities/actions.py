"""Acts on notes. They flush at most; the edge commits."""

from __future__ import annotations

from datetime import date, datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from gezinscoach.dossier.rules import Closed
from gezinscoach.dossier.tables import Gezin
from gezinscoach.kernel import audit
from gezinscoach.kernel.access import Actor
from gezinscoach.notities import rules
from gezinscoach.notities.rules import Contact, Niveau
from gezinscoach.notities.tables import Notitie


def write(
    db: Session,
    actor: Actor,
    gezin: Gezin,
    *,
    datum: date,
    contact: Contact,
    tekst: str,
    now: datetime,
    today: date,
    niveau: Niveau = Niveau.COACH,
    minuten: int | None = None,
    met_wie: str | None = None,
    domein: str | None = None,
) -> Notitie:
    """Keep a note of the actor about a contact; a refusal of the rules, or Closed."""
    rules.require_note(tekst, datum, today)
    if gezin.afgesloten_op is not None:
        raise Closed
    row = Notitie(
        id=uuid4(),
        gezin_id=gezin.id,
        datum=datum,
        contact=contact,
        niveau=niveau,
        minuten=minuten,
        domein=domein or None,
        made_at=now,
        made_by=actor.account_id,
    )
    db.add(row)
    row.tekst, row.met_wie = tekst, met_wie or None
    audit.record(db, actor, "notitie.write", now=now, thing_id=row.id, scope_id=gezin.id)
    return row
