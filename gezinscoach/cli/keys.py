"""Commands for the keys: how they stand, new ones, a backup, envelopes, a drill, a passphrase."""

from __future__ import annotations

import dataclasses
import fcntl
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask_babel import gettext as _
from sqlalchemy import select

from gezinscoach.accounts import rules
from gezinscoach.accounts.tables import Werking
from gezinscoach.cli.base import opened, ready
from gezinscoach.cli.keys_said import all_told, lost
from gezinscoach.cli.keys_status import standing
from gezinscoach.kernel import audit, rotation, web
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.config import Settings, private_file
from gezinscoach.kernel.database import db, transaction
from gezinscoach.kernel.vault import Vault, backup, epochs, escrow, status
from gezinscoach.kernel.vault.keyfile import KeyFile


@click.group()
def keys() -> None:
    """Beheer de sleutels: hoe het ermee staat, nieuwe maken, enveloppen en oefenen."""


@contextmanager
def held() -> Iterator[tuple[Flask, Vault, Settings]]:
    """The installation with its vault, for one command; trouble with the keys is said, and exits with 1."""
    app = ready()
    with opened(app), all_told():
        yield app, app.extensions["vault"], app.config["SETTINGS"]


@keys.command("status")
@click.option("--json", "to_json", is_flag=True, help="Toon JSON.")
def show(to_json: bool) -> None:
    """Toon hoe het met de sleutels staat."""
    with held() as (_app, vault, settings):
        vault.check()
        now, found = web.now(), status.status(vault, settings.key_backups)
        begun = ["kek"] * found.half + rotation.unfinished(vault)
        missing = rotation.missing(db.session(), vault)
        if to_json:
            about = dataclasses.asdict(found) | {
                "late": found.late(now),
                "unfinished": begun,
                "missing": missing,
            }
            click.echo(json.dumps(about, default=str, ensure_ascii=False, indent=2))
            return
        for line in standing(found, begun, missing, now):
            click.echo(line)


@keys.command("rotate")
@click.option("--kek", is_flag=True, help="De hoofdsleutel. Dit gebeurt ook als je niets kiest.")
@click.option("--data", is_flag=True, help="De gegevenssleutels: alles wordt opnieuw verzegeld.")
@click.option("--index", is_flag=True, help="De sleutel waarmee iets opgezocht wordt.")
@click.option("--all", "every", is_flag=True, help="Alle drie.")
def rotate(kek: bool, data: bool, index: bool, every: bool) -> None:
    """Vernieuw sleutels. Wat onderbroken werd, gaat verder. De server mag intussen draaien."""
    with held() as (_app, vault, settings), _alone(settings):
        vault.check()
        begun = rotation.unfinished(vault)
        chosen = kek or data or index or every
        if data or every or "data" in begun:
            actor = Actor(werking_id=db.session.scalars(select(Werking.id).limit(1)).one())
            db.session.rollback()
            gone = rotation.rotate_data(db.session(), vault, actor, web.now())
            _trace("data")
            click.echo(
                _("Alles staat onder nieuwe gegevenssleutels. Weggegooid: %(count)d oude.", count=gone)
            )
        if index or every or "index" in begun:
            rotation.rotate_index(db.session(), vault, web.now())
            _trace("index")
            click.echo(_("Opzoeken gaat met een nieuwe sleutel."))
        if data or index or every or begun:
            click.echo(
                _(
                    "Een oudere reservekopie van de dossiers past hier niet meer bij. "
                    "Maak nu een nieuwe, en een van de sleutels: gezinscoach keys backup"
                )
            )
        if kek or every or not (chosen or begun):
            number = epochs.rotate(vault, settings.key_backups, web.now())
            _trace("kek")
            click.echo(
                _(
                    "Periode %(number)d is begonnen en de vorige hoofdsleutel is vernietigd. Maak nieuwe "
                    "enveloppen (gezinscoach keys escrow) en vernietig de oude.",
                    number=number,
                )
            )


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """One rotation at a time."""
    with (settings.home / "keys" / "rotating").open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise click.ClickException(
                _("Er is al een vernieuwing bezig. Er is niets veranderd. Wacht tot ze klaar is.")
            ) from error
        yield


def _trace(what: str) -> None:
    with transaction() as session:
        for werking_id in session.scalars(select(Werking.id)):
            audit.record(session, Actor(werking_id=werking_id), f"sleutels.rotate_{what}", now=web.now())


@keys.command("backup")
@click.argument("folder", metavar="[MAP]", required=False, type=click.Path(file_okay=False, path_type=Path))
def back_up(folder: Path | None) -> None:
    """Maak een reservekopie van de sleutels, zonder de hoofdsleutel.

    Bewaar ze apart van die van de dossiers, en ten hoogste 30 dagen.
    """
    with held() as (_app, vault, settings):
        place = folder or settings.key_backups
        path = backup.write(vault.store, place, web.now())
        count = backup.verify(path, vault.file.read())
        backup.prune(place, web.now())
        click.echo(_("%(path)s: %(count)d sleutels, allemaal nagekeken.", path=path, count=count))
        click.echo(_("De hoofdsleutel zelf zit er niet in."))


