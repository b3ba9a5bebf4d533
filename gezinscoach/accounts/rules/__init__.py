"""Decisions about people who sign in: passwords, invitations, sessions, roles. No clock, no database."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from zxcvbn import zxcvbn
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.names import organisation_key

MIN_PASSWORD = 15
MAX_PASSWORD = 200
IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=10)
BEHEERDER_IDLE = timedelta(minutes=15)
BEHEERDER_ABSOLUTE = timedelta(hours=4)
HALF = timedelta(minutes=10)
"""How long somebody whose password was right may take for the second factor, or for setting it up."""
FORGET_SESSION = timedelta(days=31)
"""How long a session that is over is kept, as privacy.rules.BEWARING says."""
SEEN_EVERY = timedelta(minutes=1)
INVITATION = timedelta(days=3)
MOST_INVITATIONS = 30
"""How many invitations one person makes a day."""
APPROVAL = timedelta(days=14)
"""How long a deed waits for the second person."""
CONFIRMERS = frozenset({Rol.BEHEERDER, Rol.COORDINATOR, Rol.FUNCTIONARIS})
"""Who may be the second person."""
FIRST_PLACES = 2
LEUVEN = ("3000", "3001", "3010", "3012", "3018")
"""The postcodes of Leuven, which a werking has when nothing else is said."""
POSTCODE = re.compile(r"[0-9]{4}")

_COMMON = frozenset(FREQUENCY_LISTS["passwords"])


class Statuut(StrEnum):
    """How a gezinscoach is engaged; both stand on equal footing."""

    PROFESSIONEEL = "professioneel"
    VRIJWILLIGER = "vrijwilliger"


class Deed(StrEnum):
    """What one person asks for an account and another has to confirm."""

    ROLE = "role"
    FACTOR = "factor"


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


class AddressTaken(Refusal):
    """The address cannot be had here: an address is one person's in the whole installation."""


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


class RoleGiven(Refusal):
    """Nobody chose a password yet, but a role is or was held: a link would open all that the role opens."""


class AccountShut(Refusal):
    """The account was shut."""


class TooManyInvitations(Refusal):
    """This person made MOST_INVITATIONS invitations today."""


class SecondPersonNeeded(Refusal):
    """A person cannot give a role alone: it is asked for, and somebody else confirms it."""


class RoleAsked(Refusal):
    """This was asked for this account already, and waits."""


class OwnApproval(Refusal):
    """Whoever asked, and whoever it is for, does not confirm it."""


class NotApart(Refusal):
    """The one who would confirm is known only through the one who asked."""


class ApprovalSpent(Refusal):
    """It was decided already, waited too long, or whoever asked no longer administers."""


class NotEntered(Refusal):
    """The person did not choose a password yet: nobody can ask them whether it was really them."""


class NoSecondFactor(Refusal):
    """There is no second factor to set anew."""


@dataclass(frozen=True, slots=True)
class Backing:
    """Who stands behind a role that an account holds or held: `by` gave or confirmed it, or the server."""

    account_id: UUID
    by: frozenset[UUID]
    server: bool


def stands_apart(account_id: UUID, giver: UUID | None, backings: Iterable[Backing]) -> bool:
    """Whether an account is known otherwise than through the giver: a chain of people, in which the giver
    has no part, leads from it to the owner of the server."""
    held = [one for one in backings if one.account_id != giver]
    known = {one.account_id for one in held if one.server}
    while more := {one.account_id for one in held if one.by & known} - known:
        known |= more
    return account_id in known


class OrganisationNeeded(Refusal):
    """This role is held for an organisation, and none was named."""


class CoachUnknown(Refusal):
    """A gezinscoach without an organisation, while nobody was imported under this e-mail address."""


class OwnCoach(Refusal):
    """Nobody corrects the own data as gezinscoach: they decide for whom one works, and what one sees."""


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


def reset_token(approval_id: UUID) -> str:
    """A secret for the link of a deed that a second person confirmed; it names that deed."""
    return f"{approval_id.hex}.{new_token()}"


def reset_of(token: str) -> UUID | None:
    """The confirmed deed that a link names; None for any other link."""
    named, dot, _secret = token.partition(".")
    return UUID(named) if dot and len(named) == 32 and set(named) <= set("0123456789abcdef") else None


def token_hash(token: str) -> bytes:
    """What is stored of a token: its SHA-256. Tokens are random, so no salt is needed."""
    return hashlib.sha256(token.encode()).digest()


def session_ended(
    begun_at: datetime, seen_at: datetime, now: datetime, *, beheerder: bool = False, half: bool = False
) -> bool:
    """Whether a session is over: 30 minutes idle or 10 hours old, 15 minutes or 4 hours for a beheerder.

    A half one, without its second factor yet, lasts ten minutes.
    """
    if half:
        return now - begun_at > HALF
    idle, absolute = (BEHEERDER_IDLE, BEHEERDER_ABSOLUTE) if beheerder else (IDLE, ABSOLUTE)
    return now - seen_at > idle or now - begun_at > absolute


def second_factor_needed(*, demo_database: bool, demo_settings: bool) -> bool:
    """Whether a password alone is not enough: everywhere but in a demo city that is served as a demo."""
    return not (demo_database and demo_settings)
