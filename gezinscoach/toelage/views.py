"""Addresses of the toelage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from gezinscoach.accounts import queries as accounts
from gezinscoach.kernel import audit, web
from gezinscoach.kernel.access import Rol, door
from gezinscoach.toelage import actions, forms, present, queries, sheets
from gezinscoach.toelage.rules import MOST_EXPORTS, ExportedEnough, Regeling, Uitkomst, in_force

pages = Blueprint("toelage", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
READERS = (Rol.COORDINATOR, Rol.ORGANISATIEVERANTWOORDELIJKE)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which year, as known on which day; `form` has the errors when it was asked wrongly."""

    year: int
    as_of: date
    form: forms.Choose

    @property
    def args(self) -> dict[str, str]:
        """The same choice as an address."""
        return {"jaar": str(self.year), "op": self.as_of.isoformat()}


def _choice() -> Choice:
    """The choice in the address: today, and the year of the day, unless asked otherwise."""
    today = web.today()
    given = request.args.to_dict()
    given.setdefault("op", today.strftime("%d/%m/%Y"))
    given.setdefault("jaar", str(today.year))
    form = forms.Choose(MultiDict(given))
    form.coarse = Rol.COORDINATOR not in web.actor().roles
    if form.validate() and form.op.data and form.jaar.data:
        return Choice(form.jaar.data, form.op.data, form)
    return Choice(today.year, today, form)


def _exported(chosen: Choice) -> Uitkomst:
    """The whole outcome, which leaves the application as a file; ExportedEnough after twenty a day."""
    db, actor = web.session(), web.actor()
    if accounts.made_today(db, actor, "toelage.export", web.now()) >= MOST_EXPORTS:
        audit.look(db, actor, "toelage.export_enough", now=web.now())
        raise ExportedEnough
    audit.look(db, actor, "toelage.export", now=web.now(), groups=("F0",))
    return queries.uitkomst(db, actor, chosen.year, chosen.as_of)


@pages.get("/toelage")
@door(*READERS)
def toelage() -> ResponseReturnValue:
    """The toelage of a year per organisation, each line with its reason."""
    return _page(_choice())


def _page(chosen: Choice) -> ResponseReturnValue:
    db, actor = web.session(), web.actor()
    coordinates = Rol.COORDINATOR in actor.roles
    audit.look(db, actor, "toelage.read", now=web.now(), groups=("F0",))
    outcome = queries.uitkomst(db, actor, chosen.year, chosen.as_of, most=present.MOST_SHOWN)
    # The meetings are those of the whole city, whatever the organisation of the reader.
    unmarked = queries.unmarked(db, actor, chosen.year, chosen.as_of) if coordinates else []
    return render_template(
        "toelage/toelage.html",
        choice=chosen,
        page=present.overzicht(outcome),
        unmarked=present.unmarked(unmarked),
        sets_rule=coordinates,
    ), HTTPStatus.UNPROCESSABLE_ENTITY if chosen.form.errors else HTTPStatus.OK


@pages.get("/toelage/xlsx")
@door(*READERS, fresh=True)
def as_xlsx() -> ResponseReturnValue:
    """The same as a workbook."""
    chosen = _choice()
    if chosen.form.errors:
        return _page(chosen)
    return _file(Response(sheets.write(_exported(chosen)), mimetype=XLSX), chosen, "xlsx")


@pages.get("/toelage/json")
@door(*READERS, fresh=True)
def as_json() -> ResponseReturnValue:
    """The same as open data."""
    chosen = _choice()
    if chosen.form.errors:
        return _page(chosen)
    return _file(jsonify(present.as_json(_exported(chosen))), chosen, "json")


def _file(answer: Response, chosen: Choice, ending: str) -> Response:
    name = f"toelage-{chosen.year}-op-{chosen.as_of.isoformat()}.{ending}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@pages.get("/toelage/regel")
@door(Rol.COORDINATOR)
def rule() -> ResponseReturnValue:
    """The rule that holds, those before it, and a form for the next."""
    known = queries.regelingen(web.session(), web.actor())
    return _rule_page(forms.Rule.of(in_force(known, web.today().year)))


@pages.post("/toelage/regel")
@door(Rol.COORDINATOR)
def set_rule() -> ResponseReturnValue:
    """Keep a new rule, or show what this year would be under it."""
    form = forms.Rule()
    if not form.validate():
        return _rule_page(form)
    if "bewaren" not in request.form:
        return _rule_page(form, form.regeling())
    try:
        actions.set_rule(web.session(), web.actor(), form.regeling(), now=web.now())
    except actions.DayTaken as refusal:
        form.geldig_van.errors = [present.wordings()[type(refusal)]()]
        return _rule_page(form)
    flash(_("De regel is bewaard."), "success")
    return redirect(url_for("toelage.rule"))


def _rule_page(form: forms.Rule, proposed: Regeling | None = None) -> ResponseReturnValue:
    db, actor, today = web.session(), web.actor(), web.today()
    known = queries.regelingen(db, actor)
    holds = in_force(known, today.year)
    preview = []
    if proposed is not None:
        feiten = queries.facts(db, actor, today.year)
        outcomes = [queries.compute_with(one, feiten, today.year, today) for one in (holds, proposed)]
        preview = [present.euro(outcome.total_cents) for outcome in outcomes]
    return render_template(
        "toelage/rule.html",
        form=form,
        preview=preview,
        year=today.year,
        holds=present.rule_facts(holds),
        default=holds not in known,
        history=known,
        euro=present.euro,
    ), HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
