"""Rights over the trace and its review: the functionaris gegevensbescherming, nobody else; and who is the
second person of an emergency access."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, or_

from gezinscoach.dossier import rights
from gezinscoach.dossier.policy import not_denied
from gezinscoach.dossier.rights import Deed, Staat
from gezinscoach.dossier.tables import Gezin, Noodtoegang
from gezinscoach.kernel.access import Actor, Rol
from gezinscoach.kernel.audit import AuditEvent
from gezinscoach.kernel.fields import Groep
from gezinscoach.privacy.rules import NOOD_WACHT
from gezinscoach.privacy.tables import Nazicht


def events(actor: Actor) -> ColumnElement[bool]:
    """The events that an actor may read: of no family from which the actor is kept away."""
    if not _reads(actor):
        return false()
    about = or_(AuditEvent.scope_id.is_(None), not_denied(actor, AuditEvent.scope_id))
    return and_(AuditEvent.werking_id == actor.werking_id, about)


def _reads(actor: Actor) -> bool:
    relaties = rights.by_role(actor.roles & {Rol.FUNCTIONARIS})
    needed = (Deed.LIST, Groep.PROCES), (Deed.READ, Groep.PROCES), (Deed.COMPARE, Groep.NAMEN)
    return all(rights.states(relaties, *one) == set(Staat) for one in needed)


def dossiers(actor: Actor) -> ColumnElement[bool]:
    """The dossiers whose code an actor may turn into the mark that the trace shows."""
    return and_(Gezin.werking_id == actor.werking_id, not_denied(actor)) if _reads(actor) else false()


def counted(actor: Actor) -> ColumnElement[bool]:
    """What was found in the trace of the werking: to count, no more."""
    return Nazicht.werking_id == actor.werking_id


def findings(actor: Actor) -> ColumnElement[bool]:
    """What was found in the trace and an actor may judge; nobody judges what is about himself, or about a
    family from which he is kept away."""
    if not _reads(actor):
        return false()
    return and_(
        Nazicht.werking_id == actor.werking_id,
        Nazicht.account_id.is_distinct_from(actor.account_id),
        or_(Nazicht.scope_id.is_(None), not_denied(actor, Nazicht.scope_id)),
    )


def to_confirm(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """The emergency accesses (joined with their Gezin) that wait for an actor as the second person."""
    if not rights.allowed(rights.by_role(actor.roles), Deed.CONFIRM, Groep.PROCES):
        return false()
    return and_(
        Gezin.werking_id == actor.werking_id,
        Gezin.afgesloten_op.is_(None),
        not_denied(actor),
        Noodtoegang.account_id != actor.account_id,
        Noodtoegang.since.is_(None),
        Noodtoegang.ended_at.is_(None),
        Noodtoegang.asked_at > now - NOOD_WACHT,
    )
