"""Metingen as they are kept and read back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from gezinscoach.dossier.rules import GRONDRECHTEN
from gezinscoach.grondrechten import actions, queries, rules
from gezinscoach.grondrechten.rules import score_of
from gezinscoach.grondrechten.tables import Meting
from gezinscoach.kernel.audit import AuditEvent
from tests.counting import statements

SCORES = {"wonen": score_of(2), "werk": score_of("nb"), "inkomen": score_of("nvt")}


@pytest.fixture
def coach(city):
    return city.coach("Noor Testers")


@pytest.fixture
def gezin(city, coach):
    return city.gezin(coach=coach)


def measure(city, coach, gezin, quarter=(2026, 4), **more):
    given = {"datum": city.today, "scores": SCORES, "now": city.now, "today": city.today}
    row = actions.measure(city.db, coach.actor, gezin, quarter=quarter, **(given | more))
    city.db.flush()
    return row


def test_a_meting_keeps_scores_priorities_and_who_made_it(city, coach, gezin, now):
    measure(city, coach, gezin, priorities=["wonen", "gezin"], krachten="Een sterke oma", met_wie="mama")
    kept = queries.latest(city.db, gezin.id)
    assert (kept.quarter, kept.datum, kept.made_at) == ((2026, 4), city.today, now)
    assert (kept.auteur, kept.met_wie, kept.krachten) == ("Noor Testers", "mama", "Een sterke oma")
    assert (kept.scores, kept.priorities) == (SCORES, ("wonen", "gezin"))


def test_no_word_of_a_meting_is_readable_in_the_database(city, coach, gezin):
    measure(city, coach, gezin, krachten="Een sterke oma", met_wie="Fatima")
    krachten, met_wie = city.db.execute(select(Meting.krachten_cell, Meting.met_wie_cell)).one()
    assert b"sterke oma" not in krachten
    assert b"Fatima" not in met_wie


def test_a_family_has_one_meting_a_quarter(city, coach, gezin):
    measure(city, coach, gezin)
    with pytest.raises(rules.QuarterTaken):
        measure(city, coach, gezin)
    measure(city, coach, gezin, (2026, 3))
    measure(city, coach, city.gezin("Andere", coach))
    city.db.add(Meting(gezin_id=gezin.id, jaar=2026, kwartaal=4, datum=city.today, made_at=city.now))
    with pytest.raises(IntegrityError):
        city.db.flush()


def test_a_meting_is_put_right_and_keeps_who_and_when(city, coach, gezin, now):
    row = measure(city, coach, gezin, priorities=["wonen"], krachten="oud")
    other = city.coach("Ander")
    actions.change(
        city.db,
        other.actor,
        row,
        datum=city.today - timedelta(days=1),
        scores={"wonen": score_of(5)},
        priorities=["werk", "wonen"],
        krachten=None,
        met_wie="papa",
        rights=GRONDRECHTEN,
        now=now + timedelta(hours=1),
        today=city.today,
    )
    city.db.flush()
    kept = queries.latest(city.db, gezin.id)
    assert (kept.scores, kept.priorities) == ({"wonen": score_of(5)}, ("werk", "wonen"))
    assert (kept.krachten, kept.met_wie) == ("", "papa")
    assert (kept.auteur, kept.made_at) == ("Noor Testers", now)
    traced = city.db.execute(
        select(AuditEvent.action, AuditEvent.account_id).where(AuditEvent.thing_id == row.id)
    ).all()
    assert set(traced) == {("meting.measure", coach.account.id), ("meting.change", other.account.id)}


def test_only_grondrechten_of_the_codelist_can_be_scored(city, coach, gezin):
    with pytest.raises(rules.UnknownRight):
        measure(city, coach, gezin, scores={"huisvesting": score_of(3)})
    assert [right.code for right in queries.rights(city.db, city.today)] == list(GRONDRECHTEN)


def test_an_import_can_keep_a_meting_without_a_codelist_question_and_without_an_answer(city, coach, gezin):
    nothing = dict.fromkeys(GRONDRECHTEN, score_of("nb"))
    with statements() as sent:
        measure(city, coach, gezin, scores=nothing, rights=GRONDRECHTEN, blank=True)
    assert not [statement for statement in sent if "levensdomein" in statement]
    assert queries.latest(city.db, gezin.id).scores == nothing


def test_the_history_is_three_questions_whatever_its_length(city, coach, gezin):
    assert queries.latest(city.db, gezin.id) is None
    for quarter in ((2025, 4), (2026, 1), (2026, 2), (2026, 3)):
        measure(city, coach, gezin, quarter, priorities=["wonen"])
    with statements() as sent:
        held = queries.history(city.db, gezin.id)
    assert len(sent) == 3
    assert [meting.quarter for meting in held] == [(2026, 3), (2026, 2), (2026, 1), (2025, 4)]
    assert all(meting.scores == SCORES and meting.priorities == ("wonen",) for meting in held)


def test_what_was_made_is_known_of_many_families_at_once(city, coach, gezin):
    other = city.gezin("Andere", coach)
    measure(city, coach, gezin, (2026, 3))
    measure(city, coach, gezin, (2026, 4))
    with statements() as sent:
        held = queries.made(city.db, [gezin.id, other.id])
    assert held == {gezin.id: {(2026, 3, city.today), (2026, 4, city.today)}}
    assert len(sent) == 1


def test_what_is_due_and_overdue_follows_from_the_first_day_of_coaching(city, coach):
    long_ago, fresh, done = (
        city.gezin(naam, coach, van=van)
        for naam, van in (
            ("Lang", date(2026, 2, 1)),
            ("Vers", date(2026, 9, 20)),
            ("Klaar", date(2026, 2, 1)),
        )
    )
    measure(city, coach, done, (2026, 3))
    measure(city, coach, done, (2026, 4))
    with statements() as sent:
        found = queries.due(city.db, [long_ago.id, fresh.id, done.id], city.today)
    assert found.due == {long_ago.id, fresh.id}
    assert found.overdue == {long_ago.id}
    assert len(sent) == 2
