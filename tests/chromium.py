"""Which Chromium the journeys drive, and how it is started."""

from __future__ import annotations

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = "Chromium ontbreekt, dus geen reizen; installeer het met: apt install chromium (of zet CHROME)"
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDTHS = {"telefoon": {"width": 390, "height": 844}, "scherm": {"width": 1280, "height": 900}}
"""The two windows of every journey, in CSS pixels."""


def executable() -> str | None:
    """The path of the browser: CHROME, else the first one on PATH; None when there is none."""
    chosen = os.environ.get("CHROME")
    found = (shutil.which(name) for name in ([chosen] if chosen else NAMES))
    return next(filter(None, found), None)


def flags() -> list[str]:
    """Nothing in the background, no net of its own; root can only run it without the sandbox."""
    return [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else list(FLAGS)
