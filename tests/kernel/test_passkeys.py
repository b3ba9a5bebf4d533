"""Passkeys without a site: whatever a browser sends back, it is a passkey or it is refused."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from gezinscoach.kernel import passkeys
from gezinscoach.kernel.passkeys import PasskeyRefused, Place
from tests.accounts.proving import Device

NOW = datetime(2026, 10, 15, 9, 0, tzinfo=UTC)
PLACE = Place.of("https://gezinscoach.test/", b"x" * 32)
DEVICE = Device()
ASKED = passkeys.ask_new(
    PLACE, "add", account_id=UUID(int=7), email="noor@test.example", naam="Noor", known=[], now=NOW
)
MADE = DEVICE.make(ASKED.options)
KEY = passkeys.made(PLACE, "add", ASKED.ticket, MADE, now=NOW).public_key
WANTED = passkeys.ask(PLACE, "sign_in", now=NOW)
SHOWN = DEVICE.show(WANTED.options)
JUNK = st.one_of(st.none(), st.integers(), st.text(max_size=9), st.just([]), st.just({}))


def show(answer, *, ticket=WANTED.ticket, place=PLACE, purpose="sign_in", now=NOW, key=KEY):
    return passkeys.shown(place, purpose, ticket, answer, public_key=key, sign_count=0, now=now)


def test_an_answer_holds_for_its_site_its_page_its_key_and_ten_minutes():
    assert show(SHOWN).credential == passkeys.credential_of(MADE)
    assert show(SHOWN, now=NOW + passkeys.ANSWER_WITHIN)
    with pytest.raises(PasskeyRefused):
        show(SHOWN, now=NOW + passkeys.ANSWER_WITHIN + timedelta(seconds=1))
    with pytest.raises(PasskeyRefused):
        show(SHOWN, purpose="confirm")
    with pytest.raises(PasskeyRefused):
        show(SHOWN, place=Place.of("https://gezinscoach.test:8443/", PLACE.secret))
    with pytest.raises(PasskeyRefused):
        show(SHOWN, place=Place.of("https://gezinscoach.test/", b"y" * 32))
    with pytest.raises(PasskeyRefused):
        show(SHOWN, ticket=passkeys.ask(PLACE, "sign_in", now=NOW).ticket)
    other = Device()
    key = passkeys.made(PLACE, "add", ASKED.ticket, other.make(ASKED.options), now=NOW).public_key
    with pytest.raises(PasskeyRefused):
        show(SHOWN, key=key)


def test_a_count_that_goes_back_is_a_copied_device():
    with pytest.raises(PasskeyRefused):
        passkeys.shown(PLACE, "sign_in", WANTED.ticket, SHOWN, public_key=KEY, sign_count=9, now=NOW)


@given(st.data())
def test_a_damaged_answer_is_refused_and_never_breaks_anything(data):
    answer = json.loads(data.draw(st.sampled_from([MADE, SHOWN])))
    part = data.draw(st.sampled_from([*answer["response"], *answer]))
    inside = answer["response"] if part in answer["response"] else answer
    if inside is answer or data.draw(st.booleans()):
        inside[part] = data.draw(JUNK)
    else:
        raw = bytearray(base64url_to_bytes(inside[part]))
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at] ^= data.draw(st.integers(1, 255))
        inside[part] = bytes_to_base64url(bytes(raw[: data.draw(st.integers(at, len(raw)))]))
    text = json.dumps(answer)
    passkeys.credential_of(text)
    with pytest.raises(PasskeyRefused):
        show(text)
    with suppress(PasskeyRefused):  # a new key is believed as it comes: some damage makes another key
        passkeys.made(PLACE, "add", ASKED.ticket, text, now=NOW)


@given(st.text(max_size=300))
def test_a_text_that_is_no_answer_is_refused(text):
    assert len(passkeys.credential_of(text)) <= passkeys.LONGEST_ID
    with pytest.raises(PasskeyRefused):
        show(text)
    with pytest.raises(PasskeyRefused):
        show(SHOWN, ticket=text)
