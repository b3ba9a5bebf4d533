"""OIDC-NEG: answers that nobody asked for, that come twice, late, or to another browser."""

from __future__ import annotations

from freezegun import freeze_time

from tests.accounts.federation.asking import VALUE, add, leave, refused
from tests.issuer import serve


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


def test_an_answer_for_one_issuer_is_not_brought_to_another(client, city, db, fake, issuer, owner):
    with serve() as other:
        second = add(city, other, "Elders")
        back = fake.authorize(leave(client, issuer), "anna", vo_orgcode=VALUE)
        refused(client, client.get(back.replace(str(issuer.id), str(second.id))), db, traced=False)
        assert "/token" not in other.asked
