"""The command line of the import; `gezinscoach.cli` mounts it and gives it the installation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click
from flask_babel import gettext as _

from gezinscoach.kernel import audit, web
from gezinscoach.kernel.command import Installation
from gezinscoach.werkmap import actions, present
from gezinscoach.werkmap.rules import WorkbookIncomplete
from gezinscoach.werkmap.rules.report import Report
from gezinscoach.werkmap.workbook import WorkbookUnreadable, read_file


@click.group()
def werkmap() -> None:
    """De werkmap van een stad."""


@werkmap.command("import")
@click.argument("file", metavar="BESTAND", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Toon wat er zou gebeuren en bewaar niets.")
@click.option(
    "--as-of",
    "as_of",
    metavar="JJJJ-MM-DD",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Wat na deze dag ligt, is de toekomst; zonder: vandaag.",
)
@click.option(
    "--report",
    "to_report",
    metavar="BESTAND",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Schrijf het verslag als JSON.",
)
@click.pass_obj
def import_(
    installation: Installation, file: Path, dry_run: bool, as_of: datetime | None, to_report: Path | None
) -> None:
    """Lees een werkmap in (.xlsx of .ods)."""
    day = as_of.date() if as_of else web.today()
    if to_report:
        _try(to_report)
    try:
        sheets = read_file(file)
        with installation() as (db, actor):
            _, judgement = actions.bring_in(db, actor, sheets, as_of=day, bestand=file.name, now=web.now())
            report = judgement.report()
            lines = list(summary(report, day.isoformat(), dry_run))
            as_json = json.dumps(report.as_json(present.worded), ensure_ascii=False, indent=1) + "\n"
            if dry_run:
                db.rollback()
            if looks := db.info.pop("looks", []):
                audit.keep(db, looks)  # also of a dry run: what it says of families was seen
    except (WorkbookUnreadable, WorkbookIncomplete) as error:
        raise click.ClickException(" ".join(present.unread(error))) from error
    click.echo("\n".join(lines))
    # Only now: a report says what stands.
    if to_report:
        _write(to_report, as_json, dry_run)


def summary(report: Report, day: str, dry_run: bool) -> Iterator[str]:
    """A report as lines of text: each sheet with its counts, problems and remarks."""
    yield (
        _("Werkmap, tegen de peildag %(day)s (proef: er is niets bewaard)", day=day)
        if dry_run
        else _("Werkmap, tegen de peildag %(day)s", day=day)
    )
    for blad in present.bladen(report):
        yield ""
        yield f"{blad.naam} - {blad.telling}"
        for sign, lines in (("  x", blad.geweigerd), ("  !", blad.twijfels)):
            for one in lines:
                value = f" ({' '.join(one.waarde.split())})" if one.waarde else ""
                line = _("rij %(row)d, %(column)s", row=one.rij, column=one.kolom)
                yield f"{sign} {line}{value}: {one.reden}"
    yield ""
    yield present.rehearsed(report) if dry_run else present.said(report)


def _try(path: Path) -> None:
    """Refuse a report that cannot be written before anything is read in; an earlier report stays as it is."""
    there = path.exists()
    try:
        path.open("a").close()
        if not there:
            path.unlink()
    except OSError as error:
        raise click.ClickException(
            _(
                "%(file)s kan niet geschreven worden. Er is niets ingelezen. "
                "Kijk of de map er is en of je er mag schrijven.",
                file=path,
            )
        ) from error


def _write(path: Path, content: str, dry_run: bool) -> None:
    try:
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(
            _("Het was een proef: er is niets bewaard. Het verslag %(file)s is niet geschreven.", file=path)
            if dry_run
            else _("De werkmap is ingelezen, maar het verslag %(file)s is niet geschreven.", file=path)
        ) from error
