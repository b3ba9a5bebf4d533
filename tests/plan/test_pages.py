"""The plan as a coach meets it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gezinscoach.dossier import actions as dossier
from gezinscoach.plan import actions
from tests.counting import statements


@pytest.fixture
def coach(city):
    return city.coach()


@pytest.fixture
def gezin(city, coach):
    return city.gezin("Gezin Peeters", coach)


@pytest.fixture
def path(gezin):
    return f"/dossier/{gezin.id}/plan"


@pytest.fixture
def signed_in(client, coach):
    return client.sign_in(coach.account.id)


def doel(city, gezin, titel="Een droog huis", acties=0):
    row = actions.add_doel(city.db, city.actor, gezin, domein="huisvesting", titel=titel, now=city.now)
    for number in range(acties):
        step(city, row, f"stap {number}")
    city.db.commit()
    return row


def step(city, row, tekst="Huisbaas bellen"):
    tegen = city.today - timedelta(days=1)
    kept = actions.add_actie(city.db, city.actor, row, tekst=tekst, tegen=tegen, now=city.now)
    city.db.commit()
    return kept


def test_a_goal_is_added_under_its_grondrecht(signed_in, path):
    assert "Er loopt nu geen doel" in signed_in.get(path).words
    typed = {"titel": "Een droog huis", "domein": "huisvesting", "toelichting": "Schimmel\nin de slaapkamer"}
    page = signed_in.follow(signed_in.post(f"{path}/doel", typed))
    assert [node.text for node in page.tree.iter("h2")] == ["Wonen"]
    assert "Een droog huis" in page.words
    assert "Huisvesting · sinds 15 oktober 2026" in page.words


def test_a_goal_that_ends_says_what_is_still_open(signed_in, city, gezin, path):
    row = doel(city, gezin, acties=2)
    ended = signed_in.follow(signed_in.post(f"{path}/doel/{row.id}/stap", {"stap": "reach"}))
    assert "Bewaard: dit doel is bereikt. 2 acties staan nog open." in ended.text
    again = signed_in.follow(signed_in.post(f"{path}/doel/{row.id}/stap", {"stap": "reopen"}))
    assert "staan nog open" not in again.told


def test_a_goal_without_words_or_levensdomein_comes_back_with_what_was_typed(signed_in, path):
    page = signed_in.post(f"{path}/doel", {"titel": " ", "domein": "wonen", "toelichting": "Lang verhaal"})
    assert page.status == 422
    assert "Lang verhaal" in page.text
    assert signed_in.post(f"{path}/doel", {"titel": "Iets", "domein": ""}).status == 422
    assert signed_in.post(f"{path}/doel", {"titel": "Iets", "domein": "onbekend"}).status == 422


def test_an_action_is_added_on_the_place_of_its_goal(signed_in, city, gezin, path):
    first, second = doel(city, gezin), doel(city, gezin, "Rust in huis")
    place = f"{path}/doel/{second.id}/actie"
    assert place in signed_in.get(path).actions()
    wrong = signed_in.post(place, {"tekst": "Huisbaas bellen", "wie": "coach", "tegen": "gisteren"})
    assert wrong.status == 422
    typed = wrong.tree.find(f".//input[@id='tekst-{second.id}']")
    assert typed.attrib["value"] == "Huisbaas bellen"
    assert wrong.tree.find(f".//input[@id='tekst-{first.id}']").attrib["value"] == ""
    assert f"#tegen-{second.id}" in wrong.links()
    answer = signed_in.post(place, {"tekst": "Huisbaas bellen", "wie": "coach", "tegen": "20/10/2026"})
    assert answer.location.endswith(f"/plan#doel-{second.id}")
    assert "de gezinscoach · tegen 20 oktober" in signed_in.follow(answer).words


def test_an_action_without_words_is_refused_beside_its_field(signed_in, city, gezin, path):
    place = f"{path}/doel/{doel(city, gezin).id}/actie"
    for empty in ("", "   "):
        assert signed_in.post(place, {"tekst": empty, "wie": "samen"}).status == 422


def test_a_late_action_says_so_until_it_is_done_and_can_be_taken_back(signed_in, city, gezin, path):
    row = doel(city, gezin)
    place = f"{path}/doel/{row.id}/actie/{step(city, row).id}"
    assert "te laat" in signed_in.get(path).words
    done = signed_in.follow(signed_in.post(f"{place}/gedaan"))
    assert "gedaan op 15 oktober" in done.words
    assert "te laat" not in done.words
    assert signed_in.post(f"{place}/gedaan").status == 409
    assert "te laat" in signed_in.follow(signed_in.post(f"{place}/terug")).words
    assert signed_in.post(f"{place}/terug").status == 409


def test_a_goal_is_reached_and_opened_again(signed_in, city, gezin, path):
    place = f"{path}/doel/{doel(city, gezin).id}"
    reached = signed_in.follow(signed_in.post(f"{place}/stap", {"stap": "reach"}))
    assert "Afgerond" in reached.words
    assert f"{place}/actie" not in reached.actions()
    assert signed_in.post(f"{place}/stap", {"stap": "reach"}).status == 409
    assert signed_in.post(f"{place}/stap", {"stap": "verzonnen"}).status == 409
    assert signed_in.post(f"{place}/actie", {"tekst": "Nog iets", "wie": "samen"}).status == 409
    again = signed_in.follow(signed_in.post(f"{place}/stap", {"stap": "reopen"}))
    assert f"{place}/actie" in again.actions()


def every(path, row, one):
    return [
        (f"{path}/doel/{row.id}/stap", {"stap": "reach"}),
        (f"{path}/doel/{row.id}/actie", {"tekst": "x", "wie": "samen"}),
        (f"{path}/doel/{row.id}/actie/{one.id}/gedaan", {}),
        (f"{path}/doel/{row.id}/actie/{one.id}/terug", {}),
    ]


def test_a_goal_or_action_of_another_family_is_not_found(signed_in, city, coach, gezin, path):
    row, other = doel(city, gezin), doel(city, city.gezin("Andere", coach))
    one = step(city, row)
    elsewhere = path.replace(str(gezin.id), str(other.gezin_id))
    for address, typed in every(elsewhere, row, one):
        assert signed_in.post(address, typed).status == 404, address
    for deed in ("gedaan", "terug"):
        assert signed_in.post(f"{path}/doel/{other.id}/actie/{one.id}/{deed}").status == 404


def test_a_stranger_and_the_coach_of_before_find_nothing(client, city, coach, gezin, path):
    row = doel(city, gezin)
    one = step(city, row)
    stranger = city.coach("Ander")
    dossier.end_coach(city.db, city.actor, gezin, tot=city.today, reden=None, now=city.now)
    city.db.commit()
    for person in (stranger, coach):
        client.sign_in(person.account.id)
        assert client.get(path).status == 404
        assert client.get(f"{path}/doel").status == 404
        for address, typed in [(f"{path}/doel", {"titel": "x", "domein": "wonen"}), *every(path, row, one)]:
            assert client.post(address, typed).status == 404, address


def test_a_longer_plan_asks_no_more_questions(signed_in, city, gezin, path):
    def asked(number):
        for one in range(number):
            doel(city, gezin, f"doel {one}", acties=2)
        with statements() as sent:
            assert signed_in.get(path).status == 200
        return len(sent)

    assert asked(2) == asked(10)
