"""Reads of notes, of one family whose keys are open: the latest first, by the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from gezinscoach.accounts.tables import Account
from gezinscoach.kernel import vault
from gezinscoach.kernel.database import Columns, ask
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
    return tuple(_opened(db, gezin_id, ask(db, _NOTITIES, gezin_id=gezin_id, most=limit, skip=0)))


def page(
    db: Session, gezin_id: UUID, number: int = 1, *, contact: Contact | None = None, domein: str | None = None
) -> Bladzijde:
    """A page of notes of one kind and one levensdomein, or of all, in two queries."""
    total = ask(db, _narrowed(_COUNTED, contact, domein), gezin_id=gezin_id)[0][0]
    number = min(max(number, 1), max(1, -(-total // PER_PAGE)))
    asked, skip = _narrowed(_NOTITIES, contact, domein), (number - 1) * PER_PAGE
    rows = ask(db, asked, gezin_id=gezin_id, most=PER_PAGE, skip=skip)
    return Bladzijde(tuple(_opened(db, gezin_id, rows)), number, total)


def search(
    db: Session, gezin_id: UUID, sought: str, *, contact: Contact | None = None, domein: str | None = None
) -> Bladzijde:
    """The newest MOST_FOUND notes that hold every sought word: one query, read after opening."""
    asked = _narrowed(_NOTITIES, contact, domein)
    opened = _opened(db, gezin_id, ask(db, asked, gezin_id=gezin_id, most=MOST_SEARCHED, skip=0))
    found = [notitie for notitie in opened if matches(f"{notitie.tekst} {notitie.met_wie}", sought)]
    return Bladzijde(tuple(found[:MOST_FOUND]), 1, len(found))


_COUNTED = select(func.count()).select_from(Notitie).where(Notitie.gezin_id == bindparam("gezin_id"))
_NOTITIES = (
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
    .where(Notitie.gezin_id == bindparam("gezin_id"))
    .order_by(Notitie.datum.desc(), Notitie.made_at.desc(), Notitie.id)
    .limit(bindparam("most"))
    .offset(bindparam("skip"))
)


def _narrowed(asked: Select[*Columns], contact: Contact | None, domein: str | None) -> Select[*Columns]:
    if contact is not None:
        asked = asked.where(Notitie.contact == contact)
    return asked if domein is None else asked.where(Notitie.domein == domein)


def _opened(db: Session, gezin_id: UUID, rows: Sequence[Any]) -> list[NotitieRegel]:
    vault.open_scopes(db, {row.made_by for row in rows if row.naam_cell}, persons=False, groups=vault.STAFF)
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
