"""OIDC-NEG: another issuer, another organisation, another werking, an account that was shut."""

from __future__ import annotations

import pytest

from gezinscoach.accounts import actions, queries
from gezinscoach.accounts.rules import federation
from gezinscoach.kernel import oidc
from gezinscoach.kernel.access import Actor, Rol
from tests.accounts.federation.asking import VALUE, add, come_back, inside, refused
from tests.issuer import CLIENT, SECRET, serve


def test_somebody_of_the_same_name_at_another_issuer_is_somebody_else(client, city, db, issuer, owner):
    oidc.forget()
    with serve() as other:
        second = add(city, other, "Elders")
        actions.map_organisation(db, city.actor, second, VALUE, city.organisatie(), now=city.now)
        db.commit()
        page = come_back(client, other, second, "anna")
    refused(client, page, db)
    assert "nog geen account" in page.words


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
