"""Reads of mandaten, of one family or of many: a condition that a policy gave, or ids found under one.

No bound: what was cut off would be a right that is not seen, or a sum that is not whole.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, bindparam, select
from sqlalchemy.orm import Session

from gezinscoach.dossier.tables import Gezin
from gezinscoach.kernel.database import ask
from gezinscoach.kernel.dates import day_of
from gezinscoach.mandaat.rules import Bereik, Partnerlijn, Vorm, Yes, last_day
from gezinscoach.mandaat.tables import Mandaat, Mandaatbereik, Mandaatpartner

Families = ColumnElement[bool] | Collection[UUID]


@dataclass(frozen=True, slots=True)
class Stand:
    """How a family's mandaat stands on a day: what it allows, and when it ends or should be talked over."""

    bereik: frozenset[Bereik]
    tot: date | None
    herbekijken_op: date | None


@dataclass(frozen=True, slots=True)
class Bereikregel:
    """One scope of a mandaat: the days on which it held, and who withdrew it when."""

    bereik: Bereik
    withdrawn_at: datetime | None
    withdrawn_by: UUID | None
    yes: Yes


@dataclass(frozen=True, slots=True)
class Partnerregel:
    """One partner of a mandaat."""

    id: UUID
    withdrawn_at: datetime | None
    lijn: Partnerlijn


@dataclass(frozen=True, slots=True)
class Mandaatregel:
    """One mandaat with all that was withdrawn of it."""

    id: UUID
    gegeven_op: date
    tot: date | None
    herbekijken_op: date | None
    vorm: Vorm
    made_at: datetime
    made_by: UUID | None
    gever: str
    toelichting: str
    bereik: tuple[Bereikregel, ...]
    partners: tuple[Partnerregel, ...]


def yesses(db: Session, families: ColumnElement[bool]) -> dict[UUID, list[Yes]]:
    """Every scope that these families ever gave, with the days on which it held."""
    given: dict[UUID, list[Yes]] = {}
    for row in _scopes(db, families):
        given.setdefault(row.gezin_id, []).append(_yes(row))
    return given


def partners(db: Session, families: ColumnElement[bool]) -> dict[UUID, list[Partnerlijn]]:
    """Every partner that these families, whose keys are open, ever named, with the days on which it held."""
    named: dict[UUID, list[Partnerlijn]] = {}
    for row in _partners(db, families):
        named.setdefault(row.gezin_id, []).append(_lijn(db, row))
    return named


def stands(db: Session, families: Families, day: date) -> dict[UUID, Stand]:
    """How the mandaat of each of these families stands on a day; those without a valid one are left out."""
    holding: dict[UUID, list[Any]] = {}
    for row in _scopes(db, families):
        if _yes(row).holds(day):
            holding.setdefault(row.gezin_id, []).append(row)
    return {gezin_id: _stand(rows) for gezin_id, rows in holding.items()}


def periods(db: Session, families: ColumnElement[bool]) -> dict[UUID, list[tuple[date, date | None]]]:
    """The days (first, last; None is open) on which any scope of each mandaat held, for the toelage.

    A mandaat that was withdrawn wholly ends on the day of its last withdrawal, that day included.
    """
    mandaten: dict[UUID, list[Any]] = {}
    for row in _scopes(db, families):
        mandaten.setdefault(row.mandaat_id, []).append(row)
    found: dict[UUID, list[tuple[date, date | None]]] = {}
    for rows in mandaten.values():
        first: date = rows[0].gegeven_op
        last: date | None = rows[0].tot
        ends = [day_of(row.withdrawn_at) for row in rows if row.withdrawn_at is not None]
        if len(ends) == len(rows):
            last = max(first, min(max(ends), last or date.max))
        found.setdefault(rows[0].gezin_id, []).append((first, last))
    return found


_MANDATEN = (
    select(Mandaat)
    .where(Mandaat.gezin_id == bindparam("gezin_id"))
    .order_by(Mandaat.gegeven_op.desc(), Mandaat.made_at.desc(), Mandaat.id)
    .limit(500)
)


