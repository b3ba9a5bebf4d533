"""The command that looks whether an installation is in order, and says what to do."""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path

import click
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Connection, inspect, true
from sqlalchemy.exc import SQLAlchemyError

from gezinscoach.accounts.actions import hashing
from gezinscoach.cli.audit_said import unguarded
from gezinscoach.cli.base import application, cookies_broken, is_there, opened, require_own, settings_here
from gezinscoach.cli.keys_said import lost, trouble, user_name
from gezinscoach.cli.outside import machine
from gezinscoach.cli.preparing import keys_of_cases, lost_database
from gezinscoach.cli.versions import misfit, stands_at
from gezinscoach.cli.warnings import lonely, warnings
from gezinscoach.dossier import queries as dossier
from gezinscoach.kernel import audit, marks, web, werkingen
from gezinscoach.kernel.audit import anchors
from gezinscoach.kernel.config import Settings
from gezinscoach.kernel.database import db
from gezinscoach.kernel.rotation import missing, unfinished
from gezinscoach.kernel.trouble import stuck
from gezinscoach.kernel.vault import KeysUnreadable, Vault, Why
from gezinscoach.kernel.vault.keyfile import handed_out
from gezinscoach.kernel.vault.status import Status, status

STRICT = 3
"""The exit code for warnings only, when it was asked for."""


@click.command()
@click.option("--strict", is_flag=True, help="Eindig met 3 als er alleen waarschuwingen zijn.")
def doctor(strict: bool) -> None:
    """Kijk na of de installatie in orde is, en zeg wat er te doen is.

    Eindigt met 1 als er iets stuk is. Waarschuwingen beginnen met "Let op"; dan is er niets stuk.
    """
    settings = settings_here()
    problems, care = examine(settings)
    for problem in problems:
        click.echo(f"- {problem}")
    for one in care:
        click.echo("- " + _("Let op: %(warning)s", warning=one))
    price = hashing.measured(settings.hash_cost_file)
    if price is not None:
        click.echo(
            _(
                "Een wachtwoord nakijken duurt hier %(took)d ms (%(memory)d MiB, %(passes)d keer).",
                took=hashing.seconds(price) * 1000,
                memory=price.memory_kib // 1024,
                passes=price.passes,
            )
        )
    if problems:
        sys.exit(1)
    if care:
        click.echo(_("Verder is alles in orde."))
        sys.exit(STRICT if strict else 0)
    click.echo(_("Alles is in orde."))


