"""An uploaded workbook between preview and confirmation: sealed, of one person, for an hour at most."""

from __future__ import annotations

import base64
from datetime import datetime
from uuid import uuid4

from sqlalchemy import delete
from sqlalchemy.orm import Session

from gezinscoach.kernel import audit, vault
from gezinscoach.kernel.access import Actor
from gezinscoach.werkmap import policy
from gezinscoach.werkmap.tables import Upload


def keep(db: Session, actor: Actor, *, bestand: str, data: bytes, now: datetime) -> Upload:
    """Keep an upload, sealed; earlier ones of the same person go."""
    db.execute(delete(Upload).where(Upload.account_id == actor.account_id))
    vault.open_scopes(db, [actor.werking_id], groups=policy.WORKBOOKS)
    row = Upload(id=uuid4(), werking_id=actor.werking_id, account_id=actor.account_id, made_at=now)
    db.add(row)
    row.bestand, row.inhoud = bestand, base64.b64encode(data).decode()
    db.flush()
    audit.record(db, actor, "werkmap.upload", now=now, thing_id=row.id)
    return row


def discard(db: Session, actor: Actor, row: Upload, *, now: datetime) -> None:
    """Delete an upload."""
    audit.record(db, actor, "werkmap.discard", now=now, thing_id=row.id)
    db.delete(row)
    db.flush()


def forget(db: Session, actor: Actor, *, now: datetime) -> None:
    """Delete the uploads that waited for more than an hour, whoever's they are."""
    db.execute(delete(Upload).where(policy.waited_too_long(actor, now)))
    audit.record(db, actor, "werkmap.forget", now=now)
