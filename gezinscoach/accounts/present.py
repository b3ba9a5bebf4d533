"""Words and page objects about people who work with gezinscoach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import UserMixin

from gezinscoach.accounts import actions, policy, rules
from gezinscoach.accounts.queries import AccountRow, Opened
from gezinscoach.kernel.access import Rol
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
STATUUT = {
    rules.Statuut.PROFESSIONEEL: _l("professioneel"),
    rules.Statuut.VRIJWILLIGER: _l("vrijwilliger"),
}


class Person(UserMixin):
    """The signed-in person, as flask-login wants one: its id is the token of the session."""

    def __init__(self, opened: Opened, token: str) -> None:
        self.actor = opened.actor
        self.naam = opened.naam
        self.gestopt_op = opened.gestopt_op
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
    has_password: bool
    own: bool
    rollen: tuple[RolRegel, ...]


def account(row: AccountRow, reader: UUID | None) -> AccountRegel:
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
        held.password_hash is not None,
        held.id == reader,
        rollen,
    )


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
            "Deze uitnodiging werkt niet meer. Koos je al een wachtwoord? Log dan in. "
            "Anders: vraag de beheerder om hulp."
        ),
        rules.AccountExists: lambda: _(
            "Er is al een account met dit e-mailadres. Link kwijt? "
            "Kies bij deze persoon “Nieuwe uitnodiging”."
        ),
        policy.OwnAccount: lambda: _(
            "Je kan je eigen account niet veranderen. Vraag dit aan een andere beheerder."
        ),
        rules.EndNeeded: lambda: _("Deze rol geven we alleen voor een tijd. Vul in tot en met welke dag."),
        rules.EndBeforeStart: lambda: _("Deze dag is al voorbij. Kies een latere laatste dag."),
        rules.RolesApart: lambda: _(
            "Wie accounts beheert, heeft geen rol waarmee men gegevens of cijfers van gezinnen ziet. "
            "Geef deze rol aan een andere persoon."
        ),
        rules.RoleHeld: lambda: _("Deze persoon heeft deze rol al."),
        rules.PasswordChosen: lambda: _(
            "Deze persoon koos al een wachtwoord. Een nieuwe uitnodiging maken we dan alleen op de server, "
            "met: gezinscoach account invite."
        ),
        rules.AccountShut: lambda: _("Dit account is afgesloten."),
        rules.OrganisationNeeded: lambda: _("Kies bij deze rol ook een organisatie."),
        rules.CoachUnknown: lambda: _(
            "Er is nog geen gezinscoach met dit e-mailadres. Kies ook de organisatie: "
            "dan komt deze persoon op de lijst van gezinscoaches."
        ),
        rules.StopBeforeStart: lambda: _("De laatste dag ligt voor de eerste dag. Kijk de twee dagen na."),
        rules.OrganisationExists: lambda: _("Er is al een organisatie met deze naam."),
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
