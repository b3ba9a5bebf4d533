"""Tables of steps: where a thing stands after a step, and which steps can be taken from where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar

Stand = TypeVar("Stand", bound=StrEnum)


class Steps(Generic[Stand]):
    """Steps by (stand, step); what the table does not know is refused with its own exception."""

    def __init__(self, table: Mapping[tuple[Stand, str], Stand], refusal: type[Exception]) -> None:
        self.table, self.refusal = table, refusal

    def after(self, stand: Stand, step: str) -> Stand:
        """Where a thing stands after a step."""
        try:
            return self.table[stand, step]
        except KeyError:
            raise self.refusal(f"{step} from {stand}") from None

    def available(self, stand: Stand) -> tuple[str, ...]:
        """The steps that a page may offer."""
        return tuple(step for before, step in self.table if before is stand)
