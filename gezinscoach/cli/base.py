"""What every command needs: the installation, prepared or opened."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask
from flask_babel import gettext as _
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from gezinscoach.accounts.tables import Werking
from gezinscoach.app import create_app
from gezinscoach.cli.keys_said import told
from gezinscoach.kernel import werkingen
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.config import Settings
from gezinscoach.kernel.database import db, transaction


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
    werkingen.open_to_commands(engine)
    try:
        yield engine
    finally:
        engine.dispose()


def ready() -> Flask:
    """The application of an installation that was initialised; else says how to do that, and exits with 1."""
    settings = settings_here()
    if not is_there(settings):
        raise click.ClickException(
            _("Er is nog geen installatie in %(folder)s. Doe eerst: gezinscoach init", folder=settings.home)
        )
    return application(settings)


def chosen() -> str | None:
    """The werking that the command line named, before the command or in GEZINSCOACH_WERKING."""
    context = click.get_current_context(silent=True)
    named: str | None = context.find_root().params.get("in_werking") if context else None
    return named


def names(session: Session) -> list[str]:
    """The names of every werking here."""
    return list(session.scalars(select(Werking.naam).order_by(Werking.naam)))


def some(session: Session) -> list[str]:
    """The same, where there has to be one; else says what to do, and exits with 1."""
    if held := names(session):
        return held
    raise click.ClickException(_("Er is nog geen werking. Doe eerst: gezinscoach init"))


def same_name(one: str, other: str) -> bool:
    """Whether two names of a werking are one, but for capitals and spaces around them."""
    return one.strip().casefold() == other.strip().casefold()


def command_actor(session: Session, naam: str | None = None) -> Actor:
    """The command line as actor in the werking of this name, else the one chosen, else the only one."""
    held, asked = some(session), naam or chosen()
    there = ", ".join(held)
    if asked is None and len(held) > 1:
        raise click.ClickException(
            _(
                "Er zijn meer werkingen: %(there)s. Zeg voor het commando welke: "
                "gezinscoach --in-werking NAAM ...",
                there=there,
            )
        )
    found = [one for one in held if asked is None or same_name(one, asked)]
    if not found:
        raise click.ClickException(
            _("Er is geen werking met de naam %(naam)s. Wel: %(there)s.", naam=asked, there=there)
        )
    return Actor(werking_id=session.scalars(select(Werking.id).where(Werking.naam == found[0])).one())


@contextmanager
def answering() -> Iterator[None]:
    """Let a command stop with a sentence when the database or the keys don't do what they should."""
    try:
        with told():
            yield
    except (OperationalError, ProgrammingError) as error:
        raise click.ClickException(
            _("De databank antwoordt niet zoals het hoort. Kijk na wat er is met: gezinscoach doctor")
        ) from error


@contextmanager
def installation(naam: str | None = None) -> Iterator[tuple[Session, Actor]]:
    """The installation opened for one command: a session, kept at the end, and who the command line is.

    In the werking of this name, else the one that the command line chose, else the only one.
    """
    with opened(ready()), answering(), transaction() as session:
        actor = command_actor(session, naam)
        werkingen.narrow(session, actor.werking_id)
        yield session, actor
