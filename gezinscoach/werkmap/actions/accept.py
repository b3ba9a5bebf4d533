"""A proposal of a later workbook: what it would change, and taking over what nobody edited meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from gezinscoach.dossier import rules as dossier
from gezinscoach.grondrechten import rules as grondrechten
from gezinscoach.kernel import audit
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.said import said
from gezinscoach.werkmap import queries
from gezinscoach.werkmap.actions.mend import AlreadyDecided, StillWrong
from gezinscoach.werkmap.actions.targets import TARGETS, Part, Target
from gezinscoach.werkmap.queries import Stock
from gezinscoach.werkmap.rules import Raw, Refused, Rij, SheetReading, read_row
from gezinscoach.werkmap.rules.compare import Change, cells, changes, texts
from gezinscoach.werkmap.tables import Herkomst, Postvakrij, Rijstand

__all__ = ["Outcome", "Part", "Proposal", "accept", "accept_all", "compare", "plain"]

REFUSED = (AlreadyDecided, StillWrong, dossier.Refusal, grondrechten.Refusal)
"""Why a proposal can't be taken over; each is said before anything of it was written."""


class Outcome(StrEnum):
    """What accepting does with one changed cell."""

    TAKEN = "taken"
    ALREADY = "already"
    EDITED = "edited"
    BY_HAND = "by hand"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal laid beside the application: each changed cell with what accepting does with it."""

    target: Target | None
    doel_id: UUID
    lines: tuple[tuple[Change, Outcome], ...]
    parts: Mapping[str, Part]


def compare(
    db: Session, actor: Actor, rij: Postvakrij, *, as_of: date, stock: Stock | None = None
) -> Proposal:
    """What a proposal would change; AlreadyDecided, or StillWrong when its row is no longer sound.

    `stock` where it was asked for already.
    """
    origin = queries.origin(db, actor, rij.blad, rij.sleutel_index)
    if rij.stand is not Rijstand.VOORSTEL or origin is None:
        raise AlreadyDecided
    stock = stock or queries.stock(db, actor)
    before, after = origin.inhoud["raw"], rij.inhoud["raw"]
    newer = _read(rij, after, as_of, stock)
    if newer.refused:
        raise StillWrong(newer.refused[0])
    older = _read(rij, before, as_of, stock)
    target = TARGETS[rij.blad](db, actor, origin.doel_id, as_of)
    old, new = (older.accepted[0] if older.accepted else None), newer.accepted[0]
    parts = {
        change.column: part
        for change in changes(cells(rij.blad, before), cells(rij.blad, after))
        if target is not None and (part := target.part(change.column, old, new)) is not None
    }
    return Proposal(
        target,
        origin.doel_id,
        tuple(
            (change, _outcome(parts.get(change.column), old is not None))
            for change in changes(cells(rij.blad, before), cells(rij.blad, after))
        ),
        parts,
    )


def accept(
    db: Session, actor: Actor, rij: Postvakrij, *, as_of: date, now: datetime
) -> tuple[tuple[Change, Outcome], ...]:
    """Take over the cells that nobody edited meanwhile and remember the newer row; what became of each."""
    proposal = compare(db, actor, rij, as_of=as_of)
    _take_over(db, actor, rij, proposal, now)
    audit.record(db, actor, "werkmap.accept", now=now, thing_id=rij.id)
    return proposal.lines


def plain(db: Session, actor: Actor, rijen: Iterable[Postvakrij], *, as_of: date) -> int:
    """How many of these proposals `accept_all` would take over."""
    return len(_plain(db, actor, rijen, as_of))


def accept_all(db: Session, actor: Actor, rijen: Iterable[Postvakrij], *, as_of: date, now: datetime) -> int:
    """Take these proposals over, each as `accept` does; how many.

    One that is no longer sound, or of which people have to adapt a cell by hand, keeps waiting.
    """
    done = 0
    for rij, proposal in _plain(db, actor, rijen, as_of):
        try:
            _take_over(db, actor, rij, proposal, now)
        except REFUSED:
            continue
        audit.record(db, actor, "werkmap.accept", now=now, thing_id=rij.id)
        done += 1
    return done


def _plain(
    db: Session, actor: Actor, rijen: Iterable[Postvakrij], as_of: date
) -> list[tuple[Postvakrij, Proposal]]:
    """The sound proposals that need nobody's hand, each laid beside the application."""
    stock = queries.stock(db, actor)
    found = []
    for rij in rijen:
        try:
            proposal = compare(db, actor, rij, as_of=as_of, stock=stock)
        except REFUSED:
            continue
        if Outcome.BY_HAND not in (outcome for _, outcome in proposal.lines):
            found.append((rij, proposal))
    return found


def _take_over(db: Session, actor: Actor, rij: Postvakrij, proposal: Proposal, now: datetime) -> None:
    taken = {
        change.column: proposal.parts[change.column]
        for change, outcome in proposal.lines
        if outcome is Outcome.TAKEN
    }
    if proposal.target is not None and taken:
        proposal.target.write(taken, now)
    origin = queries.origin(db, actor, rij.blad, rij.sleutel_index)
    if origin is not None:
        _remember(db, origin, rij)
    rij.stand, rij.decided_at, rij.decided_by = Rijstand.VERWERKT, now, actor.account_id
    db.flush()


def _outcome(part: Part | None, old_known: bool) -> Outcome:
    if part is None:
        return Outcome.BY_HAND
    if part.now == part.after:
        return Outcome.ALREADY
    return Outcome.TAKEN if old_known and part.now == part.before else Outcome.EDITED


def _read(rij: Postvakrij, raw: Raw, as_of: date, stock: Stock) -> SheetReading[Rij]:
    reading = read_row(rij.blad, raw, row=rij.rij, as_of=as_of, known=stock.known, settings=stock.settings)
    if not reading.accepted and not reading.refused:
        raise StillWrong(Refused(rij.rij, "", "", said("Deze rij is leeg."), raw, ()))
    return reading


def _remember(db: Session, origin: Herkomst, rij: Postvakrij) -> None:
    raw: dict[str, Any] = rij.inhoud["raw"]
    origin.inhoud = {"key": origin.inhoud["key"], "raw": texts(raw)}
    origin.inhoud_index = queries.content_index(db, rij.blad, raw)
