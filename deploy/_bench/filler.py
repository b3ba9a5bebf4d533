"""Rows kept to be inserted together, through the tables and the sealing of the application."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from deploy._bench.words import Words
from gezinscoach.kernel.database import Base
from gezinscoach.kernel.dates import quarter_of, quarter_start
from gezinscoach.kernel.sealing import SealedJson, seal

KWARTALEN = 8


class Filler:
    """What the parts of a city are filled with: rows, words and days."""

    def __init__(self, session: Session, werking_id: UUID, words: Words, now: datetime) -> None:
        self.session, self.werking_id, self.words, self.now = session, werking_id, words, now
        self.today: date = now.date()
        self.rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        year, quarter = quarter_of(self.today)
        self.quarters = [
            ((4 * year + quarter - 1 - back) // 4, (quarter - 1 - back) % 4 + 1)
            for back in range(KWARTALEN, 0, -1)
        ]
        self.began = quarter_start(*self.quarters[0])
        self.long_ago = now - timedelta(days=365)

    def add(
        self, kind: type[Base], sealed: dict[str, Any] | None = None, scope: UUID | None = None, **values: Any
    ) -> UUID:
        """Keep a row to insert, with `sealed` as cells under the key of `scope`, else of the row itself."""
        row_id: UUID = values.setdefault("id", uuid4())
        for name, value in (sealed or {}).items():
            cell = getattr(kind, name)
            text = json.dumps(value, ensure_ascii=False) if isinstance(cell, SealedJson) else value
            values[cell.column] = seal(self.session, cell.field, scope or row_id, row_id, text)
        self.rows[kind.__tablename__].append(values)
        return row_id

    def extend(self, kind: type[Base], rows: list[dict[str, Any]]) -> None:
        """Keep rows that have no id of their own and nothing sealed."""
        self.rows[kind.__tablename__] += rows

    def flush(self) -> None:
        """Insert what was kept, referred tables first."""
        for table in Base.metadata.sorted_tables:
            if rows := self.rows.pop(table.name, None):
                self.session.execute(insert(table), rows)
