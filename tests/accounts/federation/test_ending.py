"""A session that an issuer opened lives no longer than what ties the issuer to this house."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from gezinscoach.accounts import actions
from gezinscoach.kernel.access import Rol
from tests.accounts.federation.asking import OWN, PASSWORD, VALUE, add, come_back, inside
from tests.browser import Browser


@pytest.fixture
def came_in(client, fake, issuer, owner):
    assert come_back(client, fake, issuer).status == 302
    assert inside(client)
    return client


@pytest.mark.parametrize("how", ["remove", "unmap", "map"])
def test_who_came_in_through_an_issuer_is_out_when_it_opens_nothing_any_more(
    app, city, db, issuer, owner, came_in, now, how
):
    own = Browser(app).sign_in(owner.id)
    if how == "remove":
        actions.remove_issuer(db, city.actor, issuer, now=now)
    elif how == "unmap":
        actions.unmap_organisation(db, city.actor, issuer, VALUE, now=now)
    else:
        other = city.organisatie("Elders vzw")
        actions.map_organisation(db, city.actor, issuer, VALUE, other, now=now)
    db.commit()
    assert not inside(came_in)
    assert inside(own), "a passkey of this house"


def test_it_stays_when_the_same_is_noted_again_or_another_issuer_goes(city, db, issuer, came_in, now):
    actions.map_organisation(db, city.actor, issuer, VALUE, city.organisatie(), now=now)
    other = add(city, SimpleNamespace(address="https://elders.example"), naam="Elders")
    actions.remove_issuer(db, city.actor, other, now=now)
    db.commit()
    assert inside(came_in)


def test_who_unties_the_own_account_is_out_elsewhere_and_not_here(app, db, fake, issuer, owner, came_in):
    actions.set_password(db, owner, PASSWORD)
    db.commit()
    here, there = Browser(app), Browser(app)
    for browser in (here, there):
        come_back(browser, fake, issuer)
    here.get("/mijn-account/uitgevers")
    here.post(f"/mijn-account/uitgevers/{issuer.id}/los")
    assert inside(here)
    assert not inside(there)


def test_whoever_ties_the_own_account_is_out_elsewhere_as_with_any_new_way_in(app, city, fake, issuer):
    account = city.account(Rol.BONDGENOOT, "Cas", city.organisatie())
    here, there = (Browser(app).sign_in(account.id) for _ in range(2))
    sent = here.get(f"/mijn-account/uitgevers/{issuer.id}/verbind", headers=OWN)
    done = here.follow(here.get(fake.authorize(sent.location, "cas", vo_orgcode=VALUE)))
    assert "Je bent op je andere toestellen uitgelogd." in done.words
    assert inside(here)
    assert not inside(there)
