"""What every command needs: the installation, prepared or opened."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask
from flask_babel import gettext as _
from sqlalchemy import Engine, create_engine, inspect, make_url, select
from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy_utils import create_database, database_exists

from gezinscoach.accounts import queries
from gezinscoach.accounts.tables import Werking
from gezinscoach.app import beside, create_app
from gezinscoach.cli.keys_said import told
from gezinscoach.kernel import audit as trace
from gezinscoach.kernel import marks, web, werkingen
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.audit import anchors
from gezinscoach.kernel.config import Settings, private_file, private_folder
from gezinscoach.kernel.database import db, transaction
from gezinscoach.kernel.vault import KeysUnreadable, Vault, Why


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
        app = create_app(settings)
        if sys.stdin.isatty():
            app.extensions["vault"].prompt = _ask_passphrase
        return app
    except ArgumentError as error:
        raise click.ClickException(
            _("GEZINSCOACH_DATABASE_URL of GEZINSCOACH_KEYS_URL is geen adres van een databank.")
        ) from error


def _ask_passphrase() -> str:
    asked: str = click.prompt(_("Wachtzin van de sleutels"), hide_input=True, err=True)
    return asked


def is_there(settings: Settings) -> bool:
    """Whether an installation was initialised here; where that cannot be seen, says so and exits with 1."""
    try:
        return settings.secret_file.exists()
    except PermissionError as error:
        raise click.ClickException(
            _(
                "De map %(folder)s ligt in een map van iemand anders, die jij niet mag openen. Werk als de "
                "gebruiker van wie ze is, of kies een eigen map met GEZINSCOACH_HOME.",
                folder=settings.home,
            )
        ) from error


def prepare(settings: Settings, *, mark_anew: bool = False) -> Flask:
    """Make folder, keys and database of an installation where they are missing; return the application.

    `mark_anew` is for a database of before there were marks that was put back beside keys of after.
    """
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
    for url in (settings.owner_url, settings.keys_url):
        if not url.startswith("sqlite:"):
            _require_database(url)
    if not settings.secret_file.exists():
        private_file(settings.secret_file, secrets.token_bytes(32))
    # With it comes Alembic: half a second that serving need not wait for.
    from flask_migrate import Migrate, upgrade

    app = application(settings)
    Migrate(app, db, directory=str(beside("migrations")))
    with opened(app):
        with told():
            _require_keys_of_cases(app.extensions["vault"])
            app.extensions["vault"].create()
        upgrade(directory=str(beside("migrations")))
        if settings.owner_url != settings.database_url:
            with owning(settings) as owner:
                werkingen.entrust(owner, make_url(settings.database_url).username or "")
        _mark_rows(app.extensions["vault"], anew=mark_anew)
        anchors.create_key(settings.anchor_key)
        if db.engine.dialect.name == "sqlite" and db.engine.url.database:
            Path(db.engine.url.database).chmod(0o600)
    return app


def _mark_rows(vault: Vault, *, anew: bool) -> None:
    """Give the rows of before there were marks theirs, in small transactions, once: it can be done again
    after a stop, and not when it was done."""
    if vault.system().marked:
        if not anew:
            return
        vault.note_marked(False)
    with transaction() as session:
        known = queries.werkingen(session)
    for table in marks.marked():
        more = bool(known)
        while more:
            with transaction() as session:
                if more := bool(marks.unmarked(session, table)):
                    trace.record(session, Actor(werking_id=known[0]), "rows.mark", now=web.now())
                session.flush()
                session.expunge_all()
    vault.note_marked()


def _require_keys_of_cases(vault: Vault) -> None:
    """New keys are for a new installation: they open nothing of what is there."""
    with db.engine.connect() as connection:
        filled = inspect(connection).has_table("werking") and connection.scalar(select(Werking.id).limit(1))
    if filled and vault.is_empty():
        raise KeysUnreadable(Why.LOST, vault.store.place)


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


@contextmanager
def owning(settings: Settings) -> Iterator[Engine]:
    """The database as the role that owns its tables."""
    engine = create_engine(settings.owner_url, hide_parameters=True)
    try:
        yield engine
    finally:
        engine.dispose()


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
    if not is_there(settings):
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
            with told(), transaction() as session:
                actor = command_actor(session)
                werkingen.narrow(session, actor.werking_id)
                yield session, actor
        except (OperationalError, ProgrammingError) as error:
            raise click.ClickException(
                _("De databank antwoordt niet zoals het hoort. Kijk na wat er is met: gezinscoach doctor")
            ) from error
