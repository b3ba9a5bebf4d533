"""The command that looks whether an installation is in order, and says what to do."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import inspect, true
from sqlalchemy.exc import SQLAlchemyError

from gezinscoach.accounts.actions import hashing
from gezinscoach.cli.audit import unguarded
from gezinscoach.cli.base import application, cookies_broken, is_there, opened, require_own, settings_here
from gezinscoach.cli.keys_said import trouble, user_name
from gezinscoach.cli.preparing import keys_of_cases, lost_database
from gezinscoach.cli.versions import misfit, stands_at
from gezinscoach.dossier import queries as dossier
from gezinscoach.kernel import audit, web, werkingen
from gezinscoach.kernel.audit import anchors
from gezinscoach.kernel.config import Settings
from gezinscoach.kernel.database import db
from gezinscoach.kernel.rotation import unfinished
from gezinscoach.kernel.vault import KeysUnreadable, Vault, Why
from gezinscoach.kernel.vault.keyfile import handed_out
from gezinscoach.kernel.vault.status import status


@click.command()
def doctor() -> None:
    """Kijk na of de installatie in orde is, en zeg wat er te doen is."""
    settings = settings_here()
    problems = examine(settings)
    for problem in problems:
        click.echo(f"- {problem}")
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
    click.echo(_("Alles is in orde."))


def examine(settings: Settings) -> list[str]:
    """What is wrong with an installation, each with what to do about it."""
    require_own(settings)
    if not is_there(settings):
        return [_("Er is geen installatie in %(folder)s. Doe: gezinscoach init", folder=settings.home)]
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
    problems += _about_keys(app.extensions["vault"], settings, open_to_others, strange)
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
        try:
            with db.engine.connect() as connection:
                at = stands_at(connection)
                if not inspect(connection).has_table("werking"):
                    return [*problems, _emptiness(app.extensions["vault"])]
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


def _key_files(settings: Settings) -> list[Path]:
    return [path for path in (settings.kek_file, settings.passphrase_file) if path is not None]


def _about_keys(
    vault: Vault, settings: Settings, open_to_others: list[Path], strange: list[Path]
) -> list[str]:
    try:
        vault.check()
        found = status(vault, settings.key_backups)
        begun = found.half or unfinished(vault)
    except KeysUnreadable as error:
        # For what others can read, or this user cannot, a line of its own says what to do.
        place, told = Path(error.place), {Why.OPEN: open_to_others, Why.FORBIDDEN: strange}
        return [] if place in told.get(error.why, ()) else [trouble(error)]
    problems = []
    if begun:
        problems.append(_("Een vernieuwing van sleutels is niet afgewerkt. Doe: gezinscoach keys rotate"))
    elif found.late(web.now()):
        problems.append(_("De hoofdsleutel is ouder dan 35 dagen. Doe: gezinscoach keys rotate"))
    return problems


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
