"""Answers to trouble around a request: what went wrong, and that what was typed is not lost."""

from __future__ import annotations

from http import HTTPStatus

from flask import current_app, g, render_template, request
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import escape
from sqlalchemy.exc import IntegrityError

from gezinscoach.kernel import audit, bodies, marks, once, web
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.trouble import jumped_back
from gezinscoach.kernel.vault import KeysUnreadable


def not_found() -> ResponseReturnValue:
    """Say that there is no such page, also to whom it is hidden; what was typed comes along."""
    web.undo()
    sent = request.method not in web.SAFE and web.from_own_page()
    other = web.other_person() if sent and web.of_another() else ""
    page = render_template("errors/not_found.html", other=other, **web.typed(again=True))
    return page, HTTPStatus.NOT_FOUND


def no_keys(error: KeysUnreadable) -> ResponseReturnValue:
    """Say that nothing can be read for now; why, only in the log: `gezinscoach doctor` says what to do."""
    web.log.error("%s %s: keys %s", request.method, request.endpoint, error.why.name)
    web.undo()
    # Who is signed in stands sealed too: for this answer, nobody. The template asks Flask-Login again.
    g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined]  # set by its init_app
    typed = request.method not in web.SAFE and not g.get("unreadable") and web.from_own_page()
    kept = bodies.echo() if typed else bodies.NOTHING
    return render_template("errors/keys.html", **kept), HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": "120"}


def overtaken(error: Exception) -> ResponseReturnValue | None:
    """The answer that the same form got while this request did its work; None when it is another trouble."""
    if not isinstance(error, IntegrityError):
        return None
    web.undo()
    try:
        answer = once.answer_meanwhile(web.session())
        cookie.modified = cookie.modified and answer is None  # the first answer brought the cookie that holds
        return answer
    except once.OtherText:
        return sent_already()


def sent_already() -> ResponseReturnValue:
    """Say that this form came in before with another text."""
    return web.refuse(
        _(
            "Dit formulier was al verstuurd, met een andere tekst. Wat je toen schreef, is bewaard. "
            "Wil je ook deze tekst bewaren, verstuur ze dan opnieuw."
        )
    )


def forged(error: marks.Forged) -> ResponseReturnValue:
    """Refuse to go by a row that somebody wrote in the database itself, and put that on record."""
    web.log.error("%s %s: a row without our mark: %s", request.method, request.endpoint, error)
    held = web.session()
    held.rollback()
    who = web.signed_in()
    if who is None and (werking_id := marks.werking_of(held, error)):
        who = Actor(werking_id=werking_id)
    if who is not None:
        audit.turn_away(held, who, "row.forged", now=web.now(), thing_id=error.row)
    return web.refuse(
        _(
            "Hier klopt iets niet: dit werd buiten de toepassing om veranderd. We gaan er niet op verder. "
            "Zeg het meteen aan wie de server beheert en aan de functionaris gegevensbescherming."
        ),
        HTTPStatus.FORBIDDEN,
    )


def other_name() -> str:
    """Say under which name we are; for a request under another no address can be made, so no page of ours."""
    name = current_app.config["TRUSTED_HOSTS"][-1]
    address = current_app.config["SETTINGS"].base_url or f"http://{name}"
    said = _("Deze server heet %(name)s. Open %(address)s in je browser.", name=name, address=address)
    tip = _("Beheer je de server en is dat juist? Kijk dan wat er in GEZINSCOACH_URL staat.")
    head = '<meta name="viewport" content="width=device-width"><title>gezinscoach</title>'
    body = f"<main><h1>gezinscoach</h1><p>{escape(said)}</p><p>{tip}</p></main>"
    return f'<!doctype html><html lang="nl-BE">{head}{body}</html>\n'


def wait_for_clock() -> ResponseReturnValue | None:
    """Keep nothing while the clock stands before what this person did already: its day would be wrong."""
    if not jumped_back(current_user.seen_at, web.now()):
        return None
    web.log.error("the clock of this machine jumped back")
    return web.refuse(
        _(
            "De klok van de server staat verkeerd, dus we bewaren nu niets: de datum zou niet kloppen. Lezen "
            "kan wel. Vraag de beheerder om de klok juist te zetten, en verstuur dit dan opnieuw."
        ),
        HTTPStatus.SERVICE_UNAVAILABLE,
    )
