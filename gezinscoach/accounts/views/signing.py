"""Addresses of sign-in: sessions, passwords, invitations."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import LoginManager, current_user

from gezinscoach.accounts import actions, forms, present, queries, rules
from gezinscoach.kernel import web
from gezinscoach.kernel.access import OPEN, SIGNED_IN, door

pages = Blueprint("accounts", __name__)
login_manager = LoginManager()
login_manager.session_protection = None


@login_manager.user_loader
def load_person(token: str) -> present.Person | None:
    """The person of a session that has not ended; remembers, once a minute, that it is in use."""
    now, token_hash = web.now(), rules.token_hash(token)
    opened = queries.opened(web.session(), token_hash, now)
    if opened is None or rules.session_ended(opened.begun_at, opened.seen_at, now):
        return None
    if now - opened.seen_at > rules.SEEN_EVERY:
        actions.seen(web.session(), token_hash, now=now)
    return present.Person(opened, token)


@pages.get("/inloggen")
@door(OPEN)
def sign_in() -> ResponseReturnValue:
    """The sign-in page."""
    verder = web.local_address(request.args.get("verder")) or ""
    if web.signed_in() is not None:
        return redirect(verder or url_for("desk.vandaag"))
    form = forms.SignIn(verder=verder)
    return render_template("accounts/sign_in.html", form=form, target="", fields=[])


def sign_in_page(kept: dict[str, object]) -> str:
    """The sign-in page in answer to a form that somebody sent after the session had ended."""
    return render_template("accounts/sign_in.html", form=forms.SignIn(formdata=None), **kept)


@pages.post("/inloggen")
@door(OPEN)
def sign_in_now() -> ResponseReturnValue:
    """Open a session, then go on: to the page that was asked, or to the form that was being sent."""
    form = forms.SignIn()
    kept = kept_form()
    if form.validate():
        try:
            token = actions.sign_in(
                web.session(),
                email=form.email.data,
                password=form.wachtwoord.data,
                network=request.remote_addr or "",
                now=web.now(),
            )
        except (actions.WrongCredentials, actions.TooManyAttempts) as refusal:
            web.keep()
            form.form_errors.append(said(refusal))
        else:
            if web.signed_in() is not None:  # that session would live on, out of reach of this browser
                actions.sign_out(web.session(), web.actor(), current_user.id, now=web.now())
            cookie.clear()
            g.pop("csrf_token", None)  # the old session's; flask-wtf would hand it out again
            cookie["_user_id"] = token
            if kept["target"]:
                return render_template("errors/resend.html", **kept)
            return redirect(web.local_address(form.verder.data) or url_for("desk.vandaag"))
    return render_template("accounts/sign_in.html", form=form, **kept), HTTPStatus.UNPROCESSABLE_ENTITY


def kept_form() -> dict[str, object]:
    """The form that was being sent when the session ended, carried along by the sign-in page."""
    target = web.local_address(request.form.get("bewaard.doel")) or ""
    if not target or not web.from_own_page():
        return {"target": "", "fields": []}
    prefix = "bewaard.veld."
    fields = [
        (name.removeprefix(prefix), value)
        for name, value in request.form.items(multi=True)
        if name.startswith(prefix)
    ]
    return {"target": target, "fields": fields}


def said(refusal: rules.Refusal) -> str:
    """The sentence of a refusal at sign-in."""
    if isinstance(refusal, actions.TooManyAttempts):
        return present.wait_sentence(refusal.seconds)
    return present.wordings()[type(refusal)]()


@pages.post("/uitloggen")
@door(SIGNED_IN)
def sign_out() -> ResponseReturnValue:
    """End the session and let the browser forget what it kept."""
    actions.sign_out(web.session(), web.actor(), current_user.id, now=web.now())
    cookie.clear()
    answer = redirect(url_for("accounts.sign_in"))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@pages.get("/uitnodiging/<token>")
@door(OPEN)
def invitation(token: str) -> ResponseReturnValue:
    """Choose a password; looking does not spend the invitation."""
    account = queries.account_by_invitation(web.session(), rules.token_hash(token), web.now())
    if account is None:
        raise rules.InvitationSpent
    return render_template("accounts/invitation.html", form=forms.ChoosePassword(), email=account.email)


@pages.post("/uitnodiging/<token>")
@door(OPEN)
def accept_invitation(token: str) -> ResponseReturnValue:
    """Keep the chosen password."""
    form = forms.ChoosePassword()
    if form.validate():
        try:
            actions.accept_invitation(web.session(), token, form.wachtwoord.data, now=web.now())
        except (rules.PasswordTooShort, rules.PasswordTooLong, rules.PasswordTooEasy) as refusal:
            form.wachtwoord.errors = [present.wordings()[type(refusal)]()]
        else:
            flash(_("Je wachtwoord is bewaard. Je kan nu inloggen."))
            return redirect(url_for("accounts.sign_in"))
    account = queries.account_by_invitation(web.session(), rules.token_hash(token), web.now())
    email = account.email if account is not None else ""
    return render_template(
        "accounts/invitation.html", form=form, email=email
    ), HTTPStatus.UNPROCESSABLE_ENTITY
