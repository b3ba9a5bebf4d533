"""Who is which gezinscoach: an address alone hands nobody a caseload."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update

from gezinscoach.accounts import actions, queries
from gezinscoach.accounts.rules import Statuut
from gezinscoach.accounts.tables import Account, Gezinscoach, RoleGrant
from gezinscoach.dossier import actions as dossier
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.audit import AuditEvent


@pytest.fixture
def fien(city, db, now):
    """A gezinscoach with a family, who has no account yet."""
    row = actions.add_gezinscoach(
        db,
        city.actor,
        naam="Fien Zonder",
        email=None,
        organisatie_id=city.organisatie().id,
        statuut=Statuut.PROFESSIONEEL,
        gestart_op=date(2025, 1, 1),
        max_gezinnen=3,
        now=now,
    )
    gezin = city.gezin("Gezin Peeters")
    dossier.start_coach(db, city.actor, gezin, row.id, van=city.today, now=now)
    db.commit()
    return row, gezin


@pytest.fixture
def importeur(city):
    account = city.account(Rol.IMPORTEUR, "Imre Port")
    return city.actor_of(account.id, Rol.IMPORTEUR)


def test_an_address_that_an_importeur_takes_over_gives_no_families_until_two_people_say_so(
    client, city, db, now, fien, importeur
):
    row, gezin = fien
    waits = city.account(Rol.GEZINSCOACH, "Wacht Even")
    path = f"/dossier/{gezin.id}"
    client.sign_in(waits.id)
    actions.change_email(db, importeur, row, waits.email, now=now)
    db.commit()
    assert row.account_id == waits.id
    assert client.get("/").location == "/inloggen?verder=/"
    client.sign_in(waits.id)
    assert client.get(path).status == 404
    asked = select(AuditEvent.account_id).where(AuditEvent.action == "role.end.gezinscoach")
    assert db.scalars(asked).all() == [importeur.account_id]
    bea, second = (city.account(Rol.BEHEERDER, naam) for naam in ("Bea", "Bo"))
    actions.set_password(db, waits, "een rustige dinsdagochtend")
    asker = city.actor_of(bea.id, Rol.BEHEERDER)
    approval = actions.ask_role(db, asker, waits, Rol.GEZINSCOACH, now=now)
    shown = queries.approvals(db, Account.id == waits.id, now)
    assert [one.coach for one in shown] == ["Fien Zonder"]
    actions.confirm_approval(db, city.actor_of(second.id, Rol.BEHEERDER), approval, waits, now=now)
    db.commit()
    client.sign_in(waits.id)
    assert client.get(path).status == 200


def test_the_owner_of_the_server_links_alone_and_a_new_coach_is_linked_at_once(
    city, db, now, fien, importeur
):
    waits, other = (city.account(Rol.GEZINSCOACH, naam) for naam in ("Wacht Even", "Nog Een"))
    actions.change_email(db, city.actor, fien[0], waits.email, now=now)
    new = actions.add_gezinscoach(
        db, importeur, naam="Nieuw", email=other.email, organisatie_id=fien[0].organisatie_id,
        statuut=Statuut.PROFESSIONEEL, gestart_op=city.today, max_gezinnen=1, now=now,
    )  # fmt: skip
    db.commit()
    assert (fien[0].account_id, new.account_id) == (waits.id, other.id)
    held = db.scalars(select(RoleGrant).where(RoleGrant.account_id.in_([waits.id, other.id]))).all()
    assert [grant.until for grant in held] == [None, None]


@pytest.mark.parametrize("table", [Gezinscoach, Account])
def test_an_index_of_an_address_that_was_written_in_the_database_links_nobody(city, db, now, fien, table):
    row, _gezin = fien
    mine = city.account(Rol.GEZINSCOACH, "Wacht Even")
    actions.change_email(db, city.actor, row, "fien@test.example", now=now)
    db.commit()
    bare = table.__table__
    if table is Gezinscoach:
        index, about = queries.email_index(db, mine.email), row.id
    else:
        index, about = row.email_index, mine.id
    db.connection().execute(update(bare).where(bare.c.id == about).values(email_index=index))
    db.commit()
    db.expunge_all()
    actions.people.link(db, index, city.actor.werking_id)
    db.commit()
    assert db.get(Gezinscoach, row.id).account_id is None
