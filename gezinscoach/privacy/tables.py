"""Rows of the review of the trace."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gezinscoach.kernel.blind import Blind
from gezinscoach.kernel.database import Base, Moment, words
from gezinscoach.kernel.fields import Field
from gezinscoach.kernel.sealing import Sealed
from gezinscoach.privacy.rules import Oordeel, Soort


class Noodbericht(Base):
    """What tells the coach, or the stand-in, of a family that somebody reads its dossier in an emergency."""

    __tablename__ = "noodbericht"

    noodtoegang_id: Mapped[UUID] = mapped_column(ForeignKey("noodtoegang.id"), primary_key=True)
    gezinscoach_id: Mapped[UUID] = mapped_column(ForeignKey("gezinscoach.id"), primary_key=True, index=True)
    seen_at: Mapped[datetime | None] = mapped_column(Moment)


class Nazicht(Base):
    """Something in the trace that somebody must look at, and what came of it.

    `vondst_index` makes that the same thing is found once. The dossier is a mark: there is no content here.
    """

    __tablename__ = "nazicht"
    __table_args__ = (
        UniqueConstraint("werking_id", "vondst_index"),
        Index("ix_nazicht_oordeel", "werking_id", "oordeel", "found_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    werking_id: Mapped[UUID] = mapped_column(ForeignKey("werking.id"))
    soort: Mapped[Soort] = mapped_column(words(Soort))
    vondst_index: Mapped[bytes] = mapped_column(Blind())
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    scope_id: Mapped[UUID | None]
    noodtoegang_id: Mapped[UUID | None] = mapped_column(ForeignKey("noodtoegang.id"))
    aantal: Mapped[int]
    found_at: Mapped[datetime] = mapped_column(Moment)
    oordeel: Mapped[Oordeel | None] = mapped_column(words(Oordeel))
    opmerking_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    opmerking = Sealed(Field.NAZICHT_OPMERKING, scope="werking_id")
    reviewed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(Moment)


class Nazichtspoor(Base):
    """An event of the trace that something was found in."""

    __tablename__ = "nazichtspoor"

    nazicht_id: Mapped[UUID] = mapped_column(ForeignKey("nazicht.id"), primary_key=True)
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
