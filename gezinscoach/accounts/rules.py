"""Decisions about people who sign in: passwords, invitations, sessions, slow-down. No clock, no database."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, IPv6Network, ip_address

from zxcvbn import zxcvbn
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from gezinscoach.kernel.names import organisation_key

MIN_PASSWORD = 15
MAX_PASSWORD = 200
IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=10)
SEEN_EVERY = timedelta(minutes=1)
INVITATION = timedelta(days=3)
FREE_FAILURES = 5
ACCOUNT_SHARE = 20
"""How many times slower an account waits for failures from everywhere than for those from one network: a
stranger in one place never keeps its owner out, guessing from everywhere still slows down."""
NETWORK_SHARE = 10
"""How many times slower a network waits: a whole office shares it."""
FIRST_PLACES = 2
FORGET = timedelta(hours=1)
LONGEST_WAIT = timedelta(minutes=15)

_COMMON = frozenset(FREQUENCY_LISTS["passwords"])


class Statuut(StrEnum):
    """How a gezinscoach is engaged; both stand on equal footing."""

    PROFESSIONEEL = "professioneel"
    VRIJWILLIGER = "vrijwilliger"


class Refusal(Exception):
    """An act on an account that the rules refuse."""


class PasswordTooShort(Refusal):
    """Fewer than MIN_PASSWORD characters."""


class PasswordTooLong(Refusal):
    """More than MAX_PASSWORD characters."""


class PasswordTooEasy(Refusal):
    """On the list of common passwords, made of the person's own words, or quickly guessed."""


class InvitationSpent(Refusal):
    """The invitation is unknown, was used, or is over."""


class AccountExists(Refusal):
    """There is an account with this e-mail address already."""


class EndNeeded(Refusal):
    """This role is only given for a time, and no last day was named."""


class EndBeforeStart(Refusal):
    """The role would end before it begins."""


class RolesApart(Refusal):
    """Whoever administers accounts does not also hold a role with content or figures of families."""


class RoleHeld(Refusal):
    """The account holds this role already."""


class PasswordChosen(Refusal):
    """The person chose a password already: nobody else may choose another for them."""


class AccountShut(Refusal):
    """The account was shut."""


class OrganisationNeeded(Refusal):
    """This role is held for an organisation, and none was named."""


class CoachUnknown(Refusal):
    """A gezinscoach without an organisation, while nobody was imported under this e-mail address."""


class StopBeforeStart(Refusal):
    """The last day of a gezinscoach lies before the first."""


class OrganisationExists(Refusal):
    """Another organisation bears this name already, however it is spelled; `naam` is how it is called."""

    def __init__(self, naam: str) -> None:
        super().__init__(naam)
        self.naam = naam


def require_new_name(naam: str, others: Iterable[str]) -> None:
    """Raise OrganisationExists when an organisation among the others has this name, but for its spelling."""
    key = organisation_key(naam)
    for other in others:
        if key and organisation_key(other) == key:
            raise OrganisationExists(other)


def require_password(password: str, *, own_words: tuple[str, ...] = ()) -> None:
    """Raise PasswordTooShort, PasswordTooLong or PasswordTooEasy; return None for a good password."""
    if len(password) < MIN_PASSWORD:
        raise PasswordTooShort
    if len(password) > MAX_PASSWORD:
        raise PasswordTooLong
    lowered = password.casefold()
    if lowered in _COMMON or lowered.rstrip("0123456789!?.") in _COMMON or len(set(lowered)) < 5:
        raise PasswordTooEasy
    words = [
        word
        for text in own_words
        for word in text.replace("@", " ").replace(".", " ").split()
        if len(word) > 2
    ]
    if zxcvbn(password[:72], user_inputs=[*words, "gezinscoach", "leuven"])["score"] < 4:
        raise PasswordTooEasy


def new_token() -> str:
    """A secret for a link or a session, 256 bits, safe in an address."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """What is stored of a token: its SHA-256. Tokens are random, so no salt is needed."""
    return hashlib.sha256(token.encode()).digest()


def session_ended(begun_at: datetime, seen_at: datetime, now: datetime) -> bool:
    """Whether a session is over: 30 minutes idle, or 10 hours old."""
    return now - seen_at > IDLE or now - begun_at > ABSOLUTE


def wait_after(failures: int) -> timedelta:
    """How long the next attempt must wait after so many failures in a row: doubling from the sixth on."""
    if failures < FREE_FAILURES:
        return timedelta(0)
    doubled: int = 2 ** min(failures - FREE_FAILURES, 10)
    return min(timedelta(seconds=5 * doubled), LONGEST_WAIT)


def network_of(address: str) -> str:
    """The network whose failures count together: an IPv4 address, or the /64 around an IPv6 address."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, IPv6Address):
        return str(ip.ipv4_mapped or IPv6Network((int(ip), 64), strict=False))
    return str(ip)
