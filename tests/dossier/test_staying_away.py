"""An organisation that is kept away stays so with whoever leaves it, whichever way."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from gezinscoach.accounts import actions as accounts
from gezinscoach.accounts.actions import Coachgegevens
from gezinscoach.accounts.rules import OwnCoach
from gezinscoach.accounts.tables import LoginSession, RoleGrant
from gezinscoach.dossier import actions, policy, rules
from gezinscoach.dossier.actions import Wie
from gezinscoach.dossier.actions.keeping_away import LeftBehind
from gezinscoach.dossier.rules import Uitsluitsoort
from gezinscoach.dossier.tables import Gezin, Uitsluiting
from gezinscoach.kernel import vault
from gezinscoach.kernel.access import FRESH, Rol
from gezinscoach.kernel.audit import AuditEvent
from tests.netwerk.test_coaches import typed


@pytest.fixture
def coach(city):
    return city.coach("Vaste Coach")


@pytest.fixture
def kobe(city):
    return city.coach("Kobe Elders", city.organisatie("Huis De Vlieger"))


@pytest.fixture
def gezin(db, city, coach, kobe, now):
    row = city.gezin("Gezin Peeters", coach)
    actions.shut_out(
        db,
        coach.actor,
        row,
        Wie(organisatie_id=kobe.row.organisatie_id),
        soort=Uitsluitsoort.GEBLOKKEERD,
        reden="zijn ex",
        now=now,
    )
    db.commit()
    return row


def seen(db, who):
    """Whether the family is there for somebody, as the organisations of now would have it."""
    return db.scalar(select(Gezin.id).where(policy.not_denied(who))) is not None


def as_now(kobe):
    return replace(kobe.actor, organisatie_ids=frozenset({kobe.row.organisatie_id}))


def gegevens(row, **more):
    return Coachgegevens(**({one.name: getattr(row, one.name) for one in fields(Coachgegevens)} | more))


def test_a_coach_who_leaves_an_organisation_that_is_kept_away_stays_away_in_person(
    client, db, city, gezin, kobe
):
    elsewhere = city.organisatie("De Zonnewijzer")
    assert not seen(db, as_now(kobe))
    client.sign_in(kobe.account.id)
    beheerder = city.account(Rol.BEHEERDER, "Bea Heerder")
    client.sign_in(beheerder.id)
    sent = typed(kobe.row, organisatie_id=str(elsewhere.id))
    assert client.post(f"/gezinscoach/{kobe.row.id}", sent).status == 302
    db.expire_all()
    assert kobe.row.organisatie_id == elsewhere.id
    assert not seen(db, as_now(kobe))
    own = db.scalars(select(Uitsluiting).where(Uitsluiting.gezinscoach_id == kobe.row.id)).one()
    event = db.scalars(select(AuditEvent).where(AuditEvent.action == "uitsluiting.follow")).one()
    assert (event.thing_id, event.scope_id, event.account_id) == (own.id, gezin.id, beheerder.id)
    mine = select(LoginSession).where(LoginSession.account_id == kobe.account.id)
    assert db.scalars(mine).all() == []


def test_back_and_forth_keeps_away_once_and_only_the_coach_of_the_family_ends_it(
    db, city, actor, coach, gezin, kobe, now
):
    here, there = kobe.row.organisatie_id, city.organisatie("De Zonnewijzer").id
    for house in (there, here, there):
        vault.open_scopes(db, [kobe.row.id], groups=vault.STAFF)
        accounts.change_gezinscoach(db, actor, kobe.row, gegevens(kobe.row, organisatie_id=house), now=now)
    db.commit()
    rows = db.scalars(select(Uitsluiting).order_by(Uitsluiting.organisatie_id.is_(None))).all()
    assert [row.gezinscoach_id for row in rows] == [None, kobe.row.id]
    actions.let_in(db, coach.actor, rows[0], reden="de organisatie mag weer", now=now)
    db.commit()
    assert not seen(db, as_now(kobe))
    actions.let_in(db, coach.actor, rows[1], reden="Kobe ook", now=now)
    db.commit()
    assert seen(db, as_now(kobe))


def test_no_other_way_to_another_organisation_leaves_what_keeps_it_away_behind(db, city, gezin, kobe):
    kobe.row.organisatie_id = city.organisatie("De Zonnewijzer").id
    with pytest.raises(LeftBehind):
        db.flush()
    db.rollback()


def test_a_role_for_the_organisation_that_ended_since_still_keeps_away(db, city, actor, coach, gezin, now):
    house = city.organisatie("Huis De Vlieger")
    desk = city.account(Rol.AANMELDPUNT, "Ine Take")
    grant = accounts.give_role(db, actor, desk, Rol.BONDGENOOT, organisatie_id=house.id, now=now)
    old = city.account(Rol.DESKUNDIGE, "Lang Weg")
    before = now - timedelta(days=30)
    left = RoleGrant(
        account_id=old.id, rol=Rol.BONDGENOOT, organisatie_id=house.id, since=before, until=before
    )
    db.add(left)
    accounts.end_role(db, actor, grant, now=now + timedelta(hours=1))
    db.commit()
    later = now + timedelta(days=2)
    assert not seen(db, city.actor_of(desk.id, Rol.AANMELDPUNT))
    assert seen(db, city.actor_of(old.id, Rol.DESKUNDIGE))
    away = set(db.scalars(policy.accounts_kept_away(gezin.id, later)))
    assert (desk.id in away, old.id in away) == (True, False)
    own = city.coach("Lotte", city.organisatie("De Zonnewijzer"))
    db.add(RoleGrant(account_id=own.account.id, rol=Rol.BONDGENOOT, organisatie_id=house.id, since=now,
                     until=now + timedelta(minutes=1)))  # fmt: skip
    db.commit()
    with pytest.raises(rules.KeptAway):
        actions.add_stand_in(db, actor, gezin, own.row.id, van=later.date(), tot=later.date(), now=later)


def test_nobody_corrects_the_own_data_as_gezinscoach(client, db, city, actor, gezin, kobe, now):
    accounts.give_role(db, actor, kobe.account, Rol.COORDINATOR, now=now)
    db.commit()
    client.sign_in(kobe.account.id)
    elsewhere = city.organisatie("De Zonnewijzer")
    for more in ({"organisatie_id": str(elsewhere.id)}, {"max_gezinnen": "9"}):
        page = client.post(f"/gezinscoach/{kobe.row.id}", typed(kobe.row, **more))
        assert (page.status, "eigen gegevens" in page.words) == (409, True)
    with pytest.raises(OwnCoach):
        accounts.change_gezinscoach(db, kobe.actor, kobe.row, gegevens(kobe.row, vte=10), now=now)


def test_another_organisation_asks_for_a_fresh_proof_and_other_corrections_do_not(
    client, db, city, gezin, kobe, now
):
    client.sign_in(city.account(Rol.BEHEERDER, "Bea").id)
    [session] = db.scalars(select(LoginSession)).all()
    session.confirmed_at = now - FRESH - timedelta(seconds=1)
    db.commit()
    path, elsewhere = f"/gezinscoach/{kobe.row.id}", city.organisatie("De Zonnewijzer")
    page = client.post(path, typed(kobe.row, organisatie_id=str(elsewhere.id)))
    assert (page.status, elsewhere.naam in page.text) == (401, False)
    db.expire_all()
    assert kobe.row.organisatie_id != elsewhere.id
    assert client.post(path, typed(kobe.row, max_gezinnen="9")).status == 302


def test_the_page_says_for_whom_keeping_an_organisation_away_does_not_hold(client, gezin, coach):
    client.sign_in(coach.account.id)
    assert "in de lijst zonder organisatie" in client.get(f"/dossier/{gezin.id}/niet-zien").words
