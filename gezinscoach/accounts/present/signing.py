"""Whoever signs in, in words: the person, the ways in, the sessions, a new app."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import segno
from flask_login import UserMixin

from gezinscoach.accounts.present.words import FACTORS, LOOKS, ROLES, device_name, moment
from gezinscoach.accounts.queries import Opened
from gezinscoach.accounts.rules import factors
from gezinscoach.accounts.tables import LoginSession
from gezinscoach.kernel.access import Rol


class Person(UserMixin):
    """The signed-in person, as flask-login wants one: its id is the token of the session."""

    def __init__(self, opened: Opened, token: str) -> None:
        self.actor = opened.actor
        self.naam = opened.naam
        self.gestopt_op = opened.gestopt_op
        self.factor = opened.factor
        self.seen_at = opened.seen_at
        self.id = token

    @property
    def roles_text(self) -> str:
        """The roles in words."""
        return ", ".join(str(words) for rol, words in ROLES.items() if rol in self.actor.roles)


@dataclass(frozen=True, slots=True)
class NewApp:
    """What an app has to read: a QR code as the address of a picture, the key, in groups, or by a link."""

    picture: str
    key: str
    link: str


def new_app(seed: str, email: str) -> NewApp:
    """The QR code and the key of a new app, for the person with this address."""
    link = factors.app_address(seed, email)
    drawn = segno.make(link, error="m")
    groups = (seed[at : at + 4] for at in range(0, len(seed), 4))
    return NewApp(drawn.svg_data_uri(scale=5, border=4, light="#fff"), " ".join(groups), link)


@dataclass(frozen=True, slots=True)
class SessieRegel:
    """One of somebody's own sessions, ready to show."""

    id: UUID
    toestel: str
    hoe: str
    sinds: str
    laatst: str
    here: bool
    forged: bool


def sessie(row: LoginSession, here: bytes | None) -> SessieRegel:
    """A session in words; `here` is the hash of the one that asks."""
    return SessieRegel(
        row.id,
        device_name(row.device),
        str(FACTORS[row.factor]) if row.factor else "",
        moment(row.begun_at),
        moment(row.seen_at),
        row.token_hash == here,
        row.forged,
    )


@dataclass(frozen=True, slots=True)
class Ways:
    """How somebody can sign in beside a password: in the demo city by a role, elsewhere by an issuer."""

    rollen: tuple[tuple[str, str, str], ...]
    issuers: tuple[tuple[UUID, str], ...]


def ways(demo: Mapping[Rol, UUID], issuers: list[tuple[UUID, str]]) -> Ways:
    """The ways in words: each role of the demo city with what it does, each issuer with its id."""
    rollen = tuple((rol.value, str(ROLES[rol]), str(LOOKS[rol])) for rol in Rol if rol in demo)
    return Ways(rollen, tuple(issuers))
