"""Addresses of the second step: pass it, or set it up the first time; and of proving once more who one is."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from flask import current_app, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError

from gezinscoach.accounts import actions, forms, present, queries
from gezinscoach.accounts.rules import factors
from gezinscoach.accounts.rules.factors import Factor
from gezinscoach.accounts.tables import Account
from gezinscoach.accounts.views import common, proving
from gezinscoach.accounts.views.common import Half, pages
from gezinscoach.kernel import web
from gezinscoach.kernel.access import OPEN, SIGNED_IN, Actor, Door, door

SECOND, SET_UP, CONFIRM = "second", "set_up", "confirm"


@pages.route("/inloggen/tweede-stap", methods=["GET", "POST"])
@door(OPEN)
def second_step() -> ResponseReturnValue:
    """Ask for the second factor after the password, then open a whole session with a new token."""
    half, kept = common.half_session(), common.kept_form()
    if half is None:
        return _not_half(kept)
    if request.method == "GET":
        if not queries.factors(web.session(), half.account_id).needed:
            queries.require_first(web.session(), web.found(common.half_account()))
            return redirect(url_for("accounts.set_up", verder=_verder() or None))
        return second_page(half, kept)
    try:
        factor = proving.prove(half.account_id, _purpose(SECOND, half))
    except proving.REFUSED as refusal:
        return proving.refused(second_page(half, kept, refusal), refusal)
    common.enter(web.found(common.half_account()), factor)
    if factor is Factor.HERSTELCODE:
        flash(present.codes_sentence(queries.factors(web.session(), half.account_id).codes), "wait")
    return common.onward(kept, _verder())


def second_page(half: Half, kept: Mapping[str, object], refusal: Exception | None = None) -> str:
    """The page of the second step, or to set it up, that carries along a form that was being sent."""
    held = queries.factors(web.session(), half.account_id)
    if not held.count:
        queries.require_first(web.session(), web.found(common.half_account()))
        return _set_up_page(half, kept)
    asked = proving.question(_purpose(SECOND, half)) if held.passkeys else None
    return _asking("accounts/second_step.html", asked, kept, refusal, held=held)


@pages.post("/inloggen/opnieuw")
@door(OPEN)
def start_over() -> ResponseReturnValue:
    """Forget that the password was right, for who wants to sign in as somebody else."""
    half = common.half_session()
    if half is None:
        return _not_half(common.kept_form())
    actions.drop_session(web.session(), half.session)
    cookie.clear()
    return redirect(url_for("accounts.sign_in"))


@pages.route("/inloggen/instellen", methods=["GET", "POST"])
@door(OPEN)
def set_up() -> ResponseReturnValue:
    """Set up the first second factor: a passkey here, or an app at the next address."""
    account, half, kept = common.half_account(), common.half_session(), common.kept_form()
    if account is None or half is None:
        return _shown() or _not_half(kept)
    queries.require_first(web.session(), account)
    form = forms.NewPasskey(naam=present.device_name(common.device()))
    if request.method == "POST" and form.validate():
        try:
            proving.add_passkey(account, form, _purpose(SET_UP, half))
        except (factors.WrongProof, factors.PasskeyKnown) as refusal:
            form.form_errors.append(proving.said(refusal))
        else:
            return _welcome(account, Factor.PASSKEY, kept)
    return _set_up_page(half, kept, form), web.form_status()


@pages.route("/inloggen/instellen/app", methods=["GET", "POST"])
@door(OPEN)
def set_up_app() -> ResponseReturnValue:
    """Set up an app as the first second factor: a new QR code, then the first code that it shows."""
    account, half, kept = common.half_account(), common.half_session(), common.kept_form()
    if account is None or half is None:
        return _shown() or _not_half(kept)
    queries.require_first(web.session(), account)
    db, now, begins = web.session(), web.now(), "begin" in request.form
    form = forms.FirstCode(formdata=None) if begins else forms.FirstCode()
    if begins:
        actions.begin_app(db, account, now=now)
        if not kept["target"]:
            return redirect(url_for("accounts.set_up_app", verder=_verder() or None))
        db.flush()
    elif "terug" in request.form:
        return _set_up_page(half, kept)
    waiting = queries.code_app(db, account.id, used=False)
    if waiting is None:
        return redirect(url_for("accounts.set_up", verder=_verder() or None))
    if request.method == "POST" and not begins and form.validate():
        try:
            actions.confirm_app(db, account, form.code.data or "", now=now)
        except factors.WrongProof as refusal:
            form.code.errors = [proving.said(refusal)]
        else:
            return _welcome(account, Factor.APP, kept)
    form.verder.data = _verder()
    shown = present.new_app(waiting.seed, account.email or "")
    at = url_for("accounts.set_up_app"), url_for("accounts.set_up", verder=_verder() or None)
    page = render_template("accounts/app.html", form=form, app=shown, action=at[0], cancel=at[1], **kept)
    return page, HTTPStatus.OK if begins else web.form_status()


@pages.route("/bevestigen", methods=["GET", "POST"])
@door(SIGNED_IN)
def confirm() -> ResponseReturnValue:
    """Ask somebody who is signed in to prove it once more before a delicate deed, then go on to it."""
    kept, actor = common.kept_form(), web.actor()
    if request.method == "GET":
        return confirm_page(kept)
    if "elders" in request.form:  # done at an issuer, in another tab
        if Door(fresh=True).asks_proof(actor, web.now()):
            return confirm_page(kept, unconfirmed=True), HTTPStatus.UNPROCESSABLE_ENTITY
        return common.onward(kept, _verder(), confirmed=True)
    try:
        if current_user.factor is not Factor.GEEN:
            proving.prove(web.found(actor.account_id), _purpose(CONFIRM, actor))
        elif not common.only_demo():
            account = web.found(queries.own_account(web.session(), actor.account_id))
            proving.prove_by_password(account)
    except proving.REFUSED as refusal:
        return proving.refused(confirm_page(kept, refusal), refusal)
    actions.confirm_session(web.session(), actor, now=web.now())
    return common.onward(kept, _verder(), confirmed=True)


def confirm_page(
    kept: Mapping[str, object], refusal: Exception | None = None, *, unconfirmed: bool = False
) -> str:
    """The page that asks to prove once more who one is, that carries along a form that was being sent.

    `unconfirmed` says that it was to be done at an issuer, and was not.
    """
    db, actor = web.session(), web.actor()
    account_id = web.found(actor.account_id)
    held = queries.factors(db, account_id)
    asked = proving.question(_purpose(CONFIRM, actor)) if held.passkeys else None
    alone = current_user.factor is Factor.GEEN
    return _asking(
        "accounts/confirm_self.html",
        asked,
        kept,
        refusal,
        held=held,
        by_password=forms.ByPassword(formdata=None, verder=_verder()),
        demo=alone and common.only_demo(),
        password=alone,
        issuers=[] if alone else queries.confirming(db, account_id),
        unconfirmed=unconfirmed,
    )


def _set_up_page(half: Half, kept: Mapping[str, object], form: forms.NewPasskey | None = None) -> str:
    account = web.found(common.half_account())
    form = form or forms.NewPasskey(formdata=None, naam=present.device_name(common.device()))
    asked = proving.renewed(form, proving.new_question(_purpose(SET_UP, half), account))
    form.verder.data = _verder()
    return render_template("accounts/set_up.html", form=form, asked=asked, **kept)


def _welcome(account: Account, factor: Factor, kept: Mapping[str, object]) -> ResponseReturnValue:
    codes = actions.new_recovery_codes(web.session(), account, now=web.now())
    verder = _verder() or url_for("desk.vandaag")
    common.enter(account, factor)
    page = render_template("accounts/codes.html", codes=codes, verder=verder, first=True, **kept)
    return page, HTTPStatus.CREATED


def _asking(
    template: str,
    asked: object,
    kept: Mapping[str, object],
    refusal: Exception | None,
    held: queries.Factors,
    **more: object,
) -> str:
    kind = forms.ByCode if held.app else forms.ByRecoveryCode
    by_code = kind(formdata=None, verder=_verder())
    by_passkey = forms.ByPasskey(formdata=None, ticket=getattr(asked, "ticket", ""), verder=_verder())
    if refusal is not None:
        by_code.form_errors.append(proving.said(refusal))
    return render_template(
        template, by_code=by_code, by_passkey=by_passkey, asked=asked, held=held, **kept, **more
    )


def _not_half(kept: dict[str, object]) -> ResponseReturnValue:
    if request.method in web.SAFE or web.signed_in() is not None:
        return redirect(url_for("accounts.sign_in", verder=_verder() or None))
    return current_app.extensions["sign_in_page"](kept), HTTPStatus.UNAUTHORIZED


def _shown() -> ResponseReturnValue | None:
    """To the text that was being sent or to Mijn account, for who sends a form of setting up again: the codes
    are shown once."""
    if request.method in web.SAFE or web.signed_in() is None:
        return None
    flash(proving.said(factors.CodesShown()), "wait")
    return common.onward(common.kept_form(), url_for("own.account"))


@pages.errorhandler(CSRFError)
def _stale(error: CSRFError) -> ResponseReturnValue:
    """A form of the half session, sent again after it became a whole one: there is nothing to send anew."""
    setting_up = request.endpoint in ("accounts.set_up", "accounts.set_up_app")
    answer = _shown() if setting_up and web.from_own_page() else None
    everywhere = current_app.error_handler_spec[None][HTTPStatus.BAD_REQUEST][CSRFError]
    return answer or current_app.ensure_sync(everywhere)(error)


def _verder() -> str:
    return web.local_address(request.values.get("verder")) or ""


def _purpose(what: str, whose: Half | Actor) -> str:
    return f"{what} {(whose.session or b'').hex()}"
