"""Rows of the lerend netwerk."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gezinscoach.kernel.database import Base, Moment, in_clear, words
from gezinscoach.kernel.fields import Field
from gezinscoach.kernel.sealing import Sealed
from gezinscoach.netwerk.rules import Aanwezig, Signaalstand


class Bijeenkomst(Base):
    """A meeting of the lerend netwerk."""

    __tablename__ = "bijeenkomst"
    __table_args__ = (UniqueConstraint("werking_id", "datum"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    werking_id: Mapped[UUID] = mapped_column(ForeignKey("werking.id"))
    datum: Mapped[date]
    thema_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    thema = Sealed(Field.BIJEENKOMST_THEMA, scope="werking_id")


class Aanwezigheid(Base):
    """Whether one coach was at one meeting."""

    __tablename__ = "aanwezigheid"

    bijeenkomst_id: Mapped[UUID] = mapped_column(ForeignKey("bijeenkomst.id"), primary_key=True)
    gezinscoach_id: Mapped[UUID] = mapped_column(ForeignKey("gezinscoach.id"), primary_key=True, index=True)
    stand: Mapped[Aanwezig] = mapped_column(words(Aanwezig))
    noted_at: Mapped[datetime] = mapped_column(Moment)
    noted_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))


class Signaal(Base):
    """An obstacle that families meet again and again, for policy to mend."""

    __tablename__ = "signaal"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    werking_id: Mapped[UUID] = mapped_column(ForeignKey("werking.id"), index=True)
    domein: Mapped[str] = in_clear(40, "a code of the codelist")
    stand: Mapped[Signaalstand] = mapped_column(words(Signaalstand), default=Signaalstand.NIEUW)
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    tekst_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    tekst = Sealed(Field.SIGNAAL_TEKST, scope="werking_id")
