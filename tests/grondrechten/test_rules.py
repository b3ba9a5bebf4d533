"""What a meting may be, and who owes one."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezinscoach.grondrechten import rules
from gezinscoach.grondrechten.rules import Antwoord, Score
from gezinscoach.kernel.dates import next_quarter

TODAY = date(2026, 10, 15)
GIVEN = {"rights": ("wonen", "werk"), "quarter": (2026, 4), "day": TODAY, "today": TODAY}
THREE = Score(Antwoord.SCORE, 3)


def test_an_answer_is_a_score_of_one_to_five_or_one_of_two_words():
    assert rules.score_of(3) == rules.score_of("3") == THREE
    assert rules.score_of("nb") == Score(Antwoord.NIET_BESPROKEN)
    assert rules.score_of("nvt") == Score(Antwoord.NIET_VAN_TOEPASSING)
    for wrong in (0, 6, "0", "-1", "", "score", "drie", "3,5"):
        with pytest.raises(rules.OutsideScale):
            rules.score_of(wrong)


@pytest.mark.parametrize(
    ("scores", "priorities", "more", "refusal"),
    [
        ({}, [], {}, rules.NothingScored),
        ({"wonen": Score(Antwoord.NIET_BESPROKEN)}, [], {}, rules.NothingScored),
        ({"lucht": THREE}, [], {}, rules.UnknownRight),
        ({"wonen": THREE}, ["lucht"], {}, rules.UnknownRight),
        ({"wonen": THREE}, ["wonen", "wonen"], {}, rules.TooManyPriorities),
        ({"wonen": THREE}, [], {"quarter": (2027, 1)}, rules.QuarterToCome),
        ({"wonen": THREE}, [], {"day": date(2026, 10, 16)}, rules.QuarterToCome),
    ],
)
def test_each_refusal_has_its_reason(scores, priorities, more, refusal):
    with pytest.raises(refusal):
        rules.require_meting(scores, priorities, **(GIVEN | more))


def test_not_applicable_is_an_answer_and_a_blank_meting_passes_when_asked():
    rules.require_meting({"wonen": Score(Antwoord.NIET_VAN_TOEPASSING)}, ["werk"], **GIVEN)
    rules.require_meting({}, [], blank=True, **GIVEN)


@given(st.tuples(st.integers(1950, 2090), st.integers(1, 4)))
def test_the_quarter_before_the_next_is_this_one(quarter):
    assert rules.previous_quarter(next_quarter(*quarter)) == quarter


def test_a_quarter_is_owed_after_thirty_days_of_it():
    assert rules.owed(date(2026, 9, 1), (2026, 3))
    assert not rules.owed(date(2026, 9, 2), (2026, 3))


def test_the_quarters_still_to_fill_in_run_back_from_now():
    taken = {(2026, 3)}
    assert rules.open_quarters(date(2026, 2, 1), TODAY, taken) == [(2026, 4), (2026, 2), (2026, 1)]
    assert rules.open_quarters(date(2010, 1, 1), TODAY, taken, most=2) == [(2026, 4), (2026, 2)]
