"""Whoever sees families on a list of the own is written down, family by family, and no name goes astray."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from gezinscoach.accounts.tables import Gezinscoach
from gezinscoach.desk import queries
from gezinscoach.dossier import actions as dossier
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.audit import AuditEvent
from gezinscoach.mandaat import actions as mandaat
from gezinscoach.mandaat.rules import ALLES, Vorm


def looks(db, account):
    events = select(AuditEvent.scope_id).where(
        AuditEvent.action == "desk.vandaag", AuditEvent.account_id == account.id
    )
    return sorted(str(scope_id) for scope_id in db.scalars(events))


def test_vandaag_of_a_coach_notes_each_family_that_it_shows(client, db, city):
    coach = city.coach()
    seen = [city.gezin(naam, coach).id for naam in ("Een", "Twee")]
    city.gezin("Van een ander", city.coach("Ander"))
    client.sign_in(coach.account.id)
    client.get("/")
    assert looks(db, coach.account) == sorted(map(str, seen))


def test_vandaag_of_an_expert_notes_each_family_that_asks(client, db, city, now):
    coach, expert = city.coach(), city.account(Rol.DESKUNDIGE)
    gezin = city.gezin("Gezin Peeters", coach)
    mandaat.give(
        db,
        coach.actor,
        gezin,
        gegeven_op=city.today,
        bereik=ALLES,
        vorm=Vorm.PAPIER,
        gever="An",
        now=now,
    )
    dossier.consult(db, coach.actor, gezin, expert.id, vraag="Wat nu?", now=now)
    db.commit()
    client.sign_in(expert.id)
    client.get("/")
    assert looks(db, expert) == [str(gezin.id)]


def test_vandaag_of_somebody_else_notes_no_family(client, db, city):
    city.gezin("Gezin Peeters", city.coach())
    desk = city.account(Rol.AANMELDPUNT)
    client.sign_in(desk.id)
    client.get("/")
    assert looks(db, desk) == []


def test_a_stand_in_of_whom_the_last_day_passed_has_no_window_left(db, actor, city, now):
    helper = city.coach("Ver Vanger")
    gezin = city.gezin("Gezin Peeters", city.coach())
    tot = city.today + timedelta(days=5)
    dossier.add_stand_in(db, actor, gezin, helper.row.id, van=city.today, tot=tot, now=now)
    db.commit()
    assert [row.vervangt_tot for row in queries.families(db, helper.actor, city.today)] == [tot]
    db.get_one(Gezinscoach, helper.row.id).gestopt_op = city.today - timedelta(days=1)
    db.commit()
    assert queries.families(db, helper.actor, city.today) == []
