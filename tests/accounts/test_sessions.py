"""Own sessions: which there are, what ends them; and the doors that ask for a fresh proof."""

from __future__ import annotations

from datetime import timedelta

import pytest
from freezegun import freeze_time
from sqlalchemy import select

from gezinscoach.accounts import actions, queries, rules
from gezinscoach.accounts.rules.factors import Factor
from gezinscoach.accounts.tables import LoginSession
from gezinscoach.kernel import access
from gezinscoach.kernel.access import Rol, mark_of
from gezinscoach.privacy.rules import BEWARING
from tests.accounts.proving import CODES, Device, give_app
from tests.accounts.test_factors import PASSWORD, make_passkey
from tests.browser import Browser

STALE = access.FRESH + timedelta(seconds=1)


@pytest.fixture
def cora(city, now):
    account = city.account(Rol.COORDINATOR, "Cora Dinaat")
    actions.set_password(city.db, account, PASSWORD)
    give_app(city.db, account, now)
    return account


@pytest.fixture
def three(app, cora):
    """Three browsers in which Cora is signed in."""
    browsers = [Browser(app).sign_in(cora.id) for _ in range(3)]
    assert all(alive(one) for one in browsers)
    return browsers


def alive(browser):
    return browser.get("/mijn-account").status == 200


def give(city, account, now):
    return actions.give_role(city.db, city.actor, account, Rol.FUNCTIONARIS, now=now)


def end(city, account, now):
    [row] = queries.accounts(city.db, queries.people.Account.id == account.id, now)
    return actions.end_role(city.db, city.actor, row.grants[0][0], now=now)


def reset(city, account, now):
    token = actions.invite(city.db, city.actor, account, resets_factor=True, now=now)
    city.db.commit()
    return actions.accept_invitation(city.db, token, "een rustige dinsdagochtend", now=now)


DEEDS = {
    "deactivation": lambda city, account, now: actions.deactivate(city.db, city.actor, account, now=now),
    "a role given": give,
    "a role ended": end,
    "a password": lambda city, account, now: actions.set_password(city.db, account, PASSWORD),
    "a reset": reset,
}


@pytest.mark.parametrize("deed", DEEDS)
def test_what_changes_the_rights_of_somebody_ends_all_three_sessions_at_once(city, cora, three, now, deed):
    DEEDS[deed](city, cora, now)
    city.db.commit()
    assert [alive(one) for one in three] == [False] * 3


def change_passkey(browser, cora):
    make_passkey(browser, "/mijn-account/passkey", Device())


def change_app(browser, cora):
    change_passkey(browser, cora)
    browser.post("/mijn-account/app/verwijderen")


def change_password(browser, cora):
    browser.get("/mijn-account/wachtwoord")
    chosen = "een rustige dinsdagochtend"
    browser.post("/mijn-account/wachtwoord", {"wachtwoord": chosen, "wachtwoord_opnieuw": chosen})


def end_others(browser, cora):
    browser.post("/mijn-account/sessies/einde")


@pytest.mark.parametrize("change", [change_passkey, change_app, change_password, end_others])
def test_what_somebody_changes_alone_ends_the_other_sessions_and_keeps_this_one(three, cora, change):
    here, *others = three
    change(here, cora)
    assert alive(here)
    assert [alive(one) for one in others] == [False] * 2


def test_one_session_is_ended_alone_and_the_list_says_which_is_here(db, three, cora):
    here, there, _elsewhere = three
    page = here.get("/mijn-account")
    assert page.words.count("hier, nu") == 1
    token = rules.token_hash(there.cookie())
    [row] = db.scalars(select(LoginSession).where(LoginSession.token_hash == token))
    assert here.post(f"/mijn-account/sessies/{row.id}/einde").status == 302
    assert [alive(one) for one in three] == [True, False, True]


def test_signing_out_ends_this_session_alone_and_the_old_cookie_opens_nothing(three):
    here, *others = three
    token = here.cookie()
    here.post("/uitloggen")
    here.cookie(token)
    assert not alive(here)
    assert all(alive(one) for one in others)


def test_a_changed_password_is_asked_for_by_its_rules(client, cora):
    client.sign_in(cora.id)
    client.get("/mijn-account/wachtwoord")
    page = client.post("/mijn-account/wachtwoord", {"wachtwoord": "kort", "wachtwoord_opnieuw": "kort"})
    assert page.status == 422
    assert "te kort" in page.words


def fresh_doors(app, rol):
    for rule in app.url_map.iter_rules():
        mark = mark_of(app.view_functions[rule.endpoint])
        if mark.fresh and (mark.roles is None or rol in mark.roles):
            yield rule


