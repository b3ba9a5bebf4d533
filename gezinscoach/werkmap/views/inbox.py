"""The inbox: lists, one row to correct, and a proposal to compare."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.routing import BuildError

from gezinscoach.kernel import audit, web
from gezinscoach.kernel.access import Rol, door, mark_of
from gezinscoach.werkmap import actions, forms, present, queries
from gezinscoach.werkmap.rules import SHEETS
from gezinscoach.werkmap.rules.unseen import OF_FAMILIES
from gezinscoach.werkmap.tables import Inlezing, Postvakrij, Rijstand
from gezinscoach.werkmap.views.blueprint import inbox_url, pages

UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY


@pages.get("/werkmap/postvak")
@door(Rol.IMPORTEUR)
def inbox() -> ResponseReturnValue:
    """The rows that wait for a decision, by sheet and state."""
    db, actor = web.session(), web.actor()
    wanted = _wanted()
    rows, numbers = queries.inbox(db, actor, wanted)
    audit.look(db, actor, "werkmap.inbox", now=web.now(), groups=("F1",))
    return render_template(
        "werkmap/inbox.html",
        stand=wanted.stand,
        rows=present.inbox(rows[: queries.PAGE]),
        batches=present.batches(queries.batches(db, actor, wanted.blad))
        if wanted.stand is Rijstand.VOORSTEL
        else [],
        standen=[
            (
                f"{words} ({numbers.get(stand, 0)})",
                inbox_url(wanted, stand=stand, page=1),
                stand is wanted.stand,
            )
            for stand, words in present.STANDEN.items()
        ],
        bladen=[(_("alle bladen"), inbox_url(wanted, blad=None, page=1), wanted.blad is None)]
        + [
            (layout.name, inbox_url(wanted, blad=layout.name, page=1), layout.name == wanted.blad)
            for layout in SHEETS
        ],
        previous=inbox_url(wanted, page=wanted.page - 1) if wanted.page > 1 else "",
        next=inbox_url(wanted, page=wanted.page + 1) if len(rows) > queries.PAGE else "",
    )


@pages.get("/werkmap/postvak/<uuid:rij_id>")
@door(Rol.IMPORTEUR)
def row(rij_id: UUID) -> ResponseReturnValue:
    """One row of the inbox: to correct, or to compare with the application."""
    return _row_page(web.found(queries.regel(web.session(), web.actor(), rij_id)))


@pages.post("/werkmap/postvak/<uuid:rij_id>")
@door(Rol.IMPORTEUR)
def mend(rij_id: UUID) -> ResponseReturnValue:
    """Try a corrected row again."""
    db, actor = web.session(), web.actor()
    rij = web.found(queries.regel(db, actor, rij_id, lock=True))
    form = forms.row_form(rij.blad, rij.inhoud["raw"])
    if not form.validate():
        return _mend_page(rij, form), web.form_status()
    try:
        followed = actions.mend(db, actor, rij, form.answer(), as_of=_as_of(rij), now=web.now())
    except actions.StillWrong as error:
        _blame(form, present.problems((error.refused, *error.refused.also)))
        return _mend_page(rij, form), web.form_status()
    if rij.stand is Rijstand.VOORSTEL:
        flash(_("Deze rij was al ingelezen, met andere gegevens. Bekijk wat er zou veranderen."), "info")
        return redirect(url_for("werkmap.row", rij_id=rij.id))
    flash(_("De rij is ingelezen."), "success")
    if followed:
        more = ngettext(
            "%(num)d rij die ervan afhing, volgde.", "%(num)d rijen die ervan afhingen, volgden.", followed
        )
        flash(more, "success")
    return redirect(url_for("werkmap.inbox"))


@pages.post("/werkmap/postvak/<uuid:rij_id>/overnemen")
@door(Rol.IMPORTEUR)
def accept(rij_id: UUID) -> ResponseReturnValue:
    """Take a proposal over, but for what was edited in the application or is for people to adapt."""
    db, actor = web.session(), web.actor()
    rij = web.found(queries.regel(db, actor, rij_id, lock=True))
    actions.accept(db, actor, rij, as_of=_as_of(rij), now=web.now())
    flash(_("Het voorstel is verwerkt."), "success")
    return redirect(url_for("werkmap.row", rij_id=rij.id))


@pages.get("/werkmap/inlezing/<uuid:inlezing_id>/overnemen")
@door(Rol.IMPORTEUR)
def batch(inlezing_id: UUID) -> ResponseReturnValue:
    """What taking over all proposals of one sheet of an import would do."""
    db, actor = web.session(), web.actor()
    inlezing, rijen = _batch(inlezing_id)
    return render_template(
        "werkmap/batch.html",
        inlezing=inlezing,
        blad=rijen[0].blad,
        number=len(rijen),
        plain=actions.plain(db, actor, rijen, as_of=_as_of(rijen[0])),
        back=inbox_url(queries.InboxFilter(blad=rijen[0].blad, stand=Rijstand.VOORSTEL)),
    )


@pages.post("/werkmap/inlezing/<uuid:inlezing_id>/overnemen")
@door(Rol.IMPORTEUR)
def accept_all(inlezing_id: UUID) -> ResponseReturnValue:
    """Take all proposals of one sheet of an import over, but for what people have to adapt by hand."""
    db, actor = web.session(), web.actor()
    _inlezing, rijen = _batch(inlezing_id, lock=True)
    done = actions.accept_all(db, actor, rijen, as_of=_as_of(rijen[0]), now=web.now())
    flash(ngettext("%(num)d voorstel is verwerkt.", "%(num)d voorstellen zijn verwerkt.", done), "success")
    return redirect(inbox_url(queries.InboxFilter(blad=rijen[0].blad, stand=Rijstand.VOORSTEL)))


@pages.post("/werkmap/postvak/<uuid:rij_id>/terzijde")
@door(Rol.IMPORTEUR)
def set_aside(rij_id: UUID) -> ResponseReturnValue:
    """Leave a row as it is."""
    db, actor = web.session(), web.actor()
    actions.set_aside(db, actor, web.found(queries.regel(db, actor, rij_id, lock=True)), now=web.now())
    flash(_("De rij ligt terzijde. Je vindt ze terug onder “terzijde”."), "success")
    return redirect(url_for("werkmap.inbox"))


@pages.post("/werkmap/postvak/<uuid:rij_id>/terug")
@door(Rol.IMPORTEUR)
def put_back(rij_id: UUID) -> ResponseReturnValue:
    """Let a row ask for a decision again."""
    db, actor = web.session(), web.actor()
    rij = web.found(queries.regel(db, actor, rij_id, lock=True))
    actions.put_back(db, actor, rij, now=web.now())
    return redirect(url_for("werkmap.row", rij_id=rij.id))


def _batch(inlezing_id: UUID, *, lock: bool = False) -> tuple[Inlezing, Sequence[Postvakrij]]:
    """An import, and the proposals of the sheet in the address that wait; "not found" when there are none."""
    db, actor = web.session(), web.actor()
    inlezing = web.found(queries.inlezing(db, actor, inlezing_id))
    rijen = queries.proposals(db, actor, inlezing_id, request.args.get("blad", ""), lock=lock)
    return inlezing, web.found(rijen or None)


def _row_page(rij: Postvakrij) -> ResponseReturnValue:
    if rij.stand is Rijstand.GEWEIGERD:
        form = forms.row_form(rij.blad, rij.inhoud["raw"], formdata=None)
        _blame(form, present.kept_problems(rij.probleem))
        return _mend_page(rij, form)
    page: dict[str, Any] = {"rij": rij, "stand": present.STANDEN[rij.stand], "tone": present.TONES[rij.stand]}
    if rij.stand is not Rijstand.VOORSTEL:
        _look(rij)
        return render_template(
            "werkmap/row.html",
            cells=list(rij.inhoud["raw"].items()),
            reason=present.kept(rij.probleem),
            why=present.why(rij),
            newer=rij.probleem.get("newer"),
            **page,
        )
    try:
        proposal = actions.compare(web.session(), web.actor(), rij, as_of=_as_of(rij))
    except actions.StillWrong as error:
        _look(rij, UUID(error.refused.about) if error.refused.about else None)
        wrong = present.worded(error.refused.reason)
        return render_template("werkmap/proposal.html", changes=[], wrong=wrong, place="", **page)
    of_family = rij.blad in OF_FAMILIES
    _look(rij, proposal.target.scope_id if proposal.target and of_family else None)
    lines = present.changes(rij.blad, proposal.lines)
    return render_template("werkmap/proposal.html", changes=lines, wrong="", place=_place(rij.blad), **page)


def _look(rij: Postvakrij, gezin_id: UUID | None = None) -> None:
    """Note that a page shows a row, and the family that it is laid beside."""
    db, actor, groups = web.session(), web.actor(), ("F1", "F2")
    audit.look(db, actor, "werkmap.row", now=web.now(), thing_id=rij.id, scope_id=gezin_id, groups=groups)


def _mend_page(rij: Postvakrij, form: Any) -> str:
    _look(rij)
    return render_template("werkmap/mend.html", rij=rij, form=form, probleem=rij.probleem)


def _blame(form: Any, problems: Iterable[tuple[str, str]]) -> None:
    """Put each problem (column, sentence) on the field of its column; one without a field stands on top."""
    fields = {header: form[name] for name, header in form.columns.items()}
    for column, sentence in problems:
        field = fields.get(column)
        if field is None:
            form.form_errors.append(sentence)
        else:
            field.errors = [*field.errors, sentence]


def _as_of(rij: Postvakrij) -> date:
    """The day against which a row is judged again: today, or its workbook's own when that is later."""
    inlezing = web.found(queries.inlezing(web.session(), web.actor(), rij.inlezing_id))
    return max(web.today(), inlezing.peildag)


def _wanted() -> queries.InboxFilter:
    names = {layout.name for layout in SHEETS}
    blad, stand = request.args.get("blad"), request.args.get("stand", Rijstand.GEWEIGERD.value)
    return queries.InboxFilter(
        blad=blad if blad in names else None,
        stand=Rijstand(stand) if stand in set(Rijstand) else Rijstand.GEWEIGERD,
        page=max(1, min(request.args.get("bladzijde", 1, type=int), 10_000)),
    )


def _place(blad: str) -> str:
    """Where this actor can adapt by hand what a sheet holds; "" when somebody else has to."""
    view = current_app.view_functions.get(present.PLACES[blad])
    mark = mark_of(view) if view else None
    try:
        return url_for(present.PLACES[blad]) if mark and mark.admits(web.actor()) else ""
    except BuildError:
        return ""  # a page of one family, which only its coach opens
