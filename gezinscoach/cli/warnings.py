"""What works, but asks for somebody's care: the warnings of `gezinscoach doctor`."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from gezinscoach.accounts import queries
from gezinscoach.accounts.tables import Werking
from gezinscoach.kernel.audit import anchors
from gezinscoach.kernel.config import Settings
from gezinscoach.kernel.trouble import jumped_back
from gezinscoach.kernel.vault.status import Status

ANCHOR_AGE = timedelta(hours=2)
BACKUP_AGE = timedelta(days=2)
ROOM = 1024**3
"""Bytes that a disk should have free."""


def warnings(settings: Settings, keys: Status | None, now: datetime) -> Iterator[str]:
    """What asks for care outside the database; `keys` when they could be read."""
    anchored = anchors.latest(settings.anchors)
    if settings.base_url is None and not settings.demo:
        yield _(
            "GEZINSCOACH_URL is niet ingevuld: in uitnodigingen ontbreekt dan het adres, en de server "
            "antwoordt op elke naam. Zet er het adres dat mensen openen, zoals https://gezinscoach.stad.be"
        )
    made = [epoch.made_at for epoch in keys.live] if keys else []
    if known := [moment for moment in (anchored, *made) if moment and jumped_back(moment, now)]:
        yield _(
            "De klok van deze machine staat op %(now)s, en dat is voor wat hier op %(then)s gebeurde. "
            "Zet ze juist: timedatectl set-ntp true",
            now=_moment(now),
            then=_moment(max(known)),
        )
    if anchored is None or now - anchored > ANCHOR_AGE:
        when = _("Er is nog geen anker van het spoor.")
        if anchored is not None:
            when = _("Het laatste anker van het spoor is van %(at)s.", at=_moment(anchored))
        yield when + " " + _("Zet de timer aan (gezinscoach-anker.timer), of doe: gezinscoach audit anchor")
    if keys:
        yield from _about_keys(keys, now)
    for place in _disks(settings):
        if (free := shutil.disk_usage(place).free) < ROOM:
            yield _(
                "Op de schijf van %(place)s is nog %(free)d MB vrij. Maak plaats voor ze vol is.",
                place=place,
                free=free // 10**6,
            )


def _about_keys(keys: Status, now: datetime) -> Iterator[str]:
    if keys.backup_at is None:
        yield _("Er is nog geen reservekopie van de sleutels. Doe: gezinscoach keys backup")
    elif now - keys.backup_at > BACKUP_AGE:
        yield _(
            "De nieuwste reservekopie van de sleutels is van %(at)s. Doe elke dag: gezinscoach keys backup",
            at=_moment(keys.backup_at),
        )
    if set(keys.envelopes) != {epoch.number for epoch in keys.live}:
        yield _(
            "Van deze hoofdsleutel zijn er geen enveloppen: gaat ze verloren, dan opent niets nog. "
            "Doe: gezinscoach keys escrow MAP"
        )


def lonely(session: Session, now: datetime) -> Iterator[str]:
    """The werkingen in which there is nobody who may be the second person."""
    for werking in session.scalars(select(Werking).order_by(Werking.naam)):
        if queries.count_confirmers(session, werking.id, now) < 2:
            yield _(
                "In de werking %(naam)s is er geen tweede persoon om een nieuwe rol te bevestigen. Geef ook "
                "iemand de rol coordinator of functionaris: gezinscoach account add",
                naam=werking.naam,
            )


def _disks(settings: Settings) -> Iterator[Path]:
    """One folder on each disk that gezinscoach writes to; where PostgreSQL writes is not known here."""
    seen = set()
    for place in (settings.home, settings.kek_file.parent, settings.anchors):
        if place.is_dir() and (disk := place.stat().st_dev) not in seen:
            seen.add(disk)
            yield place


def _moment(at: datetime) -> str:
    return str(format_datetime(at, "d MMM y HH:mm"))
