"""What deserves a look in the trace: pure heuristics over events, from names of deeds and never from content.

Each finds work for a human being, no more: a finding is a question, not a verdict. The thresholds are few
and plain, so that the functionaris can say them to a colleague.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from statistics import median
from uuid import UUID

from gezinscoach.kernel.dates import ZONE
from gezinscoach.kernel.names import fold, words
from gezinscoach.privacy.nazicht.feiten import COMMAND_LINE as COMMAND_LINE
from gezinscoach.privacy.nazicht.feiten import COMPARE, LISTS
from gezinscoach.privacy.nazicht.feiten import Feit as Feit
from gezinscoach.privacy.nazicht.feiten import Vondst as Vondst
from gezinscoach.privacy.rules import NOOD_DUUR, Soort

LOOKBACK = timedelta(days=30)
FOLLOW_UP = timedelta(days=1)
SWEEP, SWEEP_FAMILIES = timedelta(minutes=15), 8
TIMES_USUAL, LEAST_VOLUME, LEAST_DAYS = 3, 15, 5
EVENING, MORNING = 22, 6
DENIALS, DENIED_WITHIN = 5, timedelta(hours=1)
SAMPLE = 100
ASKED, CONFIRMED, OPENED, READ = (f"noodtoegang.{verb}" for verb in ("ask", "confirm", "open", "read"))
KEPT = 50
"""How many events a finding keeps at most; `Vondst.aantal` says how many there were."""


def find(
    feiten: Sequence[Feit],
    since: datetime,
    until: datetime,
    *,
    people: Mapping[UUID, str],
    families: Mapping[UUID, str],
) -> list[Vondst]:
    """All that deserves a look from one moment until another, in events in order of time that begin LOOKBACK
    before; `people` and `families` are names, compared here and not kept."""
    new = [feit for feit in feiten if since <= feit.at < until]
    opened = [feit for feit in feiten if feit.opened]
    fresh = [feit for feit in new if feit.opened]
    return [
        *out_of_nowhere(feiten, fresh),
        *without_work(feiten, fresh),
        *volume(opened, since),
        *nights(new),
        *sweeps(new),
        *lookups(feiten, [feit for feit in new if feit.at < until - FOLLOW_UP]),
        *exports(new),
        *denials(new),
        *ties(fresh, people, families),
        *sample(fresh),
    ]


def out_of_nowhere(feiten: Iterable[Feit], fresh: Iterable[Feit]) -> Iterator[Vondst]:
    """Families that somebody read in an emergency that, says the trace, that person had not opened then, nor
    asked for and got confirmed: somebody put it in the database itself, or stretched it there."""
    asked: dict[tuple[UUID | None, UUID | None], UUID] = {}
    begun: dict[tuple[UUID | None, UUID | None, UUID], list[datetime]] = defaultdict(list)
    for feit in feiten:
        nood = feit.scope, feit.thing
        if feit.action == ASKED:
            asked[nood] = feit.account
        elif feit.action == OPENED:
            begun[*nood, feit.account].append(feit.at)
        elif feit.action == CONFIRMED and nood in asked:
            begun[*nood, asked[nood]].append(feit.at)
    strange = (
        feit
        for feit in fresh
        if feit.action == READ
        and not _any(begun[feit.scope, feit.thing, feit.account], feit.at - NOOD_DUUR, feit.at)
    )
    yield from _by_day(Soort.ZONDER_SPOOR, strange, by_family=True)


def without_work(feiten: Iterable[Feit], fresh: Iterable[Feit]) -> Iterator[Vondst]:
    """Families that somebody read without a deed of his own there in 30 days, nor a deed that gave it to him
    to read."""
    deeds: dict[tuple[UUID, UUID], list[datetime]] = defaultdict(list)
    links: dict[tuple[UUID, UUID], list[datetime]] = defaultdict(list)
    for feit in feiten:
        if feit.worked and feit.scope is not None:
            deeds[feit.account, feit.scope].append(feit.at)
            if feit.whom is not None:
                links[feit.whom, feit.scope].append(feit.at)
    idle = (
        feit
        for feit in fresh
        if feit.scope is not None
        and not feit.action.startswith("noodtoegang.")
        and not _any(deeds[feit.account, feit.scope], feit.at - LOOKBACK, feit.at + FOLLOW_UP)
        and not _any(links[feit.account, feit.scope], feit.at - LOOKBACK, feit.at)
    )
    yield from _by_day(Soort.ZONDER_WERK, idle, by_family=True)


def volume(opened: Iterable[Feit], since: datetime) -> Iterator[Vondst]:
    """Days on which somebody opened more than three times the own median of the active days before."""
    days: dict[UUID, dict[date, list[Feit]]] = defaultdict(lambda: defaultdict(list))
    for feit in opened:
        days[feit.account][_day(feit.at)].append(feit)
    everybody = median([len(some) for held in days.values() for some in held.values()] or [0])
    for account, held in days.items():
        for day, some in held.items():
            if some[-1].at < since or len(some) < LEAST_VOLUME:
                continue
            before = [len(other) for when, other in held.items() if day - LOOKBACK <= when < day]
            usual = median(before) if len(before) >= LEAST_DAYS else everybody
            if len(some) > TIMES_USUAL * usual:
                yield _vondst(Soort.VEEL, account, None, str(day), some)


def nights(new: Iterable[Feit]) -> Iterator[Vondst]:
    """Nights, from 22 to 6 in Brussels, in which somebody read or worked in a family."""
    late: dict[tuple[UUID, date], list[Feit]] = defaultdict(list)
    for feit in new:
        if feit.scope is not None and feit.action not in LISTS and feit.account != COMMAND_LINE:
            local = feit.at.astimezone(ZONE)
            if local.hour >= EVENING or local.hour < MORNING:
                late[feit.account, (local - timedelta(hours=MORNING)).date()].append(feit)
    for (account, night), some in late.items():
        yield _vondst(Soort.NACHT, account, None, str(night), some)


def sweeps(new: Iterable[Feit]) -> Iterator[Vondst]:
    """Lists after which somebody opened eight families or more within a quarter of an hour."""
    listed: dict[UUID, Feit] = {}
    opened: dict[UUID, list[Feit]] = defaultdict(list)
    swept: dict[tuple[UUID, date], list[Feit]] = {}
    for feit in new:
        if feit.action in LISTS:
            if feit.account not in listed or feit.at - listed[feit.account].at > SWEEP:
                listed[feit.account], opened[feit.account] = feit, []
        elif feit.opened and feit.account in listed and feit.at - listed[feit.account].at <= SWEEP:
            some = opened[feit.account]
            some.append(feit)
            if len({one.scope for one in some}) >= SWEEP_FAMILIES:
                swept[feit.account, _day(feit.at)] = [listed[feit.account], *some]
    for (account, day), some in swept.items():
        yield _vondst(Soort.REEKS, account, None, str(day), some)


def lookups(feiten: Iterable[Feit], asked: Iterable[Feit]) -> Iterator[Vondst]:
    """Questions whether a family is known, with no deed of the same person on its aanmelding within a day."""
    followed: dict[tuple[UUID, UUID], list[datetime]] = defaultdict(list)
    for feit in feiten:
        if feit.scope is not None and not feit.groups and feit.action.startswith("aanmelding."):
            followed[feit.account, feit.scope].append(feit.at)
    idle = (
        feit
        for feit in asked
        if feit.action == COMPARE
        and feit.thing is None
        and (
            feit.scope is None
            or not _any(followed[feit.account, feit.scope], feit.at - FOLLOW_UP, feit.at + FOLLOW_UP)
        )
    )
    yield from _by_day(Soort.OPZOEKING, idle)


def exports(new: Iterable[Feit]) -> Iterator[Vondst]:
    """Files that somebody fetched."""
    yield from _by_day(Soort.EXPORT, (feit for feit in new if feit.action.endswith(".export")))


def denials(new: Iterable[Feit]) -> Iterator[Vondst]:
    """Days on which somebody was refused five times or more within an hour."""
    refused: dict[UUID, list[Feit]] = defaultdict(list)
    for feit in new:
        if feit.action.startswith("door.denied"):
            refused[feit.account].append(feit)
    bursts = (
        feit
        for some in refused.values()
        for first, last in zip(some, some[DENIALS - 1 :], strict=False)
        if last.at - first.at <= DENIED_WITHIN
        for feit in some
        if first.at <= feit.at <= last.at
    )
    yield from _by_day(Soort.GEWEIGERD, dict.fromkeys(bursts))


def ties(fresh: Iterable[Feit], people: Mapping[UUID, str], families: Mapping[UUID, str]) -> Iterator[Vondst]:
    """Families that somebody with the same surname read, once a month."""
    tied: dict[tuple[UUID, UUID], bool] = {}
    found: dict[tuple[UUID, UUID, str], list[Feit]] = defaultdict(list)
    for feit in fresh:
        if feit.scope is None:
            continue
        pair = feit.account, feit.scope
        if pair not in tied:
            tied[pair] = same_surname(people.get(feit.account, ""), families.get(feit.scope, ""))
        if tied[pair]:
            found[*pair, f"{_day(feit.at):%Y-%m}"].append(feit)
    for (account, scope, month), some in found.items():
        yield _vondst(Soort.BAND, account, scope, month, some)


def sample(fresh: Iterable[Feit]) -> Iterator[Vondst]:
    """One in a hundred of the looks at content, chosen by the last bytes of its random id."""
    for feit in fresh:
        if int.from_bytes(feit.id.bytes[-4:]) % SAMPLE == 0:
            yield _vondst(Soort.STEEKPROEF, feit.account, feit.scope, feit.id.hex, [feit])


def same_surname(person: str, family: str) -> bool:
    """Whether "Noor De Smet" may belong to "Gezin De Smet" or "Peeters-De Smet": a flag, not a finding."""
    surname = "".join(words(person)[1:])
    parts = [part for one in family.replace("/", "-").split(" en ") for part in one.split("-")]
    names = (fold(part).removeprefix("gezin").removeprefix("familie") for part in [family, *parts])
    return len(surname) > 1 and surname in names


def _by_day(soort: Soort, feiten: Iterable[Feit], *, by_family: bool = False) -> Iterator[Vondst]:
    found: dict[tuple[UUID, UUID | None, date], list[Feit]] = defaultdict(list)
    for feit in feiten:
        found[feit.account, feit.scope if by_family else None, _day(feit.at)].append(feit)
    for (account, scope, day), some in found.items():
        yield _vondst(soort, account, scope, str(day), some)


def _vondst(soort: Soort, account: UUID, scope: UUID | None, periode: str, some: Sequence[Feit]) -> Vondst:
    return Vondst(soort, account, scope, periode, tuple(feit.id for feit in some[:KEPT]), len(some))


def _any(moments: Sequence[datetime], first: datetime, last: datetime) -> bool:
    """Whether one of these moments, in order, lies between two, both included."""
    place = bisect_left(moments, first)
    return place < len(moments) and moments[place] <= last


def _day(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()
