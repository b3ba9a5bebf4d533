"""A sentence that rules say without knowing the reader's language: a Dutch template and what fills it in.

The template is gathered for translation by the name `said`; the edge looks it up and fills in the result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Said:
    """A template with %(name)s for each value, a plain % written as %%; equal when both parts are."""

    text: str
    values: Mapping[str, str | int]

    def __str__(self) -> str:
        return self.fill(self.text)

    def fill(self, template: str) -> str:
        """These values in a template: the own one or its translation. A % in a value stays a %."""
        return template % self.values

    def as_json(self) -> dict[str, Any]:
        """The sentence as it is stored."""
        return {"text": self.text, "values": dict(self.values)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Said:
        """The sentence that was stored by `as_json`."""
        return cls(kept["text"], kept["values"])


def said(text: str, /, **values: str | int) -> Said:
    """A sentence; its template is a literal, or it is not gathered for translation."""
    return Said(text, values)
