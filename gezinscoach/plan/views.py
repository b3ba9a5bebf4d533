"""Addresses of the plan."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gezinscoach.dossier import present as dossier_present
from gezinscoach.dossier import queries as dossier_queries
from gezinscoach.kernel import web
from gezinscoach.kernel.access import Rol, door
from gezinscoach.plan import actions, forms, present, queries, rules
from gezinscoach.plan.rules import Doelstand, Wie
from gezinscoach.plan.tables import Actie

pages = Blueprint("plan", __name__)


@pages.get("/dossier/<uuid:gezin_id>/plan")
@door(Rol.GEZINSCOACH)
def plan(gezin_id: UUID) -> ResponseReturnValue:
    """The goals of a family, each with its actions and a place to add one."""
    return _page(dossier_present.enter(gezin_id, "F1", "F6"))


@pages.route("/dossier/<uuid:gezin_id>/plan/doel", methods=["GET", "POST"])
@door(Rol.GEZINSCOACH)
def add_doel(gezin_id: UUID) -> ResponseReturnValue:
    """Add a goal."""
    dossier = dossier_present.enter(gezin_id, "F1", "F6", doing=dossier_present.WRITE_PLAN)
    form = forms.NieuwDoel().offer(dossier_queries.codelist(web.session(), web.today()))
    if form.validate_on_submit():
        try:
            doel = actions.add_doel(
                web.session(),
                web.actor(),
                dossier.row,
                domein=form.domein.data,
                titel=form.titel.data,
                toelichting=form.toelichting.data,
                now=web.now(),
            )
        except rules.Empty as refusal:
            form.titel.errors = [present.wordings()[type(refusal)]()]
        else:
            flash(_("Het doel staat in het plan."), "success")
            return _back(gezin_id, doel.id)
    return render_template("plan/add_doel.html", dossier=dossier, part="plan", form=form), web.form_status()


@pages.post("/dossier/<uuid:gezin_id>/plan/doel/<uuid:doel_id>/stap")
@door(Rol.GEZINSCOACH)
def take_step(gezin_id: UUID, doel_id: UUID) -> ResponseReturnValue:
    """Reach, drop or reopen a goal."""
    dossier_present.enter(gezin_id, "F1", "F6", doing=dossier_present.WRITE_PLAN)
    doel = web.held(web.found(queries.doel(web.session(), gezin_id, doel_id)))
    actions.take_step(web.session(), web.actor(), doel, request.form.get("stap", ""), now=web.now())
    left = queries.count_open(web.session(), doel) if doel.stand is not Doelstand.OPEN else 0
    flash(present.taken(doel.stand, left), "success")
    return _back(gezin_id, doel.id)


@pages.post("/dossier/<uuid:gezin_id>/plan/doel/<uuid:doel_id>/actie")
@door(Rol.GEZINSCOACH)
def add_actie(gezin_id: UUID, doel_id: UUID) -> ResponseReturnValue:
    """Add an action, on the goal's own place on the page."""
    dossier = dossier_present.enter(gezin_id, "F1", "F6", doing=dossier_present.WRITE_PLAN)
    doel = web.found(queries.doel(web.session(), gezin_id, doel_id))
    form = forms.NieuweActie()
    if form.validate():
        try:
            actions.add_actie(
                web.session(),
                web.actor(),
                doel,
                tekst=form.tekst.data,
                wie=Wie(form.wie.data),
                tegen=form.tegen.data,
                now=web.now(),
            )
        except rules.Empty as refusal:
            form.tekst.errors = [present.wordings()[type(refusal)]()]
        else:
            flash(_("De actie staat bij het doel."), "success")
            return _back(gezin_id, doel.id)
    return _page(dossier, doel.id, form), HTTPStatus.UNPROCESSABLE_ENTITY


@pages.post("/dossier/<uuid:gezin_id>/plan/doel/<uuid:doel_id>/actie/<uuid:actie_id>/gedaan")
@door(Rol.GEZINSCOACH)
def finish(gezin_id: UUID, doel_id: UUID, actie_id: UUID) -> ResponseReturnValue:
    """Mark an action done today."""
    actie = _actie(gezin_id, doel_id, actie_id)
    actions.finish(web.session(), web.actor(), actie, op=web.today(), now=web.now())
    flash(_("Gedaan. Mooi zo."), "success")
    return _back(gezin_id, doel_id)


@pages.post("/dossier/<uuid:gezin_id>/plan/doel/<uuid:doel_id>/actie/<uuid:actie_id>/terug")
@door(Rol.GEZINSCOACH)
def take_back(gezin_id: UUID, doel_id: UUID, actie_id: UUID) -> ResponseReturnValue:
    """Mark an action as still to be done."""
    actie = _actie(gezin_id, doel_id, actie_id)
    actions.take_back(web.session(), web.actor(), actie, now=web.now())
    flash(_("De actie staat weer open."), "success")
    return _back(gezin_id, doel_id)


def _actie(gezin_id: UUID, doel_id: UUID, actie_id: UUID) -> Actie:
    dossier_present.enter(gezin_id, "F1", "F6", doing=dossier_present.WRITE_PLAN)
    return web.held(web.found(queries.actie(web.session(), gezin_id, doel_id, actie_id)))


def _back(gezin_id: UUID, doel_id: UUID) -> ResponseReturnValue:
    return redirect(url_for(".plan", gezin_id=gezin_id, _anchor=f"doel-{doel_id}"))


def _page(
    dossier: dossier_present.Dossier, wrong: UUID | None = None, typed: forms.NieuweActie | None = None
) -> str:
    codelist = dossier_queries.codelist(web.session(), web.today())
    doelen = present.plan(queries.doelen(web.session(), dossier.row.id), codelist, web.today())
    running = [doel for _naam, group in doelen.groups for doel in group]
    empty = {doel.id: forms.NieuweActie(formdata=None).at(doel.id) for doel in running if doel.id != wrong}
    filled = {wrong: typed.at(wrong)} if wrong and typed else {}
    return render_template(
        "plan/plan.html", dossier=dossier, part="plan", plan=doelen, forms=empty | filled, wrong=wrong
    )
