"""Addresses of whoever administers accounts and roles."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from http import HTTPStatus
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from gezinscoach.accounts import actions, forms, policy, present, queries, rules
from gezinscoach.accounts.tables import Account
from gezinscoach.accounts.views import common
from gezinscoach.accounts.views.account import regel
from gezinscoach.accounts.views.common import pages
from gezinscoach.kernel import web
from gezinscoach.kernel.access import Rol, door
from gezinscoach.kernel.dates import ZONE

BLAMED: dict[type[Exception], str] = {
    rules.AccountExists: "email",
    rules.AddressTaken: "email",
    rules.CoachUnknown: "organisatie",
    rules.OrganisationNeeded: "organisatie",
    rules.EndNeeded: "tot",
    rules.EndBeforeStart: "tot",
    rules.RoleAsked: "rol",
    rules.RoleHeld: "rol",
    rules.RolesApart: "rol",
}
"""The field of the form that a refusal is about."""


@pages.get("/accounts")
@door(Rol.BEHEERDER)
def accounts() -> ResponseReturnValue:
    """Everybody who can sign in, with their roles."""
    db, actor, now = web.session(), web.actor(), web.now()
    listed = queries.accounts(db, policy.rows(actor), now)
    factors = queries.with_second_factor(db, [row.account.id for row in listed])
    waiting = queries.approvals(db, policy.approvals(actor), now)
    common.note_forged(
        *(row.account for row in listed),
        *(grant for row in listed for grant, _organisatie in row.grants),
        *(row.approval for row in waiting),
    )
    return render_template(
        "accounts/accounts.html",
        rows=[present.account(row, actor.account_id, factors) for row in listed],
        waiting=[present.wachtregel(row, actor.account_id, now) for row in waiting],
    )


@pages.route("/accounts/nieuw", methods=["GET", "POST"])
@door(Rol.BEHEERDER, fresh=True)
def add_account() -> ResponseReturnValue:
    """Make an account, ask for its first role, and show its invitation once."""
    form = _offered(forms.AddAccount())
    if form.validate_on_submit():
        db, actor, now = web.session(), web.actor(), web.now()
        rol, organisatie_id, until = _role(form)
        try:
            actions.require_role(rol, organisatie_id, until, now)
            actions.require_coach(db, actor, queries.email_index(db, form.email.data), rol, organisatie_id)
            account, token = actions.add_account(
                db, actor, email=form.email.data, naam=form.naam.data, now=now
            )
            actions.ask_role(db, actor, account, rol, organisatie_id=organisatie_id, until=until, now=now)
        except tuple(BLAMED) as refusal:
            _blame(form, refusal)
        else:
            return _invited(account.id, token)
    return render_template("accounts/add_account.html", form=form), web.form_status()


@pages.route("/accounts/<uuid:account_id>/rol", methods=["GET", "POST"])
@door(Rol.BEHEERDER, fresh=True)
def give_role(account_id: UUID) -> ResponseReturnValue:
    """Ask a role for somebody, until a day or without an end; it waits for a second person."""
    db, actor, now = web.session(), web.actor(), web.now()
    account = _changeable(account_id)
    form = _offered(forms.GiveRole())
    if form.validate_on_submit():
        rol, organisatie_id, until = _role(form)
        try:
            actions.require_coach(db, actor, account.email_index, rol, organisatie_id)
            actions.ask_role(db, actor, account, rol, organisatie_id=organisatie_id, until=until, now=now)
        except tuple(BLAMED) as refusal:
            _blame(form, refusal)
        else:
            flash(_("De rol is gevraagd. Ze geldt zodra een tweede persoon ze bevestigt."), "success")
            return redirect(url_for("accounts.accounts"))
    return render_template("accounts/give_role.html", form=form, row=regel(account_id)), web.form_status()


@pages.route("/accounts/<uuid:account_id>/rol/<uuid:grant_id>/einde", methods=["GET", "POST"])
@door(Rol.BEHEERDER, fresh=True)
def end_role(account_id: UUID, grant_id: UUID) -> ResponseReturnValue:
    """End a role now, after asking."""
    db, actor = web.session(), web.actor()
    grant = web.found(queries.grant(db, policy.rows(actor), account_id, grant_id))
    grant = grant if grant.forged else web.held(grant)
    account = _changeable(account_id)
    rol = str(present.ROLES[grant.rol])
    if request.method == "GET":
        return render_template(
            "accounts/confirm.html",
            title=_("Rol van %(naam)s beëindigen: %(rol)s", naam=account.naam, rol=rol),
            said=[
                _("Vanaf nu kan deze persoon niets meer openen of doen in deze rol. Andere rollen blijven."),
                _("De persoon wordt meteen uitgelogd. Je kan de rol later opnieuw geven."),
            ],
            label=_("Rol beëindigen"),
            cancel_label=_("Niet beëindigen"),
            coach_id=_coach(account_id) if grant.rol is Rol.GEZINSCOACH else None,
        )
    actions.end_role(db, actor, grant, now=web.now())
    flash(_("De rol van %(naam)s is beëindigd: %(rol)s.", naam=account.naam, rol=rol), "success")
    return redirect(url_for("accounts.accounts"))


@pages.post("/accounts/<uuid:account_id>/uitnodiging")
@door(Rol.BEHEERDER, fresh=True)
def invite_again(account_id: UUID) -> ResponseReturnValue:
    """Make a new invitation where it opens nothing by itself, and show it once."""
    account = _changeable(account_id)
    return _invited(account.id, actions.invite_anew(web.session(), web.actor(), account, now=web.now()))


@pages.route("/accounts/<uuid:account_id>/tweede-stap", methods=["GET", "POST"])
@door(Rol.BEHEERDER, fresh=True)
def reset_factor(account_id: UUID) -> ResponseReturnValue:
    """Ask, for somebody who lost it, that the second factor may be chosen anew; a second person confirms."""
    account = _changeable(account_id)
    if request.method == "GET":
        return render_template(
            "accounts/confirm.html",
            title=_("Tweede stap van %(naam)s opnieuw instellen", naam=account.naam),
            said=[
                _("Doe dit alleen als de persoon zelf zegt dat de tweede stap verloren is."),
                _(
                    "Jij krijgt een code, die je zelf aan de persoon doorgeeft. Een tweede persoon bevestigt "
                    "het en geeft de persoon een link. Pas met de link en de code samen verandert er iets."
                ),
            ],
            label=_("Bevestiging vragen"),
            cancel_label=_("Niet vragen"),
            coach_id=None,
        )
    actions.ask_factor_reset(web.session(), web.actor(), account, now=web.now())
    flash(
        _(
            "Gevraagd. Een tweede persoon moet dit nog bevestigen. De code voor %(naam)s staat hieronder: "
            "zeg ze enkel aan die persoon zelf.",
            naam=account.naam,
        ),
        "success",
    )
    return redirect(url_for("accounts.accounts"))


@pages.route("/accounts/<uuid:account_id>/afsluiten", methods=["GET", "POST"])
@door(Rol.BEHEERDER, fresh=True)
def deactivate(account_id: UUID) -> ResponseReturnValue:
    """Shut an account, after asking: whoever uses it is signed out at once."""
    account = _changeable(account_id)
    if request.method == "GET":
        return render_template(
            "accounts/confirm.html",
            title=_("Account van %(naam)s afsluiten", naam=account.naam),
            said=[
                _("Deze persoon wordt meteen uitgelogd en kan niet meer inloggen."),
                _("Een afgesloten account kan je niet opnieuw openen. Wat de persoon schreef, blijft staan."),
            ],
            label=_("Account afsluiten"),
            cancel_label=_("Niet afsluiten"),
            coach_id=_coach(account_id),
        )
    actions.deactivate(web.session(), web.actor(), account, now=web.now())
    flash(_("Het account van %(naam)s is afgesloten.", naam=account.naam), "success")
    return redirect(url_for("accounts.accounts"))


@pages.route("/instellingen", methods=["GET", "POST"])
@door(Rol.BEHEERDER)
def settings() -> ResponseReturnValue:
    """What this werking decides for itself."""
    db, actor = web.session(), web.actor()
    werking = web.held(queries.werking(db, actor))
    form = forms.Settings(obj=werking)
    if form.validate_on_submit():
        actions.change_settings(
            db,
            actor,
            werking,
            leeftijdsgrens=form.leeftijdsgrens.data,
            kleinste_groep=form.kleinste_groep.data,
            postcodes=tuple(rules.POSTCODE.findall(form.postcodes.data)),
            now=web.now(),
        )
        flash(_("De instellingen zijn bewaard."), "success")
        return redirect(url_for("accounts.settings"))
    return render_template("accounts/settings.html", form=form, naam=werking.naam), web.form_status()


def _changeable(account_id: UUID) -> Account:
    account = web.found(queries.account(web.session(), policy.rows(web.actor()), account_id))
    policy.require_change(web.actor(), account.id)
    return web.held(account)


def _invited(account_id: UUID, token: str) -> ResponseReturnValue:
    link = url_for("accounts.invitation", token=token, _external=True)
    return render_template("accounts/invited.html", row=regel(account_id), link=link), HTTPStatus.CREATED


def _coach(account_id: UUID) -> UUID | None:
    return queries.active_coach(web.session(), account_id, web.today())


def _offered(form: forms.GiveRole) -> forms.GiveRole:
    rows = queries.organisaties(web.session(), web.actor())
    form.organisatie.choices = [
        SelectChoice("", _("geen")),
        *(SelectChoice(str(row.id), row.naam) for row in rows),
    ]
    return form


def _role(form: forms.GiveRole) -> tuple[Rol, UUID | None, datetime | None]:
    organisatie_id = UUID(form.organisatie.data) if form.organisatie.data else None
    return Rol(form.rol.data), organisatie_id, _end_of(form.tot.data)


def _end_of(day: date | None) -> datetime | None:
    return datetime.combine(day, time(0), tzinfo=ZONE) + timedelta(days=1) if day else None


def _blame(form: forms.GiveRole, refusal: Exception) -> None:
    getattr(form, BLAMED[type(refusal)]).errors = [present.wordings()[type(refusal)]()]
