"""The cell that lists a family's children: "Sofie 24/2/2020; Jan (2015)" in all the ways people write it."""

import re
from datetime import date

from gezinscoach.kernel import dates
from gezinscoach.kernel.said import said

from .draft import NOTHING, Draft
from .shapes import Kind

_DATE = re.compile(
    r"(?<![\d/.\-])(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?'?\d{2,4}"
    r"|\d{1,2}(?:ste|de|e)?[\s.\-]+(?:jan|feb|maa|mrt|apr|mei|jun|jul|aug|sep|okt|oct|nov|dec)[a-z]*\.?[\s.\-]+'?\d{2,4}"
    r"|\d{8})(?![\d/])",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_EXPECTED = re.compile(r"zwanger|uitgerekend|verwacht|op komst|ongeboren", re.IGNORECASE)
_AGE = re.compile(r"\(?\b\d{1,2}\s*(?:jaar|jr|j|maanden|mnd|m|weken|w)\b\.?\)?", re.IGNORECASE)
_NUMBERED = re.compile(r"^\s*(?:\d{1,2}[.)]\s+|[-•*]\s*)")
_EDGES = " ,;:.()[]°*-–\t\n"
OLDEST = 25  # years; an older "child" is more likely a typing error


def read(draft: Draft, key: str) -> tuple[Kind, ...]:
    """The children of a cell; one impossible birth date refuses the line."""
    if draft.lines(key).casefold() in NOTHING:
        return ()
    children = [
        child
        for piece in re.split(r"[\n;|]", draft.lines(key))
        for part in _one_date_each(_NUMBERED.sub("", piece))
        for child in _children(draft, key, part)
    ]
    return tuple(children)


def _one_date_each(piece: str) -> list[str]:
    """A piece with several dates cut after each of them."""
    ends = [match.end() for match in _DATE.finditer(piece)]
    if len(ends) < 2:
        ends = ends or [match.end() for match in _YEAR.finditer(piece)]
    if len(ends) < 2:
        return [piece]
    starts = [0, *ends[:-1]]
    return [piece[start:end] for start, end in zip(starts, [*ends[:-1], len(piece)], strict=True)]


def _children(draft: Draft, key: str, part: str) -> list[Kind]:
    found = _DATE.search(part)
    birth: date | None = None
    year: int | None = None
    if found:
        birth = _birth(draft, key, found[0], part)
        year = birth.year if birth else None
    elif found := _YEAR.search(part):
        year = _plausible(draft, key, int(found[0]), part)
    rest = part.replace(found[0], " ", 1) if found else part
    if _AGE.search(rest):
        draft.doubt(
            key, said("Hier staat een leeftijd in plaats van een geboortedatum. Vul de geboortedatum aan.")
        )
        rest = _AGE.sub(" ", rest)
    if re.search(r"\d", rest):
        draft.refuse(
            key,
            said("Hier staat een geboortedatum die we niet kunnen lezen. Schrijf bijvoorbeeld 24/2/2020."),
        )
        return []
    names = [
        name
        for piece in re.split(r",|\+|&|\ben\b", rest)
        if (name := re.sub(r"\(\s*\)", "", " ".join(piece.split())).strip(_EDGES))
        and name.casefold() != "geb"
    ]
    names = [re.sub(r"\s+(geb(oren)?\.?|[°*])$", "", name) for name in names]
    if not names and not found:
        return []
    if not found and not _EXPECTED.search(part):
        draft.doubt(key, said("Van een kind ontbreekt de geboortedatum."))
    if not names:
        draft.doubt(key, said("Van een kind ontbreekt de naam."))
    *others, last = names or [""]
    return [*(Kind(name, None, None) for name in others), Kind(last, birth, year)]


def _birth(draft: Draft, key: str, text: str, part: str) -> date | None:
    try:
        day = dates.read_date(text)
    except dates.UnreadableDate:
        draft.refuse(key, said("De geboortedatum %(datum)s bestaat niet.", datum=text))
        return None
    if day > draft.as_of:
        if _EXPECTED.search(part):
            draft.doubt(
                key, said("Dit kind wordt nog verwacht. De datum is als geboortedatum niet overgenomen.")
            )
        else:
            draft.refuse(key, said("De geboortedatum %(datum)s ligt in de toekomst.", datum=text))
        return None
    _plausible(draft, key, day.year, part)
    return day


def _plausible(draft: Draft, key: str, year: int, part: str) -> int | None:
    if year > draft.as_of.year:
        if not _EXPECTED.search(part):
            draft.refuse(key, said("Het geboortejaar %(jaar)s ligt in de toekomst.", jaar=year))
        return None
    if draft.as_of.year - year > OLDEST:
        draft.doubt(key, said("Het geboortejaar %(jaar)s is vreemd voor een kind. Klopt het?", jaar=year))
    return year
