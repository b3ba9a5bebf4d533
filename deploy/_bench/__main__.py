"""Fill, serve, measure, tell: what deploy/bench runs. Exit 1 only when a page was not the real page."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from deploy._bench import audit, beside, report
from deploy._bench.rounds import measure
from deploy._bench.setting import Setting
from deploy._bench.werkmap import time_import
from tests.postgres import Cluster


def say(text: str) -> None:
    """Progress, apart from the figures."""
    print(f"· {text}", file=sys.stderr, flush=True)


def main() -> int:
    """Run the bench of the command line."""
    asked = argparse.ArgumentParser(
        prog="deploy/bench", description="Snelheid, naast een kale bladzijde van Flask."
    )
    asked.add_argument(
        "--short", action="store_true", help="alleen Leuven zelf, weinig rondes: minder dan een minuut"
    )
    asked.add_argument("--postgres", action="store_true", help="op een eigen PostgreSQL in plaats van SQLite")
    asked.add_argument("--audit", action="store_true", help="alleen wat het spoor kost, op beide databanken")
    asked.add_argument("--json", action="store_true", help="de cijfers als JSON")
    asked.add_argument("--belt", action="store_true", help="alleen wat regels op rijen kosten (PostgreSQL)")
    asked.add_argument("--seal", action="store_true", help="alleen wat verzegelen kost")
    given = asked.parse_args()
    if given.belt or given.seal:
        return beside.belt(say) if given.belt else beside.seal(say)
    if given.audit:
        return audit.report(given.short, say)
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gezinscoach-bench-")))
        cluster = None
        if given.postgres:
            cluster = Cluster.start()
            stack.callback(cluster.stop)
        say("werkmap inlezen in een nieuwe installatie")
        fresh = cluster.environ() if cluster else {}
        imported = time_import(place / "werkmap", fresh)
        settings = []
        for size in (1,) if given.short else (1, 100):
            say(f"een stad van {size} keer Leuven vullen")
            settings.append(Setting(size, place / f"{size}", cluster))
            say(f"gevuld in {settings[-1].filled:.1f} s")
        most, rounds = (10, 3) if given.short else (24, 8)
        measured = measure(settings, rounds=rounds, most=most, seconds=1.5, say=say)
        if imported.problem:
            measured.failures.append(f"werkmap import: {imported.problem.strip().splitlines()[-1]}")
    database = "PostgreSQL" if given.postgres else "SQLite"
    if given.json:
        told = {"database": database, "werkmap": asdict(imported), **measured.plain()}
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        print(report.table(measured, imported, database))
    return 1 if measured.failures else 0


if __name__ == "__main__":
    sys.exit(main())
