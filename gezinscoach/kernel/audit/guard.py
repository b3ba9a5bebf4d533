"""The locks on the trace in the database: triggers that let it grow at its end, and in no other way."""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import Connection, text

GUARDS = {
    "sqlite": {
        "audit_event_follows": "3530585871da6d326b8e42feaea5b406cdc9c766715714e1487a904138077226",
        "audit_event_moves_head": "cfec09d9fcdbc3d531db5f28c8174a0e4990999d36b52130c35e900b98746733",
        "audit_event_stands": "d82348ddf48bf6425345d80347a3bbae62f66f9a2fe5e6f62cb9f70c3a2a9344",
        "audit_event_stays": "26f8962b3830fcfd5a295cdcf488eba500a96f63cf31333e7839c872678bd930",
    },
    "postgresql": {
        "audit_event_grows": "9045a0dab6194277371095ef7cfad004987d4a20076fe62c616b878060fb96c8",
        "audit_event_stands": "23bbb664913fef0aed6b3445a5eea9d745b3370cdc0271a80e5d09007f1ee034",
        "audit_event_stays": "b7d2bdce74b237c26d3f4b8f6ef9fcf3daae398d21576dc2a4d14aa318d102cb",
    },
}
"""The SHA-256 of each lock as migrations 0002 and 0010 make it: a trigger that only bears the name of one
guards nothing. A migration that makes one anew puts its digest here; until then nothing is served."""
_FOUND = {
    "sqlite": (
        "SELECT name, tbl_name, 'TRIGGER', sql FROM sqlite_master"
        " WHERE type = 'trigger' AND tbl_name IN ('audit_event', 'audit_head')"
    ),
    # Facts of the catalogue and the text of the function: no version of PostgreSQL writes those otherwise.
    # One that is off ('D'), or that a replica's session skips ('R'), guards nothing.
    "postgresql": (
        "SELECT tgname, tgrelid::regclass::text, 'TRIGGER', concat_ws(' ', tgrelid::regclass, tgtype, tgattr,"
        " tgnargs, tgqual IS NULL, tgenabled IN ('O', 'A'),"
        " current_setting('session_replication_role') <> 'replica', lanname, prosecdef, proconfig, prosrc)"
        " FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid JOIN pg_language ON pg_language.oid = prolang"
        " WHERE tgrelid IN (to_regclass('audit_event'), to_regclass('audit_head')) AND NOT tgisinternal"
        " UNION ALL SELECT rulename, ev_class::regclass::text, 'RULE', '' FROM pg_rewrite"
        " WHERE ev_class IN (to_regclass('audit_event'), to_regclass('audit_head'))"
    ),
}


class Unguarded(Exception):
    """Locks of the trace that are gone, switched off or changed, or that are none of ours, by name: nothing
    may be served."""


def require_guards(connection: Connection) -> None:
    """Raise Unguarded unless the locks on the trace, and nothing else, stand on it and work."""
    kind = connection.dialect.name
    found = {name: _digest(said) for name, _table, _what, said in connection.execute(text(_FOUND[kind]))}
    if wrong := set(found.items()) ^ set(GUARDS[kind].items()):
        raise Unguarded(", ".join(sorted({name for name, _said in wrong})))


def clear_guards(connection: Connection) -> None:
    """Take away whatever stands on the trace, ours or not, before the locks are made anew."""
    quote = connection.dialect.identifier_preparer.quote_identifier
    on_table = connection.dialect.name == "postgresql"
    for name, table, what, _said in connection.execute(text(_FOUND[connection.dialect.name])).all():
        on = f" ON {table}" if on_table else ""
        connection.exec_driver_sql(f"DROP {what} {quote(name)}{on}")


def _digest(said: str) -> str:
    return sha256(" ".join(said.split()).encode()).hexdigest()
