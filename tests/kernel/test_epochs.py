"""Epochs: rotation goes on after a kill at any step, and destroys nothing before its backup opened."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import update
from sqlalchemy.orm import Session

from gezinscoach.kernel.vault import (
    EVERY,
    KeysUnreadable,
    Vault,
    Why,
    backup,
    epochs,
    granted,
    new_scope,
    open_scopes,
)
from gezinscoach.kernel.vault.keeper import bond
from gezinscoach.kernel.vault.status import self_test, status
from gezinscoach.kernel.vault.store import KEYS
from tests.postgres import share

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
STEPS = ("made", "active", "wrapped", "rewrapped", "written", "verified", "ended", "destroyed")


class Killed(BaseException):
    """Stands for the end of the process."""


@pytest.fixture
def url(tmp_path, pytestconfig):
    return (
        share(pytestconfig).database()
        if pytestconfig.getoption("--postgres")
        else f"sqlite:///{tmp_path}/keys/keys.db"
    )


@pytest.fixture
def another(tmp_path, url):
    """Makes a vault on the same store, as another process would."""
    made = []

    def make():
        made.append(Vault(url, tmp_path / "keys" / "kek"))
        return made[-1]

    yield make
    for one in made:
        one.dispose()


@pytest.fixture
def keys(another):
    held = another()
    held.create()
    return held


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "backups"


def scopes(vault, count):
    session, made = Session(info={"vault": vault}), [uuid4() for _ in range(count)]
    for scope in made:
        new_scope(session, scope, "gezin")
    session.commit()
    return made


def opened(vault, scope):
    session = Session(info={"vault": vault})
    open_scopes(session, [scope], groups=EVERY)
    return granted(session)[scope].keys[1]


def plain(vault, made):
    """The keys of scopes, told by what they seal a fixed text to."""
    return [opened(vault, scope).encrypt(bytes(12), b"x", None) for scope in made]


def stop_at(wanted):
    def step(name):
        if name == wanted:
            raise Killed

    return step


def test_a_new_epoch_wraps_every_key_anew_and_the_old_one_is_gone(keys, another, folder):
    made = scopes(keys, 700)
    before, old = plain(keys, made), keys.file.read()[1]
    assert epochs.rotate(keys, folder, NOW) == 2
    assert set(keys.file.read()) == {2}
    assert old not in keys.file.path.read_bytes()
    assert plain(another(), made) == before
    found = status(keys, folder)
    assert [(one.number, one.keys, one.destroyed_at is None) for one in found.epochs] == [
        (1, 0, False),
        (2, 702, True),
    ]
    assert self_test(keys, folder) == (702, 702)


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_everything_opens_and_the_next_start_goes_on(keys, another, folder, step):
    made = scopes(keys, 3)
    before = plain(keys, made)
    with pytest.raises(Killed):
        epochs.rotate(another(), folder, NOW, stop_at(step))
    assert plain(another(), made) == before
    assert plain(another(), scopes(another(), 1))
    assert epochs.rotate(another(), folder, NOW) in ((2,) if step != "destroyed" else (3,))
    assert plain(another(), made) == before
    found = status(another(), folder)
    assert len(found.live) == 1
    assert not found.half
    assert self_test(another(), folder)[0] == 6


def test_a_backup_that_does_not_open_keeps_the_old_epoch(keys, another, folder):
    made = scopes(keys, 3)

    def spoil(name):
        if name == "written":
            path, _moment = backup.newest(folder)
            content = path.read_bytes()
            wrapped = keys.open(made)  # a key in the backup changes, as bad memory would
            assert wrapped
            place = content.rindex(b"gezin") + 40
            path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])

    with pytest.raises(KeysUnreadable):
        epochs.rotate(keys, folder, NOW, spoil)
    assert set(keys.file.read()) == {1, 2}
    assert len(status(keys, folder).live) == 2
    assert plain(another(), made)


def test_a_server_that_knows_the_old_epoch_goes_on_and_what_it_makes_is_of_the_new_one(keys, another, folder):
    server = another()
    session, late = Session(info={"vault": server}), uuid4()
    made = scopes(server, 2)
    before = plain(server, made)
    new_scope(session, late, "gezin")  # a request that runs while the epoch changes
    epochs.rotate(keys, folder, NOW)
    session.commit()
    assert plain(server, made) == before
    assert opened(another(), late)
    assert self_test(keys, folder)[0] == 5


@pytest.mark.parametrize("moment", ["active", "wrapped", "rewrapped", "written", "verified"])
def test_a_key_that_comes_in_under_the_old_epoch_is_taken_along(keys, another, folder, moment):
    made = scopes(keys, 2)
    before = plain(keys, made)
    kek = keys.file.read()
    done = []

    def slip_in(name):
        if name == moment and not done:
            done.append(name)
            with (
                keys.store.writing() as connection
            ):  # as a server would that read the epoch a moment too early
                row = connection.execute(KEYS.select().where(KEYS.c.scope_id == made[0])).one()
                data = keys.unwrap(row)
                nonce = os.urandom(12)
                wrapped = nonce + AESGCM(kek[1]).encrypt(nonce, data, bond(made[0], 1))
                connection.execute(
                    update(KEYS).where(KEYS.c.scope_id == made[0]).values(epoch=1, wrapped=wrapped)
                )

    epochs.rotate(keys, folder, NOW, slip_in)
    assert done
    assert set(keys.file.read()) == {2}
    assert plain(another(), made) == before


def test_an_older_backup_is_dead_after_its_epoch(keys, another, folder):
    scopes(keys, 2)
    path = backup.write(keys.store, folder, NOW)
    assert backup.verify(path, keys.file.read()) == 4
    epochs.rotate(keys, folder, NOW)
    with pytest.raises(KeysUnreadable) as caught:
        backup.verify(path, keys.file.read())
    assert caught.value.why is Why.EPOCH


def test_a_store_put_back_from_before_an_epoch_says_that_its_key_was_destroyed(keys, another, folder):
    (scope,) = scopes(keys, 1)
    with keys.store.reading() as connection:
        (old,) = connection.execute(KEYS.select().where(KEYS.c.scope_id == scope)).mappings().all()
    epochs.rotate(keys, folder, NOW)
    with keys.store.writing() as connection:
        connection.execute(update(KEYS).where(KEYS.c.scope_id == scope).values(dict(old)))
    with pytest.raises(KeysUnreadable) as caught:
        another().open([scope])
    assert caught.value.why is Why.DESTROYED


def test_backups_are_their_owners_alone_and_go_after_thirty_days(keys, folder):
    path = backup.write(keys.store, folder, NOW)
    assert path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert backup.newest(folder) == (path, NOW)
    assert backup.prune(folder, NOW + timedelta(days=30)) == 0
    assert backup.prune(folder, NOW + timedelta(days=30, seconds=1)) == 1
    assert backup.newest(folder) is None


def test_an_epoch_is_late_after_thirty_five_days(keys, folder):
    found = status(keys, folder)
    made = found.live[0].made_at
    assert not found.late(made + timedelta(days=35))
    assert found.late(made + timedelta(days=35, seconds=1))


ROTATE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from gezinscoach.kernel.vault import Vault, epochs
url, kek, folder = sys.argv[1:]
epochs.BATCH = 5
print("begun", flush=True)
epochs.rotate(Vault(url, Path(kek)), Path(folder), datetime.now(UTC))
"""


def test_killed_for_real_at_random_moments_nothing_is_lost(keys, another, folder, url):
    made = scopes(keys, 60)
    before = plain(keys, made)
    chance, killed = random.Random(20261122), 0
    for _ in range(5):
        process = subprocess.Popen(
            [sys.executable, "-c", ROTATE, url, str(keys.file.path), str(folder)], stdout=subprocess.PIPE
        )
        assert process.stdout.readline() == b"begun\n"
        time.sleep(chance.uniform(0.0, 0.25))
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        process.stdout.close()
        assert plain(another(), made) == before
    assert killed >= 2
    epochs.rotate(another(), folder, NOW)
    found = status(another(), folder)
    assert (len(found.live), found.half) == (1, False)
    assert plain(another(), made) == before
