"""Acts on cases. They flush at most; the edge commits."""

from .cases import NieuwLid, add_lid, change_gezin, close, consult, end_consult, open_gezin, seed_codelist
from .coaching import add_stand_in, end_coach, end_stand_in, start_coach
from .keeping_away import Wie, let_in, shut_out

__all__ = [
    "NieuwLid",
    "Wie",
    "add_lid",
    "add_stand_in",
    "change_gezin",
    "close",
    "consult",
    "end_coach",
    "end_consult",
    "end_stand_in",
    "let_in",
    "open_gezin",
    "seed_codelist",
    "shut_out",
    "start_coach",
]
