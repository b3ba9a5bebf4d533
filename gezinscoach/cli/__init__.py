"""The command line: `gezinscoach ...`. With app.py the only place that knows every slice.

Words: init, account, audit, keys, organisatie, privacy, werkmap, toelage, serve, demo, doctor.
Promises: says in Dutch what happened and what to do; exits with 1 when nothing could be done.
"""

from __future__ import annotations

import os

import click
from flask_babel import gettext as _

from gezinscoach.accounts import actions as accounts
from gezinscoach.accounts import queries
from gezinscoach.accounts.actions import hashing
from gezinscoach.accounts.rules import LEUVEN, POSTCODE
from gezinscoach.cli import dutch
from gezinscoach.cli.audit import audit
from gezinscoach.cli.base import installation, opened, prepare, settings_here
from gezinscoach.cli.keys import keys
from gezinscoach.cli.oidc import oidc
from gezinscoach.cli.people import account, organisatie
from gezinscoach.cli.serving import demo, serve
from gezinscoach.dossier import actions as dossier
from gezinscoach.kernel import web
from gezinscoach.kernel.database import transaction
from gezinscoach.privacy.commands import privacy
from gezinscoach.toelage.commands import toelage
from gezinscoach.werkmap.commands import werkmap


@click.group()
@click.version_option(
    package_name="gezinscoach", message="%(prog)s, versie %(version)s", help="Toon de versie."
)
@click.pass_context
def main(context: click.Context) -> None:
    """Het dossier van de gezinscoaching: van aanmelding tot toelage."""
    os.umask(0o077)
    context.obj = installation


def _named(context: click.Context, option: click.Parameter, naam: str) -> str:
    if not (naam := naam.strip()):
        raise click.BadParameter(_("Geef een naam."))
    return naam


def _four_digits(
    context: click.Context, option: click.Parameter, postcodes: tuple[str, ...]
) -> tuple[str, ...]:
    if not all(POSTCODE.fullmatch(postcode) for postcode in postcodes):
        raise click.BadParameter(_("Schrijf postcodes van vier cijfers."))
    return postcodes


@main.command()
@click.option(
    "--werking",
    metavar="NAAM",
    default="Leuven",
    show_default=True,
    callback=_named,
    help="Naam van de werking.",
)
@click.option(
    "--gemeente",
    metavar="NAAM",
    default="Leuven",
    show_default=True,
    callback=_named,
    help="Gemeente van de werking.",
)
@click.option(
    "--postcode",
    "postcodes",
    metavar="POSTCODE",
    multiple=True,
    callback=_four_digits,
    help="Postcode van de gemeente; mag meer dan eens.",
)
@click.option(
    "--opnieuw-merken",
    "mark_anew",
    is_flag=True,
    help="Na het terugzetten van een databank van een oudere versie: merk de rijen die nog geen merk hebben.",
)
def init(werking: str, gemeente: str, postcodes: tuple[str, ...], mark_anew: bool) -> None:
    """Maak de datamap, de sleutels, de databank en de werking aan. Wat er al is, blijft."""
    settings = settings_here()
    app = prepare(settings, mark_anew=mark_anew)
    hashing.calibrate(settings.hash_cost_file)
    with opened(app), transaction() as session:
        dossier.seed_codelist(session)
        held = queries.only_werking(session)
        if held is None:
            codes = postcodes or (LEUVEN if gemeente == "Leuven" else ())
            accounts.add_werking(session, naam=werking, gemeente=gemeente, postcodes=codes, now=web.now())
        else:
            click.echo(_("Hier is al een werking: %(naam)s. Die blijft zoals ze is.", naam=held.naam))
        first = not queries.has_beheerder(session, web.now())
    with app.app_context():
        click.echo(_("Klaar: %(folder)s", folder=settings.home))
        if first:
            click.echo(
                _(
                    "Maak nu een eerste account: %(command)s",
                    command="gezinscoach account add --role beheerder --email JE-ADRES",
                )
            )


@main.command()
@click.pass_context
def doctor(context: click.Context) -> None:
    """Kijk na of de installatie in orde is, en zeg wat er te doen is."""
    # With it comes Alembic: half a second that serving need not wait for.
    from gezinscoach.cli.doctor import doctor as examine

    context.invoke(examine)


for command in (account, audit, demo, keys, oidc, organisatie, privacy, serve, toelage, werkmap):
    main.add_command(command)
dutch.speak(main)
