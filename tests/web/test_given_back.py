"""What somebody typed comes back to that person, whatever answer it got, and to nobody else."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask_login import login_user
from freezegun import freeze_time
from sqlalchemy import event, func, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from gezinscoach.accounts import actions
from gezinscoach.accounts.views.common import load_person
from gezinscoach.dossier.tables import Coachperiode
from gezinscoach.kernel import bodies, once, places
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.audit import AuditEvent
from gezinscoach.notities.tables import Notitie
from tests.accounts.proving import give_app
from tests.browser import BASE, session_of
from tests.web.fields import filled, forms

NOTE = {"tekst": "Kort en goed", "contact": "huisbezoek", "niveau": "coach", "datum": "15/10/2026"}
PASSWORD = "zeven groene wandelstokken"


@pytest.fixture
def coach(city):
    return city.coach()


@pytest.fixture
def gezin(city, coach):
    return city.gezin("Gevers", coach)


@pytest.fixture
def code(gezin):
    """What the family is called by, read while the session of the test may see it."""
    return gezin.code


@pytest.fixture
def place(gezin, code):
    return f"/dossier/{gezin.id}/notities"


@pytest.fixture
def writing(client, coach, place):
    """A coach with the page of the notes on the screen, a note typed in its form."""
    client.sign_in(coach.account.id)
    page = client.get(place)
    form = next(form for form in forms(page.tree) if form.find(".//textarea[@name='tekst']") is not None)
    client.note = {
        **filled(form),
        **{name: [value] for name, value in NOTE.items()},
        "knop": ["Notitie bewaren"],
    }
    return client


def texts(page):
    return [node.text.removeprefix("\n") for node in page.tree.iter("textarea")]


def buttons(page):
    return [" ".join(node.itertext()).strip() for node in page.tree.find(".//main").iter("button")]


def full_disk(*args, **kwargs):
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL
    raise OperationalError("insert", {}, full)


@pytest.mark.parametrize(("trouble", "status"), [(full_disk, 507), (lambda *args, **kwargs: 1 / 0, 500)])
def test_what_was_not_kept_is_not_said_to_be(writing, place, monkeypatch, trouble, status):
    """The view said that it was kept; the commit then did not come."""
    with monkeypatch.context() as broken:
        broken.setattr("gezinscoach.kernel.once.keep", trouble)
        page = writing.post(place, writing.note)
    assert page.status == status
    assert "is niet bewaard" in page.words
    assert "De notitie is bewaard." not in page.words
    assert "De notitie is bewaard." not in writing.get(place).words


def test_what_was_said_before_is_still_said_beside_trouble(writing, place, monkeypatch):
    writing.post(place, writing.note)
    with monkeypatch.context() as broken:
        broken.setattr("gezinscoach.kernel.once.keep", full_disk)
        page = writing.post(place, {**writing.note, "eenmalig": str(uuid4())})
    assert page.words.count("De notitie is bewaard.") == 1
    assert "De notitie is bewaard." not in writing.get(place).words


def test_a_short_text_stands_in_sight_as_well(writing, place, monkeypatch):
    monkeypatch.setattr("gezinscoach.kernel.once.keep", full_disk)
    assert texts(writing.post(place, writing.note)) == ["Kort en goed"]


@pytest.mark.parametrize(
    ("name", "value", "prose"),
    [
        ("tekst", "Ja", True),
        ("tekst", " \n", False),
        ("contact", "huisbezoek", False),
        ("contact", "Bel eerst tante Mia", True),
        ("eenmalig", "x" * 99, False),
        ("versie", "x" * 99, False),
        ("bewaard.doel", f"/dossier/{UUID(int=1)}/notities", False),
        ("credential", "x" * 99, False),
        ("naam", "Jan", False),
        ("naam", "een regel die niemand graag nog eens zou typen", True),
    ],
)
def test_prose_is_what_somebody_wrote(app, name, value, prose):
    assert bodies.is_prose(name, value) is prose


def test_who_lost_a_dossier_while_typing_gets_the_text_back(writing, place, city, coach, db):
    for row in db.scalars(select(Coachperiode).where(Coachperiode.gezinscoach_id == coach.row.id)):
        row.tot = city.today - timedelta(days=1)
    db.commit()
    page = writing.post(place, writing.note)
    assert page.status == 404
    assert texts(page) == ["Kort en goed"]
    assert "is niet bewaard" in page.words
    strange = writing.post(place, writing.note, headers={"Sec-Fetch-Site": "same-site"})
    assert strange.status == 404
    assert "Kort en goed" not in strange.text


def ended(browser):
    with browser.client.session_transaction(base_url=BASE) as cookie:
        cookie.clear()


def signed_in_again(browser, page, account):
    """The answer to the whole sign-in of an account, on the page that carries the form along."""
    db = browser.db
    actions.set_password(db, account, PASSWORD)
    give_app(db, account, browser.now)
    db.commit()
    browser.csrf = page.csrf()
    login = filled(next(form for form in forms(page.tree) if form.attrib.get("action") == "/inloggen"))
    page = browser.post("/inloggen", {**login, "email": account.email, "wachtwoord": PASSWORD})
    seen = page.text
    if page.location:
        page = browser.follow(page)
        seen += page.text
    code = actions.new_recovery_codes(db, account, now=browser.now)[0]
    db.commit()
    second = filled(
        next(form for form in forms(page.tree) if form.attrib["action"] == "/inloggen/tweede-stap")
    )
    browser.csrf = page.csrf()
    page = browser.post("/inloggen/tweede-stap", {**second, "code": code})
    return page, seen


@pytest.fixture
def left(writing, place, db, now):
    """The sign-in page that answered the note of a coach whose session had ended."""
    ended(writing)
    writing.db, writing.now = db, now
    page = writing.post(place, writing.note)
    assert page.status == 401
    return page


def test_who_signs_in_again_gets_the_own_text_with_the_button_that_was_pressed(writing, left, coach):
    page, _seen = signed_in_again(writing, left, coach.account)
    assert texts(page) == ["Kort en goed"]
    assert buttons(page) == ["Notitie bewaren"]
    assert "Toch niet" in page.words


def back_link(page):
    [link] = [node for node in page.tree.find(".//main").iter("a") if "".join(node.itertext()) == "Toch niet"]
    return link.attrib["href"]


def facts(page):
    return {
        "".join(node.find("dt").itertext()): "".join(node.find("dd").itertext())
        for node in page.tree.iter("div")
        if node.find("dt") is not None
    }


def test_what_comes_back_says_which_form_and_family_it_is_of_and_not_now_leads_back_to_it(
    writing, left, place, code, coach, db
):
    assert "Gevers" not in left.text, "nobody is signed in yet"
    page, _seen = signed_in_again(writing, left, coach.account)
    gezin_id = UUID(place.split("/")[2])
    assert facts(page) == {"Je koos": "Notitie bewaren", "Gezin": f"Gevers ({code})"}
    assert back_link(page) == place
    looks = select(AuditEvent.groups).where(
        AuditEvent.action == "dossier.read", AuditEvent.scope_id == gezin_id
    )
    assert "F0 F1" in db.scalars(looks).all()


def test_who_lost_the_dossier_meanwhile_is_not_told_whose_it_is(writing, left, city, coach, db):
    for row in db.scalars(select(Coachperiode).where(Coachperiode.gezinscoach_id == coach.row.id)):
        row.tot = city.today - timedelta(days=1)
    db.commit()
    page, seen = signed_in_again(writing, left, coach.account)
    assert facts(page) == {"Je koos": "Notitie bewaren"}
    assert "Gevers" not in seen + page.text


def test_before_a_new_proof_not_now_leads_to_a_page_that_asks_none(client, city, coach, db, now):
    gezin = city.gezin("Gevers", coach)
    give_app(db, coach.account, now)
    db.commit()
    client.sign_in(coach.account.id)
    client.get("/")
    sent = {"adres": "Plek", "contact": "", "knop": "Adres afschermen"}
    path = f"/dossier/{gezin.id}/schuiladres"
    with freeze_time(now + timedelta(minutes=6)):
        page = client.post(path, sent)
        assert (page.status, page.h1) == (401, "Ben jij het nog?")
        assert facts(page) == {"Je koos": "Adres afschermen", "Gezin": f"Gevers ({gezin.code})"}
        assert back_link(page) == f"/dossier/{gezin.id}"
        assert client.get(back_link(page)).status == 200
        asked = client.follow(client.get(path))
        assert back_link(asked) == f"/dossier/{gezin.id}"


@pytest.mark.parametrize(
    ("target", "page"),
    [
        ("/dossier/{gezin}/plan/doel/{gezin}/stap", "/dossier/{gezin}/plan"),
        ("/dossier/{gezin}/schuiladres/lezen", "/dossier/{gezin}"),
        ("/dossier/{gezin}/gegevens?x=1", "/dossier/{gezin}/gegevens?x=1"),
        ("/accounts/{gezin}/uitnodiging", "/"),
        ("/bestaat-niet", "/"),
        ("", "/"),
    ],
)
def test_the_page_of_a_form_is_the_nearest_that_opens(app, city, coach, target, page):
    gezin = str(uuid4())
    with app.test_request_context():
        login_user(load_person(session_of(coach.account.id)))
        assert places.page_of(target.format(gezin=gezin)) == page.format(gezin=gezin)


def test_who_signs_in_as_another_gets_nothing_of_it(writing, left, city):
    page, seen = signed_in_again(writing, left, city.account(Rol.AANMELDPUNT))
    shown = seen + page.text + writing.follow(page).text
    assert "Kort en goed" not in shown
    assert "Dit formulier stond open voor een ander account" in shown


def test_a_form_of_another_account_is_not_sent_by_this_one(app, writing, place, city, db):
    """Somebody else signed in on the same screen, in another window."""
    writing.sign_in(city.coach("Ander").account.id)
    page = writing.post(place, writing.note)
    assert page.status == 404
    assert "Kort en goed" not in page.text
    gezin = city.gezin("Ander gezin", other := city.coach("Nog een"))
    writing.sign_in(other.account.id)
    page = writing.post(f"/dossier/{gezin.id}/notities", {**writing.note, "csrf_token": "oud"})
    assert page.status == 400
    assert "Dit formulier stond open voor een ander account" in page.words
    assert "Kort en goed" not in page.text
    assert db.scalar(select(func.count()).select_from(Notitie)) == 0


def test_a_token_of_another_session_is_told_as_what_it_is(writing, place):
    page = writing.post(place, {**writing.note, "csrf_token": "oud"})
    assert page.status == 400
    assert "Dit formulier was niet meer geldig" in page.words
    assert "uitgelogd" not in page.words
    assert buttons(page) == ["Notitie bewaren"]


def test_a_key_says_to_whom_a_form_was_shown(app):
    one, other = uuid4(), uuid4()
    for _ in range(50):
        key = once.new_key(one)
        assert once.is_of(key, one)
        assert not once.is_of(key, other)
    assert len({once.new_key(one) for _ in range(50)}) == 50
    assert once.is_of(once.new_key(), other)
    assert once.is_of("onzin", other)


def test_a_file_of_ours_asks_nothing_of_the_database(app, client, coach):
    client.sign_in(coach.account.id)
    asked = []

    def note(connection, cursor, statement, *rest):
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        answers = [client.client.get(f"/static/{name}", base_url=BASE) for name in ("theme.css", "icon.svg")]
        _read = [answer.get_data() and answer.close() for answer in answers]
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert [answer.status_code for answer in answers] == [200, 200]
    assert asked == []
    assert answers[0].headers["Content-Security-Policy"]


def test_two_at_once_of_something_slow_get_the_same_answer(town):
    """What is slow begins a new transaction after it: the one that comes second then learns of the first."""
    coach = town.city.coach()
    browsers = [town.browser(coach.account.id) for _ in range(2)]
    browsers[1].cookie(browsers[0].cookie())
    sent = {"wachtwoord": PASSWORD, "wachtwoord_opnieuw": PASSWORD, "eenmalig": str(uuid4())}
    pages = [one.get("/mijn-account/wachtwoord") for one in browsers]
    assert {page.status for page in pages} == {200}
    answers = town.at_once([lambda one=one: one.post("/mijn-account/wachtwoord", sent) for one in browsers])
    assert [(answer.status, answer.location) for answer in answers] == [(302, "/mijn-account")] * 2
    assert sum("Set-Cookie" in answer.headers for answer in answers) == 1, "the other would end this session"
    assert town.db.scalar(select(func.count()).select_from(once.SentForm)) == 1