@keys.command("escrow")
@click.argument("folder", metavar="MAP", type=click.Path(file_okay=False, path_type=Path))
def envelopes(folder: Path) -> None:
    """Maak drie enveloppen van de hoofdsleutel. Elke twee samen openen alles; één alleen niets."""
    with held() as (_app, vault, _settings):
        now = web.now()
        papers = [folder / f"envelop-{now.date().isoformat()}-{number}.txt" for number in (1, 2, 3)]
        if there := [str(path) for path in papers if path.exists()]:
            raise click.ClickException(
                _(
                    "Vandaag maakte je hier al enveloppen: %(files)s. Er is niets veranderd. Druk die af en "
                    "wis ze, of kies een andere map.",
                    files=", ".join(there),
                )
            )
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = vault.file.read()
        for number, (path, lines) in enumerate(zip(papers, escrow.split(found), strict=True), 1):
            text = _(
                "gezinscoach: envelop %(number)d van 3, gemaakt op %(day)s\n"
                "Periode: %(epochs)s. Bewaar dit op papier, apart van de twee andere, in een ander gebouw.\n"
                "Vernietig het als er nieuwe enveloppen zijn.\n"
                "Nodig: twee enveloppen, een reservekopie van de sleutels, en het commando\n"
                "gezinscoach keys drill ENVELOP ENVELOP --backup BESTAND\n",
                number=number,
                day=now.date().isoformat(),
                epochs=", ".join(map(str, sorted(found))),
            )
            click.echo(str(private_file(path, f"{text}\n{lines}\n".encode())))
        status.note_envelopes(vault, found)
        click.echo(_("Druk ze af, geef ze aan drie mensen, en wis deze drie bestanden."))


@keys.command("drill")
@click.argument("envelope", metavar="[ENVELOP ENVELOP]", nargs=-1, type=click.File())
@click.option(
    "--backup",
    "copy",
    metavar="BESTAND",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Reservekopie van de sleutels.",
)
@click.option(
    "--to",
    metavar="BESTAND",
    type=click.Path(path_type=Path),
    help="Schrijf de hoofdsleutel hier, om alles terug te zetten.",
)
def drill(envelope: tuple[Any, ...], copy: Path | None, to: Path | None) -> None:
    """Bewijs dat alles weer open kan.

    Met twee enveloppen en een reservekopie: op een lege computer. Zonder: deze installatie en haar nieuwste
    reservekopie; dat kan elke dag. Eindigt met 1 als er iets niet opengaat.
    """
    if not envelope:
        with held() as (_app, vault, settings):
            stored, kept = status.self_test(vault, settings.key_backups)
            click.echo(_("%(count)d sleutels gaan open.", count=stored))
            for sentence in lost(rotation.missing(db.session(), vault)):
                raise click.ClickException(sentence)
            newest = backup.newest(settings.key_backups)
            if newest is None or newest[1] < web.now() - timedelta(days=30):
                raise click.ClickException(_("Er is geen verse reservekopie. Doe: gezinscoach keys backup"))
            click.echo(_("In de nieuwste reservekopie: %(count)d.", count=kept))
        return
    if len(envelope) != 2 or copy is None:
        raise click.UsageError(_("Geef twee enveloppen en --backup BESTAND, of geen van beide."))
    with all_told():
        found = escrow.join(*(one.read() for one in envelope))
        count = backup.verify(copy, found)
        click.echo(_("%(count)d sleutels gaan open met deze twee enveloppen.", count=count))
        if to is not None:
            if to.exists():
                raise click.ClickException(
                    _("%(path)s bestaat al. Er is niets veranderd. Kies een ander bestand.", path=to)
                )
            KeyFile(to, lambda: None).write(found, sealed=False)
            click.echo(_("De hoofdsleutel staat in %(path)s.", path=to))


@keys.command("seal")
@click.option("--open", "unseal", is_flag=True, help="Neem de wachtzin weer weg.")
def seal(unseal: bool) -> None:
    """Verzegel de hoofdsleutel met een wachtzin: uit GEZINSCOACH_KEK_PASSPHRASE_FILE, of nu gevraagd."""
    with held() as (_app, vault, settings), _alone(settings):
        found = vault.file.read()
        if not unseal and not vault.passphrase_given():
            if not sys.stdin.isatty():
                raise click.ClickException(
                    _("Geef de wachtzin met GEZINSCOACH_KEK_PASSPHRASE_FILE, of doe dit in een terminal.")
                )
            vault.remember(
                click.prompt(_("Nieuwe wachtzin"), hide_input=True, confirmation_prompt=_("Nog eens"))
            )
        if not unseal:
            _require_strong((vault.passphrase() or b"").decode(errors="replace"))
        vault.file.write(found, sealed=not unseal)
        click.echo(_("De wachtzin is weg.") if unseal else _("De hoofdsleutel is verzegeld."))


def _require_strong(passphrase: str) -> None:
    """A passphrase has to be as hard to guess as a password."""
    try:
        rules.require_password(passphrase)
    except rules.PasswordTooLong:
        return  # longer than people type, as a machine makes them
    except rules.Refusal as refusal:
        raise click.ClickException(
            _(
                "Deze wachtzin is te kort of te makkelijk te raden. Er is niets veranderd. Neem minstens "
                "%(least)d tekens, zoals vijf of zes woorden die niets met elkaar te maken hebben.",
                least=rules.MIN_PASSWORD,
            )
        ) from refusal
