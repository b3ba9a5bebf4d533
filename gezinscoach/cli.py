"""The command line: `gezinscoach ...`. With app.py the only file that knows every slice."""

from __future__ import annotations

import os
import secrets
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import click
from flask import Flask
from platformdirs import user_data_path
from sqlalchemy import inspect, true
from sqlalchemy.orm import Session

from gezinscoach.accounts import actions as accounts
from gezinscoach.accounts import present as accounts_present
from gezinscoach.accounts import queries, rules
from gezinscoach.accounts.tables import Account
from gezinscoach.app import beside, create_app
from gezinscoach.demo import actions as city
from gezinscoach.demo import people
from gezinscoach.dossier import actions as dossier
from gezinscoach.dossier import queries as dossier_queries
from gezinscoach.kernel import web
from gezinscoach.kernel.access import Actor, Rol
from gezinscoach.kernel.config import Settings, private_file, private_folder
from gezinscoach.kernel.database import db, transaction
from gezinscoach.toelage.commands import toelage
from gezinscoach.werkmap.commands import werkmap

LEUVEN = ("3000", "3001", "3010", "3012", "3018")


@click.group()
@click.version_option(package_name="gezinscoach")
@click.pass_context
def main(context: click.Context) -> None:
    """Het dossier van de gezinscoaching: van aanmelding tot toelage."""
    os.umask(0o077)
    context.obj = installation


def prepare(settings: Settings) -> Flask:
    """Make folder, keys and database of an installation where they are missing; return the application."""
    private_folder(settings.home)
    private_folder(settings.secret_file.parent)
    if not settings.secret_file.exists():
        private_file(settings.secret_file, secrets.token_bytes(32))
    from flask_migrate import Migrate, upgrade  # with Alembic: half a second that serving need not wait for

    app = create_app(settings)
    Migrate(app, db, directory=str(beside("migrations")))
    app.extensions["vault"].create()
    with app.app_context():
        upgrade(directory=str(beside("migrations")))
        if db.engine.dialect.name == "sqlite" and db.engine.url.database:
            Path(db.engine.url.database).chmod(0o600)
    return app


def ready() -> Flask:
    """The application of an installation that was initialised; else says how to do that, and exits with 1."""
    settings = Settings.from_environment()
    if not settings.secret_file.exists():
        raise click.ClickException(
            f"Er is nog geen installatie in {settings.home}. Doe eerst: gezinscoach init"
        )
    return create_app(settings)


def command_actor(session: Session) -> Actor:
    """The command line as actor in the one werking of this installation."""
    werking = queries.only_werking(session)
    if werking is None:
        raise click.ClickException("Er is geen werking, of meer dan één. Doe eerst: gezinscoach init")
    return Actor(werking_id=werking.id)


main.add_command(toelage)
main.add_command(werkmap)


@contextmanager
def installation() -> Iterator[tuple[Session, Actor]]:
    """The installation opened for one command: a session, kept at the end, and who the command line is."""
    with ready().app_context(), transaction() as session:
        yield session, command_actor(session)


@main.command()
@click.option("--werking", default="Leuven", show_default=True, help="Naam van de werking.")
@click.option("--gemeente", default="Leuven", show_default=True, help="Gemeente van de werking.")
@click.option("--postcode", "postcodes", multiple=True, default=LEUVEN, show_default=True, help="Postcodes.")
def init(werking: str, gemeente: str, postcodes: tuple[str, ...]) -> None:
    """Maak de datamap, de sleutels, de databank en de werking aan. Wat er al is, blijft."""
    settings = Settings.from_environment()
    app = prepare(settings)
    with app.app_context(), transaction() as session:
        dossier.seed_codelist(session)
        if queries.only_werking(session) is None:
            accounts.add_werking(session, naam=werking, gemeente=gemeente, postcodes=postcodes, now=web.now())
    click.echo(f"Klaar: {settings.home}")
    click.echo("Maak nu een eerste account: gezinscoach account add --role beheerder --email JE-ADRES")


@main.group()
def account() -> None:
    """Accounts en rollen."""


