"""Signing in through a real provider of OpenID Connect on the loopback: invited, connected, back again."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import expect
from pytest_playwright.pytest_playwright import CreateContextCallback

from gezinscoach.accounts import actions as accounts
from gezinscoach.accounts import queries
from gezinscoach.kernel.access import Actor, Rol
from tests.conftest import NOW
from tests.journeys import people
from tests.journeys.person import Person
from tests.journeys.site import Site

pytestmark = pytest.mark.journey

PEOPLE = {
    "anna-17": {"vo_orgcode": "0123456789", "email": "anna@ergens.example", "roles": ["beheerder"]},
    "vreemde-3": {"vo_orgcode": "0999999999"},
    "bert-20": {"vo_orgcode": "0123456789", "acr": "aal2"},
}


@pytest.fixture(scope="session")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a provider that knows PEOPLE."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    users = [
        word
        for sub, claims in PEOPLE.items()
        for word in ("--user-claims", json.dumps({"sub": sub, **claims}))
    ]
    program = str(Path(sys.executable).with_name("oidc-provider-mock"))
    log = (tmp_path_factory.mktemp("provider") / "log").open("w")
    with log, subprocess.Popen([program, "-p", str(port), *users], stdout=log, stderr=log) as server:
        try:
            ends = time.monotonic() + 40
            while time.monotonic() < ends:
                try:
                    socket.create_connection(("localhost", port), 1).close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield f"http://localhost:{port}"
        finally:
            server.terminate()


@pytest.fixture(scope="session")
def site(
    window: dict[str, int], tmp_path_factory: pytest.TempPathFactory, environ: Callable[[], dict[str, str]]
) -> Iterator[Site]:
    """A Leuven of its own for each width, as what happens here changes the sign-in page."""
    with Site(tmp_path_factory.mktemp("issuer"), NOW, people.settle, environ()).serve() as served:
        yield served


@pytest.fixture(scope="session")
def connected(site: Site, provider: str) -> str:
    """Leuven with this provider, and the token of an invitation for somebody of its organisation."""
    with site.open() as db:
        werking = queries.only_werking(db)
        assert werking is not None
        actor = Actor(werking_id=werking.id)
        house = accounts.add_organisatie(db, actor, naam="Huis van het Kind", now=NOW)
        issuer = accounts.add_issuer(
            db,
            actor,
            naam="Stad Leuven",
            address=provider,
            client_id="gezinscoach",
            client_secret="geheim van de dienst",
            organisation_claim="vo_orgcode",
            acr=("aal2",),
            now=NOW,
        )
        accounts.map_organisation(db, actor, issuer, "0123.456.789", house, now=NOW)
        account, token = accounts.add_account(
            db, actor, email=people.email("anna"), naam="Anna Huizen", now=NOW
        )
        accounts.give_role(db, actor, account, Rol.BONDGENOOT, organisatie_id=house.id, now=NOW)
    return token


@pytest.fixture(scope="session")
def proved(site: Site, connected: str) -> str:
    """The token of an invitation for somebody of whom the provider asks a second factor."""
    with site.open() as db:
        werking = queries.only_werking(db)
        assert werking is not None
        actor = Actor(werking_id=werking.id)
        house = next(row for row in queries.organisaties(db, actor) if row.naam == "Huis van het Kind")
        account, token = accounts.add_account(
            db, actor, email=people.email("bert"), naam="Bert Huizen", now=NOW
        )
        accounts.give_role(db, actor, account, Rol.BONDGENOOT, organisatie_id=house.id, now=NOW)
    return token


@pytest.fixture
def somebody(site: Site, new_context: CreateContextCallback) -> Callable[[], Person]:
    """Makes somebody with a fresh browser who is signed in nowhere."""
    return lambda: Person(new_context(), site.url)


def at_provider(person: Person, subject: str, status: int = 200) -> Person:
    """Say at the provider who one is, and come back."""
    expect(person.page.get_by_role("heading", name="Authorize Client")).to_be_visible()
    person.page.get_by_role("button", name=subject).first.click()
    person.page.wait_for_url(f"{person.url}/**")
    return person.examines(status)


def test_an_invited_person_connects_signs_in_that_way_and_a_stranger_does_not(
    connected: str, somebody: Callable[[], Person], site: Site
) -> None:
    person = somebody().goes(f"/uitnodiging/{connected}").sees("Of zonder wachtwoord")
    person.page.get_by_role("link", name="Verbind met Stad Leuven").click()
    at_provider(person, "anna-17")
    assert person.heading == "Vandaag"
    assert person.walks() == ["Vandaag"], "a claim gives no role"
    person.goes("/mijn-account/uitgevers").sees("Stad Leuven", "verbonden", "enige manier")

    again = (
        somebody()
        .goes("/mijn-account/uitgevers")
        .sees("Inloggen met Stad Leuven", "Of met een andere dienst")
    )
    again.page.get_by_role("link", name="Inloggen met Stad Leuven").click()
    at_provider(again, "anna-17")
    assert again.page.url == f"{site.url}/mijn-account/uitgevers"

    stranger = somebody().goes("/inloggen")
    stranger.page.get_by_role("link", name="Inloggen met Stad Leuven").click()
    at_provider(stranger, "vreemde-3", status=403).sees("nog geen account met jou verbonden")
    stranger.goes("/").sees("Inloggen")


def test_whoever_says_no_at_the_provider_is_told_so(connected: str, somebody: Callable[[], Person]) -> None:
    person = somebody().goes("/inloggen")
    person.page.get_by_role("link", name="Inloggen met Stad Leuven").click()
    person.page.get_by_role("button", name="Deny").click()
    person.page.wait_for_url(f"{person.url}/**")
    person.examines(403).sees("Je bent niet ingelogd.")


def test_who_proved_a_second_factor_at_the_provider_confirms_there_too(
    proved: str, provider: str, somebody: Callable[[], Person], site: Site
) -> None:
    person = somebody().goes(f"/uitnodiging/{proved}").sees("Kies hoe je inlogt")
    person.page.get_by_role("link", name="Verbind met Stad Leuven").click()
    at_provider(person, "bert-20")
    person.goes("/bevestigen?verder=/mijn-account/wachtwoord").sees("Ben jij het nog?")
    claims = PEOPLE["bert-20"] | {"auth_time": int(site.now.timestamp())}  # in the clock of the site
    requests.put(f"{provider}/users/bert-20", json=claims, timeout=10).raise_for_status()
    person.page.get_by_role("link", name="Bevestig bij Stad Leuven").click()
    at_provider(person, "bert-20")
    assert person.page.url == f"{site.url}/mijn-account/wachtwoord"