def examine(settings: Settings) -> tuple[list[str], list[str]]:
    """What is broken in an installation and what asks for care, each with what to do about it."""
    require_own(settings)
    if not is_there(settings):
        return [_("Er is geen installatie in %(folder)s. Doe: gezinscoach init", folder=settings.home)], []
    files = [settings.home, *sorted(settings.home.rglob("*")), *_key_files(settings)]
    found = {path: path.stat() for path in files if path.exists()}
    open_to_others = [path for path, one in found.items() if one.st_mode & 0o077 and not handed_out(path)]
    problems = [
        _(
            "%(path)s is leesbaar voor anderen. Doe: chmod %(mode)s %(path)s",
            path=path,
            mode="700" if path.is_dir() else "600",
        )
        for path in open_to_others
    ]
    owner = found[settings.home].st_uid
    strange = [
        path for path, one in found.items() if one.st_uid != owner and path.is_relative_to(settings.home)
    ]
    if strange:
        problems.append(
            _(
                "Niet van %(owner)s, en dus niet te gebruiken: %(paths)s. "
                "Doe als root: chown -R %(owner)s: %(folder)s",
                owner=user_name(owner),
                paths=", ".join(map(str, strange)),
                folder=settings.home,
            )
        )
    if not os.access(settings.home, os.W_OK):
        problems.append(
            _(
                "In %(folder)s kan niet geschreven worden. Kijk of de schijf te beschrijven is, en van wie "
                "de map is.",
                folder=settings.home,
            )
        )
    if (settings.base_url or "").startswith("https:") and not settings.proxies:
        problems.append(_("Er staat een proxy voor, maar GEZINSCOACH_PROXIES is 0. Zet het op 1."))
    if hashing.measured(settings.hash_cost_file) is None and settings.hash_cost_file not in strange:
        problems.append(
            _(
                "Wat een wachtwoord nakijken hier mag kosten, is niet gemeten of niet te lezen: %(file)s. "
                "Doe: gezinscoach init",
                file=settings.hash_cost_file,
            )
        )
    if settings.secret_file not in strange and not settings.signs_cookies:
        problems.append(cookies_broken(settings))
    app = application(settings)
    keys, about = _about_keys(
        app.extensions["vault"], settings, {Why.OPEN: open_to_others, Why.FORBIDDEN: strange}
    )
    problems += about
    try:
        anchors.signing_key(settings.anchor_key)
    except anchors.AnchorKeyUnreadable:
        if settings.anchor_key not in (*open_to_others, *strange):
            problems.append(
                _(
                    "%(file)s, de sleutel van de ankers, ontbreekt of is geen sleutel. Zet ze terug uit je "
                    "reservekopie. Is ze voorgoed weg, zet dan de map met ankers opzij en doe: "
                    "gezinscoach init",
                    file=settings.anchor_key,
                )
            )
    with opened(app):
        care = list(warnings(settings, keys, web.now()))
        try:
            with db.engine.connect() as connection:
                at = stands_at(connection)
                if not inspect(connection).has_table("werking"):
                    return [*problems, _emptiness(app.extensions["vault"])], care
                if werkingen.escapes(connection):
                    problems.append(
                        _(
                            "De gebruiker van PostgreSQL mag voorbij de regels op rijen kijken. Geef de "
                            "toepassing een gewone gebruiker, en zet de eigenaar van de tabellen in "
                            "GEZINSCOACH_DATABASE_OWNER_URL. Doe dan: gezinscoach init"
                        )
                    )
                try:
                    audit.require_guards(connection)
                except audit.Unguarded as error:
                    problems.append(unguarded(error))
            if other := misfit(at):
                problems.append(other)
            elif keys is not None:
                problems += lost(missing(db.session(), app.extensions["vault"]))
                problems += _forged(db.session().connection(), app.extensions["vault"])
            alone = len(dossier.without_coach(db.session(), true(), web.today()))
            if alone:
                problems.append(
                    ngettext(
                        "%(num)d lopend dossier zonder gezinscoach. Zie Vandaag van het aanmeldpunt.",
                        "%(num)d lopende dossiers zonder gezinscoach. Zie Vandaag van het aanmeldpunt.",
                        alone,
                    )
                )
            care += lonely(db.session(), web.now())
        except SQLAlchemyError as error:
            problems.append(
                (stuck(error) and machine(error))
                or _(
                    "De databank is niet te bereiken. Kijk GEZINSCOACH_DATABASE_URL na. "
                    "De databank zegt: %(cause)s",
                    cause=_cause(error),
                )
            )
    return problems, care


def _forged(connection: Connection, keys: Vault) -> list[str]:
    found = Counter(table for _seen, table, _row in marks.forged(connection, keys) if table)
    if not found:
        return []
    return [
        _(
            "Buiten de toepassing om veranderd, en telt niet mee: %(tables)s. Kijk wie aan de databank kan, "
            "en welke rijen het zijn: gezinscoach audit verify --deep",
            tables=", ".join(f"{table} ({count})" for table, count in sorted(found.items())),
        )
    ]


def _key_files(settings: Settings) -> list[Path]:
    return [path for path in (settings.kek_file, settings.passphrase_file) if path is not None]


def _about_keys(
    vault: Vault, settings: Settings, said: dict[Why, list[Path]]
) -> tuple[Status | None, list[str]]:
    """How the keys stand, and what is wrong with them; a line of its own tells what is `said` already."""
    try:
        vault.check()
        found = status(vault, settings.key_backups)
        begun = found.half or unfinished(vault)
    except KeysUnreadable as error:
        return None, [] if Path(error.place) in said.get(error.why, ()) else [trouble(error)]
    problems = []
    if begun:
        problems.append(_("Een vernieuwing van sleutels is niet afgewerkt. Doe: gezinscoach keys rotate"))
    elif found.late(web.now()):
        problems.append(_("De hoofdsleutel is ouder dan 35 dagen. Doe: gezinscoach keys rotate"))
    return found, problems


def _emptiness(vault: Vault) -> str:
    """What to do about a database without tables: that of a new installation, or one that is lost."""
    try:
        orphans = keys_of_cases(vault)
    except KeysUnreadable:  # that is said in a line of its own
        orphans = 0
    return lost_database(orphans) if orphans else _("De databank is leeg. Doe: gezinscoach init")


def _cause(error: SQLAlchemyError) -> str:
    """What the database itself said, on one line, without the SQL around it."""
    return " ".join(str(getattr(error, "orig", None) or error).split())
