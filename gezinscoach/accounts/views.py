"""Addresses of sign-in and of accounts."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import LoginManager, current_user
from wtforms.fields import SelectChoice

from gezinscoach.accounts import actions, forms, policy, present, queries, rules
from gezinscoach.kernel import web
from gezinscoach.kernel.access import OPEN, SIGNED_IN, Rol, door

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


@pages.get("/accounts")
@door(Rol.BEHEERDER)
def accounts() -> ResponseReturnValue:
    """Everybody who can sign in, with their roles."""
    listed = queries.accounts(web.session(), policy.rows(web.actor()), web.now())
    return render_template("accounts/accounts.html", rows=[_row(row) for row in listed])


def _row(row: queries.AccountRow) -> present.AccountRegel:
    rollen = tuple(
        present.RolRegel(grant.id, str(present.ROLES[grant.rol]), organisatie or "", grant.until)
        for grant, organisatie in row.grants
    )
    account = row.account
    return present.AccountRegel(
        account.id,
        account.naam or "",
        account.email or "",
        account.active,
        account.password_hash is not None,
        rollen,
    )


def _organisation_choices() -> list[SelectChoice]:
    rows = queries.organisaties(web.session(), web.actor())
    return [SelectChoice("", _("geen")), *(SelectChoice(str(row.id), row.naam) for row in rows)]


@pages.route("/accounts/nieuw", methods=["GET", "POST"])
@door(Rol.BEHEERDER)
def add_account() -> ResponseReturnValue:
    """Make an account with its first role, and show its invitation once."""
    form = forms.AddAccount()
    form.organisatie.choices = _organisation_choices()
    if not form.validate_on_submit():
        return render_template("accounts/add_account.html", form=form), _status()
    organisatie_id = UUID(form.organisatie.data) if form.organisatie.data else None
    db, actor, now = web.session(), web.actor(), web.now()
    try:
        if Rol(form.rol.data) in actions.FOR_ORGANISATION and organisatie_id is None:
            raise rules.OrganisationNeeded
        account, token = actions.add_account(db, actor, email=form.email.data, naam=form.naam.data, now=now)
    except (rules.AccountExists, rules.OrganisationNeeded) as refusal:
        field = form.email if isinstance(refusal, rules.AccountExists) else form.organisatie
        field.errors = [present.wordings()[type(refusal)]()]
        return render_template("accounts/add_account.html", form=form), HTTPStatus.UNPROCESSABLE_ENTITY
    actions.give_role(db, actor, account, Rol(form.rol.data), organisatie_id=organisatie_id, now=now)
    link = url_for("accounts.invitation", token=token, _external=True)
    return render_template("accounts/invited.html", naam=form.naam.data, link=link)


@pages.route("/accounts/<uuid:account_id>/rol", methods=["GET", "POST"])
@door(Rol.BEHEERDER)
def give_role(account_id: UUID) -> ResponseReturnValue:
    """Give somebody a role, until a day or without an end."""
    db, actor = web.session(), web.actor()
    account = web.found(queries.account(db, policy.rows(actor), account_id))
    if not policy.may_change(actor, account.id):
        return web.refuse(_("Je kan je eigen rollen niet veranderen. Vraag dit aan een andere beheerder."))
    form = forms.GiveRole()
    form.organisatie.choices = _organisation_choices()
    if form.validate_on_submit():
        try:
            actions.give_role(
                db,
                actor,
                account,
                Rol(form.rol.data),
                organisatie_id=UUID(form.organisatie.data) if form.organisatie.data else None,
                until=_end_of(form.tot.data) if form.tot.data else None,
                now=web.now(),
            )
        except rules.OrganisationNeeded as refusal:
            form.organisatie.errors = [present.wordings()[type(refusal)]()]
        else:
            flash(_("De rol is gegeven."))
            return redirect(url_for("accounts.accounts"))
    return render_template("accounts/give_role.html", form=form, naam=account.naam), _status()


@pages.post("/accounts/<uuid:account_id>/rol/<uuid:grant_id>/einde")
@door(Rol.BEHEERDER)
def end_role(account_id: UUID, grant_id: UUID) -> ResponseReturnValue:
    """End a role now."""
    db, actor = web.session(), web.actor()
    grant = web.found(queries.grant(db, policy.rows(actor), account_id, grant_id))
    if not policy.may_change(actor, account_id):
        return web.refuse(_("Je kan je eigen rollen niet veranderen. Vraag dit aan een andere beheerder."))
    actions.end_role(db, actor, grant, now=web.now())
    flash(_("De rol is beëindigd."))
    return redirect(url_for("accounts.accounts"))


@pages.post("/accounts/<uuid:account_id>/uitnodiging")
@door(Rol.BEHEERDER)
def invite_again(account_id: UUID) -> ResponseReturnValue:
    """Make a new invitation and show it once."""
    db, actor = web.session(), web.actor()
    account = web.found(queries.account(db, policy.rows(actor), account_id))
    token = actions.invite(db, actor, account, now=web.now())
    link = url_for("accounts.invitation", token=token, _external=True)
    return render_template("accounts/invited.html", naam=account.naam, link=link)


@pages.post("/accounts/<uuid:account_id>/afsluiten")
@door(Rol.BEHEERDER)
def deactivate(account_id: UUID) -> ResponseReturnValue:
    """Shut an account: whoever uses it is signed out at once."""
    db, actor = web.session(), web.actor()
    account = web.found(queries.account(db, policy.rows(actor), account_id))
    if not policy.may_change(actor, account.id):
        return web.refuse(_("Je kan je eigen account niet afsluiten. Vraag dit aan een andere beheerder."))
    actions.deactivate(db, actor, account, now=web.now())
    flash(_("Het account van %(naam)s is afgesloten.", naam=account.naam))
    return redirect(url_for("accounts.accounts"))


def _end_of(day: object) -> datetime:
    return datetime.combine(day, time(0), tzinfo=web.ZONE) + timedelta(days=1)  # type: ignore[arg-type]


def _status() -> int:
    return HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
