"""The address of the trace."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gezinscoach.accounts import queries as accounts
from gezinscoach.kernel import audit, web
from gezinscoach.kernel.access import Rol, door
from gezinscoach.privacy import forms, policy, present, queries

pages = Blueprint("privacy", __name__)


@pages.get("/logboek")
@door(Rol.FUNCTIONARIS)
def logboek() -> ResponseReturnValue:
    """Who did or looked at what, when; never what stood there."""
    db, actor = web.session(), web.actor()
    form = forms.Ask(request.args)
    fine = form.validate()
    page = min(max(request.args.get("pagina", 1, type=int), 1), 100_000)
    asked = _asked(form, actor.werking_id) if fine else queries.Asked()
    rows, more = queries.events(db, policy.events(actor), asked, page)
    names = accounts.names(db, actor.werking_id, {row.account_id for row in rows if row.account_id})
    audit.look(db, actor, "logboek.read", now=web.now())
    return render_template(
        "privacy/logboek.html",
        form=form,
        rows=[present.spoor(row, names) for row in rows],
        page=page,
        previous=_address(page - 1) if page > 1 else "",
        next=_address(page + 1) if more else "",
    ), HTTPStatus.OK if fine else HTTPStatus.UNPROCESSABLE_ENTITY


def _asked(form: forms.Ask, werking_id: UUID) -> queries.Asked:
    part = form.persoon.data
    return queries.Asked(
        since=_midnight(form.van.data) if form.van.data else None,
        until=_midnight(form.tot.data + timedelta(days=1)) if form.tot.data else None,
        accounts=queries.named(web.session(), werking_id, part) if part else None,
        dossier=form.dossier_prefix,
    )


def _address(page: int) -> str:
    given = request.args
    kept: dict[str, Any] = {
        name: given[name] for name in ("van", "tot", "persoon", "dossier") if name in given
    }
    return url_for("privacy.logboek", pagina=page, **kept)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), tzinfo=web.ZONE)