@pytest.mark.parametrize("rol", [Rol.COORDINATOR, Rol.BEHEERDER])
def test_a_delicate_door_asks_for_a_proof_of_the_last_five_minutes(app, city, db, now, rol):
    client, account = Browser(app), city.account(rol)
    give_app(db, account, now)
    client.sign_in(account.id)
    asked = set()
    for rule in fresh_doors(app, rol):
        with app.test_request_context(base_url="https://gezinscoach.test"):
            path = rule.build(dict.fromkeys(rule.arguments, account.id))[1]
        with freeze_time(now + STALE):
            if "GET" in rule.methods:
                assert client.get(path).location == f"/bevestigen?verder={path}", path
            if "POST" in rule.methods:
                page = client.post(path, {"naam": "Lang getypt"})
                assert (page.status, page.h1) == (401, "Ben jij het nog?"), path
                assert "Lang getypt" in page.text
        asked.add(rule.endpoint)
    wanted = {
        Rol.COORDINATOR: {"toelage.as_xlsx", "toelage.as_json"},
        Rol.BEHEERDER: {f"accounts.{name}" for name in ADMINISTERS},
    }
    assert wanted[rol] | {f"own.{name}" for name in OWN} <= asked


ADMINISTERS = ("add_account", "give_role", "end_role", "invite_again", "deactivate")
OWN = ("add_passkey", "rename_passkey", "remove_passkey", "app", "remove_app", "new_codes", "password")


def test_a_proof_opens_the_delicate_doors_for_five_minutes(client, cora, now):
    client.sign_in(cora.id)
    page = client.get("/toelage/xlsx")
    assert page.status == 200, "signing in is a proof"
    with freeze_time(now + STALE):
        client.follow(client.get("/toelage/xlsx?jaar=2026"))
        wrong = client.post("/bevestigen", {"code": "000000", "verder": "/toelage/xlsx?jaar=2026"})
        assert wrong.status == 422
        assert client.get("/toelage/xlsx").status == 302
        right = {"code": CODES[cora.id].pop(), "verder": "/toelage/xlsx?jaar=2026"}
        assert client.post("/bevestigen", right).location == "/toelage/xlsx?jaar=2026"
        assert client.get("/toelage/xlsx").status == 200
    with freeze_time(now + 2 * STALE):
        assert client.get("/toelage/xlsx").status == 302


def test_a_form_that_needs_a_proof_is_given_back_after_it(client, city, now, db):
    bea = city.account(Rol.BEHEERDER, "Bea Heer")
    give_app(db, bea, now)
    client.sign_in(bea.id)
    client.get("/accounts/nieuw")
    typed = {"naam": "Lang Getypt", "email": "lang@test.example", "rol": "coordinator", "organisatie": ""}
    with freeze_time(now + STALE):
        page = client.post("/accounts/nieuw", typed)
        assert (
            db.scalar(select(queries.people.Account.id).where(queries.people.Account.naam_cell.is_(None)))
            is None
        )
        hidden = {
            node.attrib["name"]: node.attrib["value"]
            for node in page.tree.iter("input")
            if node.attrib["name"].startswith("bewaard.")
        }
        client.csrf = page.csrf()
        again = client.post("/bevestigen", {"code": CODES[bea.id].pop(), **hidden})
        assert again.h1 == "Bedankt, ga verder"
        assert "Lang Getypt" in again.text
        client.csrf = again.csrf()
        assert "Uitnodiging voor Lang Getypt" in client.post("/accounts/nieuw", typed).h1


def test_a_recovery_code_or_password_of_somebody_else_proves_nothing(client, city, db, cora, now):
    other = city.account(Rol.COORDINATOR)
    give_app(db, other, now)
    client.sign_in(cora.id)
    client.get("/bevestigen")
    assert client.post("/bevestigen", {"code": CODES[other.id].pop()}).status == 422
    assert client.post("/bevestigen", {"wachtwoord": PASSWORD}).status == 422


def test_a_session_that_is_long_over_goes_when_somebody_signs_in(db, city, cora, now):
    other = city.account(Rol.COORDINATOR)
    kept = rules.ABSOLUTE + rules.FORGET_SESSION
    for ago in (kept + timedelta(seconds=1), kept - timedelta(seconds=1)):
        actions.open_session(db, other, factor=Factor.PASSKEY, now=now - ago)
    actions.open_session(db, other, factor=None, now=now - kept - timedelta(days=1))
    db.flush()
    actions.open_session(db, cora, factor=None, now=now)
    db.flush()
    begun = db.scalars(select(LoginSession.begun_at).order_by(LoginSession.begun_at)).all()
    assert [now - at for at in begun] == [kept - timedelta(seconds=1), timedelta(0)]


def test_a_session_is_kept_as_long_as_is_promised():
    months = BEWARING["login_session"].maanden
    assert months * timedelta(days=28) <= rules.FORGET_SESSION <= months * timedelta(days=31)
