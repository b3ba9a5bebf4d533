"""The quarterly measurements of the nine grondrechten."""

import re

from gezinscoach.kernel import dates
from gezinscoach.kernel.names import fold
from gezinscoach.kernel.said import said

from .draft import Draft
from .gather import Gathering, World
from .grid import Table
from .layout import GRONDRECHT_ALIASES, GRONDRECHTEN
from .shapes import MezuriRij, SheetReading

NOT_DISCUSSED = frozenset({"nb", "nietbesproken", "nietbevraagd", "n"})
NOT_APPLICABLE = frozenset({"nvt", "nietvantoepassing", "na"})
MOST_PRIORITIES = 3
PRIORITY = {
    fold(name): key for key, title in GRONDRECHTEN for name in (title, *GRONDRECHT_ALIASES.get(key, ()))
}


def read(table: Table, world: World) -> SheetReading[MezuriRij]:
    """The measurements, at most one for each family and quarter."""
    sheet: Gathering[MezuriRij] = Gathering(table, world)
    for draft in sheet.drafts():
        nummer = draft.number("dossiernr")
        gezin = None
        if nummer:
            gezin = world.gezinnen.look_up(draft, "dossiernr", fold(nummer))
        quarter = _quarter(draft)
        name = f"{quarter[0]}-K{quarter[1]}" if quarter else fold(draft.text("kwartaal"))
        key = (fold(nummer), name)
        earlier = sheet.claim(draft, key) if nummer and quarter else None
        if sheet.repeats(draft, earlier, "dossiernr"):
            continue
        if earlier:
            reason = said("Dit gezin heeft voor dit kwartaal al een meting op rij %(rij)s.", rij=earlier.row)
            draft.refuse("kwartaal", reason)
        datum = draft.date("datum", required=True, future=said("De datum van de meting ligt in de toekomst."))
        scores = {key: _score(draft, key) for key, _ in GRONDRECHTEN}
        priorities = _priorities(draft)
        if draft.wrong or quarter is None or datum is None or gezin is None:
            sheet.refuse(draft, key)
            continue
        if dates.quarter_of(datum) != quarter:
            draft.doubt("datum", said("Deze datum valt niet in het kwartaal %(kwartaal)s.", kwartaal=name))
        if gezin.start and datum < gezin.start:
            draft.doubt("datum", said("Deze meting is van vóór de start van het traject."))
        if gezin.einde and datum > gezin.einde:
            draft.doubt("datum", said("Deze meting is van na het einde van het traject."))
        if not any(isinstance(score, int) for score in scores.values()):
            draft.doubt("dossiernr", said("In deze meting staat geen enkele score."))
        sheet.accept(
            MezuriRij(
                row=draft.row, key=key, raw=draft.raw, warnings=tuple(draft.doubts),
                dossiernr=gezin.dossiernr, jaar=quarter[0], kwartaal=quarter[1], datum=datum, scores=scores,
                prioriteiten=priorities, opmerking=draft.lines("opmerking"),
            )
        )  # fmt: skip
    return sheet.reading()


def _quarter(draft: Draft) -> tuple[int, int] | None:
    text = draft.text("kwartaal", required=True)
    if not text:
        return None
    try:
        quarter = dates.read_quarter(text)
    except dates.ImpossibleQuarter:
        draft.refuse("kwartaal", said("Dit kwartaal bestaat niet: een jaar heeft kwartaal 1 tot 4."))
        return None
    except dates.UnreadableQuarter:
        draft.refuse(
            "kwartaal", said("Dit is geen kwartaal dat we kunnen lezen. Schrijf bijvoorbeeld 2026-K3.")
        )
        return None
    if dates.quarter_start(*quarter) > draft.as_of:
        draft.refuse("kwartaal", said("Dit kwartaal ligt in de toekomst."))
    return quarter


def _score(draft: Draft, key: str) -> int | str:
    """1 to 5, "nb" or "nvt"; a blank cell was not discussed."""
    text = draft.lines(key)
    if match := re.fullmatch(r"([1-5])(?:[.,]0+)?", text):
        return int(match[1])
    if fold(text) in NOT_APPLICABLE:
        return "nvt"
    if (
        text
        and fold(text) not in NOT_DISCUSSED
        and text not in {"-", "/", "?"}
        and not draft.has_problem(key)
    ):
        draft.refuse(key, said("Een score is een geheel getal van 1 tot 5, of nb, of nvt."))
    return "nb"


def _priorities(draft: Draft) -> tuple[str, ...]:
    """At most three grondrechten, most pressing first."""
    text = re.sub(r"(?<!\w)\d\s*[.):]\s*", ";", draft.lines("prioriteiten"))
    if text.casefold() in {"-", "/", "?", "geen", "nb", "nvt", "n.v.t."}:
        return ()
    pieces = [piece.strip(" .-") for piece in re.split(r"[>,;/+&\n|→]|\ben\b", text)]
    found: dict[str, None] = {}
    for piece in pieces:
        if not fold(piece):
            continue
        if fold(piece) not in PRIORITY:
            draft.refuse("prioriteiten", said("“%(woord)s” is geen van de negen grondrechten.", woord=piece))
            return ()
        found[PRIORITY[fold(piece)]] = None
    if len(found) > MOST_PRIORITIES:
        draft.refuse("prioriteiten", said("Er zijn hoogstens drie prioriteiten."))
    return tuple(found)
