"""The command line of privacy; `gezinscoach.cli` mounts it and gives it the installation."""

from __future__ import annotations

import click
from flask_babel import gettext as _
from flask_babel import ngettext

from gezinscoach.kernel import web
from gezinscoach.kernel.command import Installation
from gezinscoach.privacy import actions, policy, queries, rules


@click.group()
def privacy() -> None:
    """Het nazicht van het logboek."""


@privacy.command("review")
@click.pass_obj
def review(installation: Installation) -> None:
    """Doorzoek het logboek en zet wat opvalt klaar voor de functionaris. Voor elke nacht."""
    with installation() as (db, actor):
        found = actions.search(db, actor, now=web.now())
        state = rules.backlog(queries.unreviewed(db, policy.counted(actor)), web.today())
        said = [
            ngettext("%(num)d nieuwe vondst.", "%(num)d nieuwe vondsten.", found),
            _(
                "Nog na te kijken: %(open)d, ouder dan 5 werkdagen: %(late)d.",
                open=state.open,
                late=state.laat,
            ),
        ]
    click.echo("\n".join(said))
