"""The main job, from the workbook of the city to the toelage, as each kind of user does it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys import people
from tests.journeys.person import Person
from tests.journeys.site import ROOT, Site

pytestmark = pytest.mark.journey

WORKBOOK = ROOT / "tests" / "data" / "werkmap.xlsx"
TRUTH = json.loads(WORKBOOK.with_suffix(".json").read_text(encoding="utf-8"))
GEZIN = "Aydemir"


def test_from_the_workbook_to_the_toelage(leuven: Site, visit: Callable[..., Person], tmp_path: Path) -> None:
    """One story in one installation: each part goes on where the one before stopped."""
    the_beheerder_asks_the_right_to_import(visit(leuven, people.email("beheerder")))
    the_functionaris_confirms_it(visit(leuven, people.email("functionaris")))
    importeur = visit(leuven, people.email("importeur"))
    a_file_that_is_no_workbook_is_refused(importeur, tmp_path)
    the_workbook_comes_in(importeur)
    a_wrong_row_is_mended(importeur)
    the_same_workbook_again_brings_nothing_new(importeur)
    coordinator = visit(leuven, people.email("coordinator"))
    the_toelage_of_2026_is_computed(coordinator)
    aanmeldpunt = visit(leuven, people.email("aanmeldpunt"))
    a_family_is_registered(aanmeldpunt)
    a_gezinscoach_is_proposed(aanmeldpunt)
    coach = visit(leuven, people.COACH)
    the_coach_accepts(coach)
    dossier = coach.page.url.removeprefix(leuven.url)
    the_family_gives_its_mandaat(coach)
    a_note_is_written(coach)
    a_goal_and_an_action_are_made(coach)
    the_grondrechten_are_scored(coach)
    one_scope_is_withdrawn(coach)
    vandaag_shows_what_is_due(coach)
    aanmeldpunt.goes(dossier, status=404)
    the_network_is_kept(coordinator)


def the_beheerder_asks_the_right_to_import(person: Person) -> None:
    person.place("Accounts")
    person.follows("Ines Rekenaar").follows("Rol geven")
    person.fills({"Rol": "importeur", "Tot en met": "31/10/2026"}).presses("Rol vragen")
    person.sees("Wacht op bevestiging").goes("/werkmap", status=404)


def the_functionaris_confirms_it(person: Person) -> None:
    person.follows("1 vraag wacht op een tweede persoon").follows("importeur").sees("Ines Rekenaar")
    person.chooses("Wat besluit je?", "Ik bevestig dit.").presses("Beslissen").sees("Er wacht niets")
    person.goes("/werkmap", status=404)


def a_file_that_is_no_workbook_is_refused(person: Person, folder: Path) -> None:
    person.place("Werkmap")
    person.presses("Nakijken", status=422).sees("Kies eerst een bestand.")
    wrong = folder / "verslag.xlsx"
    wrong.write_text("Dit is geen rekenblad.")
    person.attaches("Werkmap", wrong).presses("Nakijken", status=422).sees("Kijk dit nog even na")


def the_workbook_comes_in(person: Person) -> None:
    person.place("Werkmap")
    person.attaches("Werkmap", WORKBOOK).fills({"Peildag": "15/10/2026"}).presses("Nakijken")
    person.sees("Er is nog niets ingelezen.")
    for words in (
        ("rij 19", "Gestopt op", "27 juli 2021"),
        ("rij 20", "E-mail", "coach17 at gezinscoach"),
        ("rij 12", "Gezinscoach", "Emre Şahzz"),
        ("rij 26", "Start traject", "31/02/2026"),
        ("rij 32", "Dossiernr"),
        ("rij 10", "Toestemming gezin", "nog niet gevraagd"),
        ("rij 54", "Kwartaal"),
        ("rij 16", "Gemeente", "3020 Herent"),
        ("rij 39", "Adres"),
    ):
        expect(person.row(*words)).to_be_visible()
    person.misses("85.07.30-033.28")
    person.presses("Inlezen")
    for name, sheet in TRUTH["sheets"].items():
        row = person.row(name)
        taken, boxed = (row.get_by_role("cell").nth(place).inner_text().strip() for place in (0, 1))
        assert (int(taken), int(boxed)) == (sheet["sound"], len(sheet["wrong"])), name


def a_wrong_row_is_mended(person: Person) -> None:
    person.follows("Naar het postvak")
    person.follows("Gezinscoaches, rij 20").sees("Dit is geen geldig e-mailadres.")
    person.fills({"E-mail": "nog altijd niet"}).presses("Opnieuw proberen", status=422)
    person.fills({"E-mail": "coach17@gezinscoach.example"}).presses("Opnieuw proberen")
    person.sees("De rij is ingelezen.")
    expect(person.row("Gezinscoaches, rij 20")).to_have_count(0)
    expect(person.row("Gezinscoaches, rij 19")).to_be_visible()


def the_same_workbook_again_brings_nothing_new(person: Person) -> None:
    person.place("Werkmap")
    person.attaches("Werkmap", WORKBOOK).fills({"Peildag": "15/10/2026"}).presses("Nakijken")
    assert person.fact("nieuw in te lezen") == "0"
    person.presses("Niet inlezen").sees("De werkmap is niet ingelezen")


def the_toelage_of_2026_is_computed(person: Person) -> None:
    person.place("Toelage")
    person.fills({"Jaar": "2026", "Zoals het was op": "15/10/2026"}).presses("Berekenen")
    truth = TRUTH["toelage_2026"]
    assert person.fact("Toelage") == "€ 24.500"
    assert person.fact("Gezinnen") == str(len(truth["families"])) == "37"
    assert person.fact("Gezinscoaches") == str(len(truth["coaches"])) == "12"
    families = person.table("Gezinnen die meetellen")
    for code in truth["families"]:
        expect(families).to_contain_text(code)
    coaches = person.table("Gezinscoaches die meetellen")
    for naam in truth["coaches"]:
        expect(coaches).to_contain_text(naam)
    person.misses("Bondarenko", "Ahmadzai")


def a_family_is_registered(person: Person) -> None:
    person.place("Wachtlijst").follows("Nieuwe aanmelding")
    person.fills({"Naam van het gezin": GEZIN, "Opmerking": "Wacht al lang op een woning."})
    person.presses("Aanmelding bewaren", status=422)
    expect(person.page.get_by_label("Naam van het gezin")).to_have_value(GEZIN)
    expect(person.page.get_by_label("Opmerking")).to_have_value("Wacht al lang op een woning.")
    person.fills(
        {
            "Aanmelder": "Juf Hilde",
            "Organisatie": "School De Ark",
            "Telefoon van de aanmelder": "016 00 00 00",
        }
    )
    person.chooses("Weet het gezin van deze aanmelding", "Ja, het gezin is akkoord")
    person.fills({"Ouder": "Sevgi Aydemir", "Postcode en gemeente": "3000 Leuven", "Taal": "Turks"})
    person.fills({"Tolk": "nee, geen tolk", "Aantal kinderen": "3", "Oudste kind geboren in": "2017"})
    person.ticks("Dringend", "Huisvesting", "Nederlands leren").presses("Aanmelding bewaren")
    person.sees("Het gezin staat op de wachtlijst.", GEZIN, "Sevgi Aydemir")


def a_gezinscoach_is_proposed(person: Person) -> None:
    person.place("Wachtlijst")
    row = person.row(GEZIN)
    person.sees("dringend", "Turks", "3000 Leuven", "Nederlands leren, Huisvesting", inside=row)
    person.follows(GEZIN, inside=row).follows("Gezinscoach kiezen")
    card = person.card("Elif Öztürk")
    person.sees(
        "Spreekt Turks, net als het gezin.", "Werkt in Leuven", "Volgde de startvorming.", inside=card
    )
    person.sees("Heeft nog geen account", inside=person.card("Elif Şahin"))
    person.presses("Voorstellen", inside=card).sees("Het gezin is voorgesteld aan Elif Öztürk.")


def the_coach_accepts(person: Person) -> None:
    assert person.heading == "Vandaag"
    person.follows("1 gezin wacht op je antwoord")
    person.sees("Een gezin in 3000 Leuven", "Spreekt Turks, net als het gezin.").misses(GEZIN, "Sevgi")
    person.presses("Ja, ik begeleid dit gezin")
    person.sees("Je bent nu de vaste gezinscoach", GEZIN, "Geen mandaat", "Er mag niets gedeeld worden.")


def the_family_gives_its_mandaat(person: Person) -> None:
    person.follows("Mandaat").follows("Mandaat noteren").presses("Mandaat bewaren", status=422)
    person.fills({"Gegeven op": "15/10/2026", "Naam van de partner": "School De Ark"})
    person.ticks("Sevgi Aydemir", "Rechten uitzoeken", "Afstemmen met partners", "Informatie delen")
    person.fills({"Samen herbekijken op": "15/10/2027"}).presses("Mandaat bewaren")
    for scope, said in (("Rechten uitzoeken", "ja"), ("Informatie delen", "ja"), ("Het verhaal", "nee")):
        person.sees(said, inside=person.row(scope).get_by_role("cell").first)
    person.sees("alle levensdomeinen", inside=person.row("School De Ark"))


def a_note_is_written(person: Person) -> None:
    person.follows("Notities").fills({"Wat wil je onthouden?": "Samen de brief van de huisbaas gelezen."})
    person.presses("Notitie bewaren", status=422)
    person.fills({"Soort contact": "huisbezoek"}).presses("Notitie bewaren")
    person.sees("Huisbezoek", inside=person.card("Samen de brief van de huisbaas gelezen."))


def a_goal_and_an_action_are_made(person: Person) -> None:
    person.follows("Plan").follows("Nieuw doel")
    person.fills({"Wat wil het gezin bereiken?": "Een droog huis", "Levensdomein": "– Huisvesting"})
    person.presses("Doel bewaren").opens("Actie toevoegen")
    person.fills({"Wat gaat er gebeuren?": "Het huurcontract nakijken", "Wie doet het?": "samen"})
    person.fills({"Tegen wanneer?": "22/10/2026"}).presses("Actie bewaren")
    person.sees("Wonen", "Een droog huis", "Het huurcontract nakijken", "tegen 22 oktober")


def the_grondrechten_are_scored(person: Person) -> None:
    person.follows("Grondrechten").follows("Eerste meting invullen")
    for right, score in (("Participatie", "2"), ("Inkomen", "1"), ("Wonen", "1"), ("Gezondheid", "4")):
        person.chooses(right, score)
    person.chooses("Werk", "niet van toepassing")
    person.fills({"Eerst": "Wonen", "Dan": "Wonen"}).presses("Meting bewaren", status=422)
    person.sees("Dit koos je al.").fills({"Dan": "Inkomen"}).presses("Meting bewaren")
    expect(person.page.locator("figure.chart-figure svg[role=img]")).to_have_count(9)
    person.sees("prioriteit 1", inside=person.page.locator(".chart-tile", has_text="Wonen"))
    scores = person.table("Evolutie van de grondrechten")
    person.sees("1", inside=scores.get_by_role("row").filter(has_text="Wonen"))


def one_scope_is_withdrawn(person: Person) -> None:
    person.follows("Mandaat").follows("Intrekken", inside=person.row("Informatie delen"))
    person.sees("Intrekken: Informatie delen", "Niet intrekken").presses("Intrekken")
    person.sees("nee", inside=person.row("Informatie delen").get_by_role("cell").first)
    person.sees("ja", inside=person.row("Rechten uitzoeken").get_by_role("cell").first)
    person.sees("Ingetrokken")


def vandaag_shows_what_is_due(person: Person) -> None:
    person.place("Vandaag")
    card = person.card(GEZIN)
    person.sees("Mandaat in orde", "1 actie in de komende 7 dagen.", inside=card)
    person.follows(GEZIN, inside=card)
    person.sees("Het huurcontract nakijken", "Samen de brief van de huisbaas gelezen.", "Wonen, Inkomen")


def the_network_is_kept(person: Person) -> None:
    person.place("Lerend netwerk").follows("Nieuwe bijeenkomst")
    person.fills({"Datum": "14/10/2026", "Thema": "Huren en verhuizen"}).presses("Op de lijst zetten")
    person.follows("14 oktober", inside=person.row("Huren en verhuizen"))
    person.chooses("Elif Öztürk", "aanwezig").chooses("Koen Peeters", "verontschuldigd")
    person.presses("Aanwezigheid bewaren").sees("Bewaard: 2 wijzigingen.")
    person.place("Cijfers").sees("Kwartaalmetingen", "Verwacht", "Wat gezinnen eerst willen")
    person.place("Wachtlijst").misses(GEZIN)
