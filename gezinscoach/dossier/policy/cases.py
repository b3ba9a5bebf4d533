"""Rights over cases, as conditions on rows: what the table in `rights` allows.

Each is asked twice, for the list and for the row. None is without `not_denied`: who is kept away from a
family finds nothing of it, whatever role or tie there is.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, false, func, or_, select, true
from sqlalchemy.orm import aliased

from gezinscoach.accounts.tables import Account, Gezinscoach, RoleGrant
from gezinscoach.dossier import rights
from gezinscoach.dossier.policy.keeping_away import NOT_DENIED, not_denied
from gezinscoach.dossier.rights import Deed, Relatie, Staat
from gezinscoach.dossier.rules import Coachrol
from gezinscoach.dossier.tables import Coachperiode, Consult, Gezin, Noodtoegang
from gezinscoach.kernel.access import Actor, Rol
from gezinscoach.kernel.dates import ZONE
from gezinscoach.kernel.fields import Groep

TIES = {Relatie.COACH: Coachrol.VAST, Relatie.VERVANGER: Coachrol.VERVANGER}
"""The ties that a coachperiode makes."""


# Made once: an alias costs more than the question it stands in.
_coach, _family = aliased(Gezinscoach), aliased(Gezin)


def running(
    today: date | BindParameter[date], day_end: datetime | BindParameter[datetime] | None = None
) -> ColumnElement[bool]:
    """The coachperiodes that hold on a day: the open one of the vaste vertrouwenspersoon, or a stand-in
    inside the window; none of a coach whose last day has passed, nor, when the end of the day is given, of
    one who is `locked_out`."""
    passed = _coach.gestopt_op < today
    gone = select(_coach.id).where(passed if day_end is None else or_(passed, locked_out(day_end)))
    return and_(
        or_(
            and_(Coachperiode.rol == Coachrol.VAST, Coachperiode.van <= today, Coachperiode.tot.is_(None)),
            and_(
                Coachperiode.rol == Coachrol.VERVANGER,
                Coachperiode.van <= today,
                Coachperiode.tot >= today,
                Coachperiode.ended_at.is_(None),
            ),
        ),
        Coachperiode.gezinscoach_id.not_in(gone),
    )


def locked_out(
    day_end: datetime | BindParameter[datetime], coach: type[Gezinscoach] = _coach
) -> ColumnElement[bool]:
    """Whether a gezinscoach cannot sign in any more: the account was shut, or the role of gezinscoach was
    ended before the end of a day. Who has no account yet, or waits for the role, still can, one day."""
    ended = (
        select(RoleGrant.account_id)
        .where(RoleGrant.rol == Rol.GEZINSCOACH)
        .group_by(RoleGrant.account_id)
        .having(
            and_(func.count(RoleGrant.id) == func.count(RoleGrant.until), func.max(RoleGrant.until) < day_end)
        )
    )
    closed = select(Account.id).where(~Account.active)
    return coach.account_id.in_(closed.union_all(ended))


def end_of(today: date) -> datetime:
    """The moment at which a day in Flanders is over: a role until then holds the whole day."""
    return datetime.combine(today + timedelta(days=1), time(0), tzinfo=ZONE)


# All of it inside, so that the database starts from the few periods of one coach, not from every family.
TIED = (
    select(Coachperiode.gezin_id, Coachperiode.rol)
    .join(_family, _family.id == Coachperiode.gezin_id)
    .where(
        Coachperiode.gezinscoach_id == bindparam("coach_id"),
        running(bindparam("today")),
        Coachperiode.rol.in_(bindparam("ties", expanding=True)),
        _family.werking_id == bindparam("werking_id"),
        _family.afgesloten_op.is_(None),
    )
)


COACHED = and_(Gezin.id.in_(TIED.with_only_columns(Coachperiode.gezin_id)), NOT_DENIED)
"""The dossiers, not closed, that the actor opens by a tie of a coachperiode on a day: for a question that
is put together once; who asks, when, and for which right, comes with each asking, from `asking`."""


def asking(actor: Actor, today: date, deed: Deed = Deed.READ, groep: Groep = Groep.PROCES) -> dict[str, Any]:
    """The values of COACHED for a right; who is no gezinscoach has no id there, and nothing equals that."""
    return {
        "coach_id": actor.coach_id,
        "werking_id": actor.werking_id,
        "today": today,
        "ties": [rol for tie, rol in TIES.items() if rights.allowed((tie,), deed, groep)],
        "account_id": actor.account_id,
        "organisatie_ids": list(actor.organisatie_ids),
    }


def open_consults(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """The consults (joined with their Gezin) in which the actor, an expert, is being asked now."""
    tie = (Relatie.GERAADPLEEGD,)
    shared = all(rights.allowed(tie, Deed.READ, groep) for groep in (Groep.NOTITIES, Groep.PLAN))
    if Rol.DESKUNDIGE not in actor.roles or not shared or not rights.allowed(tie, Deed.LIST, Groep.PROCES):
        return false()
    return and_(
        Gezin.werking_id == actor.werking_id,
        Gezin.afgesloten_op.is_(None),
        Consult.account_id == actor.account_id,
        Consult.since <= now,
        Consult.until > now,
        not_denied(actor),
    )


def consulted(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """The families about which the actor, an expert, is being consulted now."""
    asked = select(Consult.gezin_id).join(Gezin, Gezin.id == Consult.gezin_id)
    return Gezin.id.in_(asked.where(open_consults(actor, now)))


def placed(actor: Actor, deed: Deed = Deed.LIST) -> ColumnElement[bool]:
    """The dossiers of which a role alone lets the actor know code, coaches and dates, or do more.

    A dossier is what had a vaste vertrouwenspersoon once.
    """
    states = rights.states(_placers(actor), deed, Groep.PROCES) - {Staat.AANMELDING}
    if not states:
        return false()
    begun = Gezin.id.in_(select(Coachperiode.gezin_id).where(Coachperiode.rol == Coachrol.VAST))
    return and_(Gezin.werking_id == actor.werking_id, begun, _in(states), not_denied(actor))


def may_place(actor: Actor) -> bool:
    """Whether a role lets the actor know which running dossiers have which coach."""
    return rights.allowed(_placers(actor), Deed.LIST, Groep.PROCES)


def _placers(actor: Actor) -> frozenset[Relatie]:
    return rights.by_role(actor.roles & {Rol.AANMELDPUNT, Rol.COORDINATOR})


def _in(states: frozenset[Staat]) -> ColumnElement[bool]:
    if states >= {Staat.LOPEND, Staat.AFGESLOTEN}:
        return true()
    return Gezin.afgesloten_op.is_(None) if Staat.LOPEND in states else Gezin.afgesloten_op.is_not(None)


def counted(actor: Actor) -> ColumnElement[bool]:
    """The families that may be counted, without content: all of the werking.

    Also those from which the actor is kept away: a figure that is one lower would say so.
    """
    if actor.account_id is not None and not rights.counts(rights.by_role(actor.roles)):
        return false()
    return Gezin.werking_id == actor.werking_id


COUNTED = Gezin.werking_id == bindparam("werking_id")
"""The same as `counted`, for a question that is put together once."""


def asking_placed(actor: Actor) -> dict[str, Any]:
    """The values of COUNTED and NOT_DENIED for who may know of the running dossiers that are `placed`; who
    may not has no werking there, and nothing equals that.

    COUNTED takes every family of the werking: the question itself must ask for a vaste vertrouwenspersoon,
    now or before. To have that in the condition as well takes a count more than twice as long.
    """
    return {
        "werking_id": actor.werking_id if may_place(actor) else None,
        "account_id": actor.account_id,
        "organisatie_ids": list(actor.organisatie_ids),
    }


def allied(actor: Actor) -> frozenset[UUID]:
    """The organisations of whose gezinscoaches the actor, their bondgenoot, may know load and dates."""
    may = rights.allowed((Relatie.BONDGENOOT,), Deed.READ, Groep.CIJFERS)
    return actor.organisations(Rol.BONDGENOOT) if may else frozenset()


EMERGENCY = (Groep.PROCES, Groep.NAMEN, Groep.CONTACT, Groep.NOTITIES, Groep.PLAN, Groep.KENMERKEN)
"""What an emergency shows; where a family is shielded the contact is empty."""


def may_help(actor: Actor) -> bool:
    """Whether a role lets the actor ask to read a dossier in an emergency."""
    return rights.allowed(rights.by_role(actor.roles), Deed.HELP, Groep.PROCES)


def emergency(actor: Actor, now: datetime | None) -> ColumnElement[bool]:
    """The dossiers, not closed, that an actor without relation may read in an emergency at a moment.

    Without a moment: those for which the actor may ask it. Whom a family is closed for may not ask, and
    stops reading at once.
    """
    if actor.account_id is None or not may_help(actor):
        return false()
    begun = select(Coachperiode.gezin_id).where(Coachperiode.rol == Coachrol.VAST)
    reach = and_(
        Gezin.werking_id == actor.werking_id,
        Gezin.afgesloten_op.is_(None),
        Gezin.id.in_(begun),
        not_denied(actor),
    )
    if now is None:
        return reach
    needed = (Deed.LIST, Groep.PROCES), *((Deed.READ, groep) for groep in EMERGENCY)
    if not all(rights.allowed((Relatie.NOOD,), *one) for one in needed):
        return false()
    held = select(Noodtoegang.gezin_id).where(
        Noodtoegang.account_id == actor.account_id,
        Noodtoegang.since <= now,
        Noodtoegang.until > now,
        Noodtoegang.ended_at.is_(None),
    )
    return and_(reach, Gezin.id.in_(held))
