"""Rotation in the demo city: killed anywhere, edited meanwhile, nothing is lost."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Column, MetaData, String, Table, Uuid, func, insert, select, update
from sqlalchemy.orm import Session

from gezinscoach.accounts import queries as accounts
from gezinscoach.accounts.tables import Account
from gezinscoach.app import create_app
from gezinscoach.cli import prepare
from gezinscoach.cli.base import owning
from gezinscoach.demo import actions as demo
from gezinscoach.demo import people
from gezinscoach.dossier import queries as dossier
from gezinscoach.dossier.tables import Gezin
from gezinscoach.kernel import audit, rotation, vault
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.audit.verify import verify
from gezinscoach.kernel.config import Settings
from gezinscoach.kernel.database import Base, db
from gezinscoach.kernel.rotation import StuckCells
from gezinscoach.kernel.rotation.columns import Columns, sealed_columns
from gezinscoach.kernel.rotation.sweep import _take
from gezinscoach.kernel.secret import PurposeAead, key_version
from gezinscoach.kernel.vault import KeyRetired, keeper
from gezinscoach.kernel.vault.status import status
from gezinscoach.kernel.vault.store import KEYS
from gezinscoach.kernel.werkingen import entrust
from tests.postgres import share

ACTOR = Actor(werking_id=uuid4())
ADDRESSES = [login.email for login in people.LOGINS.values()]


class Killed(BaseException):
    """Stands for the end of the process."""


@pytest.fixture(scope="module")
def settings(tmp_path_factory, pytestconfig):
    """A demo city that these tests turn over and over."""
    environ = {}
    if pytestconfig.getoption("--postgres"):
        environ = share(pytestconfig).environ()
        environ["GEZINSCOACH_KEYS_URL"] = share(pytestconfig).database()
    made = Settings.at(tmp_path_factory.mktemp("rotation"), environ, demo=True)
    app = prepare(made)
    with app.app_context():
        demo.load(db.session(), today=date(2026, 11, 20))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    app.extensions["vault"].dispose()
    return made


@pytest.fixture(scope="module")
def apps(settings):
    """Two applications on that city."""
    made = [create_app(settings) for _ in range(2)]
    yield made
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        app.extensions["vault"].dispose()


@pytest.fixture
def process(apps):
    """The application as a process that just started has it: it remembers no key."""

    def start():
        apps[0].extensions["vault"].forget()
        return apps[0]

    return start


@pytest.fixture
def server(apps):
    """The application as a process that runs on."""
    return apps[1]


@pytest.fixture
def quick(monkeypatch):
    """Nothing is remembered, so nobody needs time to see what is new."""
    monkeypatch.setattr(keeper, "FRESH", 0.0)
    monkeypatch.setattr(rotation, "FRESH", 0.0)


def everything(app):
    """What every sealed cell and every blind index of the city says, and whom an address finds."""
    found = {}
    with app.app_context():
        session = db.session()
        for columns in sealed_columns():
            rows = session.execute(select(columns.table)).all()
            vault.open_scopes(
                session,
                {row._mapping[cell.scope] for row in rows for cell in columns.cells.values()},
                groups=vault.EVERY,
            )
            for row in rows:
                for name, cell in columns.cells.items():
                    if row._mapping[name] is not None:
                        args = row._mapping[cell.scope], row.id, row._mapping[name]
                        found[columns.table.name, row.id, name] = str(cell.open(session, *args))
        for account in session.scalars(select(Account)):
            found["index", account.id] = account.email_index
        for address in ADDRESSES:
            found["address", address] = accounts.account_by_email(session, address).id
        session.rollback()
        db.session.remove()
    return found


def versions(app):
    with app.app_context():
        session = db.session()
        found = Counter()
        for columns in sealed_columns():
            for row in session.execute(select(columns.table)).all():
                found.update(row._mapping[name][1:3] for name in columns.cells if row._mapping[name])
        session.rollback()
        db.session.remove()
    return found


def rotate(app, what, step=lambda name: None):
    with app.app_context():
        try:
            who = (ACTOR,) if what is rotation.rotate_data else ()
            return what(db.session(), app.extensions["vault"], *who, datetime.now(UTC), step)
        finally:
            db.session.remove()


def stop_at(wanted):
    def step(name):
        if name == wanted:
            raise Killed

    return step


def test_every_cell_gets_a_new_key_and_says_the_same(process, quick):
    before, kept = (
        everything(process()),
        status(process().extensions["vault"], process().config["SETTINGS"].key_backups),
    )
    with process().extensions["vault"].store.reading() as connection:
        of_data = connection.scalar(
            select(func.count()).where(KEYS.c.scope_id.not_in((vault.INSTALLATION, vault.BLIND)))
        )
    gone = rotate(process(), rotation.rotate_data)
    after = status(process().extensions["vault"], process().config["SETTINGS"].key_backups)
    assert gone == of_data > 50
    assert after.retired == 0
    assert sum(after.versions.values()) == sum(kept.versions.values())
    assert versions(process()).keys() == {(max(kept.versions) + 1).to_bytes(2)}
    assert everything(process()) == before
    with process().app_context(), db.engine.connect() as connection:
        verdict = verify(connection, deep=True)
    assert verdict.rows > 100
    assert verdict.faults == [], "the trace knows of every row that was sealed anew"
    assert rotation.unfinished(process().extensions["vault"]) == []


DATA_STEPS = ("published", "account", "notitie", "retired", "swept", "dropped")
INDEX_STEPS = ("known", "written", "account", "gezin", "swept", "dropped")


@pytest.mark.parametrize(
    ("what", "step"),
    [(rotation.rotate_data, step) for step in DATA_STEPS]
    + [(rotation.rotate_index, step) for step in INDEX_STEPS],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_killed_at_any_step_everything_reads_and_the_next_start_goes_on(process, quick, what, step):
    before, oldest = everything(process()), min(versions(process()))
    with pytest.raises(Killed):
        rotate(process(), what, stop_at(step))
    assert everything(process()) == before
    rotate(process(), what)
    assert everything(process()) == before
    assert rotation.unfinished(process().extensions["vault"]) == []
    assert status(process().extensions["vault"], process().config["SETTINGS"].key_backups).retired == 0
    if what is rotation.rotate_data:
        assert min(versions(process())) > oldest
        assert len(versions(process())) == 1


def test_at_every_step_of_a_new_index_key_another_process_finds_and_writes(process, server, quick):
    before = everything(process())

    def look(name):
        assert everything(server) == before
        with server.app_context():
            session = db.session()
            gezin = session.scalars(select(Gezin).order_by(Gezin.id)).first()
            index = gezin.code_index
            session.execute(update(Gezin).where(Gezin.id == gezin.id).values(code_index=index))
            audit.record(session, ACTOR, "gezin.change", now=datetime.now(UTC), scope_id=gezin.id)
            session.commit()
            vault.open_scopes(session, [gezin.id], groups=vault.EVERY)
            found = dossier.by_code(session, Gezin.id == gezin.id, gezin.code, groups=vault.EVERY)
            assert found.id == gezin.id
            session.rollback()
            db.session.remove()

    rotate(process(), rotation.rotate_index, look)
    bare = next(columns.table for columns in sealed_columns() if columns.table.name == "gezin")
    with server.app_context():
        stored = db.session.scalars(select(bare.c.code_index)).all()
        db.session.remove()
    assert len({index[:2] for index in stored}) == 1
    assert {len(index) for index in stored} == {34}


def test_who_began_before_may_write_until_the_old_key_retires_and_is_told_after(process, server, quick):
    early, late = {}, {}
    with server.app_context():
        gezin_id = db.session.scalars(select(Gezin.id).order_by(Gezin.id)).first()
        db.session.remove()

    def begin():
        session = Session(db.engine, info={"vault": server.extensions["vault"]})
        gezin = session.get(Gezin, gezin_id)
        vault.open_scopes(session, [gezin_id], groups=vault.EVERY)
        session.rollback()
        return session, gezin

    with server.app_context():
        early["held"], late["held"], reader = begin(), begin(), begin()

    def edit(name):
        with server.app_context():
            if name == "gezin" and "done" not in early:
                session, gezin = early["held"]
                gezin.waarschuwing = "geschreven onder de oude sleutel"
                session.commit()
                early["done"] = True
            if name == "retired":
                session, gezin = reader
                session.refresh(gezin)
                assert gezin.code, "sealed anew since this session took its keys"
                session.rollback()
                session, gezin = late["held"]
                gezin.waarschuwing = "te laat"
                with pytest.raises(KeyRetired):
                    session.commit()
                session.rollback()

    rotate(process(), rotation.rotate_data, edit)
    assert everything(process())["gezin", gezin_id, "waarschuwing_cell"] == "geschreven onder de oude sleutel"
    for session, _gezin in (early["held"], late["held"], reader):
        session.close()


def test_while_somebody_edits_all_the_time_nothing_is_lost(process, server, monkeypatch):
    monkeypatch.setattr(keeper, "FRESH", 0.1)
    monkeypatch.setattr(rotation, "FRESH", 0.1)
    said, trouble, ended = {}, [], threading.Event()
    with server.app_context():
        ids = list(
            db.session.scalars(select(Gezin.id).where(Gezin.naam_cell.is_not(None)).order_by(Gezin.id))
        )
        db.session.remove()

    def work(mine):
        count = 0
        while not ended.is_set():
            with server.app_context():
                session = db.session()
                try:
                    gezin = session.get(Gezin, mine[count % len(mine)])
                    vault.open_scopes(session, [gezin.id], groups=vault.EVERY)
                    if said.get(gezin.id, gezin.waarschuwing) != gezin.waarschuwing:
                        trouble.append(gezin.id)
                    gezin.waarschuwing = text = f"bewerking {count}"
                    audit.record(session, ACTOR, "gezin.change", now=datetime.now(UTC), scope_id=gezin.id)
                    session.commit()
                    said[gezin.id] = text
                except KeyRetired:
                    session.rollback()
                except Exception as error:
                    trouble.append(error)
                    raise
                finally:
                    db.session.remove()
            count += 1

    threads = [threading.Thread(target=work, args=(ids[n::2],)) for n in range(2)]
    for thread in threads:
        thread.start()
    try:
        rotate(process(), rotation.rotate_data)
        rotate(process(), rotation.rotate_index)
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    assert trouble == []
    found = everything(process())
    assert said
    assert {key: found["gezin", key, "waarschuwing_cell"] for key in said} == said


def test_the_last_walk_waits_for_who_holds_a_row_to_change_it(process, server):
    """Held as a page holds what it shows (`web.held`): it may change it, and then the walk goes on."""
    bare, said = next(columns.table for columns in sealed_columns() if columns.table.name == "gezin"), []
    with server.app_context():
        session = db.session()
        gezin = session.scalars(select(Gezin).with_for_update(key_share=True).limit(1)).one()
        change = update(bare).where(bare.c.id == gezin.id).values(waarschuwing_cell=None)

        def walk():
            with process().app_context():
                _take(db.session(), bare)
                db.session.execute(change)
                said.append("walked")
                db.session.rollback()
                db.session.remove()

        walking = threading.Thread(target=walk)
        walking.start()
        time.sleep(0.5)
        session.execute(change)
        said.append("changed")
        session.rollback()
        db.session.remove()
    walking.join()
    assert said == ["changed", "walked"]


def test_a_cell_that_does_not_open_keeps_the_old_keys(process, quick):
    bare = next(columns.table for columns in sealed_columns() if columns.table.name == "notitie")
    app = process()
    with app.app_context():
        row = db.session.execute(select(bare.c.id, bare.c.tekst_cell).order_by(bare.c.id)).first()
        broken = row.tekst_cell[:-1] + bytes([row.tekst_cell[-1] ^ 1])
        db.session.execute(update(bare).where(bare.c.id == row.id).values(tekst_cell=broken))
        db.session.commit()
    with pytest.raises(StuckCells, match=r"notitie\.tekst_cell"):
        rotate(process(), rotation.rotate_data)
    assert rotation.unfinished(process().extensions["vault"]) == ["data"]
    with app.app_context():
        db.session.execute(update(bare).where(bare.c.id == row.id).values(tekst_cell=row.tekst_cell))
        db.session.commit()
        db.session.remove()
    rotate(process(), rotation.rotate_data)
    everything(process())


def test_secrets_of_the_system_come_along(process, settings, quick, monkeypatch):
    app = process()
    table = Table("thing", MetaData(), Column("id", Uuid, primary_key=True), Column("one", String(500)))
    keys = app.extensions["vault"]
    held = PurposeAead("thing.one", keys)
    with app.app_context(), owning(settings) as owner:
        table.create(owner)  # the application may make no table
        if owner.dialect.name == "postgresql":
            entrust(owner, db.engine.url.username)
        try:
            rows = [{"id": scope, "one": held.encrypt(f"zaad {n}")} for n, scope in enumerate(_uuids(210))]
            db.session.execute(insert(table), rows)
            db.session.commit()
            monkeypatch.setattr(
                rotation,
                "sealed_columns",
                lambda: [Columns(Base, table, {}, {"one": "thing.one"}, ()), *sealed_columns()],
            )
            newest = keys.secret("thing.one")[0]
            rotation.rotate_data(db.session(), keys, ACTOR, datetime.now(UTC))
            kept = db.session.execute(select(table)).all()
            assert {key_version(row.one) for row in kept} == {newest + 1}
            assert sorted(held.decrypt(row.one) for row in kept) == sorted(f"zaad {n}" for n in range(210))
            db.session.rollback()
        finally:
            db.session.remove()
            table.drop(owner)


def _uuids(count):
    chance = random.Random(1)

    return [UUID(int=chance.getrandbits(128)) for _ in range(count)]


ROTATE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4
from gezinscoach.app import create_app
from gezinscoach.kernel import rotation
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.config import Settings
from gezinscoach.kernel.database import db
rotation.FRESH, sys.modules["gezinscoach.kernel.rotation.sweep"].BATCH = 0.05, 3
home, url, keys = sys.argv[1:]
places = {"GEZINSCOACH_DATABASE_URL": url, "GEZINSCOACH_KEYS_URL": keys}
app = create_app(Settings.at(Path(home), places, demo=True))
print("begun", flush=True)
with app.app_context():
    actor = Actor(werking_id=uuid4())
    rotation.rotate_data(db.session(), app.extensions["vault"], actor, datetime.now(UTC))
    rotation.rotate_index(db.session(), app.extensions["vault"], datetime.now(UTC))
"""


