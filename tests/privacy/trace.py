"""A trace of two months in a city, generated: ordinary work, and misuse planted in it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from gezinscoach.privacy.nazicht import Feit
from gezinscoach.privacy.rules import Soort

BEGIN = datetime(2026, 8, 17, tzinfo=UTC)
DAYS = 60
SURNAMES = [f"{first}{last}" for first in ("Van ", "De ", "", "Ver") for last in (
    "Acker", "Berg", "Clerck", "Dael", "Eynde", "Fraine", "Geest", "Zande", "Haeghe", "Ijzer", "Jonge",
    "Laet", "Meulen", "Neste", "Ost", "Pauw", "Quick", "Roo", "Smet", "Torre", "Uyten", "Velde", "Wiele",
)]  # fmt: skip


@dataclass
class Trace:
    """Events in order of time, names, and what was planted: (kind, who)."""

    feiten: list[Feit] = field(default_factory=list)
    people: dict[UUID, str] = field(default_factory=dict)
    families: dict[UUID, str] = field(default_factory=dict)
    planted: set[tuple[Soort, UUID]] = field(default_factory=set)

    @property
    def until(self) -> datetime:
        return BEGIN + timedelta(days=DAYS)

    @property
    def since(self) -> datetime:
        return BEGIN + timedelta(days=30)


class Maker:
    """Makes a trace; the same seed makes the same one."""

    def __init__(self, seed: int, coaches: int, desk: int, reads: int) -> None:
        self.random, self.trace, self.reads = random.Random(seed), Trace(), reads
        self.coaches = [self.person() for _ in range(coaches)]
        self.desk = [self.person() for _ in range(desk)]
        self.own = {coach: [self.family() for _ in range(5)] for coach in self.coaches}

    def uuid(self) -> UUID:
        return UUID(int=self.random.getrandbits(128), version=4)

    def person(self, surname: str = "") -> UUID:
        one = self.uuid()
        self.trace.people[one] = f"Noor {surname or self.random.choice(SURNAMES)}"
        return one

    def family(self, surname: str = "") -> UUID:
        one = self.uuid()
        self.trace.families[one] = f"Gezin {surname or self.random.choice(SURNAMES)}"
        return one

    def note(
        self,
        at: datetime,
        who: UUID,
        action: str,
        scope: UUID | None = None,
        groups: str = "",
        whom: UUID | None = None,
    ) -> None:
        self.trace.feiten.append(Feit(self.uuid(), at, who, action, groups, scope, None, whom))

    def read(self, at: datetime, who: UUID, scope: UUID) -> None:
        self.note(at, who, "dossier.read", scope, "F1 F3")

    def hour(self, day: int) -> datetime:
        """A moment in working hours, in a summer of Brussels."""
        return BEGIN + timedelta(days=day, hours=6, seconds=self.random.randrange(9 * 3600))

    def workdays(self, first: int = 0) -> list[int]:
        return [day for day in range(first, DAYS) if (BEGIN + timedelta(days=day)).weekday() < 5]

    def ordinary(self) -> None:
        """Coaches read and write in their own families; the desk registers, looks up and calls back; who
        coordinates sees which coach is where; an expert reads what a coach asks and mostly says it aloud."""
        for coach, families in self.own.items():
            for family in families:
                self.note(BEGIN, self.desk[0], "coachperiode.start", family, whom=coach)
            for day in self.workdays():
                self.note(self.hour(day), coach, "desk.vandaag", families[0], "F0 F1")
                for _ in range(self.random.randint(self.reads // 2, self.reads * 3 // 2)):
                    family, at = self.random.choice(families), self.hour(day)
                    self.read(at, coach, family)
                    if self.random.random() < 0.3:
                        self.note(at + timedelta(minutes=2), coach, "notitie.write", family)
        waiting: list[UUID] = []
        for day in self.workdays():
            for clerk in self.desk:
                at = self.hour(day)
                self.note(at, clerk, "wachtlijst.read", None, "F0 F1")
                for number in range(2):
                    waiting.append(self.family())
                    moment = at + timedelta(minutes=20 * number)
                    self.note(moment, clerk, "aanmelding.register", waiting[-1])
                    self.note(moment, clerk, "gezin.compare", waiting[-1], "F1")
                for family in self.random.sample(waiting[-30:], min(4, len(waiting))):
                    self.note(at + timedelta(minutes=3), clerk, "aanmelding.read", family, "F1 F2 F3")
                    self.note(at + timedelta(minutes=5), clerk, "aanmelding.correct", family)

        self.around([family for families in self.own.values() for family in families], waiting)

    def around(self, families: list[UUID], waiting: list[UUID]) -> None:
        coordinators, experts = [[self.person() for _ in range(2)] for _ in range(2)]
        for day in self.workdays():
            for one in coordinators:
                at = self.hour(day)
                self.note(at, one, "coachperiode.list", None, "F0")
                for number, family in enumerate(self.random.sample(families, 10)):
                    self.note(at + timedelta(minutes=number), one, "coachperiode.read", family, "F0")
            for one in self.desk:
                self.note(self.hour(day), one, "aanmelding.match", self.random.choice(waiting), "F1")
            coach, expert = self.random.choice(self.coaches), self.random.choice(experts)
            family, at = self.random.choice(self.own[coach]), self.hour(day)
            self.note(at, coach, "consult.ask", family, whom=expert)
            for later in (1, 24, 48):
                self.note(at + timedelta(hours=later), expert, "consult.read", family, "F6")
            self.note(at + timedelta(days=5), coach, "consult.end", family)

    def plant(self, times: int) -> None:
        """Misuse of each kind, so many times, each by somebody else, in the second month."""
        days = self.workdays(32)[:-3]
        people = iter(self.random.sample(self.coaches, len(self.coaches)))
        for kind, deed in {
            Soort.ZONDER_WERK: self.idle,
            Soort.VEEL: self.much,
            Soort.NACHT: self.night,
            Soort.REEKS: self.sweep,
            Soort.OPZOEKING: self.lookup,
            Soort.EXPORT: self.export,
            Soort.GEWEIGERD: self.denied,
            Soort.BAND: self.tie,
        }.items():
            for _ in range(times):
                who = next(people)
                deed(who, self.random.choice(days))
                self.trace.planted.add((kind, who))

    def idle(self, who: UUID, day: int) -> None:
        for _ in range(3):
            self.read(self.hour(day), who, self.family())

    def much(self, who: UUID, day: int) -> None:
        for _ in range(self.reads * self.random.randint(5, 8)):
            self.read(self.hour(day), who, self.random.choice(self.own[who]))

    def night(self, who: UUID, day: int) -> None:
        at = BEGIN + timedelta(days=day, hours=self.random.choice([20, 22, 25, 27]), minutes=30)
        self.read(at, who, self.own[who][0])

    def sweep(self, who: UUID, day: int) -> None:
        at = self.hour(day)
        self.note(at, who, "coachperiode.list", None, "F0")
        for number in range(self.random.randint(8, 14)):
            self.read(at + timedelta(seconds=40 * (number + 1)), who, self.family())

    def lookup(self, who: UUID, day: int) -> None:
        for _ in range(2):
            self.note(self.hour(day), who, "gezin.compare", self.family(), "F1")

    def export(self, who: UUID, day: int) -> None:
        self.note(self.hour(day), who, "cijfers.export")

    def denied(self, who: UUID, day: int) -> None:
        at = self.hour(day)
        for number in range(self.random.randint(5, 9)):
            self.note(at + timedelta(minutes=5 * number), who, "door.denied")

    def tie(self, who: UUID, day: int) -> None:
        surname = self.trace.people[who].removeprefix("Noor ")
        self.read(self.hour(day), who, self.family(self.random.choice([surname, f"Xhaka-{surname}"])))

    def made(self) -> Trace:
        self.trace.feiten.sort(key=lambda feit: (feit.at, feit.id))
        return self.trace
