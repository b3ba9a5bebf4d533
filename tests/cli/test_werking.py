"""Several werkingen in one installation: every command works, in the one that was named."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import click
import pytest

from gezinscoach import cli
from gezinscoach.cli import serving
from tests.cli.test_cli import home, run
from tests.postgres import share
from tests.werkmap import grids

__all__ = ["home"]

EMAIL = ("--email", "b@gent.example")
STAD = ("--name", "Stad")
VALUE = ("--value", "0123")
WORKS_IN_ONE = [
    ("organisatie", "add", "--name", "Buurthuis"),
    ("account", "add", "--role", "coordinator", *EMAIL),
    ("account", "list"),
    ("account", "confirm", *EMAIL),
    ("account", "invite", *EMAIL),
    ("oidc", "add", *STAD, "--issuer", "http://127.0.0.1:1", "--client-id", "x", "--secret-file", "geheim"),
    ("oidc", "map", *STAD, *VALUE, "--organisation", "Buurthuis"),
    ("oidc", "list"),
    ("oidc", "unmap", *STAD, *VALUE),
    ("oidc", "remove", *STAD),
    ("toelage", "compute", "--year", "2026"),
    ("werkmap", "import", "w.xlsx"),
]
WORKS_FOR_ALL = [
    ("init",),
    ("werking", "list"),
    ("privacy", "review"),
    ("doctor",),
    ("audit", "anchor"),
    ("audit", "guard"),
    ("audit", "verify"),
    ("keys", "status"),
    ("keys", "backup"),
    ("keys", "drill"),
    ("keys", "escrow", "enveloppen"),
    ("keys", "rotate", "--all"),
    ("keys", "seal", "--open"),
    ("serve", "--port", "{port}"),
]
ELSEWHERE = {("demo",), ("werking", "add")}
"""The demo has a folder of its own; the other one makes the second werking."""


def leaves(command, *words):
    if not isinstance(command, click.Group):
        yield words
        return
    for name, below in command.commands.items():
        yield from leaves(below, *words, name)


@pytest.fixture(params=["sqlite", "postgresql"])
def two(home, tmp_path, monkeypatch, pytestconfig, request):
    """An installation with the werkingen Leuven and Gent."""
    if request.param == "postgresql":
        for name, value in share(pytestconfig).environ().items():
            monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "geheim").write_text("geheim van de dienst")
    grids.write(tmp_path / "w.xlsx", grids.werkmap())
    monkeypatch.setattr(serving, "run", lambda *_, **__: None)
    run("init")
    run("werking", "add", "--name", "Gent", "--gemeente", "Gent", "--postcode", "9000")
    return home


def test_every_command_is_tried_here():
    tried = {words[: len(leaf)] for leaf in leaves(cli.main) for words in WORKS_IN_ONE + WORKS_FOR_ALL}
    assert set(leaves(cli.main)) <= tried | ELSEWHERE


def test_every_command_works_with_two_werkingen(two, monkeypatch):
    port = str(serving.free_port(20000))
    for words in WORKS_FOR_ALL:
        run(*(port if word == "{port}" else word for word in words))
    for words in WORKS_IN_ONE:
        said = run(*words, code=1)
        assert "Er zijn meer werkingen: Gent, Leuven." in said
        assert "--in-werking" in said
        run("--in-werking", "gent ", *words)
    assert "b@gent.example" in run("--in-werking", "Gent", "account", "list")
    monkeypatch.setenv("GEZINSCOACH_WERKING", "Leuven")
    assert "b@gent.example" not in run("account", "list")


def test_the_nightly_review_goes_through_all_of_them_or_the_one_that_was_named(two):
    said = run("privacy", "review")
    assert said.index("Gent:") < said.index("Leuven:")
    assert said.count("Nog na te kijken") == 2
    said = run("--in-werking", "Leuven", "privacy", "review")
    assert said.count("Nog na te kijken") == 1


def test_init_keeps_them_all_and_says_how_another_one_is_made(two):
    assert "Hier zijn al werkingen: Gent, Leuven. Die blijven zoals ze zijn." in run("init")
    said = run("init", "--werking", "Aalst", "--gemeente", "Aalst")
    assert "gezinscoach werking add" in said
    assert run("werking", "list").split() == ["Gent", "Leuven"]


def test_a_werking_that_is_there_is_not_made_twice_and_one_that_is_not_is_not_found(two):
    assert "is er al" in run("werking", "add", "--name", "gent", "--gemeente", "Gent", code=1)
    said = run("--in-werking", "Aalst", "account", "list", code=1)
    assert "geen werking met de naam Aalst. Wel: Gent, Leuven." in said


def test_a_new_werking_takes_the_postcodes_it_is_told(home):
    run("init")
    said = run("werking", "add", "--name", "Gent", "--gemeente", "Gent", "--postcode", "9000")
    assert '--in-werking "Gent" account add --role beheerder' in said
    with closing(sqlite3.connect(home / "gezinscoach.db")) as connection:
        found = connection.execute("select postcodes from werking where naam = 'Gent'").fetchall()
    assert found == [("9000",)]
