"""What the addresses of sign-in share: the half session, passkeys of this site, and going on afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from ipaddress import ip_address
from uuid import UUID

from flask import (
    Blueprint,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user

from gezinscoach.accounts import actions, forms, present, queries, rules
from gezinscoach.accounts.queries import Opened
from gezinscoach.accounts.rules import factors
from gezinscoach.accounts.rules.factors import Factor
from gezinscoach.accounts.tables import Account
from gezinscoach.accounts.views import remembered
from gezinscoach.kernel import bodies, passkeys, web
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.passkeys import Place

pages = Blueprint("accounts", __name__)
login_manager = LoginManager()
login_manager.session_protection = None
REFUSED = (factors.WrongProof, actions.TooManyAttempts, actions.WrongCredentials)


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


def place() -> Place:
    """The site that passkeys are for: at the address of the installation, else the one that was asked."""
    secret = current_app.secret_key or ""
    url = current_app.config["SETTINGS"].base_url or request.host_url
    return Place.of(url, secret.encode() if isinstance(secret, str) else secret)


def question(purpose: str) -> passkeys.Question | None:
    """What a page asks the browser to show any passkey; None at a bare IP address, where none can be."""
    here = place()
    return passkeys.ask(here, purpose, now=web.now()) if takes_passkeys(here) else None


def new_question(purpose: str, account: Account) -> passkeys.Question | None:
    """What a page asks the browser to make a passkey for an account; None where no passkey can be."""
    here = place()
    if not takes_passkeys(here):
        return None
    held = queries.factors(web.session(), account.id).passkeys
    return passkeys.ask_new(
        here,
        purpose,
        account_id=account.id,
        email=account.email or "",
        naam=account.naam or "",
        known=[passkey.credential for passkey in held],
        now=web.now(),
    )


def takes_passkeys(here: Place) -> bool:
    """Whether passkeys can belong to this site: they need a name."""
    try:
        ip_address(here.host)
    except ValueError:
        return True
    return False


def kept_form() -> dict[str, object]:
    """The form that was being sent when something had to come first, carried along by the pages between."""
    target = web.local_address(request.form.get("bewaard.doel")) or ""
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


def refused(page: str, refusal: Exception) -> ResponseReturnValue:
    """Answer a refusal at sign-in with its page; a failure stays counted."""
    if isinstance(refusal, actions.TooManyAttempts):
        return page, HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(refusal.seconds)}
    web.keep()
    return page, HTTPStatus.UNPROCESSABLE_ENTITY


def said(refusal: Exception) -> str:
    """The sentence of a refusal at sign-in."""
    if isinstance(refusal, actions.TooManyAttempts):
        return present.wait_sentence(refusal.seconds)
    return present.wordings()[type(refusal)]()


def prove(account_id: UUID, purpose: str) -> Factor:
    """By which factor the form of this request proves whose it is; WrongProof or TooManyAttempts."""
    db, now = web.session(), web.now()
    form = forms.ByPasskey()
    if form.credential.data:
        answer, ticket = form.credential.data, form.ticket.data or ""
        actions.prove_by_passkey(db, place(), purpose, ticket, answer, account_id=account_id, now=now)
        return Factor.PASSKEY
    account = web.found(queries.own_account(db, account_id))
    typed = forms.ByCode().code.data or ""
    return actions.prove_by_code(db, account, typed, network=request.remote_addr or "", now=now)


def prove_by_password(account: Account) -> None:
    """Check the password in the form of this request once more; WrongPassword or TooManyAttempts."""
    typed, network = forms.ByPassword().wachtwoord.data or "", request.remote_addr or ""
    email = account.email or ""
    try:
        actions.require_own_password(
            web.session(), email=email, password=typed, network=network, now=web.now()
        )
    except actions.WrongCredentials:
        raise actions.WrongPassword from None


def add_passkey(
    account: Account, form: forms.NewPasskey, purpose: str, *, whole: bytes | None = None
) -> None:
    """Keep the new passkey in a form; WrongProof or PasskeyKnown. All sessions end but `whole`."""
    actions.add_passkey(
        web.session(),
        account,
        place(),
        purpose,
        form.ticket.data or "",
        form.credential.data or "",
        naam=form.naam.data,
        now=web.now(),
        keep=whole,
    )


def renewed(form: forms.ByPasskey, asked: passkeys.Question | None) -> passkeys.Question | None:
    """The question of a page, its ticket put in the form in the place of what was answered before."""
    form.credential.data, form.ticket.data = "", asked.ticket if asked else ""
    return asked
