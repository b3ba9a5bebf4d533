"""What a form brings along: how much of it is read, under which names, and how it is given back."""

from __future__ import annotations

import io
from http import HTTPStatus
from typing import Any

from flask import Request, current_app, g, request
from werkzeug.exceptions import BadRequest, LengthRequired, RequestEntityTooLarge

MOST_FIELDS, LONGEST_NAME = 2_000, 200
MOST_ECHOED = 2 * 1024 * 1024
UNREAD = frozenset({HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.LENGTH_REQUIRED})
"""Refusals of a body that is not to be parsed, not even to give back what was typed."""


class CaseRequest(Request):
    """A request whose uploads stay in memory: a temporary file would hold them in clear on disk."""

    def _get_file_stream(self, *about: Any, **more: Any) -> io.BytesIO:
        return io.BytesIO()


def require_bounded() -> None:
    """Refuse a plain form that is too large or of unknown length, unread.

    Parsing endless fields costs more than any page; Werkzeug bounds those of a form with files itself.
    RequestEntityTooLarge or LengthRequired.
    """
    if request.mimetype != "application/x-www-form-urlencoded":
        return
    if request.content_length is None:
        raise LengthRequired
    too_long = request.content_length > current_app.config["MAX_FORM_MEMORY_SIZE"]
    if too_long or request.get_data().count(b"&") >= MOST_FIELDS:
        raise RequestEntityTooLarge


def require_own_names() -> None:
    """Refuse a form with the name of a field that none of our pages has: BadRequest, nothing given back."""
    # WTForms counts the entries of a list by str.isdigit, which takes "²", while int() doesn't: it crashes.
    if any(len(name) > LONGEST_NAME or not name.isascii() for name in request.form):
        g.unreadable = True
        raise BadRequest


def here() -> str:
    """The address of this request, inside this application."""
    return request.full_path.rstrip("?")


def echo() -> dict[str, Any]:
    """What was typed in the form of this request, to be given back: its address and its fields."""
    fields = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name != "csrf_token" and not name.startswith("wachtwoord")
    ]
    if sum(len(name) + len(value) for name, value in fields) > MOST_ECHOED:
        fields = []
    return {"target": here(), "fields": fields}
