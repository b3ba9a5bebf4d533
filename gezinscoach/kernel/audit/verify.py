"""Looking the whole trace over: every link, the heads, the anchors and, deep, every row with sealed cells.

Reads in one snapshot and in constant memory: what has to be remembered stands in a scratch database on disk
that goes when it closes. Nothing is opened: no key of a family is needed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Enum, String, Uuid, cast, func, select, type_coerce

from gezinscoach.kernel.audit.anchors import Anchor
from gezinscoach.kernel.audit.chains import CHAINS, GENESIS, PLACE, canonical, follow
from gezinscoach.kernel.audit.rows import GONE, digest, kinds
from gezinscoach.kernel.audit.tables import AuditEvent, AuditHead

BATCH = 2000
MOST = 100
"""Faults that are told; there may be more."""
Place = tuple[int, int, bytes, bytes]
"""Of an event: chain, number, hash of the one before it, hash."""

_KNOWN = "select hash from anchor where chain = ? and seq = ?"
_SEEN = "UPDATE line SET seen = 1 WHERE tbl = ? AND id = ? RETURNING digest"


class What(StrEnum):
    """What is wrong, as seen."""

    GAP = "gap"
    LINK = "link"
    CONTENT = "content"
    HEAD = "head"
    ANCHOR = "anchor"
    ANCHOR_LINE = "anchor_line"
    ROW_CHANGED = "row_changed"
    ROW_MISSING = "row_missing"
    ROW_UNKNOWN = "row_unknown"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: at which place of a chain, in which line of the anchors, or with which row."""

    what: What
    chain: int | None = None
    seq: int | None = None
    id: UUID | None = None
    line: int | None = None
    table: str = ""


@dataclass
class Verdict:
    """What was looked at, and what was wrong: of each chain the first fault only."""

    events: int = 0
    anchors: int = 0
    anchored_at: datetime | None = None
    rows: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def blame(self, fault: Fault) -> None:
        """Note a fault, as long as there are not too many."""
        if len(self.faults) < MOST:
            self.faults.append(fault)


def verify(connection: Connection, anchors: Iterable[Anchor] = (), *, deep: bool = False) -> Verdict:
    """Look the trace over; `anchors` are read before its snapshot begins.

    Retention will put a signed tombstone at the start of a chain: `_Chain` then begins there, not at GENESIS.
    """
    verdict = Verdict()
    with closing(sqlite3.connect("")) as scratch:
        scratch.execute(
            "CREATE TABLE anchor (chain, seq, hash, line, PRIMARY KEY (chain, seq)) WITHOUT ROWID"
        )
        scratch.execute(
            "CREATE TABLE line (tbl, id, digest, seen DEFAULT 0, PRIMARY KEY (tbl, id)) WITHOUT ROWID"
        )
        _remember_anchors(scratch, anchors, verdict)
        heads = {row.chain: row for row in connection.execute(select(AuditHead.__table__))}
        chains = {number: _Chain(number, scratch) for number in range(CHAINS)}
        for said, place in _events(connection):
            verdict.events += 1
            number, seq = place[:2]
            if number not in chains:
                verdict.blame(Fault(What.GAP, number, seq, UUID(str(said["id"]))))
                continue
            chains[number].take(said, place, verdict)
            if deep and said["rows"]:
                lines = [line.split(" ") for line in said["rows"].split("\n")]
                scratch.executemany("REPLACE INTO line (tbl, id, digest) VALUES (?, ?, ?)", lines)
        for number, chain in chains.items():
            chain.end(heads.get(number), verdict)
        if deep:
            _compare_rows(connection, scratch, verdict)
    return verdict


