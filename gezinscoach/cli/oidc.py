"""Commands about issuers: services of an organisation through which people sign in (OpenID Connect)."""

from __future__ import annotations

from pathlib import Path

import click
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from gezinscoach.accounts import actions, present, queries, rules
from gezinscoach.accounts.tables.federation import Issuer
from gezinscoach.cli.base import installation, settings_here
from gezinscoach.kernel import oidc as protocol
from gezinscoach.kernel import web
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.names import organisation_key
from gezinscoach.kernel.secret import LONGEST


@click.group()
def oidc() -> None:
    """Diensten waarmee mensen kunnen inloggen (OpenID Connect)."""


@oidc.command("add")
@click.option("--name", "naam", metavar="NAAM", required=True, help="Zo staat ze op de knop.")
@click.option("--issuer", "address", metavar="ADRES", required=True, help="Met https.")
@click.option("--client-id", "client_id", metavar="NAAM", required=True)
@click.option(
    "--secret-file",
    metavar="BESTAND",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Bestand met het geheim van de dienst; zonder dit wordt het gevraagd.",
)
@click.option(
    "--organisation-claim",
    "claim",
    metavar="CLAIM",
    default="vo_orgcode",
    show_default=True,
    help="Waarin de dienst de organisatie zegt.",
)
@click.option(
    "--acr",
    metavar="WAARDE",
    multiple=True,
    help="Waarde van acr of amr die telt als tweede factor; mag meer dan eens.",
)
def add(
    naam: str, address: str, client_id: str, secret_file: Path | None, claim: str, acr: tuple[str, ...]
) -> None:
    """Voeg een dienst toe waarmee mensen kunnen inloggen."""
    if protocol.origin_of(address) is None or "?" in address or "#" in address:
        raise click.BadParameter(_("Geef een adres met https."), param_hint="--issuer")
    if any(not one or " " in one for one in acr):
        raise click.BadParameter(_("Geef elke waarde apart, zonder spaties."), param_hint="--acr")
    secret = (
        secret_file.read_text(encoding="utf-8")
        if secret_file
        else click.prompt(_("Geheim van de dienst"), hide_input=True)
    )
    if not 0 < len(secret.strip().encode()) <= LONGEST:
        raise click.BadParameter(_("Dit geheim is leeg of te lang."), param_hint="--secret-file")
    with installation() as (db, actor):
        try:
            row = actions.add_issuer(
                db,
                actor,
                naam=naam.strip(),
                address=address,
                client_id=client_id,
                client_secret=secret.strip(),
                organisation_claim=claim,
                acr=acr,
                now=web.now(),
            )
        except rules.Refusal as refusal:
            raise click.ClickException(present.wordings()[type(refusal)]()) from refusal
        party = protocol.Party(row.id.hex, address, client_id, "")
    click.echo(_("Toegevoegd: %(naam)s", naam=naam))
    back = f"{settings_here().base_url or ''}/inloggen/terug/{row.id}"
    click.echo(_("Geef dit adres op bij de dienst: %(address)s", address=back))
    try:
        protocol.ask_issuer(party)
    except protocol.Unreachable:
        click.echo(_("Let op: de dienst antwoordt nu niet zoals het hoort. Kijk het adres na."), err=True)


@oidc.command("list")
def show() -> None:
    """Toon de diensten, en welke organisatie ze met welke waarde bedoelen."""
    with installation() as (db, actor):
        rows = queries.issuers(db, actor)
    for row in rows:
        click.echo(f"{row.naam}: {row.address} ({', '.join((row.client_id, row.claim, *row.acr.split()))})")
        for value, naam in row.values:
            click.echo(f"  {value} = {naam}")
    if not rows:
        click.echo(_("Er is nog geen dienst. Voeg er een toe met: gezinscoach oidc add"))


@oidc.command("remove")
@click.option("--name", "naam", metavar="NAAM", required=True)
def remove(naam: str) -> None:
    """Haal een dienst weg: niemand logt er nog mee in."""
    with installation() as (db, actor):
        actions.remove_issuer(db, actor, _issuer(db, actor, naam), now=web.now())
    click.echo(_("Weggehaald: %(naam)s", naam=naam))


@oidc.command("map")
@click.option("--name", "naam", metavar="NAAM", required=True)
@click.option("--value", metavar="WAARDE", required=True, help="Bijvoorbeeld een ondernemingsnummer.")
@click.option("--organisation", "organisatie", metavar="NAAM", required=True)
def map_value(naam: str, value: str, organisatie: str) -> None:
    """Zeg welke organisatie een dienst met een waarde bedoelt."""
    if not 0 < len(value.strip()) <= 100:
        raise click.BadParameter(_("Geef een waarde van hoogstens 100 tekens."), param_hint="--value")
    with installation() as (db, actor):
        issuer, key = _issuer(db, actor, naam), organisation_key(organisatie)
        for row in queries.organisaties(db, actor):
            if organisation_key(row.naam) == key:
                actions.map_organisation(db, actor, issuer, value, row, now=web.now())
                break
        else:
            raise click.ClickException(
                _(
                    "Er is geen organisatie met de naam %(naam)s. "
                    "Voeg ze toe met: gezinscoach organisatie add",
                    naam=organisatie,
                )
            )
    click.echo(_("%(value)s is nu %(organisatie)s", value=value, organisatie=row.naam))


@oidc.command("unmap")
@click.option("--name", "naam", metavar="NAAM", required=True)
@click.option("--value", metavar="WAARDE", required=True)
def unmap(naam: str, value: str) -> None:
    """Vergeet welke organisatie een dienst met een waarde bedoelt."""
    with installation() as (db, actor):
        if not actions.unmap_organisation(db, actor, _issuer(db, actor, naam), value, now=web.now()):
            raise click.ClickException(_("Deze waarde betekent niets bij deze dienst."))
    click.echo(_("Vergeten: %(value)s", value=value))


def _issuer(db: Session, actor: Actor, naam: str) -> Issuer:
    row = queries.issuer_named(db, actor, naam)
    if row is None:
        raise click.ClickException(_("Er is geen dienst met de naam %(naam)s.", naam=naam))
    return row
