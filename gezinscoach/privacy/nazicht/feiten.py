"""Events of the trace as the heuristics read them, and what they find: names of deeds, never content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from gezinscoach.privacy.rules import Soort

COMPARE = "gezin.compare"
LISTS = frozenset({"desk.vandaag", "wachtlijst.read", "coachperiode.list", "voorstel.read"})
NOT_OPENED = LISTS | {COMPARE, "aanmelding.match", "werkmap.row", "werkmap.inbox", "werkmap.preview"}
"""Looks that name families which nobody opened."""
LINKS = frozenset({"coachperiode.start", "coachperiode.stand_in", "consult.ask"})
"""Deeds by which a family gets a new reader, who has not worked there yet."""
COMMAND_LINE = UUID(int=0)
"""Who gave a family to read, where that was nobody with an account."""
PROCESS = {"F0"}
"""What a look shows that tells of the course of things and of no content."""


WORK = frozenset(
    [
        "aanmelding",
        "actie",
        "coachperiode",
        "consult",
        "doel",
        "gezin",
        "mandaat",
        "meting",
        "notitie",
        "schuiladres",
        "uitsluiting",
        "voorstel",
        "werkmap",
    ]
)
"""Things on which a deed is work for a family; to be refused, or to confirm an emergency, is none."""
LOOKS = frozenset({"compare", "compare_enough", "inbox", "list", "match", "preview", "read", "row"})
"""Verbs of looks: even without a group of fields, to look is no work."""


class Feit(NamedTuple):
    """An event: `groups` is empty for a deed; `scope` is the family, `thing` what else it is about, `whom`
    the account that a deed of LINKS gives something to read."""

    id: UUID
    at: datetime
    account: UUID
    action: str
    groups: str
    scope: UUID | None
    thing: UUID | None
    whom: UUID | None = None

    @property
    def opened(self) -> bool:
        """Whether somebody opened a family here and saw content of it."""
        content = set(self.groups.split()) - PROCESS
        return bool(content) and self.scope is not None and self.action not in NOT_OPENED

    @property
    def worked(self) -> bool:
        """Whether somebody did something for a family here."""
        thing, _dot, verb = self.action.partition(".")
        return not self.groups and self.scope is not None and thing in WORK and verb not in LOOKS


@dataclass(frozen=True, slots=True)
class Vondst:
    """Something to look at: whose, in which family if in one, and the period that makes it one thing."""

    soort: Soort
    account: UUID
    scope: UUID | None
    periode: str
    events: tuple[UUID, ...]
    aantal: int
