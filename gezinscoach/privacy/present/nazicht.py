"""The review of the trace in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import format_date
from flask_babel import gettext as _

from gezinscoach.kernel.dates import day_of
from gezinscoach.privacy.present import OORDEEL, SOORT, dossier
from gezinscoach.privacy.queries import Regel
from gezinscoach.privacy.rules import NAZICHT_BINNEN, Oordeel, working_days

TONE = {None: "wait", Oordeel.IN_ORDE: "ok", Oordeel.VRAAG_GESTELD: "info", Oordeel.MISBRUIK: "alarm"}


@dataclass(frozen=True, slots=True)
class Vondstregel:
    """A finding, ready to show."""

    id: UUID
    soort: str
    wie: str
    dossier: str
    aantal: int
    gevonden: str
    stand: str
    tone: str
    late: bool


def stand(oordeel: Oordeel | None) -> str:
    """Where a finding stands, to begin a line with."""
    return str(OORDEEL[oordeel]).capitalize() if oordeel else _("Nog te doen")


def regel(row: Regel, codes: Mapping[UUID, str], today: date) -> Vondstregel:
    """A finding in words: the dossier by its code, see `dossier`."""
    found = day_of(row.found_at)
    return Vondstregel(
        row.id,
        str(SOORT[row.soort]),
        row.wie or _("onbekend account"),
        dossier(row.scope_id, codes),
        row.aantal,
        format_date(found, "d MMM y"),
        str(OORDEEL[row.oordeel]) if row.oordeel else _("nog te doen"),
        TONE[row.oordeel],
        row.oordeel is None and working_days(found, today) > NAZICHT_BINNEN,
    )
