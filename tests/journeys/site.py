"""An installation in a folder of its own, served on the loopback by a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from gezinscoach.cli import prepare
from gezinscoach.kernel.config import Settings
from gezinscoach.kernel.database import db, transaction

ROOT = Path(__file__).parents[2]


class Site:
    """A fresh installation that `fill` filled; cookies work over http, as in the demo."""

    def __init__(
        self,
        home: Path,
        moment: datetime,
        fill: Callable[[Session], None],
        environ: dict[str, str],
        workers: int = 1,
    ) -> None:
        self.workers = workers
        self.environ = environ
        self.home, self.moment = home, moment
        self.port, self.started = 0, moment
        self._app = prepare(Settings.at(home, self.environ, demo=True))
        with self.open() as session:
            fill(session)

    @property
    def url(self) -> str:
        """The address of the first page, without the slash."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def now(self) -> datetime:
        """The time that it is there, give or take the seconds of starting."""
        return self.moment + (datetime.now(UTC) - self.started)

    @contextmanager
    def open(self) -> Iterator[Session]:
        """The data behind the pages; what is done is kept, and nothing of it stays open."""
        with self._app.app_context():
            with transaction() as session:
                yield session
            db.session.remove()
            db.engine.dispose()
        self._app.extensions["vault"].dispose()

    @contextmanager
    def serve(self) -> Iterator[Site]:
        """Serve until the end; an AssertionError shows the trouble that the server wrote down."""
        command = [sys.executable, "-m", "tests.journeys.serve"]
        log = self.home / "server.log"
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        with log.open("w") as stream:
            self.started = datetime.now(UTC)
            server = subprocess.Popen(
                [*command, str(self.home), str(self.port), self.moment.isoformat(), str(self.workers)],
                cwd=ROOT,
                env=os.environ | self.environ,
                stdout=stream,
                stderr=stream,
            )
            try:
                self._wait(server)
                yield self
            finally:
                server.terminate()
                try:
                    server.wait(40)  # longer than gunicorn lets an answer finish
                except subprocess.TimeoutExpired:
                    server.kill()
                    server.wait()
                    raise
        trouble = log.read_text()
        assert "Traceback" not in trouble, trouble[-6000:]

    def _wait(self, server: subprocess.Popen[bytes]) -> None:
        ends = time.monotonic() + 60
        while server.poll() is None and time.monotonic() < ends:
            try:
                return socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.05)
        raise TimeoutError(f"the server does not start: {(self.home / 'server.log').read_text()}")
