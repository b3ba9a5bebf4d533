"""A form typed while the session ended, by somebody who first has to set up a second factor: given back."""

from __future__ import annotations

import pyotp
import pytest

from gezinscoach.accounts import actions, queries
from gezinscoach.kernel.access import Rol
from tests.accounts.proving import Device, asked, carried

PASSWORD = "vier groene fietsen zingen"
TYPED = {"naam": "Lang Getypt", "email": "lang@test.example", "rol": "coordinator", "organisatie": ""}


@pytest.fixture
def half(client, city, db):
    """The browser, and the page that answers the password of somebody without a second factor."""
    account = city.account(Rol.BEHEERDER, "Bea Heer")
    actions.set_password(db, account, PASSWORD)
    db.commit()
    client.account_id = account.id  # it was shown before the session ended
    page = client.post("/accounts/nieuw", TYPED)
    assert page.status == 401
    page = client.post("/inloggen", {"email": account.email, "wachtwoord": PASSWORD, **carried(page)})
    assert page.h1 == "Stel je tweede stap in", "not asked for what there is not"
    assert "Wat je typte, is niet verloren." in page.words
    return account, page


def given_back(client, page):
    """The codes are shown, then the form comes back as it was typed and is taken."""
    assert (page.status, page.h1) == (201, "Je herstelcodes")
    page = client.post("/inloggen/verder", carried(page))
    assert (page.h1, page.actions()[0]) == ("Je tekst is er nog", "/accounts/nieuw")
    sent = {
        node.attrib["name"]: node.attrib["value"]
        for node in page.tree.iter("input")
        if node.attrib["name"] in (*TYPED, "csrf_token", "eenmalig")
    }
    assert {name: sent[name] for name in TYPED} == TYPED
    assert "Uitnodiging voor Lang Getypt" in client.post("/accounts/nieuw", sent).h1


def test_with_a_passkey_as_the_first_factor(client, half):
    _account, page = half
    options, sent = asked(page)
    made = {**sent, **carried(page), "credential": Device().make(options), "naam": "Laptop"}
    given_back(client, client.post("/inloggen/instellen", made))


def test_with_an_app_as_the_first_factor_after_a_mistake_and_a_step_back(client, db, half, now):
    account, page = half
    page = client.post("/inloggen/instellen/app", {"begin": "ja", **carried(page)})
    assert (page.status, page.h1) == (200, "App met codes")
    page = client.post("/inloggen/instellen/app", {"terug": "ja", **carried(page)})
    assert (page.status, page.h1) == (200, "Stel je tweede stap in")
    page = client.post("/inloggen/instellen/app", {"begin": "ja", **carried(page)})
    page = client.post("/inloggen/instellen/app", {"code": "000000", **carried(page)})
    assert page.status == 422
    seed = queries.code_app(db, account.id, used=False).seed
    given_back(
        client, client.post("/inloggen/instellen/app", {"code": pyotp.TOTP(seed).at(now), **carried(page)})
    )


def test_a_passkey_that_did_not_answer_well_loses_nothing(client, half):
    _account, page = half
    _options, sent = asked(page)
    page = client.post("/inloggen/instellen", {**sent, **carried(page), "credential": "{}", "naam": "Laptop"})
    assert page.status == 422
    assert carried(page)["bewaard.veld.naam"] == "Lang Getypt"


def test_a_form_that_is_not_ours_is_not_carried_along(client, half):
    _account, page = half
    page = client.post(
        "/inloggen/instellen/app", {"begin": "ja", **carried(page)}, headers={"Sec-Fetch-Site": "none"}
    )
    assert "Lang Getypt" not in page.text


def test_the_same_through_the_page_of_an_issuer_in_another_tab(client, half):
    _account, page = half
    page = client.post("/inloggen/verder", carried(page))
    assert (page.status, page.h1) == (401, "Stel je tweede stap in")
    assert carried(page)["bewaard.veld.naam"] == "Lang Getypt"


def test_who_loads_the_codes_again_gets_the_text_back_and_no_other_codes(client, half):
    _account, page = half
    options, sent = asked(page)
    made = {**sent, **carried(page), "credential": Device().make(options), "naam": "Laptop"}
    assert client.post("/inloggen/instellen", made).h1 == "Je herstelcodes"
    page = client.post("/inloggen/instellen", made)
    assert (page.h1, page.actions()[0]) == ("Je tekst is er nog", "/accounts/nieuw")
    assert "Je herstelcodes toonden we al" in page.words
