"""Rights over cases: a relation opens a dossier, a role alone never does. Asked as a condition on rows."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import aliased

from gezinscoach.accounts.tables import Gezinscoach
from gezinscoach.dossier.rules import Coachrol
from gezinscoach.dossier.tables import Coachperiode, Consult, Gezin
from gezinscoach.kernel.access import Actor, Rol

# Made once: an alias costs more than the question it stands in.
_coach, _family = aliased(Gezinscoach), aliased(Gezin)


def running(today: date) -> ColumnElement[bool]:
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


def coached(actor: Actor, today: date) -> ColumnElement[bool]:
    """The dossiers, not closed, of which the actor is vaste vertrouwenspersoon or stand-in on a day."""
    return _of(actor, running(today))


def own(actor: Actor, today: date) -> ColumnElement[bool]:
    """The dossiers, not closed, of which the actor is the vaste vertrouwenspersoon on a day: no stand-in."""
    return _of(actor, and_(running(today), Coachperiode.rol == Coachrol.VAST))


def _of(actor: Actor, periodes: ColumnElement[bool]) -> ColumnElement[bool]:
    if actor.coach_id is None:
        return false()
    # All of it inside, so that the database starts from the few periods of one coach, not from every family.
    mine = (
        select(Coachperiode.gezin_id)
        .join(_family, _family.id == Coachperiode.gezin_id)
        .where(
            Coachperiode.gezinscoach_id == actor.coach_id,
            periodes,
            _family.werking_id == actor.werking_id,
            _family.afgesloten_op.is_(None),
        )
    )
    return Gezin.id.in_(mine)


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
