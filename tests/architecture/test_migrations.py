"""The rulebook of migrations: one straight chain, models equal schema, from empty and back."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from gezinscoach.accounts import actions as accounts
from gezinscoach.app import beside
from gezinscoach.cli import prepare
from gezinscoach.dossier import actions as dossier
from gezinscoach.dossier.rules import Noodreden
from gezinscoach.dossier.tables import Noodtoegang, Schuiladres
from gezinscoach.kernel import audit
from gezinscoach.kernel.config import Settings
from gezinscoach.kernel.database import CaseSession, db
from tests.postgres import share

NOW = datetime(2026, 10, 15, 9, 0, tzinfo=UTC)
FOLDER = str(beside("migrations"))


def test_the_chain_is_straight():
    script = ScriptDirectory(FOLDER)
    assert len(script.get_heads()) == 1
    assert all(not revision.is_merge_point for revision in script.walk_revisions())


def test_the_tables_are_what_the_migrations_make(app):
    context = MigrationContext.configure(db.session.connection(), opts={"compare_type": True})
    assert compare_metadata(context, db.metadata) == []


def test_down_to_nothing_and_up_again(tmp_path, pytestconfig):
    environ = {}
    if pytestconfig.getoption("--postgres"):
        environ["GEZINSCOACH_DATABASE_URL"] = share(pytestconfig).database()
    app = prepare(Settings.at(tmp_path, environ))
    with app.app_context():
        downgrade(directory=FOLDER, revision="base")
        assert inspect(db.engine).get_table_names() == ["alembic_version"]
        upgrade(directory=FOLDER)
        assert "gezin" in inspect(db.engine).get_table_names()
        db.engine.dispose()
    app.extensions["vault"].dispose()


def test_the_connection_of_a_migration_is_never_handed_to_a_request(tmp_path, pytestconfig):
    """It sees the rows of every werking."""
    environ = {"GEZINSCOACH_DATABASE_URL": share(pytestconfig).database()}
    app = prepare(Settings.at(tmp_path, environ))
    with app.app_context():
        upgrade(directory=FOLDER)
        with app.test_request_context(), db.engine.connect() as connection:
            seen = connection.execute(text("SELECT current_setting('gezinscoach.werking', true)")).scalar()
        assert not seen
        db.engine.dispose()
    app.extensions["vault"].dispose()


@pytest.mark.parametrize("table", ["schuiladres", "noodtoegang"])
def test_shielded_addresses_and_emergencies_are_not_dropped_in_silence(tmp_path, pytestconfig, caplog, table):
    environ = {}
    if pytestconfig.getoption("--postgres"):
        environ["GEZINSCOACH_DATABASE_URL"] = share(pytestconfig).database()
    app = prepare(Settings.at(tmp_path, environ))
    with app.app_context():
        with CaseSession(db) as session:
            actor = accounts.add_werking(session, naam="Oud", gemeente="Oud", postcodes=(), now=NOW)
            account, _token = accounts.add_account(session, actor, email="a@s.example", naam="A", now=NOW)
            gezin = dossier.open_gezin(session, actor, naam="Schuil", now=NOW)
            session.flush()
            ids = {"id": uuid4(), "gezin_id": gezin.id}
            session.add(
                Schuiladres(**ids, gewoon_id=uuid4(), made_at=NOW, changed_at=NOW)
                if table == "schuiladres"
                else Noodtoegang(**ids, account_id=account.id, categorie=Noodreden.ANDER, asked_at=NOW)
            )
            audit.record(session, actor, "test.arrange", now=NOW)
            session.commit()
        with pytest.raises(SystemExit):
            downgrade(directory=FOLDER, revision="0003")
        assert f"{table}: has rows" in caplog.text
        with db.engine.connect() as connection:
            assert connection.execute(text(f"select count(*) from {table}")).scalar() == 1
        db.engine.dispose()
    app.extensions["vault"].dispose()
