"""What waits for the answer of a gezinscoach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from gezinscoach.aanmelding import policy
from gezinscoach.aanmelding.tables import Aanmelding, Voorstel
from gezinscoach.dossier import rights
from gezinscoach.dossier.rights import Relatie, Staat
from gezinscoach.dossier.tables import Gezin
from gezinscoach.kernel import vault
from gezinscoach.kernel.access import Actor

MOST = 200


@dataclass(frozen=True, slots=True)
class OpenVoorstel:
    """What a gezinscoach needs to decide on a family: no name, no address, no telephone."""

    id: UUID
    gezin_id: UUID
    made_at: datetime
    datum: date
    dringend: bool
    gemeente: str
    afgeschermd: bool
    taal: str
    tolk: bool | None
    kinderen: int | None
    vragen: tuple[str, ...]
    voorkeur: str
    redenen: tuple[dict[str, Any], ...]


def _proposed() -> frozenset[str]:
    return rights.readable((Relatie.VOORGESTELD,), Staat.AANMELDING)


def open_proposals(db: Session, actor: Actor, today: date) -> list[OpenVoorstel]:
    """The proposals that wait for the actor, a gezinscoach; urgent and oldest first."""
    rows = db.execute(
        select(
            Voorstel.id,
            Voorstel.gezin_id,
            Voorstel.aanmelding_id,
            Voorstel.made_at,
            Voorstel.redenen_cell,
            Aanmelding.datum,
            Aanmelding.dringend,
            Aanmelding.vragen_cell,
            Aanmelding.kinderen_cell,
            Aanmelding.voorkeur_cell,
            Gezin.gemeente_cell,
            Gezin.afgeschermd,
            Gezin.taal_cell,
            Gezin.tolk_cell,
        )
        .join(Aanmelding, Aanmelding.id == Voorstel.aanmelding_id)
        .join(Gezin, Gezin.id == Voorstel.gezin_id)
        .where(policy.proposed(actor, today), Gezin.werking_id == actor.werking_id)
        .order_by(Aanmelding.dringend.desc(), Voorstel.made_at, Voorstel.id)
        .limit(MOST)
    ).all()
    vault.open_scopes(db, [row.gezin_id for row in rows], groups=_proposed())

    def opened(cell: Any, row: Any, row_id: UUID, sealed: bytes | None, empty: Any) -> Any:
        return cell.open(db, row.gezin_id, row_id, sealed) if sealed else empty

    return [
        OpenVoorstel(
            id=row.id,
            gezin_id=row.gezin_id,
            made_at=row.made_at,
            datum=row.datum,
            dringend=row.dringend,
            gemeente=opened(Gezin.gemeente, row, row.gezin_id, row.gemeente_cell, ""),
            afgeschermd=row.afgeschermd,
            taal=opened(Gezin.taal, row, row.gezin_id, row.taal_cell, ""),
            tolk=opened(Gezin.tolk, row, row.gezin_id, row.tolk_cell, None),
            kinderen=opened(Aanmelding.kinderen, row, row.aanmelding_id, row.kinderen_cell, None),
            vragen=tuple(opened(Aanmelding.vragen, row, row.aanmelding_id, row.vragen_cell, ())),
            voorkeur=opened(Aanmelding.voorkeur, row, row.aanmelding_id, row.voorkeur_cell, ""),
            redenen=tuple(opened(Voorstel.redenen, row, row.id, row.redenen_cell, ())),
        )
        for row in rows
    ]


def voorstel(db: Session, condition: ColumnElement[bool], voorstel_id: UUID) -> Voorstel | None:
    """One proposal that a policy allows, with the key of its family opened."""
    row = db.scalar(select(Voorstel).where(condition, Voorstel.id == voorstel_id))
    if row is not None:
        vault.open_scopes(db, [row.gezin_id], groups=_proposed())
    return row
