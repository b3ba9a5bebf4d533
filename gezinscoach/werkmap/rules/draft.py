"""Reads the cells of one line and remembers what is wrong and what is doubtful about them."""

import re
from collections.abc import Collection
from datetime import date

from email_validator import EmailNotValidError, validate_email

from gezinscoach.kernel import dates, rijksregister
from gezinscoach.kernel.names import fold
from gezinscoach.kernel.said import Said, said

from .grid import Line, Table, is_error, text_of
from .shapes import Json, Key, Problem, Refused

NOTHING = frozenset(
    {
        "-",
        "--",
        "–",
        "—",
        "/",
        "?",
        "??",
        ".",
        "n.v.t.",
        "nvt",
        "nb",
        "n.b.",
        "geen",
        "onbekend",
        "niet gekend",
    }
)
NO_DATE = NOTHING | {"nee", "neen", "nog niet", "lopend", "loopt", "loopt nog", "niet", "nog te bepalen", "x"}
YES = frozenset({"ja", "j", "x", "v", "✓", "✔", "yes", "y", "1", "ok", "oke", "waar", "true"})
NO = frozenset({"nee", "neen", "n", "no", "0", "onwaar", "false", "niet", "geen"})
LONG_AGO = date(2010, 1, 1)


def depends(sheet: str, row: int) -> Said:
    """That a row waits for another one."""
    return said(
        "Deze rij hangt af van rij %(rij)s (blad %(blad)s): die is nog niet in orde.", rij=row, blad=sheet
    )


