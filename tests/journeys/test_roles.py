"""The roles outside the main job walk through every place of their menu, in the demo city."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from gezinscoach.demo import people
from gezinscoach.kernel.access import Rol
from tests.journeys.person import Person

pytestmark = pytest.mark.journey


def test_a_bondgenoot_sees_the_load_of_the_own_coaches_and_no_family(
    as_role: Callable[[Rol], Person],
) -> None:
    person = as_role(Rol.BONDGENOOT)
    person.sees("Noor Wolkenaar", "Samir Notelaer").misses("Fien Zomers", "Lindekens", "El Baraka")
    assert person.walks() == ["Vandaag"]


def test_a_deskundige_reads_the_question_the_goals_and_the_scores_but_no_name(
    as_role: Callable[[Rol], Person],
) -> None:
    person = as_role(Rol.DESKUNDIGE)
    assert person.walks() == ["Vandaag"]
    person.follows("Vraag over").sees("huurpremie", "Een woning met een kamer meer", "Huisvesting")
    person.opens("Toon de scores als tabel").examines()
    person.sees("Wonen").misses("Lindekens", "Notelaarstraat", "Samen de post bekeken")


def test_a_organisatieverantwoordelijke_sees_the_claim_of_the_own_organisation_alone(
    as_role: Callable[[Rol], Person],
) -> None:
    person = as_role(Rol.ORGANISATIEVERANTWOORDELIJKE)
    assert person.walks() == ["Vandaag", "Toelage"]
    person.sees("vzw Zonnewijzer").misses("Buurthuis De Notelaar", "Horbenko")
    person.fills({"Jaar": "2025", "Zoals het was op": "31/12/2025"}).presses("Berekenen")
    person.sees("vzw Zonnewijzer").misses("Buurthuis De Notelaar")
    person.fills({"Jaar": "veel"}).presses("Berekenen", status=422).sees("Kijk dit nog even na")


def test_a_functionaris_follows_in_the_logboek_who_looked_where_but_never_reads_a_name_of_a_family(
    as_role: Callable[[Rol], Person], window: dict[str, int]
) -> None:
    as_role(Rol.GEZINSCOACH).follows("Lindekens")
    person = as_role(Rol.FUNCTIONARIS)
    assert person.walks() == ["Vandaag", "Nazicht", "Logboek"]
    person.fills({"Wie deed het": "Noor Wolkenaar"}).presses("Zoeken").misses("Lindekens")
    events = person.table("Gebeurtenissen")
    if window["width"] > 1000:
        expect(events.locator("tbody tr").first).to_be_in_viewport()
    person.sees("Noor Wolkenaar", inside=events)
    expect(events).not_to_contain_text("Jef Belleman")


def test_a_beheerder_invites_somebody_who_chooses_a_password_and_is_in(
    as_role: Callable[[Rol], Person], window: dict[str, int]
) -> None:
    person = as_role(Rol.BEHEERDER)
    assert person.walks() == ["Vandaag", "Accounts", "Instellingen"]
    person.place("Accounts").follows("Nieuw account")
    person.presses("Account maken", status=422).sees("Dit veld is nodig.")
    email = f"nieuw{window['width']}@demo.example"
    person.fills({"Naam": "Nele Nieuwkomer", "E-mailadres": email, "Rol": "aanmeldpunt"})
    link = person.presses("Account maken", status=201).page.locator("main .code").inner_text()
    person.presses("Uitloggen", inside=person.header())
    person.goes(link.removeprefix(person.url)).sees(email)
    password = "een rustige dinsdagochtend"
    person.fills({"Nieuw wachtwoord": password, "Nog eens hetzelfde wachtwoord": password}).presses("Bewaren")
    person.sees("Je hebt nog geen rol.").presses("Uitloggen", inside=person.header())
    functionaris = people.LOGINS[Rol.FUNCTIONARIS].email
    person.sign_in(functionaris, people.PASSWORD).follows("1 vraag wacht op een tweede persoon")
    person.follows("aanmeldpunt").sees("Nele Nieuwkomer").sees(email)
    person.chooses("Wat besluit je?", "Ik bevestig dit.").presses("Beslissen").sees("Er wacht niets")
    person.presses("Uitloggen", inside=person.header())
    person.sign_in(email, password).sees("Aanmeldpunt")
    person.goes("/accounts", status=404)
