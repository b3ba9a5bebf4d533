"""Rights over accounts: whoever administers a werking, inside that werking, never over own roles."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, false

from gezinscoach.accounts.tables import Account, Organisatie
from gezinscoach.kernel.access import Actor, Rol


def rows(actor: Actor) -> ColumnElement[bool]:
    """The accounts that an actor may administer."""
    return Account.werking_id == actor.werking_id if Rol.BEHEERDER in actor.roles else false()


def organisaties(actor: Actor) -> ColumnElement[bool]:
    """The organisations that an actor may add to and rename."""
    return Organisatie.werking_id == actor.werking_id if Rol.BEHEERDER in actor.roles else false()


class OwnAccount(Exception):
    """Nobody changes the own account or roles."""


def require_change(actor: Actor, account_id: UUID) -> None:
    """Raise OwnAccount unless an actor may give or end roles of this account: never the own ones."""
    if actor.account_id == account_id:
        raise OwnAccount
