"""Where a form belongs: the page on which it stands, and the ids in the address that it goes to."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from gezinscoach.kernel import web
from gezinscoach.kernel.access import mark_of


def page_of(target: str) -> str:
    """The page to go back to from a form that goes to this address: its own, else the nearest one above it
    that is no other form; each only when it opens for who asks, without a new proof. Else Vandaag."""
    path = urlsplit(target).path.rstrip("/")
    if _opens(path):
        return f"{request.script_root}{target}"
    while path := path.rpartition("/")[0]:
        if _opens(path) and not _is_form(path):
            return f"{request.script_root}{path}"
    return f"{request.script_root}/"


def ids_in(target: str) -> dict[str, Any]:
    """The values in the address of a form, by name; none of an address that there is not."""
    found = _match(urlsplit(target).path, "POST")
    return found[1] if found else {}


def _opens(path: str) -> bool:
    found, someone = _match(path, "GET"), web.signed_in()
    mark = mark_of(current_app.view_functions[found[0]]) if found else None
    return mark is not None and mark.admits(someone) and not mark.asks_proof(someone, web.now())


def _is_form(path: str) -> bool:
    shown, sent = _match(path, "GET"), _match(path, "POST")
    return shown is not None and shown == sent


def _match(path: str, method: str) -> tuple[str, dict[str, Any]] | None:
    try:
        endpoint, values = current_app.url_map.bind(request.host).match(path, method)
    except (HTTPException, RequestRedirect):
        return None
    return endpoint, dict(values)
