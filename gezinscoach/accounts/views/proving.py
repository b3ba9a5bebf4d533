"""What the addresses of sign-in share to have somebody prove who that is: passkeys, codes, a password."""

from __future__ import annotations

from http import HTTPStatus
from ipaddress import ip_address
from uuid import UUID

from flask import current_app, request
from flask.typing import ResponseReturnValue

from gezinscoach.accounts import actions, forms, present, queries
from gezinscoach.accounts.rules import factors
from gezinscoach.accounts.rules.factors import Factor
from gezinscoach.accounts.tables import Account
from gezinscoach.kernel import passkeys, web
from gezinscoach.kernel.passkeys import Place

REFUSED = (factors.WrongProof, actions.TooManyAttempts, actions.WrongCredentials)


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
