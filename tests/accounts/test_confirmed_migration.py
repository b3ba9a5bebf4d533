"""What stood in the database before a second person was asked, after the migration: it holds as it did."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import IntegrityError

from gezinscoach.accounts import actions, queries
from gezinscoach.accounts.tables import Approval, Invitation, RoleGrant
from gezinscoach.app import beside
from gezinscoach.cli import prepare
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.config import Settings
from gezinscoach.kernel.database import db
from tests.postgres import share

FOLDER = str(beside("migrations"))
NOW = datetime(2026, 10, 15, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.db


def test_roles_and_links_of_before_hold_and_the_checks_of_the_tables_stay(tmp_path, pytestconfig):
    environ = {}
    if pytestconfig.getoption("--postgres"):
        environ["GEZINSCOACH_DATABASE_URL"] = share(pytestconfig).database()
    app = prepare(Settings.at(tmp_path, environ))
    with app.app_context():
        session = db.session()
        actor = actions.add_werking(session, naam="Oud", gemeente="Oud", postcodes=(), now=NOW)
        account, _token = actions.add_account(session, actor, email="a@s.example", naam="A", now=NOW)
        grant = actions.give_role(session, actor, account, Rol.BEHEERDER, now=NOW)
        session.commit()
        ids = account.id, grant.id
        db.session.remove()
        downgrade(directory=FOLDER, revision="0006")
        assert "approval" not in inspect(db.engine).get_table_names()
        upgrade(directory=FOLDER)
        session = db.session()
        assert queries.has_beheerder(session, NOW)
        held = session.execute(select(RoleGrant.account_id, RoleGrant.id)).all()
        assert [tuple(row) for row in held] == [ids]
        assert session.scalars(select(Invitation.resets_factor)).all() == [False]
        assert session.scalars(select(Approval.id)).all() == []
        with pytest.raises(IntegrityError):
            session.execute(text("update role_grant set until = '2000-01-01 00:00:00+00'"))
        session.rollback()
        session.add(RoleGrant(id=uuid4(), account_id=uuid4(), rol=Rol.BEHEERDER, since=NOW))
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()
        db.session.remove()
        db.engine.dispose()
    app.extensions["vault"].dispose()
