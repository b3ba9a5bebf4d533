"""Somebody's own account: how one proves who one is, the password, and where one is signed in.

A page that shows recovery codes is kept nowhere, so a form that leads to one cannot be answered twice alike:
it names the sheet that goes, and sent again it says that the new one was shown.
"""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from gezinscoach.accounts import actions, forms, present, queries, rules
from gezinscoach.accounts.rules import factors
from gezinscoach.accounts.tables import Account
from gezinscoach.accounts.views import common, proving
from gezinscoach.kernel import bodies, web
from gezinscoach.kernel.access import SIGNED_IN, Rol, door
from gezinscoach.kernel.once import asks

pages = Blueprint("own", __name__)


@pages.get("/mijn-account")
@door(SIGNED_IN)
def account() -> ResponseReturnValue:
    """The own account: second factors, password and running sessions."""
    db, actor, mine = web.session(), web.actor(), _mine()
    beheerder = Rol.BEHEERDER in actor.roles
    rows = queries.sessions(db, mine.id, web.now(), beheerder=beheerder)
    common.note_forged(*rows)
    return render_template(
        "accounts/own.html",
        email=mine.email,
        held=queries.factors(db, mine.id),
        sessions=[present.sessie(row, actor.session) for row in rows],
        moment=present.moment,
        connects=bool(queries.issuer_names(db, mine.werking_id)),
    )


@pages.post("/mijn-account/sessies/<uuid:session_id>/einde")
@door(SIGNED_IN)
def end_session(session_id: UUID) -> ResponseReturnValue:
    """End one of the own sessions, on a device that is lost or not one's own."""
    web.found(actions.end_session(web.session(), web.actor(), session_id, now=web.now()) or None)
    flash(_("Die sessie is beëindigd."), "success")
    return redirect(url_for("own.account"))


@pages.post("/mijn-account/sessies/einde")
@door(SIGNED_IN)
def end_other_sessions() -> ResponseReturnValue:
    """End all own sessions but this one."""
    actions.end_other_sessions(web.session(), web.actor(), now=web.now())
    flash(_("Je bent overal uitgelogd, behalve hier."), "success")
    return redirect(url_for("own.account"))


@pages.route("/mijn-account/passkey", methods=["GET", "POST"])
@door(SIGNED_IN, fresh=True)
@asks
def add_passkey() -> ResponseReturnValue:
    """Add a passkey."""
    mine, session = _mine(), _session()
    purpose = f"add {session.hex()}"
    form = forms.NewPasskey(naam=present.device_name(common.device()))
    if request.method == "POST" and form.validate():
        try:
            proving.add_passkey(mine, form, purpose, whole=session)
        except (factors.WrongProof, factors.PasskeyKnown) as refusal:
            form.form_errors.append(proving.said(refusal))
        else:
            return _first_codes_or(mine, _("De passkey is toegevoegd."))
    asked = proving.renewed(form, proving.new_question(purpose, mine))
    return render_template("accounts/add_passkey.html", form=form, asked=asked), web.form_status()


@pages.route("/mijn-account/passkey/<uuid:passkey_id>", methods=["GET", "POST"])
@door(SIGNED_IN, fresh=True)
def rename_passkey(passkey_id: UUID) -> ResponseReturnValue:
    """Give a passkey another name."""
    row = web.held(web.found(queries.passkey(web.session(), _mine().id, passkey_id)))
    form = forms.NamePasskey(obj=row)
    if form.validate_on_submit():
        actions.rename_passkey(web.session(), web.actor(), row, form.naam.data, now=web.now())
        flash(_("De naam is bewaard."), "success")
        return redirect(url_for("own.account"))
    return render_template("accounts/rename_passkey.html", form=form), web.form_status()


@pages.route("/mijn-account/passkey/<uuid:passkey_id>/verwijderen", methods=["GET", "POST"])
@door(SIGNED_IN, fresh=True)
def remove_passkey(passkey_id: UUID) -> ResponseReturnValue:
    """Remove a passkey, after asking."""
    db, mine = web.session(), _mine()
    row = web.found(queries.passkey(db, mine.id, passkey_id))
    if request.method == "GET":
        return _sure(_("Passkey “%(naam)s” verwijderen", naam=row.naam))
    actions.remove_passkey(db, mine, row, now=web.now(), keep=_session())
    flash(_("De passkey is verwijderd. Je bent op je andere toestellen uitgelogd."), "success")
    return redirect(url_for("own.account"))


