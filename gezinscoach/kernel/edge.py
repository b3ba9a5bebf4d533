"""Around every request: doors, one transaction with its trace, headers, and answers to trouble."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Flask, Response, current_app, g, render_template, request
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest, HTTPException, NotFound, SecurityError

from gezinscoach.kernel import (
    answers,
    audit,
    bodies,
    headers,
    marks,
    once,
    places,
    texts,
    vault,
    web,
    werkingen,
)
from gezinscoach.kernel.access import mark_of
from gezinscoach.kernel.database import reading
from gezinscoach.kernel.vault import Given, KeyDenied, KeyRetired, KeysUnreadable


def install(app: Flask, wordings: Mapping[type[Exception], Callable[[], str]]) -> None:
    """Put the edge around an application; `wordings` has the sentence for every refusal of the rules."""

    texts.install(app)
    app.add_template_global(headers.csp_nonce)
    app.add_template_global(web.new_key, once.FIELD)
    app.add_template_global(web.notices)
    app.add_template_global(places.page_of)
    app.add_template_test(bodies.is_prose, "prose")

    @app.before_request
    def _begin() -> ResponseReturnValue | None:
        reading.set(request.method in web.SAFE)
        if request.endpoint in headers.STATIC:
            return None  # the same for everybody: nobody needs to be known
        _guard()
        g.said_before = list(cookie.get("_flashes", []))
        if request.method not in web.SAFE:
            _require_own_form()  # reads the whole body: who sends it slowly holds nobody else up
        audit.arrive(web.session(), request.remote_addr)
        view = current_app.view_functions.get(request.endpoint or "")
        if view is None:
            return None  # no such address: the router's own 404 or 405 follows
        mark = mark_of(view)
        someone = web.signed_in()
        if someone is not None:
            werkingen.narrow(web.session(), someone.werking_id)
        if mark is not None and mark.admits(someone):
            if mark.asks_proof(someone, web.now()):
                return web.confirm_first()
            return answers.wait_for_clock() if request.method not in web.SAFE and not mark.public else None
        if someone is None and mark is not None:
            return web.sign_in_first()
        raise NotFound

    @app.after_request
    def _end(answer: Response) -> Response:
        if request.endpoint in headers.STATIC:
            headers.put(answer)
            return answer
        try:
            _settle(answer)
        except (IntegrityError, KeyRetired) as error:
            answer = current_app.make_response(
                answers.overtaken(error) or web.refuse(wordings[type(error)]())
            )
        except KeysUnreadable as error:
            answer = current_app.make_response(answers.no_keys(error))
        headers.put(answer)
        return answer

    @app.teardown_request
    def _forget(error: BaseException | None) -> None:
        reading.set(False)

    @app.errorhandler(CSRFError)
    def _stale(error: CSRFError) -> ResponseReturnValue:
        if web.signed_in() is None:
            return web.sign_in_first()
        if not web.from_own_page():
            return web.refuse(web.reason(HTTPStatus.BAD_REQUEST), HTTPStatus.BAD_REQUEST)
        if web.of_another():
            return web.refuse(web.other_person(), HTTPStatus.BAD_REQUEST)
        web.undo()
        return render_template("errors/resend.html", why="token", **bodies.echo()), HTTPStatus.BAD_REQUEST

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> ResponseReturnValue:
        if isinstance(error, SecurityError):
            return answers.other_name(), HTTPStatus.BAD_REQUEST
        if error.code is None or error.response is not None:
            return error
        if error.code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return web.trouble(getattr(error, "original_exception", None), error.code)
        if error.code in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED):
            return answers.not_found()
        if error.code in bodies.UNREAD:
            g.unreadable = True
        return web.refuse(web.reason(error.code), error.code)

    app.register_error_handler(KeysUnreadable, answers.no_keys)
    app.register_error_handler(marks.Forged, answers.forged)

    @app.errorhandler(KeyDenied)
    def _denied(error: KeyDenied) -> ResponseReturnValue:
        # Somebody may not open what a page wanted to show: nothing was shown, so nobody looked.
        web.log.error("%s %s: %s", request.method, request.endpoint, error)
        web.session().info.pop("looks", None)
        return answers.not_found()

    @app.errorhandler(once.OtherText)
    def _other(error: once.OtherText) -> ResponseReturnValue:
        return answers.sent_already()

    for kind, wording in wordings.items():
        app.register_error_handler(kind, lambda error, say=wording: web.refuse(say(), HTTPStatus.CONFLICT))

    @app.errorhandler(Exception)
    def _broken(error: Exception) -> ResponseReturnValue:
        web.log.error("%s %s: %s", request.method, request.endpoint, type(error).__name__, exc_info=error)
        return web.trouble(error, HTTPStatus.INTERNAL_SERVER_ERROR)


def _guard() -> None:
    """Let this request open of families only what is for who asks, whatever its questions bring."""

    def given(held: Session, scopes: Collection[UUID], compares: bool) -> Mapping[UUID, Given]:
        may: Mapping[UUID, Given] = current_app.extensions["opening"](
            held, scopes, web.signed_in(), web.now(), compares=compares
        )
        return may

    vault.guarded(web.session(), given)


def answer_before() -> ResponseReturnValue | None:
    """The answer that the form of this request got before, when it comes a second time."""
    if request.method in web.SAFE:
        return None
    view = current_app.view_functions.get(request.endpoint or "")
    someone, mark = web.signed_in(), mark_of(view) if view else None
    if someone is None or someone.account_id is None:
        return None
    if view is None or mark is None or mark.public or once.only_asks(view):
        return None
    return once.answer_before(web.session(), someone.account_id, now=web.now())


def log_exception(exc_info: Any) -> None:
    """Log a crash by its endpoint: an address can hold a token."""
    web.log.error("%s %s", request.method, request.endpoint, exc_info=exc_info)


def _settle(answer: Response) -> None:
    """Commit an act or undo a refusal, and put who looked on record, before the answer leaves.

    A page with errors in its form (422) shows as much as the page itself, so every look is kept.
    """
    held, status = web.session(), answer.status_code
    trace = held.info.pop("looks", []) if status < HTTPStatus.INTERNAL_SERVER_ERROR else []
    touch = held.info.pop("touch", None)
    acts = request.method not in web.SAFE or g.get("acts", False)
    writes = acts and (status < HTTPStatus.BAD_REQUEST or g.get("keep", False))
    if writes:
        once.keep(held, answer, now=web.now())
    else:
        held.rollback()
    refused = _refused(held, status)
    if not writes:
        held.rollback()
        reading.set(False)
    if writes or trace or refused:
        if touch is not None:
            held.execute(touch)
        if trace:
            audit.keep(held, trace)
        if refused and (who := web.signed_in()):
            audit.deny(held, who, refused, now=web.now(), **_asked_for())
        held.commit()
    elif touch is not None:
        with suppress(OperationalError):  # that somebody was here a minute ago is no reason to show nothing
            held.execute(touch)
            held.commit()


def _refused(held: Session, status: int) -> str | None:
    """What the trace says of somebody signed in who was turned away from an address that exists."""
    who = web.signed_in() if status in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND) else None
    if who is None or request.endpoint not in current_app.view_functions or request.blueprint is None:
        return None
    return audit.denial(held, who, request.blueprint, now=web.now())


def _asked_for() -> dict[str, UUID]:
    """The ids in the address, as a thing and as the gezin that it is about."""
    ids = {name: given for name, given in (request.view_args or {}).items() if isinstance(given, UUID)}
    scope = {"scope_id": gezin_id} if (gezin_id := ids.pop("gezin_id", None)) else {}
    return scope | ({"thing_id": next(iter(ids.values()))} if ids else {})


def _require_own_form() -> None:
    """Refuse a form that none of our pages sends; too large or from elsewhere, it is not even read."""
    bodies.require_bounded()
    if request.headers.get("Sec-Fetch-Site", "same-origin") == "cross-site" and web.signed_in() is not None:
        raise BadRequest
    bodies.require_own_names()
