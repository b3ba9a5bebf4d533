"""Reads of consults: an expert asked about one dossier, for a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from gezinscoach.accounts import queries as accounts
from gezinscoach.accounts.tables import Account, Gezinscoach, Organisatie, RoleGrant
from gezinscoach.dossier import policy, rights
from gezinscoach.dossier.rights import Relatie
from gezinscoach.dossier.tables import Consult, Gezin
from gezinscoach.kernel import vault
from gezinscoach.kernel.access import Actor, Rol
from gezinscoach.kernel.fields import Groep


@dataclass(frozen=True, slots=True)
class Consultregel:
    """A consult: about which dossier, what was asked, by a coach of which organisation, until when."""

    id: UUID
    gezin_id: UUID
    code: str
    deskundige: str
    vraag: str
    since: datetime
    until: datetime
    vrager: str
    organisatie: str


_ASKED = frozenset({Groep.PROCES.value, Groep.NOTITIES.value})


def consulted(db: Session, actor: Actor, now: datetime) -> list[Consultregel]:
    """The consults that are open for an expert now, the first to end on top."""
    return _listed(db, actor, policy.open_consults(actor, now), rights.readable((Relatie.GERAADPLEEGD,)))


def asked(db: Session, actor: Actor, gezin_id: UUID) -> list[Consultregel]:
    """Every consult about a family whose keys are open, the first to end on top."""
    return _listed(db, actor, Consult.gezin_id == gezin_id, _ASKED)


def consult(db: Session, gezin_id: UUID, consult_id: UUID) -> Consult | None:
    """One consult about a family."""
    return db.scalar(select(Consult).where(Consult.gezin_id == gezin_id, Consult.id == consult_id))


def deskundigen(db: Session, actor: Actor, gezin_id: UUID, now: datetime) -> list[tuple[UUID, str]]:
    """The experts of the werking who can be asked about a family now, by name: account and name."""
    holding = (
        select(Account.id)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            Account.werking_id == actor.werking_id,
            Account.active,
            Account.id.not_in(policy.accounts_kept_away(gezin_id, now)),
            RoleGrant.rol == Rol.DESKUNDIGE,
            RoleGrant.since <= now,
            or_(RoleGrant.until.is_(None), RoleGrant.until > now),
        )
        .distinct()
        .limit(500)
    )
    named = accounts.names(db, actor.werking_id, set(db.scalars(holding)))
    return sorted(named.items(), key=lambda pair: pair[1].casefold())


def _listed(
    db: Session, actor: Actor, condition: ColumnElement[bool], groups: frozenset[str]
) -> list[Consultregel]:
    rows = db.execute(
        select(
            Consult.id,
            Consult.gezin_id,
            Consult.account_id,
            Consult.since,
            Consult.until,
            Consult.vraag_cell,
            Gezin.code_cell,
            Consult.asked_by,
            Organisatie.naam.label("organisatie"),
        )
        .join(Gezin, Gezin.id == Consult.gezin_id)
        .outerjoin(Gezinscoach, Gezinscoach.account_id == Consult.asked_by)
        .outerjoin(Organisatie, Organisatie.id == Gezinscoach.organisatie_id)
        .where(condition)
        .order_by(Consult.until, Consult.id)
        .limit(200)
    ).all()
    vault.open_scopes(db, [row.gezin_id for row in rows], groups=groups)
    names = accounts.names(
        db, actor.werking_id, {one for row in rows for one in (row.account_id, row.asked_by)}
    )
    return [
        Consultregel(
            row.id,
            row.gezin_id,
            Gezin.code.open(db, row.gezin_id, row.gezin_id, row.code_cell),
            names.get(row.account_id, ""),
            Consult.vraag.open(db, row.gezin_id, row.id, row.vraag_cell) if row.vraag_cell else "",
            row.since,
            row.until,
            names.get(row.asked_by, ""),
            row.organisatie or "",
        )
        for row in rows
    ]
