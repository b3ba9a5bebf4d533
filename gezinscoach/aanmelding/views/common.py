"""What the addresses of both sides share."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint

from gezinscoach.aanmelding import policy, queries
from gezinscoach.dossier import queries as dossier
from gezinscoach.dossier.rights import Deed
from gezinscoach.kernel import web
from gezinscoach.kernel.fields import Groep

pages = Blueprint("aanmelding", __name__)


def names() -> dict[str, str]:
    """The levensdomeinen of today, by code."""
    return {entry.code: entry.naam for entry in dossier.codelist(web.session(), web.today())}


def blad_for(aanmelding_id: UUID, *needed: tuple[Deed, Groep]) -> queries.Blad:
    """One aanmelding to do something with; 403 after the hand-over, 404 for who may not know of it."""
    db, actor = web.session(), web.actor()
    blad = queries.blad(db, policy.content(actor, *needed), aanmelding_id)
    if blad is None:
        known = queries.blad(db, policy.content(actor), aanmelding_id)
        web.found(known or queries.regel(db, actor, aanmelding_id))
    web.permitted(blad is not None)
    return web.found(blad)
