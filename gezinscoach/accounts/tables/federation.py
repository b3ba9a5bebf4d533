"""Rows of issuers through which people sign in, and of who is who there."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gezinscoach.kernel.blind import Blind
from gezinscoach.kernel.database import Base, Moment, in_clear
from gezinscoach.kernel.marks import Marked
from gezinscoach.kernel.secret import secret_column


class Issuer(Marked, Base):
    """An issuer of OpenID Connect; `acr` has the values that count as second factor, with spaces between."""

    __tablename__ = "issuer"
    __marked__ = ("werking_id", "address", "client_id", "client_secret", "organisation_claim", "acr")
    __table_args__ = (UniqueConstraint("werking_id", "naam"), UniqueConstraint("werking_id", "address"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    werking_id: Mapped[UUID] = mapped_column(ForeignKey("werking.id"))
    naam: Mapped[str] = in_clear(60, "the name of a public service")
    address: Mapped[str] = in_clear(300, "the address of a public service")
    client_id: Mapped[str] = in_clear(200, "the name of this installation at a public service")
    client_secret: Mapped[str | None] = secret_column("issuer.client_secret")
    organisation_claim: Mapped[str] = in_clear(60, "the name of a kind of claim")
    acr: Mapped[str] = in_clear(600, "names of ways to prove oneself", default="")


class IssuerOrganisatie(Marked, Base):
    """Which organisation an issuer means by a value, such as an enterprise number."""

    __tablename__ = "issuer_organisatie"
    __marked__ = ("organisatie_id",)

    issuer_id: Mapped[UUID] = mapped_column(ForeignKey("issuer.id"), primary_key=True)
    value: Mapped[str] = in_clear(100, "organisations are public", primary_key=True)
    organisatie_id: Mapped[UUID] = mapped_column(ForeignKey("organisatie.id"))


class Identity(Marked, Base):
    """Who an account is at an issuer, by the blind index of the subject; an e-mail address plays no part."""

    __tablename__ = "identity"
    __marked__ = ("issuer_id", "subject_index", "account_id")
    __table_args__ = (
        UniqueConstraint("issuer_id", "account_id"),
        UniqueConstraint("issuer_id", "subject_index"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    issuer_id: Mapped[UUID] = mapped_column(ForeignKey("issuer.id"))
    subject_index: Mapped[bytes] = mapped_column(Blind())
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    connected_at: Mapped[datetime] = mapped_column(Moment)
