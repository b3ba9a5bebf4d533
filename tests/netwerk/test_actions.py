"""Meetings, presence and signals, as they are kept."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from gezinscoach.kernel.audit import AuditEvent
from gezinscoach.netwerk import actions, queries, rules
from gezinscoach.netwerk.rules import Aanwezig, Signaalstand

DAY = date(2026, 9, 15)


def test_a_day_has_one_meeting_however_often_it_is_held(db, actor, now):
    first = actions.hold(db, actor, datum=DAY, thema="Wonen", now=now)
    again = actions.hold(db, actor, datum=DAY, thema="Iets anders", now=now)
    assert again.id == first.id
    assert again.thema == "Wonen"
    with pytest.raises(rules.DayTaken):
        actions.convene(db, actor, datum=DAY, thema=None, now=now)


def test_marking_the_same_twice_changes_and_traces_nothing(db, actor, now, city):
    coach = city.coach().row
    meeting = actions.hold(db, actor, datum=DAY, now=now)
    assert actions.mark(db, actor, meeting, {coach.id: Aanwezig.AFWEZIG}, now=now) == 1
    assert actions.mark(db, actor, meeting, {coach.id: Aanwezig.AFWEZIG}, now=now) == 0
    assert actions.mark(db, actor, meeting, {coach.id: Aanwezig.AANWEZIG}, now=now) == 1
    assert queries.standen(db, meeting.id) == {coach.id: Aanwezig.AANWEZIG}
    traced = db.scalars(select(AuditEvent).where(AuditEvent.action == "bijeenkomst.mark")).all()
    assert len(traced) == 2


def test_presence_cannot_be_noted_before_the_day(db, actor, now, city):
    coach = city.coach().row
    meeting = actions.hold(db, actor, datum=date(2026, 10, 16), now=now)
    with pytest.raises(rules.NotHeldYet):
        actions.mark(db, actor, meeting, {coach.id: Aanwezig.AANWEZIG}, now=now, today=now.date())


def test_a_meeting_with_presence_cannot_be_cancelled(db, actor, now, city):
    meeting = actions.hold(db, actor, datum=DAY, now=now)
    actions.mark(db, actor, meeting, {city.coach().row.id: Aanwezig.AANWEZIG}, now=now)
    with pytest.raises(rules.PresenceNoted):
        actions.cancel(db, actor, meeting, now=now)
    empty = actions.hold(db, actor, datum=date(2026, 9, 16), now=now)
    actions.cancel(db, actor, empty, now=now)
    assert [row.id for row in queries.of_year(db, actor, 2026)] == [meeting.id]


def test_the_next_meeting_is_the_first_from_today_on(db, actor, now):
    for day in (date(2026, 10, 14), date(2026, 12, 1), date(2026, 11, 3)):
        actions.hold(db, actor, datum=day, now=now)
    assert queries.next_meeting(db, actor, now.date()).datum == date(2026, 11, 3)
    assert queries.next_meeting(db, actor, date(2027, 1, 1)) is None


def test_a_signal_goes_step_by_step_and_no_other_way(db, actor, now):
    signal = actions.signal(db, actor, domein="wonen", tekst="Wachttijd van zes jaar", now=now)
    with pytest.raises(rules.NoSuchStep):
        actions.take_step(db, actor, signal, "answer", now=now)
    for step in ("bundle", "send", "answer"):
        actions.take_step(db, actor, signal, step, now=now)
    assert signal.stand is Signaalstand.BEANTWOORD
    assert rules.steps_from(signal.stand) == ()


def test_a_rijksregisternummer_in_a_signal_is_masked(db, actor, now):
    signal = actions.signal(db, actor, domein="wonen", tekst="Gezin 85073003328 wacht", now=now)
    assert "85073003328" not in signal.tekst
