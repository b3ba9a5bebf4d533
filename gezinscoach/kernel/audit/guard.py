"""The locks on the trace in the database: triggers that let it grow at its end, and in no other way."""

from __future__ import annotations

from sqlalchemy import Connection, text

GUARDS = {
    "sqlite": {"audit_event_follows", "audit_event_moves_head", "audit_event_stands", "audit_event_stays"},
    "postgresql": {"audit_event_grows", "audit_event_stands", "audit_event_stays"},
}
"""The names of the triggers, as migration 0002 makes them."""
_FOUND = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_event'",
    # One that is off ('D'), or that a replica's session skips ('R'), guards nothing.
    "postgresql": (
        "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass('audit_event') AND tgenabled IN ('O', 'A')"
        " AND current_setting('session_replication_role') <> 'replica'"
    ),
}


class Unguarded(Exception):
    """Triggers of the trace that are gone or switched off, by name: nothing may be served."""


def require_guards(connection: Connection) -> None:
    """Raise Unguarded unless every trigger that guards the trace stands and works."""
    kind = connection.dialect.name
    if missing := GUARDS[kind] - set(connection.execute(text(_FOUND[kind])).scalars()):
        raise Unguarded(", ".join(sorted(missing)))
