"""Reads of cases: scoped by a policy condition first, keys opened for just those rows."""

from gezinscoach.dossier.queries.coaching import (
    Last,
    Periode,
    Plaatsing,
    count_without_coach,
    loads,
    periode,
    periodes,
    placements,
    without_coach,
)
from gezinscoach.dossier.queries.consults import (
    Consultregel,
    asked,
    consult,
    consulted,
    deskundigen,
)
from gezinscoach.dossier.queries.families import (
    MOST,
    GezinRegel,
    Lid,
    by_code,
    code_index,
    codelist,
    gezin,
    gezinnen,
    leden,
)

__all__ = [
    "MOST",
    "Consultregel",
    "GezinRegel",
    "Last",
    "Lid",
    "Periode",
    "Plaatsing",
    "asked",
    "by_code",
    "code_index",
    "codelist",
    "consult",
    "consulted",
    "count_without_coach",
    "deskundigen",
    "gezin",
    "gezinnen",
    "leden",
    "loads",
    "periode",
    "periodes",
    "placements",
    "without_coach",
]
