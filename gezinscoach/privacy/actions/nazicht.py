"""The review of the trace: searched by the rules, judged by the functionaris."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from gezinscoach.accounts.tables import Werking
from gezinscoach.kernel import audit, vault
from gezinscoach.kernel.access import Actor
from gezinscoach.privacy import nazicht, queries, rules
from gezinscoach.privacy.rules import Oordeel
from gezinscoach.privacy.tables import Nazicht, Nazichtspoor

OVERLAP = 2 * nazicht.FOLLOW_UP


def search(db: Session, actor: Actor, *, now: datetime) -> int:
    """Search the trace of a werking since the last time; how many findings are new."""
    # Two searches at once wait for one another: the second sees what the first found.
    db.execute(select(Werking.id).where(Werking.id == actor.werking_id).with_for_update())
    last = queries.last_search(db, actor)
    since = last - OVERLAP if last else now - nazicht.LOOKBACK
    feiten = queries.feiten(db, actor, since - nazicht.LOOKBACK, now)
    people, families = queries.names_to_compare(db, actor, [feit for feit in feiten if feit.at >= since])
    found = {
        vault.of(db).index("nazicht", f"{one.soort}|{one.account}|{one.scope}|{one.periode}"): one
        for one in nazicht.find(feiten, since, now, people=people, families=families)
    }
    known = queries.known(db, actor, list(found))
    rows, traces = [], []
    for index, one in found.items():
        if index not in known:
            rows.append(
                {
                    "id": uuid4(),
                    "werking_id": actor.werking_id,
                    "soort": one.soort,
                    "vondst_index": index,
                    "account_id": one.account,
                    "scope_id": one.scope,
                    "aantal": one.aantal,
                    "found_at": now,
                }
            )
            traces += [{"nazicht_id": rows[-1]["id"], "event_id": event} for event in one.events]
    if rows:
        db.execute(insert(Nazicht), rows)
        db.execute(insert(Nazichtspoor), traces)
    audit.record(db, actor, queries.SEARCH, now=now)
    db.flush()
    return len(rows)


def judge(
    db: Session, actor: Actor, row: Nazicht, *, oordeel: Oordeel, opmerking: str, now: datetime
) -> None:
    """Say what came of a finding, and why; a question that was asked can still be judged. Reviewed when it
    has its last verdict, or is about the actor."""
    db.refresh(row, with_for_update=True)
    if not rules.waits(row.oordeel) or row.account_id == actor.account_id:
        raise rules.Reviewed
    row.oordeel, row.reviewed_by, row.reviewed_at = oordeel, actor.account_id, now
    row.opmerking = opmerking or None
    audit.record(db, actor, "nazicht.judge", now=now, thing_id=row.id, scope_id=row.scope_id)
