"""One process of the bench: `python -m deploy._bench.serve app|plain|floor HOME PORT`."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

from deploy._bench import floor, plain
from gezinscoach.app import create_app
from gezinscoach.cli.serving import run
from gezinscoach.kernel.config import Settings

if __name__ == "__main__":
    what, home, port = sys.argv[1:]
    settings = Settings.at(Path(home), os.environ, demo=True)
    if what == "floor":
        app = floor.create(settings.database_url)
        gc.freeze()  # what importing the application left in memory is not the floor's to look through
    else:
        if what == "plain":
            plain.in_clear()
        app = create_app(settings)
    run(app, "127.0.0.1", int(port), 2)
