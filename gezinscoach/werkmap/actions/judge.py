"""What an import will do with every row: the rules' reading against what is in already. Writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from gezinscoach.kernel import audit
from gezinscoach.kernel.access import Actor
from gezinscoach.werkmap import queries
from gezinscoach.werkmap.actions.remarks import Marked, Reworded, differences, hangs_on, impossible, remarks
from gezinscoach.werkmap.queries import Memory, Stock
from gezinscoach.werkmap.rules import (
    AanwezigheidRij,
    Problem,
    Raw,
    RawSheet,
    Refused,
    Rij,
    SheetReading,
    alike,
    read_again,
    read_row,
    read_workbook,
)
from gezinscoach.werkmap.rules.compare import FIELDS, cells, without_place
from gezinscoach.werkmap.rules.draft import depends
from gezinscoach.werkmap.rules.report import Report, SheetReport
from gezinscoach.werkmap.tables import OPEN, Rijstand


@dataclass(frozen=True, slots=True)
class SheetJudgement:
    """One sheet: rows that are new, as before, or otherwise than before; refused ones; mended ones.

    `differences` are the cells that read otherwise than before; `boxes` how the inbox knows each row that
    goes there, None where it doesn't yet.
    """

    name: str
    rows: int
    new: tuple[Marked, ...]
    same: tuple[Marked, ...]
    changed: tuple[Marked, ...]
    refused: tuple[tuple[Refused, bytes], ...]
    mended: int
    repeated: int
    warnings: tuple[Problem, ...]
    differences: tuple[Problem, ...]
    boxes: tuple[queries.Box | None, ...]

    def report(self, hidden: Collection[str]) -> SheetReport:
        """What there is to tell, but for remarks that give a hidden family away."""
        waiting = sum(box is not None and box.stand in OPEN for box in self.boxes)
        aside = sum(
            box is not None and box.stand is Rijstand.TERZIJDE and box.by_somebody for box in self.boxes
        )
        return SheetReport(
            self.name, self.rows, len(self.new), len(self.same) + self.mended + self.repeated,
            len(self.changed), len(self.boxes) - waiting - aside, waiting, aside,
            tuple(refused for refused, _ in self.refused),
            tuple(one for one in (*self.warnings, *self.differences) if one.about not in hidden),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judgement:
    """What becomes of a whole workbook, against which day, and all that it was judged with."""

    as_of: date
    sheets: tuple[SheetJudgement, ...]
    stock: Stock
    memory: Memory

    def report(self) -> Report:
        hidden = {str(one) for one in self.memory.hidden}
        return Report(tuple(sheet.report(hidden) for sheet in self.sheets))

    def look(self, db: Session, actor: Actor, *, now: datetime, thing_id: UUID) -> None:
        """Note, on each family that was there already, that the remarks and refusals give it away."""
        said = [warning.about for sheet in self.sheets for warning in sheet.warnings]
        for refused, _ in (one for sheet in self.sheets for one in sheet.refused):
            said += [refused.about, *(also.about for also in refused.also)]
        for ref in sorted({ref for ref in said if ref}):
            audit.look(
                db, actor, "gezin.compare", now=now, scope_id=UUID(ref), thing_id=thing_id, groups=("F1",)
            )


def judge(db: Session, actor: Actor, sheets: Sequence[RawSheet], *, as_of: date) -> Judgement:
    """What becomes of a workbook; WorkbookIncomplete when a sheet or column is missing."""
    stock = queries.stock(db, actor)
    reading = read_workbook(sheets, as_of=as_of, known=stock.known, settings=stock.settings)
    return _judgement(db, reading.sheets(), as_of, stock, queries.memory(db, actor))


def judge_row(
    db: Session, sheet: str, raw: Raw, *, row: int, as_of: date, stock: Stock, memory: Memory
) -> Judgement:
    """What becomes of one row, given as its cells by header."""
    reading = read_row(sheet, raw, row=row, as_of=as_of, known=stock.known, settings=stock.settings)
    return _judgement(db, [reading], as_of, stock, memory)


def _judgement(
    db: Session, readings: Sequence[SheetReading[Rij]], as_of: date, stock: Stock, memory: Memory
) -> Judgement:
    names = {
        "Organisaties": stock.organisaties,
        "Gezinscoaches": stock.coaches,
        "Lopende trajecten": stock.gezinnen,
    }
    judged = []
    out: dict[tuple[str, str], int] = {}
    for reading in readings:
        judged.append(_sheet(db, reading, as_of, stock, memory, out))
        # Somebody may have another name in the application by now: the workbook's own keeps leading there.
        for one in (*judged[-1].same, *judged[-1].changed):
            if reading.name in names:
                origin = memory.origins[reading.name, one.key]
                names[reading.name][one.rij.key[0]] = origin.doel_id
    return Judgement(as_of, tuple(judged), stock, memory)


def _sheet(
    db: Session, reading: SheetReading[Rij], as_of: date, stock: Stock, memory: Memory,
    out: dict[tuple[str, str], int],
) -> SheetJudgement:  # fmt: skip
    """One sheet; `out` has the rows of earlier sheets that can't go in here, and gets those of this one."""
    new: list[Marked] = []
    same: list[Marked] = []
    reworded: list[Reworded] = []
    warnings = list(reading.warnings)
    refusals = list(reading.refused)
    for rij in reading.accepted:
        key = queries.key_index(db, reading.name, rij.key)
        origin = memory.origins.get((reading.name, key))
        if origin is not None and origin.doel_id in memory.shielded:
            rij = apart(reading.name, rij)
        one = Marked(rij, key, queries.content_index(db, reading.name, rij.raw))
        if problem := impossible(rij, stock, new=origin is None):
            refusals.append(Refused(*problem, raw=rij.raw, key=rij.key))
            out[reading.name, rij.key[0]] = rij.row
        elif origin is None and (on := hangs_on(rij, out)):
            column, (sheet, row) = on
            said = cells(reading.name, rij.raw).get(column, "")
            refusals.append(
                Refused(rij.row, column, said, depends(sheet, row), rij.raw, rij.key, (sheet, row))
            )
            out[reading.name, rij.key[0]] = rij.row
        elif origin is None:
            new.append(one)
            warnings += remarks(rij, stock)
        elif origin.inhoud_index == one.content:
            same.append(one)
        else:
            reworded.append((one, origin))
    kept = queries.originals(db, [origin.id for _, origin in reworded])
    older = _older(reading.name, reworded, kept, as_of, stock)
    same += [one for one, _ in reworded if alike(older.get(one.rij.row), one.rij)]
    changed = [pair for pair in reworded if not alike(older.get(pair[0].rij.row), pair[0].rij)]
    refused, mended = [], 0
    for refusal in refusals:
        content = queries.content_index(db, reading.name, refusal.raw)
        box = memory.boxes.get(content)
        if box and box.stand in (Rijstand.VERWERKT, Rijstand.VOORSTEL):
            mended += 1
        else:
            refused.append((refusal, content))
    proposed = [
        queries.proposal_index(db, reading.name, one.key, origin.inhoud_index, one.content)
        for one, origin in changed
    ]
    boxed = dict.fromkeys([*(content for _, content in refused), *proposed])
    return SheetJudgement(
        reading.name, reading.rows, tuple(new), tuple(same), tuple(one for one, _ in changed),
        tuple(refused), mended, len(reading.repeated), tuple(warnings),
        tuple(differences(reading.name, changed, kept)),
        tuple(memory.boxes.get(content) for content in boxed),
    )  # fmt: skip


def apart(sheet: str, rij: Rij) -> Rij:
    """A row of a family whose address is shielded: what it tells of the place goes no further."""
    told: dict[str, Any] = dict.fromkeys({field.name for field in fields(rij)} & FIELDS, "")
    return replace(rij, raw=without_place(sheet, rij.raw), **told)


def _older(
    sheet: str, reworded: Sequence[Reworded], kept: Mapping[UUID, Raw], as_of: date, stock: Stock
) -> dict[int, Rij]:
    """What the rows meant when they were taken in, by row number: the same may stand there in other words."""
    raws = {one.rij.row: kept[origin.id] for one, origin in reworded}
    if not raws:
        return {}
    meetings = {
        day for one, _ in reworded if isinstance(one.rij, AanwezigheidRij) for day in one.rij.bijeenkomsten
    }
    return read_again(sheet, raws, meetings=meetings, as_of=as_of, known=stock.known, settings=stock.settings)
