"""Rights over cases: a relation opens a dossier, a role alone never does. Asked as a condition on rows."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, false, or_, select

from gezinscoach.dossier.rules import Coachrol
from gezinscoach.dossier.tables import Coachperiode, Consult, Gezin
from gezinscoach.kernel.access import Actor, Rol


def coached(actor: Actor, today: date) -> ColumnElement[bool]:
    """The families of which the actor is vaste vertrouwenspersoon now, or stand-in inside the window."""
    if actor.coach_id is None:
        return false()
    running = or_(
        and_(Coachperiode.rol == Coachrol.VAST, Coachperiode.tot.is_(None)),
        and_(
            Coachperiode.rol == Coachrol.VERVANGER,
            Coachperiode.van <= today,
            Coachperiode.tot >= today,
            Coachperiode.ended_at.is_(None),
        ),
    )
    mine = select(Coachperiode.gezin_id).where(Coachperiode.gezinscoach_id == actor.coach_id, running)
    return and_(Gezin.werking_id == actor.werking_id, Gezin.id.in_(mine))


def own(actor: Actor) -> ColumnElement[bool]:
    """The families of which the actor is the vaste vertrouwenspersoon now: no stand-in."""
    if actor.coach_id is None:
        return false()
    mine = select(Coachperiode.gezin_id).where(
        Coachperiode.gezinscoach_id == actor.coach_id,
        Coachperiode.rol == Coachrol.VAST,
        Coachperiode.tot.is_(None),
    )
    return and_(Gezin.werking_id == actor.werking_id, Gezin.id.in_(mine))


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
    if not actor.roles & {Rol.AANMELDPUNT, Rol.COORDINATOR}:
        return false()
    return and_(
        Gezin.werking_id == actor.werking_id,
        Gezin.id.in_(select(Coachperiode.gezin_id).where(Coachperiode.rol == Coachrol.VAST)),
    )


def counted(actor: Actor) -> ColumnElement[bool]:
    """The families that may be counted, without content: all of the werking."""
    return Gezin.werking_id == actor.werking_id
