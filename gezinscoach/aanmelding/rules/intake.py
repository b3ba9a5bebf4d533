"""What is kept of a question for a gezinscoach, and what about it deserves a second look."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from itertools import combinations
from typing import TypedDict

from gezinscoach.dossier.rules import CODELIST
from gezinscoach.kernel.names import fold, likely_same, words


class Gegevens(TypedDict, total=False):
    """What is kept once a family agreed: `organisatie` of the aanmelder, `telefoon_gezin` and `adres` of
    the family, `oudste` the birth year of the oldest child, `tolk` None when not known."""

    organisatie: str
    naam: str
    ouder: str
    kinderen: int | None
    oudste: int | None
    taal: str
    tolk: bool | None
    telefoon_gezin: str
    adres: str
    gemeente: str
    vragen: Sequence[str]
    dringend: bool
    voorkeur: str
    opmerking: str


class Twijfel(StrEnum):
    """A soft warning: people decide, nothing is blocked."""

    BUITEN = "outside"
    ZONDER_POSTCODE = "no postcode"
    OUDER = "too old"


_CODES = {fold(entry.naam): entry.code for entry in CODELIST} | {entry.code: entry.code for entry in CODELIST}
# How people write it on the phone and in lists.
_CODES |= {
    fold(said): code
    for code, ways in {
        "nederlands": ("taal", "Nederlands", "taalles"),
        "juridisch": ("papieren", "verblijf", "papieren/verblijf", "asiel"),
        "vrijetijd": ("vrije tijd", "sport", "hobby"),
        "onderwijs": ("school",),
        "financien": ("schulden", "budget", "premies"),
        "geestelijk": ("psychisch", "mentaal"),
        "netwerk": ("netwerk", "eenzaamheid"),
        "huisvesting": ("woning", "huis"),
        "kinderopvang": ("opvang", "crèche"),
        "zwangerschap": ("zwanger", "geboorte"),
    }.items()
    for said in ways
}


def vraag_codes(said: Iterable[str]) -> list[str]:
    """Questions as codes of the codelist, each once; words that it does not know stay words."""
    return list(dict.fromkeys(_CODES.get(fold(word), word.strip()) for word in said if word.strip()))


def doubts(
    *,
    gemeente: str,
    oudste: int | None,
    postcodes: Iterable[str],
    stad: str,
    leeftijdsgrens: int,
    today: date,
) -> tuple[Twijfel, ...]:
    """The soft warnings about a family: outside the werking, or an oldest child above the age limit."""
    found: list[Twijfel] = []
    postcode = re.search(r"\b\d{4}\b", gemeente)
    if postcode is not None and postcode[0] not in set(postcodes):
        found.append(Twijfel.BUITEN)
    elif postcode is None and gemeente and fold(stad) not in fold(gemeente):
        found.append(Twijfel.ZONDER_POSTCODE)
    if oudste is not None and today.year - oudste > leeftijdsgrens:
        found.append(Twijfel.OUDER)
    return tuple(found)


def same_family(naam: str, ouders: Sequence[str], other: str, other_ouders: Sequence[str]) -> bool:
    """Whether two families are likely one: alike in name, and in a parent where both name one."""
    if not likely_same(naam, other):
        return False
    if any(likely_same(one, two) for one in ouders for two in other_ouders):
        return True
    first = [given for ouder in ouders if (given := _given(naam, ouder))]
    second = [given for ouder in other_ouders if (given := _given(other, ouder))]
    return not first or not second or any(likely_same(one, two) for one in first for two in second)


def _given(naam: str, ouder: str) -> str:
    """A parent's name without the family name, however that is parted, unless nothing else is left."""
    said, family = words(ouder), fold(naam)
    spans = combinations(range(len(said) + 1), 2)
    own = next((said[:start] + said[end:] for start, end in spans if "".join(said[start:end]) == family), [])
    return " ".join(own or said)
