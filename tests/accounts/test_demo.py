"""The demo city is entered by a role, and no other database is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from freezegun import freeze_time
from sqlalchemy import select, update

from gezinscoach.accounts import actions, queries
from gezinscoach.accounts.tables import Account, Werking
from gezinscoach.kernel.access import FRESH, Rol
from tests.accounts.proving import carried


@pytest.fixture
def served_as_demo(app, monkeypatch):
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], demo=True))


@pytest.fixture
def demo_city(city, db):
    db.execute(update(Werking).values(demo=True))
    account = city.account(Rol.COORDINATOR)
    db.commit()
    return account


def enter(client, rol="coordinator"):
    return client.post("/inloggen/demo", {"rol": rol})


def test_in_the_demo_city_a_button_opens_a_session_in_a_role(client, demo_city, served_as_demo):
    page = client.get("/inloggen")
    assert "Kijk als coördinator" in page.words
    assert "E-mailadres" in page.words, "the form stays"
    assert "Kijk als beheerder" not in page.words, "nobody is one here"
    entered = enter(client)
    assert entered.status == 302
    assert client.follow(entered).status == 200


@pytest.mark.parametrize("rol", ["beheerder", "koning", ""])
def test_a_role_that_nobody_holds_opens_nothing(client, demo_city, served_as_demo, rol):
    client.get("/inloggen")
    assert enter(client, rol).status == 404


def test_a_database_that_is_no_demo_has_no_buttons_even_when_served_as_one(client, city, served_as_demo):
    city.account(Rol.COORDINATOR)
    assert "Kijk" not in client.get("/inloggen").words
    assert enter(client).status == 404


def test_a_demo_database_that_is_served_for_real_has_no_buttons(client, demo_city):
    assert "Kijk" not in client.get("/inloggen").words
    assert enter(client).status == 404


def test_one_real_werking_beside_the_demo_city_closes_the_buttons(client, db, demo_city, now, served_as_demo):
    actions.add_werking(db, naam="Echt", gemeente="Echt", postcodes=("1000",), now=now)
    db.commit()
    assert "Kijk" not in client.get("/inloggen").words
    assert enter(client).status == 404


def test_an_account_that_was_shut_is_no_demo_login(client, db, demo_city, served_as_demo):
    db.get(Account, demo_city.id).active = False
    db.commit()
    client.get("/inloggen")
    assert enter(client).status == 404


def test_the_longest_holder_of_a_role_stands_for_it(client, city, db, demo_city, now):
    city.account(Rol.COORDINATOR)
    other = city.account(Rol.FUNCTIONARIS)
    actions.give_role(db, city.actor, other, Rol.COORDINATOR, now=now)
    assert queries.demo_logins(db, now)[Rol.COORDINATOR] in db.scalars(select(Account.id)).all()
    assert queries.demo_logins(db, now)[Rol.COORDINATOR] != other.id


def test_the_buttons_need_a_form_of_our_own(client, demo_city, served_as_demo):
    client.get("/inloggen")
    client.csrf = "vals"
    assert enter(client).status == 401
    assert client.get("/").status == 302, "nobody is signed in"


LATER = FRESH + timedelta(seconds=1)


@pytest.fixture
def later(client, demo_city, served_as_demo, now):
    """The browser of a visitor who came in by the button of a role, six minutes later."""
    client.get("/inloggen")
    enter(client)
    with freeze_time(now + LATER):
        yield client


def test_a_visitor_of_the_demo_confirms_with_one_button(later):
    page = later.follow(later.get("/mijn-account/wachtwoord"))
    assert "Ja, ik ben het" in page.words
    assert "Wachtwoord" not in page.words
    done = later.post("/bevestigen", {"verder": "/mijn-account/wachtwoord"})
    assert done.location == "/mijn-account/wachtwoord"
    assert later.follow(done).status == 200


def test_what_a_visitor_typed_is_kept_while_confirming(later):
    later.get("/mijn-account")
    page = later.post("/mijn-account/wachtwoord", {"wat": "Lang getypt"})
    assert (page.status, page.h1) == (401, "Ben jij het nog?")
    again = later.post("/bevestigen", carried(page))
    assert again.h1 == "Bedankt, ga verder"
    assert "Lang getypt" in again.text


def test_beside_a_real_werking_a_password_is_asked_and_a_button_confirms_nothing(later, db, now):
    actions.add_werking(db, naam="Echt", gemeente="Echt", postcodes=("1000",), now=now)
    db.commit()
    page = later.get("/bevestigen")
    assert "Ja, ik ben het" not in page.words
    assert "Wachtwoord" in page.words
    assert later.post("/bevestigen").status == 422
    assert later.get("/mijn-account/wachtwoord").status == 302


def test_a_demo_database_that_is_served_for_real_confirms_nothing_by_a_button(later, app, monkeypatch):
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], demo=False))
    assert later.post("/bevestigen").status == 401
    assert later.get("/mijn-account/wachtwoord").status == 302


def test_who_came_into_the_demo_with_a_passkey_is_asked_for_it_still(client, demo_city, served_as_demo, now):
    client.sign_in(demo_city.id)
    with freeze_time(now + LATER):
        assert "Ja, ik ben het" not in client.get("/bevestigen").words
        assert client.post("/bevestigen").status == 422
