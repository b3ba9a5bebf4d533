"""Rights over the toelage: the coördinator sees the whole, a responsible person the own organisations."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false

from gezinscoach.accounts.tables import Organisatie
from gezinscoach.dossier import rights
from gezinscoach.dossier.rights import Deed, Relatie, Staat
from gezinscoach.kernel.access import Actor, Rol
from gezinscoach.kernel.fields import Groep
from gezinscoach.toelage.tables import Subsidieregel


def organisaties(actor: Actor) -> ColumnElement[bool]:
    """The organisations whose claim an actor may see; the command line sees all of its werking."""
    mine = Organisatie.werking_id == actor.werking_id
    whole = rights.by_role(actor.roles & {Rol.COORDINATOR})
    if actor.account_id is None or rights.counts(whole):
        return mine
    tie = (Relatie.ORGANISATIE,)
    coded = all(
        rights.allowed(tie, Deed.LIST, Groep.PROCES, staat) for staat in (Staat.LOPEND, Staat.AFGESLOTEN)
    )
    may = coded and rights.counts(tie)
    own = actor.organisations(Rol.ORGANISATIEVERANTWOORDELIJKE) if may else frozenset()
    return mine & Organisatie.id.in_(own) if own else false()


def regels(actor: Actor) -> ColumnElement[bool]:
    """The rules that hold for an actor: those of the werking, they are no secret."""
    return Subsidieregel.werking_id == actor.werking_id
