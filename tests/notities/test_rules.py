"""What a note may be, and how its words are found back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gezinscoach.notities import rules

TODAY = date(2026, 10, 15)


def test_a_note_needs_words_of_a_day_that_has_come():
    rules.require_note("Koffie gedronken.", TODAY, TODAY)
    with pytest.raises(rules.Empty):
        rules.require_note(" \n ", TODAY, TODAY)
    with pytest.raises(rules.TooLong):
        rules.require_note("a" * (rules.LONGEST + 1), TODAY, TODAY)
    with pytest.raises(rules.InTheFuture):
        rules.require_note("Morgen.", TODAY + timedelta(days=1), TODAY)


@pytest.mark.parametrize(
    ("sought", "found"),
    [("koffie", True), ("KOFFIE café", True), ("cafe", True), ("offi", True), ("koffie thee", False)],
)
def test_words_are_found_whatever_their_case_and_accents(sought, found):
    assert rules.matches("Koffie in het Café met Amélie.", sought) is found
