"""Reads of families and of the codelist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, or_, select
from sqlalchemy.orm import Session

from gezinscoach.dossier import policy, rights
from gezinscoach.dossier.rights import Deed, Relatie
from gezinscoach.dossier.rules import Domein, Lidsoort
from gezinscoach.dossier.tables import Coachperiode, Gezin, Gezinslid, Levensdomein
from gezinscoach.kernel import vault
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.database import ask
from gezinscoach.kernel.fields import Groep

MOST = 5000


@dataclass(frozen=True, slots=True)
class GezinRegel:
    """A family in a list."""

    id: UUID
    code: str
    naam: str
    waarschuwing: str | None
    afgesloten_op: date | None


@dataclass(frozen=True, slots=True)
class Lid:
    """A parent or child; `geboren` is an ISO date, a year, or None."""

    id: UUID
    soort: Lidsoort
    naam: str
    geboren: str | None


def gezin(
    db: Session, condition: ColumnElement[bool], gezin_id: UUID, *, groups: frozenset[str]
) -> Gezin | None:
    """One family that a policy allows, with the keys of these field groups opened."""
    row = db.scalar(select(Gezin).where(condition, Gezin.id == gezin_id))
    if row is not None:
        vault.open_scopes(db, [row.id], groups=groups)
    return row


_tied = policy.TIED.where(Coachperiode.gezin_id == bindparam("gezin_id")).subquery()
_ENTERED = select(Gezin, _tied.c.rol).join(_tied, _tied.c.gezin_id == Gezin.id).where(policy.NOT_DENIED)


def entered(
    db: Session, actor: Actor, today: date, gezin_id: UUID
) -> tuple[Gezin, frozenset[Relatie]] | None:
    """One family that the actor opens by a tie on a day, and by which ties; with the keys opened of what
    those ties let read."""
    rows = db.execute(_ENTERED, policy.asking(actor, today) | {"gezin_id": gezin_id}).all()
    if not rows:
        return None
    gezin, held = rows[0][0], {row.rol for row in rows}
    relaties = frozenset(tie for tie, rol in policy.TIES.items() if rol in held)
    vault.open_scopes(db, [gezin.id], groups=rights.readable(relaties))
    vault.require_key(db, gezin.id)
    return gezin, relaties


def coached(db: Session, actor: Actor, today: date, gezin_id: UUID) -> Gezin | None:
    """One family of which the actor is the coach or the stand-in on a day, with its keys opened."""
    found = entered(db, actor, today, gezin_id)
    return found[0] if found else None


_ALL_COACHED = (
    select(Gezin.id, Gezin.code_cell, Gezin.naam_cell, Gezin.waarschuwing_cell, Gezin.afgesloten_op)
    .where(policy.COACHED)
    .order_by(Gezin.made_at, Gezin.id)
    .limit(MOST)
)


_LISTED = frozenset(groep.value for groep in (Groep.PROCES, Groep.NAMEN, Groep.CONTACT))


def all_coached(db: Session, actor: Actor, today: date) -> list[GezinRegel]:
    """The families of which the actor is the coach or the stand-in on a day, by name."""
    rows = ask(db, _ALL_COACHED, **policy.asking(actor, today, Deed.LIST))
    vault.open_scopes(db, [row.id for row in rows], groups=_LISTED, persons=False)
    listed = [
        GezinRegel(
            row.id,
            Gezin.code.open(db, row.id, row.id, row.code_cell),
            Gezin.naam.open(db, row.id, row.id, row.naam_cell) if row.naam_cell else "",
            Gezin.waarschuwing.open(db, row.id, row.id, row.waarschuwing_cell)
            if row.waarschuwing_cell
            else None,
            row.afgesloten_op,
        )
        for row in rows
    ]
    return sorted(listed, key=lambda regel: (regel.naam.casefold(), regel.code))


_LEDEN = (
    select(Gezinslid.id, Gezinslid.soort, Gezinslid.naam_cell, Gezinslid.geboren_cell)
    .where(Gezinslid.gezin_id == bindparam("gezin_id"))
    .order_by(Gezinslid.soort.desc(), Gezinslid.volgorde, Gezinslid.id)
    .limit(200)
)


def leden(db: Session, gezin_id: UUID) -> list[Lid]:
    """The members of a family whose keys are open: parents first."""
    return [
        Lid(
            row.id,
            row.soort,
            Gezinslid.naam.open(db, row.id, row.id, row.naam_cell) if row.naam_cell else "",
            Gezinslid.geboren.open(db, row.id, row.id, row.geboren_cell) if row.geboren_cell else None,
        )
        for row in ask(db, _LEDEN, gezin_id=gezin_id)
    ]


_CODELIST = (
    select(
        Levensdomein.code,
        Levensdomein.ouder_code,
        Levensdomein.naam,
        Levensdomein.vraag,
        Levensdomein.volgorde,
    )
    .where(
        Levensdomein.geldig_van <= bindparam("day"),
        or_(Levensdomein.geldig_tot.is_(None), Levensdomein.geldig_tot >= bindparam("day")),
    )
    .order_by(Levensdomein.volgorde)
    .limit(500)
)


def codelist(db: Session, day: date) -> tuple[Domein, ...]:
    """The grondrechten and the content areas under them that hold on a day, in order."""
    return tuple(Domein(*row) for row in ask(db, _CODELIST, day=day))


def by_code(
    db: Session, condition: ColumnElement[bool], code: str, *, groups: frozenset[str]
) -> Gezin | None:
    """The family with this dossiercode, if a policy allows it, with the keys of these field groups opened."""
    row = db.scalar(select(Gezin).where(condition, Gezin.code_index == code_index(db, code)))
    if row is not None:
        vault.open_scopes(db, [row.id], groups=groups)
    return row


def code_index(db: Session, code: str) -> bytes:
    """The blind index of a dossiercode, blind to case and spaces."""
    return vault.of(db).index("gezin.code", "".join(code.split()).upper())
