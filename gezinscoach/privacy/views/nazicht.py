"""Addresses of the review of the trace."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gezinscoach.kernel import audit, web
from gezinscoach.kernel.access import Rol, door
from gezinscoach.kernel.database import reading, transaction
from gezinscoach.privacy import actions, forms, policy, present, queries, rules
from gezinscoach.privacy.present import nazicht as words
from gezinscoach.privacy.present import noodtoegang
from gezinscoach.privacy.rules import Oordeel, Soort

from .common import pages


@pages.get("/nazicht")
@door(Rol.FUNCTIONARIS)
def nazicht() -> ResponseReturnValue:
    """What was found in the trace: who waits for a verdict longest stands on top."""
    _searched()
    db, actor, page = web.session(), web.actor(), web.page_number()
    stand, soort = request.args.get("stand", ""), request.args.get("soort", "")
    oordeel = Oordeel(stand) if stand in set(Oordeel) else None
    chosen = Soort(soort) if soort in set(Soort) else None
    rows, more = queries.findings(db, actor, oordeel, chosen, page)
    codes = queries.codes(db, actor, [row.scope_id for row in rows])
    audit.look(db, actor, "nazicht.read", now=web.now(), groups=("F0",))

    def at(number: int) -> str:
        return url_for(".nazicht", stand=oordeel, soort=chosen, blad=number)

    standen = [
        (words.stand(one), url_for(".nazicht", stand=one, soort=chosen), one is oordeel)
        for one in (None, *Oordeel)
    ]

    return render_template(
        "privacy/nazicht.html",
        rows=[words.regel(row, codes, web.today()) for row in rows],
        backlog=rules.backlog(queries.unreviewed(db, policy.findings(actor)), web.today()),
        standen=standen,
        stand=oordeel,
        soort=chosen,
        words=present,
        page=page,
        previous=at(page - 1) if page > 1 else "",
        next=at(page + 1) if more else "",
    )


def _searched() -> None:
    """Search the trace first when nobody did so for a day: in a transaction of its own, since a page that is
    opened writes nothing else."""
    last = queries.last_search(web.session(), web.actor())
    if last is None or last < web.now() - rules.ZOEK_NA:
        actor = web.actor()
        web.session().rollback()
        was = reading.set(False)
        try:
            with transaction() as db:
                actions.search(db, actor, now=web.now())
        finally:
            reading.reset(was)


@pages.route("/nazicht/<uuid:nazicht_id>", methods=["GET", "POST"])
@door(Rol.FUNCTIONARIS)
def finding(nazicht_id: UUID) -> ResponseReturnValue:
    """One finding: what happened, and the verdict."""
    db, actor = web.session(), web.actor()
    row = web.held(web.found(queries.finding(db, actor, nazicht_id)))
    form = forms.Beoordeling(data={"oordeel": row.oordeel, "opmerking": row.opmerking})
    if form.is_submitted() and not rules.waits(row.oordeel):
        raise rules.Reviewed
    if form.validate_on_submit():
        oordeel, opmerking = Oordeel(form.oordeel.data), form.opmerking.data or ""
        actions.judge(db, actor, row, oordeel=oordeel, opmerking=opmerking, now=web.now())
        flash(_("Je oordeel is bewaard."), "success")
        return redirect(url_for(".nazicht"))
    events = queries.events_of(db, actor, row)
    names = queries.people(db, actor)
    nood = queries.requests(db, actor, [row.noodtoegang_id]) if row.noodtoegang_id else []
    codes = queries.codes(db, actor, [row.scope_id, *(event.scope_id for event in events)])
    audit.look(
        db, actor, "nazicht.read", now=web.now(), thing_id=row.id, scope_id=row.scope_id, groups=("F0",)
    )
    return render_template(
        "privacy/vondst.html",
        row=row,
        wie=names.get(row.account_id, "") if row.account_id else "",
        nood=[noodtoegang.verzoek(one) for one in nood],
        events=[present.spoor(event, names, {}, codes) for event in events],
        form=form,
        open=rules.waits(row.oordeel),
        words=present,
        dossier=present.dossier(row.scope_id, codes),
    ), web.form_status()
