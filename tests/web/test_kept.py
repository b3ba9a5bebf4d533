"""No form of the site loses what was typed, whatever happened to session, token or machine."""

from __future__ import annotations

import io
import sqlite3
from datetime import timedelta

import pytest
from freezegun import freeze_time
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from gezinscoach.accounts import actions
from gezinscoach.accounts.tables import Account, Gezinscoach
from gezinscoach.kernel.access import Rol
from gezinscoach.notities.tables import Notitie
from tests.accounts.proving import give_app
from tests.architecture.posts import KINDS
from tests.browser import Browser
from tests.web.fields import filled, forms, texts
from tests.web.reach import reach

PASSWORD = "zeven groene wandelstokken"
CANARY = "Kanarie die niemand nog eens wil typen"
LONG = f"{CANARY} " * 800
"""Over 30,000 characters."""


@pytest.fixture
def person(city, db, rows):
    """Makes somebody in a role, who knows the password; the gezinscoach is the one of the family."""

    def make(rol):
        account = city.account(rol)
        if rol is Rol.GEZINSCOACH:
            account = db.get(Account, db.get(Gezinscoach, rows["gezinscoach_id"]).account_id)
        actions.set_password(db, account, PASSWORD)
        db.commit()
        return account

    return make


def typed(found):
    sent = filled(found.form)
    for name in texts(found.form):
        sent[name] = [CANARY if name != "tekst" else LONG]
    return sent


def of(page, target):
    """The form of a page that goes to this address."""
    return next(form for form in forms(page.tree) if form.attrib.get("action") == target)


def own(sent):
    return {
        name: values
        for name, values in sent.items()
        if name != "csrf_token" and not name.startswith("wachtwoord")
    }


def saved_or_shown(browser, found, sent):
    """What the second click gives: it was kept, or the form stands there again with every word."""
    page = browser.post(found.target, sent)
    if page.status == 404:
        return browser.get(found.page).status == 404  # an earlier form of this round ended what it was about
    assert page.status in (200, 201, 302, 409, 422), page.status
    if page.status in (409, 422) and any(CANARY in value for values in sent.values() for value in values):
        assert CANARY in page.text
    return True


@pytest.mark.parametrize("rol", Rol)
def test_every_form_outlives_its_session(app, db, person, rol, now):
    account = person(rol)
    give_app(db, account, now)
    tried = set()
    for found in list(reach(app, Browser(app).sign_in(account.id))):
        if KINDS[found.endpoint] == "open" or found.endpoint == "accounts.sign_out":
            continue
        sent, later = typed(found), Browser(app)
        page = later.post(found.target, sent)
        assert page.status == 401, found
        login = filled(of(page, "/inloggen"))
        assert login["bewaard.doel"] == [found.target]
        later.csrf = page.csrf()
        page = later.post("/inloggen", {**login, "email": account.email, "wachtwoord": PASSWORD})
        second = filled(of(page, "/inloggen/tweede-stap"))
        later.csrf = page.csrf()
        code = actions.new_recovery_codes(db, account, now=now)[0]  # some form makes the earlier ones void
        db.commit()
        page = later.post("/inloggen/tweede-stap", {**second, "code": code})
        assert page.h1 == "Je tekst is er nog", found
        again = filled(forms(page.tree)[0])
        assert own(again) == {name: crlf(values) for name, values in own(sent).items()}, found
        later.csrf = page.csrf()
        assert saved_or_shown(later, found, again), found
        tried.add(found.endpoint)
    assert tried or rol in (Rol.BONDGENOOT, Rol.DESKUNDIGE, Rol.ORGANISATIEVERANTWOORDELIJKE)


def crlf(values):
    return [value.replace("\r\n", "\n") for value in values]


@pytest.mark.parametrize("token", ["", "van-een-andere-sessie"])
@pytest.mark.parametrize("rol", [Rol.GEZINSCOACH, Rol.AANMELDPUNT, Rol.COORDINATOR, Rol.BEHEERDER])
def test_every_form_outlives_a_wrong_token(app, person, rol, token):
    account = person(rol)
    for found in list(reach(app, Browser(app).sign_in(account.id))):
        if KINDS[found.endpoint] == "open" or found.endpoint == "accounts.sign_out":
            continue
        browser, sent = Browser(app).sign_in(account.id), typed(found)
        page = browser.post(found.target, {**sent, "csrf_token": token})
        assert (page.status, page.h1) == (400, "Je tekst is er nog"), found
        again = filled(forms(page.tree)[0])
        assert own(again) == own(sent)
        browser.csrf = page.csrf()
        assert saved_or_shown(browser, found, again), found


@pytest.fixture
def writer(city, client):
    coach = city.coach()
    client.sign_in(coach.account.id)
    client.get("/")
    client.place = f"/dossier/{city.gezin('Bewaarders', coach).id}/notities"
    client.note = {"tekst": CANARY * 2, "contact": "huisbezoek", "niveau": "coach", "datum": "15/10/2026"}
    return client


def number(db):
    found = db.scalar(select(func.count()).select_from(Notitie))
    db.rollback()
    return found


def sent_again(page, client):
    """The one form on a page of trouble, sent as it stands."""
    again = filled(forms(page.tree)[0])
    return client.post(client.place, again)


def test_a_crash_gives_the_text_back_and_one_click_keeps_it_once(app, writer, db, monkeypatch):
    view = app.view_functions["notities.write"]

    def crash(**values):
        view(**values)
        raise RuntimeError("geheim")

    crash.door = view.door
    with monkeypatch.context() as broken:
        broken.setitem(app.view_functions, "notities.write", crash)
        page = writer.post(writer.place, writer.note)
    assert (page.status, page.h1) == (500, "Er ging iets mis bij ons")
    assert CANARY in page.text
    assert number(db) == 0
    assert sent_again(page, writer).status == 302
    assert number(db) == 1


