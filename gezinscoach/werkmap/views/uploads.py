"""Upload a workbook, look at what it would do, and carry it out."""

from __future__ import annotations

import base64
from datetime import date
from http import HTTPStatus
from pathlib import PurePath
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gezinscoach.kernel import audit, web
from gezinscoach.kernel.access import Rol, door
from gezinscoach.kernel.database import reading, transaction
from gezinscoach.werkmap import actions, forms, present, queries
from gezinscoach.werkmap.rules import WorkbookIncomplete
from gezinscoach.werkmap.tables import Rijstand, Upload
from gezinscoach.werkmap.views.blueprint import inbox_url, pages
from gezinscoach.werkmap.workbook import WorkbookUnreadable, read_file

UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY


@pages.get("/werkmap")
@door(Rol.IMPORTEUR)
def werkmap() -> ResponseReturnValue:
    """The place to upload a workbook, with what waits in the inbox and the latest imports."""
    _forget_old()
    return _start(forms.Upload(peildag=web.today()))


@pages.post("/werkmap")
@door(Rol.IMPORTEUR)
def upload() -> ResponseReturnValue:
    """Check an uploaded workbook and keep it, sealed, for the preview."""
    _forget_old()
    form = forms.Upload()
    if not form.validate():
        if form.bestand.data:
            form.bestand.errors = [_("Kies ook het bestand opnieuw.")]
        return _start(form), UNPROCESSABLE
    db, actor = web.session(), web.actor()
    data, day = form.bestand.data.read(), form.peildag.data or web.today()
    try:
        actions.judge(db, actor, read_file(data), as_of=day)
    except (WorkbookUnreadable, WorkbookIncomplete) as error:
        form.bestand.errors = present.unread(error)
    else:
        name = PurePath(form.bestand.data.filename or "").name[:200]
        row = actions.keep(db, actor, bestand=name, data=data, now=web.now())
        return redirect(url_for("werkmap.preview", upload_id=row.id, peildag=day.isoformat()))
    return _start(form), UNPROCESSABLE


@pages.get("/werkmap/voorbeeld/<uuid:upload_id>")
@door(Rol.IMPORTEUR)
def preview(upload_id: UUID) -> ResponseReturnValue:
    """What confirming would do with every row; nothing is stored."""
    row, day = _upload(upload_id), _day(request.args.get("peildag"))
    db, actor = web.session(), web.actor()
    judgement = actions.judge(db, actor, read_file(_bytes(row)), as_of=day)
    report = judgement.report()
    judgement.look(db, actor, now=web.now(), thing_id=row.id)
    audit.look(db, actor, "werkmap.preview", now=web.now(), thing_id=row.id, groups=("F1", "F2"))
    return render_template(
        "werkmap/preview.html",
        bestand=row.bestand,
        peildag=day,
        foreseen=present.foreseen(report),
        totals=present.totals(report),
        bladen=present.bladen(report),
        form=forms.Confirm(formdata=None, peildag=day.isoformat()),
        upload_id=row.id,
    )


@pages.post("/werkmap/voorbeeld/<uuid:upload_id>")
@door(Rol.IMPORTEUR)
def confirm(upload_id: UUID) -> ResponseReturnValue:
    """Carry the previewed workbook out and forget the upload."""
    row, day, now = _upload(upload_id), _day(request.form.get("peildag")), web.now()
    db, actor = web.session(), web.actor()
    inlezing, judgement = actions.bring_in(
        db, actor, read_file(_bytes(row)), as_of=day, bestand=row.bestand or "", now=now
    )
    actions.discard(db, actor, row, now=now)
    flash(present.said(judgement.report()), "success")
    return redirect(url_for("werkmap.result", inlezing_id=inlezing.id))


@pages.post("/werkmap/voorbeeld/<uuid:upload_id>/weg")
@door(Rol.IMPORTEUR)
def cancel(upload_id: UUID) -> ResponseReturnValue:
    """Forget an upload without importing it."""
    actions.discard(web.session(), web.actor(), _upload(upload_id), now=web.now())
    flash(_("De werkmap is niet ingelezen en is verwijderd."), "success")
    return redirect(url_for("werkmap.werkmap"))


@pages.get("/werkmap/inlezing/<uuid:inlezing_id>")
@door(Rol.IMPORTEUR)
def result(inlezing_id: UUID) -> ResponseReturnValue:
    """What one import took in and what it put into the inbox."""
    db, actor = web.session(), web.actor()
    row = web.found(queries.inlezing(db, actor, inlezing_id))
    return render_template(
        "werkmap/result.html", inlezing=row, bestand=row.bestand, tallies=queries.tallies(db, row.id)
    )


def _forget_old() -> None:
    """Delete uploads that waited too long, in a transaction of their own: the page itself may only read."""
    db, actor, now = web.session(), web.actor(), web.now()
    if queries.stale_uploads(db, actor, now):
        db.rollback()
        before = reading.set(False)
        with transaction() as writing:
            actions.forget(writing, actor, now=now)
        reading.reset(before)


def _start(form: forms.Upload) -> str:
    db, actor = web.session(), web.actor()
    _rows, numbers = queries.inbox(db, actor, queries.InboxFilter())
    return render_template(
        "werkmap/werkmap.html",
        form=form,
        open_rows=[
            (
                str(present.STANDEN[stand]),
                numbers.get(stand, 0),
                inbox_url(queries.InboxFilter(), stand=stand),
            )
            for stand in (Rijstand.GEWEIGERD, Rijstand.VOORSTEL)
        ],
        runs=queries.inlezingen(db, actor),
    )


def _upload(upload_id: UUID) -> Upload:
    return web.found(queries.upload(web.session(), web.actor(), upload_id, web.now()))


def _bytes(row: Upload) -> bytes:
    return base64.b64decode(row.inhoud or "")


def _day(given: str | None) -> date:
    try:
        return date.fromisoformat(given or "")
    except ValueError:
        return web.today()
