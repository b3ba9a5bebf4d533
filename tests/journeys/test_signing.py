"""Somebody new comes in: with a passkey in the browser, or with an app; and proves it again where asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pyotp
import pytest
from playwright.sync_api import BrowserContext, Page
from pytest_playwright.pytest_playwright import CreateContextCallback
from sqlalchemy import select
from sqlalchemy.orm import Session

from gezinscoach.accounts import actions as accounts
from gezinscoach.accounts import queries
from gezinscoach.accounts.tables import LoginSession
from gezinscoach.kernel.access import FRESH, Actor, Rol
from tests.conftest import NOW
from tests.journeys.person import Person
from tests.journeys.site import Site

pytestmark = pytest.mark.journey
PASSWORD = "drie groene regenjassen"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, environ: Callable[[], dict[str, str]]) -> Iterator[Site]:
    """A city that is no demo, so that nobody comes in with a password alone; with invitations to come."""

    def fill(db: Session) -> None:
        accounts.add_werking(db, naam="Echtstad", gemeente="Echtstad", postcodes=("3000",), now=NOW)

    with Site(tmp_path_factory.mktemp("echtstad"), NOW, fill, environ()).serve() as site:
        yield site


@pytest.fixture
def invited(
    city: Site, window: dict[str, int], new_context: CreateContextCallback
) -> Callable[[str, Rol], Person]:
    """Invites somebody, who opens the link and chooses a password."""

    def guest(naam: str, rol: Rol) -> Person:
        with city.open() as db:
            werking = queries.only_werking(db)
            assert werking is not None
            actor = Actor(werking_id=werking.id)
            account, token = accounts.add_account(
                db, actor, email=email(naam, window), naam=naam.title(), now=NOW
            )
            accounts.give_role(db, actor, account, rol, now=NOW)
        # A passkey belongs to a name, never to an IP address.
        person = Person(new_context(), city.url.replace("127.0.0.1", "localhost"))
        person.goes(f"/uitnodiging/{token}")
        person.fills({"Nieuw wachtwoord": PASSWORD, "Nog eens hetzelfde wachtwoord": PASSWORD})
        return person.presses("Bewaren")

    return guest


def email(naam: str, window: dict[str, int]) -> str:
    return f"{naam}{window['width']}@echtstad.example"


def give_device(context: BrowserContext, page: Page) -> None:
    """Let the browser have a device with a finger on it."""
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": device})


def touches(person: Person, label: str, status: int = 200) -> Person:
    """Press a button that asks for the passkey, and wait for the page that follows."""
    with person.page.expect_navigation():
        person.page.locator("main").get_by_role("button", name=label, exact=True).click()
    return person.examines(status)


def test_a_newcomer_makes_a_passkey_and_comes_back_without_a_password(
    invited: Callable[[str, Rol], Person], window: dict[str, int]
) -> None:
    person = invited("pia", Rol.BEHEERDER)
    give_device(person.context, person.page)
    assert person.heading == "Stel je tweede stap in"
    person.fills({"Naam voor dit toestel": "Laptop van het werk"})
    touches(person, "Passkey maken", status=201)
    assert person.page.locator("main .code").count() == 10
    person.follows("Ik heb ze bewaard").presses("Uitloggen", inside=person.header())
    touches(person, "Inloggen met een passkey")
    assert person.heading == "Vandaag"
    person.goes("/mijn-account").sees("Laptop van het werk", "Je hebt maar één manier", "hier, nu")
    person.presses("App met codes toevoegen").sees("Richt de camera op dit vierkant")
    person.goes("/accounts").presses("Uitloggen", inside=person.header())
    person.fills({"E-mailadres": email("pia", window), "Wachtwoord": PASSWORD}).presses("Inloggen")
    assert person.heading == "Nog één stap"
    touches(person, "Gebruik je passkey")
    assert person.heading == "Vandaag"


def test_a_newcomer_with_an_app_types_its_codes_and_proves_it_again_for_a_delicate_deed(
    invited: Callable[[str, Rol], Person], city: Site, window: dict[str, int]
) -> None:
    person = invited("arne", Rol.BEHEERDER)
    person.presses("Een app gebruiken").opens("Lukt het niet met de camera?").examines()
    shown = pyotp.TOTP("".join(person.page.locator("main details .code").inner_text().split()))
    person.fills({"Code uit je app": "12 34"}).presses("Klaar", status=422).sees("zes cijfers")
    code = shown.at(city.now)
    person.fills({"Code uit je app": code}).presses("Klaar", status=201)
    paper = person.page.locator("main .code").all_inner_texts()
    person.follows("Ik heb ze bewaard").presses("Uitloggen", inside=person.header())
    person.fills({"E-mailadres": email("arne", window), "Wachtwoord": PASSWORD}).presses("Inloggen")
    person.fills({"Code uit je app": code}).presses("Inloggen", status=422)
    person.sees("Een code werkt maar één keer")
    person.fills({"Code uit je app": paper[0]}).presses("Inloggen")
    person.follows("Mijn account", inside=person.header())
    person.sees("Je hebt nog 9 ongebruikte herstelcodes")
    with city.open() as db:
        for session in db.scalars(select(LoginSession)):
            session.confirmed_at = NOW - FRESH
    person.goes("/accounts/nieuw")
    assert person.heading == "Ben jij het nog?"
    person.fills({"Code uit je app": paper[1]}).presses("Verder")
    assert person.heading == "Nieuw account"


def test_a_city_that_is_no_demo_has_no_buttons_to_look_around(
    city: Site, new_context: CreateContextCallback
) -> None:
    Person(new_context(), city.url).goes("/inloggen").misses("Kijk").sees("E-mailadres")
