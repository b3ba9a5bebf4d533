"""Reads of signals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from gezinscoach.kernel import vault
from gezinscoach.kernel.fields import Groep
from gezinscoach.netwerk.rules import Signaalstand
from gezinscoach.netwerk.tables import Signaal

SIGNALS = frozenset({Groep.NOTITIES.value})
"""What a signal is sealed among."""

MOST = 2000


@dataclass(frozen=True, slots=True)
class SignaalRegel:
    """A signal in a list."""

    id: UUID
    domein: str
    stand: Signaalstand
    made_at: datetime
    made_by: UUID | None
    tekst: str


def signalen(db: Session, condition: ColumnElement[bool], stand: Signaalstand | None) -> list[SignaalRegel]:
    """The signals that a policy allows, in one stand or in all, the latest first."""
    wanted = select(Signaal).where(condition).order_by(Signaal.made_at.desc(), Signaal.id).limit(MOST)
    if stand is not None:
        wanted = wanted.where(Signaal.stand == stand)
    rows = db.scalars(wanted).all()
    vault.open_scopes(db, [row.werking_id for row in rows], groups=SIGNALS)
    return [
        SignaalRegel(row.id, row.domein, row.stand, row.made_at, row.made_by, row.tekst or "") for row in rows
    ]


def signaal(db: Session, condition: ColumnElement[bool], signaal_id: UUID) -> Signaal | None:
    """One signal that a policy allows."""
    return db.scalar(select(Signaal).where(condition, Signaal.id == signaal_id))
