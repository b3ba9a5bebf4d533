"""The key store: apart from the cases, closed to others, and unreadable without its key."""

from __future__ import annotations

import socket
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from threading import Barrier, Event
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from gezinscoach.app import create_app
from gezinscoach.kernel import database
from gezinscoach.kernel.config import Settings
from gezinscoach.kernel.vault import EVERY, KeysUnreadable, Vault, borrowed, granted, new_scope, open_scopes
from gezinscoach.kernel.vault.keeper import SystemKeys


@contextmanager
def at(folder):
    vault = Vault(f"sqlite:///{folder}/keys/keys.db", folder / "keys" / "kek")
    yield vault
    vault.dispose()


@pytest.fixture
def stored(tmp_path):
    """A vault on the files of this test, as another process would open it."""
    with at(tmp_path) as held:
        yield held


@pytest.fixture
def keys(tmp_path):
    with at(tmp_path) as made:
        made.create()
        yield made


@pytest.fixture
def session(keys):
    return Session(info={"vault": keys})


def test_the_files_are_their_owners_alone(keys, tmp_path):
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()}
    assert modes == {"kek": 0o600, "keys.db": 0o600}


def test_a_key_reaches_the_store_when_the_session_commits_and_not_before(keys, session):
    scope = uuid4()
    new_scope(session, scope, "gezin")
    other = Session(info={"vault": keys})
    open_scopes(other, [scope], groups=EVERY)
    assert scope not in granted(other)
    session.commit()
    open_scopes(other, [scope], groups=EVERY)
    assert scope in granted(other)


def test_the_persons_inside_a_scope_open_with_it_unless_left_closed(keys, session):
    scope, person = uuid4(), uuid4()
    new_scope(session, scope, "gezin")
    new_scope(session, person, "person", parent_id=scope)
    session.commit()
    other = Session(info={"vault": keys})
    open_scopes(other, [scope], persons=False, groups=EVERY)
    assert set(granted(other)) == {scope}
    open_scopes(other, [scope], groups=EVERY)
    assert set(granted(other)) == {scope, person}


def test_what_was_borrowed_is_given_back_and_opens_again_later(keys, session):
    scope, person, elsewhere = uuid4(), uuid4(), uuid4()
    new_scope(session, scope, "gezin")
    new_scope(session, person, "person", parent_id=scope)
    new_scope(session, elsewhere, "gezin")
    session.commit()
    other = Session(info={"vault": keys})
    open_scopes(other, [scope], persons=False, groups=EVERY)
    with borrowed(other):
        open_scopes(other, [scope, elsewhere], groups=EVERY)
        assert set(granted(other)) == {scope, person, elsewhere}
    assert set(granted(other)) == {scope}
    with borrowed(other):
        open_scopes(other, [elsewhere], persons=False, groups=EVERY)
    assert set(granted(other)) == {scope}
    open_scopes(other, [scope, elsewhere], groups=EVERY)
    assert set(granted(other)) == {scope, person, elsewhere}


def test_a_key_that_others_can_read_is_refused_with_what_to_do(keys, stored, tmp_path):
    (tmp_path / "keys" / "kek").chmod(0o644)
    with pytest.raises(KeysUnreadable, match="chmod 600"):
        stored.check()


def test_another_key_opens_nothing(keys, stored, tmp_path):
    (tmp_path / "keys" / "kek").write_bytes(bytes(32))
    with pytest.raises(KeysUnreadable):
        stored.check()


def test_no_data_key_stands_in_the_store_in_clear(keys, session, tmp_path):
    scope = uuid4()
    new_scope(session, scope, "gezin")
    session.commit()
    with closing(sqlite3.connect(tmp_path / "keys" / "keys.db")) as connection:
        asked = "select wrapped from data_key where scope_id = ?"
        (wrapped,) = connection.execute(asked, [scope.hex]).fetchone()
    assert len(wrapped) == 12 + 32 + 16


def test_an_index_is_the_same_for_the_same_text_and_other_for_another_purpose(keys):
    assert keys.index("email", "a@b.be") == keys.index("email", "a@b.be")
    assert keys.index("email", "a@b.be") != keys.index("code", "a@b.be")
    assert keys.index("email", "a@b.be") != keys.index("email", "a@b.de")


@pytest.fixture
def deaf():
    """The address of a PostgreSQL that takes calls and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"postgresql+psycopg://iemand@127.0.0.1:{server.getsockname()[1]}/niets"


def test_a_database_that_does_not_answer_is_given_up_after_seconds(deaf, tmp_path, monkeypatch):
    monkeypatch.setattr(database, "PATIENCE", 2)
    begun = time.monotonic()
    vault = Vault(deaf, tmp_path / "kek")
    with pytest.raises(KeysUnreadable, match="timeout"), vault.store.reading():
        pass
    vault.dispose()
    assert time.monotonic() - begun < 20
    app = create_app(Settings.at(tmp_path, {"GEZINSCOACH_DATABASE_URL": deaf}))
    assert app.config["SQLALCHEMY_ENGINE_OPTIONS"]["connect_args"] == {"connect_timeout": 2}
    app.extensions["vault"].dispose()


def test_who_waits_for_the_store_makes_nobody_else_wait(keys, monkeypatch):
    inside = Barrier(2)
    read = Vault._read_system

    def slow(vault: Vault) -> SystemKeys:
        inside.wait(timeout=10)  # both are here at once, or it breaks
        return read(vault)

    monkeypatch.setattr(Vault, "_read_system", slow)
    keys.forget()
    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(lambda n: keys.system().index, range(2)))) == 1


def test_what_was_asked_before_everything_was_forgotten_is_not_remembered(keys, monkeypatch):
    inside, go_on, asked = Event(), Event(), []
    read = Vault._read_system

    def slow(vault: Vault) -> SystemKeys:
        found = read(vault)
        asked.append(found)
        if len(asked) == 1:
            inside.set()
            go_on.wait(10)
        return found

    keys.forget()
    monkeypatch.setattr(Vault, "_read_system", slow)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(keys.system)
        inside.wait(10)
        keys.forget()
        go_on.set()
        first.result()
    keys.system()
    assert len(asked) == 2
