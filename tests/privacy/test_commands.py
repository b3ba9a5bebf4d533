"""The command line of privacy, as an operator runs it each night."""

from __future__ import annotations

from click.testing import CliRunner

from gezinscoach import cli


def run(*words):
    result = CliRunner().invoke(cli.main, words)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_review_runs_each_night_and_says_what_it_found(tmp_path, monkeypatch):
    monkeypatch.setenv("GEZINSCOACH_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("GEZINSCOACH_DATABASE_URL", raising=False)
    run("init")
    assert run("privacy", "review").splitlines() == [
        "0 nieuwe vondsten.",
        "Nog na te kijken: 0, ouder dan 5 werkdagen: 0.",
    ]
