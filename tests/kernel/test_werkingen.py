"""The seat belt on a real PostgreSQL: whatever a query forgets, it sees the rows of one werking."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError

from gezinscoach.accounts import actions as accounts
from gezinscoach.cli import opened, prepare
from gezinscoach.dossier.tables import Gezin, Gezinslid
from gezinscoach.kernel import werkingen
from gezinscoach.kernel.audit import AuditEvent
from gezinscoach.kernel.config import Settings
from gezinscoach.kernel.database import Base, CaseSession, db, transaction
from tests.conftest import NOW
from tests.factories import City
from tests.postgres import share

WITHOUT = {
    "account": "found before anybody is known",
    "alembic_version": "tells of no family",
    "approval": "of accounts and roles, no families",
    "audit_head": "the ends of the chains: hashes only",
    "code_app": "opened before anybody is known",
    "gezinscoach": "joined to who signs in",
    "identity": "found before anybody is known",
    "invitation": "opened before anybody is known",
    "issuer": "offered before anybody is known",
    "issuer_organisatie": "asked before anybody is known",
    "levensdomein": "the same for all",
    "login_failure": "counted before anybody is known",
    "login_network": "counted before anybody is known",
    "login_session": "opened before anybody is known",
    "passkey": "opened before anybody is known",
    "recovery_code": "opened before anybody is known",
    "role_grant": "joined to who signs in",
    "sent_form": "found by the account that sent it, and sealed for it",
    "spent_challenge": "counted before anybody is known",
    "werking": "the werkingen themselves",
}


@pytest.fixture(scope="module")
def two(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Two werkingen in one database, each with a family of two people."""
    app = prepare(Settings.at(tmp_path_factory.mktemp("two"), share(pytestconfig).environ()))
    with opened(app):
        with transaction() as session:
            for count, naam in enumerate(("Hier", "Elders")):
                actor = accounts.add_werking(session, naam=naam, gemeente=naam, postcodes=("1000",), now=NOW)
                city = City(session, actor, NOW)
                city.count = 10 * count
                city.gezin(f"Gezin {naam}", city.coach(f"Coach {naam}"))
        yield app


@pytest.fixture
def session(two: Flask) -> Iterator[CaseSession]:
    """A session as that of a request that nobody is known in yet."""
    with two.test_request_context():
        yield db.session()
        db.session.remove()


def seen(session):
    return session.scalar(select(func.count()).select_from(Gezin))


def werking_of(session, naam):
    return session.execute(text("select id from werking where naam = :naam"), {"naam": naam}).scalar_one()


def test_before_anybody_is_known_there_is_no_family(session):
    assert seen(session) == 0


def test_a_question_without_any_condition_sees_the_families_of_one_werking(session):
    for naam in ("Hier", "Elders"):
        here = werking_of(session, naam)
        werkingen.narrow(session, here)
        assert session.scalars(select(Gezin.werking_id)).all() == [here]
        session.commit()
        assert session.scalars(select(Gezin.werking_id)).all() == [here], "in the next transaction as well"
        people = session.execute(text("select count(*) from gezinslid")).scalar_one()
        assert people == session.scalar(select(func.count()).select_from(Gezinslid).join(Gezin))
        told = session.execute(text("select distinct werking_id from audit_event")).scalars().all()
        assert told == [here]


def test_the_next_request_on_the_same_connection_begins_with_nothing(session):
    werkingen.narrow(session, werking_of(session, "Hier"))
    assert seen(session) == 1
    session.commit()
    other = CaseSession(db)
    assert seen(other) == 0
    other.close()


def test_nothing_is_written_into_another_werking(session):
    elders = werking_of(session, "Elders")
    werkingen.narrow(session, werking_of(session, "Hier"))
    session.add(Gezin(id=uuid4(), werking_id=elders, code_index=b"0" * 16, made_at=NOW))
    with pytest.raises(ProgrammingError, match="row-level security"):
        session.flush()


def test_the_application_can_only_add_to_the_trace(session):
    werkingen.narrow(session, werking_of(session, "Hier"))
    for deed in ("update audit_event set action = 'x'", "delete from audit_event", "truncate audit_event"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            session.execute(text(deed))
        session.rollback()
    assert session.scalar(select(func.count()).select_from(AuditEvent))


def test_no_chain_loses_its_head_to_the_application(session):
    """Without the head of a chain nothing can be written any more."""
    for deed in (
        "delete from audit_head",
        "insert into audit_head values (99, 0, '')",
        "truncate audit_head",
        "delete from alembic_version",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"):
            session.execute(text(deed))
        session.rollback()


def test_every_table_has_a_belt_or_a_reason_for_having_none(two):
    asked = text("select relname from pg_class where relkind = 'r' and relforcerowsecurity")
    with db.engine.connect() as connection:
        belted = set(connection.execute(asked).scalars())
    assert belted | set(WITHOUT) == set(Base.metadata.tables) | {"alembic_version"}
    assert not belted & set(WITHOUT)
