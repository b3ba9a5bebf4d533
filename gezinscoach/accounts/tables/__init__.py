"""Rows of people who work with gezinscoach."""

from gezinscoach.accounts.tables.accounts import Account, Approval, Invitation, RoleGrant
from gezinscoach.accounts.tables.places import Gezinscoach, Organisatie, Werking
from gezinscoach.accounts.tables.signing import (
    CodeApp,
    LoginFailure,
    LoginNetwork,
    LoginSession,
    Passkey,
    RecoveryCode,
    SpentChallenge,
)

__all__ = [
    "Account",
    "Approval",
    "CodeApp",
    "Gezinscoach",
    "Invitation",
    "LoginFailure",
    "LoginNetwork",
    "LoginSession",
    "Organisatie",
    "Passkey",
    "RecoveryCode",
    "RoleGrant",
    "SpentChallenge",
    "Werking",
]
