"""Reads of emergency accesses: how many there were, which run, which wait, and who has to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from gezinscoach.aanmelding.tables import Aanmelding, Voorstel
from gezinscoach.accounts import queries as accounts
from gezinscoach.dossier import policy as dossier_policy
from gezinscoach.dossier.rights import CODES
from gezinscoach.dossier.rules import Noodreden
from gezinscoach.dossier.tables import Gezin, Noodtoegang
from gezinscoach.kernel import vault
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.audit import AuditEvent
from gezinscoach.kernel.database import ask
from gezinscoach.kernel.dates import ZONE, day_of
from gezinscoach.privacy import policy
from gezinscoach.privacy.rules import NOOD_PERIODE, NOOD_WACHT
from gezinscoach.privacy.tables import Noodbericht

MISS = "noodtoegang.wrong_code"
OF_A_FAMILY = {
    "gezin_id": Gezin.id,
    "aanmelding_id": Aanmelding.gezin_id,
    "voorstel_id": Voorstel.gezin_id,
}
"""The names in an address that say which family it is about, each with the family that it leads to."""
MOST = 200


@dataclass(frozen=True, slots=True)
class Lopend:
    """An emergency access that runs: until when."""

    id: UUID
    gezin_id: UUID
    until: datetime


@dataclass(frozen=True, slots=True)
class Verzoek:
    """An emergency access as who must judge it sees it: who, why, and when; `code` only of the dossier."""

    id: UUID
    code: str
    wie: str
    categorie: Noodreden
    reden: str
    asked_at: datetime
    since: datetime | None
    until: datetime | None


def family_in(db: Session, given: Mapping[str, Any]) -> UUID | None:
    """The family that the names in an address lead to."""
    for name, family in OF_A_FAMILY.items():
        if name in given:
            found: UUID | None = db.scalar(select(family).where(family.class_.id == given[name]))
            return found
    return None


def count_granted(db: Session, account_id: UUID, now: datetime) -> int:
    """How many emergency accesses somebody had in the last 30 days."""
    return (
        db.scalar(
            select(func.count(Noodtoegang.id)).where(
                Noodtoegang.account_id == account_id, Noodtoegang.since > now - NOOD_PERIODE
            )
        )
        or 0
    )


def count_misses(db: Session, actor: Actor, now: datetime) -> int:
    """How many wrong codes somebody gave since midnight in Leuven."""
    return (
        db.scalar(
            select(func.count(AuditEvent.id)).where(
                AuditEvent.at >= datetime.combine(day_of(now), time(0), tzinfo=ZONE),
                AuditEvent.account_id == actor.account_id,
                AuditEvent.action == MISS,
            )
        )
        or 0
    )


_RUNS = (
    select(Noodtoegang.id)
    .where(
        Noodtoegang.account_id == bindparam("account_id"),
        Noodtoegang.until > bindparam("now"),
        Noodtoegang.ended_at.is_(None),
    )
    .limit(1)
)
_UNTOLD = (
    select(Noodbericht.noodtoegang_id)
    .where(Noodbericht.gezinscoach_id == bindparam("coach_id"), Noodbericht.seen_at.is_(None))
    .limit(1)
)
# Every page asks, and hardly ever is there anything: only then the question of rights is put together.


def running(db: Session, actor: Actor, now: datetime) -> list[Lopend]:
    """The emergency accesses that an actor has now, the first to end on top."""
    if not ask(db, _RUNS, account_id=actor.account_id, now=now):
        return []
    rows = db.execute(
        select(Noodtoegang.id, Noodtoegang.gezin_id, Noodtoegang.until)
        .join(Gezin, Gezin.id == Noodtoegang.gezin_id)
        .where(
            dossier_policy.emergency(actor, now),
            Noodtoegang.account_id == actor.account_id,
            Noodtoegang.until > now,
            Noodtoegang.ended_at.is_(None),
        )
        .order_by(Noodtoegang.until)
        .limit(MOST)
    )
    return [Lopend(row.id, row.gezin_id, row.until) for row in rows if row.until is not None]


def own(db: Session, actor: Actor, nood_id: UUID) -> Noodtoegang | None:
    """An emergency access that the actor had, to a family from which the actor is not kept away."""
    return db.scalar(
        select(Noodtoegang).where(
            Noodtoegang.id == nood_id,
            Noodtoegang.account_id == actor.account_id,
            dossier_policy.not_denied(actor, Noodtoegang.gezin_id),
        )
    )


def waiting(db: Session, actor: Actor, now: datetime, gezin_id: UUID | None = None) -> list[Noodtoegang]:
    """The requests of an actor that wait for a second person, for one dossier or for any."""
    asked = select(Noodtoegang).where(
        Noodtoegang.account_id == actor.account_id,
        Noodtoegang.since.is_(None),
        Noodtoegang.ended_at.is_(None),
        Noodtoegang.asked_at > now - NOOD_WACHT,
        dossier_policy.not_denied(actor, Noodtoegang.gezin_id),
    )
    return list(db.scalars(asked if gezin_id is None else asked.where(Noodtoegang.gezin_id == gezin_id)))


def to_confirm(db: Session, actor: Actor, now: datetime) -> list[Verzoek]:
    """The requests that wait for the actor as a second person, with their reasons."""
    wanted = (
        select(Noodtoegang.id)
        .join(Gezin, Gezin.id == Noodtoegang.gezin_id)
        .where(policy.to_confirm(actor, now))
        .order_by(Noodtoegang.asked_at)
        .limit(MOST)
    )
    return requests(db, actor, list(db.scalars(wanted)))


def count_to_confirm(db: Session, actor: Actor, now: datetime) -> int:
    """How many requests wait for the actor as a second person."""
    wanted = select(func.count(Noodtoegang.id)).join(Gezin, Gezin.id == Noodtoegang.gezin_id)
    return db.scalar(wanted.where(policy.to_confirm(actor, now))) or 0


def request(db: Session, actor: Actor, nood_id: UUID, now: datetime) -> Noodtoegang | None:
    """One request that waits for the actor as a second person."""
    return db.scalar(
        select(Noodtoegang)
        .join(Gezin, Gezin.id == Noodtoegang.gezin_id)
        .where(policy.to_confirm(actor, now), Noodtoegang.id == nood_id)
    )


def requests(db: Session, actor: Actor, ids: list[UUID]) -> list[Verzoek]:
    """Emergency accesses with their reasons, for who has to judge them: the keys are given back after."""
    rows = db.execute(
        select(Noodtoegang, Gezin.code_cell)
        .join(Gezin, Gezin.id == Noodtoegang.gezin_id)
        .where(Noodtoegang.id.in_(ids), Gezin.werking_id == actor.werking_id)
        .order_by(Noodtoegang.asked_at, Noodtoegang.id)
    ).all()
    names = accounts.names(db, actor.werking_id, {row.account_id for row, _code in rows})
    with vault.borrowed(db):
        vault.open_scopes(db, [row.gezin_id for row, _code in rows], groups=CODES, persons=False)
        return [
            Verzoek(
                row.id,
                Gezin.code.open(db, row.gezin_id, row.gezin_id, code) if code else "",
                names.get(row.account_id, ""),
                row.categorie,
                row.reden or "",
                row.asked_at,
                row.since,
                row.until,
            )
            for row, code in rows
        ]


def of_dossier(db: Session, actor: Actor, gezin_id: UUID) -> list[Verzoek]:
    """Every emergency access that there was to a dossier, the latest first."""
    ids = select(Noodtoegang.id).where(Noodtoegang.gezin_id == gezin_id, Noodtoegang.since.is_not(None))
    return requests(db, actor, list(db.scalars(ids.limit(MOST))))[::-1]


def untold(db: Session, actor: Actor) -> list[tuple[UUID, int]]:
    """The families of which the actor must still hear of an emergency access, with how many there were."""
    if not ask(db, _UNTOLD, coach_id=actor.coach_id):
        return []
    rows = db.execute(
        select(Noodtoegang.gezin_id, func.count())
        .join(Noodbericht, Noodbericht.noodtoegang_id == Noodtoegang.id)
        .where(Noodbericht.gezinscoach_id == actor.coach_id, Noodbericht.seen_at.is_(None))
        .where(dossier_policy.not_denied(actor, Noodtoegang.gezin_id))
        .group_by(Noodtoegang.gezin_id)
        .order_by(Noodtoegang.gezin_id)
        .limit(MOST)
    )
    return [(gezin_id, count) for gezin_id, count in rows]


def messages(db: Session, actor: Actor, gezin_id: UUID) -> list[Noodbericht]:
    """What the actor was told about a family and didn't see yet."""
    return list(
        db.scalars(
            select(Noodbericht)
            .join(Noodtoegang, Noodtoegang.id == Noodbericht.noodtoegang_id)
            .where(
                Noodtoegang.gezin_id == gezin_id,
                Noodbericht.gezinscoach_id == actor.coach_id,
                Noodbericht.seen_at.is_(None),
            )
        )
    )
