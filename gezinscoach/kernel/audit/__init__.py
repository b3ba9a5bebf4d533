"""The trace: who did or looked at what, when, as whom. Names of things and field groups, never values.

An act is noted in the transaction that does it, and written just before that commits; what a page showed
is written, and committed, before the answer leaves: no event, no answer. Every event has its place in one
of sixteen chains of hashes, whose heads are signed each hour outside the database: what was written can't be
taken back or changed without `verify` saying where.
"""

from __future__ import annotations

from gezinscoach.kernel.audit.guard import Unguarded, clear_guards, require_guards
from gezinscoach.kernel.audit.rows import resealed
from gezinscoach.kernel.audit.tables import (
    FORGED,
    LOOKED_OVER,
    LOOKED_OVER_BROKEN,
    AuditEvent,
    AuditHead,
    Outcome,
)
from gezinscoach.kernel.audit.writing import (
    Untraced,
    arrive,
    denial,
    deny,
    keep,
    look,
    record,
    turn_away,
    write,
)

__all__ = [
    "FORGED",
    "LOOKED_OVER",
    "LOOKED_OVER_BROKEN",
    "AuditEvent",
    "AuditHead",
    "Outcome",
    "Unguarded",
    "Untraced",
    "arrive",
    "clear_guards",
    "denial",
    "deny",
    "keep",
    "look",
    "record",
    "require_guards",
    "resealed",
    "turn_away",
    "write",
]
