"""Every test with a database runs on SQLite or, with --postgres, on PostgreSQL, and is rolled back."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from freezegun import freeze_time
from hypothesis import settings as hypothesis_settings
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from gezinscoach.accounts import actions as accounts
from gezinscoach.cli import prepare
from gezinscoach.dossier import actions as dossier
from gezinscoach.kernel import audit
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.config import Settings
from gezinscoach.kernel.database import CaseSession
from gezinscoach.kernel.database import db as database
from tests.browser import Browser
from tests.factories import City
from tests.postgres import Cluster, share

EVERY_PAGE = ("architecture", "audit", "security", "web")
"""Where the tests are not about one page, but about what holds for all of them, on either engine."""
NOW = datetime(2026, 10, 15, 9, 0, tzinfo=UTC)

# The gate gives the same answer twice; the nightly run looks further each time.
hypothesis_settings.register_profile("default", deadline=None, max_examples=60, derandomize=True)
hypothesis_settings.register_profile("nightly", deadline=None, max_examples=2000)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--postgres", action="store_true", help="run the tests with a database on PostgreSQL")


def pytest_configure(config: pytest.Config) -> None:
    # The workers of xdist join the server of the process that started them.
    if config.getoption("--postgres"):
        share(config)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    apart = [item for item in items if item.get_closest_marker("side_by_side")]
    if apart and not config.getoption("--postgres"):
        config.hook.pytest_deselected(items=apart)
        items[:] = [item for item in items if item not in apart]
    for item in items:
        asks = getattr(item, "fixturenames", ())
        if "postgres" in asks:
            item.add_marker(pytest.mark.db)
        if "client" in asks and item.path.parent.name not in EVERY_PAGE:
            item.add_marker(pytest.mark.page)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell the figures that tests recorded with `record_property`, each once."""
    reports = [report for kind in terminalreporter.stats.values() for report in kind]
    told = dict(figure for report in reports for figure in getattr(report, "user_properties", ()))
    for name, figure in sorted(told.items()):
        terminalreporter.write_line(f"{name}: {figure}")


@pytest.fixture(scope="session")
def clock() -> Iterator[None]:
    """A clock that goes on as always, and that a test can stop in no time.

    The first to freeze time looks through every module for functions that tell it; within that, the next is
    free. Done again for each test it took a seventh of what the tests with a database take.
    """
    with freeze_time(datetime.now(UTC), tick=True):
        yield


@pytest.fixture(scope="session")
def postgres(pytestconfig: pytest.Config) -> Cluster | None:
    """The PostgreSQL of this run, or None when it is about SQLite; a test that asks for it runs on both."""
    return share(pytestconfig) if pytestconfig.getoption("--postgres") else None


@pytest.fixture(scope="session")
def installation(postgres: Cluster | None, clock: None) -> Iterator[Flask]:
    """An application on an empty, migrated database with one werking."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        environ = postgres.environ() if postgres else {}
        app = prepare(Settings.at(Path(folder) / "home", environ))
        app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=False)
        database.session.session_factory.configure(join_transaction_mode="create_savepoint")
        with app.app_context():
            dossier.seed_codelist(database.session())
            actor = accounts.add_werking(
                database.session(),
                naam="Teststad",
                gemeente="Leuven",
                postcodes=("3000", "3001", "3010", "3012", "3018"),
                now=NOW,
            )
            database.session.commit()
            app.extensions["test.actor"] = actor
        yield app
        with app.app_context():
            database.engine.dispose()
        app.extensions["vault"].dispose()


@pytest.fixture
def app(installation: Flask) -> Iterator[Flask]:
    """The application, with the clock at NOW and everything that the test writes rolled back."""
    with installation.app_context():
        engine = database.engine
        connection = engine.connect()
        outer = connection.begin()
        database.engines[None] = connection
        database.session.remove()
        try:
            with freeze_time(NOW):
                yield installation
        finally:
            database.session.remove()
            outer.rollback()
            connection.close()
            database.engines[None] = engine


@pytest.fixture
def now() -> datetime:
    """The moment at which tests happen: Thursday 15 October 2026, late morning in Leuven."""
    return NOW


@pytest.fixture
def db(app: Flask, actor: Actor) -> Session:
    """The session of the test; asked for the trace, it has first written what it noted of it.

    What a test changes by hand, without an act, is traced as its own.
    """
    session = database.session()

    session.info["by_hand"] = actor

    @event.listens_for(session, "do_orm_execute")
    def _trace_first(asked: ORMExecuteState) -> None:
        if "acts" in session.info and "audit_event" in str(asked.statement):
            session.flush()
            audit.write(session)

    return session


@pytest.fixture
def actor(app: Flask) -> Actor:
    """The command line in the werking."""
    return app.extensions["test.actor"]


@pytest.fixture
def city(db: Session, actor: Actor) -> City:
    """Builds people, organisations and families, as the actions make them."""
    return City(db, actor, NOW)


@event.listens_for(CaseSession, "before_commit", insert=True)
def _by_hand(session: Session) -> None:
    if actor := session.info.get("by_hand"):
        session.flush()
        if "touched" in session.info and "acts" not in session.info:
            audit.record(session, actor, "test.arrange", now=NOW)


@pytest.fixture
def client(app: Flask) -> Browser:
    """A client that checks every page it opens; nobody is signed in."""
    return Browser(app)
