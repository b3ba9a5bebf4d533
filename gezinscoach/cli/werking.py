"""Commands about the werkingen of an installation, and what lets a command go through all of them."""

from __future__ import annotations

from functools import partial, wraps
from typing import Any

import click
from flask_babel import gettext as _

from gezinscoach.accounts import actions
from gezinscoach.accounts.rules import LEUVEN, POSTCODE
from gezinscoach.cli.base import answering, chosen, installation, names, opened, ready, same_name, some
from gezinscoach.kernel import web
from gezinscoach.kernel.database import transaction


def named(context: click.Context, option: click.Parameter, naam: str) -> str:
    """A name without spaces around it; one that is empty is refused."""
    if not (naam := naam.strip()):
        raise click.BadParameter(_("Geef een naam."))
    return naam


def four_digits(
    context: click.Context, option: click.Parameter, postcodes: tuple[str, ...]
) -> tuple[str, ...]:
    """Postcodes as they should be; else they are refused."""
    if not all(POSTCODE.fullmatch(postcode) for postcode in postcodes):
        raise click.BadParameter(_("Schrijf postcodes van vier cijfers."))
    return postcodes


def own_postcodes(gemeente: str, postcodes: tuple[str, ...]) -> tuple[str, ...]:
    """The postcodes that were given, else those of Leuven when that is the city."""
    return postcodes or (LEUVEN if gemeente == "Leuven" else ())


POSTCODES = click.option(
    "--postcode",
    "postcodes",
    metavar="POSTCODE",
    multiple=True,
    callback=four_digits,
    help="Postcode van de gemeente; mag meer dan eens.",
)


@click.group()
def werking() -> None:
    """De werkingen in deze installatie. Ze zien niets van elkaar."""


@werking.command("add")
@click.option("--name", "naam", metavar="NAAM", required=True, callback=named)
@click.option("--gemeente", metavar="NAAM", required=True, callback=named, help="Gemeente van de werking.")
@POSTCODES
def add(naam: str, gemeente: str, postcodes: tuple[str, ...]) -> None:
    """Voeg een werking toe, met eigen mensen en eigen gezinnen."""
    with opened(ready()), answering(), transaction() as session:
        if any(same_name(naam, one) for one in names(session)):
            raise click.ClickException(_("De werking %(naam)s is er al.", naam=naam))
        actions.add_werking(
            session,
            naam=naam,
            gemeente=gemeente,
            postcodes=own_postcodes(gemeente, postcodes),
            now=web.now(),
        )
    click.echo(_("Werking toegevoegd: %(naam)s", naam=naam))
    command = f'gezinscoach --in-werking "{naam}" account add --role beheerder --email JE-ADRES'
    click.echo(_("Maak er nu een eerste account: %(command)s", command=command))


@werking.command("list")
def show() -> None:
    """Toon de werkingen."""
    for naam in every():
        click.echo(naam)


def every() -> list[str]:
    """The names of every werking of this installation; without any it is said what to do."""
    with opened(ready()), answering(), transaction() as session:
        return some(session)


def in_each(command: click.Command) -> click.Command:
    """The command of a timer: it does its work in every werking, unless one was chosen."""
    once = command.callback
    assert once is not None

    @wraps(once)
    def each(**given: Any) -> None:
        context = click.get_current_context()
        places = [naam] if (naam := chosen()) else every()
        for place in places:
            if len(places) > 1:
                click.echo(f"{place}:")
            context.obj = partial(installation, place)
            once(**given)

    command.callback = each
    return command
