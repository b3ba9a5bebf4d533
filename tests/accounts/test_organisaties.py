"""Organisations as the beheerder keeps them."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select, true

from gezinscoach.accounts import actions, queries, rules
from gezinscoach.accounts.tables import Organisatie
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.audit import AuditEvent
from tests.counting import statements


def test_a_list_that_is_cut_keeps_the_first_by_name(db, actor, now, monkeypatch):
    monkeypatch.setattr("gezinscoach.accounts.queries.organisations.MOST", 2)
    for number, naam in enumerate(("Berk", "Den", "Appel", "Cipres")):
        db.add(Organisatie(id=UUID(int=9 - number), werking_id=actor.werking_id, naam=naam))
    db.flush()
    shown = queries.organisatie_regels(db, true(), now.date())
    assert [row.naam for row in shown] == ["Appel", "Berk"]


@pytest.fixture
def beheerder(city, client):
    account = city.account(Rol.BEHEERDER, "Bea Heer")
    client.sign_in(account.id)
    return account


def traces(db, account):
    wanted = select(AuditEvent.action).where(
        AuditEvent.account_id == account.id, AuditEvent.action.like("organisatie.%")
    )
    return list(db.scalars(wanted))


def test_an_organisation_is_added_and_renamed_each_with_one_trace(client, beheerder, city, db):
    page = client.follow(client.post("/organisaties/nieuw", {"naam": "Buurthuis Zon", "soort": "vzw"}))
    assert "Buurthuis Zon" in page.words
    row = db.scalars(select(Organisatie).where(Organisatie.naam == "Buurthuis Zon")).one()
    path = f"/organisaties/{row.id}"
    assert client.get(path).h1 == "Buurthuis Zon"
    client.post(path, {"naam": "Buurthuis Maan", "soort": "vzw"})
    assert (
        "niets veranderd"
        in client.follow(client.post(path, {"naam": "Buurthuis Maan", "soort": "vzw"})).words
    )
    db.refresh(row)
    assert (row.naam, row.soort) == ("Buurthuis Maan", "vzw")
    assert traces(db, beheerder) == ["organisatie.add", "organisatie.change"]


@pytest.mark.parametrize("naam", ["vzw Onder Dak", "onder-dak", "ONDER  DAK vzw", "Onder Dák"])
def test_the_same_name_under_another_spelling_is_refused_at_the_field(client, beheerder, city, db, naam):
    city.organisatie("Onder Dak")
    other = city.organisatie("Buurthuis Zon")
    for path in ("/organisaties/nieuw", f"/organisaties/{other.id}"):
        page = client.post(path, {"naam": naam, "soort": "een soort"})
        assert page.status == 422
        assert "al een organisatie “Onder Dak”" in page.words
        assert "een soort" in page.text
    assert traces(db, beheerder) == []


def test_an_organisation_may_be_spelled_otherwise_than_itself(client, beheerder, city, db):
    row = city.organisatie("Onder Dak")
    assert client.post(f"/organisaties/{row.id}", {"naam": "vzw Onder Dak", "soort": ""}).status == 302
    db.refresh(row)
    assert row.naam == "vzw Onder Dak"


def test_a_name_is_needed_and_fits(client, beheerder):
    for naam in ("", "x" * 201):
        assert client.post("/organisaties/nieuw", {"naam": naam, "soort": ""}).status == 422


def test_organisations_of_another_werking_are_not_there_and_do_not_stand_in_the_way(
    client, beheerder, city, db, now
):
    elsewhere = actions.add_werking(db, naam="Elders", gemeente="Elders", postcodes=("1000",), now=now)
    row = actions.add_organisatie(db, elsewhere, naam="Verre vzw", now=now)
    db.commit()
    assert "Verre vzw" not in client.get("/organisaties").text
    assert client.get(f"/organisaties/{row.id}").status == 404
    assert client.post("/organisaties/nieuw", {"naam": "Verre vzw", "soort": ""}).status == 302


def test_the_list_counts_the_coaches_of_today_and_asks_one_question_for_all(client, beheerder, city):
    def asked():
        with statements() as sent:
            assert client.get("/organisaties").status == 200
        return len(sent)

    def grow(number):
        for one in range(number):
            city.coach("Iemand", city.organisatie(f"Huis {number} {one}"))

    grow(2)
    few = asked()
    grow(10)
    assert asked() == few
    city.coach("Weg", city.organisatie("Huis 2 0"), gestopt_op=city.today.replace(month=9))
    cells = client.get("/organisaties").words
    assert "Huis 2 0 – 1" in cells


def test_two_names_are_the_same_but_for_spelling():
    with pytest.raises(rules.OrganisationExists) as refusal:
        rules.require_new_name("VZW De Zon", ["Maan", "De Zon"])
    assert refusal.value.naam == "De Zon"
    rules.require_new_name("De Zonnebloem", ["De Zon"])
