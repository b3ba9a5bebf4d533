"""Addresses of the mandaat: what a family allows, writing it down, withdrawing it."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from gezinscoach.accounts import queries as accounts
from gezinscoach.dossier import present as dossier_present
from gezinscoach.dossier import queries as dossier_queries
from gezinscoach.dossier.rights import Deed
from gezinscoach.dossier.rules import Lidsoort
from gezinscoach.kernel import web
from gezinscoach.kernel.access import Rol, door
from gezinscoach.kernel.fields import Groep
from gezinscoach.mandaat import actions, forms, present, queries, rules
from gezinscoach.mandaat.rules import Bereik

pages = Blueprint("mandaat", __name__)


@pages.get("/dossier/<uuid:gezin_id>/mandaat")
@door(Rol.GEZINSCOACH)
def mandaat(gezin_id: UUID) -> ResponseReturnValue:
    """What the family allows today, and everything that it said about it before."""
    dossier = dossier_present.enter(gezin_id, "F1", "F6")
    db, actor = web.session(), web.actor()
    mandaten = queries.history(db, gezin_id)
    blad = present.blad(
        mandaten,
        domeinen=_grondrechten(),
        names=accounts.names(db, actor.werking_id, _people(mandaten)),
        today=web.today(),
    )
    return render_template(
        "mandaat/mandaat.html",
        dossier=dossier,
        part="mandaat",
        blad=blad,
        own=dossier.allows(Deed.ALLOW, Groep.PLAN),
    )


@pages.route("/dossier/<uuid:gezin_id>/mandaat/nieuw", methods=["GET", "POST"])
@door(Rol.GEZINSCOACH)
def give(gezin_id: UUID) -> ResponseReturnValue:
    """Write down what a family allows: its vaste gezinscoach does."""
    dossier = dossier_present.enter(gezin_id, "F1", "F6", doing=((Deed.ALLOW, Groep.PLAN),))
    form = forms.Mandaat(gegeven_op=web.today(), herbekijken_op=rules.year_after(web.today()))
    form.offer(_ouders(gezin_id), _grondrechten())
    if form.validate_on_submit():
        try:
            actions.give(
                web.session(), web.actor(), dossier.row, now=web.now(), today=web.today(), **form.answer()
            )
        except (rules.InTheFuture, rules.EndBeforeStart) as refusal:
            field = form.tot if isinstance(refusal, rules.EndBeforeStart) else form.gegeven_op
            field.errors = [present.wordings()[type(refusal)]()]
        else:
            since = format_date(form.gegeven_op.data, "d MMMM y")
            flash(_("Het mandaat is genoteerd. Het geldt vanaf %(dag)s.", dag=since), "success")
            return redirect(url_for("mandaat.mandaat", gezin_id=gezin_id))
    partners = [row.naam for row in accounts.organisaties(web.session(), web.actor())]
    page = render_template(
        "mandaat/give.html",
        dossier=dossier,
        part="mandaat",
        form=form,
        uitleg={bereik.value: words for bereik, words in present.UITLEG.items()},
        partners=partners,
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


@pages.route("/dossier/<uuid:gezin_id>/mandaat/intrekken", methods=["GET", "POST"])
@door(Rol.GEZINSCOACH)
def withdraw(gezin_id: UUID) -> ResponseReturnValue:
    """Withdraw the whole mandaat: from this moment on nothing may be shared."""
    return _withdraw(
        gezin_id,
        _("het hele mandaat"),
        _("Het hele mandaat is ingetrokken. Vanaf nu mag er niets meer gedeeld worden."),
    )


@pages.route("/dossier/<uuid:gezin_id>/mandaat/bereik/<bereik>/intrekken", methods=["GET", "POST"])
@door(Rol.GEZINSCOACH)
def withdraw_bereik(gezin_id: UUID, bereik: str) -> ResponseReturnValue:
    """Withdraw one scope."""
    scope = web.found({each.value: each for each in Bereik}.get(bereik))
    words = str(present.BEREIK[scope])
    return _withdraw(gezin_id, words, _("Ingetrokken: %(wat)s. Dit werkt meteen.", wat=words), bereik=scope)


@pages.route("/dossier/<uuid:gezin_id>/mandaat/partner/<uuid:partner_id>/intrekken", methods=["GET", "POST"])
@door(Rol.GEZINSCOACH)
def withdraw_partner(gezin_id: UUID, partner_id: UUID) -> ResponseReturnValue:
    """Withdraw one partner, by its name, from every mandaat."""
    return _withdraw(
        gezin_id,
        _("de partner"),
        _("De partner is ingetrokken. Vanaf nu mag er niets meer naar die partner."),
        partner_id=partner_id,
    )


def _withdraw(
    gezin_id: UUID, what: str, said: str, *, bereik: Bereik | None = None, partner_id: UUID | None = None
) -> ResponseReturnValue:
    """Ask once, by GET; the deed itself is one POST that works at once."""
    dossier = dossier_present.enter(gezin_id, "F1", "F6", doing=((Deed.WITHDRAW, Groep.PLAN),))
    if partner_id is not None:
        what = web.found(queries.partner(web.session(), gezin_id, partner_id)).partner or what
    if request.method == "GET":
        return render_template("mandaat/withdraw.html", dossier=dossier, part="mandaat", what=what)
    actions.withdraw(
        web.session(), web.actor(), dossier.row, now=web.now(), bereik=bereik, partner_id=partner_id
    )
    flash(said, "success")
    return redirect(url_for("mandaat.mandaat", gezin_id=gezin_id))


def _grondrechten() -> dict[str, str]:
    entries = dossier_queries.codelist(web.session(), web.today())
    return {entry.code: entry.naam for entry in entries if entry.ouder_code is None}


def _ouders(gezin_id: UUID) -> list[str]:
    leden = dossier_queries.leden(web.session(), gezin_id)
    return [lid.naam for lid in leden if lid.soort is Lidsoort.OUDER and lid.naam]


def _people(mandaten: list[queries.Mandaatregel]) -> set[UUID]:
    noted = {mandaat.made_by for mandaat in mandaten}
    return {one for one in noted | {scope.withdrawn_by for row in mandaten for scope in row.bereik} if one}
