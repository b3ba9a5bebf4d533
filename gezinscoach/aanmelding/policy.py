"""Rights over aanmeldingen: the aanmeldpunt until hand-over, a coach only what is proposed to that coach."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, false, select

from gezinscoach.aanmelding.rules import Antwoord, Toestand
from gezinscoach.aanmelding.tables import Aanmelding, Voorstel
from gezinscoach.accounts.tables import Gezinscoach
from gezinscoach.kernel.access import Actor, Rol


def listed(actor: Actor) -> ColumnElement[bool]:
    """The aanmeldingen of which an actor may know state, date and coach, but no content."""
    if not actor.roles & {Rol.AANMELDPUNT, Rol.COORDINATOR}:
        return false()
    return Aanmelding.werking_id == actor.werking_id


def content(actor: Actor) -> ColumnElement[bool]:
    """The aanmeldingen that the aanmeldpunt may read and change: until a gezinscoach said yes.

    From then on the facts of the family are the coach's to change, and no longer the aanmeldpunt's to read.
    """
    if Rol.AANMELDPUNT not in actor.roles:
        return false()
    return and_(Aanmelding.werking_id == actor.werking_id, Aanmelding.toestand != Toestand.GEKOPPELD)


def handed_over(actor: Actor) -> ColumnElement[bool]:
    """The families with a gezinscoach of which the aanmeldpunt may see the code beside state, coach and
    date: never the name, the gemeente or anything else that the coach keeps up from then on."""
    if Rol.AANMELDPUNT not in actor.roles:
        return false()
    return and_(Aanmelding.werking_id == actor.werking_id, Aanmelding.toestand == Toestand.GEKOPPELD)


def pseudonymous(actor: Actor) -> ColumnElement[bool]:
    """The waiting families of which a coördinator may see code and language, never a name."""
    if Rol.COORDINATOR not in actor.roles:
        return false()
    return and_(Aanmelding.werking_id == actor.werking_id, Aanmelding.toestand != Toestand.GEKOPPELD)


def proposed(actor: Actor, today: date) -> ColumnElement[bool]:
    """The open proposals to the actor, a gezinscoach whose last day has not passed."""
    return false() if actor.coach_id is None else _proposed(actor.coach_id, today)


def _proposed(coach_id: UUID | BindParameter[UUID], today: date | BindParameter[date]) -> ColumnElement[bool]:
    gone = select(Gezinscoach.id).where(Gezinscoach.gestopt_op < today)
    return and_(
        Voorstel.gezinscoach_id == coach_id,
        Voorstel.antwoord == Antwoord.OPEN,
        Voorstel.gezinscoach_id.not_in(gone),
    )


PROPOSED = _proposed(bindparam("coach_id"), bindparam("today"))
"""The same as `proposed`, for a question put together once; nothing equals the id of no gezinscoach."""


def may_compare(actor: Actor) -> bool:
    """Whether an actor may ask if a family is known already: the answer is likely pairs, nothing more."""
    return Rol.AANMELDPUNT in actor.roles
