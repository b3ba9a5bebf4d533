"""Finds and masks Belgian national register numbers, which are never stored."""

import re

from stdnum.be import bis, iban, nn

MARKER = "[rijksregisternummer verwijderd]"

_GAP = r"[^\S\n]{0,2}[.\-\u2010-\u2015\u2212/_]?[^\S\n]{0,2}"
_NUMBER = re.compile(
    rf"(?<!\d)(?<!\+)(?<!\+\s)(\d{{2}}){_GAP}(\d{{2}}){_GAP}(\d{{2}}){_GAP}(\d{{3}}){_GAP}(\d{{2}})(?!\d)"
)
_IBAN = re.compile(r"\bBE\d{2}(?:[ .\-\u00a0]?\d{4}){3}\b", re.IGNORECASE)


def mask(text: str) -> tuple[str, int]:
    """The text with every national register number replaced by a fixed marker, and how many there were."""
    accounts = [match.span() for match in _IBAN.finditer(text) if iban.is_valid(match[0])]
    count = 0

    def replace(match: re.Match[str]) -> str:
        nonlocal count
        inside = any(start < match.end() and match.start() < end for start, end in accounts)
        if inside or not is_number("".join(match.groups())):
            return match[0]
        count += 1
        return MARKER

    return _NUMBER.sub(replace, text), count


def is_number(digits: str) -> bool:
    """Whether eleven digits are a register or bis number: mod 97, plausible birth date (parts may be 0)."""
    if not (nn.is_valid(digits) or bis.is_valid(digits)):
        return False
    month, day = int(digits[2:4]) % 20, int(digits[4:6])
    return month == 0 or day == 0 or nn.get_birth_date(digits) is not None
