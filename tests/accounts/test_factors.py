"""The second factor as people meet it: set up, pass, replace; and what somebody else cannot do with it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from freezegun import freeze_time
from sqlalchemy import func, select, update

from gezinscoach.accounts import actions, queries, rules
from gezinscoach.accounts.rules import factors
from gezinscoach.accounts.tables import CodeApp, LoginSession, Passkey, RecoveryCode, Werking
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.audit import AuditEvent
from tests.accounts.proving import CODES, Device, asked, carried, give_app
from tests.browser import Browser

PASSWORD = "vier groene fietsen zingen"
STEP = "/inloggen/tweede-stap"


@pytest.fixture
def cora(city):
    account = city.account(Rol.COORDINATOR, "Cora Dinaat")
    actions.set_password(city.db, account, PASSWORD)
    city.db.commit()
    return account


@pytest.fixture
def shown(city, cora, now):
    """What the app of Cora shows."""
    return give_app(city.db, cora, now - timedelta(hours=1))


def password(client, account):
    client.get("/inloggen")
    page = client.post("/inloggen", {"email": account.email, "wachtwoord": PASSWORD})
    if page.location == STEP:
        client.follow(page)
    return page


def make_passkey(client, path, device, naam="Laptop"):
    options, sent = asked(client.get(path))
    return client.post(path, {**sent, "credential": device.make(options), "naam": naam})


def show_passkey(client, path, to, device):
    options, sent = asked(client.get(path))
    return client.post(to, {**sent, "credential": device.show(options)})


def events(db, account):
    found = select(AuditEvent.action).where(AuditEvent.thing_id == account.id)
    return db.scalars(found).all()


def test_after_the_password_no_door_opens_but_the_second_step(app, client, shown, cora):
    page = password(client, cora)
    assert page.location == STEP
    for rule in app.url_map.iter_rules():
        if rule.arguments or rule.endpoint in ENROLLING or "GET" not in rule.methods:
            continue
        answer = client.get(rule.rule)
        assert answer.status == 302, rule.rule
        assert answer.location.startswith("/inloggen"), rule.rule
    assert client.get("/inloggen?verder=/cijfers").location == f"{STEP}?verder=/cijfers"
    assert "De eerste stap is gelukt" in client.get(STEP).words


ENROLLING = {"accounts.second_step", "accounts.set_up", "accounts.set_up_app"}


def test_a_code_opens_a_whole_session_with_a_new_token_and_the_page_that_was_asked(client, cora, shown, now):
    password(client, cora)
    half = client.cookie()
    client.get(f"{STEP}?verder=/cijfers")
    page = client.post(STEP, {"code": shown.at(now), "verder": "/cijfers"})
    assert page.location == "/cijfers"
    assert client.cookie() != half
    whole = client.cookie()
    client.cookie(half)
    assert client.get(STEP).location == "/inloggen", "the half session is gone"
    client.cookie(whole)
    assert client.get("/cijfers").status == 200
    assert client.get(STEP).location == "/inloggen"


def test_a_code_works_once_and_one_step_around_now(app, cora, shown, now):
    for at, opens in ((-61, False), (61, False), (-29, True), (31, True), (31, False), (1, False)):
        client = Browser(app)
        password(client, cora)
        page = client.post(STEP, {"code": shown.at(now + timedelta(seconds=at))})
        assert page.status == (302 if opens else 422), at


def test_two_who_type_the_same_code_are_not_both_let_in(city, db, cora, shown, now):
    code = shown.at(now)
    assert actions.prove_by_code(db, cora, code, network="::1", now=now) is factors.Factor.APP
    db.execute(update(CodeApp).values(last_step=int(now.timestamp()) // 30 - 5))
    stale = queries.code_app(db, cora.id)
    db.execute(
        update(CodeApp)
        .values(last_step=int(now.timestamp()) // 30)
        .execution_options(synchronize_session=False)
    )
    assert stale.last_step < int(now.timestamp()) // 30, "read before the other was let in"
    with pytest.raises(factors.WrongProof):
        actions.prove_by_code(db, cora, code, network="::1", now=now)


def test_wrong_codes_wait_but_lock_nobody_out(client, db, cora, shown, now):
    paper = CODES[cora.id]
    password(client, cora)
    for _ in range(rules.slowing.FREE_FAILURES):
        assert client.post(STEP, {"code": "000000"}).status == 422
    assert "Wacht" in client.post(STEP, {"code": shown.at(now)}).words
    assert "session.wait_factor" in events(db, cora)
    assert actions.prove_by_code(db, cora, shown.at(now), network="192.0.2.9", now=now), "elsewhere"
    assert client.post(STEP, {"code": paper.pop()}).status == 302, "paper cannot be guessed: it never waits"


def test_guessing_codes_from_everywhere_has_to_wait_after_all_and_a_day_long(db, cora, shown, now):
    for place in range(rules.slowing.FREE_FAILURES * factors.ACCOUNT_SHARE):
        with pytest.raises(factors.WrongProof):
            actions.prove_by_code(db, cora, "000000", network=f"192.0.2.{place}", now=now)
    with pytest.raises(actions.TooManyAttempts):
        actions.prove_by_code(db, cora, shown.at(now), network="198.51.100.7", now=now)
    later = now + timedelta(hours=20)
    with pytest.raises(factors.WrongProof):
        actions.prove_by_code(db, cora, "000000", network="198.51.100.7", now=later)
    with pytest.raises(actions.TooManyAttempts):
        actions.prove_by_code(db, cora, shown.at(later), network="198.51.100.8", now=later)


def test_a_recovery_code_works_once_however_it_is_typed_over(app, db, cora, shown):
    code = CODES[cora.id][0]
    for typed, opens in ((code.upper().replace("-", " "), True), (code, False), ("abcd", False)):
        client = Browser(app)
        password(client, cora)
        assert client.post(STEP, {"code": typed}).status == (302 if opens else 422)
    assert queries.factors(db, cora.id).codes == factors.CODES - 1


def test_new_recovery_codes_are_shown_once_and_make_the_old_ones_worthless(client, db, cora, shown):
    old = CODES[cora.id][0]
    client.sign_in(cora.id)
    page = client.get("/mijn-account/herstelcodes")
    assert "op je oude blad werken dan niet meer" in page.words
    sent = carried(page, "vel")
    page = client.post("/mijn-account/herstelcodes", sent)
    codes = [node.text for node in page.tree.iter("li") if node.attrib.get("class") == "code"]
    assert len(set(codes)) == factors.CODES
    again = client.follow(client.post("/mijn-account/herstelcodes", sent))
    assert "Je herstelcodes toonden we al" in again.words
    assert codes[0] not in client.get("/mijn-account").text
    stored = db.scalars(select(RecoveryCode.code_hash)).all()
    assert set(stored) == {factors.code_hash(code) for code in codes}
    password(client, cora)
    assert client.post(STEP, {"code": old}).status == 422


def test_whoever_accepts_an_invitation_sets_up_a_passkey_and_comes_back_without_a_password(
    app, client, city, db, now
):
    account, token = actions.add_account(
        db, city.actor, email="nieuw@test.example", naam="Nele Nieuw", now=now
    )
    actions.give_role(db, city.actor, account, Rol.COORDINATOR, now=now)
    db.commit()
    path = f"/uitnodiging/{token}"
    client.get(path)
    page = client.post(path, {"wachtwoord": PASSWORD, "wachtwoord_opnieuw": PASSWORD})
    while page.location:
        assert page.location.startswith("/inloggen")
        page = client.follow(page)
    assert page.h1 == "Stel je tweede stap in"
    assert client.get("/cijfers").status == 302, "nothing opens before"
    device = Device(handle=account.id.bytes)
    page = make_passkey(client, "/inloggen/instellen", device)
    assert (page.status, page.h1) == (201, "Je herstelcodes")
    codes = set(db.scalars(select(RecoveryCode.code_hash)).all())
    assert client.get("/cijfers").status == 200
    for token in ({}, {"csrf_token": "van de halve sessie"}):
        again = client.follow(client.post("/inloggen/instellen", {"naam": "Laptop", **token}))
        assert again.h1 == "Mijn account"
        assert "Je herstelcodes toonden we al" in again.words
    assert set(db.scalars(select(RecoveryCode.code_hash)).all()) == codes
    other = Browser(app)
    page = show_passkey(other, "/inloggen?verder=/cijfers", "/inloggen/passkey", device)
    assert page.status == 302
    assert other.get("/cijfers").status == 200
    assert {"factor.add.passkey", "factor.codes", "factor.use.passkey", "session.begin"} <= set(
        events(db, account)
    )


def test_an_app_can_be_the_first_factor(client, city, cora, now):
    password(client, cora)
    client.get("/inloggen/instellen")
    page = client.follow(client.post("/inloggen/instellen/app", {"begin": "ja", "verder": "/cijfers"}))
    app = queries.code_app(city.db, cora.id, used=False)
    assert app.seed in page.text.replace(" ", "")
    assert "data:image/svg+xml" in page.text
    assert client.post("/inloggen/instellen/app", {"code": "000000"}).status == 422
    page = client.post(
        "/inloggen/instellen/app", {"code": factors.pyotp.TOTP(app.seed).at(now), "verder": "/cijfers"}
    )
    assert page.h1 == "Je herstelcodes"
    assert "/cijfers" in page.links()
    assert app.seed not in client.get("/mijn-account").text.replace(" ", "")


def test_a_password_alone_never_replaces_a_factor_that_is_there(client, cora, shown, db):
    password(client, cora)
    assert client.get("/inloggen/instellen").status == 409
    assert client.post("/inloggen/instellen/app", {"begin": "ja"}).status == 409
    client.get(STEP)
    page = client.post("/inloggen/instellen", {"credential": "{}", "ticket": "x", "naam": "Van een ander"})
    assert page.status == 409
    assert db.scalar(select(func.count()).select_from(Passkey)) == 0


def test_a_half_session_lasts_ten_minutes_and_can_be_given_up(client, cora, shown, now):
    password(client, cora)
    token = client.cookie()
    assert client.post("/inloggen/opnieuw").location == "/inloggen"
    client.cookie(token)
    assert client.get(STEP).location == "/inloggen"
    password(client, cora)
    client.get(STEP)
    with freeze_time(now + rules.HALF + timedelta(seconds=1)):
        assert client.get(STEP).location == "/inloggen"
        assert client.post(STEP, {"code": CODES[cora.id].pop()}).status == 401


def test_what_was_typed_survives_both_steps(client, cora, shown, now):
    client.sign_in(cora.id)
    client.get("/netwerk/nieuw")
    with freeze_time(now + timedelta(hours=1)):
        page = client.post("/netwerk/nieuw", {"thema": "Lang getypt"})
        assert page.status == 401
        for path, sent in (
            ("/inloggen", {"email": cora.email, "wachtwoord": PASSWORD}),
            (STEP, {"code": "000000"}),
            (STEP, {"code": CODES[cora.id].pop()}),
        ):
            assert "Lang getypt" in page.text
            hidden = {
                node.attrib["name"]: node.attrib["value"]
                for node in page.tree.iter("input")
                if node.attrib["name"].startswith("bewaard.")
            }
            client.csrf = page.csrf()
            page = client.post(path, {**sent, **hidden})
        assert page.h1 == "Je tekst is er nog"
        assert "Lang getypt" in page.text


@pytest.mark.parametrize(("database", "settings"), [(True, False), (False, True)])
def test_only_a_demo_city_that_is_served_as_a_demo_asks_no_second_factor(
    app, client, db, cora, monkeypatch, database, settings
):
    config = app.config["SETTINGS"]
    monkeypatch.setitem(app.config, "SETTINGS", type(config).at(config.home, demo=True))
    db.execute(update(Werking).values(demo=True))
    db.commit()
    assert password(client, cora).location == "/"
    assert client.get("/cijfers").status == 200
    monkeypatch.setitem(app.config, "SETTINGS", type(config).at(config.home, demo=settings))
    db.execute(update(Werking).values(demo=database))
    db.commit()
    assert client.get("/cijfers").status == 302, "the session of the demo opens nothing elsewhere"
    assert password(client, cora).location == STEP


def test_a_passkey_answer_counts_once_here_and_now_from_its_own_device(app, client, cora, shown, now, db):
    client.sign_in(cora.id)
    device = Device(handle=cora.id.bytes)
    assert make_passkey(client, "/mijn-account/passkey", device).status == 302
    [held] = queries.factors(db, cora.id).passkeys
    assert held.naam == "Laptop"
    other = Browser(app)
    options, sent = asked(other.get("/inloggen"))
    answer = device.show(options)
    foreign, late, blind = (Device(**vars(device)) for _ in range(3))
    foreign.origin, blind.verifies = "https://gezinscoach.example", False
    stranger = Device(id=device.id)
    for wrong in (foreign.show(options), blind.show(options), stranger.show(options), "{}", "", "nee"):
        assert other.post("/inloggen/passkey", {**sent, "credential": wrong}).status == 422
    with freeze_time(now + timedelta(minutes=11)):
        page = other.post("/inloggen/passkey", {**sent, "credential": late.show(options)})
        assert page.status == 422
    forged = {**sent, "ticket": sent["ticket"][:-3] + "abc"}
    assert other.post("/inloggen/passkey", {**forged, "credential": answer}).status == 422
    assert other.post("/inloggen/passkey", {**sent, "credential": answer}).status == 302
    again = Browser(app)
    again.get("/inloggen")
    sent.pop("csrf_token")
    db.execute(
        update(Passkey).values(sign_count=0)
    )  # as a passkey that is kept in a cloud: it counts nothing
    db.commit()
    assert again.post("/inloggen/passkey", {**sent, "credential": answer}).status == 422, "once"


def test_a_passkey_of_somebody_else_is_no_second_step_and_one_of_a_shut_account_is_none_at_all(
    app, client, city, cora, shown, now
):
    thief = city.account(Rol.COORDINATOR, "Dief Stal")
    device = Device(handle=thief.id.bytes)
    other = Browser(app).sign_in(thief.id)
    assert make_passkey(other, "/mijn-account/passkey", device).status == 201
    mine = Device(handle=cora.id.bytes)
    client.sign_in(cora.id)
    assert make_passkey(client, "/mijn-account/passkey", mine).status == 302
    password(client, cora)
    assert show_passkey(client, STEP, STEP, device).status == 422
    assert show_passkey(client, STEP, STEP, mine).status == 302
    actions.deactivate(city.db, city.actor, thief, now=now)
    city.db.commit()
    assert show_passkey(Browser(app), "/inloggen", "/inloggen/passkey", device).status == 422


def test_without_javascript_a_page_offers_the_code_and_says_why(client, cora, shown):
    client.sign_in(cora.id)
    make_passkey(client, "/mijn-account/passkey", Device())
    password(client, cora)
    page = client.get(STEP)
    [box] = [node for node in page.tree.iter("div") if "data-passkey" in node.attrib]
    assert "hidden" in box.attrib
    assert "JavaScript staat uit. Typ een code." in page.words


def test_a_passkey_that_is_known_is_not_added_twice_and_the_browser_is_told_which_there_are(
    client, cora, shown
):
    client.sign_in(cora.id)
    device = Device(handle=cora.id.bytes)
    make_passkey(client, "/mijn-account/passkey", device)
    page = make_passkey(client, "/mijn-account/passkey", device)
    assert page.status == 422
    assert "staat al op de lijst" in page.words
    options, _ = asked(page)
    assert len(json.loads(options)["excludeCredentials"]) == 1
    assert json.loads(options)["authenticatorSelection"]["userVerification"] == "required"


def test_the_last_way_in_cannot_be_removed(client, db, cora, shown):
    client.sign_in(cora.id)
    assert "Verwijderen" not in client.get("/mijn-account").words
    assert client.post("/mijn-account/app/verwijderen").status == 409
    make_passkey(client, "/mijn-account/passkey", Device())
    [held] = queries.factors(db, cora.id).passkeys
    path = f"/mijn-account/passkey/{held.id}"
    assert client.get(path).status == 200
    assert client.post(path, {"naam": "Oude laptop"}).status == 302
    assert "Oude laptop" in client.get("/mijn-account").words
    assert "Oude laptop" in client.get(f"{path}/verwijderen").h1
    assert client.post("/mijn-account/app/verwijderen").status == 302
    assert client.post(f"{path}/verwijderen").status == 409
    assert queries.factors(db, cora.id).count == 1


def test_the_passkeys_and_sessions_of_somebody_else_are_not_there(app, client, city, db, cora, shown):
    client.sign_in(cora.id)
    make_passkey(client, "/mijn-account/passkey", Device())
    [held] = queries.factors(db, cora.id).passkeys
    [session] = db.scalars(select(LoginSession).where(LoginSession.account_id == cora.id))
    stranger = Browser(app).sign_in(city.account(Rol.COORDINATOR).id)
    stranger.get("/mijn-account")
    assert stranger.get(f"/mijn-account/passkey/{held.id}").status == 404
    assert stranger.post(f"/mijn-account/passkey/{held.id}/verwijderen").status == 404
    assert stranger.post(f"/mijn-account/sessies/{session.id}/einde").status == 404
    assert client.get("/cijfers").status == 200


def test_an_app_that_was_not_confirmed_opens_nothing_and_the_old_one_stays_until_then(
    client, db, cora, shown, now
):
    client.sign_in(cora.id)
    client.get("/mijn-account")
    client.post("/mijn-account/app", {"begin": "ja"})
    new = factors.pyotp.TOTP(queries.code_app(db, cora.id, used=False).seed)
    with pytest.raises(factors.WrongProof):
        actions.prove_by_code(db, cora, new.at(now), network="::1", now=now)
    assert actions.prove_by_code(db, cora, shown.at(now), network="::1", now=now)
    db.rollback()
    assert client.post("/mijn-account/app", {"code": new.at(now)}).status == 302
    with pytest.raises(factors.WrongProof):
        actions.prove_by_code(db, cora, shown.at(now), network="::1", now=now)


def test_the_secret_of_an_app_stands_nowhere_in_clear(db, cora, shown):
    stored = db.connection().exec_driver_sql("select seed from code_app").scalars().all()
    assert stored
    assert shown.secret not in "".join(stored)


def test_a_lost_factor_is_reset_with_an_invitation_and_nothing_that_was_known_opens_the_account(
    client, city, db, cora, shown, now
):
    token = actions.invite(db, city.actor, cora, resets_factor=True, now=now)
    db.commit()
    client.get(f"/uitnodiging/{token}")
    chosen = "een rustige dinsdagochtend"
    page = client.post(f"/uitnodiging/{token}", {"wachtwoord": chosen, "wachtwoord_opnieuw": chosen})
    assert client.follow(client.follow(client.follow(page))).h1 == "Stel je tweede stap in"
    assert queries.factors(db, cora.id) == queries.Factors((), None, 0)
    assert "account.drop_factor" in events(db, cora)
    assert password(Browser(client.app), cora).status == 422, "else a thief sets up a factor"


def test_another_password_by_invitation_keeps_the_second_factor(client, city, db, cora, shown, now):
    token = actions.invite(db, city.actor, cora, now=now)
    db.commit()
    client.get(f"/uitnodiging/{token}")
    chosen = "een rustige dinsdagochtend"
    page = client.post(f"/uitnodiging/{token}", {"wachtwoord": chosen, "wachtwoord_opnieuw": chosen})
    assert client.follow(client.follow(page)).h1 == "Nog één stap"
