"""Rows of the mandaat."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gezinscoach.kernel.database import Base, Moment, words
from gezinscoach.kernel.fields import Field
from gezinscoach.kernel.sealing import Sealed, SealedJson
from gezinscoach.mandaat.rules import Bereik, Vorm


class Mandaat(Base):
    """A permission given on one day; `tot` is the last day, when one was agreed."""

    __tablename__ = "mandaat"
    __table_args__ = (CheckConstraint("tot is null or tot >= gegeven_op", name="tot_after_gegeven"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    gezin_id: Mapped[UUID] = mapped_column(ForeignKey("gezin.id"), index=True)
    gegeven_op: Mapped[date]
    tot: Mapped[date | None]
    herbekijken_op: Mapped[date | None]
    vorm: Mapped[Vorm] = mapped_column(words(Vorm))
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    gever_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    gever = Sealed(Field.MANDAAT_GEVER, scope="gezin_id")
    toelichting_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    toelichting = Sealed(Field.MANDAAT_TOELICHTING, scope="gezin_id")


class Mandaatbereik(Base):
    """One scope of a mandaat, and when it was withdrawn."""

    __tablename__ = "mandaatbereik"
    __table_args__ = (UniqueConstraint("mandaat_id", "bereik"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    mandaat_id: Mapped[UUID] = mapped_column(ForeignKey("mandaat.id"))
    gezin_id: Mapped[UUID] = mapped_column(ForeignKey("gezin.id"), index=True)
    bereik: Mapped[Bereik] = mapped_column(words(Bereik))
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))


class Mandaatpartner(Base):
    """A partner organisation named in a mandaat; `domeinen` empty means all."""

    __tablename__ = "mandaatpartner"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    mandaat_id: Mapped[UUID] = mapped_column(ForeignKey("mandaat.id"), index=True)
    gezin_id: Mapped[UUID] = mapped_column(ForeignKey("gezin.id"), index=True)
    tot: Mapped[date | None]
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    partner_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    partner = Sealed(Field.MANDAAT_PARTNER, scope="gezin_id")
    domeinen_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    domeinen = SealedJson(Field.MANDAAT_PARTNER_WAT, scope="gezin_id")
