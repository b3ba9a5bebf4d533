"""Commands about people: who has which role, who vouches, and what is said where one cannot look."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.test_cli import home, run

__all__ = ["home"]


def add(rol, email, *more):
    return run("account", "add", "--role", rol, "--email", email, *more)


def test_the_list_says_who_has_which_role_and_since_when_it_is_used(home):
    run("init")
    add("beheerder", "bea@s.example")
    add("importeur", "ines@s.example", "--until", "2099-12-31")
    lines = run("account", "list").splitlines()
    assert lines == [
        "bea@s.example | beheerder | kwam nog niet binnen | nooit gebruikt",
        "ines@s.example | importeur | kwam nog niet binnen | nooit gebruikt",
    ]


def test_a_first_beheerder_is_told_that_a_second_person_is_needed_while_there_is_none(home):
    run("init")
    said = "moet een tweede persoon bevestigen"
    assert said in add("beheerder", "bea@s.example")
    assert said not in add("functionaris", "fons@s.example")
    assert said not in add("beheerder", "ben@s.example")


def test_the_server_vouches_for_somebody_with_a_role_and_for_nobody_without(home):
    run("init")
    add("coordinator", "cora@s.example")
    assert "Bevestigd: co" in run("account", "confirm", "--email", "CORA@s.example")
    assert "geen actief account" in run("account", "confirm", "--email", "x@s.example", code=1)


def test_a_link_for_a_lost_second_factor_is_made_on_the_server(home):
    run("init")
    add("coordinator", "cora@s.example")
    assert "zeker weet wie het is" in run("account", "invite", "--email", "CORA@s.example", "--second-factor")
    with closing(sqlite3.connect(home / "gezinscoach.db")) as connection:
        assert connection.execute("select resets_factor from invitation").fetchall() == [(1,)]
    run("account", "invite", "--email", "cora@s.example")
    with closing(sqlite3.connect(home / "gezinscoach.db")) as connection:
        assert connection.execute("select resets_factor from invitation").fetchall() == [(0,)]


@pytest.mark.parametrize(
    ("tamper", "what"),
    [
        ("update account set secured_at = '2026-01-01 00:00:00'", "account "),
        ("update account set naam_cell = x'0300'", "ACCOUNT_NAAM"),
        ("update account set email_index = randomblob(19)", "version "),
    ],
)
def test_a_row_that_was_changed_in_the_database_stops_a_command_with_a_sentence(home, tamper, what):
    run("init")
    add("coordinator", "cora@s.example", "--name", "Cora")
    words = ("account", "invite", "--email", "cora@s.example", "--second-factor")
    with closing(sqlite3.connect(home / "gezinscoach.db")) as connection, connection:
        connection.execute(tamper)
    if "secured" not in tamper:
        words = ("account", "list")
    said = run(*words, code=1)
    assert f"buiten de toepassing om veranderd ({what}" in said
    assert said.count("\n") == 1
    assert "gezinscoach audit verify --deep" in said


@pytest.mark.parametrize("words", [("doctor",), ("account", "list"), ("serve",)])
def test_a_folder_of_somebody_else_is_said_in_a_sentence(home, monkeypatch, words):
    look = os.stat

    def closed(path, *args, **more):
        if str(home) in str(path):
            raise PermissionError(13, "Permission denied", str(path))
        return look(path, *args, **more)

    monkeypatch.setattr(Path, "stat", lambda self, **more: closed(self, **more))
    monkeypatch.setattr(Path, "exists", lambda self: bool(closed(self)))
    said = run(*words, code=1)
    assert str(home) in said
    assert "GEZINSCOACH_HOME" in said