class Draft:
    """One line being read."""

    def __init__(self, table: Table, line: Line, as_of: date) -> None:
        self.row = line.row
        self.raw: dict[str, Json] = dict(line.raw)
        self.as_of = as_of
        self.headers = table.headers
        self.sheet = table.layout.name
        self.doubts: list[Problem] = list(line.warnings)
        self.wrong: list[Problem] = []
        self.depends_on: tuple[str, int] | None = None
        self._cells = line.cells
        for key, value in line.cells.items():
            if is_error(value):
                self.refuse(
                    key, said("In deze cel staat een rekenfout van het rekenblad. Vul de juiste waarde in.")
                )

    def cell(self, key: str) -> object:
        """The raw value; None when blank or when it is a spreadsheet's error, which was refused already."""
        value = self._cells.get(key)
        return None if is_error(value) else value

    def text(self, key: str, *, required: bool = False) -> str:
        """The cell as text on one line; "-", "?" and the like count as blank."""
        text = self.lines(key).replace("\n", " ")
        if text.casefold() in NOTHING:
            text = ""
        if required and not text and not self.has_problem(key):
            self.refuse(key, said("Deze cel is leeg, maar moet ingevuld zijn."))
        return text

    def number(self, key: str) -> str:
        """The number of a dossier, which must be there and may be no register number: masked, all are one."""
        text = self.text(key, required=True)
        if rijksregister.MARKER not in text:
            return text
        self.refuse(key, said("Een rijksregisternummer kan geen dossiernummer zijn. Kies een ander nummer."))
        return ""

    def lines(self, key: str) -> str:
        """The cell as text with its line breaks."""
        return text_of(self.cell(key))

    def refuse(self, key: str, reason: Said, about: str = "") -> None:
        self.wrong.append(self._problem(key, reason, about))

    def doubt(self, key: str, reason: Said, about: str = "") -> None:
        self.doubts.append(self._problem(key, reason, about))

    def has_problem(self, key: str) -> bool:
        return any(problem.column == self.headers[key] for problem in self.wrong)

    def depend(self, key: str, sheet: str, row: int) -> None:
        """Refuse first of all because the row that this cell refers to was refused."""
        self.wrong.insert(0, self._problem(key, depends(sheet, row)))
        self.depends_on = self.depends_on or (sheet, row)

    def day(self, key: str, *, exactly: bool = False) -> tuple[date, bool]:
        """The day in a cell, and whether it stands there alone; dates.UnreadableDate.

        With `exactly` a day among other words is not read.
        """
        try:
            return dates.read_date(self.cell(key)), True
        except dates.UnreadableDate as error:
            if exactly or isinstance(error, dates.ImpossibleDate):
                raise
        return dates.read_date_among_words(self.cell(key)), False

    def date(
        self, key: str, *, required: bool = False, future: Said | None = None, exactly: bool = False
    ) -> date | None:
        """The day in a cell, as `day` reads it; among other words it is doubted.

        `future` is the sentence that refuses a day after the reference day.
        """
        text = self.lines(key)
        if not text or (not required and text.casefold() in NO_DATE):
            if required and not self.has_problem(key):
                self.refuse(key, said("Deze datum is leeg, maar moet ingevuld zijn."))
            return None
        try:
            day, alone = self.day(key, exactly=exactly)
        except dates.ImpossibleDate:
            self.refuse(key, said("Deze datum bestaat niet."))
            return None
        except dates.UnreadableDate:
            self.refuse(key, said("Dit is geen datum die we kunnen lezen. Schrijf bijvoorbeeld 20/9/2025."))
            return None
        if future and day > self.as_of:
            self.refuse(key, future)
            return None
        if not alone:
            self.doubt(key, said("We lazen hier de datum %(datum)s. Klopt dat?", datum=text_of(day)))
        if day < LONG_AGO:
            self.doubt(key, said("Deze datum ligt erg ver in het verleden. Klopt het jaar?"))
        return day

    def whole(self, key: str, lowest: int, highest: int) -> int | None:
        """A whole number within bounds, or None when blank."""
        text = self.text(key)
        if not text:
            return None
        match = re.fullmatch(r"(-?\d{1,9})(?:[.,]0+)?", text)
        if match is None or not lowest <= int(match[1]) <= highest:
            reason = said(
                "Hier hoort een geheel getal van %(laagste)s tot %(hoogste)s.",
                laagste=lowest,
                hoogste=highest,
            )
            self.refuse(key, reason)
            return None
        return int(match[1])

    def yes_no(self, key: str) -> bool | None:
        """Yes, no, or None for blank and "?"; anything else is a doubt."""
        text = self.text(key).casefold().strip(" !.")
        if not text:
            return None
        if text in YES or text in NO:
            return text in YES
        first = re.split(r"[\s,;:(]", text)[0]
        if first in {"ja", "nee", "neen"} and "?" not in text:
            return first == "ja"
        self.doubt(key, said("Dit is geen duidelijk ja of nee. Het is als “niet gekend” gelezen."))
        return None

    def email(self, key: str, *, required: bool = False) -> str:
        """An e-mail address of the right shape, its domain in lower case."""
        text = self.text(key, required=required).removeprefix("mailto:")
        if not text:
            return ""
        try:
            return validate_email(text, check_deliverability=False, test_environment=True).normalized
        except EmailNotValidError:
            self.refuse(key, said("Dit is geen geldig e-mailadres."))
            return ""

    def phone(self, key: str) -> str:
        """A telephone number as typed; a doubt when it can't be one."""
        text = self.text(key)
        digits = re.sub(r"\D", "", text)
        if text and (not 8 <= len(digits) <= 15 or re.search(r"[^\d\s+()./\-]", text)):
            self.doubt(
                key, said("Dit lijkt geen volledig telefoonnummer. Het is overgenomen zoals het er staat.")
            )
        return text

    def parts(self, key: str, pattern: str = r"\s*(?:[,;/+&\n|]|\ben\b)\s*") -> tuple[str, ...]:
        """The pieces of a list in one cell, each once."""
        pieces = (piece.strip(" .-•") for piece in re.split(pattern, self.lines(key)))
        return tuple({fold(piece): piece for piece in pieces if fold(piece)}.values())

    def refused(self, key: Key, keep: Collection[str] | None = None) -> Refused:
        """This line as a refused row; with `keep`, only those columns of it are kept."""
        first, *others = self.wrong
        kept = None if keep is None else {self.headers[column] for column in keep}
        raw = {header: value for header, value in self.raw.items() if kept is None or header in kept}
        return Refused(
            first.row, first.column, first.value, first.reason, raw, key, self.depends_on, tuple(others),
            first.about,
        )  # fmt: skip

    def _problem(self, key: str, reason: Said, about: str = "") -> Problem:
        return Problem(self.row, self.headers[key], text_of(self._cells.get(key)), reason, about)