def test_a_crash_gives_nothing_back_of_a_form_from_elsewhere(app, writer, monkeypatch):
    def crash(**values):
        raise RuntimeError

    crash.door = app.view_functions["notities.write"].door
    monkeypatch.setitem(app.view_functions, "notities.write", crash)
    page = writer.post(writer.place, writer.note, headers={"Sec-Fetch-Site": "same-site"})
    assert page.status in (400, 500)
    assert CANARY not in page.text


@pytest.mark.parametrize("where", ["in the view", "at the commit"])
def test_a_full_disk_is_named_gives_the_text_back_and_keeps_nothing_half(app, writer, db, monkeypatch, where):
    """By the error that both engines give; what SQLite itself does is told below."""
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL

    def stop(*args, **kwargs):
        raise OperationalError("insert", {}, full)

    target = (
        "gezinscoach.notities.actions.write" if where == "in the view" else "gezinscoach.kernel.once.keep"
    )
    with monkeypatch.context() as broken:
        broken.setattr(target, stop)
        page = writer.post(writer.place, writer.note)
    assert (page.status, page.h1) == (507, "Er is geen plaats meer op de server")
    assert "Verwittig de beheerder" in page.words
    assert CANARY in page.text
    assert number(db) == 0
    assert sent_again(page, writer).status == 302


def test_when_sqlite_has_no_room_reads_go_on_and_nothing_is_half_there(town_on_sqlite):
    town = town_on_sqlite  # PostgreSQL has no such limit to set
    from gezinscoach.kernel.database import db as database

    coach = town.city.coach()
    place = f"/dossier/{town.city.gezin('Vol', coach).id}/notities"
    beheerder = town.city.account(Rol.BEHEERDER)
    browser, reader = town.browser(coach.account.id), town.browser(beheerder.id)
    note = {"contact": "huisbezoek", "niveau": "coach", "datum": town.now.strftime("%d/%m/%Y")}
    town.db.rollback()
    engine, kept = database.engine, 0
    engine.dispose()

    def limit(connection, record):
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages + 3}")

    from sqlalchemy import event

    event.listen(engine, "connect", limit)
    try:
        for _ in range(12):
            page = browser.post(place, {**note, "tekst": LONG[:15_000]})
            if page.status != 302:
                break
            kept += 1
        assert (page.status, page.h1) == (507, "Er is geen plaats meer op de server")
        assert CANARY in page.text
        assert reader.get("/accounts").status == 200
        assert reader.get("/instellingen").status == 200
    finally:
        event.remove(engine, "connect", limit)
        town.db.rollback()
        engine.dispose()
    assert sent_again_at(page, browser, place).status == 302
    assert number(town.db) == kept + 1
    assert town.db.scalar(text("select count(*) from sent_form")) == kept + 1


def sent_again_at(page, browser, place):
    return browser.post(place, filled(forms(page.tree)[0]))


def test_when_the_clock_jumped_back_reads_go_on_and_nothing_gets_a_wrong_day(writer, db, now):
    with freeze_time(now + timedelta(minutes=20)):
        assert writer.get(writer.place).status == 200
    with freeze_time(now + timedelta(minutes=17)):
        assert writer.post(writer.place, {**writer.note, "tekst": ""}).status == 422, (
            "a small step is no jump"
        )
    with freeze_time(now + timedelta(minutes=10)):
        assert writer.get(writer.place).status == 200
        page = writer.post(writer.place, writer.note)
        assert page.status == 503
        assert "De klok van de server staat verkeerd" in page.words
        assert "Vraag de beheerder" in page.words
        assert CANARY in page.text
        assert number(db) == 0
    with freeze_time(now + timedelta(minutes=21)):
        assert sent_again(page, writer).status == 302


def test_a_clock_before_the_session_itself_asks_to_sign_in_and_keeps_the_text(writer, db, now):
    with freeze_time(now - timedelta(hours=3)):
        page = writer.post(writer.place, writer.note)
        assert (page.status, page.h1) == (401, "Inloggen")
        assert CANARY in page.text
    assert number(db) == 0


def test_before_the_last_event_who_signs_in_anew_can_work(writer, db, now, city):
    """The trace has an order of its own: a clock that was wrong for an hour stops nobody for an hour."""
    writer.post(writer.place, writer.note)
    with freeze_time(now - timedelta(hours=1)):
        other = city.account(Rol.BEHEERDER)
        writer.sign_in(other.id)
        writer.csrf = ""
        assert writer.get("/accounts").status == 200
        assert writer.post("/organisaties/nieuw", {"naam": "Huis", "soort": ""}).status == 302


def test_a_file_has_to_be_chosen_again_and_that_is_said(client, city):
    client.sign_in(city.account(Rol.IMPORTEUR).id)
    client.get("/werkmap")
    sent = {"peildag": "15/10/2026", "bestand": (io.BytesIO(b"inhoud"), "werkmap.xlsx")}
    page = client.post("/werkmap", {**sent, "csrf_token": "oud"}, content_type="multipart/form-data")
    assert (page.status, page.h1) == (400, "Je tekst is er nog")
    assert "Het bestand moet je daarna opnieuw kiezen." in page.words
    page = client.post("/werkmap", filled(forms(page.tree)[0]))
    assert page.status == 422
    assert "Kies eerst een bestand." in page.words
