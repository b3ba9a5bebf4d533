"""What a page says when the keys cannot be read: plainly, and what was typed is given back."""

from __future__ import annotations

import pytest

from gezinscoach.kernel import vault
from gezinscoach.kernel.access import Rol


@pytest.fixture
def no_keys(app):
    keys = app.extensions["vault"]
    aside = keys.file.path.with_name("aside")

    def take_away():
        keys.file.path.rename(aside)
        keys.forget()

    yield take_away
    aside.rename(keys.file.path)
    keys.forget()


def test_every_page_says_that_keys_cannot_be_read_and_asks_to_come_back(client, city, no_keys):
    client.sign_in(city.account(Rol.BEHEERDER).id)
    no_keys()
    for path in ("/", "/accounts", "/logboek"):
        page = client.get(path)
        assert (page.status, page.h1) == (503, "De sleutels zijn niet te lezen")
        assert "is er nog" in page.words
        assert page.headers["Retry-After"] == "120"
        assert "kek" not in page.text


def test_what_was_typed_is_given_back_but_no_password(client, city, no_keys):
    client.sign_in(city.account(Rol.BEHEERDER).id)
    client.get("/accounts/nieuw")
    no_keys()
    page = client.post("/accounts/nieuw", {"naam": "Iemand Nieuw " + "x" * 40, "wachtwoord": "geheim123"})
    assert page.status == 503
    assert "Iemand Nieuw" in page.text
    assert "geheim123" not in page.text


def test_nobody_signs_in_without_keys(client, city, no_keys):
    client.get("/inloggen")
    no_keys()
    assert client.get("/inloggen").status == 200
    page = client.post("/inloggen", {"email": "a@b.be", "wachtwoord": "geheim123"})
    assert page.status == 503
    assert "geheim123" not in page.text


def test_a_key_that_was_rotated_away_meanwhile_is_a_refusal_that_keeps_what_was_typed(
    client, city, monkeypatch
):
    client.sign_in(city.account(Rol.BEHEERDER).id)
    client.get("/accounts/nieuw")
    monkeypatch.setattr(vault.Vault, "alive", lambda self, used: False)
    sent = {"naam": "Iemand Nieuw", "email": "nieuw@stad.example", "rol": Rol.COORDINATOR.value}
    sent |= {"organisatie": "", "tot": ""}
    page = client.post("/accounts/nieuw", sent)
    assert page.status == 409
    assert "net vernieuwd" in page.words
    assert 'value="Iemand Nieuw"' in page.text
