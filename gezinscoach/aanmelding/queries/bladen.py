"""One aanmelding with its family, its steps and its proposals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import Session

from gezinscoach.aanmelding.rules import Antwoord, Toestand
from gezinscoach.aanmelding.tables import Aanmelding, Aanmeldstap, Voorstel
from gezinscoach.accounts import queries as accounts
from gezinscoach.accounts.tables import Gezinscoach
from gezinscoach.dossier import queries as dossier
from gezinscoach.dossier import rights
from gezinscoach.dossier.queries import Lid
from gezinscoach.dossier.rights import Relatie, Staat
from gezinscoach.dossier.rules import Lidsoort
from gezinscoach.dossier.tables import Gezin
from gezinscoach.kernel import vault

MOST = 200


@dataclass(frozen=True, slots=True)
class Blad:
    """One aanmelding with its family, keys open."""

    aanmelding: Aanmelding
    gezin: Gezin
    ouders: tuple[Lid, ...]


@dataclass(frozen=True, slots=True)
class Stap:
    """One step: who, when, why."""

    toestand: Toestand
    at: datetime
    door: str
    reden: str


@dataclass(frozen=True, slots=True)
class Vroeger:
    """A proposal of the past or present."""

    gezinscoach_id: UUID
    coach: str
    antwoord: Antwoord
    made_at: datetime
    answered_at: datetime | None
    reden: str
    redenen: tuple[dict[str, Any], ...]


def blad(db: Session, condition: ColumnElement[bool], aanmelding_id: UUID) -> Blad | None:
    """One aanmelding that a policy allows, with the keys of its family opened."""
    row = db.execute(
        select(Aanmelding, Gezin)
        .join(Gezin, Gezin.id == Aanmelding.gezin_id)
        .where(condition, Aanmelding.id == aanmelding_id)
    ).first()
    if row is None:
        return None
    aanmelding, gezin = row
    vault.open_scopes(db, [gezin.id], groups=rights.readable((Relatie.AANMELDPUNT,), Staat.AANMELDING))
    leden = dossier.leden(db, gezin.id)
    return Blad(aanmelding, gezin, tuple(lid for lid in leden if lid.soort is Lidsoort.OUDER))


_LATEST = (
    select(Aanmelding)
    .where(Aanmelding.gezin_id == bindparam("gezin_id"))
    .order_by(Aanmelding.datum.desc(), Aanmelding.made_at.desc(), Aanmelding.id)
    .limit(1)
)


def latest(db: Session, gezin_id: UUID) -> Aanmelding | None:
    """The last aanmelding of a family whose keys are open: how its dossier began."""
    return db.scalar(_LATEST, {"gezin_id": gezin_id})


def steps(db: Session, aanmelding: Aanmelding) -> list[Stap]:
    """The steps of an aanmelding whose key is open, the latest first."""
    rows = db.execute(
        select(Aanmeldstap.id, Aanmeldstap.toestand, Aanmeldstap.at, Aanmeldstap.by, Aanmeldstap.reden_cell)
        .where(Aanmeldstap.aanmelding_id == aanmelding.id)
        .order_by(Aanmeldstap.at.desc(), Aanmeldstap.id)
        .limit(MOST)
    ).all()
    who = accounts.names(db, aanmelding.werking_id, {row.by for row in rows if row.by})
    return [
        Stap(
            row.toestand,
            row.at,
            who.get(row.by, ""),
            Aanmeldstap.reden.open(db, aanmelding.gezin_id, row.id, row.reden_cell) if row.reden_cell else "",
        )
        for row in rows
    ]


def proposals(db: Session, aanmelding: Aanmelding) -> list[Vroeger]:
    """The proposals for an aanmelding whose key is open, the latest first."""
    rows = db.execute(
        select(
            Voorstel.id,
            Voorstel.gezinscoach_id,
            Voorstel.antwoord,
            Voorstel.made_at,
            Voorstel.answered_at,
            Voorstel.reden_cell,
            Voorstel.redenen_cell,
            Gezinscoach.naam_cell,
        )
        .join(Gezinscoach, Gezinscoach.id == Voorstel.gezinscoach_id)
        .where(Voorstel.aanmelding_id == aanmelding.id)
        .order_by(Voorstel.made_at.desc(), Voorstel.id)
        .limit(MOST)
    ).all()
    vault.open_scopes(db, [row.gezinscoach_id for row in rows], groups=vault.STAFF)
    scope = aanmelding.gezin_id
    return [
        Vroeger(
            row.gezinscoach_id,
            Gezinscoach.naam.open(db, row.gezinscoach_id, row.gezinscoach_id, row.naam_cell),
            row.antwoord,
            row.made_at,
            row.answered_at,
            Voorstel.reden.open(db, scope, row.id, row.reden_cell) if row.reden_cell else "",
            tuple(Voorstel.redenen.open(db, scope, row.id, row.redenen_cell) if row.redenen_cell else ()),
        )
        for row in rows
    ]
