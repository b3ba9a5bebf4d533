"""Addresses of whoever keeps the partner organisations."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gezinscoach.accounts import actions, forms, policy, queries, rules
from gezinscoach.accounts.views.common import pages
from gezinscoach.kernel import web
from gezinscoach.kernel.access import Rol, door


@pages.get("/organisaties")
@door(Rol.BEHEERDER)
def organisaties() -> ResponseReturnValue:
    """The partner organisations, each with how many gezinscoaches it has."""
    rows = queries.organisatie_regels(web.session(), policy.organisaties(web.actor()), web.today())
    return render_template("accounts/organisaties.html", rows=rows)


@pages.route("/organisaties/nieuw", methods=["GET", "POST"])
@door(Rol.BEHEERDER)
def add_organisatie() -> ResponseReturnValue:
    """Add a partner organisation."""
    db, actor = web.session(), web.actor()
    form = forms.Organisation()
    if form.validate_on_submit():
        naam, soort = form.naam.data, form.soort.data or ""
        try:
            actions.require_new_organisatie(db, actor, naam)
        except rules.OrganisationExists as refusal:
            _taken(form, refusal)
        else:
            actions.add_organisatie(db, actor, naam=naam, soort=soort, now=web.now())
            flash(_("%(naam)s staat op de lijst.", naam=naam), "success")
            return redirect(url_for("accounts.organisaties"))
    return render_template("accounts/organisatie.html", form=form, naam=""), web.form_status()


@pages.route("/organisaties/<uuid:organisatie_id>", methods=["GET", "POST"])
@door(Rol.BEHEERDER)
def organisatie(organisatie_id: UUID) -> ResponseReturnValue:
    """Rename a partner organisation."""
    db, actor = web.session(), web.actor()
    row = web.held(web.found(queries.organisatie(db, policy.organisaties(actor), organisatie_id)))
    form, was = forms.ChangeOrganisation(obj=row), row.naam
    if form.validate_on_submit():
        naam, soort = form.naam.data, form.soort.data or ""
        try:
            changed = actions.change_organisatie(db, actor, row, naam=naam, soort=soort, now=web.now())
        except rules.OrganisationExists as refusal:
            _taken(form, refusal)
        else:
            flash(_("De organisatie is bewaard.") if changed else _("Er was niets veranderd."), "success")
            return redirect(url_for("accounts.organisaties"))
    return render_template("accounts/organisatie.html", form=form, naam=was), web.form_status()


def _taken(form: forms.Organisation, refusal: rules.OrganisationExists) -> None:
    form.naam.errors = [
        _(
            "Er is al een organisatie “%(naam)s”. Schrijf de naam zo dat ze te onderscheiden is.",
            naam=refusal.naam,
        )
    ]
