"""What is compared over several rows of one account holds, also when two change it at the same moment."""

from __future__ import annotations

from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from sqlalchemy import func, select

from gezinscoach.aanmelding import actions as aanmelding
from gezinscoach.aanmelding import queries as aanmelding_queries
from gezinscoach.aanmelding.rules import Toestemming
from gezinscoach.accounts import actions, queries
from gezinscoach.accounts.actions import factors, roles
from gezinscoach.accounts.tables import Passkey, RoleGrant
from gezinscoach.dossier.rules import Noodreden
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.audit import AuditEvent
from gezinscoach.privacy import queries as privacy_queries
from tests.accounts.proving import Device, asked, give_app
from tests.browser import Browser


@pytest.fixture
def together(monkeypatch):
    """Lets two come past a question at the same moment, when nothing keeps one of them waiting before it."""

    def of(module, name):
        both, asked = Barrier(2), getattr(module, name)

        def ask(*given, **more):
            answer = asked(*given, **more)
            with suppress(BrokenBarrierError):
                both.wait(0.7)
            return answer

        monkeypatch.setattr(module, name, ask)

    return of


def test_two_roles_that_stay_apart_are_not_both_confirmed(town, together):
    city, db = town.city, town.db
    newcomer, asker = city.account(None, "Nora Nieuw"), city.account(Rol.BEHEERDER)
    newcomer.password_hash = "een hash"
    actor = city.actor_of(asker.id, Rol.BEHEERDER)
    asked = [
        actions.ask_role(db, actor, newcomer, rol, now=town.now) for rol in (Rol.AANMELDPUNT, Rol.BEHEERDER)
    ]
    db.commit()
    browsers = [town.browser(city.account(Rol.FUNCTIONARIS).id) for _ in asked]
    paths = [f"/bevestigingen/{row.id}" for row in asked]
    for browser, path in zip(browsers, paths, strict=True):
        assert browser.get(path).status == 200
    together(roles, "require_free")
    answers = town.at_once(
        [
            lambda one=one, path=path: one.post(path, {"besluit": "bevestigen"})
            for one, path in zip(browsers, paths, strict=True)
        ]
    )
    assert sorted(answer.status for answer in answers) == [302, 409]
    assert len(db.scalars(select(RoleGrant).where(RoleGrant.account_id == newcomer.id)).all()) == 1


def done(town, action):
    counted = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == action)
    return town.db.scalar(counted.where(AuditEvent.thing_id.is_(None)))


def test_names_are_compared_no_more_often_by_many_at_once(town, together, monkeypatch):
    monkeypatch.setattr("gezinscoach.aanmelding.rules.MOST_COMPARISONS", 1)
    city = town.city
    account = city.account(Rol.AANMELDPUNT)
    asked = aanmelding.register(
        town.db,
        city.actor_of(account.id, Rol.AANMELDPUNT),
        now=town.now,
        datum=city.today,
        aanmelder="Bram",
        naam="Peeters",
        toestemming=Toestemming.JA,
    )
    town.db.commit()
    browsers = [town.browser(account.id) for _ in range(2)]
    together(aanmelding_queries.doubles, "_compared")
    path = f"/aanmelding/{asked.id}?nakijken=1"
    answers = town.at_once([lambda one=one: one.get(path) for one in browsers])
    assert [answer.status for answer in answers] == [200, 200]
    assert (done(town, "gezin.compare"), done(town, "gezin.compare_enough")) == (1, 1)


def test_no_more_codes_are_tried_in_an_emergency_by_many_at_once(town, together, monkeypatch):
    monkeypatch.setattr("gezinscoach.privacy.rules.MISSEN_PER_DAG", 1)
    account = town.city.account(Rol.AANMELDPUNT)
    browsers = [town.browser(account.id) for _ in range(2)]
    for browser in browsers:
        assert browser.get("/noodtoegang").status == 200
    together(privacy_queries, "count_misses")
    sent = {
        "code": "GC-2026-XXXXX",
        "categorie": Noodreden.ACUUT_GEVAAR.value,
        "reden": "Er is nu gevaar voor een kind.",
    }
    answers = town.at_once([lambda one=one: one.post("/noodtoegang", sent) for one in browsers])
    assert [answer.status for answer in answers] == [422, 422]
    assert (done(town, privacy_queries.MISS), done(town, "noodtoegang.tried_enough")) == (1, 1)


@pytest.fixture
def cora(town):
    return town.city.account(Rol.COORDINATOR, "Cora Dinator")


@pytest.fixture
def laptop(town, cora):
    """Her passkey."""
    browser, device = town.browser(cora.id), Device(handle=cora.id.bytes)
    options, sent = asked(browser.get("/mijn-account/passkey"))
    sent |= {"credential": device.make(options), "naam": "Laptop"}
    assert browser.post("/mijn-account/passkey", sent).status == 201
    return device


def test_a_passkey_and_an_app_are_not_both_taken_away(town, together, cora, laptop):
    give_app(town.db, cora, town.now)
    passkey = town.db.scalars(select(Passkey)).one()
    browsers = [town.browser(cora.id) for _ in range(2)]
    paths = ["/mijn-account/app/verwijderen", f"/mijn-account/passkey/{passkey.id}/verwijderen"]
    for browser, path in zip(browsers, paths, strict=True):
        assert browser.get(path).status == 200
    together(factors, "_require_another")
    answers = town.at_once(
        [lambda one=one, path=path: one.post(path) for one, path in zip(browsers, paths, strict=True)]
    )
    first, second = sorted(answer.status for answer in answers)
    assert first == 302
    assert second in (401, 409), "signed out by the first, or refused after it"
    assert queries.factors(town.db, cora.id).count == 1


def test_an_answer_of_a_passkey_lets_in_one_of_four(town, cora, laptop):
    options, sent = asked(Browser(town.app).get("/inloggen"))
    answer = {**sent, "credential": laptop.show(options)}
    browsers = [Browser(town.app) for _ in range(4)]
    deeds = []
    for browser in browsers:
        token = {"csrf_token": browser.get("/inloggen").csrf()}
        deeds.append(lambda one=browser, token=token: one.post("/inloggen/passkey", answer | token))
    answers = town.at_once(deeds)
    assert sorted(answer.status for answer in answers) == [302, 422, 422, 422]


def test_a_new_passkey_is_kept_once_by_two_at_once(town, cora):
    browser = town.browser(cora.id)
    options, sent = asked(browser.get("/mijn-account/passkey"))
    sent |= {"credential": Device().make(options), "naam": "Laptop"}
    other = Browser(town.app)
    other.cookie(browser.cookie())
    other.get("/")
    token = {"csrf_token": other.get("/mijn-account/wachtwoord").csrf()}
    answers = town.at_once(
        [
            lambda: browser.post("/mijn-account/passkey", sent),
            lambda: other.post("/mijn-account/passkey", sent | token),
        ]
    )
    assert sorted(answer.status for answer in answers) == [201, 422]
