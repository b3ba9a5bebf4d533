"""A fresh proof at an issuer, for who has nothing else: asked anew, by the same person, and just now."""

from __future__ import annotations

import base64
import json
import time
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from freezegun import freeze_time
from joserfc import jwt
from sqlalchemy import select

from gezinscoach.accounts import actions
from gezinscoach.accounts.rules import federation
from gezinscoach.accounts.tables import LoginSession
from gezinscoach.accounts.tables.federation import Issuer
from gezinscoach.kernel import access
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.audit import AuditEvent
from tests.accounts.federation.asking import OWN, VALUE, come_back
from tests.accounts.proving import CODES, carried, give_app
from tests.browser import Browser
from tests.issuer import key

STALE = access.FRESH + timedelta(seconds=1)
DOOR = "/mijn-account/wachtwoord"


@pytest.fixture
def stale(client, fake, issuer, owner, now):
    """The browser of somebody who came in by the issuer, six minutes later."""
    assert come_back(client, fake, issuer).status == 302
    with freeze_time(now + STALE):
        yield client


def leave(client, page):
    """The address at the issuer to which the page sends somebody who confirms there."""
    [link] = [link for link in page.links() if "/bevestigen/met/" in link]
    sent = client.get(link, headers=OWN)
    assert sent.status == 302, sent.text
    return sent.location


def asked(client):
    return leave(client, client.follow(client.get(DOOR)))


def proved(fake, location, subject="anna", **claims):
    said = {"vo_orgcode": "0123456789", "acr": "aal2", "auth_time": int(time.time()), **claims}
    return fake.authorize(location, subject, **{name: one for name, one in said.items() if one is not None})


def unconfirmed(client, db, page):
    assert page.status == 403, page.text
    assert client.get(DOOR).status == 302, "the delicate door stays shut"
    assert client.get("/").status == 200, "and the session stays"
    assert "session.confirm" not in db.scalars(select(AuditEvent.action)).all()


def test_who_has_only_the_issuer_confirms_there_and_goes_on_to_where_it_was(db, fake, issuer, stale):
    page = stale.follow(stale.get(f"{DOOR}?x=1"))
    assert "Bevestig bij Stad" in page.words
    assert "Uitloggen" not in page.words
    location = leave(stale, page)
    said = parse_qs(urlsplit(location).query)
    assert (said["prompt"], said["max_age"], said["acr_values"]) == (["login"], ["0"], ["aal2"])
    back = stale.get(proved(fake, location))
    assert (back.status, back.location) == (302, f"{DOOR}?x=1")
    assert stale.get(DOOR).status == 200
    assert "session.confirm" in db.scalars(select(AuditEvent.action)).all()


def test_a_fresh_proof_at_the_issuer_lasts_five_minutes(fake, stale, now):
    assert stale.get(proved(fake, asked(stale))).status == 302
    with freeze_time(now + 2 * STALE):
        assert stale.get(DOOR).status == 302


def test_a_form_that_was_typed_is_kept_while_somebody_confirms_in_another_tab(fake, stale):
    typed = {"wachtwoord": "x", "wat": "Lang getypt"}
    page = stale.post(DOOR, typed)
    assert (page.status, "Lang getypt" in page.text) == (401, True)
    assert "nieuw tabblad" in page.words
    kept = carried(page, "elders")
    early = stale.post("/bevestigen", kept)
    assert (early.status, "Lang getypt" in early.text) == (422, True)
    assert "nog niet gelukt" in early.words
    back = stale.get(proved(fake, leave(stale, early)))
    assert "Ga terug naar het tabblad" in stale.follow(back).words
    late = stale.post("/bevestigen", kept)
    assert (late.h1, late.actions()[0]) == ("Bedankt, ga verder", DOOR)
    assert "Lang getypt" in late.text


