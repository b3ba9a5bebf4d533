"""What stands in deploy/ for systemd: units as strict as one another, and settings that the program knows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from gezinscoach.cli import main
from gezinscoach.kernel.config import Settings, _require_sound
from tests.cli.test_werking import leaves

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
SETTING = re.compile(r"^#?(GEZINSCOACH_\w+)=(.+)$", re.MULTILINE)


def hardening(unit):
    text = unit.read_text()
    return text[text.index("StateDirectory=") : text.find("[Install]")].rstrip()


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_every_unit_is_as_strict_and_reads_the_same_settings(unit):
    words = [line for line in hardening(unit).splitlines() if line]
    assert words == [line for line in hardening(DEPLOY / "gezinscoach.service").splitlines() if line]
    assert len(words) > 25
    assert "EnvironmentFile=/etc/gezinscoach.env\n" in unit.read_text()


def asked(unit):
    """The commands that a unit runs."""
    listed = re.search(r"for what in (.*?); do", unit.read_text())
    ran = re.findall(r"^Exec\w+=\S+/gezinscoach ([a-z]+(?: [a-z]+)?)", unit.read_text(), re.MULTILINE)
    return {*ran, *shlex.split(listed[1] if listed else "")}


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_every_command_in_a_unit_is_one(unit):
    assert asked(unit)
    assert asked(unit) <= {" ".join(words) for words in leaves(main)}


def test_the_example_of_the_settings_names_what_the_program_knows_with_values_that_it_takes(tmp_path):
    code = "".join(path.read_text() for path in (ROOT / "gezinscoach").rglob("*.py"))
    code += (DEPLOY / "gezinscoach-anker.service").read_text()
    given = dict(SETTING.findall((DEPLOY / "gezinscoach.env").read_text()))
    assert all(f"{name}" in code for name in given)
    (tmp_path / "wachtzin").touch()
    given["GEZINSCOACH_KEK_PASSPHRASE_FILE"] = str(tmp_path / "wachtzin")
    _require_sound(given, tmp_path)
    assert Settings.at(tmp_path, given).base_url == "https://gezinscoach.example"


def test_every_timer_has_its_service():
    timers = {path.stem for path in DEPLOY.glob("*.timer")}
    assert timers == {path.stem for path in UNITS} - {"gezinscoach"}
