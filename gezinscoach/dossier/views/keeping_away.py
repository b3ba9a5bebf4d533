"""Who may not see a family: for its vaste gezinscoach."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gezinscoach.dossier import actions, forms, present, queries, rules
from gezinscoach.dossier.rights import Deed
from gezinscoach.kernel import web
from gezinscoach.kernel.access import Rol, door
from gezinscoach.kernel.fields import Groep

from .common import pages

SHUT_OUT, LET_IN = ((Deed.SHUT_OUT, Groep.PROCES),), ((Deed.LET_IN, Groep.PROCES),)


@pages.route("/dossier/<uuid:gezin_id>/niet-zien", methods=["GET", "POST"])
@door(Rol.GEZINSCOACH)
def kept_away(gezin_id: UUID) -> ResponseReturnValue:
    """Who may not see this family, and a form to add somebody."""
    dossier = present.enter(gezin_id, "F0", "F1", doing=SHUT_OUT)
    db, actor = web.session(), web.actor()
    web.held(dossier.row)
    form = forms.Uitsluiten().offer(queries.mensen(db, actor, gezin_id))
    if form.validate_on_submit():
        try:
            actions.shut_out(db, actor, dossier.row, now=web.now(), **form.answer())
        except (rules.CoachKeptAway, rules.KeptAwayBefore) as refusal:
            form.wie.errors = [present.wordings()[type(refusal)]()]
        else:
            flash(_("Bewaard. Dit gezin bestaat vanaf nu niet meer voor wie je koos."), "success")
            return redirect(url_for("dossier.kept_away", gezin_id=gezin_id))
    return render_template(
        "dossier/kept_away.html",
        dossier=dossier,
        part="overzicht",
        form=form.shown(),
        regels=present.uitsluitingen(queries.uitsluitingen(db, actor, gezin_id)),
    ), web.form_status()


@pages.route("/dossier/<uuid:gezin_id>/niet-zien/<uuid:uitsluiting_id>/einde", methods=["GET", "POST"])
@door(Rol.GEZINSCOACH, fresh=True)
def let_in(gezin_id: UUID, uitsluiting_id: UUID) -> ResponseReturnValue:
    """Let somebody see this family again, with the reason."""
    dossier = present.enter(gezin_id, "F0", "F1", doing=LET_IN)
    db = web.session()
    row = web.held(web.found(queries.uitsluiting(db, gezin_id, uitsluiting_id)))
    form = forms.Toelaten()
    if form.validate_on_submit():
        actions.let_in(db, web.actor(), row, reden=form.reden.data, now=web.now())
        flash(_("Bewaard. De uitsluiting is voorbij."), "success")
        return redirect(url_for("dossier.kept_away", gezin_id=gezin_id))
    regels = queries.uitsluitingen(db, web.actor(), gezin_id)
    return render_template(
        "dossier/let_in.html",
        dossier=dossier,
        part="overzicht",
        form=form,
        wie=next(regel.wie for regel in regels if regel.id == row.id),
    ), web.form_status()
