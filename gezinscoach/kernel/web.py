"""The web edge: who asks, what time it is, one transaction a request, headers, and answers to trouble.

The only place, with the command line, that looks at the clock and at the signed-in person.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import InvalidRequestError, SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.exceptions import Forbidden, NotFound

from gezinscoach.kernel import bodies
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.database import db, reading
from gezinscoach.kernel.dates import day_of
from gezinscoach.kernel.trouble import disk_full

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
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
    """Let what this request wrote stay although its answer is a refusal: wrong passwords and codes, only."""
    g.keep = True


def acts() -> None:
    """Let this GET write, as the return from an issuer does; what it goes by must work only once."""
    session().rollback()
    reading.set(False)
    g.acts = True


def page_number(name: str = "blad") -> int:
    """The number of a page in the address, from 1 on; 1 for anything that is no such number."""
    given = request.args.get(name, "")
    return min(max(int(given), 1), 10_000) if given.isascii() and given.isdigit() and len(given) < 6 else 1


def form_status() -> int:
    """The status of a page with a form: sent but not passed 422, overtaken 409, else 200."""
    if g.get("conflict", False):
        return HTTPStatus.CONFLICT
    return HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK


def found(thing: Thing | None) -> Thing:
    """The thing, or "not found": a stranger never learns that it exists."""
    if thing is None:
        raise NotFound
    return thing


def permitted(may: bool) -> None:
    """Go on, or answer "not you": for who may know of the thing, but not do this with it."""
    if not may:
        raise Forbidden


def held(row: Thing, *more: object) -> Thing:
    """The row, as it is now and, when this request may change it, kept from others until the end."""
    if request.method not in SAFE:
        g.about = getattr(row, "id", None)
        for each in (row, *more):
            try:
                # On PostgreSQL: who only adds to a dossier, and so points at its row, need not wait.
                session().refresh(each, with_for_update={"key_share": True})
            except InvalidRequestError:  # it went between the question and this one
                if each not in session():
                    raise
                raise NotFound from None
    return row


def last_hand() -> str:
    """A sentence on who changed the row that is held, and when; "" when nobody knows."""
    about = g.get("about")
    said: str = current_app.extensions["last_hand"](session(), actor(), about, now=now()) if about else ""
    return said


def reason(status: int) -> str:
    """Why a request could not be read, in a sentence."""
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return str(_("Dit bestand of deze tekst is te groot. Er is niets bewaard. Kies een kleiner bestand."))
    if status == HTTPStatus.FORBIDDEN:
        return str(
            _("Dit kan jij hier niet doen. Er is niets veranderd. Vraag het aan de vaste gezinscoach.")
        )
    return str(_("Dit konden we niet lezen. Er is niets bewaard. Ga terug en probeer het opnieuw."))


def refuse(sentence: str, status: int = HTTPStatus.CONFLICT) -> ResponseReturnValue:
    """Answer why this cannot be done; nothing of the request stays, and what was typed is given back."""
    session().rollback()
    return render_template("errors/refused.html", sentence=sentence, **typed(again=True)), status


def trouble(error: BaseException | None, status: int) -> ResponseReturnValue:
    """Say that it is not the visitor's fault, and give back what was typed: nothing of it was kept."""
    kept = bodies.NOTHING
    with suppress(SQLAlchemyError):  # the page that says that something broke must not break
        session().rollback()
        kept = typed(again=False)
    if disk_full(error):
        return render_template("errors/full.html", **kept), HTTPStatus.INSUFFICIENT_STORAGE
    return render_template("errors/broken.html", **kept), status


def typed(*, again: bool) -> dict[str, Any]:
    """What was typed in our own form by somebody who is signed in; nothing of anybody else's."""
    mine = request.method not in SAFE and not g.get("unreadable") and signed_in() is not None
    return bodies.echo(again=again) if mine and from_own_page() else bodies.NOTHING


def sign_in_first() -> ResponseReturnValue:
    """Send somebody to sign in, keeping the address, and what was typed when it was our own form."""
    if request.method in SAFE:
        return redirect(url_for("accounts.sign_in", verder=bodies.here()))
    from_here = from_own_page()
    kept = bodies.echo() if from_here else bodies.NOTHING
    return current_app.extensions["sign_in_page"](kept), HTTPStatus.UNAUTHORIZED


def confirm_first() -> ResponseReturnValue:
    """Ask somebody for a new proof, keeping the address, and what was typed when it was our own form."""
    if request.method in SAFE:
        return redirect(url_for("accounts.confirm", verder=bodies.here()))
    kept = bodies.echo() if from_own_page() else bodies.NOTHING
    return current_app.extensions["confirm_page"](kept), HTTPStatus.UNAUTHORIZED


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
