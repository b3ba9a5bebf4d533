"""By sheet: what its rows became. A column without a part there is listed as "to adapt by hand"."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from gezinscoach.kernel.access import Actor
from gezinscoach.werkmap.actions.attributes import aanmelding, gezinscoach, organisatie, traject
from gezinscoach.werkmap.actions.series import jaarlijst, meting
from gezinscoach.werkmap.actions.target import Part, Target

__all__ = ["TARGETS", "Part", "Target"]

TARGETS: dict[str, Callable[[Session, Actor, UUID, date], Target | None]] = {
    "Organisaties": organisatie,
    "Gezinscoaches": gezinscoach,
    "Lopende trajecten": traject,
    "Wachtlijst": aanmelding,
    "Mezuri": meting,
    "Lerend netwerk": jaarlijst,
}
