"""The plan as it is kept and read back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from gezinscoach.dossier import actions as dossier
from gezinscoach.dossier.rules import Closed
from gezinscoach.kernel.audit import AuditEvent
from gezinscoach.plan import actions, queries, rules
from gezinscoach.plan.rules import Doelstand, Wie
from gezinscoach.plan.tables import Actie, Doel
from tests.counting import statements


@pytest.fixture
def coach(city):
    return city.coach()


@pytest.fixture
def gezin(city, coach):
    return city.gezin(coach=coach)


def doel(city, gezin, titel="Een droog huis", domein="huisvesting"):
    return actions.add_doel(city.db, city.actor, gezin, domein=domein, titel=titel, now=city.now)


def actie(city, row, tekst="Huisbaas bellen", days=None, **more):
    tegen = None if days is None else city.today + timedelta(days=days)
    kept = actions.add_actie(city.db, city.actor, row, tekst=tekst, tegen=tegen, now=city.now, **more)
    city.db.flush()
    return kept


def test_goals_come_with_their_actions_what_is_to_be_done_first(city, gezin):
    row = doel(city, gezin)
    done = actie(city, row, "gedaan", 1)
    actie(city, row, "ooit")
    actie(city, row, "volgende week", 7, wie=Wie.GEZIN)
    actions.finish(city.db, city.actor, done, op=city.today, now=city.now)
    city.db.flush()
    (kept,) = queries.doelen(city.db, gezin.id)
    assert (kept.titel, kept.domein, kept.stand) == ("Een droog huis", "huisvesting", Doelstand.OPEN)
    assert [one.tekst for one in kept.acties] == ["volgende week", "ooit", "gedaan"]
    assert [one.tekst for one in queries.open_acties(city.db, gezin.id)] == ["volgende week", "ooit"]
    assert kept.acties[0].wie is Wie.GEZIN


def test_no_word_of_a_plan_is_readable_in_the_database(city, gezin):
    actie(city, doel(city, gezin, "Schulden bij de huisbaas"), "Deurwaarder bellen")
    assert b"Schulden" not in city.db.scalar(select(Doel.titel_cell))
    assert b"Deurwaarder" not in city.db.scalar(select(Actie.tekst_cell))


def test_an_action_is_done_once_and_can_be_taken_back(city, gezin):
    row = actie(city, doel(city, gezin))
    actions.finish(city.db, city.actor, row, op=city.today, now=city.now)
    with pytest.raises(rules.AlreadyDone):
        actions.finish(city.db, city.actor, row, op=city.today, now=city.now)
    actions.take_back(city.db, city.actor, row, now=city.now)
    assert row.gedaan_op is None
    with pytest.raises(rules.NotDone):
        actions.take_back(city.db, city.actor, row, now=city.now)


def test_a_goal_that_ended_takes_no_actions_and_its_open_ones_are_not_due(city, gezin):
    row = doel(city, gezin)
    actie(city, row, days=0)
    actions.take_step(city.db, city.actor, row, "drop", now=city.now)
    city.db.flush()
    with pytest.raises(rules.GoalEnded):
        actie(city, row)
    assert queries.open_acties(city.db, gezin.id) == ()
    assert queries.due(city.db, [gezin.id], city.today) == {}


def test_due_counts_what_is_late_and_what_comes_within_seven_days(city, coach, gezin):
    row = doel(city, gezin)
    for days in (-3, -1, 0, 7, 8, None):
        actie(city, row, f"dag {days}", days)
    quiet = city.gezin("Rustig", coach)
    actie(city, doel(city, quiet), days=30)
    found = queries.due(city.db, [gezin.id, quiet.id], city.today)
    assert found == {gezin.id: queries.Dringend(late=2, soon=2)}


def test_a_closed_dossier_takes_no_goals_and_a_goal_needs_words(city, gezin):
    with pytest.raises(rules.Empty):
        doel(city, gezin, " ")
    dossier.close(city.db, city.actor, gezin, op=city.today, reden="klaar", now=city.now)
    with pytest.raises(Closed):
        doel(city, gezin)


def test_every_act_leaves_a_trace(city, gezin):
    row = doel(city, gezin)
    step = actie(city, row)
    actions.finish(city.db, city.actor, step, op=city.today, now=city.now)
    actions.take_back(city.db, city.actor, step, now=city.now)
    for taken in ("reach", "reopen", "drop"):
        actions.take_step(city.db, city.actor, row, taken, now=city.now)
    city.db.flush()
    traced = city.db.execute(
        select(AuditEvent.action, AuditEvent.thing_id).where(
            AuditEvent.scope_id == gezin.id, AuditEvent.thing_id.in_([row.id, step.id])
        )
    ).all()
    assert set(traced) == {
        ("doel.add", row.id),
        ("actie.add", step.id),
        ("actie.finish", step.id),
        ("actie.take_back", step.id),
        ("doel.reach", row.id),
        ("doel.reopen", row.id),
        ("doel.drop", row.id),
    }


def test_a_plan_is_two_questions_and_what_is_due_one(city, gezin):
    for number in range(12):
        actie(city, doel(city, gezin, f"doel {number}"), days=number)
    with statements() as sent:
        queries.doelen(city.db, gezin.id)
    assert len(sent) == 2
    with statements() as sent:
        queries.due(city.db, [gezin.id], city.today)
        queries.open_acties(city.db, gezin.id, 3)
    assert len(sent) == 2
