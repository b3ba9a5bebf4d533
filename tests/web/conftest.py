"""An installation whose work stays: for what many do at once, each in a thread of their own."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from gezinscoach.aanmelding import actions as aanmelding
from gezinscoach.aanmelding import policy as aanmelding_policy
from gezinscoach.aanmelding import queries as aanmelding_queries
from gezinscoach.aanmelding.rules import Toestemming
from gezinscoach.accounts import actions as accounts
from gezinscoach.cli import prepare
from gezinscoach.dossier import actions as dossier
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.config import Settings
from gezinscoach.kernel.database import db as database
from gezinscoach.netwerk import actions as netwerk
from tests.browser import Browser
from tests.factories import City
from tests.postgres import Cluster


class Town:
    """A werking in a database of its own, where everything is committed."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        db = database.session()
        dossier.seed_codelist(db)
        self.now = datetime.now(UTC)
        actor = accounts.add_werking(
            db, naam="Teststad", gemeente="Leuven", postcodes=("3000",), now=self.now
        )
        db.commit()
        self.db, self.city = db, City(db, actor, self.now)

    def browser(self, account_id: UUID) -> Browser:
        """Somebody with a browser, signed in."""
        browser = Browser(self.app).sign_in(account_id)
        browser.get("/")
        return browser

    def at_once(self, deeds: list[Callable[[], Any]]) -> list[Any]:
        """What these deeds give, each done in a thread of its own, all begun at the same moment."""
        start = Barrier(len(deeds))

        def do(deed: Callable[[], Any]) -> Any:
            start.wait()
            return deed()

        self.db.rollback()
        with ThreadPoolExecutor(len(deeds)) as pool:
            return list(pool.map(do, deeds))


@contextmanager
def built(environ: dict[str, str]) -> Iterator[Town]:
    """A town on the database of these settings."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        app = prepare(Settings.at(Path(folder) / "home", environ))
        app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=False)
        with app.app_context():
            yield Town(app)
            database.session.remove()
            database.engine.dispose()
        app.extensions["vault"].dispose()


@pytest.fixture
def town(postgres: Cluster | None) -> Iterator[Town]:
    with built(postgres.environ() if postgres else {}) as made:
        yield made


@pytest.fixture
def town_on_sqlite() -> Iterator[Town]:
    with built({}) as made:
        yield made


@pytest.fixture
def rows(city, now):
    """One of everything, each the business of somebody in the werking of the test."""
    db, coach = city.db, city.coach("Vaste Coach", max_gezinnen=9)
    gezin = city.gezin("Geheimhouders", coach)
    city.mandaat(gezin, coach)
    consult = dossier.consult(db, coach.actor, gezin, city.account(Rol.DESKUNDIGE).id, vraag="?", now=now)
    desk = city.actor_of(city.account(Rol.AANMELDPUNT).id, Rol.AANMELDPUNT)
    asked = aanmelding.register(
        db,
        desk,
        now=now,
        datum=city.today,
        aanmelder="Bram",
        naam="Geheimhouders",
        toestemming=Toestemming.JA,
    )
    db.commit()
    blad = aanmelding_queries.blad(db, aanmelding_policy.content(desk), asked.id)
    voorstel = aanmelding.propose(db, desk, blad, coach.row.id, today=city.today, now=now)
    meeting = netwerk.convene(db, city.actor, datum=city.today, thema=None, now=now)
    signal = netwerk.signal(db, coach.actor, domein="wonen", tekst="Geheimhouders", now=now)
    db.commit()
    return {
        "aanmelding_id": asked.id,
        "voorstel_id": voorstel.id,
        "consult_id": consult.id,
        "bijeenkomst_id": meeting.id,
        "signaal_id": signal.id,
        "gezinscoach_id": coach.row.id,
        "gezin_id": gezin.id,
        "slug": "terugnemen",
        "step": "bundle",
    }
