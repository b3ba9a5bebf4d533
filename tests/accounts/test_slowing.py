"""Guessing passwords, by kind: who guesses waits, who does not is let in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from gezinscoach.accounts import actions
from gezinscoach.accounts.actions import hashing
from gezinscoach.accounts.rules import slowing
from gezinscoach.accounts.rules.cost import Cost
from gezinscoach.accounts.tables import LoginFailure, LoginNetwork
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.audit import AuditEvent

PASSWORD = "vier groene fietsen zingen"
HOME, ELSEWHERE = "198.51.100.7", "203.0.113.9"


@pytest.fixture
def owner(city, db, monkeypatch):
    # Hundreds of attempts: how long one takes is no part of these tests.
    monkeypatch.setattr(hashing, "_cost", Cost(8, 1))
    account = city.account(Rol.COORDINATOR, "Cor Dinator")
    actions.set_password(db, account, PASSWORD)
    db.commit()
    return account


def attempt(db, email, network, now, password="fout", browser=""):
    """What comes of an attempt: "in", "wrong", or how many seconds to wait."""
    try:
        actions.sign_in(db, email=email, password=password, network=network, now=now, browser=browser)
    except actions.TooManyAttempts as refusal:
        return refusal.seconds
    except actions.WrongCredentials:
        return "wrong"
    finally:
        db.commit()
    return "in"


def guess(db, email, networks, now):
    """How many of these guesses, one after the other at one moment, were really made."""
    return [attempt(db, email, network, now) for network in networks].count("wrong")


def known(db, owner, now, network=HOME):
    assert attempt(db, owner.email, network, now - timedelta(days=5), PASSWORD) == "in"


def test_one_stranger_makes_five_guesses_and_then_waits_ever_longer(db, owner, now):
    assert guess(db, owner.email, [ELSEWHERE] * 8, now) == 5
    waits, at = [], now
    for _ in range(6):
        wait = attempt(db, owner.email, ELSEWHERE, at)
        at += timedelta(seconds=wait)
        assert attempt(db, owner.email, ELSEWHERE, at) == "wrong"
        waits.append(wait)
    assert waits == sorted(waits)
    assert waits[-1] > 25 * waits[0]


def test_a_stranger_who_has_a_whole_ipv6_site_makes_twenty_guesses_and_keeps_nobody_out(db, owner, now):
    site = [f"2001:db8:7:{net:x}::{host:x}" for net in range(200) for host in (1, 2)]
    assert guess(db, owner.email, site, now) == slowing.FREE_FAILURES * slowing.WIDER
    assert attempt(db, owner.email, HOME, now, PASSWORD) == "in"


def test_a_stranger_who_has_a_whole_block_of_ipv4_does_no_better(db, owner, now):
    block = [f"203.0.113.{host}" for host in range(250)]
    assert guess(db, owner.email, block, now) == slowing.FREE_FAILURES * slowing.WIDER
    assert attempt(db, owner.email, HOME, now, PASSWORD) == "in"


def everywhere(count):
    return [f"100.{part}.1.1" for part in range(count)]


def test_guessing_at_one_account_from_everywhere_is_slowed_down(db, owner, now):
    assert guess(db, owner.email, everywhere(130), now) == slowing.FREE_FAILURES * slowing.ACCOUNT_SHARE


def test_whoever_signed_in_from_a_network_before_is_not_kept_out_there_by_guessing_from_everywhere(
    db, owner, now
):
    known(db, owner, now)
    guess(db, owner.email, everywhere(130), now)
    assert attempt(db, owner.email, "192.0.2.1", now, PASSWORD) not in ("in", "wrong")
    assert attempt(db, owner.email, HOME, now, PASSWORD) == "in"


def test_a_network_is_known_for_ninety_days_only(db, owner, now):
    known(db, owner, now)
    guess(db, owner.email, everywhere(130), now + timedelta(days=86))
    assert attempt(db, owner.email, HOME, now + timedelta(days=86), PASSWORD) != "in"


def test_from_a_known_network_too_only_five_guesses_are_free(db, owner, now):
    known(db, owner, now)
    assert guess(db, owner.email, [HOME] * 9, now) == slowing.FREE_FAILURES


def names(count):
    return [f"iemand{number}@test.example" for number in range(count)]


def test_guessing_at_many_accounts_from_one_network_is_slowed_down(db, owner, now):
    tried = [attempt(db, email, ELSEWHERE, now) for email in names(70)]
    assert tried.count("wrong") == slowing.FREE_FAILURES * slowing.NETWORK_SHARE
    assert attempt(db, owner.email, ELSEWHERE, now, PASSWORD) != "in"


def test_colleagues_of_one_office_are_let_in_whatever_others_there_mistype(db, owner, now):
    known(db, owner, now)
    for email in names(60):
        attempt(db, email, HOME, now)
    assert attempt(db, owner.email, HOME, now, PASSWORD) == "in"


def test_guessing_at_many_accounts_from_everywhere_is_told_and_keeps_nobody_out(db, owner, now):
    for email, network in zip(names(210), everywhere(210), strict=True):
        assert attempt(db, email, network, now) == "wrong"
    told = select(func.count(AuditEvent.id)).where(AuditEvent.action == "session.guessing")
    assert db.scalar(told) == 1
    assert attempt(db, owner.email, HOME, now, PASSWORD) == "in"


def test_who_waits_makes_it_no_longer_by_trying_again(db, owner, now):
    guess(db, owner.email, [ELSEWHERE] * 5, now)
    waits = {attempt(db, owner.email, ELSEWHERE, now) for _ in range(20)}
    assert len(waits) == 1


def test_what_is_old_goes_away_by_itself_at_any_attempt(db, owner, now):
    known(db, owner, now)
    guess(db, "iemand@test.example", [ELSEWHERE], now)
    later = now + slowing.FORGET_FAILURE + timedelta(seconds=1)
    guess(db, "ander@test.example", ["192.0.2.1"], later)
    oldest = db.scalar(select(func.min(LoginFailure.last_at)))
    assert oldest == later
    assert db.scalar(select(func.count()).select_from(LoginNetwork)) == 1
    attempt(db, owner.email, ELSEWHERE, now + timedelta(days=95), PASSWORD)
    assert db.scalar(select(func.count()).select_from(LoginNetwork)) == 1, "the older one went"
    assert db.scalar(select(func.count()).select_from(LoginFailure)) == 0


def test_the_page_says_how_long_to_wait_to_people_and_to_programs(client, owner):
    client.get("/inloggen")
    sent = {"email": owner.email, "wachtwoord": "fout fout fout fout"}
    for _ in range(slowing.FREE_FAILURES):
        answer = client.post("/inloggen", sent)
        assert (answer.status, answer.headers.get("Retry-After")) == (422, None)
    answer = client.post("/inloggen", sent)
    assert answer.status == 429
    assert f"Wacht {answer.headers['Retry-After']} seconden" in answer.words


def test_an_unknown_address_is_slowed_down_like_a_known_one(db, owner, now):
    tried = [
        [attempt(db, email, network, now) for _ in range(8)]
        for email, network in ((owner.email, ELSEWHERE), ("niemand@test.example", "192.0.2.200"))
    ]
    assert tried[0] == tried[1]


MINE, THEIRS = "a" * 43, "b" * 43


def test_a_colleague_behind_the_same_router_keeps_nobody_out_of_their_own_browser(db, owner, now):
    known(db, owner, now)
    assert attempt(db, owner.email, HOME, now, PASSWORD, MINE) == "in"
    for browser in ("", THEIRS):
        for _ in range(60):
            attempt(db, owner.email, HOME, now, browser=browser)
    assert attempt(db, owner.email, HOME, now, PASSWORD, THEIRS) != "in"
    assert attempt(db, owner.email, HOME, now, PASSWORD, MINE) == "in"
    assert attempt(db, owner.email, HOME, now, PASSWORD, THEIRS) != "in", "and lets nobody else in sooner"


def test_who_guesses_in_the_browser_of_somebody_waits_there_and_elsewhere(db, owner, now):
    assert attempt(db, owner.email, HOME, now, PASSWORD, MINE) == "in"
    assert [attempt(db, owner.email, HOME, now, browser=MINE) for _ in range(8)].count("wrong") == 5
    assert attempt(db, owner.email, HOME, now, PASSWORD, MINE) != "in"
    assert attempt(db, owner.email, ELSEWHERE, now, PASSWORD, MINE) != "in"


def test_a_browser_is_known_for_one_person_and_for_ninety_days(city, db, owner, now):
    other = city.account(Rol.COORDINATOR, "Ander")
    actions.set_password(db, other, PASSWORD)
    assert attempt(db, owner.email, ELSEWHERE, now, PASSWORD, MINE) == "in"
    for _ in range(8):
        attempt(db, other.email, HOME, now)
    assert attempt(db, other.email, HOME, now, PASSWORD, MINE) != "in"
    later = now + slowing.FORGET_NETWORK + timedelta(hours=1)
    for _ in range(8):
        attempt(db, owner.email, HOME, later)
    assert attempt(db, owner.email, HOME, later, PASSWORD, MINE) != "in"


def test_a_browser_keeps_a_random_name_after_a_right_password_only(client, owner):
    def sends(password):
        client.get("/inloggen")
        page = client.post("/inloggen", {"email": owner.email, "wachtwoord": password})
        return [one for one in page.headers.getlist("Set-Cookie") if "browser=" in one]

    assert sends("fout") == []
    [first] = sends(PASSWORD)
    assert first.startswith("__Host-gezinscoach-browser=")
    assert all(word in first for word in ("Secure", "HttpOnly", "Path=/", "SameSite=Strict"))
    client.get("/inloggen/instellen")
    client.post("/inloggen/opnieuw")
    assert sends(PASSWORD)[0].partition(";")[0] == first.partition(";")[0]