WRONG = {
    "somebody else": {"subject": "bert"},
    "no time": {"auth_time": None},
    "a time in words": {"auth_time": "nu"},
    "a yes for a time": {"auth_time": True},
    "a time before it was asked": {"ago": 61},
    "a time long ago": {"ago": 3600},
    "a time to come": {"ago": -61},
    "too little proof": {"acr": "aal1"},
    "no kind of proof": {"acr": None},
    "another organisation": {"vo_orgcode": "0999999999"},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_an_answer_that_proves_too_little_confirms_nothing(db, fake, stale, wrong):
    said = dict(WRONG[wrong])
    if ago := said.pop("ago", 0):
        said["auth_time"] = int(time.time()) - ago
    unconfirmed(stale, db, stale.get(proved(fake, asked(stale), **said)))
    assert "session.refuse_issuer" in db.scalars(select(AuditEvent.action)).all()


def test_the_other_account_of_the_issuer_is_not_whoever_is_signed_in(city, db, fake, issuer, stale, now):
    other = city.account(Rol.BONDGENOOT, "Bert", city.organisatie())
    actions.connect(db, other, issuer, "bert", {"vo_orgcode": VALUE}, now=now)
    db.commit()
    page = stale.get(proved(fake, asked(stale), "bert"))
    unconfirmed(stale, db, page)
    assert "iemand anders" in page.words


def test_a_proof_that_came_back_to_somebody_else_confirms_nothing(city, db, fake, stale):
    back = proved(fake, asked(stale))
    stale.sign_in(city.account(Rol.BONDGENOOT, "Dora", city.organisatie()).id)
    for row in db.scalars(select(LoginSession)):
        row.confirmed_at = None
    db.commit()
    unconfirmed(stale, db, stale.get(back))


def test_a_proof_without_a_session_opens_none(app, db, fake, stale):
    back = proved(fake, asked(stale))
    stale.post("/uitloggen")
    assert stale.get(back).status == 403
    assert db.scalars(select(LoginSession)).all() == []


def segments(*parts):
    told = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join(told)


FORGED = {
    "another key": lambda claims: jwt.encode({"alg": "RS256", "kid": "one"}, claims, key("forger")),
    "no signature": lambda claims: segments({"alg": "none"}, claims) + ".",
    "another issuer": lambda claims: signed(claims | {"iss": "https://elders.example"}),
    "another audience": lambda claims: signed(claims | {"aud": "iemand-anders"}),
    "another nonce": lambda claims: signed(claims | {"nonce": "van een andere keer"}),
    "over": lambda claims: signed(claims | {"exp": int(time.time()) - 3600}),
}


def signed(claims):
    return jwt.encode({"alg": "RS256", "kid": "one"}, claims, key("one"))


@pytest.mark.parametrize("how", FORGED)
def test_a_forged_token_confirms_nothing(db, fake, stale, how):
    fake.sign = FORGED[how]
    page = stale.get(proved(fake, asked(stale)))
    unconfirmed(stale, db, page)
    assert "Er is niets veranderd" in page.words


def test_a_proof_works_once_and_only_where_it_was_asked(app, db, fake, stale, owner):
    fake.replay = True
    location = asked(stale)
    unconfirmed(stale, db, stale.get(proved(fake, location).replace("state=", "state=x")))
    back = proved(fake, asked(stale))
    assert stale.get(back).status == 302
    for row in db.scalars(select(LoginSession)):
        row.confirmed_at = None
    db.commit()
    assert stale.get(back).status == 403
    other = Browser(app).sign_in(owner.id)
    assert other.get(proved(fake, asked(stale))).status == 403


def test_a_sign_in_of_just_now_is_no_fresh_proof_of_its_own(fake, issuer, stale):
    """What comes back without having been asked anew opens another session, as ever: nothing is reused."""
    location = stale.get(f"/inloggen/met/{issuer.id}").location
    assert "max_age" not in location
    assert "prompt" not in location


def test_a_link_elsewhere_sends_nobody_to_the_issuer(issuer, stale):
    for site in ("cross-site", "none"):
        answer = stale.get(f"/bevestigen/met/{issuer.id}", headers={"Sec-Fetch-Site": site})
        assert answer.location == "/bevestigen"


def test_an_issuer_that_asks_no_second_factor_or_is_not_ones_own_confirms_nothing(
    client, city, db, issuer, owner, stale
):
    for row in db.scalars(select(Issuer)):
        row.acr = ""
    db.commit()
    page = stale.get("/bevestigen")
    assert "Bevestig bij" not in page.words
    assert "Log daarvoor uit en weer in" in page.words
    assert stale.get(f"/bevestigen/met/{issuer.id}", headers=OWN).status == 404
    for row in db.scalars(select(Issuer)):
        row.acr = "aal2"
    db.commit()
    stale.sign_in(city.account(Rol.BONDGENOOT, "Dora", city.organisatie()).id)
    assert stale.get(f"/bevestigen/met/{issuer.id}", headers=OWN).status == 404


def test_who_has_a_code_too_may_choose(db, stale, owner, now):
    give_app(db, owner, now)
    stale.sign_in(owner.id)  # setting up a factor ended the session
    assert "Bevestig bij Stad" in stale.get("/bevestigen").words
    assert stale.post("/bevestigen", {"code": CODES[owner.id].pop()}).status == 302


@pytest.mark.parametrize(
    ("auth", "asked_ago", "good"),
    [
        *((0, 0, True), (60, 0, True), (61, 0, False), (-60, 0, True), (-61, 0, False)),
        *((300, 400, True), (360, 600, True), (361, 600, False), (0, 600, True)),
    ],
)
def test_a_proof_is_new_after_it_was_asked_and_within_five_minutes(now, auth, asked_ago, good):
    claims = {"auth_time": int(now.timestamp()) - auth}
    assert federation.proved_anew(claims, now - timedelta(seconds=asked_ago), now) is good
