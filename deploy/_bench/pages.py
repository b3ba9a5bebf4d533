"""What is asked of the application: the main pages, who opens them, and what proves that they are real."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from flask import Flask, session
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf

from deploy._bench.city import City
from deploy._bench.families import Family
from deploy._bench.words import NOTE_BEGINS, Words

SAVED = "Bewaard door de meting"


@dataclass(frozen=True)
class Ask:
    """One request. Of each group in `shows`, one text at least must be on the page."""

    path: str
    cookie: str = ""
    shows: tuple[tuple[str, ...], ...] = ()
    form: str | None = None


@dataclass(frozen=True)
class Page:
    """A page with the requests that ask for it, in turn, and the goals of the finished whole, as text."""

    title: str
    goal: str
    growth: str
    asks: tuple[Ask, ...]


def cookies(app: Flask) -> tuple[Callable[[str], str], str]:
    """A maker of the cookie of a session from its token, and the CSRF value that goes with all of them."""
    with app.test_request_context():
        field = generate_csrf()
        kept = session["csrf_token"]
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    if signer is None:
        raise ValueError("no secret key")
    name = app.config["SESSION_COOKIE_NAME"]
    return lambda token: f"{name}={signer.dumps({'_user_id': token, 'csrf_token': kept})}", field


def pages(city: City, app: Flask, today: date) -> list[Page]:
    """The pages that are measured."""
    cookie, csrf = cookies(app)
    own = [(cookie(visit.token), family) for visit in city.coaches for family in visit.families]
    desk, coordinator = cookie(city.desk.token), cookie(city.coordinator.token)
    note = urlencode(
        {
            "csrf_token": csrf,
            "tekst": f"{SAVED}. {Words(1).note(0)}",
            "contact": "huisbezoek",
            "datum": today.isoformat(),
            "niveau": "coach",
            "met_wie": "mama",
            "minuten": "45",
            "levensdomein": "",
        }
    )

    def inside(part: str, *shows: tuple[str, ...], form: str | None = None) -> tuple[Ask, ...]:
        return tuple(
            Ask(f"/dossier/{family.id}{part}", who, _named(family, form, shows), form) for who, family in own
        )

    vandaag = tuple(
        Ask("/", cookie(visit.token), (tuple(family.naam for family in visit.families),))
        for visit in city.coaches
    )
    return [
        Page("Vandaag (coach)", "≤ 2,0", "≤ 1,5", vandaag),
        Page("Wachtlijst", "≤ 2,0", "≤ 1,5", (Ask("/wachtlijst", desk, (tuple(city.waiting),)),)),
        Page("Dossier", "≤ 2,5", "≤ 1,3", inside("")),
        Page("Notities (30)", "≤ 2,5", "≤ 1,3", inside("/notities", (NOTE_BEGINS,))),
        Page("Grondrechten", "≤ 2,5", "≤ 1,3", inside("/grondrechten")),
        Page(
            "Toelage", "", "", (Ask(f"/toelage?jaar={today.year}", coordinator, (tuple(city.organisaties),)),)
        ),
        Page("Notitie bewaren", "≤ 2,0", "≤ 1,3", inside("/notities", form=note)),
    ]


def _named(
    family: Family, form: str | None, shows: tuple[tuple[str, ...], ...]
) -> tuple[tuple[str, ...], ...]:
    return () if form else ((family.naam,), *shows)


def floor_pages(city: City) -> tuple[Page, Page]:
    """The floor's page and its saving of a note, for the same families."""
    families = [family for visit in city.coaches for family in visit.families]
    form = urlencode({"tekst": Words(1).note(0)})
    return (
        Page(
            "Bodem: bladzijde",
            "",
            "",
            tuple(Ask(f"/{family.id}", shows=(("1000", "tekens"),)) for family in families),
        ),
        Page("Bodem: bewaren", "", "", tuple(Ask(f"/{family.id}", form=form) for family in families)),
    )
