"""Looking deep: rows with sealed cells that were changed, put back, added or taken away by hand."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, insert, select, text, update

from gezinscoach.dossier import actions as dossier
from gezinscoach.dossier.rules import Lidsoort
from gezinscoach.dossier.tables import Gezin, Gezinslid
from gezinscoach.kernel import audit, vault
from gezinscoach.kernel.audit.rows import kinds
from gezinscoach.kernel.audit.verify import What
from gezinscoach.kernel.database import CaseSession, db, transaction
from tests.audit.own import NOW

pytestmark = pytest.mark.db

GEZIN = Gezin.__table__


@pytest.fixture
def gezin(own):
    """The family that every installation of these tests has."""
    with own.app.app_context():
        row = db.session.scalars(select(Gezin)).one()
        db.session.commit()
        yield row
        own.close()


def change(own, gezin, naam):
    with transaction() as session:
        vault.open_scopes(session, [gezin.id], groups=vault.EVERY)
        gezin.naam = naam
        audit.record(session, own.actor, "gezin.change", now=NOW, scope_id=gezin.id)


def faults(own):
    return [(fault.what, fault.table, fault.id) for fault in own.look_over(deep=True).faults]


def test_what_the_application_writes_changes_and_deletes_is_as_the_trace_has_it(own, gezin):
    change(own, gezin, "Gezin Ander")
    with transaction() as session:
        vault.open_scopes(session, [gezin.id], groups=vault.EVERY)
        lid = dossier.add_lid(session, gezin, dossier.NieuwLid(Lidsoort.KIND, "Kind Proef", None), 1)
        audit.record(session, own.actor, "gezin.change", now=NOW, scope_id=gezin.id)
    with transaction() as session:
        session.delete(lid)
        audit.record(session, own.actor, "gezin.change", now=NOW, scope_id=gezin.id)
    verdict = own.look_over(deep=True)
    assert (verdict.faults, verdict.rows) == ([], 1)


def test_a_row_that_two_changed_each_its_own_cell_is_as_the_trace_has_it(own, gezin):
    with own.app.app_context(), CaseSession(db, expire_on_commit=False) as first, CaseSession(db) as second:
        early = first.get_one(Gezin, gezin.id)
        first.commit()
        for session, row, what in (
            (second, second.get_one(Gezin, gezin.id), "waarschuwing"),
            (first, early, "taal"),
        ):
            vault.open_scopes(session, [gezin.id], groups=vault.EVERY)
            setattr(row, what, "zoals gezegd")
            audit.record(session, own.actor, "gezin.change", now=NOW, scope_id=gezin.id)
            session.commit()
    assert own.look_over(deep=True).faults == []


def test_a_cell_edited_around_the_application_is_named(own, gezin):
    with own.tampering() as raw:
        raw.execute(update(GEZIN).values(naam_cell=b"iets anders"))
    assert faults(own) == [(What.ROW_CHANGED, "gezin", gezin.id)]


def test_a_column_in_clear_counts_as_well(own, gezin):
    with own.tampering() as raw:
        raw.execute(update(GEZIN).values(afgesloten_op=NOW.date()))
    assert faults(own) == [(What.ROW_CHANGED, "gezin", gezin.id)]


def test_a_row_put_back_to_how_it_was_before_is_named(own, gezin):
    with own.tampering(open_locks=False) as raw:
        before = dict(raw.execute(select(GEZIN)).mappings().one())
    change(own, gezin, "Gezin Later")
    with own.tampering() as raw:
        raw.execute(update(GEZIN).values(before))
    assert faults(own) == [(What.ROW_CHANGED, "gezin", gezin.id)]


def test_a_row_taken_away_and_one_put_in_are_named(own, gezin):
    with own.tampering() as raw:
        row = dict(raw.execute(select(GEZIN)).mappings().one())
        raw.execute(delete(GEZIN))
        raw.execute(insert(GEZIN).values(row | {"id": own.actor.werking_id}))
    assert faults(own) == [
        (What.ROW_UNKNOWN, "gezin", own.actor.werking_id),
        (What.ROW_MISSING, "gezin", gezin.id),
    ]


def test_a_digest_in_the_trace_cannot_be_swapped_for_that_of_the_edited_row(own, gezin):
    with own.tampering() as raw:
        raw.execute(text("UPDATE audit_event SET rows = '' WHERE rows <> ''"))
    assert What.CONTENT in {what for what, _, _ in faults(own)}


def test_a_change_in_bulk_is_on_record_too(own, gezin):
    with transaction() as session:
        session.execute(update(Gezin).values(gemeente_cell=None, afgesloten_op=NOW.date()))
        audit.record(session, own.actor, "gezin.change", now=NOW, scope_id=gezin.id)
    assert faults(own) == []
    with own.tampering(open_locks=False) as raw:
        row = dict(raw.execute(select(GEZIN)).mappings().one())
    with transaction() as session:
        new = row | {"id": own.actor.werking_id, "code_index": b"een ander gezin."}
        session.execute(insert(Gezin), [new])
        audit.record(session, own.actor, "gezin.change", now=NOW)
    assert faults(own) == []
    with transaction() as session:
        session.execute(delete(Gezin).where(Gezin.id == gezin.id))
        audit.record(session, own.actor, "gezin.change", now=NOW, scope_id=gezin.id)
    assert own.look_over(deep=True).rows == 1
    assert faults(own) == []


def test_what_a_rotation_of_keys_changes_around_the_session_is_on_record_once_it_says_so(own, gezin):
    with transaction() as session:
        session.connection().execute(update(GEZIN).values(naam_cell=b"opnieuw verzegeld"))
        audit.resealed(session, Gezin, [gezin.id])
        audit.record(session, own.actor, "keys.rotate", now=NOW)
    assert faults(own) == []


def test_a_row_changed_without_any_act_is_not_kept(own, gezin):
    with pytest.raises(audit.Untraced, match="gezin"), transaction():
        gezin.afgesloten_op = NOW.date()
    with own.tampering(open_locks=False) as raw:
        assert raw.execute(select(GEZIN.c.afgesloten_op)).scalar() is None
    assert faults(own) == []


def test_what_was_rolled_back_leaves_no_act_and_no_digest_behind(own, gezin):
    session = db.session()
    gezin.afgesloten_op = NOW.date()
    session.flush()
    audit.record(session, own.actor, "gezin.change", now=NOW)
    session.rollback()
    session.commit()
    assert faults(own) == []
    assert own.look_over().events == len(session.scalars(select(audit.AuditEvent.id)).all())


def test_a_row_written_twice_in_a_transaction_is_known_as_it_ended(own, gezin):
    with transaction() as session:
        vault.open_scopes(session, [gezin.id], groups=vault.EVERY)
        for naam in ("Een", "Twee"):
            gezin.naam = naam
            session.flush()
        audit.record(session, own.actor, "gezin.change", now=NOW, thing_id=own.actor.werking_id)
    assert faults(own) == []


def test_every_table_with_sealed_cells_is_looked_at():
    names = [kind.table.name for kind in kinds()]
    assert {Gezin.__tablename__, Gezinslid.__tablename__, "account", "notitie", "herkomst"} <= set(names)
