"""What a browser remembers beside its session: a name of its own, and who was in since when."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

from flask import Response, after_this_request, current_app, request
from flask import session as cookie

from gezinscoach.accounts import queries, rules
from gezinscoach.accounts.rules import slowing
from gezinscoach.kernel import web

BROWSER = re.compile(r"[A-Za-z0-9_-]{43}")


def begin(account_id: UUID | None) -> None:
    """Remember, in the cookie that we sign, who came in whole, and when."""
    cookie["begun"] = [str(account_id), web.now().timestamp()]


def role_changed() -> bool:
    """Whether a role of who was signed in here changed since, which ended the session.

    Only this browser, with a cookie that we signed, is told.
    """
    match cookie.get("begun"):
        case [str(account_id), float(at)]:
            since = datetime.fromtimestamp(at, UTC)
            return queries.role_changed(web.session(), UUID(account_id), since, web.now())
    return False


def browser() -> str:
    """The random name of this browser, which it keeps; a new one where it has none.

    It says nothing by itself: with it, and an e-mail address that signed in here well, nobody elsewhere
    makes that person wait.
    """
    name = current_app.config["SESSION_COOKIE_NAME"] + "-browser"
    kept = request.cookies.get(name, "")
    held = kept if BROWSER.fullmatch(kept) else rules.new_token()

    @after_this_request
    def _keep(answer: Response) -> Response:
        if answer.status_code < HTTPStatus.BAD_REQUEST:
            answer.set_cookie(
                name,
                held,
                max_age=slowing.FORGET_NETWORK,
                secure=current_app.config["SESSION_COOKIE_SECURE"],
                httponly=True,
                samesite="Strict",
            )
        return answer

    return held
