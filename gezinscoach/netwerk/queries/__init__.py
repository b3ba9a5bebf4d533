"""Reads of the network: meetings, who was there, signals, gezinscoaches; each within a policy condition."""

from gezinscoach.netwerk.queries.coaching import (
    CoachLijn,
    families,
    gezinscoach,
    gezinscoaches,
)
from gezinscoach.netwerk.queries.meetings import (
    BijeenkomstRegel,
    attended,
    bijeenkomst,
    held,
    next_meeting,
    of_year,
    own_standen,
    standen,
    unmarked,
    years,
)
from gezinscoach.netwerk.queries.signals import (
    SIGNALS,
    SignaalRegel,
    signaal,
    signalen,
)

__all__ = [
    "SIGNALS",
    "BijeenkomstRegel",
    "CoachLijn",
    "SignaalRegel",
    "attended",
    "bijeenkomst",
    "families",
    "gezinscoach",
    "gezinscoaches",
    "held",
    "next_meeting",
    "of_year",
    "own_standen",
    "signaal",
    "signalen",
    "standen",
    "unmarked",
    "years",
]