@account.command("add")
@click.option("--role", "rol", type=click.Choice([rol.value for rol in Rol]), required=True)
@click.option("--email", required=True)
@click.option("--name", "naam", help="Naam; zonder dit: het deel van het e-mailadres voor de @.")
@click.option("--organisation", "organisatie", help="Naam van de organisatie.")
@click.option("--until", "until", type=click.DateTime(["%Y-%m-%d"]), help="Laatste dag van de rol.")
def account_add(
    rol: str, email: str, naam: str | None, organisatie: str | None, until: datetime | None
) -> None:
    """Maak een account met een rol (of geef een bestaand account een rol) en toon de uitnodiging."""
    with installation() as (session, actor):
        now = web.now()
        organisatie_id = None
        if organisatie:
            wanted = [
                row
                for row in queries.organisaties(session, actor)
                if row.naam.casefold() == organisatie.casefold()
            ]
            if not wanted:
                raise click.ClickException(f"Er is geen organisatie met de naam {organisatie}.")
            organisatie_id = wanted[0].id
        try:
            held, token = _account(session, actor, email, naam, now)
            ends = until.replace(tzinfo=web.ZONE) + timedelta(days=1) if until else None
            accounts.give_role(
                session, actor, held, Rol(rol), organisatie_id=organisatie_id, until=ends, now=now
            )
        except rules.Refusal as refusal:
            raise click.ClickException(accounts_present.wordings()[type(refusal)]()) from refusal
    click.echo(f"Rol gegeven: {rol}")
    if token:
        base = Settings.from_environment().base_url or ""
        click.echo(f"Uitnodiging (drie dagen geldig, één keer te gebruiken): {base}/uitnodiging/{token}")


def _account(
    session: Session, actor: Actor, email: str, naam: str | None, now: datetime
) -> tuple[Account, str]:
    held = queries.account_by_email(session, email)
    if held is not None and held.werking_id == actor.werking_id:
        return held, ""
    return accounts.add_account(session, actor, email=email, naam=naam or email.split("@")[0], now=now)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8080, show_default=True)
@click.option("--workers", default=2, show_default=True)
def serve(host: str, port: int, workers: int) -> None:
    """Start de webserver."""
    run(ready(), host, port, workers)


def run(app: Flask, host: str, port: int, workers: int) -> None:
    """Serve an application with gunicorn until it is told to stop."""
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):
        def load_config(self) -> None:
            for key, value in {
                "bind": f"{host}:{port}",
                "workers": workers,
                "threads": 4,
                "worker_class": "gthread",
                "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,  # noqa: S108  # memory, for heartbeats
                "accesslog": None,
                "loglevel": "warning",
            }.items():
                self.cfg.set(key, value)

        def load(self) -> Flask:
            return app

    sys.argv = ["gezinscoach"]
    Server().run()


@main.command()
@click.option("--port", default=8080, show_default=True, help="Bezet? Dan de eerste vrije erna.")
def demo(port: int) -> None:
    """Laad de demostad in een eigen map en start ze op deze computer."""
    settings = Settings.at(demo_home(), demo=True)
    click.echo("· de demostad laden")
    app = prepare(settings)
    with app.app_context(), transaction() as session:
        try:
            city.load(session, today=web.today())
        except city.OtherData:
            raise click.ClickException(
                f"In {settings.home} staan andere gegevens. Er is niets veranderd. "
                "Kies een andere map met GEZINSCOACH_DEMO_HOME."
            ) from None
    with app.app_context():
        db.engine.dispose()
    app.extensions["vault"].dispose()
    free = free_port(port)
    click.echo(f"· de gegevens staan in {settings.home}\n\nInloggen kan met deze adressen:\n")
    for rol, login in people.LOGINS.items():
        click.echo(f"  {login.email:28} {rol} ({login.naam})")
    click.echo(
        f"\nWachtwoord voor iedereen: {people.PASSWORD}\n\nOpen http://127.0.0.1:{free}/  (stoppen: Ctrl+C)"
    )
    run(app, "127.0.0.1", free, workers=2)


def demo_home() -> Path:
    """The folder of the demo city: GEZINSCOACH_DEMO_HOME, else one beside the user's own installation."""
    given = os.environ.get("GEZINSCOACH_DEMO_HOME")
    return Path(given).expanduser().absolute() if given else user_data_path("gezinscoach-demo")


def free_port(wanted: int) -> int:
    """The first free port on loopback from `wanted` on."""
    for port in range(wanted, wanted + 100):
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise click.ClickException(f"Geen vrije poort gevonden vanaf {wanted}. Kies er een met --port.")


@main.command()
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
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory
    from sqlalchemy.exc import SQLAlchemyError

    from gezinscoach.kernel.vault import KeysUnreadable

    if not settings.secret_file.exists():
        return [f"Er is geen installatie in {settings.home}. Doe: gezinscoach init"]
    problems = [
        f"{path} is leesbaar voor anderen. Doe: chmod {'700' if path.is_dir() else '600'} {path}"
        for path in (
            settings.home,
            settings.secret_file.parent,
            settings.secret_file,
            settings.kek_file,
            settings.home / "gezinscoach.db",
        )
        if path.exists() and path.stat().st_mode & 0o077
    ]
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
            alone = len(dossier_queries.without_coach(db.session(), true()))
            if alone:
                problems.append(
                    f"{alone} lopende dossiers zonder gezinscoach. Zie Vandaag van het aanmeldpunt."
                )
        except SQLAlchemyError as error:
            problems.append(f"De databank is niet te bereiken: {error}. Kijk GEZINSCOACH_DATABASE_URL na.")
    return problems
