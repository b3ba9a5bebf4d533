"""What every test of the import may ask for."""

from __future__ import annotations

import pytest

from gezinscoach.werkmap import actions

from .grids import AS_OF


@pytest.fixture
def bring(db, actor, now):
    """Bring in grids as a workbook; gives the report by sheet."""

    def bring_in(sheets, as_of=AS_OF):
        _, judgement = actions.bring_in(db, actor, sheets, as_of=as_of, bestand="werkmap.xlsx", now=now)
        db.commit()
        return {sheet.name: sheet for sheet in judgement.report().sheets}

    return bring_in
