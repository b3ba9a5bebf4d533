"""The command line of the toelage; `gezinscoach.cli` mounts it and gives it the installation."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click
from flask_babel import gettext as _
from flask_babel import ngettext

from gezinscoach.kernel import audit, web
from gezinscoach.kernel.command import Installation
from gezinscoach.toelage import present, queries, sheets
from gezinscoach.toelage.rules import Uitkomst


@click.group()
def toelage() -> None:
    """De toelage van een jaar."""


@toelage.command("compute")
@click.option(
    "--year", "year", metavar="JAAR", type=click.IntRange(2000, 2100), required=True, help="Kalenderjaar."
)
@click.option(
    "--as-of",
    "as_of",
    metavar="JJJJ-MM-DD",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Zoals het was op deze dag; zonder: vandaag.",
)
@click.option("--json", "to_json", is_flag=True, help="Toon JSON.")
@click.option(
    "--xlsx",
    "to_xlsx",
    metavar="BESTAND",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Schrijf een XLSX-bestand.",
)
@click.pass_obj
def compute(
    installation: Installation, year: int, as_of: datetime | None, to_json: bool, to_xlsx: Path | None
) -> None:
    """Bereken de toelage per organisatie, met voor elke lijn de reden."""
    if to_json and to_xlsx:
        raise click.UsageError(_("Kies --json of --xlsx, niet allebei."))
    day = as_of.date() if as_of else web.today()
    if day > web.today():
        click.echo(
            _(
                "Let op: %(day)s moet nog komen. De berekening gaat ervan uit dat alles loopt zoals nu.",
                day=day,
            ),
            err=True,
        )
    with installation() as (db, actor):
        audit.record(db, actor, "toelage.export" if to_json or to_xlsx else "toelage.read", now=web.now())
        outcome = queries.uitkomst(db, actor, year, day)
        if to_json:
            said = json.dumps(present.as_json(outcome), ensure_ascii=False, indent=2)
        elif to_xlsx:
            said, content = _("Geschreven: %(file)s", file=to_xlsx), sheets.write(outcome)
        else:
            said = table(outcome)
    # Only now: who reads is on record before there is anything to read.
    if to_xlsx:
        _write(to_xlsx, content)
    click.echo(said)


def table(outcome: Uitkomst) -> str:
    """An outcome as lines of text: totals first, then every line with its reason."""
    rows = [
        (
            total.organisation,
            ngettext("%(num)d gezin", "%(num)d gezinnen", total.families),
            ngettext("%(num)d coach", "%(num)d coaches", total.coaches),
            present.euro(total.amount_cents),
        )
        for total in outcome.organisations
    ]
    said = [
        _(
            "Toelage %(year)d, zoals het was op %(day)s (%(rule)s)",
            year=outcome.year,
            day=outcome.as_of.isoformat(),
            rule=outcome.regeling.name,
        ),
        "",
    ]
    said += _aligned([*rows, (_("Totaal"), "", "", present.euro(outcome.total_cents))])
    not_counting = _("Telt niet mee") if outcome.ended else _("Telt (nog) niet mee")
    for counts, title in ((True, _("Telt mee")), (False, not_counting)):
        lines = [line for line in outcome.lines if line.counts is counts]
        said += ["", f"{title} ({len(lines)})"]
        said += _aligned(
            [
                (line.kind.value, line.code, line.organisation, present.sentence(line, ended=outcome.ended))
                for line in lines
            ]
        )
    return "\n".join(said)


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(value.ljust(width) for value, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise click.ClickException(
            _(
                "%(file)s kan niet geschreven worden. Kijk of de map er is, of je er mag schrijven "
                "en of er plaats is.",
                file=path,
            )
        ) from error
