"""Rows of a city, its organisations, and who coaches for them."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gezinscoach.accounts.rules import Statuut
from gezinscoach.kernel.blind import Blind
from gezinscoach.kernel.database import Base, in_clear, words
from gezinscoach.kernel.fields import Field
from gezinscoach.kernel.marks import Marked
from gezinscoach.kernel.sealing import Sealed, SealedJson


class Werking(Base):
    """One city's network of family coaching; nothing passes from one werking to another."""

    __tablename__ = "werking"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    naam: Mapped[str] = in_clear(200, "the name of a city's network", unique=True)
    gemeente: Mapped[str] = in_clear(100, "the name of a city")
    postcodes: Mapped[str] = in_clear(400, "the postcodes of a city")
    leeftijdsgrens: Mapped[int] = mapped_column(default=13)
    kleinste_groep: Mapped[int] = mapped_column(default=5)
    demo: Mapped[bool] = mapped_column(default=False)


class Organisatie(Base):
    """A partner organisation to which coaches belong."""

    __tablename__ = "organisatie"
    __table_args__ = (UniqueConstraint("werking_id", "naam"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    werking_id: Mapped[UUID] = mapped_column(ForeignKey("werking.id"))
    naam: Mapped[str] = in_clear(200, "organisations are public")
    soort: Mapped[str] = in_clear(60, "organisations are public", default="")
    ondernemingsnummer: Mapped[str | None] = in_clear(20, "in the public register of enterprises")
    engagement_op: Mapped[date | None]
    iban_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    iban = Sealed(Field.ORGANISATIE_IBAN, scope="id")
    bondgenoot_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    bondgenoot = Sealed(Field.ORGANISATIE_BONDGENOOT, scope="id")
    bondgenoot_email_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    bondgenoot_email = Sealed(Field.ORGANISATIE_BONDGENOOT_EMAIL, scope="id")


class Gezinscoach(Marked, Base):
    """A person in the role of gezinscoach for an organisation; signs in once linked to an account."""

    __tablename__ = "gezinscoach"
    __marked__ = ("werking_id", "organisatie_id", "account_id", "gestopt_op")
    __table_args__ = (
        CheckConstraint("gestopt_op is null or gestopt_op >= gestart_op", name="stop_after_start"),
        CheckConstraint("vte is null or (vte > 0 and vte <= 100)", name="vte_percent"),
        CheckConstraint("max_gezinnen >= 0", name="max_gezinnen"),
        Index("ix_gezinscoach_email", "werking_id", "email_index"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    werking_id: Mapped[UUID] = mapped_column(ForeignKey("werking.id"))
    organisatie_id: Mapped[UUID] = mapped_column(ForeignKey("organisatie.id"), index=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), unique=True)
    statuut: Mapped[Statuut] = mapped_column(words(Statuut))
    vte: Mapped[int | None]
    max_gezinnen: Mapped[int]
    startvorming: Mapped[bool] = mapped_column(default=False)
    startvorming_op: Mapped[date | None]
    gestart_op: Mapped[date]
    gestopt_op: Mapped[date | None]
    email_index: Mapped[bytes | None] = mapped_column(Blind())
    naam_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    naam = Sealed(Field.COACH_NAAM, scope="id")
    email_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    email = Sealed(Field.COACH_EMAIL, scope="id")
    talen_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    talen = SealedJson(Field.COACH_TALEN, scope="id")
    wijken_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    wijken = SealedJson(Field.COACH_WIJKEN, scope="id")
