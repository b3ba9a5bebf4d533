"""The application behind TLS: `python -m tests.web.served HOME PORT CERTIFICATE KEY`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from gunicorn.app.base import BaseApplication

from gezinscoach.app import create_app
from gezinscoach.kernel.config import Settings


class Served(BaseApplication):
    """Gunicorn as the application itself starts it, with a certificate."""

    def load_config(self) -> None:
        """One process, on the loopback."""
        _home, port, certificate, key = sys.argv[1:]
        for name, value in {
            "bind": f"127.0.0.1:{port}",
            "certfile": certificate,
            "keyfile": key,
            "threads": 2,
            "worker_class": "gthread",
            "loglevel": "warning",
        }.items():
            self.cfg.set(name, value)

    def load(self) -> object:
        """The application of a home, not a demo: its cookies are for https only."""
        return create_app(Settings.at(Path(HOME), os.environ))


if __name__ == "__main__":
    HOME = sys.argv[1]
    Served().run()
