"""The server of the journeys, from MOMENT on: `python -m tests.journeys.serve HOME PORT MOMENT WORKERS`."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from gezinscoach.app import create_app
from gezinscoach.cli.serving import run
from gezinscoach.kernel import web
from gezinscoach.kernel.config import Settings
from gezinscoach.kernel.dates import day_of


def start_clock(moment: datetime) -> None:
    """Let the web edge, where alone the pages ask the time, live from this moment on."""
    # Not freezegun: it also stops the clock by which the server waits for browsers.
    ago = datetime.now(UTC) - moment
    web.now = lambda: datetime.now(UTC) - ago
    web.today = lambda: day_of(web.now())


if __name__ == "__main__":
    home, port, moment, workers = sys.argv[1:]
    start_clock(datetime.fromisoformat(moment))
    run(
        create_app(Settings.at(Path(home), os.environ, demo=True)),
        "127.0.0.1",
        int(port),
        workers=int(workers),
    )
