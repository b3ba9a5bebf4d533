"""Addresses of the shielded address: its coach reads and writes it, the aanmeldpunt only writes it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gezinscoach.aanmelding import policy as aanmelding_policy
from gezinscoach.aanmelding import queries as aanmelding
from gezinscoach.dossier import present as dossier_present
from gezinscoach.dossier import queries as dossier
from gezinscoach.dossier.rights import Deed
from gezinscoach.dossier.tables import Gezin
from gezinscoach.kernel import audit, web
from gezinscoach.kernel.access import Rol, door
from gezinscoach.kernel.fields import Groep
from gezinscoach.kernel.forms import Form
from gezinscoach.kernel.once import asks
from gezinscoach.kernel.versions import BlindEdit
from gezinscoach.privacy import actions, forms
from gezinscoach.privacy.rules import Kijkreden, NotShielded

from .common import pages


def _held(gezin_id: UUID, deed: Deed) -> dossier_present.Dossier:
    """A dossier whose shielded address the actor may read or write: for a stand-in 403."""
    return dossier_present.enter(gezin_id, "F0", "F1", doing=((deed, Groep.VERBLIJF),))


def _page(held: dossier_present.Dossier, *, shown: bool = False, **sent: Form) -> ResponseReturnValue:
    """The page with its three forms: the one that was sent as it was, the others empty."""
    fresh = {"why": forms.Waaromkijken, "stop": forms.Opheffen}
    made = {name: sent.get(name) or kind(formdata=None) for name, kind in fresh.items()}
    form = made["form"] = sent.get("form") or _writing(held.row, formdata=None)
    wrong = any(one.errors for one in made.values()) or (isinstance(form, BlindEdit) and form.others)
    return render_template(
        "privacy/schuiladres.html", dossier=held, part="overzicht", shown=shown, **made
    ), web.form_status() if wrong else HTTPStatus.OK


def _writing(gezin: Gezin, **shown: Any) -> forms.Schuiladres:
    """The form that writes where a family stays; who sends it keeps the family from others until the end."""
    web.held(gezin)
    row = dossier.schuiladres(web.session(), gezin.id)
    if row is not None:
        web.held(row)
    return forms.Schuiladres(changed_at=row.changed_at if row else None, **shown)


def _stands(gezin: Gezin) -> dict[str, str | None] | None:
    """Where a family stays, laid beside the words of its coach whose edit was overtaken; None when that is
    written nowhere any more. A look as any other: to adapt it."""
    try:
        row = actions.read_shielded(
            web.session(), web.actor(), gezin, reden=Kijkreden.AANPASSEN, now=web.now()
        )
    except NotShielded:
        return None
    return {"adres": row.adres, "contact": row.contact}


@pages.route("/dossier/<uuid:gezin_id>/schuiladres", methods=["GET", "POST"])
@door(Rol.GEZINSCOACH, fresh=True)
def schuiladres(gezin_id: UUID) -> ResponseReturnValue:
    """Shield the address of a family, or write anew where it stays; what stands there is not shown here,
    but to who may read it when somebody else wrote it meanwhile."""
    held = _held(gezin_id, Deed.WRITE)
    reads = held.allows(Deed.READ, Groep.VERBLIJF)
    form = _writing(held.row, stands=(lambda: _stands(held.row)) if reads else None)
    if form.validate_on_submit():
        actions.shield(web.session(), web.actor(), held.row, now=web.now(), **form.answer())
        flash(_("Bewaard. Alleen jij leest dit adres."), "success")
        return redirect(url_for(".schuiladres", gezin_id=gezin_id))
    return _page(held, form=form, shown=form.is_submitted())


@pages.post("/dossier/<uuid:gezin_id>/schuiladres/lezen")
@door(Rol.GEZINSCOACH, fresh=True)
@asks
def read_shielded(gezin_id: UUID) -> ResponseReturnValue:
    """Show where a shielded family stays, once, for a reason; by POST, so that no address shows it again."""
    held, why = _held(gezin_id, Deed.READ), forms.Waaromkijken()
    if not why.validate_on_submit():
        return _page(held, why=why)
    reden = Kijkreden(why.reden.data)
    row = actions.read_shielded(web.session(), web.actor(), held.row, reden=reden, now=web.now())
    form = _writing(held.row, formdata=None, adres=row.adres, contact=row.contact)
    return _page(held, form=form, shown=True)


@pages.post("/dossier/<uuid:gezin_id>/schuiladres/opheffen")
@door(Rol.GEZINSCOACH, fresh=True)
def lift(gezin_id: UUID) -> ResponseReturnValue:
    """Stop shielding the address of a family."""
    held, stop = _held(gezin_id, Deed.WRITE), forms.Opheffen()
    if not stop.validate_on_submit():
        return _page(held, stop=stop)
    actions.lift(web.session(), web.actor(), held.row, now=web.now())
    flash(_("Het adres is niet meer afgeschermd. Het afgeschermde adres is gewist."), "success")
    return redirect(url_for("desk.overzicht", gezin_id=gezin_id))


@pages.route("/aanmelding/<uuid:aanmelding_id>/schuiladres", methods=["GET", "POST"])
@door(Rol.AANMELDPUNT, fresh=True)
def shield_at_intake(aanmelding_id: UUID) -> ResponseReturnValue:
    """Write where a family stays while it waits: the aanmeldpunt writes it and never reads it again."""
    db, actor = web.session(), web.actor()
    blad = aanmelding.blad(db, aanmelding_policy.content(actor, *aanmelding_policy.SHIELD), aanmelding_id)
    if blad is None:
        web.found(aanmelding.regel(db, actor, aanmelding_id))
    web.permitted(blad is not None)
    blad = web.found(blad)
    audit.look(db, actor, "aanmelding.read", now=web.now(), scope_id=blad.gezin.id, groups=("F1",))
    form = _writing(blad.gezin)
    if form.validate_on_submit():
        actions.shield(db, actor, blad.gezin, now=web.now(), **form.answer())
        flash(_("Bewaard. Alleen de gezinscoach leest dit adres, jij niet meer."), "success")
        return redirect(url_for("aanmelding.aanmelding", aanmelding_id=aanmelding_id))
    return render_template(
        "privacy/schuiladres_schrijven.html", form=form, blad=blad, aanmelding_id=aanmelding_id
    ), web.form_status()
