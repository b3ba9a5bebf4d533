"""What an import did, or would do, sheet by sheet."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gezinscoach.kernel.said import Said

from .shapes import Problem, Refused


@dataclass(frozen=True, slots=True)
class SheetReport:
    """One sheet: rows = imported + unchanged + proposed (read otherwise than before) + refused.

    Of the last two `fresh` ones come to the inbox, `waiting` ones lie there, `aside` ones stay set aside.
    """

    name: str
    rows: int
    imported: int
    unchanged: int
    proposed: int
    fresh: int
    waiting: int
    aside: int
    refused: tuple[Refused, ...]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The six sheets."""

    sheets: tuple[SheetReport, ...]

    def total(self, what: str) -> int:
        """The sum over the sheets of "rows", "imported", "fresh", "refused", "warnings"..."""
        counts = (getattr(sheet, what) for sheet in self.sheets)
        return sum(count if isinstance(count, int) else len(count) for count in counts)

    def as_json(self, worded: Callable[[Said], str] = str) -> dict[str, Any]:
        """The report as other programs read it; `worded` puts a reason into words, without it in Dutch."""
        return {
            "sheets": {
                sheet.name: {
                    "rows": sheet.rows,
                    "imported": sheet.imported,
                    "unchanged": sheet.unchanged,
                    "refused": [
                        {
                            "row": one.row,
                            "column": one.column,
                            "value": one.value,
                            "reason": worded(one.reason),
                        }
                        for one in sheet.refused
                    ],
                    "warnings": [
                        {"row": one.row, "column": one.column, "reason": worded(one.reason)}
                        for one in sheet.warnings
                    ],
                }
                for sheet in self.sheets
            }
        }
