"""What stood in the database before there were marks gets them once, and nothing gets one afterwards."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from flask_migrate import downgrade
from sqlalchemy import insert, select, update

from gezinscoach.accounts import actions
from gezinscoach.accounts.tables import Account, Passkey, RoleGrant
from gezinscoach.app import beside
from gezinscoach.cli import base, prepare
from gezinscoach.cli.audit import look_at_marks
from gezinscoach.dossier import actions as dossier
from gezinscoach.dossier.tables import Schuiladres
from gezinscoach.kernel import marks
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.audit.verify import verify
from gezinscoach.kernel.config import Settings
from gezinscoach.kernel.database import db
from gezinscoach.kernel.marks import Forged
from gezinscoach.kernel.vault import Vault
from gezinscoach.privacy import actions as privacy
from tests.accounts.proving import give_app
from tests.postgres import share

FOLDER = str(beside("migrations"))
NOW = datetime(2026, 10, 15, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.db


@pytest.fixture
def settings(tmp_path, pytestconfig):
    environ = {}
    if pytestconfig.getoption("--postgres"):
        environ["GEZINSCOACH_DATABASE_URL"] = share(pytestconfig).database()
    return Settings.at(tmp_path, environ)


@pytest.fixture
def before(settings):
    """An installation of the first release, with seven accounts."""
    app = prepare(settings)
    with base.opened(app):
        session = db.session()
        actor = actions.add_werking(session, naam="Oud", gemeente="Oud", postcodes=(), now=NOW)
        for number in range(7):
            account, _ = actions.add_account(session, actor, email=f"{number}@s.example", naam="A", now=NOW)
            actions.give_role(session, actor, account, Rol.COORDINATOR, now=NOW)
        gezin = dossier.open_gezin(session, actor, naam="Schuil", now=NOW)
        privacy.shield(session, actor, gezin, adres="Vluchthuis", contact="", now=NOW)
        first, second, *_others = session.scalars(select(Account)).all()
        give_app(session, first, NOW)
        held = {"credential": "c", "public_key": b"k", "sign_count": 0, "made_at": NOW}
        session.execute(insert(Passkey.__table__).values(id=uuid4(), account_id=second.id, **held))
        session.commit()
        db.session.remove()
        downgrade(directory=FOLDER, revision="0009")
        app.extensions["vault"].note_marked(False)
    return settings


def faults(app):
    keys = app.extensions["vault"]
    with db.engine.connect() as connection:
        verdict = verify(connection, deep=True)
        look_at_marks(connection, keys, verdict)
    return verdict.faults


def test_rows_of_before_are_marked_once_and_the_trace_stays_whole(before):
    app = prepare(before)
    with base.opened(app):
        assert faults(app) == []
        session = db.session()
        assert len(session.scalars(select(RoleGrant)).all()) == 7
        assert session.scalars(select(Schuiladres)).one().mark
        table = RoleGrant.__table__
        session.connection().execute(update(table).values(mark=None))
        session.commit()
    app = prepare(before)
    with base.opened(app):
        with pytest.raises(Forged):
            db.session().scalars(select(RoleGrant)).all()
        db.session().rollback()
        assert {fault.table for fault in faults(app)} == {"role_grant"}
    app = prepare(before, mark_anew=True)
    with base.opened(app):
        assert faults(app) == []


def test_who_had_a_second_factor_before_is_known_to_have_one(before):
    with base.opened(prepare(before)):
        secured = db.session().scalars(select(Account.secured_at).where(Account.secured_at.is_not(None)))
        assert secured.all() == [NOW, NOW]


def test_marking_goes_on_where_it_stopped_and_never_marks_what_was_changed_meanwhile(before, monkeypatch):
    monkeypatch.setattr(marks, "BATCH", 3)
    real, asked = marks.unmarked, []

    def stops(session, cls):
        asked.append(cls)
        if len(asked) == 2:
            raise KeyboardInterrupt
        return real(session, cls)

    monkeypatch.setattr(marks, "unmarked", stops)
    with pytest.raises(KeyboardInterrupt):
        prepare(before)
    monkeypatch.setattr(marks, "unmarked", real)
    app = base.application(before)
    with base.opened(app):
        assert not Vault.system(app.extensions["vault"]).marked
        session = db.session()
        given = session.scalars(select(Account).where(Account.mark.is_not(None))).all()
        assert len(given) == 3
        session.connection().execute(
            update(Account.__table__).where(Account.__table__.c.id == given[0].id).values(active=False)
        )
        session.commit()
    app = prepare(before)
    with base.opened(app):
        assert app.extensions["vault"].system().marked
        assert ("account", given[0].id) in {(fault.table, fault.id) for fault in faults(app)}
        assert len(db.session().scalars(select(RoleGrant)).all()) == 7
