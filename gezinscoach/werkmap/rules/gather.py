"""Collects the lines of one sheet: accepted, refused or repeated, and which line has a natural key."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

from gezinscoach.kernel.names import closest
from gezinscoach.kernel.said import Said, said

from .draft import Draft
from .grid import Table
from .shapes import BekendeCoach, BekendGezin, Key, Known, Problem, Refused, Rij, Settings, SheetReading

R = TypeVar("R", bound=Rij)
T = TypeVar("T")


@dataclass(slots=True)
class Register(Generic[T]):
    """What other sheets may refer to, by folded name: things that are in, and rows that were refused.

    `unknown` says that a name is of none of them, with the nearest one ("" when none is near).
    """

    unknown: Callable[[str], Said]
    found: dict[str, T] = field(default_factory=dict)
    refused: dict[str, tuple[str, int]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def add(self, key: str, name: str, thing: T) -> None:
        self.found[key] = thing
        self.names[key] = name

    def look_up(self, draft: Draft, column: str, key: str) -> T | None:
        """The thing that a cell refers to; else the line is refused, with the nearest name as a hint."""
        if key in self.found:
            return self.found[key]
        if key in self.refused:
            draft.depend(column, *self.refused[key])
            return None
        draft.refuse(column, self.unknown(closest(draft.text(column), self.names.values()) or ""))
        return None


def _no_organisatie(near: str) -> Said:
    if near:
        return said("Deze organisatie staat niet in het blad Organisaties. Bedoel je “%(naam)s”?", naam=near)
    return said("Deze organisatie staat niet in het blad Organisaties.")


def _no_coach(near: str) -> Said:
    if near:
        return said("Deze gezinscoach staat niet in het blad Gezinscoaches. Bedoel je “%(naam)s”?", naam=near)
    return said("Deze gezinscoach staat niet in het blad Gezinscoaches.")


def _no_gezin(near: str) -> Said:
    if near:
        return said("Dit dossier staat niet in het blad Lopende trajecten. Bedoel je “%(naam)s”?", naam=near)
    return said("Dit dossier staat niet in het blad Lopende trajecten.")


@dataclass(frozen=True, slots=True)
class World:
    """What every sheet is read against; the registers fill as the sheets are read in order."""

    as_of: date
    known: Known
    settings: Settings
    organisaties: Register[str] = field(default_factory=lambda: Register(_no_organisatie))
    coaches: Register[BekendeCoach] = field(default_factory=lambda: Register(_no_coach))
    gezinnen: Register[BekendGezin] = field(default_factory=lambda: Register(_no_gezin))


class Gathering(Generic[R]):
    """One sheet being read."""

    def __init__(self, table: Table, world: World) -> None:
        self.table = table
        self.world = world
        self.accepted: list[R] = []
        self.refused: list[Refused] = []
        self.repeated: list[int] = []
        self.warnings: list[Problem] = list(table.warnings)
        self._claims: dict[Key, Draft] = {}

    def drafts(self) -> Iterator[Draft]:
        for line in self.table.lines:
            yield Draft(self.table, line, self.world.as_of)

    def claim(self, draft: Draft, key: Key) -> Draft | None:
        """The earlier line with this key, if any; else the key is this line's from now on."""
        earlier = self._claims.setdefault(key, draft)
        return None if earlier is draft else earlier

    def repeats(self, draft: Draft, earlier: Draft | None, column: str) -> bool:
        """Whether a line says exactly what an earlier one says; it is then counted once, with a doubt."""
        if earlier is None or earlier.raw != draft.raw:
            return False
        draft.doubt(
            column,
            said("Deze rij is dezelfde als rij %(rij)s en telt maar één keer.", rij=earlier.row),
        )
        self.repeated.append(draft.row)
        self.warnings += draft.doubts
        return True

    def refuse(self, draft: Draft, key: Key, keep: Collection[str] | None = None) -> None:
        self.refused.append(draft.refused(key, keep))
        kept = {draft.headers[column] for column in keep} if keep is not None else None
        self.warnings += [doubt for doubt in draft.doubts if kept is None or doubt.column in kept]

    def accept(self, rij: R) -> None:
        self.accepted.append(rij)
        self.warnings += rij.warnings

    def reading(self) -> SheetReading[R]:
        return SheetReading(
            self.table.layout.name, self.table.header_row, len(self.table.lines), tuple(self.accepted),
            tuple(self.refused), tuple(self.repeated), tuple(self.warnings),
        )  # fmt: skip
