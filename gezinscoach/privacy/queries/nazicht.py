"""Reads of what was found in the trace, and of the events to search; names are compared, never handed out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from gezinscoach.accounts import queries as accounts
from gezinscoach.accounts.tables import Account, Gezinscoach, RoleGrant
from gezinscoach.dossier.rights import COMPARED
from gezinscoach.dossier.tables import Coachperiode, Consult, Gezin
from gezinscoach.kernel import vault
from gezinscoach.kernel.access import Actor, Rol
from gezinscoach.kernel.audit import AuditEvent
from gezinscoach.kernel.sealing import readable
from gezinscoach.privacy import policy
from gezinscoach.privacy.nazicht.feiten import COMMAND_LINE, LINKS, Feit
from gezinscoach.privacy.rules import Oordeel, Soort
from gezinscoach.privacy.tables import Nazicht, Nazichtspoor

SEARCH = "nazicht.search"
PER_PAGE = 50
MOST = 20_000


@dataclass(frozen=True, slots=True)
class Regel:
    """A finding in the list: a dossier only by its scope, who by name."""

    id: UUID
    soort: Soort
    wie: str
    scope_id: UUID | None
    aantal: int
    found_at: datetime
    oordeel: Oordeel | None


def last_search(db: Session, actor: Actor) -> datetime | None:
    """When the trace of a werking was last searched; no moment when it never was."""
    return db.scalar(
        select(func.max(AuditEvent.at)).where(
            AuditEvent.werking_id == actor.werking_id, AuditEvent.action == SEARCH
        )
    )


def feiten(db: Session, actor: Actor, since: datetime, until: datetime) -> list[Feit]:
    """The events of people in a werking between two moments, in order; of the command line only LINKS."""
    rows = db.execute(
        select(
            AuditEvent.id,
            AuditEvent.at,
            func.coalesce(AuditEvent.account_id, COMMAND_LINE),
            AuditEvent.action,
            AuditEvent.groups,
            AuditEvent.scope_id,
            AuditEvent.thing_id,
        )
        .where(
            AuditEvent.werking_id == actor.werking_id,
            or_(AuditEvent.account_id.is_not(None), AuditEvent.action.in_(LINKS)),
            AuditEvent.at >= since,
            AuditEvent.at < until,
        )
        .order_by(AuditEvent.at, AuditEvent.id)
    )
    whom = _readers(db, actor, since, until)
    return [Feit(*row, whom.get(row.thing_id) if row.action in LINKS else None) for row in rows]


def _readers(db: Session, actor: Actor, since: datetime, until: datetime) -> dict[UUID, UUID]:
    """To whom the deeds of LINKS gave a family to read: accounts by coachperiode or consult."""
    given = select(AuditEvent.thing_id).where(
        AuditEvent.werking_id == actor.werking_id,
        AuditEvent.action.in_(LINKS),
        AuditEvent.at >= since,
        AuditEvent.at < until,
    )
    coaches = (
        select(Coachperiode.id, Gezinscoach.account_id)
        .join(Gezinscoach, Gezinscoach.id == Coachperiode.gezinscoach_id)
        .where(Coachperiode.id.in_(given), Gezinscoach.account_id.is_not(None))
    )
    asked = select(Consult.id, Consult.account_id).where(Consult.id.in_(given))
    return {row.id: row.account_id for row in db.execute(coaches.union_all(asked))}


def names_to_compare(
    db: Session, actor: Actor, some: Sequence[Feit]
) -> tuple[dict[UUID, str], dict[UUID, str]]:
    """The names of the readers and of the families that they opened, for one comparison: the keys are given
    back here, and nobody is shown a name."""
    read = {feit.scope for feit in some if feit.opened and feit.scope is not None}
    with vault.borrowed(db):
        people = accounts.names(db, actor.werking_id, {feit.account for feit in some})
        rows = db.execute(
            select(Gezin.id, Gezin.naam_cell)
            .where(Gezin.werking_id == actor.werking_id, Gezin.naam_cell.is_not(None))
            .limit(MOST)
        ).all()
        rows = [row for row in rows if row.id in read]
        vault.open_scopes(db, [row.id for row in rows], groups=COMPARED, persons=False, compares=True)
        families = {row.id: Gezin.naam.open(db, row.id, row.id, row.naam_cell) for row in rows}
    return {one: readable(naam) for one, naam in people.items()}, {
        one: readable(naam) for one, naam in families.items()
    }


def known(db: Session, actor: Actor, indexes: Sequence[bytes]) -> set[bytes]:
    """Those of these findings that stand there already."""
    found: set[bytes] = set()
    for start in range(0, len(indexes), 500):
        found.update(
            db.scalars(
                select(Nazicht.vondst_index).where(
                    Nazicht.werking_id == actor.werking_id,
                    Nazicht.vondst_index.in_(indexes[start : start + 500]),
                )
            )
        )
    return found


def findings(
    db: Session, actor: Actor, oordeel: Oordeel | None, soort: Soort | None, page: int
) -> tuple[list[Regel], bool]:
    """A page of findings with one verdict, or without: the oldest first; and whether there are more."""
    wanted = select(Nazicht).where(policy.findings(actor), Nazicht.oordeel.is_not_distinct_from(oordeel))
    if soort is not None:
        wanted = wanted.where(Nazicht.soort == soort)
    rows = db.scalars(
        wanted.order_by(Nazicht.found_at, Nazicht.id).offset((page - 1) * PER_PAGE).limit(PER_PAGE + 1)
    ).all()
    names = accounts.names(db, actor.werking_id, {row.account_id for row in rows if row.account_id})
    listed = [
        Regel(
            row.id,
            row.soort,
            names.get(row.account_id, "") if row.account_id else "",
            row.scope_id,
            row.aantal,
            row.found_at,
            row.oordeel,
        )
        for row in rows[:PER_PAGE]
    ]
    return listed, len(rows) > PER_PAGE


def finding(db: Session, actor: Actor, nazicht_id: UUID) -> Nazicht | None:
    """One finding that the actor may judge, its comment readable."""
    row = db.scalar(select(Nazicht).where(policy.findings(actor), Nazicht.id == nazicht_id))
    if row is not None:
        vault.open_scopes(db, [row.werking_id], persons=False, groups=vault.STAFF)
    return row


def events_of(db: Session, actor: Actor, row: Nazicht) -> Sequence[AuditEvent]:
    """The events that something was found in; of an emergency all that its holder did with it."""
    about: ColumnElement[bool] = AuditEvent.id.in_(
        select(Nazichtspoor.event_id).where(Nazichtspoor.nazicht_id == row.id)
    )
    if row.noodtoegang_id is not None:
        about = and_(AuditEvent.scope_id == row.scope_id, AuditEvent.thing_id == row.noodtoegang_id)
    wanted = select(AuditEvent).where(policy.events(actor), about)
    return db.scalars(wanted.order_by(AuditEvent.at, AuditEvent.id).limit(200)).all()


def unreviewed(db: Session, condition: ColumnElement[bool], soort: Soort | None = None) -> list[datetime]:
    """When each of these findings without a verdict was found; no more, so anybody may count."""
    wanted = select(Nazicht.found_at).where(condition, Nazicht.oordeel.is_(None))
    return list(db.scalars((wanted if soort is None else wanted.where(Nazicht.soort == soort)).limit(MOST)))


def count_stuck(db: Session, actor: Actor, now: datetime) -> int:
    """How many findings without a verdict nobody of the werking may judge."""
    judged = or_(false(), *(policy.findings(one) for one in _judges(db, actor, now)))
    waiting = policy.counted(actor), Nazicht.oordeel.is_(None), ~judged
    return db.scalar(select(func.count(Nazicht.id)).where(*waiting)) or 0


def _judges(db: Session, actor: Actor, now: datetime) -> list[Actor]:
    """Everybody who is functionaris in the werking now, with all organisations that they work for."""
    houses: dict[UUID, set[UUID]] = defaultdict(set)
    judges: set[UUID] = set()
    for row in db.execute(
        select(RoleGrant.account_id, RoleGrant.rol, RoleGrant.organisatie_id, Gezinscoach.organisatie_id)
        .join(Account, Account.id == RoleGrant.account_id)
        .outerjoin(Gezinscoach, Gezinscoach.account_id == Account.id)
        .where(Account.werking_id == actor.werking_id, Account.active, RoleGrant.since <= now)
        .where(or_(RoleGrant.until.is_(None), RoleGrant.until > now))
        .limit(MOST)
    ):
        account_id, rol, *works_for = row
        houses[account_id].update(one for one in works_for if one)
        if rol is Rol.FUNCTIONARIS:
            judges.add(account_id)
    role = frozenset({(Rol.FUNCTIONARIS, None)})
    return [
        Actor(actor.werking_id, one, grants=role, organisatie_ids=frozenset(houses[one])) for one in judges
    ]
