"""No event, no act: when the trace can't be written nothing is half done. And eight at once keep it whole."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from gezinscoach.dossier import actions as dossier
from gezinscoach.dossier.tables import Gezin
from gezinscoach.kernel import audit
from gezinscoach.kernel.audit.chains import CHAINS, chain_of
from gezinscoach.kernel.database import db, transaction
from tests.audit.own import NOW

pytestmark = pytest.mark.db


@pytest.mark.parametrize(
    "trouble", ["ALTER TABLE audit_event RENAME TO elders", "ALTER TABLE audit_head RENAME TO elders"]
)
def test_an_act_whose_event_cannot_be_written_is_not_done_at_all(own, trouble):
    with own.tampering() as raw:
        raw.exec_driver_sql(trouble)
    with own.app.app_context():
        with pytest.raises(DBAPIError), transaction() as session:
            dossier.open_gezin(session, own.actor, naam="Half gedaan", now=NOW)
        assert db.session.scalar(select(func.count(Gezin.id))) == 1
        own.close()


def test_a_full_log_stops_the_act_and_the_next_one_goes_on(own):
    with own.tampering(open_locks=False) as raw:
        sqlite = raw.dialect.name == "sqlite"
        raw.exec_driver_sql(
            "CREATE TRIGGER full_up BEFORE INSERT ON audit_event BEGIN SELECT RAISE(ABORT, 'full'); END"
            if sqlite
            else "ALTER TABLE audit_event ADD CONSTRAINT full_up CHECK (action <> 'gezin.open') NOT VALID"
        )
    with own.app.app_context():
        with pytest.raises(DBAPIError), transaction() as session:
            dossier.open_gezin(session, own.actor, naam="Half gedaan", now=NOW)
        own.close()
    with own.tampering(open_locks=False) as raw:
        raw.exec_driver_sql(
            "DROP TRIGGER full_up" if sqlite else "ALTER TABLE audit_event DROP CONSTRAINT full_up"
        )
    own.act()
    verdict = own.look_over(deep=True)
    assert (verdict.faults, verdict.rows) == ([], 1)


def test_eight_writers_at_once_leave_no_bad_link(own):
    each, writers = 25, 8
    before = own.look_over().events

    def write(number: int) -> None:
        with own.app.app_context():
            for turn in range(each):
                with transaction() as session:
                    for scope_id in {uuid4(), UUID(int=(turn + number) % 3 + 1)}:
                        audit.record(session, own.actor, "gezin.test", now=NOW, scope_id=scope_id)
            db.session.remove()

    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(write, range(writers)))
    verdict = own.look_over()
    assert verdict.faults == []
    assert verdict.events == before + 2 * each * writers


def test_the_chains_get_an_even_share():
    counted = [0] * CHAINS
    for _ in range(3200):
        counted[chain_of(uuid4())] += 1
    assert min(counted) > 100
