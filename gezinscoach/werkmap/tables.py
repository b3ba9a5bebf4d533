"""Rows of the import: runs, the inbox, and where each row of a workbook went."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gezinscoach.kernel.blind import Blind
from gezinscoach.kernel.database import Base, Moment, in_clear, words
from gezinscoach.kernel.fields import Field
from gezinscoach.kernel.sealing import Sealed, SealedJson


class Rijstand(StrEnum):
    """Where a row in the inbox stands."""

    GEWEIGERD = "geweigerd"
    VOORSTEL = "voorstel"
    VERWERKT = "verwerkt"
    TERZIJDE = "terzijde"


OPEN = (Rijstand.GEWEIGERD, Rijstand.VOORSTEL)
"""Where a row waits for a decision."""


class Inlezing(Base):
    """One run of an import that was carried out."""

    __tablename__ = "inlezing"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    werking_id: Mapped[UUID] = mapped_column(ForeignKey("werking.id"), index=True)
    peildag: Mapped[date]
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    bestand_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    bestand = Sealed(Field.IMPORT_BESTAND, scope="werking_id")


class Upload(Base):
    """An uploaded workbook, sealed, between preview and confirmation; of its uploader alone, for an hour."""

    __tablename__ = "upload"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    werking_id: Mapped[UUID] = mapped_column(ForeignKey("werking.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
    bestand_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    bestand = Sealed(Field.UPLOAD_BESTAND, scope="werking_id")
    inhoud_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    inhoud = Sealed(Field.UPLOAD_INHOUD, scope="werking_id", telephone=True)


class Postvakrij(Base):
    """A row that was refused, or that proposes a change: kept, sealed, until somebody decides."""

    __tablename__ = "postvakrij"
    __table_args__ = (
        UniqueConstraint("werking_id", "inhoud_index"),
        Index("ix_postvakrij_stand", "werking_id", "stand"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    werking_id: Mapped[UUID] = mapped_column(ForeignKey("werking.id"))
    inlezing_id: Mapped[UUID] = mapped_column(ForeignKey("inlezing.id"))
    blad: Mapped[str] = in_clear(40, "the name of a sheet")
    rij: Mapped[int]
    stand: Mapped[Rijstand] = mapped_column(words(Rijstand))
    inhoud_index: Mapped[bytes] = mapped_column(Blind())
    sleutel_index: Mapped[bytes | None] = mapped_column(Blind(), index=True)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    inhoud_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    inhoud = SealedJson(Field.IMPORTRIJ_INHOUD, scope="werking_id")
    probleem_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    probleem = SealedJson(Field.IMPORTRIJ_PROBLEEM, scope="werking_id")


class Herkomst(Base):
    """Where the row of a workbook with this natural key went, and how it read when it was taken in."""

    __tablename__ = "herkomst"
    __table_args__ = (UniqueConstraint("werking_id", "blad", "sleutel_index"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    werking_id: Mapped[UUID] = mapped_column(ForeignKey("werking.id"))
    blad: Mapped[str] = in_clear(40, "the name of a sheet")
    sleutel_index: Mapped[bytes] = mapped_column(Blind())
    doel_id: Mapped[UUID]
    inlezing_id: Mapped[UUID | None] = mapped_column(ForeignKey("inlezing.id"))
    inhoud_index: Mapped[bytes] = mapped_column(Blind())
    inhoud_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    inhoud = SealedJson(Field.HERKOMST_INHOUD, scope="werking_id")
