"""Who changed a thing last, in words."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import format_time
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from gezinscoach.accounts import queries
from gezinscoach.kernel.access import Actor


def last_hand(db: Session, actor: Actor, thing_id: UUID, *, now: datetime) -> str:
    """Who changed a thing last, and when, in a sentence; "" when nobody did since yesterday."""
    act = queries.last_act(db, actor, thing_id, since=now - timedelta(days=1))
    if act is None:
        return ""
    naam, at = act
    return _("%(naam)s paste dit aan om %(uur)s.", naam=naam, uur=format_time(at, "HH:mm"))
