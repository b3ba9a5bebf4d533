"""Rights over the toelage: the coördinator sees the whole, a responsible person the own organisations."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false

from gezinscoach.accounts.tables import Organisatie
from gezinscoach.kernel.access import Actor, Rol
from gezinscoach.toelage.tables import Subsidieregel


def organisaties(actor: Actor) -> ColumnElement[bool]:
    """The organisations whose claim an actor may see; the command line sees all of its werking."""
    mine = Organisatie.werking_id == actor.werking_id
    if actor.account_id is None or Rol.COORDINATOR in actor.roles:
        return mine
    own = actor.organisations(Rol.ORGANISATIEVERANTWOORDELIJKE)
    return mine & Organisatie.id.in_(own) if own else false()


def regels(actor: Actor) -> ColumnElement[bool]:
    """The rules that hold for an actor: those of the werking, they are no secret."""
    return Subsidieregel.werking_id == actor.werking_id
