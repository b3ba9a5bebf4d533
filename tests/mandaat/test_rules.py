"""What a mandaat covers, without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from gezinscoach.mandaat import rules
from gezinscoach.mandaat.rules import ALLES, Bereik, Partnerlijn, Yes

DAY = date(2026, 10, 15)
OPEN = [Yes(Bereik.INFORMATIE, date(2026, 1, 1), None)]
SCHOOL = Partnerlijn("School De Boom", frozenset({"onderwijs"}), date(2026, 1, 1), None)
OCMW = Partnerlijn("OCMW", frozenset(), date(2026, 1, 1), None)


def ask(yesses=OPEN, partners=(SCHOOL, OCMW), **more):
    asked = {"bereik": Bereik.INFORMATIE, "partner": "School De Boom", "domein": "onderwijs", "day": DAY}
    rules.require_covered(yesses, partners, **(asked | more))


def test_what_was_allowed_may_be_shared():
    ask()
    ask(partner="OCMW", domein="wonen")
    ask(partner="OCMW", domein=None)
    ask(partner=" school  de BOOM ")


@pytest.mark.parametrize(
    "more",
    [
        {"bereik": Bereik.AFSTEMMEN},
        {"partner": "Een ander"},
        {"domein": "wonen"},
        {"domein": None},
        {"day": date(2025, 12, 31)},
        {"yesses": []},
        {"partners": ()},
    ],
    ids=[
        "another kind",
        "another partner",
        "another domain",
        "the whole family",
        "before",
        "no yes",
        "nobody named",
    ],
)
def test_anything_else_is_not_covered(more):
    with pytest.raises(rules.NotCovered):
        ask(**more)


def test_without_a_partner_nothing_leaves_the_werking_and_the_kind_decides():
    ask(partners=(), partner=None, domein=None)
    with pytest.raises(rules.NotCovered):
        ask(partners=(), partner=None, domein=None, bereik=Bereik.IMPACT)


def test_withdrawing_ends_the_yes_on_the_same_day():
    at = datetime(2026, 10, 15, 9, 0, tzinfo=UTC)
    assert rules.last_day(None, at) == date(2026, 10, 14)
    assert rules.last_day(date(2026, 10, 1), at) == date(2026, 10, 1)
    assert not Yes(Bereik.RECHTEN, DAY, rules.last_day(None, at)).holds(DAY)


def test_the_last_day_of_a_mandaat_still_counts():
    yes = Yes(Bereik.RECHTEN, date(2026, 1, 1), DAY)
    assert rules.scopes_on([yes], DAY) == {Bereik.RECHTEN}
    assert rules.scopes_on([yes], date(2026, 10, 16)) == frozenset()


def test_a_mandaat_asks_something_on_a_day_that_came_and_ends_after_it_began():
    with pytest.raises(rules.NothingAsked):
        rules.require_mandaat(frozenset(), gegeven_op=DAY, tot=None, today=DAY)
    with pytest.raises(rules.InTheFuture):
        rules.require_mandaat(ALLES, gegeven_op=date(2026, 10, 16), tot=None, today=DAY)
    with pytest.raises(rules.EndBeforeStart):
        rules.require_mandaat(ALLES, gegeven_op=DAY, tot=date(2026, 10, 14), today=DAY)
    rules.require_mandaat(ALLES, gegeven_op=DAY, tot=DAY, today=DAY)


def test_everything_in_a_workbook_never_means_impact_or_a_story():
    assert not ALLES & {Bereik.IMPACT, Bereik.VERHAAL}


def test_a_year_after_a_leap_day_is_the_last_of_february():
    assert rules.year_after(date(2028, 2, 29)) == date(2029, 2, 28)
    assert rules.year_after(DAY) == date(2027, 10, 15)
