"""What the tests of issuers share: an issuer in the werking, leaving for it and coming back."""

from __future__ import annotations

from sqlalchemy import select

from gezinscoach.accounts import actions
from gezinscoach.accounts.tables import LoginSession
from gezinscoach.kernel.audit import AuditEvent
from tests.issuer import CLIENT, SECRET

PASSWORD = "vier groene fietsen zingen"
VALUE = "0123.456.789"
OWN = {"Sec-Fetch-Site": "same-origin"}


def add(city, fake, naam="Stad", acr=("aal2",)):
    row = actions.add_issuer(
        city.db,
        city.actor,
        naam=naam,
        address=fake.address,
        client_id=CLIENT,
        client_secret=SECRET,
        organisation_claim="vo_orgcode",
        acr=acr,
        now=city.now,
    )
    city.db.commit()
    return row


def leave(client, issuer, query=""):
    page = client.get(f"/inloggen/met/{issuer.id}{query}")
    assert page.status == 302, page.text
    return page.location


def come_back(client, fake, issuer, subject="anna", query="", **claims):
    claims = {"vo_orgcode": "0123456789", "acr": "aal2", **claims}
    return client.get(fake.authorize(leave(client, issuer, query), subject, **claims))


def inside(client):
    return client.get("/").status == 200


def refused(client, page, db, *, traced=True):
    assert page.status == 403, page.text
    assert not inside(client)
    assert db.scalars(select(LoginSession)).all() == []
    assert ("session.refuse_issuer" in db.scalars(select(AuditEvent.action)).all()) is traced
