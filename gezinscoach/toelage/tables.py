"""Rows of the subsidy: the rule of each period, as settings."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gezinscoach.kernel.database import Base, in_clear


class Subsidieregel(Base):
    """What counts for the toelage from one day on; amounts in euro cents, shares as fractions."""

    __tablename__ = "subsidieregel"
    __table_args__ = (
        UniqueConstraint("werking_id", "geldig_van"),
        CheckConstraint("bedrag_gezin >= 0 and bedrag_coach >= 0", name="bedragen"),
        CheckConstraint("min_dagen >= 0 and min_metingen >= 0", name="minima"),
        CheckConstraint("aanwezig_teller >= 0 and aanwezig_noemer > 0", name="aanwezig"),
        CheckConstraint("meting_teller >= 0 and meting_noemer > 0", name="meting"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    werking_id: Mapped[UUID] = mapped_column(ForeignKey("werking.id"))
    naam: Mapped[str] = in_clear(100, "the name of a public regulation")
    geldig_van: Mapped[date]
    bedrag_gezin: Mapped[int] = mapped_column(default=50_000)
    bedrag_coach: Mapped[int] = mapped_column(default=50_000)
    min_dagen: Mapped[int] = mapped_column(default=30)
    min_metingen: Mapped[int] = mapped_column(default=1)
    aanwezig_teller: Mapped[int] = mapped_column(default=1)
    aanwezig_noemer: Mapped[int] = mapped_column(default=2)
    meting_teller: Mapped[int] = mapped_column(default=3)
    meting_noemer: Mapped[int] = mapped_column(default=4)
