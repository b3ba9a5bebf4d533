"""How long the workbook takes to come into a fresh installation."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

WERKMAP = Path("tests/data/werkmap.xlsx")
DAY = "2026-10-15"
"""The reference date of that workbook: against it "in the future" is judged."""


@dataclass
class Import:
    """Seconds of the command, from its start to its end, and processor time of it; or what was wrong."""

    seconds: float = 0
    cpu_seconds: float = 0
    problem: str = ""


def time_import(home: Path, environ: dict[str, str]) -> Import:
    """Import tests/data/werkmap.xlsx into a new installation in `home`."""
    # As where Python keeps what it compiled: `init` writes that, the import finds it.
    compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(home.with_name("compiled"))}
    environ = os.environ | compiled | environ | {"GEZINSCOACH_HOME": str(home)}
    program = str(Path(sys.executable).with_name("gezinscoach"))

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([program, *words], env=environ, capture_output=True, text=True, check=False)

    made = run("init")
    if made.returncode:
        return Import(problem=made.stderr)
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = run("werkmap", "import", str(WERKMAP), "--as-of", DAY)
    seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Import(seconds, cpu, done.stderr if done.returncode else "")
