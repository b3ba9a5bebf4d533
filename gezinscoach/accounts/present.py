"""Words and page objects about people who work with gezinscoach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import UserMixin

from gezinscoach.accounts import actions, rules
from gezinscoach.accounts.queries import Opened
from gezinscoach.kernel.access import Rol

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

STATUUT = {
    rules.Statuut.PROFESSIONEEL: _l("professioneel"),
    rules.Statuut.VRIJWILLIGER: _l("vrijwilliger"),
}


class Person(UserMixin):
    """The signed-in person, as flask-login wants one: its id is the token of the session."""

    def __init__(self, opened: Opened, token: str) -> None:
        self.actor = opened.actor
        self.naam = opened.naam
        self.id = token

    @property
    def roles_text(self) -> str:
        """The roles in words."""
        return ", ".join(str(words) for rol, words in ROLES.items() if rol in self.actor.roles)


@dataclass(frozen=True, slots=True)
class RolRegel:
    """A role of an account, ready to show."""

    id: UUID
    rol: str
    organisatie: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class AccountRegel:
    """An account in the list of the beheerder."""

    id: UUID
    naam: str
    email: str
    active: bool
    has_password: bool
    rollen: tuple[RolRegel, ...]


def wordings() -> dict[type[Exception], Callable[[], str]]:
    """The sentence for every refusal of this slice."""
    return {
        rules.PasswordTooShort: lambda: _(
            "Dit wachtwoord is te kort. Neem minstens %(least)d tekens, bijvoorbeeld een zin.",
            least=rules.MIN_PASSWORD,
        ),
        rules.PasswordTooLong: lambda: _(
            "Dit wachtwoord is te lang. Neem hoogstens %(most)d tekens.", most=rules.MAX_PASSWORD
        ),
        rules.PasswordTooEasy: lambda: _(
            "Dit wachtwoord is te gemakkelijk te raden. Neem een paar woorden die niet bij elkaar horen."
        ),
        rules.InvitationSpent: lambda: _(
            "Deze uitnodiging werkt niet meer. Ze is al gebruikt of ze is ouder dan drie dagen. "
            "Vraag de beheerder om een nieuwe."
        ),
        rules.AccountExists: lambda: _("Er is al een account met dit e-mailadres."),
        rules.OrganisationNeeded: lambda: _("Kies bij deze rol ook een organisatie."),
        actions.WrongCredentials: lambda: _(
            "Dit e-mailadres en dit wachtwoord horen niet bij elkaar. Kijk ze na en probeer opnieuw."
        ),
    }


def wait_sentence(seconds: int) -> str:
    """Why somebody has to wait before the next attempt."""
    return str(
        _(
            "Er waren te veel pogingen na elkaar. Wacht %(seconds)d seconden en probeer dan opnieuw.",
            seconds=seconds,
        )
    )