class _Chain:
    """One chain while it goes by: after its first fault its links are looked at no more."""

    def __init__(self, number: int, scratch: sqlite3.Connection) -> None:
        self.number, self.seq, self.hash, self.broken = number, 0, GENESIS, False
        asked = "SELECT seq, hash, line FROM anchor WHERE chain = ? AND seq > 0 ORDER BY seq"
        self.anchors = scratch.execute(asked, [number])
        self.anchor = self.anchors.fetchone()

    def take(self, said: dict[str, Any], place: Place, verdict: Verdict) -> None:
        """Look whether this event follows the one before it, says what it said, and is what was anchored."""
        if self.broken:
            return
        _number, seq, prev, stands = place
        what = None
        if seq != self.seq + 1:
            what = What.GAP
        elif prev != self.hash:
            what = What.LINK
        elif follow(self.hash, self.number, seq, canonical(said)) != stands:
            what = What.CONTENT
        elif self.anchor and self.anchor[0] == seq:
            what = What.ANCHOR if self.anchor[1] != stands else None
            self.anchor = self.anchors.fetchone()
        if what:
            self.broken = True
            verdict.blame(Fault(what, self.number, seq, UUID(str(said["id"]))))
        self.seq, self.hash = seq, stands

    def end(self, head: Any, verdict: Verdict) -> None:
        """Look whether the chain ends where its head says, and holds all that was anchored."""
        if self.broken:
            return
        if head is None or (head.seq, head.head_hash) != (self.seq, self.hash):
            verdict.blame(Fault(What.HEAD, self.number, self.seq))
        elif self.anchor:
            verdict.blame(Fault(What.ANCHOR, self.number, self.anchor[0], line=self.anchor[2]))


def _remember_anchors(scratch: sqlite3.Connection, anchors: Iterable[Anchor], verdict: Verdict) -> None:
    seen: tuple[tuple[int, bytes], ...] = ((0, GENESIS),) * CHAINS
    for anchor in anchors:
        verdict.anchors += 1
        back = any(now[0] < then[0] for now, then in zip(anchor.heads, seen, strict=False))
        if anchor.fault or back:
            verdict.blame(Fault(What.ANCHOR_LINE, line=anchor.line))
            continue
        verdict.anchored_at = anchor.at
        moved = [
            (chain, *head, anchor.line) for chain, head in enumerate(anchor.heads) if head != seen[chain]
        ]
        seen = anchor.heads
        for row in moved:
            # The same place with another hash: one of the two was rewritten, whatever the database says.
            known = scratch.execute(_KNOWN, row[:2]).fetchone()
            if known is None:
                scratch.execute("INSERT INTO anchor VALUES (?, ?, ?, ?)", row)
            elif known[0] != row[2]:
                verdict.blame(Fault(What.ANCHOR, row[0], row[1], line=anchor.line))


def _events(connection: Connection) -> Iterator[tuple[dict[str, Any], Place]]:
    """What every event says and where it stands, in the order of the chains; ids as the database has them."""
    table = AuditEvent.__table__
    saying = [column for column in table.c if column.name not in PLACE]
    asked = select(*map(_raw, saying), *(table.c[name] for name in PLACE))
    names = [column.name for column in saying]
    found = connection.execute(asked.order_by(table.c.chain, table.c.seq).execution_options(yield_per=BATCH))
    for row in found:
        yield dict(zip(names, row, strict=False)), row[len(names) :]


def _raw(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column without the objects that a page would want: those would take longer than the hashes."""
    if isinstance(column.type, Uuid):
        return func.replace(cast(column, String), "-", "", type_=String())
    return type_coerce(column, String() if isinstance(column.type, Enum) else column.type)


def _compare_rows(connection: Connection, scratch: sqlite3.Connection, verdict: Verdict) -> None:
    """Compare every row with sealed cells with the last digest that the trace has of it."""
    found = list(kinds())
    for kind in found:
        name = kind.table.name
        for row in connection.execute(select(kind.table).execution_options(yield_per=BATCH)).mappings():
            verdict.rows += 1
            held = scratch.execute(_SEEN, (name, row["id"].hex)).fetchone()
            if held is None or held[0] == GONE:
                verdict.blame(Fault(What.ROW_UNKNOWN, id=row["id"], table=name))
            elif held[0] != digest(name, dict(row)):
                verdict.blame(Fault(What.ROW_CHANGED, id=row["id"], table=name))
    gone = "SELECT tbl, id FROM line WHERE NOT seen AND digest <> ? ORDER BY tbl, id"
    for name, row_id in scratch.execute(gone, [GONE]):
        if any(kind.table.name == name for kind in found):
            verdict.blame(Fault(What.ROW_MISSING, id=UUID(row_id), table=name))
