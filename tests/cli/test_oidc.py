"""The commands about services through which people sign in."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from click.testing import CliRunner

from gezinscoach import cli
from gezinscoach.kernel import oidc
from tests.issuer import CLIENT, serve

SECRET = "heel-bijzonder-geheim"


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("GEZINSCOACH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GEZINSCOACH_URL", "https://gezinscoach.example")
    monkeypatch.delenv("GEZINSCOACH_DATABASE_URL", raising=False)
    run("init")
    run("organisatie", "add", "--name", "Huis van het Kind")
    return tmp_path / "home"


def run(*words, code=0, typed=None):
    result = CliRunner().invoke(cli.main, words, input=typed)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result.output


def add(*more, code=0, typed=f"{SECRET}\n", address="http://127.0.0.1:1"):
    about = ("--name", "Stad", "--issuer", address, "--client-id", CLIENT)
    return run("oidc", "add", *about, *more, code=code, typed=typed)


def test_a_service_is_added_mapped_listed_and_removed(home):
    assert "nog geen dienst" in run("oidc", "list")
    with serve() as issuer:
        oidc.forget()
        said = add("--acr", "aal2", "--acr", "otp", address=issuer.address)
    assert "https://gezinscoach.example/inloggen/terug/" in said
    assert "Let op" not in said
    run("oidc", "map", "--name", "Stad", "--value", "0123.456.789", "--organisation", "huis van het kind")
    listed = run("oidc", "list")
    assert f"({CLIENT}, vo_orgcode, aal2, otp)" in listed
    assert "0123456789 = Huis van het Kind" in listed
    assert SECRET not in said + listed
    run("oidc", "unmap", "--name", "Stad", "--value", "0123 456 789")
    assert "Huis" not in run("oidc", "list")
    assert "betekent niets" in run("oidc", "unmap", "--name", "Stad", "--value", "0123456789", code=1)
    run("oidc", "map", "--name", "Stad", "--value", "1", "--organisation", "Huis van het Kind")
    run("oidc", "remove", "--name", "Stad")
    assert "nog geen dienst" in run("oidc", "list")


def test_the_secret_of_a_service_stands_nowhere_in_clear(home):
    add()
    stored = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert SECRET.encode() not in stored
    with closing(sqlite3.connect(home / "gezinscoach.db")) as connection:
        assert connection.execute("select client_secret from issuer").fetchone()[0]


def test_a_service_that_does_not_answer_is_added_and_one_is_told_so(home):
    assert "Let op: de dienst antwoordt nu niet" in add()


def test_the_secret_comes_from_a_file_as_well(home, tmp_path):
    (tmp_path / "geheim").write_text(f"{SECRET}\n")
    assert "Toegevoegd" in add("--secret-file", str(tmp_path / "geheim"), typed=None)
    (tmp_path / "leeg").write_text("\n")
    add("--secret-file", str(tmp_path / "leeg"), code=2)


def test_what_is_wrong_is_said_and_nothing_is_kept(home):
    for address in ("http://elders.example", "elders", "https://elders.example/?x=1"):
        assert "https" in add(address=address, code=2)
    add("--acr", "een twee", code=2)
    add()
    assert "Er is al een dienst" in add(code=1)
    for word in ("remove", "unmap"):
        more = ("--value", "1") if word == "unmap" else ()
        assert "geen dienst met de naam Elders" in run("oidc", word, "--name", "Elders", *more, code=1)
    said = run("oidc", "map", "--name", "Stad", "--value", "1", "--organisation", "Elders", code=1)
    assert "geen organisatie met de naam Elders" in said
    run("oidc", "map", "--name", "Stad", "--value", " ", "--organisation", "Huis van het Kind", code=2)
