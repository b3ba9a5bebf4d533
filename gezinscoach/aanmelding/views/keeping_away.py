"""Who may not see a family that still waits: for the aanmeldpunt."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gezinscoach.aanmelding import actions, policy
from gezinscoach.dossier import forms as dossier_forms
from gezinscoach.dossier import present as dossier_present
from gezinscoach.dossier import queries as dossier
from gezinscoach.dossier.rules import KeptAwayBefore
from gezinscoach.kernel import audit, web
from gezinscoach.kernel.access import Rol, door

from .common import blad_for, pages


@pages.route("/aanmelding/<uuid:aanmelding_id>/niet-zien", methods=["GET", "POST"])
@door(Rol.AANMELDPUNT)
def kept_away(aanmelding_id: UUID) -> ResponseReturnValue:
    """Who may not see this family; only its gezinscoach, later, ends that."""
    db, actor = web.session(), web.actor()
    blad = blad_for(aanmelding_id, *policy.SHUT_OUT)
    web.held(blad.gezin)
    form = dossier_forms.Uitsluiten().offer(dossier.mensen(db, actor, blad.gezin.id))
    if form.validate_on_submit():
        try:
            actions.shut_out(db, actor, blad, now=web.now(), **form.answer())
        except KeptAwayBefore as refusal:
            form.wie.errors = [dossier_present.wordings()[type(refusal)]()]
        else:
            flash(_("Bewaard. Dit gezin bestaat vanaf nu niet meer voor wie je koos."), "success")
            return redirect(url_for("aanmelding.aanmelding", aanmelding_id=aanmelding_id))
    audit.look(db, actor, "uitsluiting.read", now=web.now(), scope_id=blad.gezin.id, groups=("F0", "F1"))
    return render_template(
        "aanmelding/kept_away.html",
        form=form.shown(),
        code=blad.gezin.code,
        back=url_for("aanmelding.aanmelding", aanmelding_id=aanmelding_id),
        regels=dossier_present.uitsluitingen(dossier.uitsluitingen(db, actor, blad.gezin.id)),
    ), web.form_status()
