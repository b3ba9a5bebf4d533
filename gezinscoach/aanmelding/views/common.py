"""What the addresses of both sides share."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, request

from gezinscoach.dossier import queries as dossier
from gezinscoach.kernel import web

pages = Blueprint("aanmelding", __name__)


def names() -> dict[str, str]:
    """The levensdomeinen of today, by code."""
    return {entry.code: entry.naam for entry in dossier.codelist(web.session(), web.today())}


def status() -> int:
    """The status of a form that is shown: wrong when it was sent, else fine."""
    return HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
