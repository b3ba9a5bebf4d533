"""Codes that work once, codes on paper, and what a device is called."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from gezinscoach.accounts.rules import factors, second_factor_needed

NOW = datetime(2026, 10, 15, tzinfo=UTC)


def test_a_code_counts_a_step_early_or_late_and_never_again():
    seed = factors.new_seed()
    here = int(NOW.timestamp()) // factors.STEP
    for off in range(-3, 4):
        code = pyotp.TOTP(seed).at(NOW + timedelta(seconds=factors.STEP * off))
        step = factors.app_step(seed, f"{code[:3]} {code[3:]}", NOW, 0)
        assert step == (here + off if abs(off) <= 1 else None)
        assert factors.app_step(seed, code, NOW, here + off) is None


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12345x"])
def test_what_is_no_code_of_an_app_is_none(typed):
    assert not factors.is_app_code(typed)
    assert factors.app_step(factors.new_seed(), typed, NOW, 0) is None


def test_recovery_codes_are_all_different_long_and_easy_to_type_over():
    codes = [code for _ in range(50) for code in factors.new_codes()]
    assert len(set(codes)) == len(codes)
    for code in codes:
        bare = code.replace("-", "")
        assert len(bare) == 16
        assert not set(bare) & set("01lo")
        assert not factors.is_app_code(code)
        assert factors.code_hash(f" {code.upper().replace('-', ' ')}\n") == factors.code_hash(code)


AGENTS = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/150.0 Safari/537.36": "Chrome, Windows",
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/150.0 Safari/537.36 Edg/150.0": "Edge, Windows",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1": "Safari, iPhone",
    "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/150.0 Mobile Safari/537.36": "Chrome, Android",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14.1; rv:140.0) Gecko/20100101 Firefox/140.0": "Firefox, Mac",
    "curl/8": "",
    "": "",
}


@pytest.mark.parametrize(("agent", "name"), AGENTS.items())
def test_a_device_is_told_coarsely(agent, name):
    assert factors.device_of(agent) == name


@pytest.mark.parametrize("database", [True, False])
@pytest.mark.parametrize("settings", [True, False])
def test_a_second_factor_is_needed_everywhere_but_in_a_demo_served_as_one(database, settings):
    needed = second_factor_needed(demo_database=database, demo_settings=settings)
    assert needed == (not (database and settings))
