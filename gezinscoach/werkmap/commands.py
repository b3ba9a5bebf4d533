"""The command line of the import; `gezinscoach.cli` mounts it and gives it the installation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click

from gezinscoach.kernel import web
from gezinscoach.kernel.command import Installation
from gezinscoach.werkmap import actions, present
from gezinscoach.werkmap.rules import WorkbookIncomplete
from gezinscoach.werkmap.rules.report import Report
from gezinscoach.werkmap.workbook import WorkbookUnreadable, read_file


@click.group()
def werkmap() -> None:
    """De werkmap van een stad."""


@werkmap.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Toon wat er zou gebeuren en bewaar niets.")
@click.option(
    "--as-of",
    "as_of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Wat na deze dag ligt, is de toekomst; zonder: vandaag.",
)
@click.option(
    "--report",
    "to_report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Schrijf het verslag als JSON.",
)
@click.pass_obj
def import_(
    installation: Installation, file: Path, dry_run: bool, as_of: datetime | None, to_report: Path | None
) -> None:
    """Lees een werkmap in (.xlsx of .ods)."""
    day = as_of.date() if as_of else web.today()
    try:
        sheets = read_file(file)
        with installation() as (db, actor):
            _, judgement = actions.bring_in(db, actor, sheets, as_of=day, bestand=file.name, now=web.now())
            report = judgement.report()
            lines = list(summary(report, day.isoformat(), dry_run))
            if to_report:
                _write(to_report, report)
            if dry_run:
                db.rollback()
    except (WorkbookUnreadable, WorkbookIncomplete) as error:
        raise click.ClickException(str(error)) from error
    click.echo("\n".join(lines))


def summary(report: Report, day: str, dry_run: bool) -> Iterator[str]:
    """A report as lines of text: each sheet with its counts, problems and remarks."""
    yield f"Werkmap, tegen de peildag {day}" + (" (proef: er is niets bewaard)" if dry_run else "")
    for blad in present.bladen(report):
        yield ""
        yield f"{blad.naam} - {blad.telling}"
        for sign, lines in (("  x", blad.geweigerd), ("  !", blad.twijfels)):
            for one in lines:
                value = f" ({' '.join(one.waarde.split())})" if one.waarde else ""
                yield f"{sign} rij {one.rij}, {one.kolom}{value}: {one.reden}"
    yield ""
    yield present.said(report)


def _write(path: Path, report: Report) -> None:
    try:
        path.write_text(json.dumps(report.as_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        message = f"{path} kan niet geschreven worden: {error.strerror}. Er is niets ingelezen."
        raise click.ClickException(message) from error
