"""Decisions on rows of the inbox: correct and try again, set aside, put back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from gezinscoach.kernel import audit
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.said import said
from gezinscoach.werkmap import queries
from gezinscoach.werkmap.actions.carry import PROPOSED, propose, remember
from gezinscoach.werkmap.actions.judge import Judgement, SheetJudgement, judge_row
from gezinscoach.werkmap.actions.makers import MAKERS, Work
from gezinscoach.werkmap.actions.versions import problem_of
from gezinscoach.werkmap.rules import SHEETS, Refused
from gezinscoach.werkmap.rules.compare import layout_of
from gezinscoach.werkmap.tables import Postvakrij, Rijstand

NOTHING = said("Deze rij is leeg, of is een totaal. Vul in wat er moet staan.")


class AlreadyDecided(Exception):
    """The row of the inbox was decided on before."""


class StillWrong(Exception):
    """A corrected row is not sound yet; `refused` says why."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(str(refused.reason))
        self.refused = refused


def mend(
    db: Session, actor: Actor, rij: Postvakrij, raw: Mapping[str, str], *, as_of: date, now: datetime
) -> int:
    """Take in a corrected row and the rows that hung on it; how many those were. StillWrong, AlreadyDecided.

    A row that is in already in another wording becomes a proposal instead.
    """
    if rij.stand is not Rijstand.GEWEIGERD:
        raise AlreadyDecided
    stock, memory = queries.stock(db, actor), queries.memory(db, actor)
    judgement = judge_row(db, rij.blad, raw, row=rij.rij, as_of=as_of, stock=stock, memory=memory)
    judgement.look(db, actor, now=now, thing_id=rij.id)
    sheet = judgement.sheets[0]
    if sheet.refused or not (sheet.new or sheet.same or sheet.changed):
        blank = Refused(rij.rij, layout_of(rij.blad).columns[0].title, "", NOTHING, raw, ())
        raise StillWrong(sheet.refused[0][0] if sheet.refused else blank)
    audit.record(db, actor, "werkmap.mend", now=now, thing_id=rij.id)
    if sheet.changed:
        rij.stand, rij.sleutel_index = Rijstand.VOORSTEL, sheet.changed[0].key
        propose(rij, sheet, sheet.changed[0])
        db.flush()
        return 0
    _take_in(db, actor, rij, sheet, judgement, now)
    return _follow(db, actor, as_of=as_of, now=now)


def set_aside(db: Session, actor: Actor, rij: Postvakrij, *, now: datetime) -> None:
    """Leave a row as it is: it stays, sealed, but asks for nothing any more. AlreadyDecided."""
    if rij.stand not in (Rijstand.GEWEIGERD, Rijstand.VOORSTEL):
        raise AlreadyDecided
    _decide(db, actor, rij, Rijstand.TERZIJDE, now)
    audit.record(db, actor, "werkmap.set_aside", now=now, thing_id=rij.id)


def put_back(db: Session, actor: Actor, rij: Postvakrij, *, now: datetime) -> None:
    """Let a row that was set aside ask for a decision again. AlreadyDecided."""
    if rij.stand is not Rijstand.TERZIJDE:
        raise AlreadyDecided
    proposal = rij.probleem["reason"] == PROPOSED.as_json()
    rij.stand, rij.decided_at, rij.decided_by = (
        Rijstand.VOORSTEL if proposal else Rijstand.GEWEIGERD, None, None
    )  # fmt: skip
    db.flush()
    audit.record(db, actor, "werkmap.put_back", now=now, thing_id=rij.id)


def _follow(db: Session, actor: Actor, *, as_of: date, now: datetime) -> int:
    """Try the rows again that hung on another one, in the order of the sheets; how many went in."""
    went = 0
    for layout in SHEETS:
        waiting = [rij for rij in queries.dependants(db, actor, layout.name) if rij.probleem["depends_on"]]
        if not waiting:
            continue
        stock, memory = queries.stock(db, actor), queries.memory(db, actor)
        for rij in waiting:
            raw = rij.inhoud["raw"]
            judgement = judge_row(db, rij.blad, raw, row=rij.rij, as_of=as_of, stock=stock, memory=memory)
            sheet = judgement.sheets[0]
            if sheet.new or sheet.same:
                _take_in(db, actor, rij, sheet, judgement, now)
                audit.record(db, actor, "werkmap.follow", now=now, thing_id=rij.id)
                went += 1
            elif sheet.refused and not _still_waits(sheet.refused[0][0], rij):
                rij.probleem = problem_of(sheet.refused[0][0])
    db.flush()
    return went


def _still_waits(refused: Refused, rij: Postvakrij) -> bool:
    # Alone on its sheet a row can't see the refused row that it hangs on: "unknown" tells nothing new then.
    return bool(refused.column == rij.probleem["column"])


def _take_in(
    db: Session, actor: Actor, rij: Postvakrij, sheet: SheetJudgement, judgement: Judgement, now: datetime
) -> None:
    work = Work(db, actor, judgement.stock, judgement.as_of, now)
    ids: list[UUID] = MAKERS[sheet.name](work, [one.rij for one in sheet.new])
    for one, doel_id in zip(sheet.new, ids, strict=True):
        origin = remember(work, sheet.name, one, doel_id, rij.inlezing_id)
        judgement.memory.origins[sheet.name, one.key] = origin
        rij.sleutel_index = one.key
    _decide(db, actor, rij, Rijstand.VERWERKT, now)


def _decide(db: Session, actor: Actor, rij: Postvakrij, stand: Rijstand, now: datetime) -> None:
    rij.stand, rij.decided_at, rij.decided_by = stand, now, actor.account_id
    db.flush()
