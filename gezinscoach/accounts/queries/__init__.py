"""Reads about people who work with gezinscoach, always inside one werking."""

from gezinscoach.accounts.queries.coaching import (
    CoachRegel,
    active_coach,
    coach,
    coaches,
)
from gezinscoach.accounts.queries.organisations import (
    OrganisatieRegel,
    only_werking,
    organisatie,
    organisatie_regels,
    organisaties,
    werking,
)
from gezinscoach.accounts.queries.people import (
    AccountRow,
    Opened,
    account,
    account_by_email,
    account_by_invitation,
    account_row,
    accounts,
    email_index,
    grant,
    has_beheerder,
    names,
    opened,
)

__all__ = [
    "AccountRow",
    "CoachRegel",
    "Opened",
    "OrganisatieRegel",
    "account",
    "account_by_email",
    "account_by_invitation",
    "account_row",
    "accounts",
    "active_coach",
    "coach",
    "coaches",
    "email_index",
    "grant",
    "has_beheerder",
    "names",
    "only_werking",
    "opened",
    "organisatie",
    "organisatie_regels",
    "organisaties",
    "werking",
]
