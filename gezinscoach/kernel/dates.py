"""Reads dates and quarters as people in Flanders type them; the calendar helpers of quarters live here too.

Day comes before month, always: a notation that makes sense only the other way round is refused.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Brussels")
FIRST_YEAR, LAST_YEAR = 1900, 2100
PIVOT = 50  # two-digit years: 00-49 are 2000-2049, 50-99 are 1950-1999
SERIAL_EPOCH = date(1899, 12, 30)
SERIALS = range(10_959, 73_416)  # spreadsheet day numbers from 1930 to 2100; outside it a number is no date

MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip
IRREGULAR_MONTHS = {
    "january": 1, "february": 2, "mrt": 3, "mar": 3, "march": 3, "mars": 3, "may": 5, "june": 6, "july": 7,
    "august": 8, "sept": 9, "oct": 10, "octo": 10, "october": 10,
}  # fmt: skip
ORDINALS = {"eerste": "1", "tweede": "2", "derde": "3", "vierde": "4"}

_WEEKDAY = re.compile(
    r"^(?:maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|ma|di|woe|wo|don|do|vrij|vr|zat|za|zon|zo)"
    r"(?:\b[.,]?\s*)(?=\d)"
)
_TIME = re.compile(
    r"(?<=\d)(?:(?:t|\s+)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?z?|\s+(?:om\s+)?\d{1,2}\s?(?:u|h|uur)(?:\d{2})?)$"
)
_LEAD = re.compile(r"^(?:op|de|den)\s+")
_YEAR_FIRST = re.compile(r"(\d{4})\s?[-/. ]\s?(\d{1,2})\s?[-/. ]\s?(\d{1,2})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_COMPACT_DAY_FIRST = re.compile(r"(\d{2})(\d{2})((?:19|20)\d{2})")  # never year first: there is no month 19
_DAY_FIRST = re.compile(r"(\d{1,2})\s?[-/. ]\s?(\d{1,2})\s?[-/. ]\s?'?(\d{4}|\d{2})")
_DAY_MONTH = re.compile(r"(\d{1,2})\s?[-/.]\s?(\d{1,2})")
_NAMED = re.compile(r"(\d{1,2})(?:ste|de|e)?[\s.\-/]*([a-z]{3,9})\.?(?:[\s\-/,.]*'?(\d{4}|\d{2}))?")
_AMONG_WORDS = re.compile(
    rf"(?<!\w)(?<!\w[-/])(?:{_YEAR_FIRST.pattern}|{_DAY_FIRST.pattern}"
    r"|\d{1,2}(?:ste|de|e)?[\s.\-/]*[a-z]{3,9}\.?[\s\-/,.]*'?(?:\d{4}|\d{2}))(?!\w)"
)
_OTHER_DAY = re.compile(rf"\d|\b(?:{'|'.join((*MONTHS, *IRREGULAR_MONTHS))})\b")
_HOUR = re.compile(r"\b\d{1,2}\s?(?::\d{2}|(?:u|h|uur)(?:\d{2})?)\b")
_OTHERWISE = re.compile(
    r"\b(?:nee|neen|niet|geen|nooit|noch|zonder|behalve|tenzij|n\.?v\.?t|onbekend|\w*weiger\w*|(?:aan)?gevraagd|verstuurd"
    r"|wacht\w*|volgt|fout\w*|verkeerd|onjuist|vergissing|(?:af|op)gezegd|afgelast|geannuleerd|geschrapt|ingetrokken"
    r"|herroepen|vervallen|uitgesteld|verplaatst|verzet|verschoven|verlengd?|her(?:start|vat|opgestart)|lopend\w*|loopt"
    r"|heden|nu|voor|vóór|tot|t\.?e?\.?m|na|tegen|uiterlijk|laatste|tussen|of|vroeger|eerder|later|ervoor|erna|daarvoor"
    r"|daarna|i\.?p\.?v|plaats)\b"
)  # words that make it another day, or no day at all

_K = r"(?:kwartaal|kwart|kwa|kw|k|quarter|qtr|q|trimester|trim|t)"
_YEAR = r"'?(?P<year>\d{4}|(?<=\D)\d{2})"
_MARKED = (
    re.compile(rf"(?P<year>\d{{4}})\s*{_K}\s*(?P<quarter>\d{{1,2}})"),
    re.compile(rf"{_K}\s*(?P<quarter>\d{{1,2}})\s*{_YEAR}"),
    re.compile(rf"(?P<quarter>\d{{1,2}})\s?(?:ste|de|e|°)?\s*{_K}\s*{_YEAR}"),
    re.compile(rf"(?P<year>\d{{4}})\s*(?P<quarter>\d{{1,2}})\s?(?:ste|de|e|°)?\s*{_K}"),
)
_BARE = (
    re.compile(r"(?P<year>\d{4})\s*[-/._]\s*(?P<quarter>\d)"),
    re.compile(r"(?P<quarter>\d)\s*[-/._]\s*(?P<year>\d{4})"),
)
_BETWEEN = re.compile(r"[-/.,:;_'()]|\b(?:van|het|jaar|in)\b")


class UnreadableDate(ValueError):
    """Not a notation of a date."""


class ImpossibleDate(UnreadableDate):
    """Written like a date, but there is no such day."""


class UnreadableQuarter(ValueError):
    """Not a notation of a quarter."""


class ImpossibleQuarter(UnreadableQuarter):
    """Written like a quarter, but there is no such quarter."""


def read_date(value: object, *, year: int | None = None) -> date:
    """The day that a cell or a typed text means; `year` completes "12/1"; raises `UnreadableDate`."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_number(value)
    if not isinstance(value, str):
        raise UnreadableDate
    text = _TIME.sub("", _plain(value))
    text = _WEEKDAY.sub("", _LEAD.sub("", text))
    if text.isdecimal() and len(text) != 8:
        return _from_number(int(text[:_MOST_DIGITS]))
    if match := _COMPACT_DAY_FIRST.fullmatch(text):
        return _day(int(match[3]), int(match[2]), int(match[1]))
    for pattern in (_YEAR_FIRST, _COMPACT):
        if match := pattern.fullmatch(text):
            return _day(int(match[1]), int(match[2]), int(match[3]))
    if match := _DAY_FIRST.fullmatch(text):
        return _day(full_year(match[3]), int(match[2]), int(match[1]))
    if match := _NAMED.fullmatch(text):
        month = _month(match[2])
        if match[3] or year is not None:
            return _day(full_year(match[3]) if match[3] else year or 0, month, int(match[1]))
    if year is not None and (match := _DAY_MONTH.fullmatch(text)):
        return _day(year, int(match[2]), int(match[1]))
    raise UnreadableDate