def test_killed_for_real_at_random_moments_nothing_is_lost(process, settings):
    before, chance, killed = everything(process()), random.Random(22), 0
    places = str(settings.home), settings.database_url, settings.keys_url
    for _ in range(3):
        running = subprocess.Popen([sys.executable, "-c", ROTATE, *places], stdout=subprocess.PIPE)
        assert running.stdout.readline() == b"begun\n"
        time.sleep(chance.uniform(0.1, 1.2))
        running.send_signal(signal.SIGKILL)
        killed += running.wait() == -signal.SIGKILL
        running.stdout.close()
        assert everything(process()) == before
    assert killed >= 2
    assert subprocess.run([sys.executable, "-c", ROTATE, *places], check=True, capture_output=True)
    assert everything(process()) == before
    assert rotation.unfinished(process().extensions["vault"]) == []


def test_a_scope_that_was_made_after_the_rotation_began_needs_no_newer_key(process, quick):
    app = process()
    with app.app_context():
        counted = select(func.count()).select_from(KEYS)
        with app.extensions["vault"].store.reading() as connection:
            before = connection.scalar(counted)
    with pytest.raises(Killed):
        rotate(process(), rotation.rotate_data, stop_at("published"))
    with pytest.raises(Killed):
        rotate(process(), rotation.rotate_data, stop_at("published"))
    with app.extensions["vault"].store.reading() as connection:
        assert connection.scalar(counted) <= 2 * before
    rotate(process(), rotation.rotate_data)
