"""What the pages of signing in say, where it once was not true."""

from __future__ import annotations

from datetime import timedelta

import pytest
from freezegun import freeze_time

from gezinscoach.accounts import actions
from gezinscoach.accounts.rules.factors import Factor
from gezinscoach.kernel.access import Rol
from tests.accounts.proving import CODES, Device, asked, give_app
from tests.browser import Browser

PASSWORD = "vier groene fietsen zingen"
STEP = "/inloggen/tweede-stap"


@pytest.fixture
def cora(city, db, now):
    account = city.account(Rol.COORDINATOR, "Cora Dinator")
    actions.set_password(db, account, PASSWORD)
    db.commit()
    return account


def half(app, account):
    client = Browser(app)
    client.get("/inloggen")
    client.post("/inloggen", {"email": account.email, "wachtwoord": PASSWORD})
    return client


def test_a_wrong_password_in_the_demo_speaks_of_no_address(app, city, db, cora, now, monkeypatch):
    monkeypatch.setattr("gezinscoach.accounts.rules.second_factor_needed", lambda **asked: False)
    client = Browser(app)
    client.cookie(actions.open_session(db, cora, factor=Factor.GEEN, now=now))
    db.commit()
    assert "Wachtwoord" in client.get("/bevestigen").words
    page = client.post("/bevestigen", {"wachtwoord": "fout"})
    assert page.status == 422
    assert "Dit wachtwoord klopt niet. Probeer opnieuw." in page.words
    assert "e-mailadres" not in page.words


def test_without_an_app_a_recovery_code_is_asked_and_with_it_what_is_left_is_said(app, db, cora, now):
    client = half(app, cora)
    options, sent = asked(client.get("/inloggen/instellen"))
    client.post("/inloggen/instellen", {**sent, "credential": Device().make(options), "naam": "Laptop"})
    CODES[cora.id] = list(actions.new_recovery_codes(db, cora, now=now))
    db.commit()
    client = half(app, cora)
    page = client.get(STEP)
    assert "Herstelcode" in page.words
    assert "Code uit je app" not in page.words
    done = client.follow(client.post(STEP, {"code": CODES[cora.id].pop()}))
    assert "Je hebt nog 9 herstelcodes. Is je toestel kwijt? Voeg een nieuw toe" in done.words


def test_with_an_app_its_code_is_asked_and_on_the_telephone_it_opens_by_a_link(app, db, cora, now):
    client = half(app, cora)
    client.get("/inloggen/instellen")
    page = client.follow(client.post("/inloggen/instellen/app", {"begin": "ja"}))
    assert any(link.startswith("otpauth://totp/") for link in page.links())
    give_app(db, cora, now)
    assert "Code uit je app" in half(app, cora).get(STEP).words


def test_who_has_no_recovery_codes_is_told_so_and_not_that_there_are_none_to_lose(client, cora):
    client.sign_in(cora.id)
    page = client.get("/mijn-account")
    assert "Je hebt geen herstelcodes." in page.words
    assert "waardeloos" not in page.words


def test_a_new_account_begins_without_a_role(client, city):
    client.sign_in(city.account(Rol.BEHEERDER).id)
    page = client.get("/accounts/nieuw")
    assert "Organisatie (niet verplicht)" not in page.words
    sent = {"naam": "Nora", "email": "nora@test.example", "rol": "", "organisatie": "", "tot": ""}
    assert client.post("/accounts/nieuw", sent).status == 422


def test_who_is_out_because_a_role_changed_is_told_why_and_nobody_else(app, city, db, cora, now):
    give_app(db, cora, now)
    client = half(app, cora)
    client.get(STEP)
    client.post(STEP, {"code": CODES[cora.id].pop()})
    with freeze_time(now + timedelta(minutes=5)) as clock:
        actions.end_sessions(db, cora.id)
        db.commit()
        assert "Je rol veranderde" not in client.get("/inloggen").words
        actions.give_role(db, city.actor, cora, Rol.AANMELDPUNT, now=now + timedelta(minutes=5))
        db.commit()
        clock.tick()
        assert "Je rol veranderde: log opnieuw in." in client.follow(client.get("/cijfers")).words
        assert "Je rol veranderde" not in Browser(app).get("/inloggen").words
