"""The rule of the toelage: plain facts in, lines with reasons and whole euro cents out."""

from gezinscoach.toelage.rules.compute import compute, in_force
from gezinscoach.toelage.rules.facts import (
    Bijeenkomst,
    CoachFeiten,
    CoachPeriode,
    GezinFeiten,
    Meting,
    Periode,
    Regeling,
)
from gezinscoach.toelage.rules.outcome import (
    MOST_EXPORTS,
    ExportedEnough,
    Kind,
    Lijn,
    Reden,
    Tally,
    Totaal,
    Uitkomst,
)

__all__ = [
    "MOST_EXPORTS",
    "Bijeenkomst",
    "CoachFeiten",
    "CoachPeriode",
    "ExportedEnough",
    "GezinFeiten",
    "Kind",
    "Lijn",
    "Meting",
    "Periode",
    "Reden",
    "Regeling",
    "Tally",
    "Totaal",
    "Uitkomst",
    "compute",
    "in_force",
]
