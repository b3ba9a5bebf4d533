"""OIDC and OIDC-NEG: who comes in through an issuer, and everything that keeps others out."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives import serialization
from freezegun import freeze_time
from joserfc import jwt
from sqlalchemy import select

from gezinscoach.accounts import actions, queries, rules
from gezinscoach.accounts.rules import federation
from gezinscoach.accounts.rules.factors import Factor
from gezinscoach.accounts.tables import LoginSession, RoleGrant
from gezinscoach.accounts.tables.federation import Identity
from gezinscoach.kernel import oidc
from gezinscoach.kernel.access import Actor, Rol
from gezinscoach.kernel.audit import AuditEvent
from tests.accounts.proving import CODES, give_app
from tests.issuer import CLIENT, SECRET, FakeIssuer, key, serve

PASSWORD = "vier groene fietsen zingen"
VALUE = "0123.456.789"
OWN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def fake() -> Iterator[FakeIssuer]:
    oidc.forget()
    with serve() as issuer:
        yield issuer
    oidc.forget()


def add(city, fake, naam="Stad", acr=("aal2",)):
    row = actions.add_issuer(
        city.db,
        city.actor,
        naam=naam,
        address=fake.address,
        client_id=CLIENT,
        client_secret=SECRET,
        organisation_claim="vo_orgcode",
        acr=acr,
        now=city.now,
    )
    city.db.commit()
    return row


@pytest.fixture
def issuer(city, fake):
    row = add(city, fake)
    actions.map_organisation(city.db, city.actor, row, VALUE, city.organisatie(), now=city.now)
    city.db.commit()
    return row


@pytest.fixture
def owner(city, db, issuer, now):
    """Somebody of the organisation who tied the account to "anna" at the issuer."""
    account = city.account(Rol.BONDGENOOT, "Anna Bonders", city.organisatie())
    actions.connect(db, account, issuer, "anna", {"vo_orgcode": "0123456789"}, now=now)
    db.commit()
    return account


def leave(client, issuer, query=""):
    page = client.get(f"/inloggen/met/{issuer.id}{query}")
    assert page.status == 302, page.text
    return page.location


def come_back(client, fake, issuer, subject="anna", query="", **claims):
    claims = {"vo_orgcode": "0123456789", "acr": "aal2", **claims}
    return client.get(fake.authorize(leave(client, issuer, query), subject, **claims))


def inside(client):
    return client.get("/").status == 200


def refused(client, page, db, *, traced=True):
    assert page.status == 403, page.text
    assert not inside(client)
    assert db.scalars(select(LoginSession)).all() == []
    assert ("session.refuse_issuer" in db.scalars(select(AuditEvent.action)).all()) is traced


# Whoever may come in


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


def test_an_invitation_is_accepted_by_connecting_and_then_opens_by_the_issuer_alone(
    client, city, db, fake, issuer, now
):
    account, token = actions.add_account(db, city.actor, email="ann@test.example", naam="Ann", now=now)
    actions.give_role(db, city.actor, account, Rol.BONDGENOOT, organisatie_id=city.organisatie().id, now=now)
    db.commit()
    page = client.get(f"/uitnodiging/{token}")
    assert "Verbind met Stad" in page.words
    assert come_back(client, fake, issuer, "ann-1", f"?uitnodiging={token}").status == 302
    assert inside(client)
    assert client.get(f"/uitnodiging/{token}").status == 409, "spent"
    client.post("/uitloggen")
    assert not inside(client)
    assert come_back(client, fake, issuer, "ann-1", email="heel@anders.example").status == 302
    assert inside(client)
    with pytest.raises(rules.PasswordChosen):
        actions.invite_anew(db, city.actor, account, now=now)


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


def test_whoever_made_a_link_for_an_account_in_use_connects_nothing_of_the_own_to_it(
    client, city, db, fake, issuer, now
):
    account = city.account(Rol.BONDGENOOT, "Anna Bonders", city.organisatie())
    actions.set_password(db, account, PASSWORD)
    give_app(db, account, now)
    token = actions.invite_anew(
        db, city.actor_of(city.account(Rol.BEHEERDER).id, Rol.BEHEERDER), account, now=now
    )
    db.commit()
    assert "Verbind met" not in client.get(f"/uitnodiging/{token}").words
    refused(client, come_back(client, fake, issuer, "boze-beheerder", f"?uitnodiging={token}"), db)
    assert db.scalars(select(Identity)).all() == []
    assert client.get(f"/uitnodiging/{token}").status == 200, "not spent"


def test_the_beheerder_is_offered_no_new_link_for_who_comes_in_by_an_issuer(client, city, db, owner, now):
    client.sign_in(city.account(Rol.BEHEERDER).id)
    for grant in db.scalars(select(RoleGrant).where(RoleGrant.account_id == owner.id)):
        grant.until = now
    db.commit()
    assert f"/accounts/{owner.id}/uitnodiging" not in client.get("/accounts").actions()


def test_the_own_account_is_connected_and_disconnected_later(client, city, db, fake, issuer):
    account = city.account(Rol.BONDGENOOT, "Cas", city.organisatie())
    actions.set_password(db, account, PASSWORD)
    db.commit()
    client.sign_in(account.id)
    path = f"/mijn-account/uitgevers/{issuer.id}"
    assert "Verbind met Stad" in client.get("/mijn-account/uitgevers").words
    sent = client.get(f"{path}/verbind", headers=OWN)
    done = client.follow(client.get(fake.authorize(sent.location, "cas", vo_orgcode=VALUE)))
    assert "Je account is verbonden met Stad." in done.words
    assert "verbonden" in done.words
    gone = client.follow(client.post(f"{path}/los"))
    assert "De verbinding is weg." in gone.words
    assert db.scalars(select(Identity)).all() == []
    assert client.post(f"{path}/los").status == 404


def test_the_only_way_in_is_not_taken_away(client, issuer, owner):
    client.sign_in(owner.id)
    assert "enige manier" in client.get("/mijn-account/uitgevers").words
    assert client.post(f"/mijn-account/uitgevers/{issuer.id}/los").status == 409


def test_a_link_elsewhere_connects_nothing(client, issuer, owner):
    client.sign_in(owner.id)
    path = f"/mijn-account/uitgevers/{issuer.id}/verbind"
    for site in ("cross-site", "none"):
        assert client.get(path, headers={"Sec-Fetch-Site": site}).location == "/mijn-account/uitgevers"


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


# OIDC-NEG: forged, old, foreign


def segments(*parts):
    return ".".join(
        base64.urlsafe_b64encode(part if isinstance(part, bytes) else json.dumps(part).encode())
        .decode()
        .rstrip("=")
        for part in parts
    )


def public_pem():
    return key("one").public_key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def hs256(claims, secret, kid="one"):
    signed = segments({"alg": "HS256", "kid": kid}, claims)
    return f"{signed}.{segments(hmac.digest(secret, signed.encode(), 'sha256'))}"


FORGED = {
    "signed with another key": lambda c: jwt.encode({"alg": "RS256", "kid": "one"}, c, key("forger")),
    "signed with a key that is not published": lambda c: jwt.encode(
        {"alg": "RS256", "kid": "forger"}, c, key("forger")
    ),
    "not signed": lambda c: segments({"alg": "none"}, c) + ".",
    "not signed, as if it were": lambda c: segments({"alg": "none", "kid": "one"}, c, b"x"),
    "signed with the public key as a shared secret": lambda c: hs256(c, public_pem()),
    "signed with the client secret": lambda c: hs256(c, SECRET.encode()),
    "signed with a shared secret that is published": lambda c: hs256(c, SECRET.encode(), "shared"),
    "with a key of its own in the header": lambda c: jwt.encode(
        {"alg": "RS256", "jwk": key("forger").as_dict(private=False)}, c, key("forger")
    ),
    "changed after it was signed": lambda c: ".".join(
        [
            (signed := jwt.encode({"alg": "RS256", "kid": "one"}, c, key("one")).split("."))[0],
            segments(c | {"sub": "anna"}),
            signed[2],
        ]
    ),
    "no token": lambda c: "",
    "nonsense": lambda c: "a.b.c",
}


@pytest.mark.parametrize("how", FORGED)
def test_a_token_that_the_issuer_did_not_sign_is_refused(client, db, fake, issuer, owner, how):
    # Even an issuer that says that it would sign so, and that publishes such a key.
    fake.metadata = {"id_token_signing_alg_values_supported": ["none", "HS256", "RS256"]}
    fake.more_keys = [{"kty": "oct", "kid": "shared", "k": segments(SECRET.encode())}]
    fake.sign = FORGED[how]
    refused(client, come_back(client, fake, issuer, "bert" if "changed" in how else "anna"), db)


LIES = {
    "another issuer": {"iss": "https://elders.example"},
    "no issuer": {"iss": None},
    "another audience": {"aud": "iemand-anders"},
    "another audience, for us in name": {"aud": "iemand-anders", "azp": CLIENT},
    "no audience": {"aud": None},
    "for us and for another party": {"aud": [CLIENT, "x"], "azp": "x"},
    "expired": {"exp": -3600},
    "expired two minutes ago": {"exp": -120},
    "without end": {"exp": None},
    "of tomorrow": {"iat": 86400, "nbf": 86400},
    "another nonce": {"nonce": "van een andere keer"},
    "no nonce": {"nonce": None},
    "nobody": {"sub": None},
    "an empty subject": {"sub": ""},
    "a subject that is no text": {"sub": 7},
    "an endless subject": {"sub": "a" * 300},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_signed_token_with_a_claim_that_is_wrong_is_refused(client, db, fake, issuer, owner, lie):
    def shape(claims):
        now = int(time.time())
        told = {
            name: now + one if name in ("exp", "iat", "nbf") and one is not None else one
            for name, one in LIES[lie].items()
        }
        return {name: one for name, one in (claims | told).items() if one is not None}

    fake.shape = shape
    refused(client, come_back(client, fake, issuer), db)


def test_an_answer_that_nobody_asked_for_is_refused(client, db, fake, issuer, owner):
    back = fake.authorize(leave(client, issuer), "anna", vo_orgcode=VALUE)
    code = back.split("code=")[1].split("&")[0]
    for query in ("", f"?code={code}", f"?code={code}&state=", f"?code={code}&state=geraden"):
        refused(client, client.get(f"/inloggen/terug/{issuer.id}{query}"), db, traced=False)
    assert "/token" not in fake.asked


def test_the_state_of_another_browser_is_refused(app, client, db, fake, issuer, owner):
    other = type(client)(app)
    back = fake.authorize(leave(other, issuer), "anna", vo_orgcode=VALUE)
    refused(client, client.get(back), db, traced=False)
    assert "/token" not in fake.asked


def test_an_answer_is_not_taken_twice_even_by_an_issuer_that_would(client, db, fake, issuer, owner):
    fake.replay = True
    back = fake.authorize(leave(client, issuer), "anna", vo_orgcode=VALUE, acr="aal2")
    assert client.get(back).status == 302
    client.post("/uitloggen")
    refused(client, client.get(back), db, traced=False)


def test_a_code_is_refused_when_it_was_used_before(client, db, fake, issuer, owner):
    back = fake.authorize(leave(client, issuer), "anna", vo_orgcode=VALUE)
    fake.codes.clear()
    refused(client, client.get(back), db, traced=False)


def test_a_code_for_another_verifier_is_of_no_use(client, db, fake, issuer, owner):
    first = fake.authorize(leave(client, issuer), "anna", vo_orgcode=VALUE)
    second = fake.authorize(leave(client, issuer), "bert", vo_orgcode=VALUE)
    stolen = second.replace("code-1", "code-0")
    assert first != stolen
    refused(client, client.get(stolen), db, traced=False)


def test_an_answer_that_took_too_long_is_refused(client, db, fake, issuer, owner, now):
    back = fake.authorize(leave(client, issuer), "anna", vo_orgcode=VALUE)
    with freeze_time(now.replace(minute=now.minute + 11)):
        refused(client, client.get(back), db, traced=False)


def test_a_person_who_stops_half_way_is_told_so(client, db, fake, issuer, owner):
    back = fake.authorize(leave(client, issuer), "anna").split("?")[0]
    refused(client, client.get(f"{back}?error=access_denied"), db, traced=False)


def test_an_answer_that_names_another_issuer_is_refused(client, db, fake, issuer, owner):
    back = fake.authorize(leave(client, issuer), "anna", vo_orgcode=VALUE)
    refused(client, client.get(f"{back}&iss=https://elders.example"), db, traced=False)


def test_somebody_of_the_same_name_at_another_issuer_is_somebody_else(client, city, db, issuer, owner):
    oidc.forget()
    with serve() as other:
        second = add(city, other, "Elders")
        actions.map_organisation(db, city.actor, second, VALUE, city.organisatie(), now=city.now)
        db.commit()
        page = come_back(client, other, second, "anna")
    refused(client, page, db)
    assert "nog geen account" in page.words


def test_an_answer_for_one_issuer_is_not_brought_to_another(client, city, db, fake, issuer, owner):
    with serve() as other:
        second = add(city, other, "Elders")
        back = fake.authorize(leave(client, issuer), "anna", vo_orgcode=VALUE)
        refused(client, client.get(back.replace(str(issuer.id), str(second.id))), db, traced=False)
        assert "/token" not in other.asked


def test_an_account_that_was_shut_stays_out(client, city, db, fake, issuer, owner, now):
    assert come_back(client, fake, issuer).status == 302
    actions.deactivate(db, city.actor, owner, now=now)
    db.commit()
    assert not inside(client)
    refused(client, come_back(client, fake, issuer), db)


@pytest.mark.parametrize(
    "said", [None, "", "0999999999", [], ["0999999999"], {"code": "0123456789"}, 123456789]
)
def test_another_organisation_or_none_is_refused(client, db, fake, issuer, owner, said):
    page = come_back(client, fake, issuer, vo_orgcode=said)
    refused(client, page, db)
    assert "organisatie" in page.words


def test_an_organisation_that_the_account_does_not_work_for_is_refused(client, city, db, fake, issuer, owner):
    other = city.organisatie("Elders vzw")
    actions.map_organisation(db, city.actor, issuer, "0999999999", other, now=city.now)
    db.commit()
    refused(client, come_back(client, fake, issuer, vo_orgcode="0999999999"), db)


def test_an_account_without_organisation_is_refused(client, city, db, issuer, now):
    account = city.account(Rol.COORDINATOR)
    with pytest.raises(federation.OtherOrganisation):
        actions.connect(db, account, issuer, "cor", {"vo_orgcode": VALUE}, now=now)


def test_who_stopped_as_gezinscoach_works_for_the_organisation_no_more(city, db, issuer, now):
    coach = city.coach()
    assert queries.organisations_of(db, coach.account.id, now, city.today) == {city.organisatie().id}
    coach.row.gestopt_op = city.today.replace(day=1)
    db.flush()
    assert queries.organisations_of(db, coach.account.id, now, city.today) == frozenset()


def test_who_is_tied_already_takes_no_second_account_and_an_account_no_second_person(
    city, db, issuer, owner, now
):
    other = city.account(Rol.BONDGENOOT, "Bo", city.organisatie())
    for account, subject in ((other, "anna"), (owner, "bert")):
        with pytest.raises(federation.IdentityTaken):
            actions.connect(db, account, issuer, subject, {"vo_orgcode": VALUE}, now=now)
    actions.connect(db, owner, issuer, "anna", {"vo_orgcode": VALUE}, now=now)


def test_an_invitation_for_another_organisation_is_refused_and_not_spent(client, city, db, fake, issuer, now):
    account, token = actions.add_account(db, city.actor, email="ann@test.example", naam="Ann", now=now)
    other = city.organisatie("Elders vzw")
    actions.give_role(db, city.actor, account, Rol.BONDGENOOT, organisatie_id=other.id, now=now)
    db.commit()
    refused(client, come_back(client, fake, issuer, "ann-1", f"?uitnodiging={token}"), db)
    assert db.scalars(select(Identity)).all() == []
    assert client.get(f"/uitnodiging/{token}").status == 200


def test_an_issuer_of_another_werking_opens_nothing_here(city, db, fake, owner, now):
    elsewhere = actions.add_werking(db, naam="Elders", gemeente="Elders", postcodes=("1000",), now=now)
    theirs = actions.add_issuer(
        db,
        Actor(werking_id=elsewhere.werking_id),
        naam="Stad",
        address=fake.address,
        client_id=CLIENT,
        client_secret=SECRET,
        organisation_claim="vo_orgcode",
        acr=(),
        now=now,
    )
    actions.map_organisation(db, elsewhere, theirs, VALUE, city.organisatie(), now=now)
    with pytest.raises(federation.OtherOrganisation):
        actions.connect(db, owner, theirs, "anna", {"vo_orgcode": VALUE}, now=now)


def test_what_came_back_to_somebody_else_connects_nothing(client, city, db, fake, issuer, owner):
    first = city.account(Rol.BONDGENOOT, "Cas", city.organisatie())
    client.sign_in(first.id)
    sent = client.get(f"/mijn-account/uitgevers/{issuer.id}/verbind", headers=OWN)
    back = fake.authorize(sent.location, "cas", vo_orgcode=VALUE)
    client.sign_in(city.account(Rol.BONDGENOOT, "Dora", city.organisatie()).id)
    page = client.get(back)
    assert page.status == 403
    assert "iemand anders" in page.words
    assert len(db.scalars(select(Identity)).all()) == 1
