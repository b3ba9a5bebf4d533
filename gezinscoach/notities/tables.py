"""Rows of notes."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from gezinscoach.kernel.database import Base, Moment, in_clear, words
from gezinscoach.kernel.fields import Field
from gezinscoach.kernel.sealing import Sealed
from gezinscoach.notities.rules import Contact, Niveau


class Notitie(Base):
    """One contact, in a few words."""

    __tablename__ = "notitie"
    __table_args__ = (
        Index("ix_notitie_gezin_datum", "gezin_id", "datum"),
        CheckConstraint("minuten is null or minuten between 1 and 1440", name="minuten"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    gezin_id: Mapped[UUID] = mapped_column(ForeignKey("gezin.id"))
    datum: Mapped[date]
    contact: Mapped[Contact] = mapped_column(words(Contact))
    niveau: Mapped[Niveau] = mapped_column(words(Niveau), default=Niveau.COACH)
    minuten: Mapped[int | None]
    domein: Mapped[str | None] = in_clear(40, "a code of the codelist, for counting")
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    tekst_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    tekst = Sealed(Field.NOTITIE_TEKST, scope="gezin_id")
    met_wie_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    met_wie = Sealed(Field.NOTITIE_MET_WIE, scope="gezin_id")
