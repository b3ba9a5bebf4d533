"""Rights in the network: the coördinator keeps it, a coach sees the own line and the own signals."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false

from gezinscoach.accounts.tables import Gezinscoach
from gezinscoach.kernel.access import Actor, Rol
from gezinscoach.netwerk.tables import Aanwezigheid, Bijeenkomst, Signaal


def bijeenkomsten(actor: Actor) -> ColumnElement[bool]:
    """The meetings that an actor may see: all of the werking, they say nothing about anybody."""
    return Bijeenkomst.werking_id == actor.werking_id


def kept(actor: Actor) -> ColumnElement[bool]:
    """The meetings whose presence an actor may see and note."""
    return bijeenkomsten(actor) if Rol.COORDINATOR in actor.roles else false()


def own_presence(actor: Actor) -> ColumnElement[bool]:
    """The lines of presence about the actor."""
    return Aanwezigheid.gezinscoach_id == actor.coach_id if actor.coach_id else false()


def signalen(actor: Actor) -> ColumnElement[bool]:
    """The signals that an actor may read: all for the coördinator, else those that the actor gave."""
    if Rol.COORDINATOR in actor.roles:
        return Signaal.werking_id == actor.werking_id
    if actor.account_id is None:
        return false()
    return and_(Signaal.werking_id == actor.werking_id, Signaal.made_by == actor.account_id)


def bundled(actor: Actor) -> ColumnElement[bool]:
    """The signals that an actor may take a step further."""
    return Signaal.werking_id == actor.werking_id if Rol.COORDINATOR in actor.roles else false()


def gezinscoaches(actor: Actor) -> ColumnElement[bool]:
    """The gezinscoaches whose places, days and organisation an actor may correct.

    The aanmeldpunt may not: who looks for a place does not make one.
    """
    may = actor.roles & {Rol.COORDINATOR, Rol.BEHEERDER}
    return Gezinscoach.werking_id == actor.werking_id if may else false()
