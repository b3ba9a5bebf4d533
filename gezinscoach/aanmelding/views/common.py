"""What the addresses of both sides share."""

from __future__ import annotations

from flask import Blueprint

from gezinscoach.dossier import queries as dossier
from gezinscoach.kernel import web

pages = Blueprint("aanmelding", __name__)


def names() -> dict[str, str]:
    """The levensdomeinen of today, by code."""
    return {entry.code: entry.naam for entry in dossier.codelist(web.session(), web.today())}
