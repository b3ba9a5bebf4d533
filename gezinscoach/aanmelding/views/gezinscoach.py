"""The answer of a gezinscoach to a proposal."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gezinscoach.aanmelding import actions, forms, policy, present, queries
from gezinscoach.aanmelding.present import matching
from gezinscoach.kernel import audit, web
from gezinscoach.kernel.access import Rol, door

from .common import names, pages


@pages.get("/voorstellen")
@door(Rol.GEZINSCOACH)
def voorstellen() -> ResponseReturnValue:
    """The families that wait for my answer."""
    db, actor, now = web.session(), web.actor(), web.now()
    rows = queries.open_proposals(db, actor, web.today())
    for row in rows:
        audit.look(db, actor, "voorstel.read", now=now, scope_id=row.gezin_id, groups=("F0", "F3", "F8"))
    return render_template(
        "aanmelding/voorstellen.html",
        rows=rows,
        names=names(),
        words=present,
        reasons=matching.stored_reasons,
    )


@pages.post("/voorstel/<uuid:voorstel_id>/aanvaarden")
@door(Rol.GEZINSCOACH)
def accept(voorstel_id: UUID) -> ResponseReturnValue:
    """Say yes: the family becomes my dossier."""
    db, actor = web.session(), web.actor()
    row = web.found(queries.voorstel(db, policy.proposed(actor, web.today()), voorstel_id))
    actions.accept(db, actor, row, today=web.today(), now=web.now())
    flash(_("Je bent nu de vaste gezinscoach van dit gezin. Spreek eerst het mandaat af."), "success")
    return redirect(url_for("desk.overzicht", gezin_id=row.gezin_id))


@pages.route("/voorstel/<uuid:voorstel_id>/weigeren", methods=["GET", "POST"])
@door(Rol.GEZINSCOACH)
def decline(voorstel_id: UUID) -> ResponseReturnValue:
    """Say no, with a reason."""
    db, actor = web.session(), web.actor()
    row = web.found(queries.voorstel(db, policy.proposed(actor, web.today()), voorstel_id))
    form = forms.Waarom()
    if form.validate_on_submit():
        actions.decline(db, actor, row, reden=form.reden.data, now=web.now())
        flash(_("Je antwoord is bewaard. Het aanmeldpunt zoekt iemand anders."), "success")
        return redirect(url_for("aanmelding.voorstellen"))
    return render_template("aanmelding/weigeren.html", form=form), web.form_status()
