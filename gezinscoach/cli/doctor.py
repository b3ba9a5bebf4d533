"""The command that looks whether an installation is in order, and says what to do."""

from __future__ import annotations

import sys

import click
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, true
from sqlalchemy.exc import SQLAlchemyError

from gezinscoach.app import beside, create_app
from gezinscoach.dossier import queries as dossier
from gezinscoach.kernel import web
from gezinscoach.kernel.config import Settings
from gezinscoach.kernel.database import db
from gezinscoach.kernel.vault import KeysUnreadable


@click.command()
def doctor() -> None:
    """Kijk na of de installatie in orde is, en zeg wat er te doen is."""
    settings = Settings.from_environment()
    problems = examine(settings)
    for problem in problems:
        click.echo(f"- {problem}")
    if problems:
        sys.exit(1)
    click.echo("Alles is in orde.")


def examine(settings: Settings) -> list[str]:
    """What is wrong with an installation, each with what to do about it."""
    if not settings.secret_file.exists():
        return [f"Er is geen installatie in {settings.home}. Doe: gezinscoach init"]
    problems = [
        f"{path} is leesbaar voor anderen. Doe: chmod {'700' if path.is_dir() else '600'} {path}"
        for path in [settings.home, *sorted(settings.home.rglob("*")), settings.kek_file]
        if path.exists() and path.stat().st_mode & 0o077
    ]
    if (settings.base_url or "").startswith("https:") and not settings.proxies:
        problems.append("Er staat een proxy voor, maar GEZINSCOACH_PROXIES is 0. Zet het op 1.")
    app = create_app(settings)
    try:
        app.extensions["vault"].check()
    except (KeysUnreadable, SQLAlchemyError) as error:
        problems.append(
            f"De sleutels zijn niet te lezen: {error}. Zet de map met sleutels terug uit je reservekopie."
        )
    with app.app_context():
        try:
            with db.engine.connect() as connection:
                at = MigrationContext.configure(connection).get_current_revision()
                if not inspect(connection).has_table("werking"):
                    return [*problems, "De databank is leeg. Doe: gezinscoach init"]
            head = ScriptDirectory(str(beside("migrations"))).get_current_head()
            if at != head:
                problems.append(
                    f"De databank staat op versie {at}, het programma op {head}. Doe: gezinscoach init"
                )
            alone = len(dossier.without_coach(db.session(), true(), web.today()))
            if alone:
                problems.append(
                    f"{alone} lopende dossiers zonder gezinscoach. Zie Vandaag van het aanmeldpunt."
                )
        except SQLAlchemyError as error:
            problems.append(f"De databank is niet te bereiken: {error}. Kijk GEZINSCOACH_DATABASE_URL na.")
        finally:
            db.session.remove()
            db.engine.dispose()
    return problems
