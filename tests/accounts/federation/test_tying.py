"""Tying an account to who somebody is at an issuer: by invitation or while signed in, and by nobody else."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from gezinscoach.accounts import actions, rules
from gezinscoach.accounts.rules import federation
from gezinscoach.accounts.tables import RoleGrant
from gezinscoach.accounts.tables.federation import Identity
from gezinscoach.kernel.access import Rol
from tests.accounts.federation.asking import OWN, PASSWORD, VALUE, come_back, inside, refused
from tests.accounts.proving import give_app


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
    for row in db.scalars(select(RoleGrant).where(RoleGrant.account_id == owner.id)):
        row.until = now
    db.commit()
    assert f"/accounts/{owner.id}/uitnodiging" not in client.get(f"/accounts/{owner.id}").actions()


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
