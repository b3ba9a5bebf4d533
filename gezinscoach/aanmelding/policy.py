"""Rights over aanmeldingen: the aanmeldpunt until hand-over, a coach only what is proposed to that coach."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, exists, false, or_, select

from gezinscoach.aanmelding.rules import Antwoord, Toestand
from gezinscoach.aanmelding.tables import Aanmelding, Voorstel
from gezinscoach.accounts.tables import Gezinscoach
from gezinscoach.dossier import rights
from gezinscoach.dossier.policy import not_denied
from gezinscoach.dossier.rights import Deed, Relatie, Staat
from gezinscoach.dossier.tables import Gezin
from gezinscoach.kernel.access import Actor, Rol
from gezinscoach.kernel.fields import Groep

_FACTS = Groep.NAMEN, Groep.CONTACT, Groep.NOTITIES, Groep.KENMERKEN
READ = tuple((Deed.READ, groep) for groep in (Groep.PROCES, *_FACTS))
WRITE = tuple((Deed.WRITE, groep) for groep in _FACTS)
STEP, APPOINT = ((Deed.WRITE, Groep.PROCES),), ((Deed.APPOINT, Groep.PROCES),)
SHIELD = ((Deed.WRITE, Groep.VERBLIJF),)
SHUT_OUT = ((Deed.SHUT_OUT, Groep.PROCES),)


def listed(actor: Actor) -> ColumnElement[bool]:
    """The aanmeldingen of which an actor may know state, date and coach, but no content."""
    relaties = rights.by_role(actor.roles & {Rol.AANMELDPUNT, Rol.COORDINATOR})
    if not rights.allowed(relaties, Deed.LIST, Groep.PROCES, Staat.AANMELDING):
        return false()
    return _within(actor)


def _within(actor: Actor) -> ColumnElement[bool]:
    """Of the actor's werking, and of no family from which the actor is kept away."""
    return and_(Aanmelding.werking_id == actor.werking_id, not_denied(actor, Aanmelding.gezin_id))


def content(actor: Actor, *needed: tuple[Deed, Groep]) -> ColumnElement[bool]:
    """The aanmeldingen that the aanmeldpunt may read, and do all that is needed with: until a gezinscoach
    said yes.

    From then on the facts of the family are the coach's to change, and no longer the aanmeldpunt's to read.
    """
    relaties = rights.by_role(actor.roles & {Rol.AANMELDPUNT})
    if not all(rights.allowed(relaties, *one, Staat.AANMELDING) for one in (*READ, *needed)):
        return false()
    return and_(_within(actor), Aanmelding.toestand != Toestand.GEKOPPELD)


def handed_over(actor: Actor) -> ColumnElement[bool]:
    """The families with a gezinscoach of which the aanmeldpunt may see the code beside state, coach and
    date: never the name, the gemeente or anything else that the coach keeps up from then on."""
    relaties = rights.by_role(actor.roles & {Rol.AANMELDPUNT})
    if not rights.allowed(relaties, Deed.LIST, Groep.PROCES, Staat.LOPEND):
        return false()
    return and_(_within(actor), Aanmelding.toestand == Toestand.GEKOPPELD)


def pseudonymous(actor: Actor) -> ColumnElement[bool]:
    """The waiting families of which a coördinator may see code and language, never a name."""
    relaties = rights.by_role(actor.roles & {Rol.COORDINATOR})
    shown = Groep.PROCES, Groep.KENMERKEN
    if not all(rights.allowed(relaties, Deed.READ, groep, Staat.AANMELDING) for groep in shown):
        return false()
    return and_(_within(actor), Aanmelding.toestand != Toestand.GEKOPPELD)


def proposed(actor: Actor, today: date) -> ColumnElement[bool]:
    """The open proposals to the actor, a gezinscoach whose last day has not passed."""
    if actor.coach_id is None or not _may_answer():
        return false()
    return and_(_proposed(actor.coach_id, today), not_denied(actor, Voorstel.gezin_id))


def _may_answer() -> bool:
    tie, shown = (Relatie.VOORGESTELD,), (Groep.PROCES, Groep.NOTITIES, Groep.KENMERKEN)
    needed = (
        *((Deed.READ, groep) for groep in shown),
        (Deed.LIST, Groep.PROCES),
        (Deed.ANSWER, Groep.PROCES),
    )
    return all(rights.allowed(tie, *one, Staat.AANMELDING) for one in needed)


def _proposed(coach_id: UUID | BindParameter[UUID], today: date | BindParameter[date]) -> ColumnElement[bool]:
    gone = select(Gezinscoach.id).where(Gezinscoach.gestopt_op < today)
    return and_(
        Voorstel.gezinscoach_id == coach_id,
        Voorstel.antwoord == Antwoord.OPEN,
        Voorstel.gezinscoach_id.not_in(gone),
    )


PROPOSED = _proposed(bindparam("coach_id"), bindparam("today"))
"""The same as `proposed`, for a question put together once; nothing equals the id of no gezinscoach."""


OFFERED = exists().where(
    Voorstel.gezin_id == Gezin.id,
    Voorstel.gezinscoach_id == bindparam("coach_id"),
    Voorstel.antwoord == Antwoord.OPEN,
    Voorstel.gezinscoach_id == Gezinscoach.id,
    or_(Gezinscoach.gestopt_op.is_(None), Gezinscoach.gestopt_op >= bindparam("today")),
)
"""Whether a family (Gezin) waits for the answer of a gezinscoach: the bare fact, for who hands out keys
(gezinscoach.dossier.policy.opening), which shares no condition with the questions."""


def may_compare(actor: Actor) -> bool:
    """Whether an actor may ask if a family is known already: the answer is likely pairs, nothing more."""
    relaties = rights.by_role(actor.roles & {Rol.AANMELDPUNT})
    return rights.states(relaties, Deed.COMPARE, Groep.NAMEN) == set(Staat)