def history(db: Session, gezin_id: UUID) -> list[Mandaatregel]:
    """Every mandaat of a family whose keys are open, the latest first; what was withdrawn stays visible."""
    family = [gezin_id]
    scopes: dict[UUID, list[Bereikregel]] = {}
    for row in _scopes(db, family):
        scopes.setdefault(row.mandaat_id, []).append(
            Bereikregel(row.bereik, row.withdrawn_at, row.withdrawn_by, _yes(row))
        )
    named: dict[UUID, list[Partnerregel]] = {}
    for row in _partners(db, family):
        named.setdefault(row.mandaat_id, []).append(Partnerregel(row.id, row.withdrawn_at, _lijn(db, row)))
    order = list(Bereik)
    return [
        Mandaatregel(
            row.id,
            row.gegeven_op,
            row.tot,
            row.herbekijken_op,
            row.vorm,
            row.made_at,
            row.made_by,
            row.gever or "",
            row.toelichting or "",
            tuple(sorted(scopes.get(row.id, ()), key=lambda scope: order.index(scope.bereik))),
            tuple(sorted(named.get(row.id, ()), key=lambda partner: partner.lijn.partner.casefold())),
        )
        for row in db.scalars(_MANDATEN, {"gezin_id": gezin_id})
    ]


def partner(db: Session, gezin_id: UUID, partner_id: UUID) -> Mandaatpartner | None:
    """One partner that a family named."""
    return db.scalar(
        select(Mandaatpartner).where(Mandaatpartner.gezin_id == gezin_id, Mandaatpartner.id == partner_id)
    )


_ids: BindParameter[UUID] = bindparam("ids", expanding=True)
_SCOPES = (
    select(
        Mandaatbereik.gezin_id,
        Mandaatbereik.mandaat_id,
        Mandaatbereik.bereik,
        Mandaatbereik.withdrawn_at,
        Mandaatbereik.withdrawn_by,
        Mandaat.gegeven_op,
        Mandaat.tot,
        Mandaat.herbekijken_op,
    )
    .join(Mandaat, Mandaat.id == Mandaatbereik.mandaat_id)
    .order_by(Mandaat.gegeven_op, Mandaat.id, Mandaatbereik.bereik)
)
_SCOPES_OF = _SCOPES.where(Mandaatbereik.gezin_id.in_(_ids))
_PARTNERS = (
    select(
        Mandaatpartner.id,
        Mandaatpartner.gezin_id,
        Mandaatpartner.mandaat_id,
        Mandaatpartner.tot,
        Mandaatpartner.withdrawn_at,
        Mandaatpartner.partner_cell,
        Mandaatpartner.domeinen_cell,
        Mandaat.gegeven_op,
        Mandaat.tot.label("mandaat_tot"),
    )
    .join(Mandaat, Mandaat.id == Mandaatpartner.mandaat_id)
    .order_by(Mandaat.gegeven_op, Mandaat.id, Mandaatpartner.id)
)
_PARTNERS_OF = _PARTNERS.where(Mandaatpartner.gezin_id.in_(_ids))


def _scopes(db: Session, families: Families) -> Sequence[Any]:
    if not isinstance(families, ColumnElement):
        return ask(db, _SCOPES_OF, ids=list(families))
    return db.execute(_SCOPES.join(Gezin, Gezin.id == Mandaatbereik.gezin_id).where(families)).all()


def _partners(db: Session, families: Families) -> Sequence[Any]:
    if not isinstance(families, ColumnElement):
        return ask(db, _PARTNERS_OF, ids=list(families))
    return db.execute(_PARTNERS.join(Gezin, Gezin.id == Mandaatpartner.gezin_id).where(families)).all()


def _yes(row: Any) -> Yes:
    return Yes(row.bereik, row.gegeven_op, last_day(row.tot, row.withdrawn_at))


def _lijn(db: Session, row: Any) -> Partnerlijn:
    gezin_id = row.gezin_id
    domeinen = (
        Mandaatpartner.domeinen.open(db, gezin_id, row.id, row.domeinen_cell) if row.domeinen_cell else ()
    )
    ends = [day for day in (row.tot, row.mandaat_tot) if day is not None]
    return Partnerlijn(
        Mandaatpartner.partner.open(db, gezin_id, row.id, row.partner_cell),
        frozenset(domeinen),
        row.gegeven_op,
        last_day(min(ends) if ends else None, row.withdrawn_at),
    )


def _stand(rows: Sequence[Any]) -> Stand:
    ends = [row.tot for row in rows]
    reviews = [row.herbekijken_op for row in rows if row.herbekijken_op is not None]
    return Stand(
        frozenset(row.bereik for row in rows),
        None if None in ends else max(ends),
        max(reviews) if reviews else None,
    )
