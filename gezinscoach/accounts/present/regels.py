"""Accounts, and deeds that wait for a second person, ready to show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from flask_babel import format_datetime
from flask_babel import gettext as _

from gezinscoach.accounts import rules
from gezinscoach.accounts.present.words import ROLES, moment
from gezinscoach.accounts.queries import AccountRow, ApprovalRow
from gezinscoach.kernel.dates import day_of


@dataclass(frozen=True, slots=True)
class RolRegel:
    """A role of an account, ready to show; without a last day it holds until somebody ends it."""

    id: UUID
    rol: str
    organisatie: str
    laatste_dag: date | None
    forged: bool


@dataclass(frozen=True, slots=True)
class AccountRegel:
    """An account in the list of the beheerder."""

    id: UUID
    naam: str
    email: str
    active: bool
    has_entered: bool
    own: bool
    rollen: tuple[RolRegel, ...]
    has_factor: bool = False
    forged: bool = False

    @property
    def may_invite(self) -> bool:
        """Whether a new link would open nothing that the person alone should open."""
        return self.active and (self.has_factor if self.has_entered else not self.rollen)


def account(row: AccountRow, reader: UUID | None, with_factor: frozenset[UUID] = frozenset()) -> AccountRegel:
    """An account in words, for who reads it."""
    rollen = tuple(
        RolRegel(
            grant.id,
            str(ROLES[grant.rol]),
            organisatie or "",
            day_of(grant.until - timedelta(microseconds=1)) if grant.until else None,
            grant.forged,
        )
        for grant, organisatie in row.grants
    )
    held = row.account
    return AccountRegel(
        held.id,
        row.naam,
        row.email,
        held.active,
        row.entered,
        held.id == reader,
        rollen,
        held.id in with_factor,
        held.forged,
    )


@dataclass(frozen=True, slots=True)
class Wachtregel:
    """A deed for which a second person is needed, ready to show.

    `state` is "open", "own" (asked by or for the reader), "forged" (it opens nothing) or, over, "done",
    "refused" or "expired". A `reset` is about a lost second factor: `code` is for whoever asked it alone,
    `used_at` when the link was used.
    """

    id: UUID
    what: str
    naam: str
    email: str
    asked_by: str
    asked_at: str
    until: datetime
    laatste_dag: date | None
    coach: str
    entered: bool
    state: str
    asked_by_reader: bool
    decided_by: str
    reden: str
    reset: bool
    code: str
    used_at: str


def wachtregel(row: ApprovalRow, reader: UUID | None, now: datetime) -> Wachtregel:
    """A deed for which a second person is needed in words, for who reads it."""
    held = row.approval
    if held.forged:
        state = "forged"
    elif held.decided_at is not None:
        state = "done" if held.granted else "refused"
    elif held.asked_at <= now - rules.APPROVAL:
        state = "expired"
    else:
        state = "own" if reader in (held.asked_by, held.account_id) else "open"
    what = str(ROLES[held.rol]) if held.rol else _("tweede stap opnieuw instellen")
    return Wachtregel(
        held.id,
        f"{what} · {row.organisatie}" if row.organisatie else what,
        row.naam,
        row.email,
        row.asked_by,
        format_datetime(held.asked_at, "d MMM y HH:mm"),
        held.asked_at + rules.APPROVAL,
        day_of(held.until - timedelta(microseconds=1)) if held.until else None,
        row.coach,
        row.entered,
        state,
        held.asked_by == reader,
        row.decided_by,
        "" if held.forged else held.reden or "",
        held.deed is rules.Deed.FACTOR,
        row.code if held.asked_by == reader and state in ("own", "done") and not row.used_at else "",
        moment(row.used_at) if row.used_at else "",
    )
