"""Reads about issuers and about who is who there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select, union
from sqlalchemy.orm import Session

from gezinscoach.accounts.tables import Account, Gezinscoach, Organisatie, RoleGrant
from gezinscoach.accounts.tables.federation import Identity, Issuer, IssuerOrganisatie
from gezinscoach.kernel import vault
from gezinscoach.kernel.access import Actor

MOST = 100


def subject_index(db: Session, issuer_id: UUID, subject: str) -> bytes:
    """The blind index of who somebody is at an issuer."""
    return vault.of(db).index("identity.subject", f"{issuer_id.hex} {subject}")


def issuer_names(db: Session, werking_id: UUID | None = None) -> list[tuple[UUID, str]]:
    """The issuers through which people sign in, by name; of one werking, or of all for who is nobody yet."""
    question = select(Issuer.id, Issuer.naam).order_by(Issuer.naam, Issuer.id).limit(MOST)
    rows = db.execute(question.where(Issuer.werking_id == werking_id) if werking_id else question)
    return [(row.id, row.naam) for row in rows]


def issuer(db: Session, issuer_id: UUID) -> Issuer | None:
    """One issuer, with its secret."""
    return db.scalar(select(Issuer).where(Issuer.id == issuer_id))


def issuer_named(db: Session, actor: Actor, naam: str) -> Issuer | None:
    """The issuer of the werking that is called so."""
    return db.scalar(select(Issuer).where(Issuer.werking_id == actor.werking_id, Issuer.naam == naam))


@dataclass(frozen=True, slots=True)
class IssuerRegel:
    """An issuer of the werking in a list, with which organisation it means by which value."""

    naam: str
    address: str
    client_id: str
    claim: str
    acr: str
    values: tuple[tuple[str, str], ...]


def issuers(db: Session, actor: Actor) -> list[IssuerRegel]:
    """The issuers of the werking, by name; secrets stay closed."""
    rows = db.execute(
        select(
            Issuer.id, Issuer.naam, Issuer.address, Issuer.client_id, Issuer.organisation_claim, Issuer.acr
        )
        .where(Issuer.werking_id == actor.werking_id)
        .order_by(Issuer.naam)
        .limit(MOST)
    ).all()
    meant: dict[UUID, list[tuple[str, str]]] = {}
    for issuer_id, value, naam in db.execute(
        select(IssuerOrganisatie.issuer_id, IssuerOrganisatie.value, Organisatie.naam)
        .join(Organisatie, Organisatie.id == IssuerOrganisatie.organisatie_id)
        .where(Organisatie.werking_id == actor.werking_id)
        .order_by(IssuerOrganisatie.value)
        .limit(MOST * MOST)
    ):
        meant.setdefault(issuer_id, []).append((value, naam))
    return [IssuerRegel(*row[1:], tuple(meant.get(row.id, ()))) for row in rows]


def meant_by(db: Session, issuer_id: UUID, values: Collection[str]) -> frozenset[UUID]:
    """The organisations that an issuer means by these values."""
    question = select(IssuerOrganisatie).where(
        IssuerOrganisatie.issuer_id == issuer_id, IssuerOrganisatie.value.in_(values)
    )
    return frozenset(row.organisatie_id for row in db.scalars(question))


def organisations_of(db: Session, account_id: UUID, now: datetime, today: date) -> frozenset[UUID]:
    """The organisations that an account works for now: by a role, or as gezinscoach."""
    by_role = select(RoleGrant.organisatie_id).where(
        RoleGrant.account_id == account_id,
        RoleGrant.since <= now,
        or_(RoleGrant.until.is_(None), RoleGrant.until > now),
        RoleGrant.organisatie_id.is_not(None),
    )
    as_coach = select(Gezinscoach.organisatie_id).where(
        Gezinscoach.account_id == account_id,
        or_(Gezinscoach.gestopt_op.is_(None), Gezinscoach.gestopt_op >= today),
    )
    return frozenset(one for one in db.scalars(union(by_role, as_coach)) if one is not None)


def account_by_identity(db: Session, issuer: Issuer, subject: str) -> Account | None:
    """The account, in use or not, of who this is at an issuer; its key stays closed."""
    question = (
        select(Account, Identity)
        .join(Identity, Identity.account_id == Account.id)
        .where(
            Identity.issuer_id == issuer.id,
            Identity.subject_index == subject_index(db, issuer.id, subject),
            Account.werking_id == issuer.werking_id,
        )
    )
    found = db.execute(question).one_or_none()
    return None if found is None else found[0]


def connected(db: Session, account_id: UUID) -> Sequence[UUID]:
    """The issuers at which somebody is tied to this account."""
    return db.scalars(select(Identity.issuer_id).where(Identity.account_id == account_id).limit(MOST)).all()


def confirming(db: Session, account_id: UUID) -> list[tuple[UUID, str]]:
    """The issuers, by name, at which somebody is tied to this account and that ask a second factor."""
    rows = db.execute(
        select(Issuer.id, Issuer.naam)
        .join(Identity, Identity.issuer_id == Issuer.id)
        .where(Identity.account_id == account_id, Issuer.acr != "")
        .order_by(Issuer.naam, Issuer.id)
        .limit(MOST)
    )
    return [(row.id, row.naam) for row in rows]


def tied(db: Session, account_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those of these accounts that are tied to who somebody is at an issuer."""
    return frozenset(db.scalars(select(Identity.account_id).where(Identity.account_id.in_(account_ids))))
