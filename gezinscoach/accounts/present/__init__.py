"""Words and page objects about people who work with gezinscoach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

import segno
from flask_babel import format_datetime, format_time
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import UserMixin
from sqlalchemy.orm import Session

from gezinscoach.accounts import queries, rules
from gezinscoach.accounts.present.refusals import busy_sentence as busy_sentence
from gezinscoach.accounts.present.refusals import codes_sentence as codes_sentence
from gezinscoach.accounts.present.refusals import reset_sentence as reset_sentence
from gezinscoach.accounts.present.refusals import unproved_sentence as unproved_sentence
from gezinscoach.accounts.present.refusals import wait_sentence as wait_sentence
from gezinscoach.accounts.present.refusals import wordings as wordings
from gezinscoach.accounts.queries import AccountRow, ApprovalRow, Opened
from gezinscoach.accounts.rules import factors
from gezinscoach.accounts.rules.factors import Factor
from gezinscoach.accounts.tables import LoginSession
from gezinscoach.kernel.access import Actor, Rol
from gezinscoach.kernel.dates import day_of

ROLES = {
    Rol.GEZINSCOACH: _l("gezinscoach"),
    Rol.AANMELDPUNT: _l("aanmeldpunt"),
    Rol.COORDINATOR: _l("coördinator"),
    Rol.BONDGENOOT: _l("bondgenoot"),
    Rol.DESKUNDIGE: _l("deskundige gezinsondersteuning"),
    Rol.ORGANISATIEVERANTWOORDELIJKE: _l("organisatieverantwoordelijke"),
    Rol.BEHEERDER: _l("beheerder"),
    Rol.FUNCTIONARIS: _l("functionaris gegevensbescherming"),
    Rol.IMPORTEUR: _l("importeur"),
}
LOOKS = {
    Rol.GEZINSCOACH: _l("begeleidt gezinnen en houdt hun dossier bij"),
    Rol.AANMELDPUNT: _l("ontvangt aanmeldingen en zoekt een gezinscoach"),
    Rol.COORDINATOR: _l("volgt het netwerk, de signalen en de cijfers"),
    Rol.BONDGENOOT: _l("steunt de gezinscoaches van een organisatie"),
    Rol.DESKUNDIGE: _l("antwoordt op een vraag over één dossier"),
    Rol.ORGANISATIEVERANTWOORDELIJKE: _l("vraagt de toelage van een organisatie aan"),
    Rol.BEHEERDER: _l("beheert accounts en organisaties, ziet geen dossiers"),
    Rol.FUNCTIONARIS: _l("kijkt na wie wat deed of bekeek"),
    Rol.IMPORTEUR: _l("leest de werkmap van de stad in"),
}
"""What somebody in a role does, in half a sentence, for whoever looks around in the demo city."""
STATUUT = {
    rules.Statuut.PROFESSIONEEL: _l("professioneel"),
    rules.Statuut.VRIJWILLIGER: _l("vrijwilliger"),
}


class Besluit(StrEnum):
    """What a second person decides."""

    BEVESTIGEN = "bevestigen"
    WEIGEREN = "weigeren"


BESLUITEN = {
    Besluit.BEVESTIGEN: _l("Ik bevestig dit."),
    Besluit.WEIGEREN: _l("Ik weiger dit."),
}


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
class RolRegel:
    """A role of an account, ready to show; without a last day it holds until somebody ends it."""

    id: UUID
    rol: str
    organisatie: str
    laatste_dag: date | None


@dataclass(frozen=True, slots=True)
class AccountRegel:
    """An account in the list of the beheerder."""

    id: UUID
    naam: str
    email: str
    active: bool
    has_entered: bool
    own: bool
    rollen: tuple[RolRegel, ...]
    has_factor: bool = False

    @property
    def may_invite(self) -> bool:
        """Whether a new link would open nothing that the person alone should open."""
        return self.active and (self.has_factor if self.has_entered else not self.rollen)


def account(row: AccountRow, reader: UUID | None, with_factor: frozenset[UUID] = frozenset()) -> AccountRegel:
    """An account in words, for who reads it."""
    rollen = tuple(
        RolRegel(
            grant.id,
            str(ROLES[grant.rol]),
            organisatie or "",
            day_of(grant.until - timedelta(microseconds=1)) if grant.until else None,
        )
        for grant, organisatie in row.grants
    )
    held = row.account
    return AccountRegel(
        held.id,
        held.naam or "",
        held.email or "",
        held.active,
        row.entered,
        held.id == reader,
        rollen,
        held.id in with_factor,
    )


@dataclass(frozen=True, slots=True)
class Wachtregel:
    """A deed for which a second person is needed, ready to show.

    `state` is "open", "own" (asked by or for the reader) or, over, "done", "refused" or "expired". A `reset`
    is about a lost second factor: `code` is for whoever asked it alone, `used_at` when the link was used.
    """

    id: UUID
    what: str
    naam: str
    email: str
    asked_by: str
    asked_at: str
    until: date
    laatste_dag: date | None
    coach: str
    entered: bool
    state: str
    asked_by_reader: bool
    decided_by: str
    reden: str
    reset: bool
    code: str
    used_at: str


def wachtregel(row: ApprovalRow, reader: UUID | None, now: datetime) -> Wachtregel:
    """A deed for which a second person is needed in words, for who reads it."""
    held = row.approval
    if held.decided_at is not None:
        state = "done" if held.granted else "refused"
    elif held.asked_at <= now - rules.APPROVAL:
        state = "expired"
    else:
        state = "own" if reader in (held.asked_by, held.account_id) else "open"
    what = str(ROLES[held.rol]) if held.rol else _("tweede stap opnieuw instellen")
    return Wachtregel(
        held.id,
        f"{what} · {row.organisatie}" if row.organisatie else what,
        row.naam,
        row.email,
        row.asked_by,
        format_datetime(held.asked_at, "d MMM y HH:mm"),
        day_of(held.asked_at + rules.APPROVAL),
        day_of(held.until - timedelta(microseconds=1)) if held.until else None,
        row.coach,
        row.entered,
        state,
        held.asked_by == reader,
        row.decided_by,
        held.reden or "",
        held.deed is rules.Deed.FACTOR,
        row.code if held.asked_by == reader and state in ("own", "done") and not row.used_at else "",
        moment(row.used_at) if row.used_at else "",
    )


FACTORS = {
    Factor.PASSKEY: _l("passkey"),
    Factor.APP: _l("app met codes"),
    Factor.HERSTELCODE: _l("herstelcode"),
    Factor.DIENST: _l("andere dienst"),
    Factor.GEEN: _l("alleen wachtwoord"),
}


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


def sessie(row: LoginSession, here: bytes | None) -> SessieRegel:
    """A session in words; `here` is the hash of the one that asks."""
    return SessieRegel(
        row.id,
        device_name(row.device),
        str(FACTORS[row.factor]) if row.factor else "",
        moment(row.begun_at),
        moment(row.seen_at),
        row.token_hash == here,
    )


def device_name(device: str) -> str:
    """A device in words, which is nothing more than what its browser says."""
    browser, _comma, system = device.partition(", ")
    return (
        _("%(browser)s op %(system)s", browser=browser, system=system) if system else device or _("toestel")
    )


def moment(at: datetime | None) -> str:
    """A moment in words, "22 nov 14:05"."""
    return format_datetime(at, "d MMM HH:mm") if at else _("nog niet")


@dataclass(frozen=True, slots=True)
class Ways:
    """How somebody can sign in beside a password: in the demo city by a role, elsewhere by an issuer."""

    rollen: tuple[tuple[str, str, str], ...]
    issuers: tuple[tuple[UUID, str], ...]


def ways(demo: Mapping[Rol, UUID], issuers: list[tuple[UUID, str]]) -> Ways:
    """The ways in words: each role of the demo city with what it does, each issuer with its id."""
    rollen = tuple((rol.value, str(ROLES[rol]), str(LOOKS[rol])) for rol in Rol if rol in demo)
    return Ways(rollen, tuple(issuers))


def last_hand(db: Session, actor: Actor, thing_id: UUID, *, now: datetime) -> str:
    """Who changed a thing last, and when, in a sentence; "" when nobody did since yesterday."""
    act = queries.last_act(db, actor, thing_id, since=now - timedelta(days=1))
    if act is None:
        return ""
    naam, at = act
    return _("%(naam)s paste dit aan om %(uur)s.", naam=naam, uur=format_time(at, "HH:mm"))
