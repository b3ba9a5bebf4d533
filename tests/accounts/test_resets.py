"""Choosing a password anew: only the person does, and the second factor stays needed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from freezegun import freeze_time
from sqlalchemy import delete

from gezinscoach.accounts import actions, queries, rules
from gezinscoach.accounts.actions import factors
from gezinscoach.accounts.tables import CodeApp, RecoveryCode
from gezinscoach.kernel.access import Rol
from tests.accounts.proving import CODES, give_app
from tests.browser import BASE, Browser

OLD, NEW = "vier groene fietsen zingen", "zeven rode bomen wandelen"


@pytest.fixture
def beheerder(city):
    return city.account(Rol.BEHEERDER, "Bea Heer")


@pytest.fixture
def coach(city, db):
    account = city.coach("Cato Coach").account
    actions.set_password(db, account, OLD)
    db.commit()
    return account


@pytest.fixture
def with_factor(db, coach, now):
    """Gives the coach an app with codes; asks whether it is still there."""
    give_app(db, coach, now)
    db.commit()
    return lambda: queries.has_second_factor(db, coach.id)


def link(page):
    return next(word for word in page.words.split() if "/uitnodiging/" in word).removeprefix(BASE)


def signs_in(app, account, password):
    browser = Browser(app)
    browser.get("/inloggen")
    return browser, browser.post("/inloggen", {"email": account.email, "wachtwoord": password})


def takes_the_second_step(browser, account):
    step = "/inloggen/tweede-stap"
    browser.get(step)
    return browser.follow(browser.post(step, {"code": CODES[account.id].pop()}))


def chooses(app, path, password=NEW, **more):
    browser = Browser(app)
    browser.get(path)
    return browser.post(path, {"wachtwoord": password, "wachtwoord_opnieuw": password, **more}).status


def test_a_beheerder_starts_a_reset_only_where_a_second_factor_stays_needed(
    client, db, beheerder, coach, with_factor
):
    client.sign_in(beheerder.id)
    path = f"/accounts/{coach.id}/uitnodiging"
    assert path in client.get(f"/accounts/{coach.id}").actions()
    assert client.post(path).status == 201
    factors.forget_factors(db, coach)
    db.commit()
    assert path not in client.get(f"/accounts/{coach.id}").actions()
    assert client.post(path).status == 409


def test_the_old_password_works_until_the_link_is_used_and_then_the_person_is_told_once(
    app, client, beheerder, coach, with_factor, now
):
    client.sign_in(beheerder.id)
    path = link(client.post(f"/accounts/{coach.id}/uitnodiging"))
    assert signs_in(app, coach, OLD)[1].status == 302
    assert chooses(app, path) == 302
    assert signs_in(app, coach, OLD)[1].status == 422
    with freeze_time(now + timedelta(minutes=5)):
        browser, page = signs_in(app, coach, NEW)
        said = "Je wachtwoord werd opnieuw gekozen op 15 oktober 2026 om 11:00."
        assert said not in browser.follow(page).words, "first the second step"
        assert said in takes_the_second_step(browser, coach).words
        browser, page = signs_in(app, coach, NEW)
        assert "opnieuw gekozen" not in takes_the_second_step(browser, coach).words
    assert with_factor()


def test_who_chooses_a_first_password_is_told_nothing(app, city, db, now):
    account, token = actions.add_account(db, city.actor, email="n@test.example", naam="Nora", now=now)
    db.commit()
    assert chooses(app, f"/uitnodiging/{token}") == 302
    give_app(db, account, now)
    browser, _page = signs_in(app, account, NEW)
    assert "opnieuw gekozen" not in takes_the_second_step(browser, account).words


def test_a_new_link_ends_the_one_before_and_each_lasts_three_days(app, city, db, now):
    account, first = actions.add_account(db, city.actor, email="n@test.example", naam="Nora", now=now)
    second = actions.invite_anew(db, city.actor, account, now=now)
    db.commit()
    assert chooses(app, f"/uitnodiging/{first}") == 409
    with freeze_time(now + rules.INVITATION):
        assert chooses(app, f"/uitnodiging/{second}") == 409
    with freeze_time(now + rules.INVITATION - timedelta(seconds=1)):
        assert chooses(app, f"/uitnodiging/{second}") == 302


@pytest.fixture
def lost(app, city, beheerder, coach, with_factor):
    """A lost second factor, asked by one and confirmed by another: the browsers of both, and the link."""
    asker, confirmer = Browser(app).sign_in(beheerder.id), Browser(app)
    ask = f"/accounts/{coach.id}/tweede-stap"
    assert ask in asker.get(f"/accounts/{coach.id}").links()
    assert "zelf zegt" in asker.get(ask).words
    answer = asker.follow(asker.post(ask))
    assert "/uitnodiging/" not in answer.told, "who asked never sees the link"
    confirmer.sign_in(city.account(Rol.FUNCTIONARIS, "Fons Tweede").id)
    listed = confirmer.get("/bevestigingen")
    [path] = [one for one in listed.links() if one.startswith("/bevestigingen/")]
    page = confirmer.get(path)
    assert "Is de tweede stap echt verloren? Bevestig je, dan krijg jij een link" in page.words
    shown = confirmer.post(path, {"besluit": "bevestigen"})
    assert shown.status == 201
    assert not any(code_of(one) for one in (listed, page, shown, confirmer.get("/bevestigingen")))
    return asker, confirmer, link(shown)


def code_of(page):
    """The code on a page for the person who lost a second factor; "" where there is none."""
    found = re.search(r"Code voor de persoon zelf: ([2-9a-z]{4}-[2-9a-z]{4})", page.words)
    return found[1] if found else ""


def test_a_lost_second_factor_takes_two_people_and_nothing_changes_until_the_person_acts(
    app, coach, with_factor, lost
):
    asker, confirmer, path = lost
    code = code_of(asker.get("/accounts"))
    assert with_factor()
    assert signs_in(app, coach, OLD)[1].status == 302
    assert "nog niet gebruikt" in confirmer.get("/bevestigingen").words
    assert chooses(app, path, code=code.upper().replace("-", " ")) == 302
    assert not with_factor()
    for page in (confirmer.get("/bevestigingen"), asker.get("/accounts")):
        assert "De link is gebruikt op 15 okt 11:00" in page.words
        assert not code_of(page)


def test_who_was_robbed_of_the_second_factor_in_the_database_gets_it_back_from_two_people(
    app, client, db, beheerder, coach, with_factor, request
):
    for table in (CodeApp, RecoveryCode):
        db.connection().execute(delete(table).where(table.account_id == coach.id))
    db.commit()
    browser, _page = signs_in(app, coach, OLD)
    assert browser.get("/inloggen/tweede-stap").status == 403, "a password alone opens nothing"
    client.sign_in(beheerder.id)
    alone = link(client.post(f"/accounts/{coach.id}/uitnodiging"))
    assert chooses(app, alone) == 302
    browser, _page = signs_in(app, coach, NEW)
    assert browser.get("/inloggen/tweede-stap").status == 403, "a link of one person opens nothing either"
    asker, _confirmer, path = request.getfixturevalue("lost")
    assert chooses(app, path) == 422
    assert chooses(app, path, OLD, code=code_of(asker.get("/accounts"))) == 302
    browser, _page = signs_in(app, coach, OLD)
    assert browser.get("/inloggen/tweede-stap").headers["Location"] == "/inloggen/instellen"
    assert not with_factor()


def test_who_confirms_has_the_link_and_is_not_the_person_without_the_code(app, db, coach, with_factor, lost):
    _asker, _confirmer, path = lost
    assert "Code van de beheerder" in Browser(app).get(path).words
    for code in ("", *["abcd-2345"] * rules.slowing.FREE_FAILURES):
        assert chooses(app, path, code=code) == 422
    assert chooses(app, path, code="abcd-2345") == 429
    assert with_factor()
    assert signs_in(app, coach, OLD)[1].status == 302


def test_a_link_does_not_work_without_the_deed_that_it_names(app, coach, with_factor, lost):
    path = lost[2]
    named, _dot, secret = path.rpartition("/")[2].partition(".")
    for token in (secret, f"{'0' * 32}.{secret}", f"{named[:-1]}.{secret}"):
        assert Browser(app).get(f"/uitnodiging/{token}").status == 409


def test_an_ordinary_new_link_takes_away_the_one_that_would_drop_the_second_factor(
    app, city, db, beheerder, coach, with_factor, now
):
    actions.invite(db, city.actor, coach, now=now, resets_factor=True)
    token = actions.invite_anew(db, city.actor_of(beheerder.id, Rol.BEHEERDER), coach, now=now)
    db.commit()
    assert chooses(app, f"/uitnodiging/{token}") == 302
    assert with_factor()


def test_without_a_second_factor_there_is_none_to_set_anew(client, beheerder, coach):
    client.sign_in(beheerder.id)
    assert f"/accounts/{coach.id}/tweede-stap" not in client.get(f"/accounts/{coach.id}").links()
    client.get(f"/accounts/{coach.id}/tweede-stap")
    assert client.post(f"/accounts/{coach.id}/tweede-stap").status == 409


def test_a_beheerder_makes_thirty_links_a_day_and_the_server_as_many_as_it_likes(city, db, beheerder, now):
    account = city.account(None, "Nora")
    boss = city.actor_of(beheerder.id, Rol.BEHEERDER)
    for _ in range(rules.MOST_INVITATIONS):
        actions.invite_anew(db, boss, account, now=now)
    with pytest.raises(rules.TooManyInvitations):
        actions.invite_anew(db, boss, account, now=now)
    with pytest.raises(rules.TooManyInvitations):
        actions.add_account(db, boss, email="meer@test.example", naam="Meer", now=now)
    actions.invite(db, city.actor, account, now=now)
    actions.invite_anew(db, boss, account, now=now + timedelta(days=1))


def test_the_thirty_first_link_is_refused_with_a_sentence(client, city, db, beheerder, now):
    account = city.account(None, "Nora")
    boss = city.actor_of(beheerder.id, Rol.BEHEERDER)
    for _ in range(rules.MOST_INVITATIONS):
        actions.invite_anew(db, boss, account, now=now)
    db.commit()
    client.sign_in(beheerder.id)
    client.get("/accounts")
    assert "al 30 uitnodigingen" in client.post(f"/accounts/{account.id}/uitnodiging").words
