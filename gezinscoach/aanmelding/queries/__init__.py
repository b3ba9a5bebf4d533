"""Reads of aanmeldingen: scoped by a policy condition first, keys opened for just those rows."""

from .bladen import Blad, Stap, Vroeger, blad, latest, proposals, steps
from .candidates import matches
from .doubles import Dubbel, likely_doubles
from .lijst import PAGE, DeskSummary, WachtRegel, desk_summary, regel, wachtlijst
from .voorstellen import OpenVoorstel, open_proposals, voorstel

__all__ = [
    "PAGE",
    "Blad",
    "DeskSummary",
    "Dubbel",
    "OpenVoorstel",
    "Stap",
    "Vroeger",
    "WachtRegel",
    "blad",
    "desk_summary",
    "latest",
    "likely_doubles",
    "matches",
    "open_proposals",
    "proposals",
    "regel",
    "steps",
    "voorstel",
    "wachtlijst",
]
