"""What workbooks told of where a family is to be found, wiped once its address is shielded."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from gezinscoach.kernel import audit
from gezinscoach.kernel.access import Actor
from gezinscoach.werkmap import queries
from gezinscoach.werkmap.rules.compare import without_place


def forget_place(db: Session, actor: Actor, gezin_id: UUID, *, now: datetime) -> None:
    """Keep of the rows that became this family, and of their proposals, all but the place; a row that a later
    workbook brings again is read without it too."""
    for row in queries.of_family(db, actor, gezin_id):
        raw = without_place(row.blad, row.inhoud["raw"])
        row.inhoud = {**row.inhoud, "raw": raw}
        row.inhoud_index = queries.content_index(db, row.blad, raw)
        for box in queries.boxed(db, actor, row):
            box.inhoud = {**box.inhoud, "raw": without_place(box.blad, box.inhoud["raw"])}
            if "value" in box.probleem:
                also = [{**one, "value": ""} for one in box.probleem["also"]]
                box.probleem = {**box.probleem, "value": "", "also": also}
        audit.record(db, actor, "werkmap.forget_place", now=now, thing_id=row.id, scope_id=gezin_id)
