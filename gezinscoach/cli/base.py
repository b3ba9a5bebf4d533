"""What every command needs: the installation, prepared or opened."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask
from flask_babel import gettext as _
from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy_utils import create_database, database_exists

from gezinscoach.accounts import queries
from gezinscoach.app import beside, create_app
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.config import Settings, private_file, private_folder
from gezinscoach.kernel.database import db, transaction
from gezinscoach.kernel.vault import KeysUnreadable


def settings_here() -> Settings:
    """The settings of this process; what cannot be read is said, and exits with 1."""
    # There is no application yet, here and below: then `_` gives the Dutch text itself.
    try:
        return Settings.from_environment()
    except ValueError as error:
        raise click.ClickException(_("GEZINSCOACH_PROXIES moet een getal zijn.")) from error


def application(settings: Settings) -> Flask:
    """The application for these settings; an address of a database that is none is said, and exits with 1."""
    try:
        return create_app(settings)
    except ArgumentError as error:
        raise click.ClickException(
            _("GEZINSCOACH_DATABASE_URL of GEZINSCOACH_KEYS_URL is geen adres van een databank.")
        ) from error


def prepare(settings: Settings) -> Flask:
    """Make folder, keys and database of an installation where they are missing; return the application."""
    try:
        private_folder(settings.home)
        private_folder(settings.secret_file.parent)
    except OSError as error:
        raise click.ClickException(
            _(
                "De map %(folder)s kan niet gemaakt worden. Er is niets veranderd. "
                "Kies een map van jezelf met %(setting)s, of werk als root.",
                folder=settings.home,
                setting="GEZINSCOACH_DEMO_HOME" if settings.demo else "GEZINSCOACH_HOME",
            )
        ) from error
    for url in (settings.database_url, settings.keys_url):
        if not url.startswith("sqlite:"):
            _require_database(url)
    if not settings.secret_file.exists():
        private_file(settings.secret_file, secrets.token_bytes(32))
    # With it comes Alembic: half a second that serving need not wait for.
    from flask_migrate import Migrate, upgrade

    app = application(settings)
    Migrate(app, db, directory=str(beside("migrations")))
    with opened(app):
        try:
            app.extensions["vault"].create()
        except KeysUnreadable as error:
            if settings.kek_file.exists():
                said = _(
                    "De hoofdsleutel %(file)s is niet te gebruiken: anderen kunnen hem lezen, of het is een "
                    "andere sleutel. Er is niets veranderd. Doe: chmod 600 %(file)s, of zet de juiste "
                    "terug uit je reservekopie.",
                    file=settings.kek_file,
                )
            else:
                said = _(
                    "De sleutels zijn er niet: %(file)s ontbreekt. Er is niets veranderd. "
                    "Zet ze terug uit je reservekopie.",
                    file=settings.kek_file,
                )
            raise click.ClickException(said) from error
        upgrade(directory=str(beside("migrations")))
        if db.engine.dialect.name == "sqlite" and db.engine.url.database:
            Path(db.engine.url.database).chmod(0o600)
    return app


@contextmanager
def opened(app: Flask) -> Iterator[None]:
    """An application for one piece of work; its connections, those to the keys too, are closed at the end."""
    with app.app_context():
        try:
            yield
        finally:
            db.session.remove()
            db.engine.dispose()
            app.extensions["vault"].dispose()


def _require_database(url: str) -> None:
    try:
        if not database_exists(url):
            create_database(url)
    except SQLAlchemyError as error:
        raise click.ClickException(
            _(
                "De databank is niet te bereiken of niet aan te maken. Er is niets veranderd. "
                "Kijk GEZINSCOACH_DATABASE_URL en GEZINSCOACH_KEYS_URL na."
            )
        ) from error


def ready() -> Flask:
    """The application of an installation that was initialised; else says how to do that, and exits with 1."""
    settings = settings_here()
    if not settings.secret_file.exists():
        raise click.ClickException(
            _("Er is nog geen installatie in %(folder)s. Doe eerst: gezinscoach init", folder=settings.home)
        )
    return application(settings)


def command_actor(session: Session) -> Actor:
    """The command line as actor in the one werking of this installation."""
    werking = queries.only_werking(session)
    if werking is None:
        raise click.ClickException(_("Er is geen werking, of meer dan één. Doe eerst: gezinscoach init"))
    return Actor(werking_id=werking.id)


@contextmanager
def installation() -> Iterator[tuple[Session, Actor]]:
    """The installation opened for one command: a session, kept at the end, and who the command line is."""
    with opened(ready()):
        try:
            with transaction() as session:
                yield session, command_actor(session)
        except KeysUnreadable as error:
            raise click.ClickException(
                _("De sleutels zijn niet te lezen. Kijk na wat er is met: gezinscoach doctor")
            ) from error
        except (OperationalError, ProgrammingError) as error:
            raise click.ClickException(
                _("De databank antwoordt niet zoals het hoort. Kijk na wat er is met: gezinscoach doctor")
            ) from error
