"""Who looked in a dossier, for its coach."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gezinscoach.dossier import present as dossier_present
from gezinscoach.dossier.rights import Deed
from gezinscoach.kernel import web
from gezinscoach.kernel.access import Rol, door
from gezinscoach.kernel.fields import Groep
from gezinscoach.privacy import actions, queries
from gezinscoach.privacy.present import noodtoegang as words

from .common import pages


@pages.get("/dossier/<uuid:gezin_id>/wie-keek")
@door(Rol.GEZINSCOACH)
def who_looked(gezin_id: UUID) -> ResponseReturnValue:
    """Who read this dossier in an emergency and, for its vaste gezinscoach, who else looked, day by day."""
    dossier = dossier_present.enter(gezin_id, "F0", "F1")
    db, actor = web.session(), web.actor()
    led = dossier.allows(Deed.TRACE, Groep.PROCES)
    return render_template(
        "privacy/wie_keek.html",
        dossier=dossier,
        part="overzicht",
        nood=[words.verzoek(row) for row in queries.of_dossier(db, actor, gezin_id)],
        unseen=bool(queries.messages(db, actor, gezin_id)),
        looks=[words.blik(row) for row in queries.looks(db, actor, gezin_id)] if led else [],
        led=led,
    )


@pages.post("/dossier/<uuid:gezin_id>/wie-keek/gezien")
@door(Rol.GEZINSCOACH)
def take_note(gezin_id: UUID) -> ResponseReturnValue:
    """Take the message of an emergency access off Vandaag: it was seen."""
    dossier_present.enter(gezin_id, "F0")
    actions.take_note(web.session(), web.actor(), gezin_id, now=web.now())
    flash(_("Je zag wie dit dossier las. Vragen? Bel de functionaris gegevensbescherming."), "success")
    return redirect(url_for(".who_looked", gezin_id=gezin_id))
