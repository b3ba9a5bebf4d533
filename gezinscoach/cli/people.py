"""Commands about organisations, accounts and roles."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import click
from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from gezinscoach.accounts import actions, present, queries, rules
from gezinscoach.accounts.tables import Account
from gezinscoach.cli.base import installation, settings_here
from gezinscoach.kernel import web
from gezinscoach.kernel.access import Actor, Rol
from gezinscoach.kernel.dates import LAST_YEAR, ZONE, day_of
from gezinscoach.kernel.names import organisation_key


@click.group()
def account() -> None:
    """Accounts en rollen."""


@account.command("add")
@click.option(
    "--role",
    "rol",
    metavar="ROL",
    type=click.Choice([rol.value for rol in Rol]),
    required=True,
    help=f"Een van: {', '.join(Rol)}.",
)
@click.option("--email", metavar="ADRES", required=True)
@click.option(
    "--name", "naam", metavar="NAAM", help="Naam; zonder dit: het deel van het e-mailadres voor de @."
)
@click.option("--organisation", "organisatie", metavar="NAAM", help="Naam van de organisatie.")
@click.option(
    "--until",
    "until",
    metavar="JJJJ-MM-DD",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Laatste dag van de rol.",
)
def add(rol: str, email: str, naam: str | None, organisatie: str | None, until: datetime | None) -> None:
    """Maak een account met een rol (of geef een bestaand account een rol) en toon de uitnodiging.

    Een rol die je hier geeft, geldt meteen. Een rol die een beheerder op een pagina geeft, wacht op een
    tweede persoon: een andere beheerder, een coördinator of de functionaris gegevensbescherming.
    """
    if until and until.year > LAST_YEAR:
        raise click.BadParameter(_("Kies een dag tot en met %(year)d.", year=LAST_YEAR), param_hint="--until")
    ends = until.replace(tzinfo=ZONE) + timedelta(days=1) if until else None
    with installation() as (db, actor):
        now = web.now()
        organisatie_id = _organisation(db, actor, organisatie)
        try:
            held, token = _held(db, actor, email, naam, now)
            actions.give_role(db, actor, held, Rol(rol), organisatie_id=organisatie_id, until=ends, now=now)
            waits = not actions.is_coach(db, actor, held.email_index, Rol(rol), organisatie_id)
            alone = rol == Rol.BEHEERDER and queries.count_confirmers(db, actor.werking_id, now) < 2
        except rules.Refusal as refusal:
            raise click.ClickException(present.wordings()[type(refusal)]()) from refusal
    click.echo(_("Rol gegeven: %(rol)s", rol=rol))
    if waits:
        click.echo(
            _(
                "Er is nog geen gezinscoach met dit adres. Deze persoon ziet gezinnen zodra de werkmap is "
                "ingelezen waarin dat adres staat. Of geef de rol met --organisation."
            ),
            err=True,
        )
    if alone:
        click.echo(
            _(
                "Een rol die deze beheerder geeft, moet een tweede persoon bevestigen. Die is er nog niet: "
                "geef hier ook iemand de rol coordinator of functionaris."
            ),
            err=True,
        )
    if token:
        show(token)


@account.command("list")
def overview() -> None:
    """Toon alle accounts: e-mailadres, rollen, wat nog wacht op bevestiging, en wanneer laatst gebruikt."""
    with installation() as (db, actor):
        now = web.now()
        seen = queries.last_seen(db, actor.werking_id)
        waiting: dict[UUID, list[str]] = {}
        for asked in queries.approvals(db, Account.werking_id == actor.werking_id, now):
            regel = present.wachtregel(asked, None, now)
            if regel.state == "open":
                waiting.setdefault(asked.approval.account_id, []).append(regel.what)
        for row in queries.accounts(db, Account.werking_id == actor.werking_id, now):
            click.echo(_line(row, waiting.get(row.account.id, []), seen.get(row.account.id)))


@account.command("confirm")
@click.option("--email", metavar="ADRES", required=True)
def confirm(email: str) -> None:
    """Sta als eigenaar van de server in voor de rollen die iemand heeft of waarop iemand wacht."""
    with installation() as (db, actor):
        held = _active(db, actor, email)
        try:
            rollen = actions.vouch(db, actor, held, now=web.now())
        except rules.Refusal as refusal:
            raise click.ClickException(present.wordings()[type(refusal)]()) from refusal
    if not rollen:
        raise click.ClickException(_("Voor %(email)s is er geen rol en wacht er geen.", email=email))
    click.echo(_("Bevestigd: %(rollen)s", rollen=", ".join(str(present.ROLES[rol]) for rol in rollen)))


@account.command("invite")
@click.option("--email", metavar="ADRES", required=True)
@click.option(
    "--second-factor",
    "factor",
    is_flag=True,
    help="De tweede stap is verloren: ook die kiest de persoon nieuw.",
)
def invite(email: str, factor: bool) -> None:
    """Maak een nieuwe uitnodiging voor wie het wachtwoord vergat of de vorige niet gebruikte."""
    with installation() as (db, actor):
        held = _active(db, actor, email)
        token = actions.invite(db, actor, held, now=web.now(), resets_factor=factor)
    if factor:
        click.echo(_("Geef deze link alleen aan de persoon zelf, als je zeker weet wie het is."))
    show(token)


@click.group()
def organisatie() -> None:
    """Organisaties van gezinscoaches."""


@organisatie.command("add")
@click.option("--name", "naam", metavar="NAAM", required=True)
@click.option("--type", "soort", metavar="SOORT", default="", help="Bijvoorbeeld vzw, buurtwerk, stad.")
def add_organisation(naam: str, soort: str) -> None:
    """Voeg een organisatie toe."""
    if not (naam := naam.strip()):
        raise click.BadParameter(_("Geef een naam."), param_hint="--name")
    with installation() as (db, actor):
        try:
            actions.require_new_organisatie(db, actor, naam)
        except rules.OrganisationExists as refusal:
            raise click.ClickException(_("De organisatie %(naam)s is er al.", naam=refusal.naam)) from refusal
        actions.add_organisatie(db, actor, naam=naam, soort=soort, now=web.now())
    click.echo(_("Organisatie toegevoegd: %(naam)s", naam=naam))


def show(token: str) -> None:
    """Print an invitation, as an address when the installation knows its own."""
    click.echo(
        _(
            "Uitnodiging (drie dagen geldig, één keer te gebruiken): %(address)s",
            address=f"{settings_here().base_url or ''}/uitnodiging/{token}",
        )
    )


def _organisation(db: Session, actor: Actor, naam: str | None) -> UUID | None:
    if naam is None:
        return None
    for row in queries.organisaties(db, actor):
        if organisation_key(row.naam) == organisation_key(naam):
            return row.id
    raise click.ClickException(
        _(
            "Er is geen organisatie met de naam %(naam)s. Voeg ze toe met: gezinscoach organisatie add",
            naam=naam,
        )
    )


def _active(db: Session, actor: Actor, email: str) -> Account:
    held = queries.account_by_email(db, email)
    if held is None or held.werking_id != actor.werking_id or not held.active:
        raise click.ClickException(_("Er is geen actief account met het adres %(email)s.", email=email))
    return held


def _line(row: queries.AccountRow, waiting: list[str], seen: datetime | None) -> str:
    held = present.account(row, None)
    rollen = ", ".join(
        " ".join(filter(None, [rol.rol, rol.organisatie, f"({present.FORGED})" if rol.forged else ""]))
        for rol in held.rollen
    )
    state = _("afgesloten") if not held.active else "" if held.has_entered else _("kwam nog niet binnen")
    parts = (
        held.email,
        rollen or _("geen rol"),
        _("wacht op bevestiging: %(what)s", what=", ".join(waiting)) if waiting else "",
        str(present.FORGED) if held.forged else state,
        _("laatst gebruikt op %(day)s", day=day_of(seen).strftime("%d/%m/%Y"))
        if seen
        else _("nooit gebruikt"),
    )
    return " | ".join(filter(None, parts))


def _held(db: Session, actor: Actor, email: str, naam: str | None, now: datetime) -> tuple[Account, str]:
    held = queries.account_by_email(db, email)
    if held is not None and held.werking_id == actor.werking_id:
        return held, ""
    try:
        validate_email(email, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise click.ClickException(_("%(email)s is geen e-mailadres.", email=email)) from error
    return actions.add_account(db, actor, email=email, naam=naam or email.split("@")[0], now=now)
