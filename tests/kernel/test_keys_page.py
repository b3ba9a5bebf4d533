"""What a page says when the keys cannot be read: plainly, and what was typed is given back."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import delete

from gezinscoach.aanmelding.queries import likely_doubles
from gezinscoach.dossier import queries
from gezinscoach.dossier.actions import NieuwLid
from gezinscoach.dossier.rules import Lidsoort
from gezinscoach.kernel import rotation, vault
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.vault import KeyDenied, KeyLost
from gezinscoach.kernel.vault.store import KEYS
from tests.aanmelding.conftest import Intake


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
    assert gezin.naam == "naam niet leesbaar"
    assert gezin.code == f"kenmerk {gezin.id.hex[:8]}"
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
    assert f"Naam niet leesbaar (kenmerk {gezin.id.hex[:8]})" in listed.words
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
    assert "naam niet leesbaar" in page.words


def test_the_keys_that_are_missing_are_counted_by_kind(app, db, city, lose):
    keys = app.extensions["vault"]
    before = rotation.missing(db, keys)
    gezin, account = city.gezin("Verloren"), city.account(Rol.COORDINATOR)
    db.commit()
    assert rotation.missing(db, keys) == before
    for scope in (gezin.id, account.id):
        lose(scope)
    assert rotation.missing(db, keys) == before + Counter(gezin=1, account=1)


def test_every_list_calls_what_lost_its_key_the_same_and_tells_families_apart(client, city, db, lose):
    coach, intake = city.coach("Vaste Coach"), Intake(city)
    families = [city.gezin("Verloren", coach), city.gezin("Ook verloren", coach)]
    waiting = intake.register().gezin
    people = [city.account(rol) for rol in (Rol.COORDINATOR, Rol.BEHEERDER, Rol.FUNCTIONARIS)]
    gone = city.coach("Weg")
    db.commit()
    for scope in (*(one.id for one in families), waiting.id, gone.account.id, gone.row.id):
        lose(scope)
    seen = {
        coach.account.id: (["/"], [f"Naam niet leesbaar (kenmerk {one.id.hex[:8]})" for one in families]),
        intake.account.id: (
            ["/wachtlijst", "/gezin"],
            [f"Naam niet leesbaar (kenmerk {waiting.id.hex[:8]})", *(one.id.hex[:8] for one in families)],
        ),
        people[0].id: (["/gezinscoaches", "/gezin"], ["naam niet leesbaar"]),
        people[1].id: (["/accounts"], ["naam niet leesbaar"]),
    }
    for account_id, (paths, wanted) in seen.items():
        client.sign_in(account_id)
        pages = [client.get(path) for path in paths]
        assert [page.status for page in pages] == [200] * len(paths)
        told = " ".join(page.words for page in pages)
        for words in wanted:
            assert words in told
        assert "sleutel kwijt" not in told


def test_names_that_can_not_be_read_are_not_alike(client, city, db, lose, now):
    """Two families without a key are no likely doubles, and nobody bears the name of either."""
    intake = Intake(city)
    first, second = (intake.register(naam=naam) for naam in ("Peeters", "Aksoy"))
    lose(first.gezin.id)
    lose(second.gezin.id)
    db.info["granted"] = {}
    assert likely_doubles(db, intake.actor, intake.blad(second.aanmelding.id), now=now) == []
