"""Making an installation, or bringing it to this version: folder, keys, database."""

from __future__ import annotations

import secrets
from pathlib import Path

import click
from flask import Flask
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, inspect, make_url, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy_utils import create_database, database_exists

from gezinscoach.accounts import queries
from gezinscoach.accounts.tables import Werking
from gezinscoach.app import beside
from gezinscoach.cli.base import application, opened, owning, require_own
from gezinscoach.cli.keys_said import told
from gezinscoach.cli.versions import stands_at, too_new
from gezinscoach.kernel import audit as trace
from gezinscoach.kernel import marks, web, werkingen
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.audit import anchors
from gezinscoach.kernel.config import COOKIE_BYTES, Settings, private_folder, renewed_file
from gezinscoach.kernel.database import db, transaction
from gezinscoach.kernel.vault import KeysUnreadable, Vault, Why
from gezinscoach.kernel.vault.store import KEYS

NO_PRIVILEGE = "42501"
"""The state by which PostgreSQL says that a role may not do something."""


def prepare(settings: Settings, *, anew: bool = False, mark_anew: bool = False) -> Flask:
    """Make folder, keys and database of an installation where they are missing; return the application.

    `anew`: also with keys of a database that is gone; `mark_anew`: also with a database of before there were
    marks, put back beside keys of after. What cannot be done is said, and exits with 1.
    """
    require_own(settings)
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
    if not settings.signs_cookies:
        if settings.secret_file.exists():
            click.echo(
                _(
                    "%(file)s was niet volledig en is nieuw gemaakt: iedereen logt opnieuw in.",
                    file=settings.secret_file,
                )
            )
        renewed_file(settings.secret_file, secrets.token_bytes(COOKIE_BYTES))
    app = application(settings)
    with opened(app):
        with told():
            _require_matching(settings, app.extensions["vault"], anew=anew or settings.demo)
            app.extensions["vault"].create()
        _upgrade(app, settings)
        mark_rows(app.extensions["vault"], anew=mark_anew)
        anchors.create_key(settings.anchor_key)
        if db.engine.dialect.name == "sqlite" and db.engine.url.database:
            Path(db.engine.url.database).chmod(0o600)
    return app


def _require_matching(settings: Settings, vault: Vault, *, anew: bool) -> None:
    """Keys and cases come and go together: new ones of either open nothing of what there is of the other."""
    with owning(settings) as owner, owner.connect() as connection:
        there = inspect(connection).has_table("werking")
        if newer := too_new(stands_at(connection)):
            raise click.ClickException(newer)
        filled = there and connection.scalar(select(Werking.id).limit(1))
    if filled and vault.is_empty():
        raise KeysUnreadable(Why.LOST, vault.store.place)
    if not there and not anew and (orphans := keys_of_cases(vault)):
        raise click.ClickException(
            lost_database(orphans) + " " + _("Wil je toch opnieuw beginnen: gezinscoach init --start-anew")
        )


def keys_of_cases(vault: Vault) -> int:
    """Of how many families, people and organisations there are keys."""
    with vault.store.reading() as connection:
        if not vault.store.engine.dialect.has_table(connection, "data_key"):
            return 0
        counted = select(func.count(KEYS.c.scope_id.distinct())).where(KEYS.c.kind != "installation")
        return connection.scalar(counted) or 0


def lost_database(orphans: int) -> str:
    """What to do about a database that is empty although there are keys."""
    return str(
        ngettext(
            "Er is een sleutel van %(num)d gezin, persoon of organisatie, maar de databank is leeg. "
            "Er is niets veranderd. Zet ze terug uit je reservekopie, kijk of haar schijf er is, of zet "
            "GEZINSCOACH_DATABASE_URL juist.",
            "Er zijn sleutels van %(num)d gezinnen, personen en organisaties, maar de databank is leeg. "
            "Er is niets veranderd. Zet ze terug uit je reservekopie, kijk of haar schijf er is, of zet "
            "GEZINSCOACH_DATABASE_URL juist.",
            orphans,
        )
    )


def _upgrade(app: Flask, settings: Settings) -> None:
    """Bring the tables to this version, and give the application its rights on them."""
    # With it comes Alembic: half a second that serving need not wait for.
    from flask_migrate import Migrate, upgrade

    Migrate(app, db, directory=str(beside("migrations")))
    try:
        upgrade(directory=str(beside("migrations")))
        if settings.owner_url != settings.database_url:
            with owning(settings) as owner:
                werkingen.entrust(owner, make_url(settings.database_url).username or "")
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != NO_PRIVILEGE:
            raise
        raise click.ClickException(
            _(
                "De gebruiker %(role)s van de databank mag er geen tabellen maken of veranderen. De tabellen "
                "zijn nog zoals ze waren. Zet het adres met de gebruiker van wie de databank is in "
                "GEZINSCOACH_DATABASE_OWNER_URL, en doe opnieuw: gezinscoach init",
                role=make_url(settings.owner_url).username or "",
            )
        ) from error


def mark_rows(vault: Vault, *, anew: bool) -> None:
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
