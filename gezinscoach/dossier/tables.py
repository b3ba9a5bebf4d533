"""Rows of the case."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from gezinscoach.dossier.rules import Coachrol, Lidsoort
from gezinscoach.kernel.database import Base, Moment, in_clear, words
from gezinscoach.kernel.fields import Field
from gezinscoach.kernel.sealing import Sealed, SealedJson

OPEN_VAST = text("rol = 'vast' and tot is null")


class Gezin(Base):
    """A family as it sees itself. `code` is shown to people; the sealed code keeps it out of a dump."""

    __tablename__ = "gezin"
    __table_args__ = (UniqueConstraint("werking_id", "code_index"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    werking_id: Mapped[UUID] = mapped_column(ForeignKey("werking.id"), index=True)
    code_index: Mapped[bytes] = mapped_column(LargeBinary(16))
    code_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    code = Sealed(Field.GEZIN_CODE, scope="id")
    naam_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    naam = Sealed(Field.GEZIN_NAAM, scope="id")
    adres_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    adres = Sealed(Field.GEZIN_ADRES, scope="id")
    gemeente_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    gemeente = Sealed(Field.GEZIN_GEMEENTE, scope="id")
    telefoon_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    telefoon = Sealed(Field.GEZIN_TELEFOON, scope="id", telephone=True)
    taal_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    taal = Sealed(Field.GEZIN_TAAL, scope="id")
    tolk_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    tolk = SealedJson(Field.GEZIN_TOLK, scope="id")
    waarschuwing_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    waarschuwing = Sealed(Field.GEZIN_WAARSCHUWING, scope="id")
    afgesloten_op: Mapped[date | None]
    reden_einde_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    reden_einde = Sealed(Field.GEZIN_REDEN_EINDE, scope="id")
    made_at: Mapped[datetime] = mapped_column(Moment)


class Gezinslid(Base):
    """A parent or child, sealed under an own key inside the family's."""

    __tablename__ = "gezinslid"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    gezin_id: Mapped[UUID] = mapped_column(ForeignKey("gezin.id"), index=True)
    soort: Mapped[Lidsoort] = mapped_column(words(Lidsoort))
    volgorde: Mapped[int] = mapped_column(default=0)
    naam_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    naam = Sealed(Field.GEZINSLID_NAAM, scope="id")
    geboren_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    geboren = Sealed(Field.GEZINSLID_GEBOREN, scope="id")


class Coachperiode(Base):
    """Who was there for the family, and for which organisation, from the first day to the last included."""

    __tablename__ = "coachperiode"
    __table_args__ = (
        CheckConstraint("tot is null or tot >= van", name="tot_after_van"),
        CheckConstraint("rol = 'vast' or tot is not null", name="vervanger_has_end"),
        Index(
            "uq_coachperiode_vast",
            "gezin_id",
            unique=True,
            sqlite_where=OPEN_VAST,
            postgresql_where=OPEN_VAST,
        ),
        Index("ix_coachperiode_gezinscoach", "gezinscoach_id", "tot"),
        Index("ix_coachperiode_gezin", "gezin_id", "van"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    gezin_id: Mapped[UUID] = mapped_column(ForeignKey("gezin.id"))
    gezinscoach_id: Mapped[UUID] = mapped_column(ForeignKey("gezinscoach.id"))
    organisatie_id: Mapped[UUID] = mapped_column(ForeignKey("organisatie.id"))
    rol: Mapped[Coachrol] = mapped_column(words(Coachrol), default=Coachrol.VAST)
    van: Mapped[date]
    tot: Mapped[date | None]
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    reden_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    reden = Sealed(Field.COACHPERIODE_REDEN, scope="gezin_id")


class Consult(Base):
    """An expert asked for one dossier, by its coach, for a limited time."""

    __tablename__ = "consult"
    __table_args__ = (Index("ix_consult_account", "account_id", "until"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    gezin_id: Mapped[UUID] = mapped_column(ForeignKey("gezin.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    since: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime] = mapped_column(Moment)
    vraag_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    vraag = Sealed(Field.CONSULT_VRAAG, scope="gezin_id")


class Levensdomein(Base):
    """One entry of the versioned codelist: a sociaal grondrecht, or a content area under one."""

    __tablename__ = "levensdomein"
    __table_args__ = (UniqueConstraint("code", "geldig_van"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    code: Mapped[str] = in_clear(40, "an entry of the codelist")
    ouder_code: Mapped[str | None] = in_clear(40, "an entry of the codelist")
    naam: Mapped[str] = in_clear(100, "an entry of the codelist")
    vraag: Mapped[str] = in_clear(300, "an entry of the codelist", default="")
    volgorde: Mapped[int]
    geldig_van: Mapped[date]
    geldig_tot: Mapped[date | None]
