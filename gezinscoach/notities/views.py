"""Addresses of notes."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from gezinscoach.dossier import present as dossier_present
from gezinscoach.dossier import queries as dossier_queries
from gezinscoach.dossier.rights import Deed
from gezinscoach.dossier.rules import Domein
from gezinscoach.kernel import rijksregister, web
from gezinscoach.kernel.access import Rol, door
from gezinscoach.kernel.fields import Groep
from gezinscoach.kernel.once import asks
from gezinscoach.notities import actions, forms, present, queries, rules
from gezinscoach.notities.rules import Contact, Niveau

pages = Blueprint("notities", __name__)


@pages.get("/dossier/<uuid:gezin_id>/notities")
@door(Rol.GEZINSCOACH)
def notities(gezin_id: UUID) -> ResponseReturnValue:
    """The notes of a family, the latest first, under a form to write one."""
    dossier = dossier_present.enter(gezin_id, "F1", "F3")
    return _page(dossier, forms.NieuweNotitie(formdata=None, datum=web.today()))


@pages.post("/dossier/<uuid:gezin_id>/notities")
@door(Rol.GEZINSCOACH)
def write(gezin_id: UUID) -> ResponseReturnValue:
    """Keep a note."""
    dossier = dossier_present.enter(gezin_id, "F1", "F3", doing=((Deed.WRITE, Groep.NOTITIES),))
    form = forms.NieuweNotitie().offer(dossier_queries.codelist(web.session(), web.today()))
    if form.validate() and (datum := form.datum.data):
        try:
            actions.write(
                web.session(),
                web.actor(),
                dossier.row,
                datum=datum,
                contact=Contact(form.contact.data),
                tekst=form.tekst.data,
                niveau=Niveau(form.niveau.data),
                minuten=form.minuten.data,
                met_wie=form.met_wie.data,
                domein=form.levensdomein.data,
                now=web.now(),
                today=web.today(),
            )
        except rules.Refusal as refusal:
            blamed = form.datum if isinstance(refusal, rules.InTheFuture) else form.tekst
            blamed.errors = [present.wordings()[type(refusal)]()]
        else:
            flash(_("De notitie is bewaard."), "success")
            _tell_masked(form.tekst.data, form.met_wie.data)
            return redirect(url_for(".notities", gezin_id=gezin_id))
    return _page(dossier, form), HTTPStatus.UNPROCESSABLE_ENTITY


@pages.post("/dossier/<uuid:gezin_id>/notities/zoeken")
@door(Rol.GEZINSCOACH)
@asks
def search(gezin_id: UUID) -> ResponseReturnValue:
    """The notes with some words in them; without words, the list of one kind or levensdomein."""
    dossier = dossier_present.enter(gezin_id, "F1", "F3")
    codelist = dossier_queries.codelist(web.session(), web.today())
    form = forms.Zoek().offer(codelist)
    if not form.validate():
        nothing = queries.Bladzijde((), 1, 0)
        answer = _show(dossier, "notities/zoeken.html", codelist, nothing, zoek=form, most=0)
        return answer, HTTPStatus.UNPROCESSABLE_ENTITY
    if not form.zoek.data:
        asked = {name: value for name in ("soort", "domein") if (value := form[name].data)}
        return redirect(url_for(".notities", gezin_id=gezin_id, **asked, _anchor="lijst"))
    found = queries.search(
        web.session(),
        gezin_id,
        form.zoek.data,
        contact=Contact(form.soort.data) if form.soort.data else None,
        domein=form.domein.data or None,
    )
    return _show(dossier, "notities/zoeken.html", codelist, found, zoek=form, most=queries.MOST_FOUND)


def _page(dossier: dossier_present.Dossier, form: forms.NieuweNotitie) -> str:
    codelist = dossier_queries.codelist(web.session(), web.today())
    soort, domein = request.args.get("soort", ""), request.args.get("domein", "")
    # What is not on a list is no filter: it never reaches the database.
    soort = soort if soort in set(Contact) else ""
    domein = domein if domein in {entry.code for entry in codelist} else ""
    page = queries.page(
        web.session(),
        dossier.row.id,
        web.page_number("pagina"),
        contact=Contact(soort) if soort else None,
        domein=domein or None,
    )

    def address(number: int) -> str:
        asked: dict[str, Any] = {"soort": soort or None, "domein": domein or None, "pagina": number}
        return url_for(".notities", gezin_id=dossier.row.id, **asked, _anchor="lijst")

    return _show(
        dossier,
        "notities/notities.html",
        codelist,
        page,
        form=form.offer(codelist),
        zoek=forms.Zoek(formdata=None, soort=soort, domein=domein).offer(codelist),
        filtered=bool(soort or domein),
        newer=address(page.number - 1) if page.number > 1 else "",
        older=address(page.number + 1) if page.number < page.last else "",
        niveau_hints=present.NIVEAU_HINTS,
    )


def _show(
    dossier: dossier_present.Dossier,
    template: str,
    codelist: Sequence[Domein],
    page: queries.Bladzijde,
    **more: object,
) -> str:
    names = {entry.code: entry.naam for entry in codelist}
    kaarten = [present.kaart(notitie, names) for notitie in page.notities]
    return render_template(template, dossier=dossier, part="notities", page=page, kaarten=kaarten, **more)


def _tell_masked(*texts: str | None) -> None:
    masked = sum(rijksregister.mask(text or "")[1] for text in texts)
    if masked:
        flash(
            ngettext(
                "In je tekst stond een rijksregisternummer. Dat mogen we niet bewaren: we haalden het weg.",
                "In je tekst stonden rijksregisternummers. Die mogen we niet bewaren: we haalden ze weg.",
                masked,
            ),
            "warning",
        )
