"""Collects the lines of one sheet: accepted, refused or repeated, and which line has a natural key."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

from gezinscoach.kernel.names import closest

from .draft import Draft
from .grid import Table
from .shapes import BekendeCoach, BekendGezin, Key, Known, Problem, Refused, Rij, Settings, SheetReading

R = TypeVar("R", bound=Rij)
T = TypeVar("T")


@dataclass(slots=True)
class Register(Generic[T]):
    """What other sheets may refer to, by folded name: things that are in, and rows that were refused."""

    found: dict[str, T] = field(default_factory=dict)
    refused: dict[str, tuple[str, int]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def add(self, key: str, name: str, thing: T) -> None:
        self.found[key] = thing
        self.names[key] = name

    def look_up(self, draft: Draft, column: str, key: str, unknown: str) -> T | None:
        """The thing that a cell refers to; else the line is refused, with the nearest name as a hint."""
        if key in self.found:
            return self.found[key]
        if key in self.refused:
            draft.depend(column, *self.refused[key])
            return None
        near = closest(draft.text(column), self.names.values())
        draft.refuse(column, unknown + (f" Bedoel je “{near}”?" if near else ""))
        return None


@dataclass(frozen=True, slots=True)
class World:
    """What every sheet is read against; the registers fill as the sheets are read in order."""

    as_of: date
    known: Known
    settings: Settings
    organisaties: Register[str] = field(default_factory=Register)
    coaches: Register[BekendeCoach] = field(default_factory=Register)
    gezinnen: Register[BekendGezin] = field(default_factory=Register)


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
        draft.doubt(column, f"Deze rij is dezelfde als rij {earlier.row} en telt maar één keer.")
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
