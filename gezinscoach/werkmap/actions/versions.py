"""Open rows of the inbox that a later workbook brings in another version: they lie aside for that one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from gezinscoach.kernel import audit
from gezinscoach.werkmap import queries
from gezinscoach.werkmap.actions.judge import SheetJudgement
from gezinscoach.werkmap.actions.makers import Work
from gezinscoach.werkmap.rules import Refused
from gezinscoach.werkmap.rules.compare import alike, cells, layout_of, texts
from gezinscoach.werkmap.rules.wachtlijst import NO_PERMISSION, WITHOUT_PERMISSION
from gezinscoach.werkmap.tables import OPEN, Postvakrij, Rijstand

_CHUNK = 500

Entered = dict[bytes, tuple[Refused, Postvakrij]]
"""What this workbook put into the inbox, or asks a decision on again, by content index."""


@dataclass(frozen=True, slots=True)
class Version:
    """How this workbook brings a row: its key (None for an incomplete one), place and cells, and its row of
    the inbox ("" for a row that is in); `refused` says why it can't go in, None for a sound one."""

    key: bytes | None
    rij: int
    cells: Mapping[str, str]
    box: str
    refused: Refused | None = None

    @property
    def withheld(self) -> bool:
        """Whether the family does not agree to be registered."""
        return self.refused is not None and self.refused.reason == NO_PERMISSION


def problem_of(refused: Refused) -> dict[str, Any]:
    """Why a row was refused, as it is kept with the row."""
    return {
        "column": refused.column,
        "value": refused.value,
        "reason": refused.reason.as_json(),
        "depends_on": refused.depends_on,
        "also": [
            {"column": one.column, "value": one.value, "reason": one.reason.as_json()} for one in refused.also
        ],
    }


def rows(db: Session, ids: Sequence[UUID]) -> Iterable[Postvakrij]:
    """These rows of the inbox."""
    for start in range(0, len(ids), _CHUNK):
        yield from db.scalars(select(Postvakrij).where(Postvakrij.id.in_(ids[start : start + _CHUNK])))


def replace(
    work: Work,
    sheet: SheetJudgement,
    boxes: Mapping[bytes, queries.Box],
    entered: Entered,
    proposals: Mapping[bytes, UUID],
) -> None:
    """Set open versions of a row aside for the one that this workbook brought instead of them.

    A version that went aside so and is brought refused again asks for a decision again. `boxes`: the inbox of
    this sheet before; `proposals`: rows of the inbox by key.
    """
    brought = {content: refused for refused, content in sheet.refused}
    _ask_again(work, boxes, brought, entered)
    sound = [
        Version(one.key, one.rij.row, cells(sheet.name, one.rij.raw), str(proposals.get(one.key, "")))
        for one in (*sheet.new, *sheet.same, *sheet.changed)
    ]
    refused = [
        Version(
            row.sleutel_index if all(refusal.key) else None, row.rij, cells(sheet.name, row.inhoud["raw"]),
            str(row.id), refusal,
        )
        for refusal, row in entered.values()
    ]  # fmt: skip
    again = [
        Version(None, refusal.row, cells(sheet.name, refusal.raw), str(boxes[content].id), refusal)
        for content, refusal in brought.items()
        if content not in entered
    ]
    withheld = [one for one in (*again, *refused) if one.withheld]
    keyed = {one.key: one for one in (*sound, *refused) if one.key}
    placed = {one.rij: one for one in (*sound, *withheld, *refused)}
    ours = {one.key for one in sound}
    older = [
        box.id
        for content, box in boxes.items()
        if content not in brought
        and (
            (box.stand is Rijstand.GEWEIGERD and (box.sleutel_index in keyed or box.rij in placed))
            or (withheld and box.stand in OPEN and box.sleutel_index not in ours)
        )
    ]
    waiting = [(row, cells(row.blad, row.inhoud["raw"])) for row in rows(work.db, older) if row.stand in OPEN]
    withdrawn = _withdrawn(waiting, withheld, placed, ours)
    for row, said in waiting:
        found = withdrawn.get(row.id)
        if found is None and row.stand is Rijstand.GEWEIGERD:
            found = _newer(row, said, (keyed.get(row.sleutel_index or b""), placed.get(row.rij)))
        if found and (found.refused or not _by_people(work.db, row)):
            _set_aside(work, row, said, found)


def _ask_again(
    work: Work, boxes: Mapping[bytes, queries.Box], brought: Mapping[bytes, Refused], entered: Entered
) -> None:
    aside = [
        box.id
        for content, box in boxes.items()
        if content in brought and box.stand is Rijstand.TERZIJDE and not box.by_somebody
    ]
    for row in rows(work.db, aside):
        if "newer" in row.probleem:
            refused = brought[row.inhoud_index]
            row.stand, row.decided_at, row.rij = Rijstand.GEWEIGERD, None, refused.row
            row.inhoud, row.probleem = {"raw": texts(refused.raw)}, problem_of(refused)
            entered[row.inhoud_index] = refused, row


def _newer(row: Postvakrij, said: Mapping[str, str], found: Iterable[Version | None]) -> Version | None:
    """The newer version of a row: with its key and its place, or with either and most of its cells."""
    for one in found:
        if one and ((one.key, one.rij) == (row.sleutel_index, row.rij) or alike(said, one.cells)):
            return one
    return None


def _withdrawn(
    waiting: Sequence[tuple[Postvakrij, Mapping[str, str]]],
    withheld: Sequence[Version],
    placed: Mapping[int, Version],
    ours: Container[bytes | None],
) -> dict[UUID, Version]:
    """By row its version without permission: at its place, or of the one row that waits with that referral.

    Rows with a key of `ours` are in this workbook with permission.
    """
    referred = {frozenset(one.cells.items()): one for one in withheld if len(one.cells) > 1}
    numbers = Counter(frozenset(_kept(row.blad, said).items()) for row, said in waiting)
    found = {}
    for row, said in waiting:
        there, referral = placed.get(row.rij), frozenset(_kept(row.blad, said).items())
        if row.sleutel_index in ours:
            continue
        if there and there.withheld and alike(said, there.cells):
            found[row.id] = there
        elif numbers[referral] == 1 and referral in referred:
            found[row.id] = referred[referral]
    return found


def _kept(blad: str, said: Mapping[str, str]) -> dict[str, str]:
    """The cells that are kept of a referral without permission."""
    titles = {column.title for column in layout_of(blad).columns if column.key in WITHOUT_PERMISSION}
    return {title: text for title, text in said.items() if title in titles}


def _by_people(db: Session, row: Postvakrij) -> bool:
    """Whether somebody edited a refused row, or put it back after it was set aside for a newer one."""
    return "newer" in row.probleem or (
        queries.content_index(db, row.blad, row.inhoud["raw"]) != row.inhoud_index
    )


def _set_aside(work: Work, row: Postvakrij, said: Mapping[str, str], newer: Version) -> None:
    row.stand, row.decided_at, row.decided_by = Rijstand.TERZIJDE, work.now, None
    deed, probleem = "werkmap.replace", row.probleem
    if newer.refused and newer.withheld:
        deed, probleem = "werkmap.reduce", problem_of(newer.refused)
        row.inhoud = {"raw": _kept(row.blad, said)}
    row.probleem = {**probleem, "newer": newer.box}
    audit.record(work.db, work.actor, deed, now=work.now, thing_id=row.id)
