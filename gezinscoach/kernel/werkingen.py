"""The seat belt on PostgreSQL: a transaction sees the rows of one werking, whatever a query forgot to ask.

Each table with families or figures has a policy on its rows that compares their werking with the setting
`gezinscoach.werking` of the transaction: the werking of the actor in a request, every werking on the command
line, and none, so no row, before anybody is known. Explicit conditions stay; SQLite has no such belt.
"""

from __future__ import annotations

from uuid import UUID

from flask import has_request_context
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.orm import Session

from gezinscoach.kernel.database import CaseSession

NOBODY, EVERY = "", "*"
_SET = text("SELECT set_config('gezinscoach.werking', :werking, true)")
KEPT = {
    "alembic_version": "INSERT, UPDATE, DELETE",
    "audit_event": "UPDATE, DELETE",
    "audit_head": "INSERT, DELETE",
}
"""What the application may not do to some tables; the heads of the chains move, but none comes or goes."""


def narrow(session: Session, werking_id: UUID) -> None:
    """Let a session see the rows of this werking only, in this and its later transactions."""
    session.info["werking"] = str(werking_id)
    fasten(session)


def fasten(session: Session) -> None:
    """Put the setting of a session on the transaction that runs, if any."""
    if session.in_transaction():
        _fasten(session.connection(), session.info.get("werking"))


def _fasten(connection: Connection, werking: str | None) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(_SET, {"werking": werking or (NOBODY if has_request_context() else EVERY)})


def open_to_commands(engine: Engine) -> None:
    """Let the command line, which works without a session here and there, see every werking there too."""
    if engine.dialect.name == "postgresql":

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            if not has_request_context():
                _fasten(connection, EVERY)


@event.listens_for(CaseSession, "after_begin")
def _begun(session: Session, transaction: object, connection: Connection) -> None:
    if has_request_context() or "werking" in session.info:  # else the connection itself did it as it began
        _fasten(connection, session.info.get("werking"))


def entrust(owner: Engine, role: str) -> None:
    """Let the role of the application read and write rows, add to the trace, and change no table."""
    quoted = owner.dialect.identifier_preparer.quote(role)
    with owner.begin() as connection:
        connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {quoted}")
        connection.exec_driver_sql(
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted}"
        )
        for table, verbs in KEPT.items():
            connection.exec_driver_sql(f"REVOKE {verbs} ON {table} FROM {quoted}")


def escapes(connection: Connection) -> bool:
    """Whether the role of this connection passes by the policies on rows."""
    if connection.dialect.name != "postgresql":
        return False
    asked = text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
    return bool(connection.scalar(asked))
