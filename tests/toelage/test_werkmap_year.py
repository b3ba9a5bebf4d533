"""The toelage of 2026 straight from the workbook equals the truth file: families, coaches and total."""

import json
import re
from datetime import date
from pathlib import Path

from python_calamine import CalamineWorkbook

from gezinscoach.toelage.rules import (
    Bijeenkomst,
    CoachFeiten,
    CoachPeriode,
    GezinFeiten,
    Kind,
    Meting,
    Periode,
    Regeling,
    Uitkomst,
    compute,
)

DATA = Path(__file__).parent.parent / "data"
TRUTH = json.loads((DATA / "werkmap.json").read_text(encoding="utf-8"))
MONTHS = ("jan", "feb", "maa", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")


def a_day(cell: object) -> date:
    if isinstance(cell, date):
        return cell
    text = str(cell).strip().lower()
    if found := re.fullmatch(r"(\d{4})-(\d+)-(\d+)", text):
        return date(*(int(part) for part in found.groups()))
    day, month, year = re.split(r"[-/ ]", text)
    number = MONTHS.index(month[:3]) + 1 if month[:3] in MONTHS else int(month)
    return date(int(year) + (2000 if len(year) == 2 else 0), number, int(day))


def sound_rows(name: str) -> list[dict[str, object]]:
    """The rows of a sheet by column name, without wrong ones (by the truth file), blanks and totals."""
    sheet = TRUTH["sheets"][name]
    cells = (
        CalamineWorkbook.from_path(str(DATA / "werkmap.xlsx"))
        .get_sheet_by_name(name)
        .to_python(skip_empty_area=False)
    )
    header, wrong = cells[sheet["header_row"] - 1], {entry["row"] for entry in sheet["wrong"]}
    rows = [
        dict(zip(map(str, header), row, strict=True))
        for number, row in enumerate(cells, start=1)
        if number > sheet["header_row"] and number not in wrong and row[0] not in ("", "Totaal")
    ]
    assert len(rows) == sheet["sound"]
    return rows


def the_outcome() -> Uitkomst:
    organisations = {
        str(row["Organisatie"]).casefold(): row["Organisatie"] for row in sound_rows("Organisaties")
    }
    attended, meetings = {}, {}
    for row in sound_rows("Lerend netwerk"):
        dates = list(row)[1:]
        meetings = {column: a_day(f"{column}/2026") for column in dates}
        present = {column for column in dates if str(row[column]).lower() in ("x", "aanwezig")}
        attended[row["Gezinscoach"]] = frozenset(present)
    coaches = [
        CoachFeiten(
            key=str(row["Naam"]),
            code=str(row["Naam"]),
            organisation=organisations[str(row["Organisatie"]).casefold()],
            active=(
                Periode(a_day(row["Gestart op"]), a_day(row["Gestopt op"]) if row["Gestopt op"] else None),
            ),
            attended=attended[row["Naam"]],
        )
        for row in sound_rows("Gezinscoaches")
    ]
    organisation_of = {coach.key: coach.organisation for coach in coaches}
    metingen: dict[object, list[Meting]] = {}
    for row in sound_rows("Mezuri"):
        quarter = str(row["Kwartaal"])
        year, number = re.search(r"\d{4}", quarter), re.search(r"[KQ](\d)", quarter)
        metingen.setdefault(row["Dossiernr"], []).append(
            Meting(int(year[0]), int(number[1]), a_day(row["Datum"]))
        )
    families = []
    for row in sound_rows("Lopende trajecten"):
        coach, ended = str(row["Gezinscoach"]), a_day(row["Einde traject"]) if row["Einde traject"] else None
        mandaat = (Periode(a_day(row["Mandaat op"]), ended),) if row["Mandaat op"] else ()
        period = CoachPeriode(coach, organisation_of[coach], a_day(row["Start traject"]), ended)
        code = str(row["Dossiernr"])
        families.append(GezinFeiten(code, (period,), mandaat, tuple(metingen.get(code, ()))))
    as_of = date.fromisoformat(TRUTH["reference_date"])
    return compute(
        Regeling(), 2026, as_of, families, coaches, [Bijeenkomst(*each) for each in meetings.items()]
    )


def test_the_toelage_of_2026_is_exactly_that_of_the_truth_file() -> None:
    outcome, truth = the_outcome(), TRUTH["toelage_2026"]
    assert [line.code for line in outcome.lines if line.kind is Kind.GEZIN and line.counts] == truth[
        "families"
    ]
    assert [line.code for line in outcome.lines if line.kind is Kind.COACH and line.counts] == truth[
        "coaches"
    ]
    assert outcome.total_cents == truth["total_cents"]
