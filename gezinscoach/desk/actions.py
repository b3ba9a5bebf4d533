"""Acts that need several slices. They flush at most."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from gezinscoach.dossier import actions as dossier
from gezinscoach.dossier.tables import Consult, Gezin
from gezinscoach.kernel.access import Actor
from gezinscoach.mandaat import actions as mandaat
from gezinscoach.mandaat.rules import Bereik


def ask_expert(
    db: Session, actor: Actor, gezin: Gezin, account_id: UUID, *, vraag: str, today: date, now: datetime
) -> Consult:
    """Let an expert of the werking look at plan and scores for a while; NotCovered without a mandaat."""
    mandaat.require_may_share(db, gezin.id, bereik=Bereik.INFORMATIE, partner=None, domein=None, today=today)
    return dossier.consult(db, actor, gezin, account_id, vraag=vraag, now=now)
