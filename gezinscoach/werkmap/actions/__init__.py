"""Acts of the import: judge a workbook, carry it out, and decide on the rows of the inbox."""

from .accept import Outcome, Part, accept, accept_all, compare, plain
from .carry import PROPOSED, bring_in
from .judge import Judgement, judge, judge_row
from .mend import AlreadyDecided, StillWrong, mend, put_back, set_aside
from .shielding import forget_place
from .uploads import discard, forget, keep

__all__ = [
    "PROPOSED",
    "AlreadyDecided",
    "Judgement",
    "Outcome",
    "Part",
    "StillWrong",
    "accept",
    "accept_all",
    "bring_in",
    "compare",
    "discard",
    "forget",
    "forget_place",
    "judge",
    "judge_row",
    "keep",
    "mend",
    "plain",
    "put_back",
    "set_aside",
]
