"""Decisions about the second factor: codes that work once, codes on paper, what a device is called."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

import pyotp

from gezinscoach.accounts.rules import Refusal

STEP = 30
"""Seconds that a code of an app is on the screen."""
DIGITS = 6
CODES = 10
FORGET = timedelta(days=1)
"""How long wrong codes count: whoever guesses has the password already, so longer than wrong passwords."""
ACCOUNT_SHARE = 4
"""How many times more wrong codes are free from everywhere than from one network; passkeys and codes on
paper, which cannot be guessed, never wait, so nobody is locked out."""

_LETTERS = "23456789abcdefghijkmnpqrstuvwxyz"
"""32 signs, 5 bits each, without 0, o, 1 and l."""

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "Chromebook"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


class Factor(StrEnum):
    """How somebody proved, beside a password, who that is.

    A service of elsewhere asked a second factor itself; none is for a demo city alone.
    """

    PASSKEY = "passkey"
    APP = "app"
    HERSTELCODE = "herstelcode"
    DIENST = "dienst"
    GEEN = "geen"


class WrongProof(Refusal):
    """A code that is wrong or was used, or a passkey that did not answer well: which one is not said."""


class WrongResetCode(Refusal):
    """The code that goes with the link after a lost second factor is not this one."""


class CodesShown(Refusal):
    """These recovery codes were made and shown already, in the place of those that were asked to go."""


class LastFactor(Refusal):
    """Nobody is left without a passkey and without an app: first another, then this one goes."""


class FactorSet(Refusal):
    """There is a second factor already: it is asked for, not set up."""


class PasskeyKnown(Refusal):
    """This passkey belongs to an account already."""


def new_seed() -> str:
    """A secret that an app and the server share, 160 bits in base32."""
    return pyotp.random_base32()


def app_address(seed: str, email: str) -> str:
    """What the QR code for an app says."""
    return pyotp.TOTP(seed).provisioning_uri(name=email, issuer_name="gezinscoach")


def is_app_code(typed: str) -> bool:
    """Whether this looks like a code of an app, spaces aside."""
    bare = "".join(typed.split())
    return len(bare) == DIGITS and bare.isascii() and bare.isdigit()


def app_step(seed: str, typed: str, now: datetime, last_step: int) -> int | None:
    """The step of time of a right code, this one or one beside it and later than the last that was used."""
    if not is_app_code(typed):
        return None
    bare, here = "".join(typed.split()), int(now.timestamp()) // STEP
    for step in (here, here - 1, here + 1):
        if step > last_step and secrets.compare_digest(pyotp.HOTP(seed).at(step), bare):
            return step
    return None


def new_codes() -> tuple[str, ...]:
    """Ten recovery codes of 80 bits, in four groups, without letters that look alike."""
    return tuple(_new_code() for _ in range(CODES))


def sheet_of(hashes: Iterable[bytes]) -> str:
    """A name for the recovery codes on one sheet of paper, used or not; "" for none."""
    held = sorted(hashes)
    return hashlib.sha256(b"".join(held)).hexdigest()[:16] if held else ""


def code_hash(typed: str) -> bytes:
    """What is stored of a recovery code, however it is typed over: its SHA-256 (it is random: no salt)."""
    bare = "".join(letter for letter in typed.casefold() if letter.isalnum())
    return hashlib.sha256(bare.encode()).digest()


def said_code(random: bytes) -> str:
    """Forty random bits as a code to say over the telephone, "ab3d-9xyz"."""
    bits = int.from_bytes(random[:5], "big")
    letters = "".join(_LETTERS[bits >> at & 31] for at in range(35, -1, -5))
    return f"{letters[:4]}-{letters[4:]}"


def same_code(typed: str, code: str) -> bool:
    """Whether a code that was typed over is this one, dashes, spaces and capitals aside."""
    return secrets.compare_digest(code_hash(typed), code_hash(code))


def device_of(user_agent: str) -> str:
    """A coarse name of a device, "Chrome, Windows"; "" when it does not say."""
    names = [
        next((name for sign, name in kinds if sign in user_agent), "") for kinds in (_BROWSERS, _SYSTEMS)
    ]
    return ", ".join(filter(None, names))


def _new_code() -> str:
    letters = [secrets.choice(_LETTERS) for _ in range(16)]
    return "-".join("".join(letters[at : at + 4]) for at in range(0, 16, 4))
