"""The toelage rule: examples, the borders, and what must hold for any facts."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gezinscoach.toelage.present import as_json, sentence
from gezinscoach.toelage.rules import (
    Bijeenkomst,
    CoachFeiten,
    CoachPeriode,
    GezinFeiten,
    Kind,
    Lijn,
    Meting,
    Periode,
    Reden,
    Regeling,
    Uitkomst,
    compute,
    in_force,
)
from gezinscoach.toelage.rules.days import count, quarter

YEAR, AS_OF = 2026, date(2026, 10, 15)
START = date(2025, 1, 1)
ALL_YEAR = tuple(Meting(YEAR, number, date(YEAR, number * 3, 20)) for number in (1, 2, 3))
MEETINGS = [Bijeenkomst(f"b{month}", date(YEAR, month, 12)) for month in range(1, 9)]


def a_family(**changes: object) -> GezinFeiten:
    facts = GezinFeiten("GC-1", (CoachPeriode("an", "Linde", START),), (Periode(START),), ALL_YEAR)
    return replace(facts, **changes)


def a_coach(**changes: object) -> CoachFeiten:
    facts = CoachFeiten("an", "An", "Linde", (Periode(START),), frozenset(m.key for m in MEETINGS))
    return replace(facts, **changes)


def outcome(*gezinnen: GezinFeiten, coaches: tuple[CoachFeiten, ...] = (), as_of: date = AS_OF) -> Uitkomst:
    return compute(Regeling(), YEAR, as_of, gezinnen, coaches, MEETINGS)


def line(*gezinnen: GezinFeiten, coaches: tuple[CoachFeiten, ...] = (), as_of: date = AS_OF) -> Lijn:
    lines = outcome(*gezinnen, coaches=coaches, as_of=as_of).lines
    return lines[-1] if coaches else lines[0]


# The gezin


def test_a_family_with_coach_mandaat_and_score_counts_for_500_euro() -> None:
    found = line(a_family())
    assert (found.counts, found.amount_cents, found.organisation) == (True, 50_000, "Linde")


@pytest.mark.parametrize(("last", "counts"), [(date(2026, 1, 30), True), (date(2026, 1, 29), False)])
def test_thirty_days_include_the_first_and_the_last(last: date, counts: bool) -> None:
    found = line(a_family(coaches=(CoachPeriode("an", "Linde", date(2026, 1, 1), last),)))
    assert (found.days.have, found.counts) == (last.day, counts)


def test_days_of_coach_and_mandaat_count_only_where_they_meet() -> None:
    coaches = (CoachPeriode("an", "Linde", date(2026, 1, 1), date(2026, 3, 1)),)
    found = line(a_family(coaches=coaches, mandaten=(Periode(date(2026, 2, 21)),)))
    assert (found.days.have, found.missed) == (9, (Reden.TE_WEINIG_DAGEN,))


def test_a_withdrawn_mandaat_stops_the_days() -> None:
    found = line(a_family(mandaten=(Periode(START, date(2026, 1, 12)),)))
    assert (found.days.have, found.days.need, found.missed) == (12, 30, (Reden.TE_WEINIG_DAGEN,))


def test_overlapping_mandaten_and_coach_periods_count_a_day_once() -> None:
    mandaten = (Periode(date(2026, 1, 1), date(2026, 1, 20)), Periode(date(2026, 1, 10), date(2026, 1, 25)))
    coaches = (CoachPeriode("an", "Linde", START), CoachPeriode("bo", "Dak", date(2026, 1, 1)))
    assert line(a_family(coaches=coaches, mandaten=mandaten)).days.have == 25


def test_days_after_the_as_of_day_do_not_count_yet() -> None:
    assert line(a_family(), as_of=date(2026, 1, 29)).days.have == 29


def test_a_family_without_mandaat_says_so() -> None:
    assert line(a_family(mandaten=())).missed == (Reden.GEEN_MANDAAT,)


def test_a_mandaat_that_ended_last_year_is_no_mandaat_of_this_year() -> None:
    assert line(a_family(mandaten=(Periode(START, date(2025, 12, 31)),))).missed == (Reden.GEEN_MANDAAT,)


@pytest.mark.parametrize(
    "meting",
    [Meting(2025, 4, date(2026, 1, 3)), Meting(2026, 4, date(2026, 10, 16))],
    ids=["last year", "later"],
)
def test_a_score_of_another_year_or_made_later_does_not_count(meting: Meting) -> None:
    assert line(a_family(metingen=(meting,))).missed == (Reden.TE_WEINIG_METINGEN,)


def test_a_score_about_the_year_counts_when_made_in_january_after_it() -> None:
    late = a_family(metingen=(Meting(2026, 4, date(2027, 1, 5)),))
    assert not line(late, as_of=date(2026, 12, 31)).counts
    assert line(late, as_of=date(2027, 1, 5)).counts


def test_a_family_counts_for_the_organisation_of_its_latest_coach() -> None:
    first = CoachPeriode("an", "Linde", START, date(2026, 5, 31))
    second = CoachPeriode("bo", "Dak", date(2026, 6, 1))
    later = CoachPeriode("cy", "Kriebel", date(2026, 11, 1))
    assert line(a_family(coaches=(second, later, first))).organisation == "Dak"
    brief = replace(second, last=date(2026, 6, 30))
    assert line(a_family(coaches=(brief, replace(first, last=None)))).organisation == "Dak"


def test_a_family_whose_coach_ended_before_the_year_has_no_line() -> None:
    ended = a_family(coaches=(CoachPeriode("an", "Linde", START, date(2025, 12, 31)),))
    assert outcome(ended).lines == ()


def test_the_same_family_twice_in_the_facts_is_refused() -> None:
    with pytest.raises(ValueError, match="GC-1"):
        outcome(a_family(), a_family())


# The coach


def test_a_coach_who_attends_and_measures_counts_for_500_euro() -> None:
    found = line(a_family(), coaches=(a_coach(),))
    assert (found.kind, found.counts, found.amount_cents) == (Kind.COACH, True, 50_000)
    assert (found.bijeenkomsten.have, found.bijeenkomsten.of, found.metingen.have) == (8, 8, 3)


@pytest.mark.parametrize(("present", "counts"), [(4, True), (3, False)])
def test_half_of_the_meetings_is_enough(present: int, counts: bool) -> None:
    coach = a_coach(attended=frozenset(meeting.key for meeting in MEETINGS[:present]))
    found = line(a_family(), coaches=(coach,))
    assert (found.bijeenkomsten.need, found.counts) == (4, counts)


def test_of_an_odd_number_of_meetings_half_is_rounded_up() -> None:
    coach = a_coach(active=(Periode(date(2026, 6, 1)),), attended=frozenset({"b6"}))
    found = line(a_family(), coaches=(coach,))
    assert (found.bijeenkomsten.have, found.bijeenkomsten.need, found.bijeenkomsten.of) == (1, 2, 3)
    assert found.missed == (Reden.TE_WEINIG_AANWEZIG,)


def test_only_meetings_held_while_active_count() -> None:
    coach = a_coach(active=(Periode(date(2026, 2, 12), date(2026, 3, 12)),))
    assert line(a_family(), coaches=(coach,)).bijeenkomsten.of == 2


def test_a_coach_without_a_meeting_while_active_does_not_count_yet() -> None:
    coach = a_coach(active=(Periode(date(2026, 9, 1)),))
    assert line(a_family(), coaches=(coach,)).missed == (Reden.GEEN_BIJEENKOMST,)


@pytest.mark.parametrize(("made", "counts"), [(5, False), (6, True)])
def test_three_quarters_of_the_due_scores_is_enough(made: int, counts: bool) -> None:
    families = [
        a_family(code="GC-1", metingen=ALL_YEAR[: made - 3]),
        a_family(code="GC-2"),
        a_family(code="GC-3", coaches=(CoachPeriode("an", "Linde", date(2026, 4, 1)),), metingen=()),
    ]
    found = line(*families, coaches=(a_coach(),))
    assert (found.metingen.have, found.metingen.of, found.metingen.need) == (made, 8, 6)
    assert found.counts is counts


def test_a_quarter_is_due_from_its_last_day_on() -> None:
    before = line(a_family(), coaches=(a_coach(),), as_of=date(2026, 3, 30))
    assert before.missed == (Reden.GEEN_METING_VERWACHT,)
    assert line(a_family(), coaches=(a_coach(),), as_of=date(2026, 3, 31)).metingen.of == 1


@pytest.mark.parametrize(("start", "due"), [(date(2026, 6, 1), 2), (date(2026, 6, 2), 1)])
def test_a_quarter_with_less_than_thirty_days_under_mandaat_is_not_due(start: date, due: int) -> None:
    found = line(a_family(mandaten=(Periode(start),)), coaches=(a_coach(),))
    assert found.metingen.of == due


def test_after_a_handover_each_coach_answers_for_the_quarters_with_thirty_own_days() -> None:
    coaches = (
        CoachPeriode("an", "Linde", START, date(2026, 5, 15)),
        CoachPeriode("bo", "Dak", date(2026, 5, 16)),
    )
    bo = a_coach(key="bo", code="Bo", organisation="Dak")
    an_line, bo_line = outcome(a_family(coaches=coaches), coaches=(a_coach(), bo)).lines[1:]
    assert (an_line.metingen.of, bo_line.metingen.of) == (2, 2)


def test_a_coach_who_was_not_active_in_the_year_has_no_line() -> None:
    stopped = a_coach(active=(Periode(START, date(2025, 12, 31)),))
    assert [found.kind for found in outcome(a_family(), coaches=(stopped,)).lines] == [Kind.GEZIN]


# The year


def test_before_the_year_there_is_nothing_and_after_it_the_days_stop_at_31_december() -> None:
    assert outcome(a_family(), coaches=(a_coach(),), as_of=date(2025, 12, 31)).lines == ()
    assert line(a_family(), as_of=date(2028, 1, 1)).days.have == 365


def test_a_leap_year_has_366_days_and_its_quarters_meet() -> None:
    quarters = [quarter(2024, number) for number in (1, 2, 3, 4)]
    assert count(quarters) == 366
    assert all(one[1] + 1 == other[0] for one, other in pairwise(quarters))
    assert count([quarter(2024, 1)]) == 91


def test_the_regeling_of_a_year_is_the_latest_valid_on_its_first_day() -> None:
    old, new = Regeling("oud", date(2020, 1, 1)), Regeling("nieuw", date(2026, 1, 2))
    assert [in_force([new, old], year).name for year in (2019, 2026, 2027)] == [
        "Standaardregeling",
        "oud",
        "nieuw",
    ]


def test_other_settings_give_other_amounts() -> None:
    regeling = Regeling(family_cents=12_345, min_days=300)
    early, late = (compute(regeling, YEAR, day, [a_family()], [], []) for day in (AS_OF, date(2026, 12, 31)))
    assert (early.total_cents, late.total_cents) == (0, 12_345)


# The words


def test_every_reason_is_said_with_its_numbers() -> None:
    few = a_family(mandaten=(Periode(START, date(2026, 1, 12)),), metingen=())
    absent = a_coach(attended=frozenset({"b1", "b2", "b3"}))
    gezin, coach = outcome(few, coaches=(absent,)).lines
    assert sentence(gezin, ended=False) == (
        "Telt (nog) niet mee: 12 dagen coach en mandaat samen, nodig: 30; geen kwartaalmeting, nodig: 1."
    )
    assert "aanwezig op 3 van 8 bijeenkomsten, nodig: 4" in sentence(coach, ended=False)
    assert sentence(coach, ended=True).startswith("Telt niet mee: ")
    assert (
        sentence(line(a_family()), ended=False)
        == "Telt mee: 288 dagen coach en mandaat samen; 3 kwartaalmetingen."
    )


def test_the_open_format_has_codes_amounts_and_the_settings() -> None:
    claim = as_json(outcome(a_family(), coaches=(a_coach(),)))
    assert (claim["year"], claim["as_of"], claim["total_cents"]) == (2026, "2026-10-15", 100_000)
    assert claim["regulation"]["min_days"] == 30
    assert claim["organisations"] == [
        {"organisation": "Linde", "families": 1, "coaches": 1, "amount_cents": 100_000}
    ]
    assert [(entry["kind"], entry["code"], entry["counts"]) for entry in claim["lines"]] == [
        ("gezin", "GC-1", True),
        ("coach", "An", True),
    ]


# What must hold for any facts

days = st.dates(date(2025, 6, 1), date(2027, 3, 1))
as_of_days = st.dates(date(2025, 12, 1), date(2027, 2, 1))
periods = st.builds(Periode, days, st.none() | days)
names = st.sampled_from(["an", "bo", "cy"])
coach_periods = st.builds(CoachPeriode, names, st.sampled_from(["Linde", "Dak"]), days, st.none() | days)
metingen = st.builds(Meting, st.integers(2025, 2027), st.integers(1, 4), days)


def tuples(of: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(of, max_size=4).map(tuple)


families = st.lists(
    st.builds(
        GezinFeiten,
        st.sampled_from([f"GC-{number}" for number in range(6)]),
        tuples(coach_periods),
        tuples(periods),
        tuples(metingen),
    ),
    max_size=5,
    unique_by=lambda gezin: gezin.code,
)
coaches = st.lists(
    st.builds(
        CoachFeiten,
        names,
        st.sampled_from(["An", "Bo"]),
        st.sampled_from(["Linde", "Dak", "Kriebel"]),
        tuples(periods),
        st.frozensets(st.sampled_from([meeting.key for meeting in MEETINGS])),
    ),
    max_size=3,
    unique_by=lambda coach: coach.key,
)


@given(families, coaches, as_of_days)
def test_totals_are_the_sum_of_the_lines_and_nobody_counts_twice(
    gezinnen: list[GezinFeiten], people: list[CoachFeiten], as_of: date
) -> None:
    found = compute(Regeling(), YEAR, as_of, gezinnen, people, MEETINGS)
    counted = [entry for entry in found.lines if entry.counts]
    assert found.total_cents == 50_000 * len(counted) == sum(o.amount_cents for o in found.organisations)
    assert sum(o.families for o in found.organisations) == sum(e.kind is Kind.GEZIN for e in counted)
    assert sum(o.coaches for o in found.organisations) == sum(e.kind is Kind.COACH for e in counted)
    assert len({(entry.kind, entry.key) for entry in found.lines}) == len(found.lines)
    assert all(entry.amount_cents == 50_000 * entry.counts for entry in found.lines)


@given(families, coaches, as_of_days, st.randoms())
def test_the_order_of_the_facts_does_not_matter(
    gezinnen: list[GezinFeiten], people: list[CoachFeiten], as_of: date, random: object
) -> None:
    def shuffled(values: tuple | list) -> list:
        return random.sample(list(values), len(values))

    mixed = [
        GezinFeiten(
            g.code, tuple(shuffled(g.coaches)), tuple(shuffled(g.mandaten)), tuple(shuffled(g.metingen))
        )
        for g in shuffled(gezinnen)
    ]
    people_mixed = [replace(coach, active=tuple(shuffled(coach.active))) for coach in shuffled(people)]
    assert compute(Regeling(), YEAR, as_of, gezinnen, people, MEETINGS) == compute(
        Regeling(), YEAR, as_of, mixed, people_mixed, shuffled(MEETINGS)
    )


@given(families, as_of_days, st.integers(0, 400), st.data())
def test_adding_days_never_removes_a_family(
    gezinnen: list[GezinFeiten], as_of: date, more: int, data: st.DataObject
) -> None:
    def counted(facts: list[GezinFeiten], day: date) -> set[str]:
        return {e.code for e in compute(Regeling(), YEAR, day, facts, [], []).lines if e.counts}

    extra_coach, extra_mandaat = data.draw(coach_periods), data.draw(periods)
    longer = [
        replace(g, coaches=(*g.coaches, extra_coach), mandaten=(*g.mandaten, extra_mandaat)) for g in gezinnen
    ]
    assert counted(gezinnen, as_of) <= counted(longer, as_of)
    assert counted(gezinnen, as_of) <= counted(gezinnen, as_of + timedelta(days=more))


@given(families, coaches, as_of_days, st.data())
def test_splitting_a_period_in_two_adjacent_ones_changes_nothing(
    gezinnen: list[GezinFeiten], people: list[CoachFeiten], as_of: date, data: st.DataObject
) -> None:
    def split(period: Periode | CoachPeriode) -> tuple:
        if period.last is not None and period.last <= period.first:
            return (period,)
        cut = period.first + timedelta(days=data.draw(st.integers(0, 500)))
        if period.last is not None and cut >= period.last:
            return (period,)
        return (replace(period, last=cut), replace(period, first=cut + timedelta(days=1)))

    parts = [
        replace(
            g,
            coaches=tuple(p for period in g.coaches for p in split(period)),
            mandaten=tuple(p for period in g.mandaten for p in split(period)),
        )
        for g in gezinnen
    ]
    whole = compute(Regeling(), YEAR, as_of, gezinnen, people, MEETINGS)
    in_parts = compute(Regeling(), YEAR, as_of, parts, people, MEETINGS)
    assert [replace(e, organisation="") for e in whole.lines] == [
        replace(e, organisation="") for e in in_parts.lines
    ]


@settings(max_examples=200)
@given(tuples(periods), as_of_days)
def test_days_are_counted_as_if_ticked_off_on_a_calendar(mandaten: tuple[Periode, ...], as_of: date) -> None:
    gezin = a_family(mandaten=mandaten)
    day, ticked = date(YEAR, 1, 1), 0
    while day <= min(as_of, date(YEAR, 12, 31)):
        ticked += any(p.first <= day and (p.last is None or day <= p.last) for p in mandaten)
        day += timedelta(days=1)
    found = outcome(gezin, as_of=as_of).lines
    assert (found[0].days.have if found else 0) == ticked
