"""Addresses of sign-in: passwords, passkeys, invitations."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from gezinscoach.accounts import actions, forms, present, queries, rules
from gezinscoach.accounts.rules import factors
from gezinscoach.accounts.rules.factors import Factor
from gezinscoach.accounts.tables import Account
from gezinscoach.accounts.views import common, proving, remembered
from gezinscoach.accounts.views.common import pages
from gezinscoach.accounts.views.second import second_page
from gezinscoach.kernel import bodies, marks, web
from gezinscoach.kernel.access import OPEN, SIGNED_IN, Rol, door

PURPOSE = "sign_in"
AGAIN = {"Retry-After": "5"}
"""Seconds after which somebody who came at a busy moment may try again."""


@pages.get("/inloggen")
@door(OPEN)
def sign_in() -> ResponseReturnValue:
    """The sign-in page."""
    verder = web.local_address(request.args.get("verder")) or ""
    if web.signed_in() is not None:
        return redirect(verder or url_for("desk.vandaag"))
    if common.half_session() is not None:
        return redirect(url_for("accounts.second_step", verder=verder or None))
    return _page(forms.SignIn(verder=verder), bodies.NOTHING)


def sign_in_page(kept: dict[str, object]) -> str:
    """What answers a form that somebody sent after the session had ended: sign in, or the second step."""
    if str(kept["target"]).startswith(url_for("accounts.sign_in")):
        kept = common.kept_form()  # a step of signing in itself: what it carried along goes on
    half = common.half_session()
    if half is not None:
        try:
            return second_page(half, common.mine(kept))
        except marks.Forged as error:  # this may be an error's own answer, which nobody catches
            web.log.error("%s %s: a row without our mark: %s", request.method, request.endpoint, error)
    return _page(forms.SignIn(formdata=None), kept)


def _page(form: forms.SignIn, kept: dict[str, object]) -> str:
    asked = proving.question(PURPOSE)
    verder = form.verder.data
    by_passkey = forms.ByPasskey(formdata=None, ticket=asked.ticket if asked else "", verder=verder)
    ways = present.ways(_demo_logins(), queries.issuer_names(web.session()))
    return render_template(
        "accounts/sign_in.html",
        form=form,
        by_passkey=by_passkey,
        asked=asked,
        ways=ways,
        role_changed=remembered.role_changed(),
        **kept,
    )


def _demo_logins() -> dict[Rol, UUID]:
    """The account that stands for each role in the demo city; none anywhere else."""
    return queries.demo_logins(web.session(), web.now()) if common.demo_settings() else {}


@pages.post("/inloggen")
@door(OPEN)
def sign_in_now() -> ResponseReturnValue:
    """Open a session, then go on: to the second step, to the page that was asked or the form being sent."""
    form, kept = forms.SignIn(), common.kept_form()
    if form.validate():
        try:
            token = actions.sign_in(
                web.session(),
                email=form.email.data,
                password=form.wachtwoord.data,
                network=request.remote_addr or "",
                now=web.now(),
                device=common.device(),
                demo_settings=common.demo_settings(),
                browser=remembered.browser(),
            )
        except proving.REFUSED as refusal:
            form.form_errors.append(proving.said(refusal))
            return proving.refused(_page(form, kept), refusal)
        except actions.TooBusy:
            flash(present.busy_sentence(), "wait")
            return _page(form, kept), HTTPStatus.SERVICE_UNAVAILABLE, AGAIN
        if not common.take(token):
            return _second(kept, form.verder.data)
        return common.onward(kept, form.verder.data)
    return _page(form, kept), HTTPStatus.UNPROCESSABLE_ENTITY


def _second(kept: dict[str, object], verder: str | None) -> ResponseReturnValue:
    half, kept = common.half_session(), common.mine(kept)
    if half is not None and kept["target"]:
        return second_page(half, kept)
    return redirect(url_for("accounts.second_step", verder=web.local_address(verder)))


@pages.app_errorhandler(actions.TooBusy)
def too_busy(error: actions.TooBusy) -> ResponseReturnValue:
    """So many passwords are being checked that this one has to wait: any form that asks one comes back."""
    return current_app.make_response(
        web.refuse(present.busy_sentence(), HTTPStatus.SERVICE_UNAVAILABLE)
    ), AGAIN


@pages.post("/inloggen/demo")
@door(OPEN)
def sign_in_demo() -> ResponseReturnValue:
    """Open a session in the demo city as whoever holds a role there; anywhere else there is no such page."""
    logins, rol = _demo_logins(), request.form.get("rol", "")
    account_id = web.found(logins.get(Rol(rol)) if rol in set(Rol) else None)
    common.begin(web.found(queries.own_account(web.session(), account_id)))
    return redirect(url_for("desk.vandaag"))


@pages.post("/inloggen/passkey")
@door(OPEN)
def sign_in_by_passkey() -> ResponseReturnValue:
    """Open a whole session for a passkey, two factors by itself: the device, and finger, face or PIN."""
    form, kept = forms.ByPasskey(), common.kept_form()
    db, now, answer, ticket = web.session(), web.now(), form.credential.data or "", form.ticket.data or ""
    try:
        account = actions.prove_by_passkey(db, proving.place(), PURPOSE, ticket, answer, now=now)
    except factors.WrongProof as refusal:
        again = forms.SignIn(formdata=None, verder=form.verder.data)
        again.form_errors.append(proving.said(refusal))
        return _page(again, kept), HTTPStatus.UNPROCESSABLE_ENTITY
    common.enter(account, Factor.PASSKEY)
    return common.onward(kept, form.verder.data)


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
    return _invitation(token, _choosing(token), account)


@pages.post("/uitnodiging/<token>")
@door(OPEN)
def accept_invitation(token: str) -> ResponseReturnValue:
    """Keep the chosen password, and go straight on to the second step: to set it up, or to pass it."""
    form = _choosing(token)
    if form.validate():
        db, now, code, network = web.session(), web.now(), "", request.remote_addr or ""
        if isinstance(form, forms.ChooseAfterLoss):
            code = form.code.data or ""
        try:
            account = actions.accept_invitation(
                db, token, form.wachtwoord.data, now=now, code=code, network=network
            )
        except (rules.PasswordTooShort, rules.PasswordTooLong, rules.PasswordTooEasy) as refusal:
            form.wachtwoord.errors = [present.wordings()[type(refusal)]()]
        except (factors.WrongResetCode, actions.TooManyAttempts) as refusal:
            form.form_errors.append(proving.said(refusal))
            invited = queries.account_by_invitation(db, rules.token_hash(token), now)
            return proving.refused(_invitation(token, form, invited), refusal)
        else:
            common.begin(account)
            flash(_("Je wachtwoord is bewaard."), "success")
            return redirect(url_for("accounts.sign_in"))
    invited = queries.account_by_invitation(web.session(), rules.token_hash(token), web.now())
    return _invitation(token, form, invited), HTTPStatus.UNPROCESSABLE_ENTITY


def _choosing(token: str) -> forms.ChoosePassword:
    return forms.ChooseAfterLoss() if rules.reset_of(token) else forms.ChoosePassword()


def _invitation(token: str, form: forms.ChoosePassword, account: Account | None) -> str:
    db, email, issuers = web.session(), "", []
    if account is not None:
        email = account.email or ""
        issuers = [] if queries.has_entered(db, account) else queries.issuer_names(db, account.werking_id)
    return render_template("accounts/invitation.html", form=form, email=email, issuers=issuers, token=token)
