"""Commands about the trace: look it over, sign its heads, and put its locks back."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask
from flask_babel import gettext as _
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from gezinscoach.accounts import queries
from gezinscoach.app import beside
from gezinscoach.cli.audit_said import as_json, lines, unguarded
from gezinscoach.cli.base import opened, owning, ready
from gezinscoach.cli.versions import misfit, stands_at
from gezinscoach.kernel import audit as trace
from gezinscoach.kernel import marks, web
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.audit import anchors
from gezinscoach.kernel.audit.verify import Fault, Verdict, What, verify
from gezinscoach.kernel.config import Settings
from gezinscoach.kernel.database import db, reading, transaction
from gezinscoach.kernel.vault import Vault


@click.group()
def audit() -> None:
    """Het spoor: nakijken en verankeren."""


@audit.command("verify")
@click.option("--deep", is_flag=True, help="Vergelijk ook elke verzegelde rij met wat het spoor ervan weet.")
@click.option(
    "--anchors",
    "folder",
    metavar="MAP",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Een andere kopie van de ankers.",
)
@click.option("--json", "to_json", is_flag=True, help="Toon JSON.")
def look_over(deep: bool, folder: Path | None, to_json: bool) -> None:
    """Kijk het hele spoor na. Eindigt met 1 als er iets niet klopt, en zegt waar."""
    app = ready(looking=True)
    settings: Settings = app.config["SETTINGS"]
    with opened(app), _said():
        began = time.monotonic()
        place = folder or settings.anchors
        cast: Iterable[anchors.Anchor] = ()
        if folder is not None or (place / anchors.FILE).exists():
            key = anchors.public_key(place, settings.anchor_key)
            if not (place / anchors.FILE).exists():
                raise click.ClickException(_("In %(folder)s staat geen enkel anker.", folder=place))
            cast = anchors.read(place, key)
        with _snapshot() as connection:
            verdict = verify(connection, cast, deep=deep)
            if deep:
                look_at_marks(connection, app.extensions["vault"], verdict)
        took = time.monotonic() - began
        kept = _remember(verdict)
        told = as_json(verdict, took) if to_json else "\n".join(lines(verdict, took, deep=deep))
        if not kept:
            click.echo(_("Dit nazicht zelf kon niet in het spoor geschreven worden."), err=True)
    click.echo(told)
    if not verdict.whole:
        sys.exit(1)


@audit.command("anchor")
def anchor() -> None:
    """Onderteken waar het spoor nu staat, en bewaar dat buiten de databank."""
    app = ready()
    settings: Settings = app.config["SETTINGS"]
    with opened(app), _said(), _snapshot() as connection:
        key = anchors.signing_key(settings.anchor_key)
        anchors.cast(connection, settings.anchors, key, now=web.now())
        click.echo(
            _(
                "Verankerd in %(file)s (sleutel %(key)s).",
                file=settings.anchors / anchors.FILE,
                key=anchors.fingerprint(key.public_key()),
            )
        )


@audit.command("guard")
def guard() -> None:
    """Zet de sloten op het spoor in de databank weer zoals ze horen, en neem weg wat er niet hoort."""
    from alembic.script import ScriptDirectory

    app = ready()
    with opened(app), _said(), owning(app.config["SETTINGS"]) as owner, owner.begin() as connection:
        steps = ScriptDirectory(str(beside("migrations")))
        trace.clear_guards(connection)
        for number in ("0002", "0010"):
            steps.get_revision(number).module.guard(connection)
        _require(connection)
        click.echo(_("De sloten op het spoor staan er."))


def require_guards(app: Flask) -> None:
    """Refuse to go on, in Dutch, while the database is of another version or anybody can change the trace."""
    with opened(app), _said(), db.engine.connect() as connection:
        if other := misfit(stands_at(connection)):
            raise click.ClickException(other)
        _require(connection)


def _require(connection: Connection) -> None:
    try:
        trace.require_guards(connection)
    except trace.Unguarded as error:
        raise click.ClickException(unguarded(error)) from error


def anchor_hourly(app: Flask) -> None:
    """Cast an anchor each hour, beside the pages of this process: for the demo, which has no timer."""
    threading.Thread(target=_anchor_for_ever, args=(app,), name="anker", daemon=True).start()


def _anchor_for_ever(app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]
    while True:
        try:
            with app.app_context(), _snapshot() as connection:
                key = anchors.signing_key(settings.anchor_key)
                anchors.cast_hourly(connection, settings.anchors, key, now=web.now())
        except (OSError, SQLAlchemyError, anchors.AnchorKeyUnreadable) as error:
            web.log.error("anchor: %s: %s", type(error).__name__, error)
        time.sleep(60)


@contextmanager
def _snapshot() -> Iterator[Connection]:
    """A connection that sees one moment of the database, and keeps nobody from writing."""
    before = reading.set(True)
    try:
        options = {"isolation_level": "REPEATABLE READ"} if db.engine.dialect.name == "postgresql" else {}
        with db.engine.connect().execution_options(**options) as connection:
            yield connection
    finally:
        reading.reset(before)


@contextmanager
def _said() -> Iterator[None]:
    try:
        yield
    except anchors.AnchorKeyOpen as error:
        raise click.ClickException(
            _(
                "Anderen kunnen %(file)s lezen, de sleutel van de ankers. Er is niets veranderd. "
                "Doe: chmod 600 %(file)s",
                file=error,
            )
        ) from error
    except anchors.AnchorKeyUnreadable as error:
        raise click.ClickException(
            _("De sleutel van de ankers is niet te gebruiken. Er is niets veranderd. %(cause)s", cause=error)
        ) from error
    except OSError as error:
        raise click.ClickException(
            _("De map met ankers is niet te gebruiken. Er is niets veranderd. %(cause)s", cause=error)
        ) from error
    except SQLAlchemyError as error:
        raise click.ClickException(
            _("De databank antwoordt niet zoals het hoort. Kijk na wat er is met: gezinscoach doctor")
        ) from error


def look_at_marks(connection: Connection, keys: Vault, verdict: Verdict) -> None:
    """Blame every row that decides who may open something and does not bear its mark."""
    for seen, table, row in marks.forged(connection, keys):
        if table:
            verdict.blame(Fault(What.ROW_CHANGED, id=row, table=table))
        else:
            verdict.rows += seen


def _remember(verdict: Verdict) -> bool:
    """Put the verdict itself on the trace, for every werking; False when that can't be done."""
    action = trace.LOOKED_OVER if verdict.whole else trace.LOOKED_OVER_BROKEN
    try:
        with transaction() as session:
            for werking_id in queries.werkingen(session):
                trace.record(session, Actor(werking_id=werking_id), action, now=web.now())
    except (SQLAlchemyError, trace.Untraced):
        return False
    return True
