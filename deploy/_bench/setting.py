"""A throw-away installation of one size, filled, with the application and the floor serving it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from deploy._bench import floor
from deploy._bench.city import City, fill
from deploy._bench.client import Client, statements
from deploy._bench.pages import Page, floor_pages, pages
from deploy._bench.processes import Server
from gezinscoach.accounts import actions as accounts
from gezinscoach.accounts.rules import LEUVEN
from gezinscoach.cli import prepare
from gezinscoach.cli.preparing import mark_rows
from gezinscoach.dossier import actions as dossier
from gezinscoach.kernel import web, werkingen
from gezinscoach.kernel.config import Settings
from gezinscoach.kernel.database import db, transaction
from tests.postgres import Cluster


class Setting:
    """One size of city."""

    def __init__(self, size: int, home: Path, cluster: Cluster | None) -> None:
        self.size, self.home = size, home
        self.environ = cluster.environ() if cluster else {}
        self.backends = (
            [int((cluster.folder / "data" / "postmaster.pid").read_text().split()[0])] if cluster else []
        )
        self.app = prepare(Settings.at(home, self.environ, demo=True))
        began = time.monotonic()
        self.city = self._fill()
        self.filled = time.monotonic() - began
        self.pages: list[Page] = pages(self.city, self.app, web.today())
        self.floor_page, self.floor_note = floor_pages(self.city)

    def _fill(self) -> City:
        now = web.now()
        with self.app.app_context():
            with transaction() as session:
                dossier.seed_codelist(session)
                actor = accounts.add_werking(
                    session, naam="Leuven", gemeente="Leuven", postcodes=LEUVEN, now=now
                )
            self._as_owner(floor.MAKE, floor.INDEX)
            with transaction() as session:
                city = fill(session, actor, size=self.size, now=now)
            mark_rows(self.app.extensions["vault"], anew=True)  # what was filled in bulk has no mark yet
            if db.engine.dialect.name == "postgresql":
                # What autovacuum does in a real one; the throw-away cluster has none.
                self._as_owner("VACUUM ANALYZE", "CHECKPOINT")
            db.session.remove()
            db.engine.dispose()
        self.app.extensions["vault"].dispose()
        return city

    def _as_owner(self, *statements: str) -> None:
        """What the role of the application may not do on PostgreSQL."""
        url = make_url(self.app.config["SETTINGS"].owner_url)
        superuser = url if url.drivername == "sqlite" else url.set(username="postgres")
        engine = create_engine(superuser, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        if url.username:
            werkingen.entrust(engine, db.engine.url.username or "")
        engine.dispose()

    def statements(self, page: Page) -> int:
        """The number of SQL statements of one of its pages."""
        return statements(self.app, page)

    @contextmanager
    def served(self) -> Iterator[tuple[Client, Client]]:
        """The application and the floor, both answering."""
        servers = [Server(what, self.home, self.environ) for what in ("app", "floor")]
        try:
            for server in servers:
                server.wait()
            yield Client(servers[0], self.backends), Client(servers[1], self.backends)
        finally:
            for server in servers:
                server.stop()
