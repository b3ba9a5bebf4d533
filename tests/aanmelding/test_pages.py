"""The centrale aanmelding as people meet it."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from gezinscoach.aanmelding.tables import Aanmelding
from gezinscoach.kernel.audit import AuditEvent

from .conftest import CALL


def test_the_desk_registers_a_call_in_one_screen(desk):
    desk.get("/aanmelding/nieuw")
    page = desk.follow(desk.post("/aanmelding/nieuw", CALL))
    assert page.h1 == "Haddad"
    for shown in (
        "Ahmad",
        "0471 11 11 11",
        "Vaartkom 2",
        "3001 Heverlee",
        "Onderwijs, Werk",
        "dringend",
        "Kind en Buurt",
    ):
        assert shown in page.words
    assert "We vonden geen ander gezin" in page.words


def test_without_permission_the_page_says_what_is_kept_and_that_is_all(desk, db):
    typed = CALL | {"toestemming": "nog niet gevraagd", "oudste": "geen jaartal", "kinderen": "veel"}
    page = desk.follow(desk.post("/aanmelding/nieuw", typed))
    assert "Over het gezin is niets bewaard" in page.words
    assert "Haddad" not in page.told
    assert "Heverlee" not in page.told
    row = db.execute(text("select naam_cell, taal_cell, gemeente_cell, tolk_cell from gezin")).one()
    assert set(row) == {None}


def test_without_permission_a_telephone_number_is_needed(desk):
    page = desk.post("/aanmelding/nieuw", CALL | {"toestemming": "nog niet gevraagd", "telefoon": ""})
    assert page.status == 422
    assert "kunnen we niet terugbellen" in page.words


def test_the_name_of_the_family_is_only_asked_once_the_family_agreed(desk):
    empty = dict.fromkeys(CALL, "") | {"vragen": [], "datum": "15/10/2026"}
    for chosen, needed in (("", False), ("nog niet gevraagd", False), ("ja", True)):
        page = desk.post("/aanmelding/nieuw", empty | {"toestemming": chosen})
        assert page.status == 422
        assert (page.tree.find(".//input[@name='naam'][@aria-invalid='true']") is not None) is needed, chosen
    assert "Kies ja of nog niet gevraagd." in desk.post("/aanmelding/nieuw", empty).words


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"naam": ""}, "Dit veld is nodig."),
        ({"aanmelder": ""}, "Dit veld is nodig."),
        ({"toestemming": ""}, "Kies ja of nog niet gevraagd."),
        ({"datum": "16/10/2026"}, "Deze dag moet nog komen."),
        ({"datum": "gisteren"}, "geen datum"),
        ({"datum": " "}, "Dit veld is nodig."),
        ({"oudste": "14"}, "Schrijf een jaar, bijvoorbeeld 2014."),
        ({"oudste": "12/2014"}, "Schrijf een jaar, bijvoorbeeld 2014."),
        ({"kinderen": "drie"}, "Schrijf een getal"),
        ({"kinderen": "-1"}, "van 0 tot 20"),
        ({"vragen": ["onzin"]}, ""),
    ],
)
def test_a_mistake_is_named_and_nothing_typed_is_lost(desk, db, wrong, said):
    page = desk.post("/aanmelding/nieuw", CALL | wrong)
    assert page.status == 422
    assert said in page.words
    assert "3001 Heverlee" in page.text
    assert db.scalar(select(Aanmelding.id)) is None


@pytest.mark.parametrize("wrong", [{"kinderen": "drie"}, {"oudste": "12/2014"}])
def test_a_number_that_is_none_is_said_once_in_the_summary_and_once_at_the_field(desk, wrong):
    page = desk.post("/aanmelding/nieuw", CALL | wrong)
    assert page.words.count("Schrijf een") == 2


def test_who_is_registered_today_waits_since_today(desk):
    page = desk.follow(desk.post("/aanmelding/nieuw", CALL))
    assert "wacht sinds vandaag" in page.words
    assert "sinds vandaag" in desk.get("/wachtlijst").words
    assert "0 dagen" not in desk.get("/wachtlijst").words


def test_soft_warnings_are_shown_and_block_nothing(desk):
    page = desk.follow(desk.post("/aanmelding/nieuw", CALL | {"gemeente": "3020 Herent", "oudste": "2008"}))
    assert "ligt buiten Leuven" in page.words
    assert "ouder dan 13 jaar" in page.words


def test_a_family_that_is_likely_known_is_named_by_code_only(desk, intake, city, db):
    known = city.gezin("El-Amrani")
    desk.get("/aanmelding/nieuw")
    page = desk.follow(desk.post("/aanmelding/nieuw", CALL | {"naam": "El Amrani", "ouder": ""}))
    assert f"Mogelijk kennen we dit gezin al: {known.code}" in page.words
    assert "El-Amrani" not in page.told
    assert f"/gezin/{known.id}/coach" not in page.links(), "nobody to call yet"
    assert "gezin.compare" in db.scalars(select(AuditEvent.action)).all()


def test_a_likely_double_with_a_dossier_leads_to_its_coach(desk, city, noor):
    known = city.gezin("El-Amrani", coach=noor)
    page = desk.follow(desk.post("/aanmelding/nieuw", CALL | {"naam": "El Amrani", "ouder": ""}))
    assert "Trek deze aanmelding in en bel de gezinscoach." in page.words
    assert f"/gezin/{known.id}/coach" in page.links()
    assert desk.get(f"/gezin/{known.id}/coach").status == 200


def test_a_rijksregisternummer_is_taken_out_with_a_gentle_message(desk):
    page = desk.follow(desk.post("/aanmelding/nieuw", CALL | {"opmerking": "RR 85.07.30-033.28"}))
    assert "rijksregisternummer in de tekst" in page.words
    assert "85.07.30" not in page.told


def test_a_number_in_the_telephone_field_is_no_rijksregisternummer(desk):
    page = desk.follow(desk.post("/aanmelding/nieuw", CALL | {"telefoon": "85073003328"}))
    assert "rijksregisternummer" not in page.words
    assert "85073003328" in page.text


def test_later_the_desk_records_the_permission_and_completes(desk, intake):
    blad = intake.register(agreed=False)
    path = f"/aanmelding/{blad.aanmelding.id}"
    assert f"{path}/gegevens" in desk.get(path).links()
    given = {key: value for key, value in CALL.items() if key not in ("datum", "aanmelder", "telefoon")}
    refused = desk.post(f"{path}/gegevens", given)
    assert refused.status == 422
    assert "Zonder toestemming bewaren we niets" in refused.words
    page = desk.follow(desk.post(f"{path}/gegevens", given | {"akkoord": "y"}))
    assert page.h1 == "Haddad"
    assert "wachtend" in page.words


def test_who_called_is_corrected_while_the_family_still_has_to_be_asked(desk, intake, db):
    blad = intake.register(agreed=False)
    path = f"/aanmelding/{blad.aanmelding.id}"
    form = f"{path}/gegevens?aanmelder=1"
    assert form in desk.get(path).links()
    assert "Naam van het gezin" not in desk.get(form).words
    typed = {"aanmelder": "Bart Peeters", "telefoon": "0470 99 99 99", "datum": "14/10/2026"}
    assert desk.post(form, typed | {"telefoon": ""}).status == 422
    page = desk.follow(desk.post(form, typed | {"naam": "Haddad", "adres": "Vaartkom 2"}))
    for shown in ("Bart Peeters", "0470 99 99 99", "14 okt 2026", "terugbellen"):
        assert shown in page.words
    assert set(db.execute(text("select naam_cell, adres_cell from gezin")).one()) == {None}


def test_who_called_is_corrected_with_the_other_facts(desk, intake):
    path = f"/aanmelding/{intake.register().aanmelding.id}/gegevens"
    assert 'value="Bram Peeters"' in desk.get(path).text
    page = desk.follow(desk.post(path, CALL | {"aanmelder": "Bart Peeters", "datum": "14/10/2026"}))
    assert "Bart Peeters" in page.words
    assert "14 okt 2026" in page.words


def test_facts_are_corrected_and_words_of_the_import_stay_choosable(desk, intake):
    blad = intake.register(vragen=("paardrijden",))
    path = f"/aanmelding/{blad.aanmelding.id}/gegevens"
    page = desk.get(path)
    assert "paardrijden" in page.text
    assert 'value="El Amrani"' in page.text
    page = desk.follow(desk.post(path, CALL | {"vragen": ["paardrijden", "wonen"], "tolk": "ja"}))
    assert "Wonen, paardrijden" in page.words or "paardrijden, Wonen" in page.words
