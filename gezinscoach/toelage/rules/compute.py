"""Who counts for the toelage of a calendar year, and why not."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from gezinscoach.toelage.rules.days import Days, count, quarter, shared, within, year_until
from gezinscoach.toelage.rules.facts import Bijeenkomst, CoachFeiten, GezinFeiten, Regeling
from gezinscoach.toelage.rules.outcome import Kind, Lijn, Reden, Tally, Totaal, Uitkomst

_Fact = TypeVar("_Fact")
_Due = Sequence[tuple[str, int]]


def in_force(regelingen: Iterable[Regeling], year: int) -> Regeling:
    """The regeling of a year: the latest that was valid on its 1 January, else the default one."""
    valid = (regeling for regeling in regelingen if regeling.valid_from <= date(year, 1, 1))
    return max(valid, key=lambda regeling: regeling.valid_from, default=Regeling())


def compute(
    regeling: Regeling,
    year: int,
    as_of: date,
    gezinnen: Iterable[GezinFeiten],
    coaches: Iterable[CoachFeiten],
    meetings: Iterable[Bijeenkomst],
) -> Uitkomst:
    """The toelage of a year as known at the end of the as-of day; ValueError on a code or key given twice.

    Days, meetings and due quarters count up to the as-of day and never past 31 December. A score about a
    quarter of the year counts when made by the as-of day, even after the year. A gezin has a line when a
    coach had it on one of the days, a coach when active on one of them; others have no part in this year.
    The organisation is that of the latest coach period of these days, whatever a coach did since.
    """
    families = _each_once(gezinnen, lambda gezin: gezin.code)
    people = _each_once(coaches, lambda coach: coach.key)
    window = year_until(year, as_of)
    made = {
        gezin.code: {m.quarter for m in gezin.metingen if m.year == year and m.made_on <= as_of}
        for gezin in families
    }
    over = [(number, quarter(year, number)) for number in (1, 2, 3, 4)]
    due = _due(regeling, families, window, [(number, days) for number, days in over if days[1] <= window[1]])
    held = [meeting for meeting in meetings if window[0] <= meeting.day.toordinal() <= window[1]]
    lines = [
        _gezin_line(regeling, gezin, len(made[gezin.code]), window)
        for gezin in families
        if within(gezin.coaches, window)
    ]
    employers = _employers(families, window)
    lines += [
        replace(
            _coach_line(regeling, coach, held, due.get(coach.key, ()), made, window),
            organisation=employers.get(coach.key, coach.organisation),
        )
        for coach in people
        if within(coach.active, window)
    ]
    lines.sort(key=lambda line: (line.kind is Kind.COACH, line.code, line.key))
    return Uitkomst(regeling, year, as_of, tuple(lines), _totals(lines))


def _gezin_line(regeling: Regeling, gezin: GezinFeiten, made: int, window: Days) -> Lijn:
    mandaat = within(gezin.mandaten, window)
    days = Tally(count(shared(within(gezin.coaches, window), mandaat)), regeling.min_days)
    metingen = Tally(made, regeling.min_scores)
    latest = max(
        (period for period in gezin.coaches if within([period], window)),
        key=lambda period: (period.first, period.last or date.max, period.coach, period.organisation),
    )
    missed = []
    if not mandaat:
        missed.append(Reden.GEEN_MANDAAT)
    elif not days.enough:
        missed.append(Reden.TE_WEINIG_DAGEN)
    if not metingen.enough:
        missed.append(Reden.TE_WEINIG_METINGEN)
    return Lijn(
        kind=Kind.GEZIN,
        key=gezin.code,
        code=gezin.code,
        organisation=latest.organisation,
        amount_cents=0 if missed else regeling.family_cents,
        missed=tuple(missed),
        metingen=metingen,
        days=days,
    )


def _coach_line(
    regeling: Regeling,
    coach: CoachFeiten,
    held: Sequence[Bijeenkomst],
    due: _Due,
    made: Mapping[str, set[int]],
    window: Days,
) -> Lijn:
    active = within(coach.active, window)
    asked = [meeting.key for meeting in held if any(a <= meeting.day.toordinal() <= b for a, b in active)]
    present = sum(key in coach.attended for key in asked)
    bijeenkomsten = Tally(present, _at_least(regeling.attendance_share, len(asked)), len(asked))
    scored = sum(number in made[code] for code, number in due)
    metingen = Tally(scored, _at_least(regeling.score_share, len(due)), len(due))
    missed = []
    if not asked:
        missed.append(Reden.GEEN_BIJEENKOMST)
    elif not bijeenkomsten.enough:
        missed.append(Reden.TE_WEINIG_AANWEZIG)
    if not due:
        missed.append(Reden.GEEN_METING_VERWACHT)
    elif not metingen.enough:
        missed.append(Reden.TE_WEINIG_METINGEN)
    return Lijn(
        kind=Kind.COACH,
        key=coach.key,
        code=coach.code,
        organisation=coach.organisation,
        amount_cents=0 if missed else regeling.coach_cents,
        missed=tuple(missed),
        metingen=metingen,
        bijeenkomsten=bijeenkomsten,
    )


def _employers(families: Iterable[GezinFeiten], window: Days) -> dict[str, str]:
    """Per coach the organisation for which the latest gezin of these days was taken on."""
    periods = [period for gezin in families for period in gezin.coaches if within([period], window)]
    periods.sort(key=lambda period: (period.first, period.last or date.max, period.organisation))
    return {period.coach: period.organisation for period in periods}


def _due(
    regeling: Regeling, families: Iterable[GezinFeiten], window: Days, over: Sequence[tuple[int, Days]]
) -> dict[str, list[tuple[str, int]]]:
    """Per coach each gezin and quarter that asks for a score.

    Where two coaches each had a gezin for enough days of one quarter, its one score is due, and made, for
    both: neither gains nor loses by a handover.
    """
    due: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for gezin in families:
        mandaat = within(gezin.mandaten, window)
        for coach in {period.coach for period in gezin.coaches}:
            own = within([period for period in gezin.coaches if period.coach == coach], window)
            together = shared(own, mandaat)
            for number, days in over:
                if count(shared(together, [days])) >= regeling.min_days:
                    due[coach].append((gezin.code, number))
    return due


def _totals(lines: Sequence[Lijn]) -> tuple[Totaal, ...]:
    own: dict[str, list[Lijn]] = defaultdict(list)
    for line in lines:
        own[line.organisation].append(line)
    return tuple(
        Totaal(
            organisation=organisation,
            families=sum(line.counts for line in own[organisation] if line.kind is Kind.GEZIN),
            coaches=sum(line.counts for line in own[organisation] if line.kind is Kind.COACH),
            amount_cents=sum(line.amount_cents for line in own[organisation]),
        )
        for organisation in sorted(own)
    )


def _at_least(share: tuple[int, int], whole: int) -> int:
    """The smallest whole number that is at least this share of the whole."""
    return -(-whole * share[0] // share[1])


def _each_once(facts: Iterable[_Fact], name: Callable[[_Fact], str]) -> list[_Fact]:
    found: dict[str, _Fact] = {}
    for fact in facts:
        if name(fact) in found:
            raise ValueError(f"given twice: {name(fact)}")
        found[name(fact)] = fact
    return list(found.values())
