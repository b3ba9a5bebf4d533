"""Passkeys: what the browser is asked and what it answers (WebAuthn). No database, no web.

A challenge is derived from a signed text that travels in the form: a page that is only looked at stores
nothing. That a challenge is answered once is for the caller to keep (`Answered.challenge_hash`).
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from struct import error as StructError
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from itsdangerous import BadData, URLSafeSerializer
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

ANSWER_WITHIN = timedelta(minutes=10)
LONGEST_ANSWER = 20_000
LONGEST_ID = 1400
VERIFIED = UserVerificationRequirement.REQUIRED
_UNREADABLE = (WebAuthnException, ValueError, KeyError, TypeError, IndexError, StructError, RecursionError)


class PasskeyRefused(Exception):
    """The answer of the browser is unreadable, late, about another page, or not signed by this passkey."""


@dataclass(frozen=True, slots=True)
class Place:
    """The site that passkeys belong to: host name and origin, with the secret that signs its forms."""

    host: str
    origin: str
    secret: bytes

    @classmethod
    def of(cls, url: str, secret: bytes) -> Place:
        """The place with this address."""
        parts = urlsplit(url)
        return cls(parts.hostname or "", f"{parts.scheme}://{parts.netloc}", secret)


@dataclass(frozen=True, slots=True)
class Question:
    """What a page asks the browser: `options` for it, in JSON, and `ticket`, which the form sends back."""

    options: str
    ticket: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A passkey that answered well: `credential` is its id in base64url, `handle` whose it says it is."""

    credential: str
    sign_count: int
    challenge_hash: bytes
    public_key: bytes = b""
    handle: bytes | None = None


def ask_new(
    place: Place, purpose: str, *, account_id: UUID, email: str, naam: str, known: list[str], now: datetime
) -> Question:
    """Ask for a new passkey of an account, on a device that holds none of those `known`."""
    ticket = _ticket(place, purpose, now)
    options = webauthn.generate_registration_options(
        rp_id=place.host,
        rp_name="gezinscoach",
        user_id=account_id.bytes,
        user_name=email,
        user_display_name=naam or email,
        challenge=_challenge(ticket),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=VERIFIED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in known],
    )
    return Question(options_to_json(options), ticket)


def ask(place: Place, purpose: str, *, now: datetime) -> Question:
    """Ask for any passkey of this site; whose it is, the answer says."""
    ticket = _ticket(place, purpose, now)
    options = webauthn.generate_authentication_options(
        rp_id=place.host, challenge=_challenge(ticket), user_verification=VERIFIED
    )
    return Question(options_to_json(options), ticket)


def made(place: Place, purpose: str, ticket: str, answer: str, *, now: datetime) -> Answered:
    """The new passkey that the browser answered with; PasskeyRefused."""
    challenge = _opened(place, purpose, ticket, answer, now)
    try:
        found = webauthn.verify_registration_response(**_expected(place, challenge, answer))
    except _UNREADABLE:
        raise PasskeyRefused from None
    credential = bytes_to_base64url(found.credential_id)
    if len(credential) > LONGEST_ID:
        raise PasskeyRefused
    return Answered(credential, found.sign_count, _spent(challenge), found.credential_public_key)


def credential_of(answer: str) -> str:
    """The id of the passkey with which a browser answered, not yet believed; "" when there is none."""
    try:
        given = json.loads(answer[:LONGEST_ANSWER])["id"]
    except _UNREADABLE:
        return ""
    return given if isinstance(given, str) and given.isascii() and len(given) <= LONGEST_ID else ""


def shown(
    place: Place,
    purpose: str,
    ticket: str,
    answer: str,
    *,
    public_key: bytes,
    sign_count: int,
    now: datetime,
) -> Answered:
    """The passkey with this key, shown to be in the hands of its owner; PasskeyRefused."""
    challenge = _opened(place, purpose, ticket, answer, now)
    try:
        found = webauthn.verify_authentication_response(
            **_expected(place, challenge, answer),
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
        )
        handle = json.loads(answer)["response"].get("userHandle")
        whose = base64url_to_bytes(handle) if handle else None
    except _UNREADABLE:
        raise PasskeyRefused from None
    credential = bytes_to_base64url(found.credential_id)
    return Answered(credential, found.new_sign_count, _spent(challenge), handle=whose)


def _ticket(place: Place, purpose: str, now: datetime) -> str:
    signed: str = _signer(place, purpose).dumps([secrets.token_urlsafe(32), int(now.timestamp())])
    return signed


def _opened(place: Place, purpose: str, ticket: str, answer: str, now: datetime) -> bytes:
    try:
        _nonce, at = _signer(place, purpose).loads(ticket)
    except BadData:
        raise PasskeyRefused from None
    if len(answer) > LONGEST_ANSWER or not 0 <= now.timestamp() - at <= ANSWER_WITHIN.total_seconds():
        raise PasskeyRefused
    return _challenge(ticket)


def _expected(place: Place, challenge: bytes, answer: str) -> dict[str, Any]:
    """What any answer must hold to: this question, this site, and a person who showed to be the owner."""
    return {
        "credential": answer,
        "expected_challenge": challenge,
        "expected_rp_id": place.host,
        "expected_origin": place.origin,
        "require_user_verification": True,
    }


def _signer(place: Place, purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(place.secret, salt=f"passkey {purpose}", signer_kwargs=_STRONG)


_STRONG = {"digest_method": hashlib.sha256}


def _challenge(ticket: str) -> bytes:
    return hashlib.sha256(ticket.encode()).digest()


def _spent(challenge: bytes) -> bytes:
    return hashlib.sha256(challenge).digest()
