"""Steps of a goal."""

from __future__ import annotations

from datetime import date

import pytest

from gezinscoach.plan import rules
from gezinscoach.plan.rules import Doelstand


def test_a_goal_is_reached_dropped_and_opened_again():
    assert rules.after(Doelstand.OPEN, "reach") is Doelstand.BEREIKT
    assert rules.after(Doelstand.OPEN, "drop") is Doelstand.GESTOPT
    assert rules.after(Doelstand.BEREIKT, "reopen") is Doelstand.OPEN
    assert rules.after(Doelstand.GESTOPT, "reopen") is Doelstand.OPEN


@pytest.mark.parametrize(
    ("stand", "step"),
    [
        (Doelstand.BEREIKT, "reach"),
        (Doelstand.OPEN, "reopen"),
        (Doelstand.GESTOPT, "reach"),
        (Doelstand.OPEN, ""),
    ],
)
def test_any_other_step_is_refused(stand, step):
    with pytest.raises(rules.NoSuchStep):
        rules.after(stand, step)


def test_a_page_offers_only_steps_that_can_be_taken():
    for stand in Doelstand:
        assert rules.steps_from(stand)
        for step in rules.steps_from(stand):
            rules.after(stand, step)


def test_an_action_is_late_from_the_day_after():
    assert not rules.is_late(date(2026, 10, 15), date(2026, 10, 15))
    assert rules.is_late(date(2026, 10, 14), date(2026, 10, 15))
    assert not rules.is_late(None, date(2026, 10, 15))
