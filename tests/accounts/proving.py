"""Second factors for tests: an app with codes, recovery codes, and a passkey made of its own key."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape

import pyotp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy.orm import Session
from webauthn.helpers import bytes_to_base64url, encode_cbor

from gezinscoach.accounts import actions, queries
from gezinscoach.accounts.tables import Account
from tests.browser import Page

CODES: dict[object, list[str]] = {}
"""Recovery codes that are left, by account."""


def give_app(db: Session, account: Account, now: datetime) -> pyotp.TOTP:
    """Set up an app with codes and recovery codes for an account; the app shows codes."""
    actions.begin_app(db, account, now=now)
    db.flush()
    app = queries.code_app(db, account.id, used=False)
    assert app is not None
    shown = pyotp.TOTP(app.seed)
    actions.confirm_app(db, account, shown.at(now), now=now)
    CODES[account.id] = list(actions.new_recovery_codes(db, account, now=now))
    db.commit()
    return shown


def asked(page: Page) -> tuple[str, dict[str, str]]:
    """The question for a passkey on a page, and the ticket to send back."""
    assert page.tree is not None
    [box] = [node for node in page.tree.iter("div") if "data-passkey" in node.attrib]
    ticket = box.find(".//input[@name='ticket']")
    assert ticket is not None
    return unescape(box.attrib["data-options"]), {"ticket": ticket.attrib["value"], "csrf_token": page.csrf()}


def carried(page: Page, *more: str) -> dict[str, str]:
    """The form that a page carries along, with its token and what else stands hidden under these names."""
    assert page.tree is not None
    hidden = [node.attrib for node in page.tree.iter("input") if node.attrib.get("type") == "hidden"]
    names = ("csrf_token", *more)
    kept = [one for one in hidden if one["name"].startswith("bewaard.") or one["name"] in names]
    return {one["name"]: one["value"] for one in kept}


@dataclass
class Device:
    """A device with one passkey: it answers what a page asks, as a browser would."""

    host: str = "gezinscoach.test"
    origin: str = "https://gezinscoach.test"
    count: int = 0
    verifies: bool = True
    handle: bytes | None = None
    id: bytes = field(default_factory=lambda: os.urandom(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: str) -> str:
        """The answer to a question for a new passkey."""
        asked = json.loads(options)
        point = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        about = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + encode_cbor(public)
        attested = {"fmt": "none", "attStmt": {}, "authData": self._about(0x40) + about}
        return self._answer(
            {
                "clientDataJSON": self._client("webauthn.create", asked["challenge"]),
                "attestationObject": encode_cbor(attested),
            }
        )

    def show(self, options: str) -> str:
        """The answer to a question for a passkey that is there."""
        self.count += 1
        client = self._client("webauthn.get", json.loads(options)["challenge"])
        about = self._about(0)
        signed = about + hashlib.sha256(client).digest()
        answer = {
            "clientDataJSON": client,
            "authenticatorData": about,
            "signature": self.key.sign(signed, ec.ECDSA(hashes.SHA256())),
        }
        return self._answer(answer | ({"userHandle": self.handle} if self.handle else {}))

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _about(self, flags: int) -> bytes:
        state = flags | 0x01 | (0x04 if self.verifies else 0)
        return hashlib.sha256(self.host.encode()).digest() + bytes([state]) + self.count.to_bytes(4, "big")

    def _answer(self, response: dict[str, bytes]) -> str:
        own = bytes_to_base64url(self.id)
        told = {name: bytes_to_base64url(value) for name, value in response.items()}
        return json.dumps({"id": own, "rawId": own, "type": "public-key", "response": told})
