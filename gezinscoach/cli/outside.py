"""What no single command can help: a full disk, a place to read only, rows that somebody forged. Said here,
once, for all of them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import click
from flask_babel import gettext as _
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError

from gezinscoach.kernel import marks
from gezinscoach.kernel.blind import IndexBroken
from gezinscoach.kernel.config import Settings
from gezinscoach.kernel.sealing import CellBroken
from gezinscoach.kernel.secret import SecretBroken
from gezinscoach.kernel.trouble import causes, disk_full, read_only, stuck

LEAST = 1 << 20
"""Bytes without which a disk counts as full: SQLite asks for room before it writes."""

FORGED = (marks.Forged, CellBroken, IndexBroken, SecretBroken)
"""A row without our mark, and what was sealed and does not open as it stands."""


class Outside(click.Group):
    """A group whose commands, however deep, say in a sentence what they cannot help.

    Before what a command itself makes of it: that would send people to look in the wrong place.
    """

    def invoke(self, context: click.Context) -> Any:
        """Run the command; ClickException in the place of trouble that is none of its own."""
        try:
            return super().invoke(context)
        except Exception as error:
            if sentence := machine(error) or forged(error):
                raise click.ClickException(sentence) from error
            raise


def machine(error: BaseException) -> str | None:
    """A sentence about trouble of the machine or the database behind an error; None for any other cause."""
    file = next((one.filename for one in causes(error) if isinstance(one, OSError) and one.filename), "")
    full, closed = disk_full(error), read_only(error)
    if stuck(error):
        full, closed, file = _looked()
    where = f" ({file})" if file else ""
    if full:
        return str(
            _(
                "De schijf is vol%(where)s. Wat niet meer paste, is niet bewaard; wat er was, is er nog. "
                "Maak plaats, kijk met gezinscoach doctor, en doe dan hetzelfde commando opnieuw.",
                where=where,
            )
        )
    if closed:
        return str(
            _(
                "Hier kan alleen gelezen worden%(where)s. Er is niets veranderd. Kijk of de schijf nog te "
                "beschrijven is, en van wie de map is, met: gezinscoach doctor",
                where=where,
            )
        )
    if isinstance(error, DBAPIError) and not isinstance(error, IntegrityError):
        return str(
            _(
                "De databank antwoordt niet zoals het hoort. Kijk na wat er is met: gezinscoach doctor. "
                "De databank zegt: %(cause)s",
                cause=" ".join(str(error.orig).split()),
            )
        )
    return None


def forged(error: BaseException) -> str | None:
    """A sentence about data that was changed around the application; None for any other cause."""
    found = next((one for one in causes(error) if isinstance(one, FORGED)), None)
    if found is None:
        return None
    return str(
        _(
            "Hier klopt iets niet: dit werd buiten de toepassing om veranderd (%(what)s). We gaan er niet op "
            "verder. Kijk wie aan de databank kan, en welke rijen het zijn: gezinscoach audit verify --deep",
            what=found,
        )
    )


def _looked() -> tuple[bool, bool, str]:
    """Whether a place of the data is full, whether it can't be written, and which one."""
    settings = Settings.from_environment()
    held = [
        Path(database).parent
        for url in (settings.database_url, settings.keys_url)
        if url.startswith("sqlite") and (database := make_url(url).database)
    ]
    for place in filter(Path.is_dir, (settings.home, *held)):
        full = shutil.disk_usage(place).free < LEAST
        if full or not os.access(place, os.W_OK):
            return full, not full, str(place)
    return False, False, ""
