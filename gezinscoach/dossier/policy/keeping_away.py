"""Who is kept away from a family, as conditions on rows: the family is not there for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from gezinscoach.accounts.tables import Account, Gezinscoach, RoleGrant
from gezinscoach.dossier.tables import Gezin, Uitsluiting
from gezinscoach.kernel.access import Actor

# Whoever leaves an organisation that was kept away stays so: a role for it counts as long as it ran at
# any time since then. A gezinscoach who leaves is kept away in person from that moment, see actions.
_RAN_SINCE = or_(RoleGrant.until.is_(None), RoleGrant.until > Uitsluiting.since)


def _kept_from(account_id: UUID | BindParameter[UUID], organisatie_ids: Any) -> Select[UUID]:
    linked = select(Gezinscoach.id).where(Gezinscoach.account_id == account_id)
    worked = select(RoleGrant.id).where(
        RoleGrant.account_id == account_id,
        RoleGrant.organisatie_id == Uitsluiting.organisatie_id,
        _RAN_SINCE,
    )
    return select(Uitsluiting.gezin_id).where(
        Uitsluiting.until.is_(None),
        or_(
            Uitsluiting.account_id == account_id,
            Uitsluiting.gezinscoach_id.in_(linked),
            Uitsluiting.organisatie_id.in_(organisatie_ids),
            worked.exists(),
        ),
    )


def not_denied(actor: Actor, gezin_id: InstrumentedAttribute[Any] = Gezin.id) -> ColumnElement[bool]:
    """The rows of families from which the actor is not kept away; the command line is nobody's ex-partner.

    Kept away by account, as gezinscoach, or with the whole of an organisation that the actor works for, or
    had a role for since it is kept away.
    """
    if actor.account_id is None:
        return true()
    return gezin_id.not_in(_kept_from(actor.account_id, actor.organisatie_ids))


NOT_DENIED = Gezin.id.not_in(
    _kept_from(bindparam("account_id"), bindparam("organisatie_ids", expanding=True))
)
"""The same, for a question that is put together once; who asks comes with each asking, from `asking`."""


def kept_from(actor: Actor) -> Select[UUID] | None:
    """The families from which the actor is kept away, as a question; None for the command line."""
    return None if actor.account_id is None else _kept_from(actor.account_id, actor.organisatie_ids)


def hidden(db: Session, actor: Actor) -> list[UUID]:
    """The families from which the actor is kept away; for a line that is counted but must not be seen."""
    if actor.account_id is None:
        return []
    return list(db.scalars(_kept_from(actor.account_id, actor.organisatie_ids)))


def hit(accounts: Any, coaches: Any, organisaties: Any, now: datetime) -> ColumnElement[bool]:
    """The gezinscoaches who are one of these people or work, as such or in a role, for one of these
    organisations; each a set of ids or a question for one."""
    works_there = select(RoleGrant.account_id).where(
        RoleGrant.organisatie_id.in_(organisaties), or_(RoleGrant.until.is_(None), RoleGrant.until > now)
    )
    return or_(
        Gezinscoach.id.in_(coaches),
        Gezinscoach.organisatie_id.in_(organisaties),
        Gezinscoach.account_id.in_(accounts),
        Gezinscoach.account_id.in_(works_there),
    )


def _named(column: InstrumentedAttribute[UUID | None], gezin_id: UUID) -> Select[Any]:
    return select(column).where(
        Uitsluiting.gezin_id == gezin_id, Uitsluiting.until.is_(None), column.is_not(None)
    )


def _worked_there(gezin_id: UUID) -> Select[UUID]:
    return (
        select(RoleGrant.account_id)
        .join(Uitsluiting, Uitsluiting.organisatie_id == RoleGrant.organisatie_id)
        .where(Uitsluiting.gezin_id == gezin_id, Uitsluiting.until.is_(None), _RAN_SINCE)
    )


def coaches_kept_away(gezin_id: UUID, now: datetime) -> Select[UUID]:
    """The gezinscoaches who may not be chosen for a family."""
    people, coaches, organisaties = (
        _named(column, gezin_id)
        for column in (Uitsluiting.account_id, Uitsluiting.gezinscoach_id, Uitsluiting.organisatie_id)
    )
    return select(Gezinscoach.id).where(
        or_(hit(people, coaches, organisaties, now), Gezinscoach.account_id.in_(_worked_there(gezin_id)))
    )


def accounts_kept_away(gezin_id: UUID, now: datetime) -> Select[UUID]:
    """The accounts that may not be asked about a family."""
    coaches = select(Gezinscoach.account_id).where(
        Gezinscoach.id.in_(coaches_kept_away(gezin_id, now)), Gezinscoach.account_id.is_not(None)
    )
    return select(Account.id).where(
        or_(
            Account.id.in_(_named(Uitsluiting.account_id, gezin_id)),
            Account.id.in_(_worked_there(gezin_id)),
            Account.id.in_(coaches),
        )
    )
