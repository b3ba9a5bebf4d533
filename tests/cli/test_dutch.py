"""What click itself says, said in Dutch."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from gezinscoach.cli import main

ENGLISH = re.compile(
    r"\b(usage|error|try|missing|invalid|options?|commands?|required|default|show|version|exit|integer|text"
    r"|argument|args|value|valid|directory|such|unexpected|did you|choose|requires|takes?|file"
    r"|range|datetime)\b",
    re.IGNORECASE,
)


def commands(command, *words):
    """Every command below this one, as words of the command line."""
    yield words
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from commands(below, *words, name)


def said(*words):
    result = CliRunner().invoke(main, words)
    # The options bear English names.
    return re.sub(r"--?[a-z-]+", "", result.output)


@pytest.mark.parametrize("words", list(commands(main)), ids=" ".join)
def test_the_help_of_every_command_is_dutch(words):
    text = said(*words, "--help")
    assert "Gebruik:" in text
    assert ENGLISH.findall(text.replace("import ", "")) == []


@pytest.mark.parametrize(
    ("words", "dutch"),
    [
        (["onzin"], "Het commando 'onzin' bestaat niet."),
        (["accoun"], "Bedoel je 'account'?"),
        (["--onzin"], "De optie"),
        (["init", "teveel"], "Dit is te veel: teveel"),
        (["init", "--werking"], "hoort een waarde"),
        (["werkmap", "import"], "Nog nodig: 'BESTAND'"),
        (["werkmap", "import", "--dry-run=ja", "x"], "hoort geen waarde"),
        (["werkmap", "import", "x", "--as-of", "morgen"], "'morgen' is geen dag zoals 2026-12-31"),
        (["werkmap", "import", "x", "--report", "/"], "'/' is een map"),
        (
            ["account", "add", "--role", "importeur", "--email", "i@s.example", "--until", "9999-12-31"],
            "Kies een dag tot en met 2100.",
        ),
        (["toelage", "compute"], "Nog nodig: ''"),
        (["toelage", "compute", "--year", "x"], "'x' is geen geheel getal"),
        (["toelage", "compute", "--year", "1900"], "Kies een getal van 2000 tot 2100."),
        (["serve", "--port", "0"], "Kies een getal van 1 tot 65535."),
        (["serve", "--workers", "0"], "Kies een getal van 1 tot 64."),
        (["serve", "--workers", "65"], "Kies een getal van 1 tot 64."),
        (["init", "--werking", " "], "Geef een naam."),
        (["init", "--gemeente", ""], "Geef een naam."),
        (["init", "--postcode", "9000", "--postcode", "90O0"], "Schrijf postcodes van vier cijfers."),
        (["init", "--postcode", "90001"], "Schrijf postcodes van vier cijfers."),
        (["account", "add", "--email", "a@s.example"], "Kies uit:"),
        (["account", "add", "--role", "baas"], "'baas' is niet een van 'gezinscoach'"),
    ],
)
def test_what_is_typed_wrong_is_said_in_dutch(words, dutch):
    text = said(*words)
    assert dutch in text
    assert "Fout: " in text
    assert ENGLISH.findall(text.replace("import ", "")) == []


def test_the_help_names_a_range_in_words():
    assert "1 tot 64" in said("serve", "--help")


def test_an_error_of_a_command_is_said_in_dutch(tmp_path, monkeypatch):
    monkeypatch.setenv("GEZINSCOACH_HOME", str(tmp_path / "leeg"))
    assert said("serve").startswith("Fout: Er is nog geen installatie")


def test_a_real_process_with_an_english_shell_speaks_dutch():
    script = Path(sys.executable).parent / "gezinscoach"
    done = subprocess.run([script, "onzin"], capture_output=True, text=True, env={"LANG": "en_US.UTF-8"})
    assert done.returncode == 2
    assert done.stderr.startswith("Gebruik: gezinscoach [OPTIES] COMMANDO...\nUitleg: gezinscoach --help\n")


def test_the_version_is_said_in_dutch():
    assert re.fullmatch(r"\w+, versie \d\S*\n", said("--version"))
