"""The web edge: who asks, what time it is, one transaction a request, headers, and answers to trouble.

The only place, with the command line, that looks at the clock and at the signed-in person.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest, HTTPException, NotFound, SecurityError

from gezinscoach.kernel import audit, bodies, texts
from gezinscoach.kernel.access import Actor, mark_of
from gezinscoach.kernel.database import db, reading
from gezinscoach.kernel.dates import day_of

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

log = logging.getLogger("gezinscoach")


Thing = TypeVar("Thing")


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """This day in Flanders."""
    return day_of(now())


def session() -> Session:
    """The database session of this request."""
    held: Session = db.session()
    return held


def actor() -> Actor:
    """Who acts in this request; only behind a door that asks for somebody."""
    held: Actor | None = signed_in()
    if held is None:
        raise NotFound
    return held


def signed_in() -> Actor | None:
    """Who is signed in, if anybody."""
    return getattr(current_user, "actor", None)


def keep() -> None:
    """Let what this request wrote stay although its answer is a refusal: failed sign-ins, only."""
    g.keep = True


def page_number(name: str = "blad") -> int:
    """The number of a page in the address, from 1 on; 1 for anything that is no such number."""
    given = request.args.get(name, "")
    return min(max(int(given), 1), 10_000) if given.isascii() and given.isdigit() and len(given) < 6 else 1


def form_status() -> int:
    """The status of a page with a form: 422 when it was sent and did not pass, else 200."""
    return HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK


def found(thing: Thing | None) -> Thing:
    """The thing, or "not found": a stranger never learns that it exists."""
    if thing is None:
        raise NotFound
    return thing


def install(app: Flask, wordings: Mapping[type[Exception], Callable[[], str]]) -> None:
    """Put the edge around an application; `wordings` has the sentence for every refusal of the rules."""

    texts.install(app)

    @app.before_request
    def _begin() -> ResponseReturnValue | None:
        reading.set(request.method in SAFE)
        if request.method not in SAFE:
            _require_own_form()
        view = current_app.view_functions.get(request.endpoint or "")
        if view is None:
            return None  # no such address: the router's own 404 or 405 follows
        mark = mark_of(view)
        someone = signed_in()
        if mark is not None and mark.admits(someone):
            return None
        if someone is None and mark is not None:
            return sign_in_first()
        raise NotFound

    @app.after_request
    def _end(answer: Response) -> Response:
        try:
            _settle(answer.status_code)
        except IntegrityError:
            answer = current_app.make_response(refuse(wordings[IntegrityError]()))
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)
        if request.is_secure:
            answer.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if request.endpoint not in ("static", "bootstrap.static"):
            answer.headers.setdefault("Cache-Control", "no-store")
        return answer

    @app.teardown_request
    def _forget(error: BaseException | None) -> None:
        reading.set(False)

    @app.errorhandler(CSRFError)
    def _stale(error: CSRFError) -> ResponseReturnValue:
        if signed_in() is None:
            return sign_in_first()
        if not from_own_page():
            return refuse(_reason(HTTPStatus.BAD_REQUEST), HTTPStatus.BAD_REQUEST)
        return render_template("errors/resend.html", **bodies.echo()), HTTPStatus.BAD_REQUEST

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> ResponseReturnValue:
        if error.code is None or error.response is not None or isinstance(error, SecurityError):
            return error
        if error.code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            session().rollback()
            return render_template("errors/broken.html"), error.code
        if error.code in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED):
            return render_template("errors/not_found.html"), HTTPStatus.NOT_FOUND
        if error.code in bodies.UNREAD:
            g.unreadable = True
        return refuse(_reason(error.code), error.code)

    for kind, wording in wordings.items():
        app.register_error_handler(kind, lambda error, say=wording: refuse(say(), HTTPStatus.CONFLICT))

    @app.errorhandler(Exception)
    def _broken(error: Exception) -> ResponseReturnValue:
        log.error("%s %s: %s", request.method, request.endpoint, type(error).__name__, exc_info=error)
        session().rollback()
        return render_template("errors/broken.html"), HTTPStatus.INTERNAL_SERVER_ERROR


def log_exception(exc_info: Any) -> None:
    """Log a crash by its endpoint: an address can hold a token."""
    log.error("%s %s", request.method, request.endpoint, exc_info=exc_info)


def _settle(status: int) -> None:
    """Commit an act or undo a refusal, and put who looked on record, before the answer leaves.

    A page with errors in its form (422) shows as much as the page itself, so every look is kept.
    """
    held = session()
    trace = held.info.pop("looks", []) if status < HTTPStatus.INTERNAL_SERVER_ERROR else []
    touch = held.info.pop("touch", None)
    writes = request.method not in SAFE and (status < HTTPStatus.BAD_REQUEST or g.get("keep", False))
    if not writes:
        held.rollback()
        reading.set(False)
    if writes or trace or touch is not None:
        if touch is not None:
            held.execute(touch)
        if trace:
            audit.keep(held, trace)
        held.commit()


def _require_own_form() -> None:
    """Refuse a form that none of our pages sends; too large or from elsewhere, it is not even read."""
    bodies.require_bounded()
    if request.headers.get("Sec-Fetch-Site", "same-origin") == "cross-site" and signed_in() is not None:
        raise BadRequest
    bodies.require_own_names()


def _reason(status: int) -> str:
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return str(_("Dit bestand of deze tekst is te groot. Er is niets bewaard. Kies een kleiner bestand."))
    return str(_("Dit konden we niet lezen. Er is niets bewaard. Ga terug en probeer het opnieuw."))


def refuse(sentence: str, status: int = HTTPStatus.CONFLICT) -> ResponseReturnValue:
    """Answer why this cannot be done; nothing of the request stays, and what was typed is given back."""
    session().rollback()
    typed = (
        request.method not in SAFE and not g.get("unreadable") and signed_in() is not None and from_own_page()
    )
    kept = bodies.echo() if typed else {"target": "", "fields": []}
    return render_template("errors/refused.html", sentence=sentence, **kept), status


def sign_in_first() -> ResponseReturnValue:
    """Send somebody to sign in, keeping the address, and what was typed when it was our own form."""
    if request.method in SAFE:
        return redirect(url_for("accounts.sign_in", verder=bodies.here()))
    from_here = from_own_page()
    kept = bodies.echo() if from_here else {"target": "", "fields": []}
    return current_app.extensions["sign_in_page"](kept), HTTPStatus.UNAUTHORIZED


def from_own_page() -> bool:
    """Whether the browser says that this form was ours: nobody else's form is ever echoed."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(origin).netloc == request.host


def local_address(given: str | None) -> str | None:
    """An address inside this application, or None: never a link to elsewhere."""
    if (
        not given
        or not given.startswith("/")
        or given.startswith(("//", "/\\"))
        or not given.isprintable()
        or "\\" in given
    ):
        return None
    parts = urlsplit(given)
    return given if not parts.netloc and not parts.scheme else None
