"""Rows of the centrale aanmelding."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from gezinscoach.aanmelding.rules import Antwoord, Toestand, Toestemming
from gezinscoach.kernel.database import Base, Moment, words
from gezinscoach.kernel.fields import Field
from gezinscoach.kernel.sealing import Sealed, SealedJson

_OPEN = text("antwoord = 'open'")


class Aanmelding(Base):
    """A question for a gezinscoach. `toestand` repeats the last Aanmeldstap, for lists."""

    __tablename__ = "aanmelding"
    __table_args__ = (Index("ix_aanmelding_toestand", "werking_id", "toestand", "datum"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    werking_id: Mapped[UUID] = mapped_column(ForeignKey("werking.id"))
    gezin_id: Mapped[UUID] = mapped_column(ForeignKey("gezin.id"), index=True)
    datum: Mapped[date]
    toestand: Mapped[Toestand] = mapped_column(words(Toestand))
    toestemming: Mapped[Toestemming] = mapped_column(words(Toestemming))
    dringend: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    aanmelder_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    aanmelder = Sealed(Field.AANMELDING_AANMELDER, scope="gezin_id")
    organisatie_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    organisatie = Sealed(Field.AANMELDING_ORGANISATIE, scope="gezin_id")
    telefoon_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    telefoon = Sealed(Field.AANMELDING_TELEFOON, scope="gezin_id", telephone=True)
    vragen_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    vragen = SealedJson(Field.AANMELDING_VRAGEN, scope="gezin_id")
    voorkeur_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    voorkeur = Sealed(Field.AANMELDING_VOORKEUR, scope="gezin_id")
    opmerking_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    opmerking = Sealed(Field.AANMELDING_OPMERKING, scope="gezin_id")
    oudste_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    oudste = SealedJson(Field.AANMELDING_OUDSTE, scope="gezin_id")
    kinderen_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    kinderen = SealedJson(Field.AANMELDING_KINDEREN, scope="gezin_id")


class Aanmeldstap(Base):
    """One step of an aanmelding: who, when, why. Added, never changed."""

    __tablename__ = "aanmeldstap"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    aanmelding_id: Mapped[UUID] = mapped_column(ForeignKey("aanmelding.id"), index=True)
    gezin_id: Mapped[UUID] = mapped_column(ForeignKey("gezin.id"))
    toestand: Mapped[Toestand] = mapped_column(words(Toestand))
    at: Mapped[datetime] = mapped_column(Moment)
    by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    reden_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    reden = Sealed(Field.AANMELDING_STAP_REDEN, scope="gezin_id")


class Voorstel(Base):
    """A family proposed to a gezinscoach, with the reasons that were shown; one open at a time."""

    __tablename__ = "voorstel"
    __table_args__ = (
        Index("uq_voorstel_open", "aanmelding_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_voorstel_gezinscoach", "gezinscoach_id", "antwoord"),
        Index("ix_voorstel_aanmelding", "aanmelding_id", "antwoord"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    aanmelding_id: Mapped[UUID] = mapped_column(ForeignKey("aanmelding.id"))
    gezin_id: Mapped[UUID] = mapped_column(ForeignKey("gezin.id"), index=True)
    gezinscoach_id: Mapped[UUID] = mapped_column(ForeignKey("gezinscoach.id"))
    antwoord: Mapped[Antwoord] = mapped_column(words(Antwoord), default=Antwoord.OPEN)
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    redenen_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    redenen = SealedJson(Field.VOORSTEL_REDENEN, scope="gezin_id")
    reden_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    reden = Sealed(Field.VOORSTEL_ANTWOORD, scope="gezin_id")
