"""The server is killed while coaches write: what it said it kept is there, once, and the trace is whole."""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from deploy._bench.pages import cookies
from gezinscoach.accounts import actions as accounts
from gezinscoach.cli import opened, prepare
from gezinscoach.dossier import actions as dossier
from gezinscoach.kernel import vault, web
from gezinscoach.kernel.audit import AuditEvent
from gezinscoach.kernel.audit.verify import verify
from gezinscoach.kernel.config import Settings
from gezinscoach.kernel.database import db, transaction
from gezinscoach.notities.tables import Notitie
from tests.browser import session_of
from tests.factories import City
from tests.postgres import share
from tests.security.load import Server, Writer

pytestmark = pytest.mark.db

KILLS = int(os.environ.get("GEZINSCOACH_KILLS", "10"))
WRITERS = 6


class Place:
    """An installation with coaches who write, each in a dossier of their own."""

    def __init__(self, home: Path, environ: dict[str, str]) -> None:
        self.app = prepare(Settings.at(home, environ, demo=True))
        self.server = Server(home, environ)
        self.writers: list[Writer] = []
        with opened(self.app):
            with transaction() as session:
                dossier.seed_codelist(session)
                actor = accounts.add_werking(
                    session, naam="Proef", gemeente="Proef", postcodes=("1000",), now=web.now(), demo=True
                )
            city = City(db.session(), actor, web.now())
            cookie, csrf = cookies(self.app)
            form = {
                "csrf_token": csrf,
                "contact": "huisbezoek",
                "datum": web.today().isoformat(),
                "niveau": "coach",
            }
            for number in range(WRITERS):
                coach = city.coach(f"Coach {number}", gestart_op=web.today())
                gezin = city.gezin(f"Gezin {number}", coach)
                self.writers.append(
                    Writer(
                        self.server.port,
                        cookie(session_of(coach.account.id)),
                        f"/dossier/{gezin.id}/notities",
                        form,
                    )
                )

    def progress(self, more: int, patience: float = 60) -> None:
        """Wait until so many more notes were kept, and then a little, to be in the midst of the next."""
        before, ends = self.kept(), time.monotonic() + patience
        while self.kept() < before + more and time.monotonic() < ends:
            time.sleep(0.005)
        time.sleep(random.uniform(0, 0.03))

    def kept(self) -> int:
        """How many notes the server said it keeps."""
        return sum(len(writer.kept) for writer in self.writers)

    def notes(self) -> Counter[str]:
        """How often each text stands in the database."""
        session = db.session()
        cells = session.execute(select(Notitie.id, Notitie.gezin_id, Notitie.tekst_cell)).all()
        vault.open_scopes(session, {cell.gezin_id for cell in cells}, groups=vault.EVERY)
        return Counter(Notitie.tekst.open(session, row.gezin_id, row.id, row.tekst_cell) for row in cells)


@pytest.fixture
def place(pytestconfig: pytest.Config, tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path, share(pytestconfig).environ() if pytestconfig.getoption("--postgres") else {})
    yield made
    made.server.kill()


def test_no_note_is_lost_or_doubled_when_everything_is_killed(place, record_property):
    stop = threading.Event()
    threads = [threading.Thread(target=writer.write, args=(stop,)) for writer in place.writers]
    place.server.start()
    for thread in threads:
        thread.start()
    for _ in range(KILLS):
        place.progress(random.randint(3, 20))
        place.server.kill()
        place.server.start()
    stop.set()
    for thread in threads:
        thread.join(60)
    assert [refusal for writer in place.writers for refusal in writer.refused] == []
    kept = Counter(text for writer in place.writers for text in writer.kept)
    with opened(place.app):
        there = place.notes()
        events = db.session().scalar(
            select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "notitie.write")
        )
        verdict = verify(db.session().connection(), deep=True)
    record_property(
        f"{KILLS} x kill -9",
        f"{len(kept)} notities bevestigd, {len(kept - there)} verloren, "
        f"{sum(there.values()) - len(there)} dubbel",
    )
    assert len(kept) > 2 * KILLS
    assert kept - there == Counter()
    assert there == kept
    assert events == len(kept)
    assert verdict.faults == []
    assert verdict.rows >= len(kept)
