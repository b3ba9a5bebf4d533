"""Addresses of reading a dossier in an emergency."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gezinscoach.dossier import policy as dossier_policy
from gezinscoach.dossier import queries as dossier
from gezinscoach.dossier import rights
from gezinscoach.dossier.rights import Relatie
from gezinscoach.dossier.rules import Noodreden
from gezinscoach.kernel import audit, web
from gezinscoach.kernel.access import Rol, door
from gezinscoach.privacy import actions, forms, present, queries, rules
from gezinscoach.privacy.present import noodtoegang as words

from .common import pages


@pages.before_app_request
def read_only() -> None:
    """Whoever reads a dossier in an emergency writes nothing in it: 403, whatever the address or the role."""
    if request.method in web.SAFE or request.url_rule is None or web.signed_in() is None:
        return
    given = request.view_args or {}
    if not given.keys() & queries.OF_A_FAMILY.keys():
        return
    db, actor, now = web.session(), web.actor(), web.now()
    gezin_id = queries.family_in(db, given)
    reads = any(one.gezin_id == gezin_id for one in queries.running(db, actor, now))
    if reads and gezin_id and dossier.coached(db, actor, web.today(), gezin_id) is None:
        abort(HTTPStatus.FORBIDDEN)


@pages.route("/noodtoegang", methods=["GET", "POST"])
@door(Rol.GEZINSCOACH, Rol.AANMELDPUNT, Rol.COORDINATOR, fresh=True)
def noodtoegang() -> ResponseReturnValue:
    """Ask to read one dossier now: by its exact code, with a reason; nobody finds a family by name here."""
    db, actor, now = web.session(), web.actor(), web.now()
    form = forms.Noodvraag()
    if form.validate_on_submit():
        try:
            row = actions.ask_emergency(
                db,
                actor,
                code=form.code.data,
                categorie=Noodreden(form.categorie.data),
                reden=form.reden.data,
                now=now,
            )
        except (rules.UnknownCode, rules.TriedEnough, rules.HasRelation) as refusal:
            web.keep()  # that a code was tried, before the next may be
            form.code.errors = [present.wordings()[type(refusal)]()]
        else:
            if row.since is not None:
                return redirect(url_for(".in_nood", gezin_id=row.gezin_id))
            flash(_("Een tweede persoon moet je vraag eerst bevestigen. Bel de coördinator."), "warning")
            return redirect(url_for(".noodtoegang"))
    return render_template("privacy/noodtoegang.html", form=form, **_asked()), web.form_status()


def _asked() -> dict[str, object]:
    db, actor, now = web.session(), web.actor(), web.now()
    granted = queries.count_granted(db, actor.account_id, now) if actor.account_id else 0
    return {
        "waiting": len(queries.waiting(db, actor, now)),
        "second": rules.needs_second(granted),
        "most": rules.NOOD_MEEST,
    }


@pages.get("/noodtoegang/dossier/<uuid:gezin_id>")
@door(Rol.GEZINSCOACH, Rol.AANMELDPUNT, Rol.COORDINATOR)
def in_nood(gezin_id: UUID) -> ResponseReturnValue:
    """What an emergency shows of a dossier, on one page, to read only."""
    db, actor, now = web.session(), web.actor(), web.now()
    reads = rights.readable((Relatie.NOOD,))
    row = web.found(dossier.gezin(db, dossier_policy.emergency(actor, now), gezin_id, groups=reads))
    nood = next(one for one in queries.running(db, actor, now) if one.gezin_id == gezin_id)
    audit.look(
        db,
        actor,
        "noodtoegang.read",
        now=now,
        scope_id=row.id,
        thing_id=nood.id,
        groups=dossier_policy.EMERGENCY,
    )
    blad = words.nooddossier(db, row, nood, today=web.today(), page=web.page_number())
    return render_template("privacy/in_nood.html", blad=blad, nood=nood)


@pages.post("/noodtoegang/<uuid:nood_id>/klaar")
@door(Rol.GEZINSCOACH, Rol.AANMELDPUNT, Rol.COORDINATOR)
def end_emergency(nood_id: UUID) -> ResponseReturnValue:
    """Stop reading before the four hours are over."""
    row = web.held(web.found(queries.own(web.session(), web.actor(), nood_id)))
    actions.end_emergency(web.session(), web.actor(), row, now=web.now())
    flash(_("De noodtoegang is gestopt. Je leest dit dossier niet meer."), "success")
    return redirect(url_for("desk.vandaag"))


@pages.get("/noodtoegang/bevestigen")
@door(Rol.COORDINATOR, Rol.FUNCTIONARIS)
def confirmations() -> ResponseReturnValue:
    """The requests that wait for a second person."""
    db, actor, now = web.session(), web.actor(), web.now()
    rows = queries.to_confirm(db, actor, now)
    audit.look(db, actor, "noodtoegang.list", now=now, groups=("F0",))
    return render_template("privacy/bevestigen.html", rows=[words.verzoek(row) for row in rows])


@pages.post("/noodtoegang/<uuid:verzoek_id>/bevestigen")
@door(Rol.COORDINATOR, Rol.FUNCTIONARIS, fresh=True)
def confirm_emergency(verzoek_id: UUID) -> ResponseReturnValue:
    """Say yes as the second person: from now the four hours run."""
    row = web.found(queries.request(web.session(), web.actor(), verzoek_id, web.now()))
    actions.confirm_emergency(web.session(), web.actor(), row, now=web.now())
    flash(_("Bevestigd. De collega leest het dossier vanaf nu vier uur."), "success")
    return redirect(url_for(".confirmations"))


@pages.post("/noodtoegang/<uuid:verzoek_id>/weigeren")
@door(Rol.COORDINATOR, Rol.FUNCTIONARIS)
def refuse_emergency(verzoek_id: UUID) -> ResponseReturnValue:
    """Say no as the second person."""
    row = web.held(web.found(queries.request(web.session(), web.actor(), verzoek_id, web.now())))
    actions.refuse_emergency(web.session(), web.actor(), row, now=web.now())
    flash(_("Geweigerd. De collega leest het dossier niet."), "success")
    return redirect(url_for(".confirmations"))
