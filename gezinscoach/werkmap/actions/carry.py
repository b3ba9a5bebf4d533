"""Carries a judged workbook out: one transaction, flushed here and committed at the edge."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from gezinscoach.kernel import audit
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.said import said
from gezinscoach.werkmap import queries
from gezinscoach.werkmap.actions.judge import Judgement, SheetJudgement, judge
from gezinscoach.werkmap.actions.makers import MAKERS, Work
from gezinscoach.werkmap.actions.remarks import Marked
from gezinscoach.werkmap.actions.versions import Entered, problem_of, replace, rows
from gezinscoach.werkmap.rules import RawSheet, WachtlijstRij
from gezinscoach.werkmap.rules.compare import texts
from gezinscoach.werkmap.tables import Herkomst, Inlezing, Postvakrij, Rijstand


def bring_in(
    db: Session, actor: Actor, sheets: Sequence[RawSheet], *, as_of: date, bestand: str, now: datetime
) -> tuple[Inlezing, Judgement]:
    """Judge a workbook and carry it out; WorkbookIncomplete when a sheet or column is missing."""
    judgement = judge(db, actor, sheets, as_of=as_of)
    row = Inlezing(
        id=uuid4(), werking_id=actor.werking_id, peildag=as_of, made_at=now, made_by=actor.account_id
    )
    db.add(row)
    row.bestand = bestand
    db.flush()
    audit.record(db, actor, "werkmap.import", now=now, thing_id=row.id)
    judgement.look(db, actor, now=now, thing_id=row.id)
    _carry_out(db, actor, judgement, inlezing_id=row.id, now=now)
    return row, judgement


def _carry_out(db: Session, actor: Actor, judgement: Judgement, *, inlezing_id: UUID, now: datetime) -> None:
    """Store the new rows, keep the refused ones, propose the changed ones, and close what that settles."""
    work = Work(db, actor, judgement.stock, judgement.as_of, now)
    with db.no_autoflush:
        for sheet in judgement.sheets:
            _take_in(work, sheet, inlezing_id)
    for sheet in judgement.sheets:
        _box(work, sheet, judgement, inlezing_id)
    db.flush()


def remember(work: Work, sheet: str, one: Marked, doel_id: UUID, inlezing_id: UUID | None) -> queries.Origin:
    """Write where a row went and how it read."""
    row = Herkomst(
        id=uuid4(), werking_id=work.actor.werking_id, blad=sheet, sleutel_index=one.key,
        doel_id=doel_id, inlezing_id=inlezing_id, inhoud_index=one.content,
    )  # fmt: skip
    work.db.add(row)
    row.inhoud = {"key": one.rij.key, "raw": texts(one.rij.raw)}
    return queries.Origin(row.id, doel_id, one.content)


def _take_in(work: Work, sheet: SheetJudgement, inlezing_id: UUID) -> None:
    ids = MAKERS[sheet.name](work, [one.rij for one in sheet.new])
    for one, doel_id in zip(sheet.new, ids, strict=True):
        remember(work, sheet.name, one, doel_id, inlezing_id)
    work.db.flush()


def _box(work: Work, sheet: SheetJudgement, judgement: Judgement, inlezing_id: UUID) -> None:
    boxes = judgement.memory.boxes
    entered: Entered = {}
    for refused, content in sheet.refused:
        if content not in boxes and content not in entered:
            key = queries.key_index(work.db, sheet.name, refused.key)
            row = _boxed(work, sheet.name, refused.row, Rijstand.GEWEIGERD, content, key, inlezing_id)
            row.inhoud, row.probleem = {"raw": texts(refused.raw)}, problem_of(refused)
            entered[content] = refused, row
    proposed, proposals = {}, {}
    for one in sheet.changed:
        before = judgement.memory.origins[sheet.name, one.key].inhoud_index
        content = queries.proposal_index(work.db, sheet.name, one.key, before, one.content)
        proposed[content] = one
        if content in boxes:
            proposals[one.key] = boxes[content].id
        else:
            row = _boxed(work, sheet.name, one.rij.row, Rijstand.VOORSTEL, content, one.key, inlezing_id)
            propose(row, sheet, one)
            proposals[one.key] = row.id
    _settle(work, sheet, judgement, proposed)
    boxes = {content: box for content, box in boxes.items() if box.blad == sheet.name}
    replace(work, sheet, boxes, entered, proposals)


PROPOSED = said("Deze rij is anders dan bij een vorige inlezing.")


def _boxed(
    work: Work, sheet: str, rij: int, stand: Rijstand, content: bytes, key: bytes, inlezing_id: UUID
) -> Postvakrij:
    row = Postvakrij(
        id=uuid4(), werking_id=work.actor.werking_id, inlezing_id=inlezing_id, blad=sheet, rij=rij,
        stand=stand, inhoud_index=content, sleutel_index=key,
    )  # fmt: skip
    work.db.add(row)
    return row


def propose(row: Postvakrij, sheet: SheetJudgement, one: Marked) -> None:
    """Write what a proposal brings, and which columns read otherwise than before."""
    columns = [change.column for change in sheet.differences if change.row == one.rij.row]
    row.inhoud = {"raw": texts(one.rij.raw)}
    row.probleem = {"column": ", ".join(dict.fromkeys(columns)), "reason": PROPOSED.as_json()}


def _settle(work: Work, sheet: SheetJudgement, judgement: Judgement, proposed: dict[bytes, Marked]) -> None:
    """What this workbook decides about rows that were in the inbox already."""
    refused = {content for _, content in sheet.refused}
    gone_in = {one.key for one in sheet.new} | {
        queries.key_index(work.db, sheet.name, one.rij.referral)
        for one in sheet.new
        if isinstance(one.rij, WachtlijstRij)
    }
    read_so = {one.content for one in (*sheet.new, *sheet.same)}
    keys = {one.key for one in (*sheet.same, *sheet.changed)}
    went, moot, again = [], [], []
    for content, box in judgement.memory.boxes.items():
        if box.blad != sheet.name or content in refused:
            continue
        if box.stand is Rijstand.GEWEIGERD and (content in read_so or box.sleutel_index in gone_in):
            went.append(box.id)
        elif content in proposed and (
            box.stand is Rijstand.VERWERKT or (box.stand is Rijstand.TERZIJDE and not box.by_somebody)
        ):
            again.append(box.id)
        elif box.stand is Rijstand.VOORSTEL and box.sleutel_index in keys and content not in proposed:
            moot.append(box.id)
    for ids, stand in ((went, Rijstand.VERWERKT), (moot, Rijstand.TERZIJDE), (again, Rijstand.VOORSTEL)):
        for row in rows(work.db, ids):
            row.stand, row.decided_at, row.decided_by = stand, work.now, None
            if stand is Rijstand.VOORSTEL:  # it may have been reduced meanwhile
                propose(row, sheet, proposed[row.inhoud_index])
