"""Decisions about signing in through another issuer (OpenID Connect). No clock, no database."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from gezinscoach.accounts.rules import Refusal
from gezinscoach.kernel.access import FRESH

LEEWAY = timedelta(minutes=1)
"""How far the clock of an issuer may differ from ours."""


class IdentityUnknown(Refusal):
    """Nobody tied an account to who this is at the issuer."""


class EnteredBefore(Refusal):
    """Somebody who entered before ties the account while signed in, never by a link that another made."""


class IdentityTaken(Refusal):
    """Who this is at the issuer is tied to another account, or this account to somebody else there."""


class OtherOrganisation(Refusal):
    """The issuer says an organisation that the account does not work for, or none that is known here."""


class OtherPerson(Refusal):
    """The answer of the issuer came back to somebody else than who asked for it."""


class OtherSubject(Refusal):
    """Who this is at the issuer is somebody else than whoever is signed in here."""


class NotAnew(Refusal):
    """The issuer does not say that it asked for a proof just now, or asked for less than this house does."""


class OnlyWay(Refusal):
    """Without a password nothing else is left to sign in with."""


class IssuerExists(Refusal):
    """There is an issuer with this name or this address already."""


def plain_value(value: str) -> str:
    """A value of an organisation as it is compared: 0123.456.789 is 0123456789, ovo001 is OVO001."""
    return "".join(value.split()).replace(".", "").upper()


def organisation_values(claims: Mapping[str, Any], claim: str) -> frozenset[str]:
    """What an issuer says about the organisation of somebody: none, one, or a list."""
    said = claims.get(claim)
    values = said if isinstance(said, list) else [said]
    return frozenset(plain_value(value) for value in values if isinstance(value, str) and value.strip())


def opens_full_session(claims: Mapping[str, Any], accepted: Collection[str]) -> bool:
    """Whether the issuer asked for a second factor itself: its `acr`, or one of its `amr`, is accepted.

    Else the second factor of this house follows.
    """
    methods = claims.get("amr")
    said = [claims.get("acr"), *(methods if isinstance(methods, list) else [])]
    return any(isinstance(one, str) and one in accepted for one in said)


def proved_anew(claims: Mapping[str, Any], asked_at: datetime, now: datetime) -> bool:
    """Whether the issuer says (`auth_time`, in seconds) that it asked for a proof after it was sent somebody
    for that, and less than five minutes ago: not before, not in the future, but for a small leeway."""
    at = claims.get("auth_time")
    if isinstance(at, bool) or not isinstance(at, int):
        return False
    earliest = max(asked_at, now - FRESH) - LEEWAY
    return earliest.timestamp() <= at <= (now + LEEWAY).timestamp()
