"""Rights over accounts: whoever administers a werking, inside that werking, never over own roles."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, false

from gezinscoach.accounts import rules
from gezinscoach.accounts.tables import Account, Approval, Organisatie
from gezinscoach.kernel.access import Actor, Rol


def rows(actor: Actor) -> ColumnElement[bool]:
    """The accounts that an actor may administer."""
    return Account.werking_id == actor.werking_id if Rol.BEHEERDER in actor.roles else false()


def organisaties(actor: Actor) -> ColumnElement[bool]:
    """The organisations that an actor may add to and rename."""
    return Organisatie.werking_id == actor.werking_id if Rol.BEHEERDER in actor.roles else false()


def approvals(actor: Actor) -> ColumnElement[bool]:
    """The deeds (joined with their Account) that an actor may see waiting for a second person."""
    return Account.werking_id == actor.werking_id if rules.CONFIRMERS & actor.roles else false()


def for_others(actor: Actor) -> ColumnElement[bool]:
    """Of those, the deeds that the actor neither asked nor is the subject of: for those one may be asked."""
    return approvals(actor) & (Approval.asked_by != actor.account_id) & (Account.id != actor.account_id)


class OwnAccount(Exception):
    """Nobody changes the own account or roles."""


def require_change(actor: Actor, account_id: UUID) -> None:
    """Raise OwnAccount unless an actor may give or end roles of this account: never the own ones."""
    if actor.account_id == account_id:
        raise OwnAccount
