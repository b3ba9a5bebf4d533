"""Acts of the import: judge a workbook, carry it out, and decide on the rows of the inbox."""

from .accept import Outcome, Part, accept, compare
from .carry import bring_in, carry_out
from .judge import Judgement, judge, judge_row
from .mend import AlreadyDecided, StillWrong, mend, put_back, set_aside
from .uploads import discard, keep

__all__ = [
    "AlreadyDecided",
    "Judgement",
    "Outcome",
    "Part",
    "StillWrong",
    "accept",
    "bring_in",
    "carry_out",
    "compare",
    "discard",
    "judge",
    "judge_row",
    "keep",
    "mend",
    "put_back",
    "set_aside",
]
