"""What checking a password may cost is measured at install, and looked after."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from gezinscoach import cli
from gezinscoach.accounts.actions import hashing
from gezinscoach.accounts.rules.cost import LEAST, Cost
from gezinscoach.app import create_app
from gezinscoach.kernel.config import Settings


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("GEZINSCOACH_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("GEZINSCOACH_DATABASE_URL", raising=False)
    monkeypatch.setattr(hashing, "_cost", LEAST)
    return tmp_path / "home"


def run(*words, code=0):
    result = CliRunner().invoke(cli.main, words)
    assert result.exit_code == code, result.output
    return result.output


def test_init_measures_and_every_process_goes_by_it(home, monkeypatch):
    monkeypatch.setattr(hashing, "seconds", lambda price: 0.05)
    run("init")
    file = home / "argon2.toml"
    assert hashing.measured(file) == Cost(38 * 1024, 2)
    assert [path.name for path in home.iterdir() if "argon2" in path.name] == ["argon2.toml"]
    assert "duurt hier 50 ms (38 MiB, 2 keer)" in run("doctor")
    create_app(Settings.at(home)).extensions["vault"].dispose()
    assert hashing._cost == Cost(38 * 1024, 2)


def test_the_doctor_says_that_it_was_never_measured_or_cannot_be_read(home):
    run("init")
    file = home / "argon2.toml"
    for spoil in (lambda: file.write_text("memory_kib = veel"), file.unlink):
        spoil()
        said = run("doctor", code=1)
        assert f"niet te lezen: {file}. Doe: gezinscoach init" in said
    run("init")
    assert "in orde" in run("doctor")
