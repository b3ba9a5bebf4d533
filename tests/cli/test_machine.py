"""What the machine does: files of another user, half files, a full disk, a place to read only."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from freezegun import freeze_time

from gezinscoach.cli import outside, people, preparing, serving, warnings
from gezinscoach.cli.keys_said import user_name
from gezinscoach.kernel.audit import anchors
from gezinscoach.kernel.vault import backup, epochs, keyfile
from tests.cli.test_cli import home, run

__all__ = ["home"]

EVERY = [
    ("init",),
    ("doctor",),
    ("keys", "rotate"),
    ("keys", "backup"),
    ("audit", "anchor"),
    ("account", "list"),
    ("serve",),
]


@pytest.fixture(scope="module")
def pattern(tmp_path_factory):
    """An installation as `init` makes it, to be copied."""
    folder = tmp_path_factory.mktemp("patroon") / "map"
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("GEZINSCOACH_HOME", str(folder))
        patched.delenv("GEZINSCOACH_DATABASE_URL", raising=False)
        run("init")
    return folder


@pytest.fixture
def made(home, pattern):
    """A new installation of its own."""
    shutil.copytree(pattern, home)
    return home


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_somebody_else_is_sent_to_the_owner_of_the_folder_with_the_command(made, monkeypatch, words):
    before = {path: path.stat().st_mtime_ns for path in made.rglob("*")}
    monkeypatch.setattr(sys, "argv", ["gezinscoach", *words])
    me = os.geteuid()
    with monkeypatch.context() as patched:
        patched.setattr(os, "geteuid", lambda: me + 1)
        said = run(*words, code=1)
    assert f"runuser -u {user_name(me)} -- gezinscoach {' '.join(words)}" in said
    assert "niets veranderd" in said
    assert {path: path.stat().st_mtime_ns for path in made.rglob("*")} == before


def test_the_doctor_names_files_of_another_user_and_gives_no_other_advice_on_them(made, monkeypatch):
    look, strange = Path.stat, made / "keys" / "anchor"

    def seen(path, **more):
        found = list(look(path, **more))
        return os.stat_result([*found[:4], found[4] + (path == strange), *found[5:]])

    monkeypatch.setattr(Path, "stat", seen)
    monkeypatch.setattr(Path, "read_bytes", closed(Path.read_bytes, strange))
    said = run("doctor", code=1)
    assert f"Niet van {user_name(os.geteuid())}, en dus niet te gebruiken: {strange}." in said
    assert f"chown -R {user_name(os.geteuid())}: {made}" in said
    assert "opzij" not in said


def closed(read, place):
    """Reading, but for one file that this user may not read."""

    def refuse(path, *args):
        if path == place:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return read(path, *args)

    return refuse


@pytest.mark.parametrize("words", [("doctor",), ("keys", "status"), ("serve",)], ids=" ".join)
def test_a_key_that_this_user_may_not_read_is_not_called_lost(made, monkeypatch, words):
    kek = made / "keys" / "kek"
    monkeypatch.setattr(Path, "read_bytes", closed(Path.read_bytes, kek))
    said = run(*words, code=1)
    assert f"mag {kek} niet lezen" in said
    assert f"chown {user_name(os.geteuid())}: {kek}" in said
    assert "reservekopie" not in said


@pytest.mark.parametrize("content", [b"", bytes(31)], ids=["empty", "truncated"])
def test_a_secret_of_cookies_that_is_not_whole_is_made_anew_and_served_with_never(made, monkeypatch, content):
    cookies = made / "keys" / "cookies"
    monkeypatch.setattr(serving, "run", lambda *_, **__: pytest.fail("it served"))
    cookies.write_bytes(content)
    for word in ("serve", "doctor"):
        assert f"{cookies}, het geheim van de cookies, is niet volledig" in run(word, code=1)
    assert "iedereen logt opnieuw in" in run("init")
    assert len(cookies.read_bytes()) == 32
    assert cookies.stat().st_mode & 0o777 == 0o600
    assert "opnieuw in" not in run("init")


def test_a_private_file_is_there_whole_or_not_at_all(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="space"):
            preparing.renewed_file(tmp_path / "geheim", bytes(32))
    assert list(tmp_path.iterdir()) == []


def no_room(*_args, **_more):
    raise OSError(errno.ENOSPC, "No space left on device", "/ergens/bestand")


def full_database(*_args, **_more):
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    raise preparing.DBAPIError("INSERT", {}, error)


def read_only(*_args, **_more):
    error = sqlite3.OperationalError("attempt to write a readonly database")
    error.sqlite_errorcode = sqlite3.SQLITE_READONLY_DIRECTORY
    raise preparing.DBAPIError("INSERT", {}, error)


DEEDS = [
    (("init",), preparing, "renewed_file"),
    (("init",), preparing, "private_folder"),
    (("keys", "backup"), backup, "write"),
    (("keys", "rotate"), epochs, "rotate"),
    (("keys", "rotate"), keyfile, "write_durably"),
    (("audit", "anchor"), anchors, "cast"),
    (("account", "add", "--role", "functionaris", "--email", "f@s.example"), people.actions, "give_role"),
]


@pytest.mark.parametrize("trouble", [no_room, full_database])
@pytest.mark.parametrize(("words", "owner", "name"), DEEDS)
def test_a_full_disk_is_called_that_by_every_command(made, monkeypatch, words, owner, name, trouble):
    (made / "keys" / "cookies").write_bytes(b"")
    monkeypatch.setattr(owner, name, trouble)
    said = run(*words, code=1)
    assert "De schijf is vol" in said
    assert "Maak plaats" in said


@pytest.mark.parametrize(("words", "owner", "name"), DEEDS)
def test_a_place_to_read_only_is_called_that_by_every_command(made, monkeypatch, words, owner, name):
    (made / "keys" / "cookies").write_bytes(b"")
    monkeypatch.setattr(owner, name, read_only)
    assert "Hier kan alleen gelezen worden" in run(*words, code=1)


def test_a_copy_that_cannot_be_written_is_looked_over_and_stays_as_it_was(made, monkeypatch):
    run("account", "add", "--role", "functionaris", "--email", "f@s.example")
    run("audit", "anchor")
    before = {path: path.read_bytes() for path in made.rglob("*") if path.is_file()}
    look = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and look(path, mode))
    monkeypatch.setattr(os, "geteuid", lambda: made.stat().st_uid + 1)
    said = run("audit", "verify", "--deep")
    assert "Het spoor is heel." in said
    assert "Dit nazicht zelf kon niet in het spoor geschreven worden." in said
    assert {path: path.read_bytes() for path in made.rglob("*") if path.is_file()} == before
    assert "kan niet geschreven worden" in run("doctor", code=1)
    (made / "gezinscoach.db-wal").write_bytes(b"nog niet overgezet")
    assert "hoort nog bij de databank" in run("audit", "verify", code=1)


def test_a_new_installation_is_in_order_but_for_what_asks_for_care(made, monkeypatch):
    said = run("doctor")
    for care in (
        "GEZINSCOACH_URL is niet ingevuld",
        "nog geen anker",
        "geen reservekopie van de sleutels",
        "geen enveloppen",
        "In de werking Leuven is er geen tweede persoon",
    ):
        assert care in said
    assert "Verder is alles in orde." in said
    assert "Verder is alles in orde." in run("doctor", "--strict", code=3)


def test_nothing_is_left_to_care_for_when_all_is_done(made, tmp_path, monkeypatch):
    monkeypatch.setenv("GEZINSCOACH_URL", "https://gezinscoach.stad.example")
    monkeypatch.setenv("GEZINSCOACH_PROXIES", "1")
    monkeypatch.setattr(warnings, "ROOM", 0)
    for rol in ("beheerder", "functionaris"):
        run("account", "add", "--role", rol, "--email", f"{rol}@s.example")
    run("keys", "backup")
    run("keys", "escrow", str(tmp_path / "enveloppen"))
    run("audit", "anchor")
    assert "Alles is in orde." in run("doctor", "--strict")
    with freeze_time(datetime.now(UTC) + timedelta(hours=3)):
        said = run("doctor", "--strict", code=3)
        assert "Het laatste anker van het spoor is van" in said
        assert "reservekopie" not in said
    with freeze_time(datetime.now(UTC) + timedelta(days=3)):
        assert "De nieuwste reservekopie van de sleutels is van" in run("doctor", "--strict", code=3)
    with freeze_time(datetime.now(UTC) - timedelta(days=700)):
        assert "De klok van deze machine staat op" in run("doctor", "--strict", code=3)
    monkeypatch.setattr(warnings, "ROOM", 1 << 60)
    assert "MB vrij. Maak plaats" in run("doctor", "--strict", code=3)


def io_error(*_args, **_more):
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    raise preparing.DBAPIError("INSERT", {}, error)


@pytest.mark.parametrize(("words", "owner", "name"), DEEDS)
def test_what_sqlite_does_not_explain_is_looked_up_on_the_machine(made, monkeypatch, words, owner, name):
    monkeypatch.setattr(owner, name, io_error)
    (made / "keys" / "cookies").write_bytes(b"")
    monkeypatch.setattr(outside, "LEAST", 1 << 60)
    assert f"De schijf is vol ({made})." in run(*words, code=1)
    monkeypatch.setattr(outside, "LEAST", 0)
    monkeypatch.setattr(outside.os, "access", lambda *_: False)
    assert f"Hier kan alleen gelezen worden ({made})." in run(*words, code=1)


def test_a_database_that_is_none_is_said_in_a_sentence(made):
    (made / "gezinscoach.db").write_bytes(b"geen databank" * 100)
    for words in (("init",), ("doctor",), ("account", "list"), ("serve",)):
        assert "sqlalche" not in run(*words, code=1)
