"""Rows of the case."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, false, inspect, text
from sqlalchemy.orm import Mapped, mapped_column, object_session

from gezinscoach.dossier.rules import Coachrol, Lidsoort, Noodreden, Uitsluitsoort
from gezinscoach.kernel.blind import Blind
from gezinscoach.kernel.database import Base, Moment, in_clear, words
from gezinscoach.kernel.fields import Field
from gezinscoach.kernel.marks import Marked
from gezinscoach.kernel.sealing import Sealed, SealedJson

OPEN_VAST = text("rol = 'vast' and tot is null")
HOLDS = text("until is null")


class Plaats(Sealed):
    """Where a family is to be found, for all who may read it. While the family is shielded it stays empty,
    whoever writes: what is known then lies apart, in its Schuiladres, under keys of its own."""

    def __set__(self, row: Any, value: str | None) -> None:
        session = object_session(row)
        if session is not None and inspect(row).persistent:
            # Somebody may be shielding the family right now: who comes second waits, and sees it.
            session.flush()  # a refresh forgets what was not written yet
            session.refresh(row, ["afgeschermd"], with_for_update={"key_share": True})
        super().__set__(row, None if row.afgeschermd else value)


class Gezin(Base):
    """A family as it sees itself. `code` is shown to people; the sealed code keeps it out of a dump."""

    __tablename__ = "gezin"
    __table_args__ = (UniqueConstraint("werking_id", "code_index"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    werking_id: Mapped[UUID] = mapped_column(ForeignKey("werking.id"), index=True)
    code_index: Mapped[bytes] = mapped_column(Blind())
    code_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    code = Sealed(Field.GEZIN_CODE, scope="id")
    naam_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    naam = Sealed(Field.GEZIN_NAAM, scope="id")
    adres_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    adres = Plaats(Field.GEZIN_ADRES, scope="id")
    gemeente_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    gemeente = Plaats(Field.GEZIN_GEMEENTE, scope="id")
    telefoon_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    telefoon = Plaats(Field.GEZIN_TELEFOON, scope="id", telephone=True)
    taal_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    taal = Sealed(Field.GEZIN_TAAL, scope="id")
    tolk_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    tolk = SealedJson(Field.GEZIN_TOLK, scope="id")
    waarschuwing_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    waarschuwing = Sealed(Field.GEZIN_WAARSCHUWING, scope="id")
    afgeschermd: Mapped[bool] = mapped_column(default=False, server_default=false())
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


class Uitsluiting(Base):
    """A person or a whole organisation kept away from a family: it is not there for them, in any role.

    Holds until `until`, which only its end sets. Beats every right; `policy.not_denied` asks it.
    """

    __tablename__ = "uitsluiting"
    __table_args__ = (
        CheckConstraint(
            "(case when account_id is null then 0 else 1 end)"
            " + (case when gezinscoach_id is null then 0 else 1 end)"
            " + (case when organisatie_id is null then 0 else 1 end) = 1",
            name="one_kept_away",
        ),
        Index("ix_uitsluiting_gezin", "gezin_id", "until"),
        *(
            Index(
                f"uq_uitsluiting_{who}",
                "gezin_id",
                f"{who}_id",
                unique=True,
                sqlite_where=HOLDS,
                postgresql_where=HOLDS,
            )
            for who in ("account", "gezinscoach", "organisatie")
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    gezin_id: Mapped[UUID] = mapped_column(ForeignKey("gezin.id"))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    gezinscoach_id: Mapped[UUID | None] = mapped_column(ForeignKey("gezinscoach.id"))
    organisatie_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisatie.id"))
    soort: Mapped[Uitsluitsoort] = mapped_column(words(Uitsluitsoort))
    since: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime | None] = mapped_column(Moment)
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    reden_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    reden = Sealed(Field.UITSLUITING_REDEN, scope="gezin_id")
    reden_einde_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    reden_einde = Sealed(Field.UITSLUITING_EINDE, scope="gezin_id")


class Noodtoegang(Base):
    """Somebody without relation who asked to read one dossier in an emergency, why, and from when until when.

    Without `since` it still waits for a second person.
    """

    __tablename__ = "noodtoegang"
    __table_args__ = (
        CheckConstraint("since is null or until > since", name="until_after_since"),
        Index("ix_noodtoegang_account", "account_id", "until"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    gezin_id: Mapped[UUID] = mapped_column(ForeignKey("gezin.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    categorie: Mapped[Noodreden] = mapped_column(words(Noodreden))
    reden_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    reden = Sealed(Field.NOODTOEGANG_REDEN, scope="gezin_id")
    asked_at: Mapped[datetime] = mapped_column(Moment)
    since: Mapped[datetime | None] = mapped_column(Moment)
    until: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    second: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))


class Schuiladres(Marked, Base):
    """Where a shielded family stays, under a key of its own that the family's key does not open.

    `gewoon` is what stood in the dossier as address, place and telephone, under a second key (`gewoon_id`).
    """

    __tablename__ = "schuiladres"
    __marked__ = ("gezin_id", "gewoon_id")

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    gezin_id: Mapped[UUID] = mapped_column(ForeignKey("gezin.id"), unique=True)
    adres_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    adres = Sealed(Field.SCHUILADRES_ADRES, scope="id")
    contact_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    contact = Sealed(Field.SCHUILADRES_CONTACT, scope="id", telephone=True)
    gewoon_id: Mapped[UUID] = mapped_column(default=uuid4)
    gewoon_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    gewoon = SealedJson(Field.SCHUILADRES_GEWOON, scope="gewoon_id", telephone=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)


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
