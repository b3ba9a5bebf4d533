"""Who stands at the door: roles, the actor of a request, and the mark that every door must carry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

FRESH = timedelta(minutes=5)
"""How long a proof of who somebody is counts as fresh."""


class Rol(StrEnum):
    """What somebody may be in a werking. A role alone opens no dossier: that takes a relation."""

    GEZINSCOACH = "gezinscoach"
    AANMELDPUNT = "aanmeldpunt"
    COORDINATOR = "coordinator"
    BONDGENOOT = "bondgenoot"
    DESKUNDIGE = "deskundige"
    ORGANISATIEVERANTWOORDELIJKE = "organisatieverantwoordelijke"
    BEHEERDER = "beheerder"
    FUNCTIONARIS = "functionaris"
    IMPORTEUR = "importeur"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an account with the roles that hold at this moment, or the command line (no account).

    `organisatie_ids` are the organisations that the person works for, in whatever role; `session` is the
    hash of the session's token; `confirmed_at` is when the person last proved in it who that is.
    """

    werking_id: UUID
    account_id: UUID | None = None
    coach_id: UUID | None = None
    grants: frozenset[tuple[Rol, UUID | None]] = field(default_factory=frozenset)
    organisatie_ids: frozenset[UUID] = field(default_factory=frozenset)
    session: bytes | None = None
    confirmed_at: datetime | None = None

    @property
    def roles(self) -> frozenset[Rol]:
        """The roles, whatever the organisation."""
        return frozenset(rol for rol, _ in self.grants)

    def organisations(self, rol: Rol) -> frozenset[UUID]:
        """The organisations for which the actor holds this role."""
        return frozenset(organisation for held, organisation in self.grants if held is rol and organisation)


@dataclass(frozen=True, slots=True)
class Door:
    """Who may open an address: everybody, whoever is signed in, or whoever holds one of some roles.

    A fresh door is for delicate deeds: only for who proved a short while ago, once more, who it is.
    """

    public: bool = False
    roles: frozenset[Rol] | None = None
    fresh: bool = False

    def admits(self, actor: Actor | None) -> bool:
        """Whether this actor may pass; None is somebody who is not signed in."""
        if self.public or actor is None:
            return self.public
        return self.roles is None or bool(self.roles & actor.roles)

    def asks_proof(self, actor: Actor | None, now: datetime) -> bool:
        """Whether this actor must prove once more who that is, before this door opens."""
        if not self.fresh or actor is None:
            return False
        return actor.confirmed_at is None or now - actor.confirmed_at > FRESH


OPEN = Door(public=True)
SIGNED_IN = Door()

View = TypeVar("View", bound=Callable[..., Any])


class UnmarkedDoor(Exception):
    """Addresses that do not say who may open them: the application refuses to start."""


def door(mark: Door | Rol, *others: Rol, fresh: bool = False) -> Callable[[View], View]:
    """Mark a view with who may open it: `@door(OPEN)` or `@door(Rol.GEZINSCOACH, Rol.AANMELDPUNT)`."""
    wide = mark if isinstance(mark, Door) else Door(roles=frozenset({mark, *others}))
    set_mark = replace(wide, fresh=True) if fresh else wide

    def put(view: View) -> View:
        view.door = set_mark  # type: ignore[attr-defined]  # a function bears its own mark
        return view

    return put


def mark_of(view: Callable[..., Any]) -> Door | None:
    """The mark of a view, None when it carries none."""
    mark = getattr(view, "door", None)
    return mark if isinstance(mark, Door) else None


def require_marks(views: dict[str, Callable[..., Any]]) -> None:
    """Raise UnmarkedDoor when any of these views, by endpoint, carries no mark."""
    unmarked = sorted(endpoint for endpoint, view in views.items() if mark_of(view) is None)
    if unmarked:
        raise UnmarkedDoor(", ".join(unmarked))
