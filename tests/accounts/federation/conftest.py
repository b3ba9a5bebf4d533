"""An issuer on the loopback, and somebody who comes in through it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gezinscoach.accounts import actions
from gezinscoach.kernel import oidc
from gezinscoach.kernel.access import Rol
from tests.accounts.federation.asking import VALUE, add
from tests.issuer import FakeIssuer, serve


@pytest.fixture
def fake() -> Iterator[FakeIssuer]:
    oidc.forget()
    with serve() as issuer:
        yield issuer
    oidc.forget()


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
