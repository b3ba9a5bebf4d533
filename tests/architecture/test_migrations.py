"""The rulebook of migrations: one straight chain, models equal schema, from empty and back."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from gezinscoach.app import beside
from gezinscoach.cli import prepare
from gezinscoach.kernel.config import Settings
from gezinscoach.kernel.database import db
from tests.postgres import share

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
