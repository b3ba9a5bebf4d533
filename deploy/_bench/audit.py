"""What the trace costs: saving a note with and without its event, by one writer and by eight.

Both ways go through the same tables, cells and commit; only the event and its place in a chain differ. They
take turns, and what counts is the ratio within a round: the machine is never quiet.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from statistics import median
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from deploy._bench.setting import Setting
from gezinscoach.app import create_app
from gezinscoach.dossier.tables import Gezin
from gezinscoach.kernel import vault, web
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.audit.verify import verify
from gezinscoach.kernel.config import Settings
from gezinscoach.kernel.database import db
from gezinscoach.notities import actions as notities
from gezinscoach.notities.rules import Contact
from tests.postgres import Cluster

GOALS = {1: 1.5, 8: 2.0}
WAYS = ("bare", "traced")
WARM, SECONDS = 5, 2.0
TEXT = "Huisbezoek. Samen naar de brief van de huisbaas gekeken, en gebeld." * 4


def serve(way: str, home: Path, environ: dict[str, str]) -> None:
    """A writer: says when it is ready; told to on its input, saves notes for SECONDS and says how many."""
    app = create_app(Settings.at(home, environ, demo=True))
    with app.app_context():
        # A plain session notes no acts and no rows: the same write, bare.
        plain = Session(db.engine, info={"vault": app.extensions["vault"]}, expire_on_commit=False)
        session = plain if way == "bare" else db.session()
        families = session.scalars(select(Gezin).limit(60)).all()
        vault.open_scopes(session, [family.id for family in families], groups=vault.EVERY)
        session.commit()
        actor = Actor(werking_id=families[0].werking_id)
        for _ in range(WARM):
            _write(session, actor, families[0])
        print("ready", flush=True)
        for _ in sys.stdin:
            done, began = 0, time.monotonic()
            while time.monotonic() - began < SECONDS:
                _write(session, actor, families[uuid4().int % len(families)])
                done += 1
            print(done / (time.monotonic() - began), flush=True)


def _write(session: Session, actor: Actor, family: Gezin) -> None:
    today, now = web.today(), web.now()
    # The action records its act; in a plain session nobody keeps it.
    notities.write(
        session, actor, family, datum=today, contact=Contact.HUISBEZOEK, tekst=TEXT, now=now, today=today
    )
    session.commit()
    session.info.pop("acts", None)


def rounds(home: Path, environ: dict[str, str], writers: int, number: int) -> list[tuple[float, float]]:
    """Notes a second of all writers together, per round: bare and traced."""
    command = [sys.executable, "-m", "deploy._bench.audit"]
    running = {
        way: [
            subprocess.Popen(
                [*command, way, str(home)],
                env=os.environ | environ,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(writers)
        ]
        for way in WAYS
    }
    for process in chain(*running.values()):
        _heard(process)
    seen = [(_together(running["bare"]), _together(running["traced"])) for _ in range(number)]
    for process in chain(*running.values()):
        process.communicate()
    return seen


def _together(writers: list[subprocess.Popen[str]]) -> float:
    for process in writers:
        print("go", file=process.stdin, flush=True)
    return sum(float(_heard(process)) for process in writers)


def _heard(process: subprocess.Popen[str]) -> str:
    if process.stdout is None or not (line := process.stdout.readline()):
        raise RuntimeError("een schrijver hield op (a writer ended)")
    return line


def report(short: bool, say: Callable[[str], None]) -> int:
    """Measure on both databases and print; 1 when a link of a chain is bad."""
    number = 3 if short else 9
    print(
        "Spoor: een notitie bewaren met en zonder spoor, per seconde; mediaan van de verhoudingen per ronde"
    )
    bad = 0
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gezinscoach-bench-")))
        cluster = Cluster.start(durable=True)
        stack.callback(cluster.stop)
        for name, server in (("SQLite", None), ("PostgreSQL", cluster)):
            say(f"een stad vullen op {name}")
            setting = Setting(1, place / name, server)
            for writers, goal in GOALS.items():
                say(f"{name}, {writers} schrijvers")
                seen = rounds(setting.home, setting.environ, writers, number)
                bare, traced = (median(column) for column in zip(*seen, strict=True))
                ratio = median(one / other for one, other in seen)
                print(
                    f"{name:11} {writers} {'schrijver ' if writers == 1 else 'schrijvers'}"
                    f" {bare:8.0f} zonder {traced:8.0f} met   x {ratio:.2f}   doel: hoogstens {goal}"
                )
            with setting.app.app_context():
                with db.engine.connect() as connection:
                    began = time.process_time()
                    verdict = verify(connection)
                    rate = verdict.events / (time.process_time() - began)
                db.engine.dispose()
            bad += len(verdict.faults)
            print(
                f"{name:11} nagekeken: {verdict.events} gebeurtenissen, {rate:.0f} per seconde rekentijd, "
                f"{len(verdict.faults)} slechte schakels"
            )
    return 1 if bad else 0


if __name__ == "__main__":
    serve(sys.argv[1], Path(sys.argv[2]), dict(os.environ))
