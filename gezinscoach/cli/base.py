"""What every command needs: the installation, prepared or opened."""

from __future__ import annotations

import dataclasses
import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import click
from flask import Flask
from flask_babel import gettext as _
from sqlalchemy import Engine, create_engine, make_url, select
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from gezinscoach.accounts.tables import Werking
from gezinscoach.app import create_app
from gezinscoach.cli.keys_said import told, user_name, working_as
from gezinscoach.kernel import werkingen
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.config import Settings, SettingWrong
from gezinscoach.kernel.database import db, engine_options, transaction


def settings_here() -> Settings:
    """The settings of this process; what cannot be read is said, and exits with 1."""
    try:
        return Settings.from_environment()
    except SettingWrong as error:
        raise click.ClickException(str(error)) from error


def application(settings: Settings) -> Flask:
    """The application for these settings."""
    app = create_app(settings)
    if sys.stdin.isatty():
        app.extensions["vault"].prompt = _ask_passphrase
    return app


def _ask_passphrase() -> str:
    asked: str = click.prompt(_("Wachtzin van de sleutels"), hide_input=True, err=True)
    return asked


def require_own(settings: Settings) -> None:
    """Refuse to work in a folder of somebody else: to its owner, files made here would stay closed.

    Where nothing can be written, nothing is left behind either: then a copy may be looked at.
    """
    try:
        owner = settings.home.stat().st_uid
    except OSError:
        return
    if owner == os.geteuid() or not os.access(settings.home, os.W_OK):
        return
    raise click.ClickException(
        _(
            "De map %(folder)s is van %(owner)s, en jij bent %(me)s. Er is niets veranderd, want wat je hier "
            "maakt, zou %(owner)s niet mogen lezen. Werk als %(owner)s: %(command)s",
            folder=settings.home,
            owner=user_name(owner),
            me=user_name(os.geteuid()),
            command=working_as(owner, shlex.join(sys.argv)),
        )
    )


def is_there(settings: Settings) -> bool:
    """Whether an installation was initialised here; where that cannot be seen, says so and exits with 1."""
    try:
        return settings.secret_file.exists()
    except PermissionError as error:
        raise click.ClickException(
            _(
                "De map %(folder)s is van iemand anders, of ligt in een map van iemand anders, die jij niet "
                "mag openen. Werk als de gebruiker van wie ze is (als root: %(command)s), of kies een eigen "
                "map met GEZINSCOACH_HOME.",
                folder=settings.home,
                command=f"runuser -u GEBRUIKER -- {shlex.join(sys.argv)}",
            )
        ) from error


def cookies_broken(settings: Settings) -> str:
    """What to do about the secret that signs cookies, when it is none."""
    return str(
        _(
            "%(file)s, het geheim van de cookies, is niet volledig: niemand kan inloggen. "
            "Doe: gezinscoach init. Iedereen logt daarna opnieuw in.",
            file=settings.secret_file,
        )
    )


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
    engine = create_engine(settings.owner_url, **engine_options(settings.owner_url))
    werkingen.open_to_commands(engine)
    try:
        yield engine
    finally:
        engine.dispose()


def ready(*, looking: bool = False) -> Flask:
    """The application of an installation that was initialised; else says how to do that, and exits with 1.

    Only `looking`: a copy of the database in which nothing can be written will do, with or without keys.
    """
    settings = settings_here()
    require_own(settings)
    if looking and (copy := _kept_still(settings)):
        return application(copy)
    if not is_there(settings):
        raise click.ClickException(
            _("Er is nog geen installatie in %(folder)s. Doe eerst: gezinscoach init", folder=settings.home)
        )
    return application(settings)


def _kept_still(settings: Settings) -> Settings | None:
    """Settings to read a SQLite database that cannot be written; None when it can, or is none."""
    given = make_url(settings.database_url)
    if given.drivername != "sqlite" or not given.database or not Path(given.database).exists():
        return None
    path = Path(given.database).absolute()
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        return None
    wal = path.with_name(f"{path.name}-wal")
    if wal.exists() and wal.stat().st_size:
        raise click.ClickException(
            _(
                "%(file)s hoort nog bij de databank, en hier kan niet geschreven worden. Kopieer de map "
                "naar een plaats waar dat wel kan, en noem die in GEZINSCOACH_HOME.",
                file=wal,
            )
        )
    return dataclasses.replace(
        settings, database_url=f"sqlite:///file:{quote(str(path))}?immutable=1&mode=ro&uri=true"
    )


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
