"""Where a family is to be found: the one place that knows what a shielded family keeps apart."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from gezinscoach.dossier.tables import Gezin, Schuiladres
from gezinscoach.kernel import vault
from gezinscoach.kernel.fields import Groep

APART = frozenset({Groep.VERBLIJF.value})
"""What a shielded family keeps apart is sealed among."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Address, place and telephone, empty where they are not written or not for this reader to see."""

    adres: str
    gemeente: str
    telefoon: str
    afgeschermd: bool


def contact(db: Session, row: Gezin, *, near: bool) -> Contact:
    """How to reach a family whose keys are open; of a shielded one only for who is `near`: coach, stand-in.

    The ordinary cells of a shielded family are empty: who reads those reads nothing, whatever the page.
    """
    if not row.afgeschermd:
        return Contact(row.adres or "", row.gemeente or "", row.telefoon or "", False)
    kept = schuiladres(db, row.id) if near else None
    if kept is None:
        return Contact("", "", "", True)
    vault.open_scopes(db, [kept.gewoon_id], groups=APART)
    adres, gemeente, telefoon = kept.gewoon or ("", "", "")
    return Contact(adres, gemeente, telefoon, True)


def schuiladres(db: Session, gezin_id: UUID) -> Schuiladres | None:
    """What a shielded family keeps apart, its keys closed; as it is now, also when it was read before."""
    wanted = select(Schuiladres).where(Schuiladres.gezin_id == gezin_id)
    return db.scalar(wanted.execution_options(populate_existing=True))
