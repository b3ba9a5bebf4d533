"""A row that somebody wrote in the database itself counts nowhere, and keeps nobody from those beside it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from gezinscoach.accounts import actions, queries
from gezinscoach.accounts.rules.factors import Factor
from gezinscoach.accounts.tables import (
    Account,
    Approval,
    CodeApp,
    LoginSession,
    Passkey,
    RecoveryCode,
    RoleGrant,
)
from gezinscoach.kernel import marks
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.audit import AuditEvent, Outcome
from gezinscoach.kernel.marks import Forged
from tests.accounts.proving import give_app
from tests.browser import session_of

SAID = "klopt niet: buiten de toepassing veranderd, telt niet mee"


@pytest.fixture
def forge(db):
    """Writes in a table, around the marks."""

    def write(cls, *where, **values):
        db.connection().execute(update(cls.__table__).where(*where).values(**values))
        db.commit()
        db.expunge_all()

    return write


@pytest.fixture
def beheerder(city):
    return city.account(Rol.BEHEERDER, "Bea Beheert")


@pytest.fixture
def other(city):
    return city.account(Rol.DESKUNDIGE, "Iemand Anders")


@pytest.fixture
def grant(db, other, forge):
    found = db.scalar(select(RoleGrant.id).where(RoleGrant.account_id == other.id))
    forge(RoleGrant, RoleGrant.__table__.c.id == found, rol=Rol.BEHEERDER)
    return found


def traced(db):
    return db.scalars(select(AuditEvent.action).where(AuditEvent.outcome == Outcome.DENIED)).all()


def test_a_forged_role_is_named_in_the_list_and_on_record(client, db, beheerder, other, grant):
    client.sign_in(beheerder.id)
    page = client.get("/accounts")
    assert page.status == 200
    assert page.words.count(SAID) == 1
    assert "Iemand Anders" in page.words
    assert "row.forged" in traced(db)


def test_a_forged_role_is_ended_like_any_other(client, db, beheerder, other, grant):
    client.sign_in(beheerder.id)
    where = f"/accounts/{other.id}/rol/{grant}/einde"
    page = client.get(f"/accounts/{other.id}")
    assert page.words.count(SAID) == 1
    assert where in page.links()
    assert client.get(where).status == 200
    assert client.post(where, {}).status == 302
    db.expunge_all()
    assert SAID not in client.get("/accounts").words
    ended = db.get(RoleGrant, grant)
    assert ended.until is not None


def test_a_forged_account_is_named_and_takes_no_deed(client, beheerder, other, forge):
    forge(Account, Account.__table__.c.id == other.id, password_hash="anders")
    client.sign_in(beheerder.id)
    page = client.get("/accounts")
    assert page.words.count(SAID) == 1
    assert "Iemand Anders" in page.words
    page = client.get(f"/accounts/{other.id}")
    assert page.words.count(SAID) == 1
    assert not [link for link in (*page.links(), *page.actions()) if str(other.id) in link]
    assert client.get(f"/accounts/{other.id}/rol").status == 403


def test_a_forged_question_is_named_and_confirmed_by_nobody(client, db, city, beheerder, other, forge, now):
    asked = actions.ask_role(
        db, city.actor_of(beheerder.id, Rol.BEHEERDER), other, Rol.FUNCTIONARIS, now=now
    ).id
    db.commit()
    forge(Approval, Approval.__table__.c.id == asked, rol=Rol.COORDINATOR)
    client.sign_in(city.account(Rol.FUNCTIONARIS, "Fien").id)
    page = client.get("/bevestigingen")
    assert (page.status, page.words.count(SAID)) == (200, 1)
    assert f"/bevestigingen/{asked}" not in page.links()
    assert client.get(f"/bevestigingen/{asked}").status == 403
    client.sign_in(beheerder.id)
    assert client.get("/accounts").words.count(SAID) == 1


def test_all_other_sessions_end_though_one_is_forged(client, db, other, forge):
    session_of(other.id)
    stands = db.scalars(select(LoginSession.token_hash)).one()
    client.sign_in(other.id)
    forge(LoginSession, LoginSession.__table__.c.token_hash == stands, factor=Factor.DIENST)
    page = client.get("/mijn-account")
    assert (page.status, page.words.count(SAID)) == (200, 1)
    assert "row.forged" in traced(db)
    assert client.post("/mijn-account/sessies/einde", {}).status == 302
    assert SAID not in client.get("/mijn-account").words
    assert db.scalar(select(LoginSession.token_hash).where(LoginSession.token_hash == stands)) is None


def test_a_forged_factor_proves_nothing_is_named_and_takes_none_away(client, db, other, forge, now):
    give_app(db, other, now)
    actions.new_recovery_codes(db, other, now=now)
    db.add(
        Passkey(id=uuid4(), account_id=other.id, credential="c", public_key=b"key", sign_count=0, made_at=now)
    )
    db.commit()
    client.sign_in(other.id)
    held = queries.factors(db, other.id)
    assert (held.count, held.codes, held.forged) == (2, 10, 0)
    forge(Passkey, public_key=b"anders")
    forge(CodeApp, confirmed_at=now - timedelta(days=1))
    first = db.scalar(select(RecoveryCode.code_hash).limit(1))
    forge(RecoveryCode, RecoveryCode.__table__.c.code_hash == first, mark=b"0" * 16)
    held = queries.factors(db, other.id)
    assert (held.count, held.codes, held.forged, held.needed) == (0, 9, 3, True)
    for proof in (lambda: queries.passkey_by_credential(db, "c"), lambda: queries.code_app(db, other.id)):
        with pytest.raises(Forged):
            proof()
    page = client.get("/mijn-account")
    assert (page.status, page.words.count(SAID)) == (200, 1)


def test_what_a_list_showed_of_a_forged_row_is_not_gone_by_afterwards(db, grant):
    [row] = marks.shown(db, select(RoleGrant).where(RoleGrant.id == grant))
    assert row.RoleGrant.forged
    assert row.RoleGrant not in db
    with pytest.raises(Forged):
        db.get(RoleGrant, grant)


def test_the_refusal_names_somebody_who_can_do_something(client, beheerder, other, forge):
    forge(Account, Account.__table__.c.id == other.id, password_hash="anders")
    client.sign_in(beheerder.id)
    assert "aan wie de server beheert" in client.get(f"/accounts/{other.id}/rol").words
