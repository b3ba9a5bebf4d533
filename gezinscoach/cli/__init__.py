"""The command line: `gezinscoach ...`. With app.py the only place that knows every slice.

Words: init, account, audit, keys, organisatie, privacy, werking, werkmap, toelage, serve, demo, doctor.
Promises: says in Dutch what happened and what to do; exits with 1 when nothing could be done.
"""

from __future__ import annotations

import os

import click
from click.core import ParameterSource
from flask_babel import gettext as _
from flask_babel import ngettext

from gezinscoach.accounts import actions as accounts
from gezinscoach.accounts import queries
from gezinscoach.accounts.actions import hashing
from gezinscoach.cli import dutch
from gezinscoach.cli.audit import audit
from gezinscoach.cli.base import installation, names, opened, same_name, settings_here
from gezinscoach.cli.doctor import doctor
from gezinscoach.cli.keys import keys
from gezinscoach.cli.oidc import oidc
from gezinscoach.cli.outside import Outside
from gezinscoach.cli.people import account, organisatie
from gezinscoach.cli.preparing import prepare
from gezinscoach.cli.serving import demo, serve
from gezinscoach.cli.werking import POSTCODES, in_each, named, own_postcodes, werking
from gezinscoach.dossier import actions as dossier
from gezinscoach.kernel import web
from gezinscoach.kernel.database import transaction
from gezinscoach.privacy.commands import privacy
from gezinscoach.toelage.commands import toelage
from gezinscoach.werkmap.commands import werkmap


@click.group(cls=Outside)
@click.version_option(
    package_name="gezinscoach", message="%(prog)s, versie %(version)s", help="Toon de versie."
)
@click.option(
    "--in-werking",
    metavar="NAAM",
    envvar="GEZINSCOACH_WERKING",
    help="In welke werking, als er meer dan één is; zonder dit: GEZINSCOACH_WERKING.",
)
@click.pass_context
def main(context: click.Context, in_werking: str | None) -> None:
    """Het dossier van de gezinscoaching: van aanmelding tot toelage."""
    os.umask(0o077)
    context.obj = installation


@main.command()
@click.option(
    "--werking",
    metavar="NAAM",
    default="Leuven",
    show_default=True,
    callback=named,
    help="Naam van de werking.",
)
@click.option(
    "--gemeente",
    metavar="NAAM",
    default="Leuven",
    show_default=True,
    callback=named,
    help="Gemeente van de werking.",
)
@POSTCODES
@click.option(
    "--start-anew", "anew", is_flag=True, help="Ook als er sleutels zijn van een databank die weg is."
)
@click.option(
    "--mark-anew",
    "mark_anew",
    is_flag=True,
    help="Na het terugzetten van een databank van een oudere versie: merk de rijen die nog geen merk hebben.",
)
def init(werking: str, gemeente: str, postcodes: tuple[str, ...], anew: bool, mark_anew: bool) -> None:
    """Maak de datamap, de sleutels, de databank en de werking aan. Wat er al is, blijft."""
    settings = settings_here()
    app = prepare(settings, anew=anew, mark_anew=mark_anew)
    hashing.calibrate(settings.hash_cost_file)
    with opened(app), transaction() as session:
        dossier.seed_codelist(session)
        held = names(session)
        if not held:
            codes = own_postcodes(gemeente, postcodes)
            accounts.add_werking(session, naam=werking, gemeente=gemeente, postcodes=codes, now=web.now())
        else:
            click.echo(
                ngettext(
                    "Hier is al een werking: %(there)s. Die blijft zoals ze is.",
                    "Hier zijn al werkingen: %(there)s. Die blijven zoals ze zijn.",
                    len(held),
                    there=", ".join(held),
                )
            )
            asked = click.get_current_context().get_parameter_source("werking") is ParameterSource.COMMANDLINE
            if asked and not any(same_name(werking, one) for one in held):
                click.echo(_("Een werking erbij maak je met: gezinscoach werking add"))
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


in_each(privacy.commands["review"])
for command in (
    account,
    audit,
    demo,
    doctor,
    keys,
    oidc,
    organisatie,
    privacy,
    serve,
    toelage,
    werking,
    werkmap,
):
    main.add_command(command)
dutch.speak(main)
