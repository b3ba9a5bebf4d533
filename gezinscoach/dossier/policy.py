"""Rights over cases: a relation opens a dossier, a role alone never does. Asked as a condition on rows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, false, or_, select
from sqlalchemy.orm import aliased

from gezinscoach.accounts.tables import Gezinscoach
from gezinscoach.dossier.rules import Coachrol
from gezinscoach.dossier.tables import Coachperiode, Consult, Gezin
from gezinscoach.kernel.access import Actor, Rol

PLACERS = frozenset({Rol.AANMELDPUNT, Rol.COORDINATOR})

# Made once: an alias costs more than the question it stands in.
_coach, _family = aliased(Gezinscoach), aliased(Gezin)


def running(today: date | BindParameter[date]) -> ColumnElement[bool]:
    """The coachperiodes that hold on a day: the open one of the vaste vertrouwenspersoon, or a stand-in
    inside the window; none of a coach whose last day has passed."""
    gone = select(_coach.id).where(_coach.gestopt_op < today)
    return and_(
        or_(
            and_(Coachperiode.rol == Coachrol.VAST, Coachperiode.tot.is_(None)),
            and_(
                Coachperiode.rol == Coachrol.VERVANGER,
                Coachperiode.van <= today,
                Coachperiode.tot >= today,
                Coachperiode.ended_at.is_(None),
            ),
        ),
        Coachperiode.gezinscoach_id.not_in(gone),
    )


def own(actor: Actor, today: date) -> ColumnElement[bool]:
    """The dossiers, not closed, of which the actor is the vaste vertrouwenspersoon on a day: no stand-in."""
    if actor.coach_id is None:
        return false()
    vast = and_(running(today), Coachperiode.rol == Coachrol.VAST)
    return _of(actor.coach_id, actor.werking_id, vast)


def _of(
    coach_id: UUID | BindParameter[UUID],
    werking_id: UUID | BindParameter[UUID],
    periodes: ColumnElement[bool],
) -> ColumnElement[bool]:
    # All of it inside, so that the database starts from the few periods of one coach, not from every family.
    mine = (
        select(Coachperiode.gezin_id)
        .join(_family, _family.id == Coachperiode.gezin_id)
        .where(
            Coachperiode.gezinscoach_id == coach_id,
            periodes,
            _family.werking_id == werking_id,
            _family.afgesloten_op.is_(None),
        )
    )
    return Gezin.id.in_(mine)


COACHED = _of(bindparam("coach_id"), bindparam("werking_id"), running(bindparam("today")))
"""The dossiers, not closed, of which the actor is vaste vertrouwenspersoon or stand-in on a day: for a
question that is put together once; who asks, and when, comes with each asking, from `asking`."""


def asking(actor: Actor, today: date) -> dict[str, Any]:
    """The values of COACHED; who is no gezinscoach has no id there, and nothing equals that."""
    return {"coach_id": actor.coach_id, "werking_id": actor.werking_id, "today": today}


def open_consults(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """The consults (joined with their Gezin) in which the actor, an expert, is being asked now."""
    if Rol.DESKUNDIGE not in actor.roles:
        return false()
    return and_(
        Gezin.werking_id == actor.werking_id,
        Gezin.afgesloten_op.is_(None),
        Consult.account_id == actor.account_id,
        Consult.since <= now,
        Consult.until > now,
    )


def consulted(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """The families about which the actor, an expert, is being consulted now."""
    asked = select(Consult.gezin_id).join(Gezin, Gezin.id == Consult.gezin_id)
    return Gezin.id.in_(asked.where(open_consults(actor, now)))


def placed(actor: Actor) -> ColumnElement[bool]:
    """The dossiers of which aanmeldpunt and coördinator may know the code, the coaches and the dates."""
    if not actor.roles & PLACERS:
        return false()
    return and_(
        Gezin.werking_id == actor.werking_id,
        Gezin.id.in_(select(Coachperiode.gezin_id).where(Coachperiode.rol == Coachrol.VAST)),
    )


def counted(actor: Actor) -> ColumnElement[bool]:
    """The families that may be counted, without content: all of the werking."""
    return Gezin.werking_id == actor.werking_id


COUNTED = Gezin.werking_id == bindparam("werking_id")
"""The same as `counted`, for a question that is put together once."""


def asking_placed(actor: Actor) -> dict[str, Any]:
    """The value of COUNTED for who may know of the dossiers that are `placed`; who may not has no werking
    there, and nothing equals that.

    COUNTED takes every family of the werking: the question itself must ask for a vaste vertrouwenspersoon,
    now or before. To have that in the condition as well takes a count more than twice as long.
    """
    return {"werking_id": actor.werking_id if actor.roles & PLACERS else None}
