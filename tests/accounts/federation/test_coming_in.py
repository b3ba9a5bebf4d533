"""Who comes in through an issuer, with which session, and as whom."""

from __future__ import annotations

import pytest
from joserfc import jwt
from sqlalchemy import select

from gezinscoach.accounts import queries
from gezinscoach.accounts.rules import federation
from gezinscoach.accounts.rules.factors import Factor
from gezinscoach.accounts.tables import LoginSession
from gezinscoach.kernel.access import Rol
from tests.accounts.federation.asking import VALUE, come_back, inside, refused
from tests.accounts.proving import CODES, give_app
from tests.issuer import key


def test_somebody_signs_in_through_an_issuer_and_goes_on_to_the_page_that_was_asked(
    client, fake, issuer, owner
):
    asked = client.get("/accounts")
    page = client.follow(asked)
    (way,) = [link for link in page.links() if "/inloggen/met/" in link]
    assert "Inloggen met Stad" in page.words
    sent = client.get(way)
    assert "acr_values=aal2" in sent.location
    back = client.get(fake.authorize(sent.location, "anna", vo_orgcode=["0123456789"], acr="aal2"))
    assert (back.status, back.location) == (302, "/accounts")
    assert inside(client)


def test_the_organisation_may_stand_in_what_the_issuer_tells_when_asked(client, fake, issuer, owner):
    fake.userinfo = {"sub": "anna", "vo_orgcode": VALUE}
    assert come_back(client, fake, issuer, vo_orgcode=None).status == 403, "the token itself said so: nobody"
    fake.shape = lambda claims: {name: one for name, one in claims.items() if name != "vo_orgcode"}
    assert come_back(client, fake, issuer).status == 302
    assert inside(client)


def test_what_the_issuer_tells_of_somebody_else_does_not_count(client, db, fake, issuer, owner):
    fake.userinfo = {"sub": "bert", "vo_orgcode": VALUE}
    fake.shape = lambda claims: {name: one for name, one in claims.items() if name != "vo_orgcode"}
    refused(client, come_back(client, fake, issuer), db)


def test_a_key_that_the_issuer_renewed_is_fetched_once_more(client, fake, issuer, owner):
    assert come_back(client, fake, issuer).status == 302
    fake.keys = [key("two")]
    fake.sign = lambda claims: jwt.encode({"alg": "RS256", "kid": "two"}, claims, key("two"))
    assert come_back(client, fake, issuer).status == 302
    assert fake.asked.count("/keys") == 2
    assert fake.asked.count("/.well-known/openid-configuration") == 1


@pytest.mark.parametrize("acr", ["aal1", None])
def test_who_proved_too_little_at_the_issuer_goes_on_to_the_second_step_of_this_house(
    client, db, fake, issuer, owner, now, acr
):
    give_app(db, owner, now)
    back = come_back(client, fake, issuer, query="?verder=/mijn-account", acr=acr)
    assert back.location == "/inloggen/tweede-stap?verder=/mijn-account"
    half = client.cookie()
    assert not inside(client)
    assert client.get("/inloggen/tweede-stap").h1 == "Nog één stap"
    done = client.post("/inloggen/tweede-stap", {"code": CODES[owner.id].pop(), "verder": "/mijn-account"})
    assert done.location == "/mijn-account"
    assert inside(client)
    assert client.cookie() != half


def test_who_proved_enough_at_the_issuer_has_a_whole_fresh_session(client, db, fake, issuer, owner, now):
    assert come_back(client, fake, issuer).status == 302
    (row,) = db.scalars(select(LoginSession))
    assert (row.factor, row.confirmed_at) == (Factor.DIENST, now)


@pytest.mark.parametrize(
    ("claims", "full"),
    [
        ({"acr": "aal2"}, True),
        ({"acr": "aal1", "amr": ["pwd", "otp"]}, True),
        ({"amr": ["pwd"]}, False),
        ({"amr": "otp"}, False),
        ({"acr": ["aal2"]}, False),
        ({"acr": ""}, False),
        ({}, False),
    ],
)
def test_the_issuer_asked_a_second_factor_only_when_it_says_one_that_is_accepted(claims, full):
    assert federation.opens_full_session(claims, ["aal2", "otp"]) is full
    assert not federation.opens_full_session(claims, [])


def test_what_was_typed_when_the_session_ended_is_sent_after_logging_in_in_another_tab(
    app, client, city, fake, issuer, owner
):
    typed = {"naam": "Lang Getypt", "rol": "coordinator"}
    client.account_id = owner.id  # it was shown before the session ended
    page = client.post("/accounts/nieuw", typed)
    assert page.status == 401
    assert "Dat opent een nieuw tabblad" in page.words
    sent = {
        node.attrib["name"]: node.attrib["value"]
        for node in page.tree.iter("input")
        if node.attrib["name"].startswith("bewaard.")
    }
    early = client.post("/inloggen/verder", sent)
    assert early.status == 401
    assert "Lang Getypt" in early.text
    assert come_back(client, fake, issuer).status == 302
    stale = client.post("/inloggen/verder", sent)
    assert "Je tekst is er nog" in stale.h1
    client.csrf = stale.csrf()
    page = client.post("/inloggen/verder", sent)
    assert page.status == 200
    assert "Lang Getypt" in page.text
    assert page.actions()[0] == "/accounts/nieuw"


def test_a_role_is_never_taken_from_a_claim(client, db, fake, issuer, owner):
    assert come_back(client, fake, issuer, roles=["beheerder"], rol="beheerder").status == 302
    assert client.get("/accounts").status == 404
    granted = queries.opened(db, db.scalars(select(LoginSession.token_hash)).one(), owner.made_at).actor
    assert granted.roles <= {Rol.BONDGENOOT}
