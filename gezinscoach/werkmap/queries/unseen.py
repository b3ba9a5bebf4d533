"""The one place that lays rows of the inbox beside families from which their reader is kept away."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session

from gezinscoach.dossier import queries as dossier
from gezinscoach.dossier.policy import hidden
from gezinscoach.dossier.rights import COMPARED
from gezinscoach.dossier.rules import Lidsoort
from gezinscoach.dossier.tables import Gezin, Gezinslid
from gezinscoach.kernel import vault
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.names import fold
from gezinscoach.kernel.sealing import Lost
from gezinscoach.werkmap import policy
from gezinscoach.werkmap.rules.unseen import OF_FAMILIES, Weggehouden, code_of, may_be_of
from gezinscoach.werkmap.tables import Herkomst, Postvakrij


def unseen(db: Session, actor: Actor) -> list[UUID]:
    """The rows of the inbox that became no family yet, and may be of one from which the actor is kept away.

    Only their ids leave this function, and the keys are handed back. A hidden family that can't be read any
    more may be any: then no such row is shown.
    """
    away = set(hidden(db, actor))
    if not away:
        return []
    became = exists().where(
        Herkomst.werking_id == Postvakrij.werking_id,
        Herkomst.blad == Postvakrij.blad,
        Herkomst.sleutel_index == Postvakrij.sleutel_index,
    )
    rows = db.execute(
        select(Postvakrij.id, Postvakrij.blad, Postvakrij.inhoud_cell).where(
            policy.boxed(actor), Postvakrij.blad.in_(OF_FAMILIES), ~became
        )
    ).all()
    if not rows:
        return []
    with vault.borrowed(db):
        kept = _families(db, actor, away)
        if any(isinstance(text, Lost) for one in kept for text in (one.code, *one.namen)):
            return [row.id for row in rows]
        vault.open_scopes(db, [actor.werking_id], groups=policy.WORKBOOKS)
        raws = {
            row.id: Postvakrij.inhoud.open(db, actor.werking_id, row.id, row.inhoud_cell)["raw"]
            for row in rows
        }
    seen = select(Gezin.code_index).where(policy.compared(actor), Gezin.id.not_in(away))
    codes = {code_of(row.blad, raws[row.id]) for row in rows}
    indexes = set(db.scalars(seen))
    others = {fold(code) for code in codes if dossier.code_index(db, code) in indexes}
    return [row.id for row in rows if may_be_of(row.blad, raws[row.id], kept, others)]


def _families(db: Session, actor: Actor, away: set[UUID]) -> list[Weggehouden]:
    """The hidden families of this werking, with the names of their parents."""
    ours = and_(policy.compared(actor), Gezin.id.in_(away))
    rows = db.execute(select(Gezin.id, Gezin.code_cell, Gezin.naam_cell).where(ours)).all()
    vault.open_scopes(db, [row.id for row in rows], groups=COMPARED, compares=True)
    names: dict[UUID, list[str]] = defaultdict(list)
    for lid in db.execute(
        select(Gezinslid.id, Gezinslid.gezin_id, Gezinslid.naam_cell)
        .join(Gezin, Gezin.id == Gezinslid.gezin_id)
        .where(ours, Gezinslid.soort == Lidsoort.OUDER, Gezinslid.naam_cell.is_not(None))
    ):
        names[lid.gezin_id].append(Gezinslid.naam.open(db, lid.id, lid.id, lid.naam_cell))
    return [
        Weggehouden(
            Gezin.code.open(db, row.id, row.id, row.code_cell) if row.code_cell else "",
            (Gezin.naam.open(db, row.id, row.id, row.naam_cell) if row.naam_cell else "", *names[row.id]),
        )
        for row in rows
    ]
