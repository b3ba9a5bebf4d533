"""The lerend netwerk and the signals as people meet them."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from gezinscoach.accounts import actions as accounts
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.audit import AuditEvent
from gezinscoach.netwerk import actions, queries
from gezinscoach.netwerk.rules import Aanwezig, Signaalstand
from tests.counting import statements

DAY = date(2026, 9, 15)


@pytest.fixture
def coordinator(city, client):
    account = city.account(Rol.COORDINATOR, "Cora Dinator")
    client.sign_in(account.id)
    return account


def test_the_coordinator_plans_a_meeting_and_a_second_on_that_day_is_refused_at_the_field(
    client, coordinator
):
    typed = {"datum": "15/9/2026", "thema": "Schulden"}
    page = client.post("/netwerk/nieuw", typed)
    assert "Schulden" in client.follow(page).words
    again = client.post("/netwerk/nieuw", typed)
    assert again.status == 422
    assert "staat al een bijeenkomst" in again.words
    assert "Schulden" in again.text


def test_the_coordinator_notes_in_one_form_who_was_there(client, coordinator, city, db, now):
    here, away, gone = city.coach("Ann Hier"), city.coach("Bob Weg"), city.coach("Cis Gestopt")
    gone.row.gestopt_op = date(2026, 6, 30)
    meeting = actions.hold(db, city.actor, datum=DAY, now=now)
    db.commit()
    page = client.get(f"/netwerk/{meeting.id}")
    assert "Ann Hier" in page.words
    assert "Cis Gestopt" not in page.words
    typed = {str(here.row.id): "aanwezig", str(away.row.id): "verontschuldigd"}
    assert "1 van 2 aanwezig" in client.follow(client.post(f"/netwerk/{meeting.id}", typed)).words
    db.expire_all()
    assert queries.standen(db, meeting.id)[away.row.id] is Aanwezig.VERONTSCHULDIGD
    checked = [
        node.attrib["value"]
        for node in client.get(f"/netwerk/{meeting.id}").tree.iter("input")
        if "checked" in node.attrib
    ]
    assert checked == ["aanwezig", "verontschuldigd"]


def test_whoever_is_left_open_stays_open_and_other_words_are_refused(client, coordinator, city, db, now):
    ann, bob = city.coach("Ann"), city.coach("Bob")
    meeting = actions.hold(db, city.actor, datum=DAY, now=now)
    db.commit()
    assert client.post(f"/netwerk/{meeting.id}", {str(ann.row.id): "misschien"}).status == 422
    assert client.post(f"/netwerk/{meeting.id}", {str(ann.row.id): "afwezig"}).status == 302
    assert bob.row.id not in queries.standen(db, meeting.id)
    assert "0 aanwezig, van 1 gezinscoach nog te noteren" in client.get("/netwerk").words


def test_half_noted_says_how_many_coaches_active_on_that_day_are_left(client, coordinator, city, db, now):
    here, gone, late = city.coach("Ann"), city.coach("Cis Gestopt"), city.coach("Later")
    for number in range(3):
        city.coach(f"Coach {number}")
    gone.row.gestopt_op = date(2026, 6, 30)
    late.row.gestart_op = date(2026, 10, 1)
    meeting = actions.hold(db, city.actor, datum=DAY, now=now)
    db.commit()
    assert "aanwezigheid nog te noteren" in client.get("/netwerk").words
    actions.mark(db, city.actor, meeting, {here.row.id: Aanwezig.AANWEZIG}, now=now)
    db.commit()
    assert "1 aanwezig, van 3 gezinscoaches nog te noteren" in client.get("/netwerk").words
    assert queries.unmarked(db, city.actor, date(2026, 1, 1), DAY) == [(DAY, 3)]
    assert queries.unmarked(db, city.actor, date(2026, 1, 1), date(2026, 9, 14)) == []


def test_a_meeting_to_come_asks_for_no_presence_and_takes_none(client, coordinator, city, db, now):
    ann = city.coach("Ann")
    meeting = actions.hold(db, city.actor, datum=date(2026, 12, 1), now=now)
    db.commit()
    assert "moet nog komen" in client.get(f"/netwerk/{meeting.id}").words
    assert client.post(f"/netwerk/{meeting.id}", {str(ann.row.id): "aanwezig"}).status == 409
    cancel = f"/netwerk/{meeting.id}/schrappen"
    assert cancel in client.get(f"/netwerk/{meeting.id}").links()
    asked = client.get(cancel)
    assert "niet terugdraaien" in asked.words
    assert f"/netwerk/{meeting.id}" in asked.links()
    assert "1 december" in client.get("/netwerk").words
    assert "geschrapt" in client.follow(client.post(cancel)).words


def test_a_coach_sees_the_own_presence_and_nothing_of_others(client, city, db, now):
    ann, bob = city.coach("Ann"), city.coach("Bob")
    meeting = actions.hold(db, city.actor, datum=DAY, now=now)
    actions.mark(
        db,
        city.actor,
        meeting,
        {ann.row.id: Aanwezig.VERONTSCHULDIGD, bob.row.id: Aanwezig.AANWEZIG},
        now=now,
    )
    db.commit()
    client.sign_in(ann.account.id)
    words = client.get("/netwerk").words
    assert "verontschuldigd" in words
    assert "1 van 2" not in words
    assert client.get(f"/netwerk/{meeting.id}").status == 404


def test_a_meeting_of_another_werking_is_not_there(client, coordinator, db, now):
    elsewhere = accounts.add_werking(db, naam="Elders", gemeente="Elders", postcodes=("1000",), now=now)
    meeting = actions.hold(db, elsewhere, datum=DAY, now=now)
    signal = actions.signal(db, elsewhere, domein="wonen", tekst="Van elders", now=now)
    db.commit()
    assert client.get(f"/netwerk/{meeting.id}").status == 404
    assert client.post(f"/signalen/{signal.id}/bundle").status == 404
    assert "Van elders" not in client.get("/signalen").text


def test_a_coach_gives_a_signal_and_the_coordinator_takes_it_further(client, city):
    coach = city.coach("Ann Signaal")
    client.sign_in(coach.account.id)
    assert "Schrijf geen namen" in client.get("/signalen/nieuw").words
    assert client.post("/signalen/nieuw", {"domein": "wonen", "tekst": ""}).status == 422
    page = client.post("/signalen/nieuw", {"domein": "huisvesting", "tekst": "Zes jaar wachten"})
    assert "Wonen: Huisvesting" in client.follow(page).words
    client.sign_in(city.account(Rol.COORDINATOR).id)
    listed = client.get("/signalen")
    assert "Ann Signaal" in listed.words
    step = next(action for action in listed.actions() if action.endswith("/bundle"))
    assert "gebundeld" in client.follow(client.post(step)).words
    assert client.post(step).status == 409
    assert "Zes jaar" not in client.get("/signalen?stand=nieuw").words


def test_a_coach_does_not_read_the_signals_of_others(client, city, db, now):
    actions.signal(db, city.coach("Ann").actor, domein="werk", tekst="Geheim van Ann", now=now)
    db.commit()
    client.sign_in(city.coach("Bob").account.id)
    assert "Geheim van Ann" not in client.get("/signalen").text


def test_the_pages_ask_as_many_questions_for_two_meetings_as_for_twelve(client, coordinator, city, db, now):
    def grow(first, last):
        for month in range(first, last):
            meeting = actions.hold(db, city.actor, datum=date(2026, month, 1), thema="Iets", now=now)
            coach = city.coach(f"Coach {month}")
            actions.mark(db, city.actor, meeting, {coach.row.id: Aanwezig.AANWEZIG}, now=now)
            actions.signal(db, coach.actor, domein="werk", tekst="Iets", now=now)
        db.commit()
        return meeting

    def asked(path):
        with statements() as sent:
            assert client.get(path).status == 200
        return len(sent)

    meeting = grow(1, 3)
    paths = ("/netwerk", "/signalen", f"/netwerk/{meeting.id}")
    few = [asked(path) for path in paths]
    grow(3, 11)
    assert [asked(path) for path in paths] == few


def test_the_last_step_of_a_signal_asks_first_and_an_unknown_one_is_refused(
    client, coordinator, city, db, now
):
    row = actions.signal(db, city.actor, domein="werk", tekst="Iets", now=now)
    actions.take_step(db, city.actor, row, "bundle", now=now)
    db.commit()
    last = f"/signalen/{row.id}/answer"
    assert client.get(last).status == 409
    assert client.get(f"/signalen/{row.id}/send").location == "/signalen"
    assert f"/signalen/{row.id}/send" in client.get("/signalen").actions()
    client.post(f"/signalen/{row.id}/send")
    listed = client.get("/signalen")
    assert last in listed.links()
    assert last not in listed.actions()
    asked = client.get(last)
    assert "niet meer verder of terug" in asked.words
    assert "Nog niet" in asked.words
    db.refresh(row)
    assert row.stand is Signaalstand.OVERGEMAAKT
    assert "beantwoord" in client.follow(client.post(last)).words


def test_reading_the_signals_leaves_one_look(client, coordinator, city, db, now):
    for number in range(3):
        actions.signal(db, city.coach(f"Ann {number}").actor, domein="werk", tekst="Lang wachten", now=now)
    db.commit()
    assert "Lang wachten" in client.get("/signalen").words
    look = select(AuditEvent.account_id, AuditEvent.groups).where(AuditEvent.action == "signaal.list")
    assert db.execute(look).all() == [(coordinator.id, "F3")]
