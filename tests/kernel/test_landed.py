"""The city that the first release wrote, rows and keys, brought to this one: it opens, its trace is whole."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from flask_migrate import Migrate, upgrade
from sqlalchemy import func, select

from gezinscoach.accounts import queries as accounts
from gezinscoach.app import beside, create_app
from gezinscoach.cli import opened, prepare
from gezinscoach.demo import people
from gezinscoach.dossier.tables import Coachperiode, Gezin
from gezinscoach.grondrechten.tables import Meting
from gezinscoach.kernel import rotation, vault
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.audit import AuditEvent, require_guards
from gezinscoach.kernel.audit.verify import verify
from gezinscoach.kernel.config import Settings
from gezinscoach.kernel.database import db
from gezinscoach.notities.tables import Notitie
from tests.browser import Browser
from tests.postgres import Cluster

DATA = Path(__file__).parents[1] / "data"
TOLD, *ROWS = (DATA / "landed_city.sql").read_text().splitlines()
FOLDER = str(beside("migrations"))

pytestmark = pytest.mark.db


@pytest.fixture
def settings(tmp_path: Path, postgres: Cluster | None) -> Settings:
    """An installation as the first release left it: its tables, its rows, its key file and its keys."""
    environ = (
        {"GEZINSCOACH_DATABASE_URL": postgres.environ()["GEZINSCOACH_DATABASE_OWNER_URL"]} if postgres else {}
    )
    made = Settings.at(tmp_path / "home", environ)
    made.kek_file.parent.mkdir(parents=True, mode=0o700)
    made.kek_file.write_bytes(bytes.fromhex(TOLD.split()[-1]))
    made.kek_file.chmod(0o600)
    with closing(sqlite3.connect(made.kek_file.parent / "keys.db")) as connection:
        connection.executescript((DATA / "landed_city_keys.sql").read_text())
    app = create_app(made)
    Migrate(app, db, directory=FOLDER)
    with opened(app):
        upgrade(directory=FOLDER, revision="0001")
        with db.engine.begin() as connection:
            plain = connection.execution_options(no_parameters=True)
            for row in ROWS:
                plain.exec_driver_sql(row.replace("X'", "'\\x") if postgres else row)
    return made


def test_the_city_of_the_first_release_opens_and_its_trace_is_whole(settings: Settings) -> None:
    app = prepare(settings)
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=False)
    with opened(app):
        session = db.session()
        assert rotation.missing(session, app.extensions["vault"]) == {}
        counted = {
            kind: session.scalar(select(func.count()).select_from(kind)) for kind in (Gezin, Notitie, Meting)
        }
        assert counted == {Gezin: 3, Notitie: 8, Meting: 9}
        began = session.scalar(select(func.count()).select_from(AuditEvent))
        assert began is not None
        assert began >= 40, "what was looked at and done before is on record still"
        account = accounts.account_by_email(session, people.LOGINS[Rol.GEZINSCOACH].email)
        assert account is not None
        gezin = session.scalars(
            select(Gezin).join(Coachperiode).where(Coachperiode.tot.is_(None)).order_by(Gezin.made_at)
        ).first()
        assert gezin is not None
        vault.open_scopes(session, [gezin.id], groups=vault.EVERY)
        naam, gezin_id, account_id = gezin.naam, gezin.id, account.id
        assert naam
        session.rollback()
        page = Browser(app).sign_in(account_id).get(f"/dossier/{gezin_id}")
        assert (page.status, naam in page.words) == (200, True)
        with db.engine.connect() as connection:
            require_guards(connection)
            verdict = verify(connection, deep=True)
        assert verdict.faults == []
        assert verdict.rows > 60
