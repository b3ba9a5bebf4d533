"""Notes as a coach meets them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from freezegun import freeze_time

from gezinscoach.dossier import actions as dossier
from gezinscoach.notities import actions
from gezinscoach.notities.rules import Contact
from tests.counting import statements

FAST = {"tekst": "Koffie gedronken, rustig gesprek.", "contact": "huisbezoek", "datum": "15/10/2026"}


@pytest.fixture
def coach(city):
    return city.coach("Noor Testers")


@pytest.fixture
def gezin(city, coach):
    return city.gezin("Gezin Peeters", coach)


@pytest.fixture
def path(gezin):
    return f"/dossier/{gezin.id}/notities"


@pytest.fixture
def signed_in(client, coach):
    return client.sign_in(coach.account.id)


def write(city, coach, gezin, tekst, **more):
    given = {"datum": city.today, "contact": Contact.GESPREK, "now": city.now, "today": city.today}
    actions.write(city.db, coach.actor, gezin, tekst=tekst, **(given | more))
    city.db.commit()


def test_a_filter_that_is_on_no_list_is_none(signed_in, city, coach, gezin, path):
    write(city, coach, gezin, "Over de woning", domein="wonen")
    for asked in ("domein=%00", "soort=%00", "domein=onbekend", "domein=wonen"):
        page = signed_in.get(f"{path}?{asked}")
        assert page.status == 200
        assert "Over de woning" in page.words
    assert "Over de woning" not in signed_in.get(f"{path}?domein=werk").words
    assert "Alleen jij, en wie jou vervangt" in page.words


def test_a_coach_writes_a_note_with_three_answers(signed_in, path):
    page = signed_in.get(path)
    assert page.tree.find(".//input[@name='datum']").attrib["value"] == "15/10/2026"
    after = signed_in.follow(signed_in.post(path, {**FAST, "niveau": "coach"}))
    assert "De notitie is bewaard." in after.words
    assert "Koffie gedronken, rustig gesprek." in after.words
    assert "Noor Testers, op 15 okt 2026, 11:00" in after.words
    assert "deelbaar" not in after.words


def test_a_note_can_say_with_whom_how_long_and_about_what(signed_in, path):
    more = {"niveau": "deelbaar", "met_wie": "Amira", "minuten": "45", "levensdomein": "huisvesting"}
    after = signed_in.follow(signed_in.post(path, FAST | more))
    assert "donderdag 15 oktober 2026 · 45 minuten · met Amira · Huisvesting" in after.words
    assert "deelbaar" in after.words


def test_what_is_wrong_stands_beside_its_field_and_the_text_comes_back(signed_in, path):
    page = signed_in.post(path, FAST | {"contact": "", "datum": "31/02/2026", "minuten": "lang"})
    assert page.status == 422
    assert FAST["tekst"] in page.text
    assert "Kijk dit nog even na" in page.words
    assert "Dit is geen datum." in page.words
    assert "Schrijf een getal van 1 tot 1440" in page.words
    for wrong in ({"tekst": "   "}, {"datum": "16/10/2026"}, {"minuten": "0"}, {"niveau": "iedereen"}):
        assert signed_in.post(path, FAST | wrong).status == 422, wrong


def test_after_a_rijksregisternummer_a_hint_follows_and_nothing_is_blocked(signed_in, path):
    after = signed_in.follow(signed_in.post(path, FAST | {"tekst": "Nummer 85.07.30-033.28 gezien"}))
    assert "rijksregisternummer. Dat mogen we niet bewaren" in after.words
    assert "85.07.30" not in after.told


def test_markup_in_a_note_stays_text(signed_in, path):
    after = signed_in.follow(signed_in.post(path, FAST | {"tekst": "<b>vet</b> & {{ 7*7 }}"}))
    assert "<b>vet</b> & {{ 7*7 }}" in after.words


def test_thirty_notes_stand_on_a_page_and_a_filter_goes_along(signed_in, city, coach, gezin, path):
    for day in range(31):
        write(city, coach, gezin, f"gesprek nummer {day}.", datum=city.today - timedelta(days=day))
    first = signed_in.get(path + "?soort=gesprek")
    assert "gesprek nummer 29." in first.words
    assert "gesprek nummer 30." not in first.words
    older = next(link for link in first.links() if "pagina=2" in link)
    assert "soort=gesprek" in older
    assert "gesprek nummer 30." in signed_in.get(older).words
    assert "Geen notities van deze soort" in signed_in.get(path + "?soort=telefoon").words
    assert signed_in.get(path + "?soort=onzin&pagina=abc&domein=onzin").status == 200


def test_searching_finds_words_and_keeps_them_out_of_the_address(signed_in, city, coach, gezin, path):
    write(city, coach, gezin, "De huurwaarborg is terug")
    write(city, coach, gezin, "Naar het speelplein")
    page = signed_in.post(f"{path}/zoeken", {"zoek": "huurwaarborg"})
    assert page.status == 200
    assert "1 notitie gevonden" in page.words
    assert "speelplein" not in page.words
    assert "Niets gevonden" in signed_in.post(f"{path}/zoeken", {"zoek": "zwembad"}).words
    without = signed_in.post(f"{path}/zoeken", {"zoek": "", "soort": "gesprek"})
    assert without.location.endswith("/notities?soort=gesprek#lijst")
    assert signed_in.post(f"{path}/zoeken", {"zoek": "a", "soort": "onzin"}).status == 422


def test_nobody_but_the_coach_of_now_and_the_stand_in_of_now_gets_in(client, city, coach, gezin, path):
    write(city, coach, gezin, "geheim")
    other, stand_in = city.coach("Ander"), city.coach("Vervanger")
    dossier.add_stand_in(
        city.db,
        city.actor,
        gezin,
        stand_in.row.id,
        van=city.today,
        tot=city.today + timedelta(days=7),
        now=city.now,
    )
    city.db.commit()
    client.sign_in(other.account.id)
    for answer in (client.get(path), client.post(path, FAST), client.post(f"{path}/zoeken", {"zoek": "g"})):
        assert answer.status == 404
    client.sign_in(stand_in.account.id)
    assert "geheim" in client.get(path).words
    dossier.end_coach(city.db, city.actor, gezin, tot=date(2026, 10, 15), reden=None, now=city.now)
    city.db.commit()
    client.sign_in(coach.account.id)
    assert client.get(path).status == 404
    assert client.post(path, FAST).status == 404
    with freeze_time(city.now + timedelta(days=8)):
        client.sign_in(stand_in.account.id)
        assert client.get(path).status == 404


def test_a_longer_list_asks_no_more_questions(signed_in, city, coach, gezin, path):
    def asked(number):
        for one in range(number):
            write(city, coach, gezin, f"nummer {one}")
        with statements() as sent:
            assert signed_in.get(path).status == 200
        return len(sent)

    assert asked(2) == asked(10)
