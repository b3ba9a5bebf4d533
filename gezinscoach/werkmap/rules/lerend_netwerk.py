"""The attendance at the meetings of the lerend netwerk, one line for each coach."""

import re
from datetime import date

from gezinscoach.kernel.names import fold
from gezinscoach.kernel.said import said

from .draft import Draft
from .gather import Gathering, World
from .grid import Table
from .layout import YEAR
from .shapes import AanwezigheidRij, BekendeCoach, SheetReading

PRESENT = frozenset({"x", "aanwezig", "aanw", "a", "ja", "j", "1", "✓", "✔", "ok", "present"})
EXCUSED = frozenset({"v", "verontsch", "verontschuldigd", "veront", "verontschuldiging", "vs", "excuus"})
ABSENT = frozenset({"afwezig", "afw", "nee", "n", "0", "-", "/"})


def read(table: Table, world: World) -> SheetReading[AanwezigheidRij]:
    """The attendance per coach; the year is the sheet's own."""
    sheet: Gathering[AanwezigheidRij] = Gathering(table, world)
    days = tuple(sorted(table.meetings.values()))
    for draft in sheet.drafts():
        naam = draft.text("gezinscoach", required=True)
        draft.raw[YEAR] = "-".join(map(str, table.years))
        key = (fold(naam), str(table.years[0]))
        earlier = sheet.claim(draft, key) if naam else None
        if sheet.repeats(draft, earlier, "gezinscoach"):
            continue
        if earlier:
            draft.refuse("gezinscoach", said("Deze gezinscoach staat al op rij %(rij)s.", rij=earlier.row))
        coach = None
        if naam:
            coach = world.coaches.look_up(draft, "gezinscoach", fold(naam))
        marks = {day: _mark(draft, column, day, coach) for column, day in table.meetings.items()}
        if draft.wrong or coach is None:
            sheet.refuse(draft, key)
            continue
        sheet.accept(
            AanwezigheidRij(
                row=draft.row, key=key, raw=draft.raw, warnings=tuple(draft.doubts), gezinscoach=coach.naam,
                aanwezigheden={day: mark for day, mark in marks.items() if mark}, bijeenkomsten=days,
            )
        )  # fmt: skip
    return sheet.reading()


def _mark(draft: Draft, column: str, day: date, coach: BekendeCoach | None) -> str:
    """A state of attendance; "" for a meeting still to come."""
    text = re.sub(r"\s*\([^()]*\)$", "", draft.lines(column).casefold()).strip(" .!")
    to_come = day > draft.as_of
    if text in EXCUSED:
        return "verontschuldigd"
    if text in PRESENT:
        if to_come:
            draft.refuse(column, said("Deze bijeenkomst moet nog komen: niemand kan er al aanwezig zijn."))
        elif coach and coach.gestopt_op and day > coach.gestopt_op:
            draft.doubt(column, said("Deze gezinscoach was toen al gestopt."))
        return "aanwezig"
    if text and text not in ABSENT and not draft.has_problem(column):
        draft.refuse(column, said("Schrijf x (aanwezig), v (verontschuldigd) of laat de cel leeg (afwezig)."))
    return "" if to_come else "afwezig"
