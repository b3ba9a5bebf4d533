"""The address of the figures."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from gezinscoach.kernel import audit, web
from gezinscoach.kernel.access import Rol, door
from gezinscoach.monitoring import present, queries

pages = Blueprint("monitoring", __name__)


@pages.get("/cijfers")
@door(Rol.COORDINATOR)
def cijfers() -> ResponseReturnValue:
    """The figures of the werking, small groups hidden."""
    db, actor, today = web.session(), web.actor(), web.today()
    audit.look(db, actor, "cijfers.read", now=web.now())
    page = present.cijfers(queries.figures(db, actor, today))
    return render_template("monitoring/cijfers.html", page=page, year=today.year)
