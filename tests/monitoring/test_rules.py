"""Small groups stay hidden, and what was due is counted by days."""

from __future__ import annotations

from datetime import date

import pytest

from gezinscoach.monitoring.rules import Kwartaal, completeness, ended_quarters, shown
from gezinscoach.toelage.rules import CoachPeriode, GezinFeiten, Meting, Periode


@pytest.mark.parametrize(("families", "said"), [(0, 0), (1, None), (4, None), (5, 5), (60, 60)])
def test_a_group_under_five_is_hidden_and_none_at_all_is_said(families, said):
    assert shown(families, 5) == said


def test_the_quarters_are_the_last_eight_that_ended():
    assert ended_quarters(date(2026, 10, 15))[0] == (2024, 4)
    assert ended_quarters(date(2026, 10, 15))[-1] == (2026, 3)
    assert ended_quarters(date(2026, 9, 30))[-1] == (2026, 2)
    assert len(ended_quarters(date(2026, 1, 1))) == 8


def test_a_quarter_is_due_when_coach_and_mandaat_ran_together_long_enough():
    gezin = GezinFeiten(
        "een",
        (CoachPeriode("ann", "huis", date(2026, 1, 1), date(2026, 5, 29)),),
        (Periode(date(2026, 3, 2)),),
        (Meting(2026, 2, date(2026, 6, 1)),),
    )
    assert completeness([gezin], [(2026, 1), (2026, 2), (2026, 3)], 30) == [
        Kwartaal(2026, 1, 1, 0),  # 2 to 31 March: thirty days
        Kwartaal(2026, 2, 1, 1),
        Kwartaal(2026, 3, 0, 0),
    ]
    assert completeness([gezin], [(2026, 1)], 31) == [Kwartaal(2026, 1, 0, 0)]
