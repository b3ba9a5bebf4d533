"""What a page says when the keys cannot be read: plainly, and what was typed is given back."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import delete

from gezinscoach.dossier import queries
from gezinscoach.dossier.actions import NieuwLid
from gezinscoach.dossier.rules import Lidsoort
from gezinscoach.kernel import rotation, vault
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.vault import KeyDenied, KeyLost
from gezinscoach.kernel.vault.store import KEYS


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


@pytest.fixture
def lose(app):
    """Takes the key of a scope away, as putting an older copy of the keys back does."""

    def take(scope):
        with app.extensions["vault"].store.writing() as connection:
            connection.execute(delete(KEYS).where(KEYS.c.scope_id == scope))

    return take


def test_a_lost_key_is_another_matter_than_one_that_was_not_granted(db, city, lose):
    gezin, other = city.gezin("Verloren"), city.gezin("Gesloten")
    db.commit()
    lose(gezin.id)
    vault.granted(db).clear()
    with pytest.raises(KeyLost):
        vault.key_of(db, gezin.id, 1, "F1")
    with pytest.raises(KeyDenied) as caught:
        vault.key_of(db, other.id, 1, "F1")
    assert caught.type is KeyDenied
    assert gezin.naam == "sleutel kwijt"
    with pytest.raises(KeyLost):
        gezin.naam = "Nieuw"


def test_one_family_without_a_key_stays_in_the_list_and_its_own_page_says_what_to_do(client, city, db, lose):
    coach = city.coach("Vaste Coach")
    gezin, other = city.gezin("Verloren", coach), city.gezin("Bewaard", coach)
    db.commit()
    lose(gezin.id)
    client.sign_in(coach.account.id)
    listed = client.get("/")
    assert listed.status == 200
    assert "sleutel kwijt" in listed.words
    assert "Bewaard" in listed.words
    for path in (f"/dossier/{gezin.id}", f"/dossier/{gezin.id}/notities"):
        page = client.get(path)
        assert page.status == 409
        assert "De sleutel hiervan is kwijt" in page.words
        assert "gezinscoach doctor" in page.words
    assert client.get(f"/dossier/{other.id}").status == 200


def test_a_member_without_a_key_breaks_no_dossier(client, city, db, lose):
    coach = city.coach("Vaste Coach")
    gezin = city.gezin("Met kind", coach, leden=[NieuwLid(Lidsoort.KIND, "Kind", "2019-03-04")])
    db.commit()
    lose(queries.leden(db, gezin.id)[0].id)
    client.sign_in(coach.account.id)
    page = client.get(f"/dossier/{gezin.id}")
    assert page.status == 200
    assert "sleutel kwijt" in page.words


def test_the_keys_that_are_missing_are_counted_by_kind(app, db, city, lose):
    keys = app.extensions["vault"]
    before = rotation.missing(db, keys)
    gezin, account = city.gezin("Verloren"), city.account(Rol.COORDINATOR)
    db.commit()
    assert rotation.missing(db, keys) == before
    for scope in (gezin.id, account.id):
        lose(scope)
    assert rotation.missing(db, keys) == before + Counter(gezin=1, account=1)
