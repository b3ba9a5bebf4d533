"""Rows of the quarterly metingen."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gezinscoach.grondrechten.rules import Antwoord
from gezinscoach.kernel.database import Base, Moment, in_clear, words
from gezinscoach.kernel.fields import Field
from gezinscoach.kernel.sealing import Sealed


class Meting(Base):
    """What family and coach saw together in one quarter."""

    __tablename__ = "meting"
    __table_args__ = (
        UniqueConstraint("gezin_id", "jaar", "kwartaal"),
        CheckConstraint("kwartaal between 1 and 4", name="kwartaal"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    gezin_id: Mapped[UUID] = mapped_column(ForeignKey("gezin.id"))
    jaar: Mapped[int]
    kwartaal: Mapped[int]
    datum: Mapped[date]
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    met_wie_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    met_wie = Sealed(Field.METING_MET_WIE, scope="gezin_id")
    krachten_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    krachten = Sealed(Field.METING_KRACHTEN, scope="gezin_id")


class Scorelijn(Base):
    """The answer for one right in a meting."""

    __tablename__ = "scorelijn"
    __table_args__ = (
        CheckConstraint("(antwoord = 'score') = (waarde is not null)", name="waarde_when_score"),
        CheckConstraint("waarde is null or waarde between 1 and 5", name="waarde_1_5"),
    )

    meting_id: Mapped[UUID] = mapped_column(ForeignKey("meting.id"), primary_key=True)
    domein: Mapped[str] = in_clear(40, "a code of the codelist, for counting", primary_key=True)
    antwoord: Mapped[Antwoord] = mapped_column(words(Antwoord))
    waarde: Mapped[int | None]


class Prioriteit(Base):
    """What the family wants first, second, third."""

    __tablename__ = "prioriteit"
    __table_args__ = (
        UniqueConstraint("meting_id", "domein"),
        CheckConstraint("rang between 1 and 3", name="rang_1_3"),
    )

    meting_id: Mapped[UUID] = mapped_column(ForeignKey("meting.id"), primary_key=True)
    rang: Mapped[int] = mapped_column(primary_key=True)
    domein: Mapped[str] = in_clear(40, "a code of the codelist, for counting")
