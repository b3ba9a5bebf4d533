"""The address of the trace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gezinscoach.kernel import audit, web
from gezinscoach.kernel.access import Rol, door
from gezinscoach.kernel.audit import anchors
from gezinscoach.kernel.dates import ZONE
from gezinscoach.kernel.once import asks
from gezinscoach.kernel.sealing import mark
from gezinscoach.privacy import forms, policy, present, queries

from .common import pages

ASKED = ("van", "tot", "persoon", "dossier")


@pages.route("/logboek", methods=["GET", "POST"])
@door(Rol.FUNCTIONARIS)
@asks
def logboek() -> ResponseReturnValue:
    """Who did or looked at what, when; never what stood there.

    A question comes by POST and goes on to its own address, a dossiercode turned into a mark.
    """
    db, actor = web.session(), web.actor()
    names, sent = queries.people(db, actor), request.method == "POST"
    form = forms.Ask(request.form if sent else request.args).offer(names)
    if sent and (found := queries.by_code(db, policy.dossiers(actor), form.dossier.data or "")):
        form.dossier.data = mark(found)
    fine = form.validate()
    if sent and fine:
        asked_for = request.form.to_dict() | {"dossier": form.dossier.data}
        return redirect(url_for("privacy.logboek", **{name: asked_for.get(name) or None for name in ASKED}))
    page = web.page_number("pagina")
    rows, more = queries.events(db, policy.events(actor), _asked(form), page) if fine else ([], False)
    anchored = anchors.latest(current_app.config["SETTINGS"].anchors)
    looked_over = queries.last_look_over(db, policy.events(actor), web.now())
    trust, broken = present.trust(anchored, looked_over)
    audit.look(db, actor, "logboek.read", now=web.now(), groups=("F0",))
    return render_template(
        "privacy/logboek.html",
        form=form,
        trust=trust,
        broken=broken,
        rows=_said(rows, names, form),
        page=page,
        previous=_address(page - 1) if page > 1 else "",
        next=_address(page + 1) if more else "",
    ), HTTPStatus.OK if fine else HTTPStatus.UNPROCESSABLE_ENTITY


def _said(rows: Sequence[audit.AuditEvent], names: dict[UUID, str], form: forms.Ask) -> list[present.Spoor]:
    """These events in words; the form calls the dossier that was asked as they do."""
    db, actor = web.session(), web.actor()
    codes = queries.codes(db, actor, [row.scope_id for row in rows])
    form.name_dossier(codes)
    about = names | queries.staff(db, actor, rows)
    return [present.spoor(row, names, about, codes) for row in rows]


def _asked(form: forms.Ask) -> queries.Asked:
    return queries.Asked(
        since=_midnight(form.van.data) if form.van.data else None,
        until=_midnight(form.tot.data + timedelta(days=1)) if form.tot.data else None,
        account=UUID(form.persoon.data) if form.persoon.data else None,
        dossier=form.dossier_prefix,
    )


def _address(page: int) -> str:
    given = request.args
    kept: dict[str, Any] = {name: given[name] for name in ASKED if name in given}
    return url_for("privacy.logboek", pagina=page, **kept)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), tzinfo=ZONE)
