"""Rights over aanmeldingen: the aanmeldpunt until hand-over, a coach only what is proposed to that coach."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, or_, select

from gezinscoach.aanmelding.rules import HAND_OVER, Antwoord, Toestand
from gezinscoach.aanmelding.tables import Aanmelding, Voorstel
from gezinscoach.kernel.access import Actor, Rol


def listed(actor: Actor) -> ColumnElement[bool]:
    """The aanmeldingen of which an actor may know state, date and coach, but no content."""
    if not actor.roles & {Rol.AANMELDPUNT, Rol.COORDINATOR}:
        return false()
    return Aanmelding.werking_id == actor.werking_id


def content(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """The aanmeldingen that the aanmeldpunt may read and change: until some days after the hand-over."""
    if Rol.AANMELDPUNT not in actor.roles:
        return false()
    handed_over = select(Voorstel.aanmelding_id).where(
        Voorstel.antwoord == Antwoord.AANVAARD, Voorstel.answered_at > now - HAND_OVER
    )
    return and_(
        Aanmelding.werking_id == actor.werking_id,
        or_(Aanmelding.toestand != Toestand.GEKOPPELD, Aanmelding.id.in_(handed_over)),
    )


def pseudonymous(actor: Actor) -> ColumnElement[bool]:
    """The waiting families of which a coördinator may see code and language, never a name."""
    if Rol.COORDINATOR not in actor.roles:
        return false()
    return and_(Aanmelding.werking_id == actor.werking_id, Aanmelding.toestand != Toestand.GEKOPPELD)


def proposed(actor: Actor) -> ColumnElement[bool]:
    """The open proposals to the actor."""
    if actor.coach_id is None:
        return false()
    return and_(Voorstel.gezinscoach_id == actor.coach_id, Voorstel.antwoord == Antwoord.OPEN)


def may_compare(actor: Actor) -> bool:
    """Whether an actor may ask if a family is known already: the answer is likely pairs, nothing more."""
    return Rol.AANMELDPUNT in actor.roles
