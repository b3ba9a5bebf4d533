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
from uuid import UUID

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import InvalidRequestError, SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.exceptions import Forbidden, NotFound

from gezinscoach.kernel import bodies, once
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


def new_key() -> str:
    """A key for a form that is about to be shown to whoever asks."""
    someone = signed_in()
    return once.new_key(someone.account_id if someone else None)


def notices() -> list[tuple[str, str]]:
    """What is said once, on the first page that is shown after the act: kind and sentence."""
    if "notices" not in g:
        g.notices = cookie.pop("_flashes") if "_flashes" in cookie else []
    shown: list[tuple[str, str]] = g.notices
    return shown


def undo() -> None:
    """Take back all that this request wrote, and said of it; what was said before stays to be said."""
    g.pop("notices", None)
    if cookie.get("_flashes", []) != (before := g.get("said_before", [])):
        cookie["_flashes"] = before
    session().rollback()


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
    undo()
    return render_template("errors/refused.html", sentence=sentence, **typed(again=True)), status


def trouble(error: BaseException | None, status: int) -> ResponseReturnValue:
    """Say that it is not the visitor's fault, and give back what was typed: nothing of it was kept."""
    kept = bodies.NOTHING
    with suppress(SQLAlchemyError):  # the page that says that something broke must not break
        undo()
        kept = typed(again=False)
    if disk_full(error):
        return render_template("errors/full.html", **kept), HTTPStatus.INSUFFICIENT_STORAGE
    return render_template("errors/broken.html", **kept), status


def typed(*, again: bool) -> dict[str, Any]:
    """What was typed in our own form by somebody who is signed in; nothing of anybody else's."""
    if request.method in SAFE or g.get("unreadable") or signed_in() is None or not from_own_page():
        return bodies.NOTHING
    return bodies.NOTHING if of_another() else bodies.echo(again=again, account_id=actor().account_id)


def of_another() -> bool:
    """Whether the form of this request was shown to another account than the one that sends it."""
    someone = signed_in()
    account_id = someone.account_id if someone else None
    return account_id is not None and not once.is_of(request.form.get(once.FIELD, ""), account_id)


def of_same_person(kept: dict[str, Any], account_id: UUID | None) -> dict[str, Any]:
    """A form that was kept, when it was shown to this account or nobody signed in yet; else nothing, and why.

    Who signs in on a screen that another left gets nothing of what that other typed, or made up.
    """
    keys = [value for name, value in kept["fields"] if name == once.FIELD]
    own = len(keys) == 1 and account_id is not None and once.is_of(keys[0], account_id, nobodys=False)
    if account_id is None or not kept["fields"] or own:
        return kept
    flash(other_person(), "info")
    return bodies.NOTHING


def other_person() -> str:
    """What is said of a form that was shown to another account than the one that sends it."""
    return str(
        _(
            "Dit formulier stond open voor een ander account. Daarom tonen en bewaren we niet wat er stond. "
            "Was jij dat ook? Log dan met dat account in en vul het opnieuw in."
        )
    )


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
