"""The rows of the trace: its events, and the head of each chain."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, Index, LargeBinary, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from gezinscoach.kernel.database import Base, Moment, in_clear, words


class Outcome(StrEnum):
    """How it ended: done or shown, or refused at the door."""

    OK = "ok"
    DENIED = "denied"


class AuditEvent(Base):
    """One act or one look, at its place in its chain. Added, never changed: the database itself refuses.

    `organisaties` are the ids of the organisations that the actor worked for at that moment, which people
    change; `rows` holds a line "table id digest" for each row with sealed cells that its transaction wrote.
    """

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_scope_at", "scope_id", "at"),
        Index("ix_audit_event_at", "at"),
        Index("ix_audit_event_chain_seq", "chain", "seq", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    at: Mapped[datetime] = mapped_column(Moment)
    werking_id: Mapped[UUID]
    account_id: Mapped[UUID | None]
    roles: Mapped[str] = in_clear(200, "names of roles")
    organisaties: Mapped[str] = mapped_column(
        Text, info={"in_clear": "ids of organisations, which are public"}, default="", server_default=""
    )
    action: Mapped[str] = in_clear(60, "the name of a deed")
    thing_id: Mapped[UUID | None]
    scope_id: Mapped[UUID | None]
    groups: Mapped[str] = in_clear(200, "names of field groups, never values", default="")
    outcome: Mapped[Outcome] = mapped_column(words(Outcome), default=Outcome.OK)
    session_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    request_id: Mapped[UUID | None]
    network: Mapped[str] = in_clear(43, "the network of somebody at work, not the address", default="")
    rows: Mapped[str] = mapped_column(Text, info={"in_clear": "digests of what is sealed"}, default="")
    chain: Mapped[int] = mapped_column(SmallInteger)
    seq: Mapped[int] = mapped_column(BigInteger)
    prev_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    event_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


LOOKED_OVER, LOOKED_OVER_BROKEN = "trace.verify", "trace.verify_broken"
"""The acts of looking the whole trace over, and of finding that it is not whole."""
FORGED = ("row.forged", "role.forged", "session.forged")
"""The acts of coming upon a row that somebody without the keys wrote; see gezinscoach.kernel.marks."""


class AuditHead(Base):
    """The last event of a chain; moved by the database itself when an event comes after it."""

    __tablename__ = "audit_head"

    chain: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    head_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
