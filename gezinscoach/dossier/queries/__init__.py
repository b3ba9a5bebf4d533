"""Reads of cases: scoped by a policy condition first, keys opened for just those rows."""

from gezinscoach.dossier.queries.coaching import (
    Last,
    Periode,
    loads,
    periode,
    periodes,
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
    all_coached,
    by_code,
    coached,
    code_index,
    codelist,
    gezin,
    leden,
)
from gezinscoach.dossier.queries.placing import (
    Plaatsing,
    count_without_coach,
    placements,
    without_coach,
)

__all__ = [
    "MOST",
    "Consultregel",
    "GezinRegel",
    "Last",
    "Lid",
    "Periode",
    "Plaatsing",
    "all_coached",
    "asked",
    "by_code",
    "coached",
    "code_index",
    "codelist",
    "consult",
    "consulted",
    "count_without_coach",
    "deskundigen",
    "gezin",
    "leden",
    "loads",
    "periode",
    "periodes",
    "placements",
    "without_coach",
]