def read_date_among_words(value: object) -> date:
    """The one full day in a text with other words ("ca. 12/3/2025", "12/3/2025 (mondeling)"), to be doubted.

    Raises `UnreadableDate` when another number or month stands there, or a word that makes it another day.
    """
    text = _plain(value) if isinstance(value, str) else ""
    found = _AMONG_WORDS.search(text)
    if found is None:
        raise UnreadableDate
    rest = _HOUR.sub(" ", f"{text[: found.start()]} {text[found.end() :]}")
    if _OTHER_DAY.search(rest) or _OTHERWISE.search(rest):
        raise UnreadableDate
    return read_date(found[0])


def full_year(digits: str) -> int:
    """A year of four digits from two or four digits."""
    number = int(digits)
    if len(digits) > 2:
        return number
    return number + (2000 if number < PIVOT else 1900)


def read_quarter(value: object) -> tuple[int, int]:
    """The (year, quarter) of a cell: 2025-K1, K-3 2025, 1e kwartaal 2026 ...; raises `UnreadableQuarter`."""
    if not isinstance(value, str):
        raise UnreadableQuarter
    text = _plain(value)
    for word, digit in ORDINALS.items():
        text = text.replace(word, digit)
    spaced = " ".join(_BETWEEN.sub(" ", text).split())
    for pattern, notation in (*((one, spaced) for one in _MARKED), *((one, text) for one in _BARE)):
        if match := pattern.fullmatch(notation):
            year, quarter = full_year(match["year"]), int(match["quarter"])
            if not 1 <= quarter <= 4 or not FIRST_YEAR <= year <= LAST_YEAR:
                raise ImpossibleQuarter
            return year, quarter
    raise UnreadableQuarter


def quarter_of(day: date) -> tuple[int, int]:
    """The (year, quarter) in which a day falls."""
    return day.year, (day.month + 2) // 3


def quarter_start(year: int, quarter: int) -> date:
    """First day of a quarter."""
    return date(year, 3 * quarter - 2, 1)


def quarter_end(year: int, quarter: int) -> date:
    """Last day of a quarter."""
    return quarter_start(*next_quarter(year, quarter)) - timedelta(days=1)


def next_quarter(year: int, quarter: int) -> tuple[int, int]:
    """The quarter after this one."""
    return (year + 1, 1) if quarter == 4 else (year, quarter + 1)


def quarters(first: date, last: date) -> Iterator[tuple[int, int]]:
    """Every quarter that has a day from `first` to `last`, both included, in order."""
    current = quarter_of(first)
    while quarter_start(*current) <= last:
        yield current
        current = next_quarter(*current)


def _plain(value: str) -> str:
    text = unicodedata.normalize("NFKC", value).translate(
        dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212), "-") | {0x2018: "'", 0x2019: "'"}
    )
    text = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return " ".join(text.casefold().split()).strip(" .,;'")


_MOST_DIGITS = 9
"""More than any day has: an endless row of digits is not even made a number."""


def _from_number(number: int | float) -> date:
    if not abs(number) < 10**8:  # nor is it infinite, or no number at all
        raise UnreadableDate
    digits = str(int(number))
    if number == int(number) and len(digits) > 6:  # a number has lost the zero of day 01 to 09
        if match := _COMPACT_DAY_FIRST.fullmatch(digits.zfill(8)):
            return _day(int(match[3]), int(match[2]), int(match[1]))
        if match := _COMPACT.fullmatch(digits):
            return _day(int(match[1]), int(match[2]), int(match[3]))
    if int(number) not in SERIALS:
        raise UnreadableDate
    return SERIAL_EPOCH + timedelta(days=int(number))


def _month(name: str) -> int:
    if name in IRREGULAR_MONTHS:
        return IRREGULAR_MONTHS[name]
    found = [number for number, month in enumerate(MONTHS, 1) if month.startswith(name)]
    if len(found) != 1:
        raise UnreadableDate
    return found[0]


def _day(year: int, month: int, day: int) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ImpossibleDate
    try:
        return date(year, month, day)
    except ValueError as error:
        raise ImpossibleDate from error


def day_of(moment: datetime) -> date:
    """The day in Flanders of a moment."""
    return moment.astimezone(ZONE).date()
