"""Reads of notes, of one family whose keys are open: the latest first, by the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from gezinscoach.accounts.tables import Account
from gezinscoach.kernel import vault
from gezinscoach.notities.rules import Contact, Niveau, matches
from gezinscoach.notities.tables import Notitie

PER_PAGE = 30
MOST_SEARCHED = 5000
MOST_FOUND = 100


@dataclass(frozen=True, slots=True)
class NotitieRegel:
    """A note, opened; `auteur` is "" when a file brought it in."""

    id: UUID
    datum: date
    contact: Contact
    niveau: Niveau
    minuten: int | None
    domein: str | None
    made_at: datetime
    auteur: str
    tekst: str
    met_wie: str


@dataclass(frozen=True, slots=True)
class Bladzijde:
    """One page of notes, counted from 1, and how many notes there are in all."""

    notities: tuple[NotitieRegel, ...]
    number: int
    total: int

    @property
    def last(self) -> int:
        """The number of the last page, at least 1."""
        return max(1, -(-self.total // PER_PAGE))


def latest(db: Session, gezin_id: UUID, limit: int = 3) -> tuple[NotitieRegel, ...]:
    """The newest notes of a family, in one query."""
    return tuple(_opened(db, gezin_id, _rows(db, [Notitie.gezin_id == gezin_id], limit)))


def page(
    db: Session, gezin_id: UUID, number: int = 1, *, contact: Contact | None = None, domein: str | None = None
) -> Bladzijde:
    """A page of notes of one kind and one levensdomein, or of all, in two queries."""
    asked = _asked(gezin_id, contact, domein)
    total = db.scalar(select(func.count()).select_from(Notitie).where(*asked)) or 0
    number = min(max(number, 1), max(1, -(-total // PER_PAGE)))
    rows = _rows(db, asked, PER_PAGE, (number - 1) * PER_PAGE)
    return Bladzijde(tuple(_opened(db, gezin_id, rows)), number, total)


def search(
    db: Session, gezin_id: UUID, sought: str, *, contact: Contact | None = None, domein: str | None = None
) -> Bladzijde:
    """The newest MOST_FOUND notes that hold every sought word: one query, read after opening."""
    opened = _opened(db, gezin_id, _rows(db, _asked(gezin_id, contact, domein), MOST_SEARCHED))
    found = [notitie for notitie in opened if matches(f"{notitie.tekst} {notitie.met_wie}", sought)]
    return Bladzijde(tuple(found[:MOST_FOUND]), 1, len(found))


def _asked(gezin_id: UUID, contact: Contact | None, domein: str | None) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = [Notitie.gezin_id == gezin_id]
    if contact is not None:
        asked.append(Notitie.contact == contact)
    if domein is not None:
        asked.append(Notitie.domein == domein)
    return asked


def _rows(db: Session, asked: list[ColumnElement[bool]], limit: int, offset: int = 0) -> Sequence[Any]:
    return db.execute(
        select(
            Notitie.id,
            Notitie.datum,
            Notitie.contact,
            Notitie.niveau,
            Notitie.minuten,
            Notitie.domein,
            Notitie.made_at,
            Notitie.made_by,
            Notitie.tekst_cell,
            Notitie.met_wie_cell,
            Account.naam_cell,
        )
        .outerjoin(Account, Account.id == Notitie.made_by)
        .where(*asked)
        .order_by(Notitie.datum.desc(), Notitie.made_at.desc(), Notitie.id)
        .limit(limit)
        .offset(offset)
    ).all()


def _opened(db: Session, gezin_id: UUID, rows: Sequence[Any]) -> list[NotitieRegel]:
    vault.open_scopes(db, {row.made_by for row in rows if row.naam_cell})
    return [
        NotitieRegel(
            id=row.id,
            datum=row.datum,
            contact=row.contact,
            niveau=row.niveau,
            minuten=row.minuten,
            domein=row.domein,
            made_at=row.made_at,
            auteur=Account.naam.open(db, row.made_by, row.made_by, row.naam_cell) if row.naam_cell else "",
            tekst=Notitie.tekst.open(db, gezin_id, row.id, row.tekst_cell) if row.tekst_cell else "",
            met_wie=Notitie.met_wie.open(db, gezin_id, row.id, row.met_wie_cell) if row.met_wie_cell else "",
        )
        for row in rows
    ]
