"""An import as a whole: all or nothing, traced, and as quick for many rows as for few."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from gezinscoach.dossier.tables import Gezin
from gezinscoach.kernel import vault
from gezinscoach.kernel.audit import AuditEvent
from gezinscoach.werkmap import actions, queries
from gezinscoach.werkmap.actions import makers
from gezinscoach.werkmap.rules import WorkbookIncomplete
from gezinscoach.werkmap.tables import Rijstand
from tests.counting import statements

from . import grids
from .deeds import box, counts, mend
from .grids import AS_OF, COACH, MEZ, TRAJ, werkmap


def test_a_failure_halfway_leaves_nothing(db, actor, now, monkeypatch):
    before = counts(db)

    def broken(work, rijen):
        raise RuntimeError("midden in het werk")

    monkeypatch.setitem(makers.MAKERS, MEZ, broken)
    with pytest.raises(RuntimeError):
        actions.bring_in(db, actor, werkmap(), as_of=AS_OF, bestand="x", now=now)
    db.rollback()
    assert counts(db) == before


def test_an_incomplete_workbook_leaves_nothing(db, actor, now):
    before = counts(db)
    with pytest.raises(WorkbookIncomplete):
        actions.bring_in(db, actor, werkmap()[:5], as_of=AS_OF, bestand="x", now=now)
    assert counts(db) == before


def test_undoing_leaves_neither_rows_nor_keys(db, actor, now):
    before = counts(db)
    actions.bring_in(db, actor, werkmap(), as_of=AS_OF, bestand="x", now=now)
    made = db.scalars(select(Gezin.id)).all()
    db.rollback()
    db.commit()
    assert counts(db) == before
    vault.open_scopes(db, made, groups=vault.EVERY)
    assert not set(made) & set(vault.granted(db))


def test_every_deed_leaves_a_trace(db, city, actor, now, bring):
    bring(werkmap({(COACH, 3, "E-mail"): "nele at buurt"}))
    [coach] = box(db, blad=COACH)
    mend(db, actor, now, coach, **{"E-mail": "nele@buurt.example"})
    bring(werkmap({(TRAJ, 3, "Taal"): "Koerdisch"}))
    [rij] = box(db, stand=Rijstand.VOORSTEL)
    actions.set_aside(db, actor, rij, now=now)
    actions.put_back(db, actor, rij, now=now)
    actions.accept(db, actor, rij, as_of=AS_OF, now=now)
    account = city.account(None)
    importer = replace(actor, account_id=account.id)
    actions.discard(db, importer, actions.keep(db, importer, bestand="x", data=b"x", now=now), now=now)
    actions.forget(db, importer, now=now)
    db.commit()
    done = set(db.scalars(select(AuditEvent.action).where(AuditEvent.action.like("werkmap.%"))))
    assert done == {
        "werkmap.import", "werkmap.mend", "werkmap.set_aside", "werkmap.put_back", "werkmap.accept",
        "werkmap.take_over", "werkmap.follow", "werkmap.upload", "werkmap.discard", "werkmap.forget",
    }  # fmt: skip


def test_judging_takes_the_same_number_of_questions_whatever_the_number_of_rows(db, actor, bring):
    bring(werkmap())
    with statements() as few:
        actions.judge(db, actor, werkmap(), as_of=AS_OF)
    more = {TRAJ: [["D-" + str(n), *grids.TRAJECTEN[0][1:]] for n in range(3, 13)]}
    bring(werkmap(more=more))
    with statements() as many:
        actions.judge(db, actor, werkmap(more=more), as_of=AS_OF)
    assert len(few) == len(many)


def test_the_inbox_lists_by_sheet_and_state(db, actor, bring):
    bring(werkmap({(COACH, 3, "E-mail"): "nele at buurt"}))
    rows, numbers = queries.inbox(db, actor, queries.InboxFilter(blad=MEZ))
    assert [(row.blad, row.rij) for row in rows] == [(MEZ, 3)]
    assert numbers == {Rijstand.GEWEIGERD: 1}
    everything, _ = queries.inbox(db, actor, queries.InboxFilter(stand=Rijstand.GEWEIGERD))
    assert len(everything) == 4
