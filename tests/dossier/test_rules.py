"""Decisions about the case, without a database."""

from __future__ import annotations

from datetime import date

import pytest

from gezinscoach.dossier import forms, rules

DAY = date(2026, 10, 15)


def test_a_stand_in_stays_six_weeks_at_most():
    rules.require_stand_in(DAY, date(2026, 11, 26))
    with pytest.raises(rules.StandInTooLong):
        rules.require_stand_in(DAY, date(2026, 11, 27))
    with pytest.raises(rules.EndBeforeStart):
        rules.require_stand_in(DAY, date(2026, 10, 14))


def test_what_happened_happened_by_today():
    rules.require_past(DAY, DAY)
    with pytest.raises(rules.DayToCome):
        rules.require_past(date(2026, 10, 16), DAY)


def test_every_content_area_belongs_to_a_grondrecht():
    assert rules.grondrecht_of("huiswerk") == "onderwijs"
    assert rules.grondrecht_of("onderwijs") == "onderwijs"
    assert rules.grondrecht_of("onbekend") == "onbekend"
    assert {rules.grondrecht_of(entry.code) for entry in rules.CODELIST} == set(rules.GRONDRECHTEN)
    assert len(rules.GRONDRECHTEN) == 9


def test_where_a_family_stands_follows_from_its_periods():
    assert rules.fase(periods=0, open_period=False, closed=False) is rules.Fase.AANMELDING
    assert rules.fase(periods=1, open_period=True, closed=False) is rules.Fase.LOPEND
    assert rules.fase(periods=1, open_period=False, closed=False) is rules.Fase.ZONDER_COACH
    assert rules.fase(periods=1, open_period=False, closed=True) is rules.Fase.AFGESLOTEN


@pytest.mark.parametrize(
    ("typed", "meant"), [("", None), (None, None), ("2019", "2019"), ("21/3/2019", "2019-03-21")]
)
def test_a_birth_is_a_year_or_a_day(typed, meant):
    assert forms.birth(typed) == meant


@pytest.mark.parametrize("typed", ["gisteren", "31/02/2019", "0019", "9999"])
def test_anything_else_is_no_birth(typed):
    with pytest.raises(ValueError):
        forms.birth(typed)