@pages.route("/mijn-account/app", methods=["GET", "POST"])
@door(SIGNED_IN, fresh=True)
@asks
def app() -> ResponseReturnValue:
    """Add an app with codes, or take another in its place."""
    db, mine, now, form = web.session(), _mine(), web.now(), forms.FirstCode()
    if "begin" in request.form:
        actions.begin_app(db, mine, now=now)
        return redirect(url_for("own.app"))
    waiting = queries.code_app(db, mine.id, used=False)
    if waiting is None:
        return redirect(url_for("own.account"))
    if request.method == "POST" and form.validate():
        try:
            actions.confirm_app(db, mine, form.code.data or "", now=now, keep=_session())
        except factors.WrongProof as refusal:
            form.code.errors = [proving.said(refusal)]
        else:
            return _first_codes_or(mine, _("De app is toegevoegd."))
    shown = present.new_app(waiting.seed, mine.email or "")
    at = url_for("own.app"), url_for("own.account")
    return render_template(
        "accounts/app.html", form=form, app=shown, action=at[0], cancel=at[1], **bodies.NOTHING
    ), web.form_status()


@pages.route("/mijn-account/app/verwijderen", methods=["GET", "POST"])
@door(SIGNED_IN, fresh=True)
def remove_app() -> ResponseReturnValue:
    """Remove the app with codes, after asking."""
    db, mine = web.session(), _mine()
    row = web.found(queries.code_app(db, mine.id))
    if request.method == "GET":
        return _sure(_("App met codes verwijderen"))
    actions.remove_app(db, mine, row, now=web.now(), keep=_session())
    flash(_("De app is verwijderd. Je bent op je andere toestellen uitgelogd."), "success")
    return redirect(url_for("own.account"))


@pages.route("/mijn-account/herstelcodes", methods=["GET", "POST"])
@door(SIGNED_IN, fresh=True)
@asks
def new_codes() -> ResponseReturnValue:
    """Make new recovery codes, after asking, and show them once: who sends the form again gets no others."""
    mine, db = _mine(), web.session()
    if request.method == "GET":
        held = queries.factors(db, mine.id).codes
        return render_template("accounts/new_codes.html", held=held, sheet=queries.sheet(db, mine.id))
    try:
        return _codes(mine, request.form.get("vel", ""))
    except factors.CodesShown as refusal:
        flash(proving.said(refusal), "wait")
        return redirect(url_for("own.account"))


@pages.route("/mijn-account/wachtwoord", methods=["GET", "POST"])
@door(SIGNED_IN, fresh=True)
def password() -> ResponseReturnValue:
    """Choose another password; every session ends, this browser gets a new one."""
    form = forms.ChoosePassword()
    if form.validate_on_submit():
        mine, factor = _mine(), current_user.factor
        try:
            actions.change_password(web.session(), web.actor(), mine, form.wachtwoord.data, now=web.now())
        except (rules.PasswordTooShort, rules.PasswordTooLong, rules.PasswordTooEasy) as refusal:
            form.wachtwoord.errors = [present.wordings()[type(refusal)]()]
        else:
            common.enter(mine, factor)
            flash(_("Je wachtwoord is gewijzigd. Je bent op je andere toestellen uitgelogd."), "success")
            return redirect(url_for("own.account"))
    return render_template("accounts/password.html", form=form), web.form_status()


def _mine() -> Account:
    return web.found(queries.own_account(web.session(), web.actor().account_id))


def _session() -> bytes:
    return web.found(web.actor().session)


def _first_codes_or(mine: Account, sentence: str) -> ResponseReturnValue:
    if not queries.factors(web.session(), mine.id).codes:
        return _codes(mine)
    flash(sentence + " " + _("Je bent op je andere toestellen uitgelogd."), "success")
    return redirect(url_for("own.account"))


def _codes(mine: Account, sheet: str | None = None) -> ResponseReturnValue:
    codes = actions.new_recovery_codes(web.session(), mine, now=web.now(), sheet=sheet)
    return render_template(
        "accounts/codes.html", codes=codes, verder=url_for("own.account"), first=False, **bodies.NOTHING
    ), 201


def _sure(title: str) -> ResponseReturnValue:
    return render_template(
        "_frame/confirm.html",
        title=title,
        said=[
            _("Hiermee kan je dan niet meer inloggen. Je wordt op je andere toestellen uitgelogd."),
            _("Je kan later opnieuw iets toevoegen."),
        ],
        label=_("Verwijderen"),
        cancel=url_for("own.account"),
        cancel_label=_("Niet verwijderen"),
    )
