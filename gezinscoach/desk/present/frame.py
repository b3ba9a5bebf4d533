"""The frame around every page: the menu, who is signed in, the alarms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from flask import current_app, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from gezinscoach.dossier import queries as dossier
from gezinscoach.dossier.policy import may_help, may_place
from gezinscoach.kernel import web
from gezinscoach.kernel.access import Actor, Rol, mark_of
from gezinscoach.privacy import present as privacy_present
from gezinscoach.privacy import queries as privacy

DOSSIER = ("dossier", "mandaat", "plan", "grondrechten", "notities")
BELOW = {"netwerk": "accounts"} | dict.fromkeys((*DOSSIER, "privacy"), "desk")
"""Where the pages of a part of the application stand for who has no place in that part itself."""


@dataclass(frozen=True, slots=True)
class FramePerson:
    """Who is signed in."""

    name: str
    roles: str


@dataclass(frozen=True, slots=True)
class Nood:
    """An emergency access that runs: to which dossier, how long still, where one reads, where one stops."""

    code: str
    left: str
    href: str
    end: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a page; in `nav` the place that is the page says "page", the one above it "true"."""

    nav: tuple[tuple[str, str, str], ...]
    person: FramePerson | None
    demo: bool
    version: str
    sign_out_url: str
    own_url: str
    csrf: str
    count: Callable[[], int] = lambda: 0
    reading: Callable[[], tuple[Nood, ...]] = lambda: ()

    @property
    def alarms(self) -> int:
        """How many alarms stand on Vandaag; asked only by a page that shows it, so never by an error page."""
        return self.count()

    @property
    def emergencies(self) -> tuple[Nood, ...]:
        """The emergency accesses that run; asked as late as the alarms."""
        return self.reading()


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
        (_("Nazicht"), "privacy.nazicht"),
        (_("Logboek"), "privacy.logboek"),
        (_("Werkmap"), "werkmap.werkmap"),
        (_("Accounts"), "accounts.accounts"),
        (_("Instellingen"), "accounts.settings"),
    )


def frame(person: Any, version: str, csrf: Callable[[], str], url_for: Callable[..., str]) -> Frame:
    """The frame of this page for this person, or for nobody."""
    demo = bool(current_app.config["SETTINGS"].demo)
    if person is None:
        return Frame((), None, demo, version, "", "", "")
    offered = {
        endpoint: (words, url_for(endpoint)) for words, endpoint in places() if admits(person.actor, endpoint)
    }
    here = place_of_page(person.actor, {place: href for place, (_words, href) in offered.items()})
    how = "page" if here == request.endpoint else "true"
    return Frame(
        tuple((words, href, how if place == here else "") for place, (words, href) in offered.items()),
        FramePerson(person.naam, person.roles_text),
        demo,
        version,
        url_for("accounts.sign_out"),
        url_for("own.account"),
        csrf(),
        cache(lambda: alarms(web.session(), person.actor, web.today())),
        cache(lambda: emergencies(web.session(), person.actor, web.now(), url_for)),
    )


def place_of_page(actor: Actor, offered: Mapping[str, str]) -> str:
    """The place, out of those offered with their address, that this page is or stands under; "" for none.

    Of more places in one part of the application: the one whose address goes on in that of the page, then
    the one for the same people, then the first.
    """
    page = request.endpoint or ""
    if page in offered:
        return page
    if not page or not admits(actor, page):
        return ""
    part, path = page.partition(".")[0], request.script_root + request.path
    for one in (part, BELOW.get(part)):
        near = [place for place in offered if place.partition(".")[0] == one]
        if near:
            return max(near, key=lambda at: (path.startswith(offered[at]), bool(_roles(at) & _roles(page))))
    return ""


def _roles(endpoint: str) -> frozenset[Rol]:
    mark = mark_of(current_app.view_functions[endpoint])
    return frozenset(Rol) if mark is None or mark.roles is None else mark.roles


def admits(actor: Actor, endpoint: str) -> bool:
    """Whether an actor may open the door of an address."""
    mark = mark_of(current_app.view_functions[endpoint])
    return mark is not None and mark.admits(actor)


def alarms(db: Session, actor: Actor, today: date) -> int:
    """How many running dossiers lack a gezinscoach, for those who can do something about it."""
    return dossier.count_without_coach(db, actor, today) if may_place(actor) else 0


def emergencies(db: Session, actor: Actor, now: datetime, url_for: Callable[..., str]) -> tuple[Nood, ...]:
    """The dossiers that somebody reads in an emergency now."""
    if not may_help(actor):
        return ()
    runs = privacy.running(db, actor, now)
    codes = (
        {row.id: row.code for row in privacy.requests(db, actor, [one.id for one in runs])} if runs else {}
    )
    return tuple(
        Nood(
            codes[one.id],
            privacy_present.left(one.until, now),
            url_for("privacy.in_nood", gezin_id=one.gezin_id),
            url_for("privacy.end_emergency", nood_id=one.id),
        )
        for one in runs
    )
