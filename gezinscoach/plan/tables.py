"""Rows of the support plan."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from gezinscoach.kernel.database import Base, Moment, in_clear, words
from gezinscoach.kernel.fields import Field
from gezinscoach.kernel.sealing import Sealed
from gezinscoach.plan.rules import Doelstand, Wie


class Doel(Base):
    """A goal of the family in one levensdomein."""

    __tablename__ = "doel"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    gezin_id: Mapped[UUID] = mapped_column(ForeignKey("gezin.id"), index=True)
    domein: Mapped[str] = in_clear(40, "a code of the codelist, for counting")
    stand: Mapped[Doelstand] = mapped_column(words(Doelstand), default=Doelstand.OPEN)
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    changed_at: Mapped[datetime] = mapped_column(Moment)
    titel_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    titel = Sealed(Field.DOEL_TITEL, scope="gezin_id")
    toelichting_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    toelichting = Sealed(Field.DOEL_TOELICHTING, scope="gezin_id")


class Actie(Base):
    """A step towards a goal."""

    __tablename__ = "actie"
    __table_args__ = (Index("ix_actie_gezin", "gezin_id", "gedaan_op"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    doel_id: Mapped[UUID] = mapped_column(ForeignKey("doel.id"), index=True)
    gezin_id: Mapped[UUID] = mapped_column(ForeignKey("gezin.id"))
    wie: Mapped[Wie] = mapped_column(words(Wie))
    tegen: Mapped[date | None]
    gedaan_op: Mapped[date | None]
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    tekst_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    tekst = Sealed(Field.ACTIE_TEKST, scope="gezin_id")
