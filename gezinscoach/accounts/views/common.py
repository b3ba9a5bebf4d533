"""What the addresses of sign-in share: the half session, a whole one, and going on afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user

from gezinscoach.accounts import actions, present, queries, rules
from gezinscoach.accounts.queries import Opened
from gezinscoach.accounts.rules import factors
from gezinscoach.accounts.rules.factors import Factor
from gezinscoach.accounts.tables import Account, Approval, LoginSession, RoleGrant
from gezinscoach.accounts.views import remembered
from gezinscoach.kernel import audit, bodies, web, werkingen
from gezinscoach.kernel.access import Actor, Rol

pages = Blueprint("accounts", __name__)
login_manager = LoginManager()
login_manager.session_protection = None


@dataclass(frozen=True, slots=True)
class Half:
    """Somebody whose password was right and who did not pass the second factor yet."""

    session: bytes
    account_id: UUID


@login_manager.user_loader
def load_person(token: str) -> present.Person | None:
    """The person of a whole session that has not ended; remembers, once a minute, that it is in use."""
    now, token_hash = web.now(), rules.token_hash(token)
    g.half, opened = None, queries.opened(web.session(), token_hash, now)
    if opened is None or opened.actor.account_id is None or _ended(opened, now):
        return None
    if _is_half(opened):
        g.half = Half(token_hash, opened.actor.account_id)
        return None
    if now - opened.seen_at > rules.SEEN_EVERY:
        actions.seen(web.session(), token_hash, now=now)
    return present.Person(opened, token)


def note_forged(*rows: Account | RoleGrant | Approval | LoginSession) -> None:
    """Put on record that a list shows a row that bears no mark of ours, once for the whole list."""
    found = next((row for row in rows if row.forged), None)
    if found is not None:
        stranger = Actor(werking_id=web.actor().werking_id)
        audit.turn_away(web.session(), stranger, "row.forged", now=web.now(), thing_id=found.id)


def demo_settings() -> bool:
    """Whether this installation is served as a demo; whether its database is one is another question."""
    return bool(current_app.config["SETTINGS"].demo)


def only_demo() -> bool:
    """Whether this is a demo city, served as one, without any real werking beside it."""
    return demo_settings() and queries.only_demo(web.session())


def _is_half(opened: Opened) -> bool:
    needed = rules.second_factor_needed(demo_database=opened.demo, demo_settings=demo_settings())
    return opened.factor is None or (opened.factor is Factor.GEEN and needed)


def _ended(opened: Opened, now: datetime) -> bool:
    beheerder = Rol.BEHEERDER in opened.actor.roles
    return rules.session_ended(
        opened.begun_at, opened.seen_at, now, beheerder=beheerder, half=_is_half(opened)
    )


def half_session() -> Half | None:
    """The half session of this browser, if it has one."""
    web.signed_in()
    held: Half | None = g.get("half")
    return held


def half_account() -> Account | None:
    """The account of the half session of this browser, with its key opened."""
    half = half_session()
    return None if half is None else queries.own_account(web.session(), half.account_id)


def enter(account: Account, factor: Factor) -> None:
    """Give this browser a whole session with a new token, after the last step of signing in."""
    take(actions.open_session(web.session(), account, factor=factor, now=web.now(), device=device()))


def begin(account: Account) -> bool:
    """Give this browser the session that the first step opens; whether it is whole, and no second follows."""
    return take(
        actions.begin_session(
            web.session(), account, now=web.now(), device=device(), demo_settings=demo_settings()
        )
    )


def take(token: str) -> bool:
    """Let this browser hold a new session, in the place of the one that it had; whether it is whole.

    Who comes in whole hears once that the password was chosen anew.
    """
    leave()
    cookie.clear()
    g.pop("_login_user", None)  # from here on, somebody else asks
    g.pop("csrf_token", None)  # the old session's; flask-wtf would hand it out again
    cookie["_user_id"] = token
    person = load_person(token)
    if person is None:
        return False
    werkingen.narrow(web.session(), person.actor.werking_id)
    remembered.begin(person.actor.account_id)
    if reset_at := actions.tell_reset(web.session(), token, now=web.now()):
        flash(present.reset_sentence(reset_at), "warning")
    return True


def leave() -> None:
    """End the session of this browser: it would live on, out of its reach."""
    half = half_session()
    if half is not None:
        actions.drop_session(web.session(), half.session)
    elif web.signed_in() is not None:
        actions.sign_out(web.session(), web.actor(), current_user.id, now=web.now())


def device() -> str:
    """The coarse name of the device that asks."""
    return factors.device_of(request.user_agent.string)


def kept_form() -> dict[str, object]:
    """The form that was being sent when something had to come first, carried along by the pages between."""
    target = web.local_address(request.form.get(bodies.TARGET)) or ""
    if not target or not web.from_own_page():
        return bodies.NOTHING
    prefix = "bewaard.veld."
    fields = [
        (name.removeprefix(prefix), value)
        for name, value in request.form.items(multi=True)
        if name.startswith(prefix)
    ]
    return mine({"target": target, "fields": fields, "files": "bewaard.bestand" in request.form})


def mine(kept: dict[str, object]) -> dict[str, object]:
    """A form that was kept, but not that of another than whoever it is by now."""
    half, someone = half_session(), web.signed_in()
    account_id = someone.account_id if someone else half.account_id if half else None
    return web.of_same_person(kept, account_id)


def onward(kept: dict[str, object], verder: str | None, *, confirmed: bool = False) -> ResponseReturnValue:
    """Go on: to the form that was being sent, else to the page that was asked, else to Vandaag."""
    kept = mine(kept)
    if kept["target"]:
        return render_template("errors/resend.html", why="proof" if confirmed else "ended", **kept)
    return redirect(web.local_address(verder) or url_for("desk.vandaag"))
