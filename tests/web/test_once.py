"""A form that arrives twice is carried out once, and both times gets the same answer."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from freezegun import freeze_time
from sqlalchemy import func, select

from gezinscoach.kernel import once
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.audit import AuditEvent
from gezinscoach.kernel.once import SentForm
from gezinscoach.notities.tables import Notitie
from tests.browser import BASE

NOTE = {"tekst": "Samen naar de bank", "contact": "huisbezoek", "niveau": "coach", "datum": "15/10/2026"}


@pytest.fixture
def coach(client, city):
    found = city.coach()
    client.sign_in(found.account.id)
    return found


@pytest.fixture
def place(city, coach):
    return f"/dossier/{city.gezin('Eenmaligen', coach).id}/notities"


def number(db, table):
    return db.scalar(select(func.count()).select_from(table))


def test_a_form_that_comes_twice_makes_one_record_and_gets_one_answer(client, db, place):
    sent = {**NOTE, "eenmalig": str(uuid4())}
    first = client.post(place, sent)
    told = client.follow(first).words
    acts = number(db, AuditEvent)
    second = client.post(place, sent)
    assert (first.status, first.location) == (second.status, second.location) == (302, place)
    assert number(db, AuditEvent) == acts
    assert number(db, Notitie) == 1
    assert "De notitie is bewaard." in told
    assert client.follow(second).words == told


def test_what_is_told_stands_once_when_the_answer_comes_twice_before_a_page(client, place):
    sent = {**NOTE, "eenmalig": str(uuid4())}
    client.post(place, sent)
    assert client.follow(client.post(place, sent)).text.count("De notitie is bewaard.") == 1


def test_the_same_key_with_other_words_is_refused_and_gives_them_back(client, db, place):
    key = str(uuid4())
    client.post(place, {**NOTE, "eenmalig": key})
    other = "Een heel ander verhaal, dat ook niemand nog eens wil typen"
    page = client.post(place, {**NOTE, "tekst": other, "eenmalig": key})
    assert page.status == 409
    assert "met een andere tekst" in page.words
    assert other in page.text
    given = {node.attrib["name"]: node.attrib.get("value", other) for node in fields(page)}
    assert given.pop("eenmalig") != key
    assert client.post(place, given).status == 302
    assert number(db, Notitie) == 2


def fields(page):
    form = page.tree.find(".//main//form")
    return [node for kind in ("input", "textarea") for node in form.iter(kind)]


def test_a_key_is_of_one_person(client, city, db, place):
    """Another person with the same key is nobody's second time."""
    sent = {**NOTE, "eenmalig": str(uuid4())}
    client.post(place, sent)
    client.sign_in(city.coach("Andere Coach").account.id)
    client.csrf = ""
    assert client.post(place, sent).status == 404


def test_a_form_that_did_not_pass_may_come_again_under_its_key(client, db, place):
    key = str(uuid4())
    assert client.post(place, {**NOTE, "tekst": "", "eenmalig": key}).status == 422
    assert number(db, SentForm) == 0
    assert client.post(place, {**NOTE, "eenmalig": key}).status == 302
    assert number(db, SentForm) == 1


@pytest.mark.parametrize("key", ["", "onzin", "1", "\x00", "é" * 40])
def test_a_form_without_a_key_is_refused_and_gives_the_text_back(client, db, place, key):
    page = client.post(place, {**NOTE, "tekst": "Een tekst " * 9, "eenmalig": key})
    assert page.status == 400
    assert "Een tekst " * 8 in page.text
    assert number(db, Notitie) == 0


def test_a_question_may_be_asked_again_in_other_words(client, place):
    key = str(uuid4())
    for word in ("bank", "school", ""):
        page = client.post(f"{place}/zoeken", {"zoek": word, "eenmalig": key})
        assert page.status == (200 if word else 302), word


def test_an_invitation_that_is_shown_once_is_shown_again_to_a_double_click(client, city, db):
    client.sign_in(city.account(Rol.BEHEERDER).id)
    sent = {
        "naam": "Nieuw",
        "email": "nieuw@test.example",
        "rol": "coordinator",
        "organisatie": "",
        "tot": "",
    }
    sent["eenmalig"] = str(uuid4())
    first, second = (client.post("/accounts/nieuw", sent) for _ in range(2))
    assert first.status == second.status == 201
    assert "/uitnodiging/" in first.text
    assert first.text == second.text


def test_what_is_kept_holds_no_word_of_what_was_sent(client, db, place):
    client.post(place, NOTE)
    row = db.scalars(select(SentForm)).one()
    kept = row.body_index + row.answer_cell
    for word in (b"bank", b"huisbezoek", b"bewaard", place.encode()):
        assert word not in kept


def test_what_is_kept_goes_after_a_day(client, db, place, now):
    for count in range(3):
        client.post(place, {**NOTE, "tekst": f"{count}"})
    with freeze_time(now + timedelta(hours=23)):
        client.sign_in(db.scalars(select(SentForm.account_id).limit(1)).one())
        client.csrf = ""
        client.post(place, {**NOTE, "eenmalig": f"ff{uuid4().hex[2:]}"})
    assert number(db, SentForm) == 4
    with freeze_time(now + timedelta(hours=25)):
        client.sign_in(db.scalars(select(SentForm.account_id).limit(1)).one())
        client.csrf = ""
        client.post(place, {**NOTE, "eenmalig": f"ff{uuid4().hex[2:]}"})
    assert number(db, SentForm) == 2


def test_the_key_goes_along_when_the_session_ended_meanwhile(client, city, db, place, coach):
    """The first answer was lost on the way, then the session ended: still one record."""
    sent = {**NOTE, "eenmalig": str(uuid4())}
    client.post(place, sent)
    with client.client.session_transaction(base_url=BASE) as cookie:
        cookie.clear()
    client.csrf = ""
    page = client.post(place, sent)
    assert page.status == 401
    held = {node.attrib["name"]: node.attrib.get("value") for node in fields(page)}
    assert held["bewaard.veld.eenmalig"] == sent["eenmalig"]


def test_fifty_at_once_make_one_record_and_get_the_same_answer(town):
    coach = town.city.coach()
    place = f"/dossier/{town.city.gezin('Gelijktijdig', coach).id}/notities"
    sent = {**NOTE, "datum": town.now.strftime("%d/%m/%Y"), "eenmalig": str(uuid4())}
    browsers = [town.browser(coach.account.id) for _ in range(50)]
    answers = town.at_once([lambda one=one: one.post(place, sent) for one in browsers])
    assert {(answer.status, answer.location) for answer in answers} == {(302, place)}
    assert number(town.db, Notitie) == 1
    assert number(town.db, SentForm) == 1


def test_what_only_asks_is_marked_as_such():
    assert once.only_asks(once.asks(lambda: ""))
    assert not once.only_asks(lambda: "")
