"""Rows of sessions, second factors and failed sign-ins."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from gezinscoach.accounts.rules.factors import Factor
from gezinscoach.kernel.database import Base, Moment, in_clear, words
from gezinscoach.kernel.fields import Field
from gezinscoach.kernel.marks import Marked
from gezinscoach.kernel.sealing import Sealed
from gezinscoach.kernel.secret import secret_column

_USED, _NEW = text("confirmed_at is not null"), text("confirmed_at is null")


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
    __marked__ = ("account_id", "used_at")

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
