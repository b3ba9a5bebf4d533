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
from gezinscoach.dossier.queries.contact import APART, Contact, contact, schuiladres
from gezinscoach.dossier.queries.families import (
    MOST,
    GezinRegel,
    Lid,
    all_coached,
    by_code,
    coached,
    code_index,
    codelist,
    entered,
    gezin,
    leden,
)
from gezinscoach.dossier.queries.keeping_away import (
    Mensen,
    Uitsluitregel,
    mensen,
    uitsluiting,
    uitsluitingen,
)
from gezinscoach.dossier.queries.placing import (
    Plaatsing,
    count_without_coach,
    locked_out,
    placements,
    without_coach,
)

__all__ = [
    "APART",
    "MOST",
    "Consultregel",
    "Contact",
    "GezinRegel",
    "Last",
    "Lid",
    "Mensen",
    "Periode",
    "Plaatsing",
    "Uitsluitregel",
    "all_coached",
    "asked",
    "by_code",
    "coached",
    "code_index",
    "codelist",
    "consult",
    "consulted",
    "contact",
    "count_without_coach",
    "deskundigen",
    "entered",
    "gezin",
    "leden",
    "loads",
    "locked_out",
    "mensen",
    "periode",
    "periodes",
    "placements",
    "schuiladres",
    "uitsluiting",
    "uitsluitingen",
    "without_coach",
]
