"""Rows of who can sign in, in which role, and of what a second person has to confirm."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, false
from sqlalchemy.orm import Mapped, mapped_column

from gezinscoach.accounts.rules import Deed
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.blind import Blind
from gezinscoach.kernel.database import Base, Moment, in_clear, words
from gezinscoach.kernel.fields import Field
from gezinscoach.kernel.marks import Marked
from gezinscoach.kernel.sealing import Sealed


class Account(Marked, Base):
    """Somebody who can sign in. The e-mail address is sealed and found by its blind index.

    `reset_at` is when the password was chosen anew, until the person was told so; `secured_at` when the first
    second factor was set up: from then on none is set up with the password alone, also when the rows of
    all factors are gone.
    """

    __tablename__ = "account"
    __marked__ = ("werking_id", "password_hash", "active", "secured_at")

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
    secured_at: Mapped[datetime | None] = mapped_column(Moment)


class Invitation(Marked, Base):
    """A one-time link with which somebody chooses a password, and after a lost second factor that one too."""

    __tablename__ = "invitation"
    __marked__ = ("account_id", "until", "used_at", "resets_factor")

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
