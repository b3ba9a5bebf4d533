"""Acts of privacy: emergency access, the review of the trace. They flush at most; the edge commits."""

from gezinscoach.privacy.actions.nazicht import judge, search
from gezinscoach.privacy.actions.noodtoegang import (
    ask_emergency,
    confirm_emergency,
    end_emergency,
    refuse_emergency,
    take_note,
)
from gezinscoach.privacy.actions.schuiladres import lift, read_shielded, shield

__all__ = [
    "ask_emergency",
    "confirm_emergency",
    "end_emergency",
    "judge",
    "lift",
    "read_shielded",
    "refuse_emergency",
    "search",
    "shield",
    "take_note",
]
