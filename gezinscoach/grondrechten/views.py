"""Addresses of metingen."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gezinscoach.dossier import present as dossier_present
from gezinscoach.grondrechten import actions, forms, present, queries, rules
from gezinscoach.grondrechten.rules import Quarter
from gezinscoach.kernel import web
from gezinscoach.kernel.access import Rol, door
from gezinscoach.kernel.dates import UnreadableQuarter, quarter_end, quarter_of, read_quarter

pages = Blueprint("grondrechten", __name__)


@pages.get("/dossier/<uuid:gezin_id>/grondrechten")
@door(Rol.GEZINSCOACH)
def metingen(gezin_id: UUID) -> ResponseReturnValue:
    """The evolution of the grondrechten, the metingen behind it, and the quarters still to fill in."""
    dossier = dossier_present.enter(gezin_id, "F1", "F6")
    today = web.today()
    rights = queries.rights(web.session(), today)
    held = queries.history(web.session(), gezin_id)
    names = {right.code: right.naam for right in rights}
    first = min((periode.van for periode in dossier.periodes), default=today)
    return render_template(
        "grondrechten/metingen.html",
        dossier=dossier,
        part="grondrechten",
        chart=present.chart(held, rights),
        kaarten=[present.kaart(meting, names) for meting in held],
        open_quarters=[
            (present.code(quarter), present.label(quarter))
            for quarter in rules.open_quarters(first, today, {meting.quarter for meting in held})
        ],
        running=present.code(quarter_of(today)),
    )


@pages.route("/dossier/<uuid:gezin_id>/grondrechten/<kwartaal>", methods=["GET", "POST"])
@door(Rol.GEZINSCOACH)
def meting(gezin_id: UUID, kwartaal: str) -> ResponseReturnValue:
    """Fill in the meting of a quarter that has begun, or put it right."""
    dossier = dossier_present.enter(gezin_id, "F1", "F6", doing=dossier_present.WRITE_PLAN)
    today, quarter = web.today(), web.found(_quarter(kwartaal))
    if quarter > quarter_of(today):
        abort(HTTPStatus.NOT_FOUND)
    web.held(dossier.row)
    history = queries.history(web.session(), gezin_id)
    held = next((one for one in history if one.quarter == quarter), None)
    if held is not None:
        g.about = held.id
    rights = queries.rights(web.session(), held.datum if held else min(today, quarter_end(*quarter)))
    form = forms.of(rights, held, datum=today if quarter == quarter_of(today) else None)
    if (
        form.validate_on_submit()
        and _near(form, quarter, held)
        and _saved(dossier, form, quarter, [right.code for right in rights])
    ):
        return redirect(url_for(".metingen", gezin_id=gezin_id))
    earlier = present.before(history, quarter)
    page = render_template(
        "grondrechten/meting.html",
        dossier=dossier,
        part="grondrechten",
        form=form,
        kwartaal=present.spoken(quarter),
        held=held is not None,
        scores=[(form[forms.SCORE + right.code], earlier.get(right.code, "")) for right in rights],
    )
    return page, web.form_status()


def _quarter(text: str) -> Quarter | None:
    try:
        return read_quarter(text)
    except UnreadableQuarter:
        return None


def _near(form: forms.MetingForm, quarter: Quarter, held: queries.MetingRegel | None) -> bool:
    """Whether the day fits the quarter; a day that a workbook brought in from further away may stay."""
    day = form.datum.data
    if day and not rules.near(day, quarter) and (held is None or held.datum != day):
        form.datum.errors = [present.outside(quarter)]
        return False
    return True


def _saved(
    dossier: dossier_present.Dossier, form: forms.MetingForm, quarter: Quarter, rights: list[str]
) -> bool:
    """Keep what was filled in; False, with the refusal on the form, when the rules refuse it."""
    db, actor = web.session(), web.actor()
    row = queries.meting(db, dossier.row.id, quarter)
    given: dict[str, Any] = {
        "datum": form.datum.data,
        "scores": form.scores,
        "priorities": form.priorities,
        "krachten": form.krachten.data,
        "met_wie": form.met_wie.data,
        "rights": rights,
        "now": web.now(),
        "today": web.today(),
    }
    try:
        if row is not None and form.meting.raw_data == [str(row.id)]:
            actions.change(db, actor, row, **given)
        else:
            actions.measure(db, actor, dossier.row, quarter=quarter, **given)
    except rules.QuarterToCome as refusal:
        form.datum.errors = [present.wordings()[type(refusal)]()]
    except rules.Refusal as refusal:
        form.form_errors.append(present.wordings()[type(refusal)]())
    else:
        flash(_("De meting voor %(kwartaal)s is bewaard.", kwartaal=present.spoken(quarter)), "success")
        return True
    return False
