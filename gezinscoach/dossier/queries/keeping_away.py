"""Reads of who is kept away from a family, and of who can be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from gezinscoach.accounts import queries as accounts
from gezinscoach.accounts.tables import Account, Gezinscoach, Organisatie
from gezinscoach.dossier.rules import Uitsluitsoort
from gezinscoach.dossier.tables import Uitsluiting
from gezinscoach.kernel import vault
from gezinscoach.kernel.access import Actor


@dataclass(frozen=True, slots=True)
class Uitsluitregel:
    """Somebody who is or was kept away from a family, why, and by whom."""

    id: UUID
    wie: str
    organisatie: bool
    soort: Uitsluitsoort
    since: datetime
    until: datetime | None
    door: str
    reden: str
    reden_einde: str


def uitsluitingen(db: Session, actor: Actor, gezin_id: UUID) -> list[Uitsluitregel]:
    """Who is and was kept away from a family whose keys are open: who is now on top, then the latest."""
    rows = db.execute(
        select(Uitsluiting, Gezinscoach.naam_cell, Organisatie.naam)
        .outerjoin(Gezinscoach, Gezinscoach.id == Uitsluiting.gezinscoach_id)
        .outerjoin(Organisatie, Organisatie.id == Uitsluiting.organisatie_id)
        .where(Uitsluiting.gezin_id == gezin_id)
        .order_by(Uitsluiting.until.is_not(None), Uitsluiting.since.desc(), Uitsluiting.id)
        .limit(200)
    ).all()
    vault.open_scopes(
        db, [row.gezinscoach_id for row, *_ in rows if row.gezinscoach_id], persons=False, groups=vault.STAFF
    )
    known = accounts.names(
        db,
        actor.werking_id,
        {one for row, *_ in rows for one in (row.account_id, row.made_by, row.ended_by) if one},
    )

    def wie(row: Uitsluiting, cell: bytes | None, organisatie: str | None) -> str:
        if row.gezinscoach_id and cell:
            return Gezinscoach.naam.open(db, row.gezinscoach_id, row.gezinscoach_id, cell)
        return organisatie or known.get(row.account_id or gezin_id, "")

    return [
        Uitsluitregel(
            row.id,
            wie(row, cell, organisatie),
            row.organisatie_id is not None,
            row.soort,
            row.since,
            row.until,
            known.get(row.made_by or gezin_id, ""),
            row.reden or "",
            row.reden_einde or "",
        )
        for row, cell, organisatie in rows
    ]


def uitsluiting(db: Session, gezin_id: UUID, uitsluiting_id: UUID) -> Uitsluiting | None:
    """One who is or was kept away from a family."""
    return db.scalar(
        select(Uitsluiting).where(Uitsluiting.gezin_id == gezin_id, Uitsluiting.id == uitsluiting_id)
    )


@dataclass(frozen=True, slots=True)
class Mensen:
    """Who can be kept away: gezinscoaches (with their organisation), other people, organisations; by name.

    `weg` are those who are so already.
    """

    coaches: tuple[tuple[UUID, str], ...]
    anderen: tuple[tuple[UUID, str], ...]
    organisaties: tuple[tuple[UUID, str], ...]
    weg: frozenset[UUID]


def mensen(db: Session, actor: Actor, gezin_id: UUID) -> Mensen:
    """Everybody who works with gezinscoach in the werking of the actor, the actor left out."""
    coaches = accounts.coaches(db, actor)
    linked = select(Gezinscoach.account_id).where(Gezinscoach.account_id.is_not(None))
    others = db.scalars(
        select(Account.id).where(
            Account.werking_id == actor.werking_id,
            Account.active,
            Account.id != actor.account_id,
            Account.id.not_in(linked),
        )
    )
    named = accounts.names(db, actor.werking_id, set(others))
    away = select(Uitsluiting.gezinscoach_id, Uitsluiting.account_id, Uitsluiting.organisatie_id)
    now_away = db.execute(away.where(Uitsluiting.gezin_id == gezin_id, Uitsluiting.until.is_(None)))
    return Mensen(
        tuple((row.id, f"{row.naam} ({row.organisatie})") for row in coaches if row.id != actor.coach_id),
        tuple(sorted(named.items(), key=lambda pair: pair[1].casefold())),
        tuple((row.id, row.naam) for row in accounts.organisaties(db, actor)),
        frozenset(one for row in now_away for one in row if one),
    )
