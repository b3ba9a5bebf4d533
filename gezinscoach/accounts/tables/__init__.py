"""Rows of people who work with gezinscoach."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from gezinscoach.accounts.rules import Deed, Statuut
from gezinscoach.accounts.rules.factors import Factor
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.blind import Blind
from gezinscoach.kernel.database import Base, Moment, in_clear, words
from gezinscoach.kernel.fields import Field
from gezinscoach.kernel.marks import Marked
from gezinscoach.kernel.sealing import Sealed, SealedJson
from gezinscoach.kernel.secret import secret_column

_USED, _NEW = text("confirmed_at is not null"), text("confirmed_at is null")


class Werking(Base):
    """One city's network of family coaching; nothing passes from one werking to another."""

    __tablename__ = "werking"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    naam: Mapped[str] = in_clear(200, "the name of a city's network", unique=True)
    gemeente: Mapped[str] = in_clear(100, "the name of a city")
    postcodes: Mapped[str] = in_clear(400, "the postcodes of a city")
    leeftijdsgrens: Mapped[int] = mapped_column(default=13)
    kleinste_groep: Mapped[int] = mapped_column(default=5)
    demo: Mapped[bool] = mapped_column(default=False)


class Organisatie(Base):
    """A partner organisation to which coaches belong."""

    __tablename__ = "organisatie"
    __table_args__ = (UniqueConstraint("werking_id", "naam"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    werking_id: Mapped[UUID] = mapped_column(ForeignKey("werking.id"))
    naam: Mapped[str] = in_clear(200, "organisations are public")
    soort: Mapped[str] = in_clear(60, "organisations are public", default="")
    ondernemingsnummer: Mapped[str | None] = in_clear(20, "in the public register of enterprises")
    engagement_op: Mapped[date | None]
    iban_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    iban = Sealed(Field.ORGANISATIE_IBAN, scope="id")
    bondgenoot_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    bondgenoot = Sealed(Field.ORGANISATIE_BONDGENOOT, scope="id")
    bondgenoot_email_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    bondgenoot_email = Sealed(Field.ORGANISATIE_BONDGENOOT_EMAIL, scope="id")


class Account(Marked, Base):
    """Somebody who can sign in. The e-mail address is sealed and found by its blind index.

    `reset_at` is when the password was chosen anew, until the person was told so.
    """

    __tablename__ = "account"
    __marked__ = ("werking_id", "password_hash", "active")

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    werking_id: Mapped[UUID] = mapped_column(ForeignKey("werking.id"), index=True)
    email_index: Mapped[bytes] = mapped_column(Blind(), unique=True)
    email_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    email = Sealed(Field.ACCOUNT_EMAIL, scope="id")
    naam_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    naam = Sealed(Field.ACCOUNT_NAAM, scope="id")
    password_hash: Mapped[str | None] = in_clear(200, "an Argon2id hash")
    active: Mapped[bool] = mapped_column(default=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
    reset_at: Mapped[datetime | None] = mapped_column(Moment)


class Invitation(Marked, Base):
    """A one-time link with which somebody chooses a password, and after a lost second factor that one too."""

    __tablename__ = "invitation"
    __marked__ = ("account_id", "until", "resets_factor")

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    until: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    resets_factor: Mapped[bool] = mapped_column(default=False, server_default=false())


class RoleGrant(Marked, Base):
    """A role held by an account from one moment until another, for an organisation where the role asks it.

    A row stands here only once the role was confirmed, or was given on the server: whatever is asked of
    this table, a role that still waits opens nothing.
    """

    __tablename__ = "role_grant"
    __marked__ = ("account_id", "rol", "organisatie_id", "since", "until", "given_by")
    __table_args__ = (CheckConstraint("until is null or until >= since", name="until_after_since"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    rol: Mapped[Rol] = mapped_column(words(Rol))
    organisatie_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisatie.id"))
    since: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime | None] = mapped_column(Moment)
    given_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))


class Approval(Marked, Base):
    """A delicate deed on an account that one person asked for and another has to confirm before it is done.

    Without `asked_by` and `decided_by` it was whoever owns the server who confirmed a role that was held.
    """

    __tablename__ = "approval"
    __marked__ = ("account_id", "deed", "rol", "organisatie_id", "until", "asked_by", "asked_at")

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    deed: Mapped[Deed] = mapped_column(words(Deed))
    rol: Mapped[Rol | None] = mapped_column(words(Rol))
    organisatie_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisatie.id"))
    until: Mapped[datetime | None] = mapped_column(Moment)
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    granted: Mapped[bool] = mapped_column(default=False)
    grant_id: Mapped[UUID | None] = mapped_column(ForeignKey("role_grant.id"), index=True)
    reden_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    reden = Sealed(Field.APPROVAL_REDEN, scope="account_id")


class LoginSession(Marked, Base):
    """A session of a signed-in person, kept on the server; its token only as a hash.

    Without `factor` it is half: the password was right, and it opens nothing but the second step.
    """

    __tablename__ = "login_session"
    __marked__ = ("id", "account_id", "begun_at", "factor", "factor_at", "confirmed_at")

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    begun_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    factor: Mapped[Factor | None] = mapped_column(words(Factor))
    factor_at: Mapped[datetime | None] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    device: Mapped[str] = in_clear(60, "the name of a browser and of a system", default="")


class Passkey(Marked, Base):
    """A passkey of somebody; `credential` is its id, in base64url."""

    __tablename__ = "passkey"
    __marked__ = ("account_id", "credential", "public_key")

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    credential: Mapped[str] = in_clear(1400, "a random name of a key, worth nothing without it", unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    naam_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    naam = Sealed(Field.PASSKEY_NAAM, scope="account_id")
    made_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class CodeApp(Marked, Base):
    """An app that makes codes (TOTP), in use once its first code was right; at most one of each."""

    __tablename__ = "code_app"
    __marked__ = ("account_id", "seed", "confirmed_at")
    __table_args__ = (
        Index("uq_code_app_used", "account_id", unique=True, sqlite_where=_USED, postgresql_where=_USED),
        Index("uq_code_app_new", "account_id", unique=True, sqlite_where=_NEW, postgresql_where=_NEW),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    seed: Mapped[str] = secret_column("code_app.seed", nullable=False)
    made_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    last_step: Mapped[int] = mapped_column(default=0)


class RecoveryCode(Marked, Base):
    """A code on paper, of 80 random bits, that replaces a lost second factor once."""

    __tablename__ = "recovery_code"
    __marked__ = ("account_id",)

    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class SpentChallenge(Base):
    """A question that a passkey answered: no answer counts twice."""

    __tablename__ = "spent_challenge"

    challenge_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)


class LoginFailure(Base):
    """Failed sign-ins within an hour, by the blind index of an e-mail address, of a network, or of both."""

    __tablename__ = "login_failure"
    __table_args__ = (Index("ix_login_failure_last_at", "last_at"),)

    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    count: Mapped[int]
    since: Mapped[datetime] = mapped_column(Moment)
    last_at: Mapped[datetime] = mapped_column(Moment)


class LoginNetwork(Base):
    """A network or a browser where somebody signed in well, by its blind index with an e-mail address."""

    __tablename__ = "login_network"
    __table_args__ = (Index("ix_login_network_last_at", "last_at"),)

    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    last_at: Mapped[datetime] = mapped_column(Moment)


class Gezinscoach(Marked, Base):
    """A person in the role of gezinscoach for an organisation; signs in once linked to an account."""

    __tablename__ = "gezinscoach"
    __marked__ = ("werking_id", "organisatie_id", "account_id", "gestopt_op")
    __table_args__ = (
        CheckConstraint("gestopt_op is null or gestopt_op >= gestart_op", name="stop_after_start"),
        CheckConstraint("vte is null or (vte > 0 and vte <= 100)", name="vte_percent"),
        CheckConstraint("max_gezinnen >= 0", name="max_gezinnen"),
        Index("ix_gezinscoach_email", "werking_id", "email_index"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    werking_id: Mapped[UUID] = mapped_column(ForeignKey("werking.id"))
    organisatie_id: Mapped[UUID] = mapped_column(ForeignKey("organisatie.id"), index=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), unique=True)
    statuut: Mapped[Statuut] = mapped_column(words(Statuut))
    vte: Mapped[int | None]
    max_gezinnen: Mapped[int]
    startvorming: Mapped[bool] = mapped_column(default=False)
    startvorming_op: Mapped[date | None]
    gestart_op: Mapped[date]
    gestopt_op: Mapped[date | None]
    email_index: Mapped[bytes | None] = mapped_column(Blind())
    naam_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    naam = Sealed(Field.COACH_NAAM, scope="id")
    email_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    email = Sealed(Field.COACH_EMAIL, scope="id")
    talen_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    talen = SealedJson(Field.COACH_TALEN, scope="id")
    wijken_cell: Mapped[bytes | None] = mapped_column(LargeBinary)
    wijken = SealedJson(Field.COACH_WIJKEN, scope="id")
