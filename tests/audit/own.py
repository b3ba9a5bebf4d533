"""An installation of its own, with real commits, for tests that tamper, race or migrate."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from flask_migrate import Migrate
from sqlalchemy import Connection, create_engine, select, text

from gezinscoach.accounts import actions as accounts
from gezinscoach.accounts.actions import hashing
from gezinscoach.app import beside, create_app
from gezinscoach.cli import prepare
from gezinscoach.dossier import actions as dossier
from gezinscoach.kernel import audit
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.audit import anchors
from gezinscoach.kernel.audit.guard import GUARDS
from gezinscoach.kernel.audit.verify import Verdict, verify
from gezinscoach.kernel.config import Settings
from gezinscoach.kernel.database import db, transaction

NOW = datetime(2026, 10, 15, 9, 0, tzinfo=UTC)


class Own:
    """One installation: acts in it, tampering with it, and what a look over says."""

    def __init__(self, home: Path, environ: dict[str, str]) -> None:
        self.settings = Settings.at(home, environ)
        self.postgres = self.settings.database_url.startswith("postgresql")
        self.app = create_app(self.settings)
        Migrate(self.app, db, directory=str(beside("migrations")))
        with self.app.app_context():
            self.actor = Actor(
                werking_id=UUID(str(db.session.execute(text("select id from werking")).scalar()))
            )
            free = select(audit.AuditHead.chain).where(audit.AuditHead.seq == 0)
            # A chain in which nothing stands yet, and something that belongs there.
            self.chain = db.session.scalars(free.order_by(audit.AuditHead.chain)).first() or 0
            self.owner = UUID(int=(1 << 120) + self.chain)
            self.close()

    def act(self, number: int = 1) -> None:
        """So many acts, one transaction each, in the chain of the test."""
        with self.app.app_context():
            for _ in range(number):
                with transaction() as session:
                    audit.record(session, self.actor, "gezin.test", now=NOW, scope_id=self.owner)
            self.close()

    def anchor(self, hours: int = 0) -> None:
        """Cast an anchor, so many hours after NOW."""
        with self.app.app_context(), db.engine.connect() as connection:
            key = anchors.signing_key(self.settings.anchor_key)
            anchors.cast(connection, self.settings.anchors, key, now=NOW + timedelta(hours=hours))

    def look_over(self, *, deep: bool = False) -> Verdict:
        """What `audit verify` finds."""
        key = anchors.public_key(self.settings.anchors, self.settings.anchor_key)
        with self.app.app_context(), db.engine.connect() as connection:
            return verify(connection, anchors.read(self.settings.anchors, key), deep=deep)

    @contextmanager
    def tampering(self, *, open_locks: bool = True) -> Iterator[Connection]:
        """Around the application, as who owns the database can: the triggers off first."""
        engine = create_engine(self.settings.owner_url)
        try:
            with engine.begin() as connection:
                if open_locks:
                    on = " ON audit_event" if engine.dialect.name == "postgresql" else ""
                    for name in GUARDS[engine.dialect.name]:
                        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}{on}")
                connection.info["chain"] = self.chain
                yield connection
        finally:
            engine.dispose()

    def close(self) -> None:
        """Let go of the connections, inside an application context."""
        db.session.remove()
        db.engine.dispose()
        self.app.extensions["vault"].dispose()


def make(home: Path, environ: dict[str, str]) -> None:
    """A new installation with a werking and a family in it."""
    app = prepare(settings := Settings.at(home, environ))
    hashing.calibrate(settings.hash_cost_file)
    with app.app_context():
        with transaction() as session:
            dossier.seed_codelist(session)
            actor = accounts.add_werking(
                session, naam="Teststad", gemeente="Leuven", postcodes=("3000",), now=NOW
            )
            dossier.open_gezin(session, actor, naam="Gezin Proef", now=NOW)
        db.session.remove()
        db.engine.dispose()
    app.extensions["vault"].dispose()


def maker(template: Path, database: Callable[[], dict[str, str]] | None, folder: Path) -> Callable[[], Own]:
    """Copies of the installation in `template`, each in a folder of its own."""

    def new() -> Own:
        home = folder / f"own{len(list(folder.iterdir()))}"
        shutil.copytree(template, home)
        return Own(home, database() if database else {})

    return new
