"""The table of what detects what: every way to tamper with the trace, and what shows it."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from gezinscoach.kernel.audit import AuditEvent, AuditHead
from gezinscoach.kernel.audit.chains import GENESIS, PLACE, canonical, follow
from gezinscoach.kernel.audit.verify import What

pytestmark = pytest.mark.db

EVENT, HEAD = AuditEvent.__table__, AuditHead.__table__


def chain(connection):
    asked = select(EVENT).where(EVENT.c.chain == connection.info["chain"]).order_by(EVENT.c.seq)
    return [dict(row) for row in connection.execute(asked).mappings()]


def at(connection, seq):
    return (EVENT.c.chain == connection.info["chain"]) & (EVENT.c.seq == seq)


def edit(connection):
    connection.execute(EVENT.update().where(at(connection, 5)).values(action="gezin.anders"))


def delete_in_the_middle(connection):
    connection.execute(EVENT.delete().where(at(connection, 5)))


def swap(connection):
    for was, becomes in ((5, 99), (6, 5), (99, 6)):
        connection.execute(EVENT.update().where(at(connection, was)).values(seq=becomes))


def cut_the_tail(connection):
    connection.execute(EVENT.delete().where(EVENT.c.chain == connection.info["chain"], EVENT.c.seq > 8))


def fix_the_head(connection):
    last = chain(connection)[-1]
    head = {"seq": last["seq"], "head_hash": last["event_hash"]}
    connection.execute(HEAD.update().where(HEAD.c.chain == connection.info["chain"]).values(head))


def cut_the_tail_and_fix_the_head(connection):
    cut_the_tail(connection)
    fix_the_head(connection)


def rewrite(connection, start, said):
    """Everything from a number on, as if it had been so, head included."""
    rows = chain(connection)
    number = connection.info["chain"]
    connection.execute(EVENT.delete().where(EVENT.c.chain == number, EVENT.c.seq >= start))
    kept = [row for row in rows if row["seq"] < start]
    seq, prev = len(kept), kept[-1]["event_hash"] if kept else GENESIS
    for row in said(rows[start - 1 :]):
        seq += 1
        body = {name: value for name, value in row.items() if name not in PLACE}
        came = follow(prev, number, seq, canonical(body))
        place = {"chain": number, "seq": seq, "prev_hash": prev, "event_hash": came}
        connection.execute(EVENT.insert().values(body | place))
        prev = came
    fix_the_head(connection)


def rewrite_from(connection, start=5):
    rewrite(connection, start, lambda rows: [row | {"action": "gezin.anders"} for row in rows])


def insert_and_recompute(connection):
    rewrite(connection, 5, lambda rows: [rows[0] | {"id": uuid4(), "action": "gezin.verzonnen"}, *rows])


@pytest.mark.parametrize(
    ("tamper", "what", "seq"),
    [
        (edit, What.CONTENT, 5),
        (delete_in_the_middle, What.GAP, 6),
        (swap, What.LINK, 5),
        (cut_the_tail, What.HEAD, 8),
        (cut_the_tail_and_fix_the_head, What.ANCHOR, 10),
        (rewrite_from, What.ANCHOR, 10),
        (insert_and_recompute, What.ANCHOR, 10),
    ],
)
def test_what_was_tampered_with_is_named(own, tamper, what, seq):
    own.act(10)
    own.anchor()
    own.act(2)
    assert own.look_over(deep=True).whole
    with own.tampering() as connection:
        tamper(connection)
    verdict = own.look_over()
    assert not verdict.whole
    first = verdict.faults[0]
    assert (first.what, first.chain, first.seq) == (what, own.chain, seq)


@pytest.mark.parametrize("tamper", [cut_the_tail_and_fix_the_head, rewrite_from, insert_and_recompute])
def test_without_an_anchor_who_owns_the_database_can_rewrite_it(own, tamper):
    """The column of the table that says why there are anchors."""
    own.act(12)
    with own.tampering() as connection:
        tamper(connection)
    assert own.look_over().whole


def test_what_came_after_the_last_anchor_can_be_rewritten_so_the_hour_is_what_remains_open(own):
    own.act(10)
    own.anchor()
    own.act(2)
    with own.tampering() as connection:
        rewrite_from(connection, 11)
    assert own.look_over().whole
    own.anchor(hours=1)
    with own.tampering() as connection:
        rewrite(connection, 11, lambda rows: rows[:1])
    assert [fault.what for fault in own.look_over().faults] == [What.ANCHOR]


def test_a_chain_that_is_emptied_with_its_head_put_back_to_nothing_was_anchored(own):
    own.act(3)
    own.anchor()
    with own.tampering() as connection:
        connection.execute(EVENT.delete().where(EVENT.c.chain == own.chain))
        connection.execute(HEAD.update().where(HEAD.c.chain == own.chain).values(seq=0, head_hash=GENESIS))
    first = own.look_over().faults[0]
    assert (first.what, first.seq, first.line) == (What.ANCHOR, 3, 1)


def test_a_head_that_is_gone_is_a_fault_and_nothing_is_written_any_more(own):
    with own.tampering() as connection:
        connection.execute(HEAD.delete().where(HEAD.c.chain == own.chain))
    assert What.HEAD in [fault.what for fault in own.look_over().faults]
    with pytest.raises(Exception, match="head"):
        own.act()


def test_an_event_moved_to_another_chain_leaves_a_gap_there_and_here(own):
    own.act(3)
    with own.tampering() as connection:
        connection.execute(EVENT.update().where(at(connection, 2)).values(chain=77))
    assert {fault.chain for fault in own.look_over().faults} == {own.chain, 77}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET action = 'gezin.anders'",
        "DELETE FROM audit_event",
        "UPDATE audit_event SET seq = seq + 1",
        "INSERT INTO audit_event (id, at, werking_id, roles, action, groups, outcome, network, rows, chain,"
        " seq, prev_hash, event_hash) SELECT '99999999999949999999999999999999', at, werking_id, roles,"
        " action, groups, outcome, network, rows, chain, seq + 5, prev_hash, event_hash FROM audit_event",
    ],
)
def test_the_database_itself_refuses_to_change_the_trace(own, statement):
    own.act()
    with pytest.raises(DBAPIError, match="the trace only grows"), own.tampering(open_locks=False) as raw:
        raw.execute(text(statement))
    assert own.look_over().whole


def test_the_database_itself_refuses_to_empty_the_trace(own):
    own.act()
    refusal = "the trace only grows" if own.postgres else "syntax error"  # SQLite knows no TRUNCATE
    with pytest.raises(DBAPIError, match=refusal), own.tampering(open_locks=False) as raw:
        raw.execute(text("TRUNCATE audit_event"))


def test_an_event_written_over_another_by_its_id_is_refused(own):
    """INSERT OR REPLACE deletes without a word to the triggers on deleting."""
    own.act(3)
    with own.tampering(open_locks=False) as raw:
        rows = chain(raw)
    again = rows[0] | {"seq": 4, "prev_hash": rows[-1]["event_hash"]}
    refusal = "syntax error" if own.postgres else "the trace only grows"  # PostgreSQL knows no REPLACE
    with pytest.raises(DBAPIError, match=refusal), own.tampering(open_locks=False) as raw:
        raw.execute(EVENT.insert().prefix_with("OR REPLACE").values(again))
