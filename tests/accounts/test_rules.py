"""Passwords, sessions and slow-down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezinscoach.accounts import rules
from gezinscoach.accounts.rules import slowing

NOW = datetime(2026, 10, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("veertien teken", rules.PasswordTooShort),
        ("x" * 201, rules.PasswordTooLong),
        ("aaaaaaaaaaaaaaaaaaaa", rules.PasswordTooEasy),
        ("passwordpassword", rules.PasswordTooEasy),
        ("123456789012345678", rules.PasswordTooEasy),
        ("qwertyuiopasdfgh", rules.PasswordTooEasy),
        ("gezinscoachleuven", rules.PasswordTooEasy),
        ("noorwolkenaarnoor", rules.PasswordTooEasy),
    ],
)
def test_a_weak_password_is_refused(password, refusal):
    with pytest.raises(refusal):
        rules.require_password(password, own_words=("Noor Wolkenaar", "noor@buurt.example"))


@pytest.mark.parametrize(
    "password", ["vier groene fietsen zingen", "Kw8-rr2_zPq0+mmTu", "ጠንካራ የይለፍ ቃል እዚህ አለ"]
)
def test_a_long_and_unusual_password_is_good(password):
    rules.require_password(password, own_words=("Noor Wolkenaar",))


@given(st.integers(0, 10_000))
def test_the_wait_never_shrinks_with_more_failures_and_never_passes_a_quarter_of_an_hour(failures):
    assert (
        timedelta(0)
        <= slowing.wait_after(failures)
        <= slowing.wait_after(failures + 1)
        <= slowing.LONGEST_WAIT
    )


def test_four_mistakes_cost_nothing():
    assert slowing.wait_after(slowing.FREE_FAILURES - 1) == timedelta(0)
    assert slowing.wait_after(slowing.FREE_FAILURES) > timedelta(0)


def test_a_session_ends_by_rest_or_by_age():
    assert not rules.session_ended(NOW, NOW, NOW + rules.IDLE)
    assert rules.session_ended(NOW, NOW, NOW + rules.IDLE + timedelta(seconds=1))
    late = NOW + rules.ABSOLUTE + timedelta(seconds=1)
    assert rules.session_ended(NOW, late, late)


@pytest.mark.parametrize(
    ("address", "networks"),
    [
        ("192.0.2.7", ("192.0.2.7", "192.0.2.0/24")),
        ("2001:db8:1:2:3:4:5:6", ("2001:db8:1:2::/64", "2001:db8:1::/48")),
        ("::ffff:192.0.2.7", ("192.0.2.7", "192.0.2.0/24")),
        ("", ("", "")),
    ],
)
def test_a_home_with_ipv6_is_one_network_and_a_stranger_may_have_a_wider_one(address, networks):
    assert slowing.networks_of(address) == networks
