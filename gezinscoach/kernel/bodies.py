"""What a form brings along: how much of it is read, under which names, and how it is given back."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Request, current_app, g, request
from werkzeug.exceptions import BadRequest, LengthRequired, RequestEntityTooLarge
from wtforms import Field, HiddenField, SelectFieldBase, TextAreaField
from wtforms import Form as AnyForm
from wtforms.fields.core import UnboundField

from gezinscoach.kernel import once
from gezinscoach.kernel.forms import storable

MOST_FIELDS, LONGEST_NAME = 2_000, 200
NOTHING: dict[str, Any] = {"target": "", "fields": [], "files": False}
"""What is given back of a form that is not to be trusted, or not to be read."""
TARGET = "bewaard.doel"
"""Where a form goes that is carried along by the pages of signing in."""
MOST_ECHOED = 2 * 1024 * 1024
LONG = 40
"""Characters from which on a line, too, is a pity to type again."""
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
    # A part of a form with files may have no name at all.
    if any(not name or len(name) > LONGEST_NAME or not name.isascii() for name in request.form):
        g.unreadable = True
        raise BadRequest


def here() -> str:
    """The address of this request, inside this application."""
    return request.full_path.rstrip("?")


def is_prose(name: str, value: str) -> bool:
    """Whether somebody wrote this in a field for text, or at length: it then stands in sight."""
    kinds, words = _kinds().get(name.rpartition("-")[2], set()), len(value.split())  # in a list: name-0-name
    if TextAreaField in kinds:  # elsewhere that name may be of a list of choices: those are single words
        return words > 1 or (words == 1 and SelectFieldBase not in kinds)
    unseen = HiddenField in kinds or name in (once.FIELD, once.BUTTON, TARGET)
    return words > 0 and len(value) > LONG and not unseen


@cache
def _kinds() -> dict[str, set[type[Field]]]:
    """For the name of every field in any form of the application, of which of these kinds it is."""
    found: dict[str, set[type[Field]]] = {}
    for form in _forms(AnyForm):
        for name in dir(form):
            if isinstance(field := getattr(form, name), UnboundField):
                kinds = (TextAreaField, HiddenField, SelectFieldBase)
                found.setdefault(name, set()).update(
                    one for one in kinds if issubclass(field.field_class, one)
                )
    return found


def _forms(kind: type[AnyForm]) -> Iterator[type[AnyForm]]:
    for one in kind.__subclasses__():
        yield one
        yield from _forms(one)


def echo(*, again: bool = False, account_id: UUID | None = None) -> dict[str, Any]:
    """What was typed in the form of this request, to be given back: its address and its fields.

    Its key goes along, for it may have arrived after all; `again` is for a form that was answered: it gets
    a key of its own, for this account.
    """
    fields = [
        (name, storable(value))
        for name, value in request.form.items(multi=True)
        if name not in ("csrf_token", once.FIELD) and not name.startswith("wachtwoord")
    ]
    if sum(len(name) + len(value) for name, value in fields) > MOST_ECHOED:
        fields = []
    if fields or not again:
        key = "" if again else request.form.get(once.FIELD, "")
        fields.append((once.FIELD, key or once.new_key(account_id)))
    return {
        "target": here(),
        "fields": fields,
        "files": any(file.filename for file in request.files.values()),
    }
