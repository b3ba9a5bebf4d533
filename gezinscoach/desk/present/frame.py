"""The frame around every page: the menu, who is signed in, the alarms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from flask import current_app, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from gezinscoach.dossier import queries as dossier
from gezinscoach.dossier.policy import PLACERS
from gezinscoach.kernel import web
from gezinscoach.kernel.access import Actor, mark_of


@dataclass(frozen=True, slots=True)
class FramePerson:
    """Who is signed in."""

    name: str
    roles: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a page."""

    nav: tuple[tuple[str, str, bool], ...]
    person: FramePerson | None
    demo: bool
    version: str
    sign_out_url: str
    csrf: str
    count: Callable[[], int] = lambda: 0

    @property
    def alarms(self) -> int:
        """How many alarms stand on Vandaag; asked only by a page that shows it, so never by an error page."""
        return self.count()


def places() -> tuple[tuple[str, str], ...]:
    """The places of the menu: words and endpoint; a person sees those whose door admits them."""
    return (
        (_("Vandaag"), "desk.vandaag"),
        (_("Voorstellen"), "aanmelding.voorstellen"),
        (_("Wachtlijst"), "aanmelding.wachtlijst"),
        (_("Dossiers"), "dossier.gezinnen"),
        (_("Lerend netwerk"), "netwerk.bijeenkomsten"),
        (_("Signalen"), "netwerk.signalen"),
        (_("Toelage"), "toelage.toelage"),
        (_("Cijfers"), "monitoring.cijfers"),
        (_("Logboek"), "privacy.logboek"),
        (_("Werkmap"), "werkmap.werkmap"),
        (_("Accounts"), "accounts.accounts"),
        (_("Instellingen"), "accounts.settings"),
    )


def frame(person: Any, version: str, csrf: Callable[[], str], url_for: Callable[..., str]) -> Frame:
    """The frame of this page for this person, or for nobody."""
    demo = bool(current_app.config["SETTINGS"].demo)
    if person is None:
        return Frame((), None, demo, version, "", "")
    nav = tuple(
        (
            words,
            url_for(endpoint),
            endpoint == request.endpoint,
        )
        for words, endpoint in places()
        if admits(person.actor, endpoint)
    )
    return Frame(
        nav,
        FramePerson(person.naam, person.roles_text),
        demo,
        version,
        url_for("accounts.sign_out"),
        csrf(),
        cache(lambda: alarms(web.session(), person.actor, web.today())),
    )


def admits(actor: Actor, endpoint: str) -> bool:
    """Whether an actor may open the door of an address."""
    mark = mark_of(current_app.view_functions[endpoint])
    return mark is not None and mark.admits(actor)


def alarms(db: Session, actor: Actor, today: date) -> int:
    """How many running dossiers lack a gezinscoach, for those who can do something about it."""
    if not actor.roles & PLACERS:
        return 0
    return dossier.count_without_coach(db, actor, today)
