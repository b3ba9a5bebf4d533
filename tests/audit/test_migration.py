"""What had landed before the chains keeps its events, in chains, and its rows, with their digests."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import bindparam, inspect, select, text

from gezinscoach.app import beside
from gezinscoach.demo import actions as demo
from gezinscoach.dossier.tables import Gezin
from gezinscoach.kernel import audit
from gezinscoach.kernel.audit.verify import What
from gezinscoach.kernel.database import db, transaction
from tests.audit.own import NOW, Own

pytestmark = pytest.mark.db

FOLDER = str(beside("migrations"))
STEPS = sorted(Path(FOLDER, "versions").glob("*.py"))


@pytest.fixture
def own(own):
    """The installation in the hands of who migrates it: the tables are made anew here."""
    if not own.postgres:
        return own
    return Own(own.settings.home, {"GEZINSCOACH_DATABASE_URL": own.settings.owner_url})


@pytest.fixture
def landed(own):
    """An installation as release one left it: a thousand and more events, unchained, and a family."""
    with own.app.app_context():
        own.close()
        downgrade(directory=FOLDER, revision="0001")
        row = {"werking_id": own.actor.werking_id, "roles": "", "action": "gezin.test", "groups": ""}
        with db.engine.begin() as connection:
            table = audit.AuditEvent.__table__
            columns = [
                "id",
                "at",
                "werking_id",
                "account_id",
                "roles",
                "action",
                "thing_id",
                "scope_id",
                "groups",
            ]
            old = text(
                f"INSERT INTO audit_event ({', '.join(columns)})"
                f" VALUES ({', '.join(f':{name}' for name in columns)})"
            ).bindparams(*(bindparam(name, type_=table.c[name].type) for name in columns))
            connection.execute(
                old,
                [
                    row
                    | dict.fromkeys(("account_id", "thing_id"))
                    | {
                        "id": UUID(int=n + 1),
                        # Many of them in the same moment, and one in the middle of a batch.
                        "at": NOW + timedelta(seconds=n // 700),
                        "scope_id": UUID(int=n % 40),
                    }
                    for n in range(2500)
                ],
            )
        yield own
        own.close()


def test_events_of_before_are_chained_by_time_and_stay_as_they_were(landed):
    with db.engine.connect() as connection:
        asked = text("SELECT id, at, action, scope_id FROM audit_event ORDER BY at, id")
        before = connection.execute(asked).all()
    upgrade(directory=FOLDER)
    with db.engine.connect() as connection:
        after = [row for row in connection.execute(asked).all() if row.action != "trace.begin"]
        assert after == before
    verdict = landed.look_over(deep=True)
    assert (verdict.faults, verdict.rows) == ([], 1)
    landed.act(3)
    assert landed.look_over(deep=True).whole


def test_rows_of_before_are_known_so_that_an_edit_around_the_application_shows(landed):
    upgrade(directory=FOLDER)
    with landed.tampering() as raw:
        raw.execute(Gezin.__table__.update().values(naam_cell=b"anders"))
    assert [fault.what for fault in landed.look_over(deep=True).faults] == [What.ROW_CHANGED]


def test_every_type_of_column_has_the_same_digest_in_the_migration_as_in_the_application(own):
    """The migration reads what it finds in the database, the application what its classes say."""
    with own.app.app_context():
        with transaction() as session:
            session.execute(text("DELETE FROM gezin"))
            session.execute(text("DELETE FROM werking"))
            session.execute(text("DELETE FROM levensdomein"))
            demo.load(session, today=NOW.date())
        with (
            db.engine.begin() as connection
        ):  # what the first release had no table for is not dropped by itself
            for table in ("noodbericht", "nazichtspoor", "nazicht", "noodtoegang", "schuiladres"):
                connection.execute(text(f"DELETE FROM {table}"))
        own.close()
        downgrade(directory=FOLDER, revision="0001")
        upgrade(directory=FOLDER)
        verdict = own.look_over(deep=True)
        assert verdict.faults == []
        assert verdict.rows > 100
        own.close()


def test_down_takes_the_locks_away_and_up_puts_them_back(landed):
    upgrade(directory=FOLDER)
    with db.engine.connect() as connection:
        audit.require_guards(connection)
    downgrade(directory=FOLDER, revision="0001")
    assert "audit_head" not in inspect(db.engine).get_table_names()
    with db.engine.connect() as connection, pytest.raises(audit.Unguarded):
        audit.require_guards(connection)
    upgrade(directory=FOLDER)
    with db.engine.connect() as connection:
        audit.require_guards(connection)
        assert connection.scalar(select(audit.AuditHead.seq).where(audit.AuditHead.chain == 7)) > 0


@pytest.mark.parametrize("path", STEPS[1:], ids=lambda path: path.stem)
def test_no_step_makes_the_trace_anew_for_that_would_drop_its_locks(path):
    assert not re.search(r"batch_alter_table\(\s*[\"']audit_event", path.read_text())
