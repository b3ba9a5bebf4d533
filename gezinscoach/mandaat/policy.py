"""What families allow, as a condition on rows: `rules.scopes_on`, asked of the database."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, or_, select

from gezinscoach.dossier.tables import Gezin
from gezinscoach.mandaat.rules import Bereik
from gezinscoach.mandaat.tables import Mandaat, Mandaatbereik


def allow(bereik: Bereik, day: date) -> ColumnElement[bool]:
    """The families that allow this on a day, in any of their mandaten."""
    yes = (
        select(Mandaatbereik.gezin_id)
        .join(Mandaat, Mandaat.id == Mandaatbereik.mandaat_id)
        .where(
            Mandaatbereik.bereik == bereik,
            Mandaatbereik.withdrawn_at.is_(None),
            Mandaat.gegeven_op <= day,
            or_(Mandaat.tot.is_(None), Mandaat.tot >= day),
        )
    )
    return Gezin.id.in_(yes)
