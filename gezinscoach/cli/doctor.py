"""The command that looks whether an installation is in order, and says what to do."""

from __future__ import annotations

import sys

import click
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import inspect, true
from sqlalchemy.exc import SQLAlchemyError

from gezinscoach.app import beside
from gezinscoach.cli.base import application, opened, settings_here
from gezinscoach.dossier import queries as dossier
from gezinscoach.kernel import web
from gezinscoach.kernel.config import Settings
from gezinscoach.kernel.database import db
from gezinscoach.kernel.vault import KeysUnreadable


@click.command()
def doctor() -> None:
    """Kijk na of de installatie in orde is, en zeg wat er te doen is."""
    settings = settings_here()
    problems = examine(settings)
    for problem in problems:
        click.echo(f"- {problem}")
    if problems:
        sys.exit(1)
    click.echo(_("Alles is in orde."))


def examine(settings: Settings) -> list[str]:
    """What is wrong with an installation, each with what to do about it."""
    if not settings.secret_file.exists():
        return [_("Er is geen installatie in %(folder)s. Doe: gezinscoach init", folder=settings.home)]
    open_to_others = [
        path
        for path in dict.fromkeys([settings.home, *sorted(settings.home.rglob("*")), settings.kek_file])
        if path.exists() and path.stat().st_mode & 0o077
    ]
    problems = [
        _(
            "%(path)s is leesbaar voor anderen. Doe: chmod %(mode)s %(path)s",
            path=path,
            mode="700" if path.is_dir() else "600",
        )
        for path in open_to_others
    ]
    if (settings.base_url or "").startswith("https:") and not settings.proxies:
        problems.append(_("Er staat een proxy voor, maar GEZINSCOACH_PROXIES is 0. Zet het op 1."))
    app = application(settings)
    try:
        app.extensions["vault"].check()
    except KeysUnreadable:
        # A key that others can read is not used either; then the line above says what to do.
        if settings.kek_file not in open_to_others:
            problems.append(
                _(
                    "%(file)s ontbreekt of is niet de sleutel van deze gegevens. "
                    "Zet de map met sleutels terug uit je reservekopie.",
                    file=settings.kek_file,
                )
            )
    except SQLAlchemyError as error:
        problems.append(
            _(
                "De sleutels zijn niet te bereiken. Kijk GEZINSCOACH_KEYS_URL na. "
                "De databank zegt: %(cause)s",
                cause=_cause(error),
            )
        )
    with opened(app):
        try:
            with db.engine.connect() as connection:
                at = MigrationContext.configure(connection).get_current_revision()
                if not inspect(connection).has_table("werking"):
                    return [*problems, _("De databank is leeg. Doe: gezinscoach init")]
            head = ScriptDirectory(str(beside("migrations"))).get_current_head()
            if at != head:
                problems.append(
                    _(
                        "De databank staat op versie %(at)s, het programma op %(head)s. "
                        "Doe: gezinscoach init",
                        at=at,
                        head=head,
                    )
                )
            alone = len(dossier.without_coach(db.session(), true(), web.today()))
            if alone:
                problems.append(
                    ngettext(
                        "%(num)d lopend dossier zonder gezinscoach. Zie Vandaag van het aanmeldpunt.",
                        "%(num)d lopende dossiers zonder gezinscoach. Zie Vandaag van het aanmeldpunt.",
                        alone,
                    )
                )
        except SQLAlchemyError as error:
            problems.append(
                _(
                    "De databank is niet te bereiken. Kijk GEZINSCOACH_DATABASE_URL na. "
                    "De databank zegt: %(cause)s",
                    cause=_cause(error),
                )
            )
    return problems


def _cause(error: SQLAlchemyError) -> str:
    """What the database itself said, on one line, without the SQL around it."""
    return " ".join(str(getattr(error, "orig", None) or error).split())
