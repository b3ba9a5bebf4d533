"""Addresses of the desk: Vandaag, the overview of a dossier, and asking an expert."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from gezinscoach.desk import actions, forms, present, queries
from gezinscoach.dossier import actions as dossier_actions
from gezinscoach.dossier import present as dossier_present
from gezinscoach.dossier import queries as dossier
from gezinscoach.dossier.policy import may_help
from gezinscoach.dossier.rights import Deed
from gezinscoach.kernel import audit, web
from gezinscoach.kernel.access import SIGNED_IN, Rol, door
from gezinscoach.kernel.fields import Groep
from gezinscoach.mandaat import queries as mandaat
from gezinscoach.mandaat.rules import Bereik

pages = Blueprint("desk", __name__)

ASK = ((Deed.SHARE, Groep.PLAN),)


@pages.get("/")
@door(SIGNED_IN)
def vandaag() -> ResponseReturnValue:
    """What is due, for every role that somebody has."""
    db, actor = web.session(), web.actor()
    delen = present.vandaag(db, actor, today=web.today(), now=web.now())
    last_day = present.last_day(current_user.gestopt_op, web.today())
    helps = may_help(actor)
    return render_template("desk/vandaag.html", delen=delen, last_day=last_day, helps=helps)


@pages.get("/dossier/<uuid:gezin_id>")
@door(Rol.GEZINSCOACH)
def overzicht(gezin_id: UUID) -> ResponseReturnValue:
    """A dossier at a glance."""
    page = dossier_present.enter(gezin_id, "F0", "F1", "F2", "F3", "F6", "F8")
    blad = present.overzicht(web.session(), page, web.today())
    return render_template("desk/overzicht.html", dossier=page, part="overzicht", blad=blad)


@pages.route("/dossier/<uuid:gezin_id>/consult", methods=["GET", "POST"])
@door(Rol.GEZINSCOACH)
def consults(gezin_id: UUID) -> ResponseReturnValue:
    """The consults about a dossier, and a new question for an expert."""
    page = dossier_present.enter(gezin_id, "F1", "F6", doing=ASK)
    db, actor, now, today = web.session(), web.actor(), web.now(), web.today()
    form = forms.Consult()
    form.offer(dossier.deskundigen(db, actor, gezin_id, now))
    if form.validate_on_submit():
        deskundige = UUID(form.deskundige.data)
        actions.ask_expert(db, actor, page.row, deskundige, vraag=form.vraag.data, today=today, now=now)
        flash(_("Je vraag is gesteld. De deskundige ziet ze veertien dagen."), "success")
        return redirect(url_for("desk.consults", gezin_id=gezin_id))
    stand = mandaat.stands(db, [gezin_id], today).get(gezin_id)
    return render_template(
        "desk/consults.html",
        dossier=page,
        part="overzicht",
        form=form,
        now=now,
        asked=dossier.asked(db, actor, gezin_id),
        allowed=stand is not None and Bereik.INFORMATIE in stand.bereik,
    ), web.form_status()


@pages.post("/dossier/<uuid:gezin_id>/consult/<uuid:consult_id>/einde")
@door(Rol.GEZINSCOACH)
def end_consult(gezin_id: UUID, consult_id: UUID) -> ResponseReturnValue:
    """End a consult now."""
    dossier_present.enter(gezin_id, "F6", doing=ASK)
    row = web.held(web.found(dossier.consult(web.session(), gezin_id, consult_id)))
    dossier_actions.end_consult(web.session(), web.actor(), row, now=web.now())
    flash(_("De vraag is afgesloten. De deskundige ziet niets meer van dit dossier."), "success")
    return redirect(url_for("desk.consults", gezin_id=gezin_id))


@pages.get("/consult/<uuid:consult_id>")
@door(Rol.DESKUNDIGE)
def consult(consult_id: UUID) -> ResponseReturnValue:
    """What an expert may see of one dossier, as long as the question and the mandaat are open."""
    db, actor, now, today = web.session(), web.actor(), web.now(), web.today()
    rows = queries.consults(db, actor, now, today)
    row = web.found(next((row for row in rows if row.id == consult_id), None))
    audit.look(db, actor, "consult.read", now=now, scope_id=row.gezin_id, thing_id=row.id, groups=("F6",))
    return render_template("desk/consult.html", blad=present.advies(db, row, today))
