"""Acts on issuers, and on who is who there. A role never comes from an issuer, only who somebody is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from gezinscoach.accounts import queries, rules
from gezinscoach.accounts.actions.sessions import (
    confirm_session,
    end_sessions,
    end_sessions_by_issuer,
    own_actor,
)
from gezinscoach.accounts.actions.signing import spend_invitation
from gezinscoach.accounts.rules import federation as refusals
from gezinscoach.accounts.tables import Account, Organisatie
from gezinscoach.accounts.tables.federation import Identity, Issuer, IssuerOrganisatie
from gezinscoach.kernel import audit
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.dates import day_of


def add_issuer(
    db: Session,
    actor: Actor,
    *,
    naam: str,
    address: str,
    client_id: str,
    client_secret: str,
    organisation_claim: str,
    acr: tuple[str, ...],
    now: datetime,
) -> Issuer:
    """Let people sign in through an issuer; IssuerExists. It opens nothing until organisations are mapped."""
    taken = select(Issuer.id).where(
        Issuer.werking_id == actor.werking_id, or_(Issuer.naam == naam, Issuer.address == address)
    )
    if db.scalar(taken.limit(1)) is not None:
        raise refusals.IssuerExists
    row = Issuer(
        id=uuid4(),
        werking_id=actor.werking_id,
        naam=naam,
        address=address,
        client_id=client_id,
        client_secret=client_secret,
        organisation_claim=organisation_claim,
        acr=" ".join(acr),
    )
    db.add(row)
    db.flush()
    audit.record(db, actor, "issuer.add", now=now, thing_id=row.id)
    return row


def remove_issuer(db: Session, actor: Actor, issuer: Issuer, *, now: datetime) -> None:
    """Forget an issuer, its organisations and who is who there: nobody signs in through it any more, and
    whoever did is signed out."""
    end_sessions_by_issuer(db, issuer.id)
    db.execute(delete(Identity).where(Identity.issuer_id == issuer.id))
    db.execute(delete(IssuerOrganisatie).where(IssuerOrganisatie.issuer_id == issuer.id))
    db.delete(issuer)
    audit.record(db, actor, "issuer.remove", now=now, thing_id=issuer.id)


def map_organisation(
    db: Session, actor: Actor, issuer: Issuer, value: str, organisatie: Organisatie, *, now: datetime
) -> None:
    """Note which organisation an issuer means by a value, in the place of what it meant before.

    Where it meant another one, who came in through the issuer is signed out.
    """
    key = (issuer.id, refusals.plain_value(value))
    row = db.get(IssuerOrganisatie, key) or IssuerOrganisatie(issuer_id=key[0], value=key[1])
    if row.organisatie_id not in (None, organisatie.id):
        end_sessions_by_issuer(db, issuer.id)
    row.organisatie_id = organisatie.id
    db.add(row)
    audit.record(db, actor, "issuer.map", now=now, thing_id=organisatie.id)


def unmap_organisation(db: Session, actor: Actor, issuer: Issuer, value: str, *, now: datetime) -> bool:
    """Forget a value of an issuer, and sign out who came in through it; whether it meant anything."""
    row = db.get(IssuerOrganisatie, (issuer.id, refusals.plain_value(value)))
    if row is None:
        return False
    end_sessions_by_issuer(db, issuer.id)
    db.delete(row)
    audit.record(db, actor, "issuer.unmap", now=now, thing_id=row.organisatie_id)
    return True


def account_of(
    db: Session, issuer: Issuer, subject: str, claims: Mapping[str, Any], *, now: datetime
) -> Account:
    """The account that somebody opens through an issuer; IdentityUnknown, AccountShut, OtherOrganisation."""
    account = queries.account_by_identity(db, issuer, subject)
    if account is None:
        raise refusals.IdentityUnknown
    if not account.active:
        raise rules.AccountShut
    _require_organisation(db, issuer, account, claims, now)
    return account


def connect(
    db: Session,
    account: Account,
    issuer: Issuer,
    subject: str,
    claims: Mapping[str, Any],
    *,
    now: datetime,
    keep: bytes | None = None,
) -> None:
    """Tie an account to who somebody is at an issuer; IdentityTaken or OtherOrganisation.

    As with any new way in, sessions but `keep` end.
    """
    _require_organisation(db, issuer, account, claims, now)
    index = queries.subject_index(db, issuer.id, subject)
    taken = select(Identity).where(
        Identity.issuer_id == issuer.id,
        or_(Identity.subject_index == index, Identity.account_id == account.id),
    )
    held = db.scalars(taken).all()
    if any((one.subject_index, one.account_id) != (index, account.id) for one in held):
        raise refusals.IdentityTaken
    if not held:
        db.add(Identity(issuer_id=issuer.id, subject_index=index, account_id=account.id, connected_at=now))
        end_sessions(db, account.id, keep=keep)
        audit.record(db, own_actor(account), "identity.connect", now=now, thing_id=account.id)


def confirm_at_issuer(
    db: Session,
    actor: Actor,
    issuer: Issuer,
    subject: str,
    claims: Mapping[str, Any],
    *,
    asked_at: datetime,
    now: datetime,
) -> None:
    """Take a proof that was just given at an issuer for a fresh one of whoever is signed in.

    It counts like the session that it opened: with a second factor, by the same person. OtherSubject,
    NotAnew, or what `account_of` raises.
    """
    account = account_of(db, issuer, subject, claims, now=now)
    if account.id != actor.account_id:
        raise refusals.OtherSubject
    if not refusals.opens_full_session(claims, issuer.acr.split()):
        raise refusals.NotAnew
    if not refusals.proved_anew(claims, asked_at, now):
        raise refusals.NotAnew
    confirm_session(db, actor, now=now)


def connect_invited(
    db: Session, token: str, issuer: Issuer, subject: str, claims: Mapping[str, Any], *, now: datetime
) -> Account:
    """Tie the account of an invitation to who this is, in the place of choosing a password.

    InvitationSpent, EnteredBefore, or what `connect` raises; the invitation is then not spent.
    """
    token_hash = rules.token_hash(token)
    account = queries.account_by_invitation(db, token_hash, now)
    if account is None or account.werking_id != issuer.werking_id:
        raise rules.InvitationSpent
    if queries.has_entered(db, account):
        raise refusals.EnteredBefore
    connect(db, account, issuer, subject, claims, now=now)
    spend_invitation(db, token_hash, now=now)
    return account


def disconnect(db: Session, actor: Actor, account: Account, issuer_id: UUID, *, now: datetime) -> bool:
    """Untie the own account from an issuer; whether it was tied. OnlyWay without a password.

    What was opened through it ends, but for the session in which this is done.
    """
    end_sessions_by_issuer(db, issuer_id, account_id=account.id, keep=actor.session)
    mine = delete(Identity).where(Identity.account_id == account.id, Identity.issuer_id == issuer_id)
    if db.scalar(mine.returning(Identity.issuer_id)) is None:
        return False
    if account.password_hash is None:
        raise refusals.OnlyWay
    audit.record(db, actor, "identity.disconnect", now=now, thing_id=account.id)
    return True


def trace_refusal(db: Session, issuer: Issuer, subject: str | None, *, now: datetime) -> None:
    """Tell the functionaris that an answer of an issuer was refused, and about whose account it was."""
    account = queries.account_by_identity(db, issuer, subject) if subject else None
    stranger = Actor(werking_id=issuer.werking_id)
    audit.record(db, stranger, "session.refuse_issuer", now=now, thing_id=account.id if account else None)


def _require_organisation(
    db: Session, issuer: Issuer, account: Account, claims: Mapping[str, Any], now: datetime
) -> None:
    if account.werking_id != issuer.werking_id:
        raise refusals.OtherOrganisation
    values = refusals.organisation_values(claims, issuer.organisation_claim)
    meant = queries.meant_by(db, issuer.id, values)
    if not meant & queries.organisations_of(db, account.id, now, day_of(now)):
        raise refusals.OtherOrganisation
