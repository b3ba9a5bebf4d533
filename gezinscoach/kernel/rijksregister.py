"""Finds and masks Belgian national register numbers, which are never stored."""

import re

from stdnum.be import bis, iban, nn

MARKER = "[rijksregisternummer verwijderd]"

_BLANK = r"[^\S\n]{0,2}[\u00ad\u200b-\u200f\u2060\ufeff]?"
_GAP = rf"{_BLANK}[.,:;=*\-\u2010-\u2015\u2212/_]{{0,2}}{_BLANK}"
_START, _END = r"(?<!\d)(?<!\+)(?<!\+\s)", r"(?!\d)"
_NUMBERS = (
    re.compile(rf"{_START}\d{{2}}{_GAP}\d{{2}}{_GAP}\d{{2}}{_GAP}\d{{3}}{_GAP}\d{{2}}{_END}"),
    # eleven digits in other groups, as long as no other digit stands near
    re.compile(rf"{_START}(?<!\d[ .\-])\d(?:[^\S\n]?[.\-]?[^\S\n]?\d){{10}}(?![ .\-]?\d)"),
)
_IBAN = re.compile(r"\bBE\d{2}(?:[ .\-\u00a0]?\d{4}){3}\b", re.IGNORECASE)


def mask(text: str) -> tuple[str, int]:
    """The text with every national register number replaced by a fixed marker, and how many there were."""
    accounts = [match.span() for match in _IBAN.finditer(text) if iban.is_valid(match[0])]
    found: list[tuple[int, int]] = []
    for pattern in _NUMBERS:
        match = pattern.search(text)
        while match:
            first, last = match.span()
            taken = any(start < last and first < end for start, end in (*accounts, *found))
            if not taken and is_number("".join(sign for sign in match[0] if sign.isdecimal())):
                found.append((first, last))
            # what looked like a number and is none may overlap with one that is
            match = pattern.search(text, first + 1)
    for first, last in sorted(found, reverse=True):
        text = text[:first] + MARKER + text[last:]
    return text, len(found)


def is_number(digits: str) -> bool:
    """Whether eleven digits are a register or bis number: mod 97, plausible birth date (parts may be 0)."""
    if not (nn.is_valid(digits) or bis.is_valid(digits)):
        return False
    month, day = int(digits[2:4]) % 20, int(digits[4:6])
    return month == 0 or day == 0 or nn.get_birth_date(digits) is not None
