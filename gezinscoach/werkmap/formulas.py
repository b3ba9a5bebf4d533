"""Learns from a spreadsheet's XML which cells are formulas or errors, and that nothing is absurdly large.

Streaming, with every document type declaration refused, so that no entity is ever expanded.
"""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple
from xml.parsers.expat import ParserCreate

MAX_ROWS, MAX_COLUMNS, MAX_CELLS, MAX_SHEETS = 60_000, 500, 3_000_000, 50
MAX_TEXT = 50_000_000  # characters, each as often as the parser will copy it
MAX_SPACES = 1_000  # that one element of an OpenDocument text may stand for

Place = tuple[int, int]
Cells = frozenset[Place]
Attributes = dict[str, str]
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


class Marks(NamedTuple):
    """What the parser does not tell of a sheet, by row and column from 1."""

    formulas: Cells
    errors: Mapping[Place, str]
    """Cells with an error of the spreadsheet itself, "#REF!": parsed, they are as good as blank."""


class Unsafe(ValueError):
    """The XML holds a document type declaration, which a spreadsheet never needs."""


class TooLarge(ValueError):
    """The sheets reach further, or hold more text, alone or together, than any tables of people do."""


class Room:
    """Room for text: what is taken never exceeds MAX_TEXT, or TooLarge."""

    def __init__(self) -> None:
        self.left = MAX_TEXT

    def take(self, characters: int) -> None:
        self.left -= characters
        if self.left < 0:
            raise TooLarge


def xlsx_marks(parts: dict[str, bytes]) -> dict[str, Marks]:
    """The formula and error cells of every worksheet, by sheet name."""
    paths: dict[str, str] = {}
    names: dict[str, str] = {}

    def package(tag: str, attributes: Attributes) -> None:
        # the parser follows this to the workbook: it must be the one that is judged here
        if attributes.get("Type", "").endswith("/relationships/officeDocument") and (
            attributes.get("Target", "").removeprefix("/") != "xl/workbook.xml"
        ):
            raise ValueError("another workbook")

    def relation(tag: str, attributes: Attributes) -> None:
        if tag == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            # exactly as the parser resolves it, or another part would be judged than is read
            target = attributes["Target"]
            paths[attributes["Id"]] = target[1:] if target.startswith("/") else f"xl/{target}"

    def sheet(tag: str, attributes: Attributes) -> None:
        if tag == "sheet":
            if attributes["name"] in names:
                raise ValueError("two sheets of one name")
            found = (value for name, value in attributes.items() if name.rpartition(":")[2] == "id")
            names[attributes["name"]] = next(found, "")

    _walk(parts["_rels/.rels"], package)
    _walk(parts["xl/_rels/workbook.xml.rels"], relation)
    _walk(parts["xl/workbook.xml"], sheet)
    used = {name: paths[key] for name, key in names.items() if key in paths}
    if len(used) > MAX_SHEETS:
        raise TooLarge
    if len(set(used.values())) < len(used):
        raise ValueError("one part for two sheets")
    room = Room()
    strings = _strings(parts, room)
    found, area = {}, 0
    for name, path in used.items():
        found[name], reach = _worksheet(parts[path], strings, room)
        area += reach
        if area > MAX_CELLS:
            raise TooLarge
    return found


def _strings(parts: dict[str, bytes], room: Room) -> list[int]:
    """The length of every text that cells share; a file without them has none."""
    lengths: list[int] = []

    def element(tag: str, attributes: Attributes) -> None:
        if tag == "sst" and int(attributes.get("uniqueCount") or 0) > MAX_CELLS:
            raise TooLarge  # the parser makes room for as many as are announced
        if tag == "si":
            lengths.append(0)

    def text(piece: str) -> None:
        room.take(len(piece))
        if lengths:
            lengths[-1] += len(piece)

    # the parser looks it up without regard to case
    for name, xml in parts.items():
        if name.casefold() == "xl/sharedstrings.xml":
            _walk(xml, element, text)
    return lengths


def _worksheet(xml: bytes, strings: list[int], room: Room) -> tuple[Marks, int]:
    """The marks of one sheet, and how many cells it reaches over."""
    formulas: set[Place] = set()
    errors: dict[Place, str] = {}
    row = column = widest = lowest = 0
    kind = ""  # of the cell: "s" names a shared text by its number, "e" is an error
    reads = False  # whether the value of such a cell is being read
    pieces: list[str] = []

    def settle() -> None:
        value = "".join(pieces).strip()
        if value and kind == "e":
            errors[row, column] = value
        elif value:
            room.take(strings[int(value)])
        pieces.clear()

    def text(piece: str) -> None:
        room.take(len(piece))
        if reads:
            pieces.append(piece)

    def element(tag: str, attributes: Attributes) -> None:
        nonlocal row, column, widest, lowest, reads, kind
        settle()
        reads = tag == "v" and kind in ("s", "e")
        if tag == "row":
            row, column = int(attributes.get("r", row + 1)), 0
        elif tag == "c":
            kind = attributes.get("t", "")
            reference = attributes.get("r", "")
            match = _REFERENCE.fullmatch(reference.upper())
            if reference and not match:  # the parser might take it for a cell at the end of the world
                raise TooLarge
            row, column = (int(match[2]), _column(match[1])) if match else (row, column + 1)
        elif tag in {"f", "v", "is"}:
            widest, lowest = max(widest, column), max(lowest, row)
            _check(row, widest)
            if tag == "f":
                formulas.add((row, column))

    _walk(xml, element, text)
    settle()
    return Marks(frozenset(formulas), errors), widest * lowest


def ods_marks(xml: bytes) -> dict[str, Marks]:
    """The formula cells of every table of an OpenDocument spreadsheet, by name; errors are text there."""
    found: dict[str, set[Place]] = {}
    name = ""
    row = column = widest = row_repeat = area = times = 0
    room = Room()

    def element(tag: str, attributes: Attributes) -> None:
        nonlocal name, row, column, widest, row_repeat, area, times
        if tag == "table":
            area += row * widest
            name, row, column, widest, row_repeat = attributes.get("table:name", ""), 0, 0, 0, 0
            found[name] = set()
            if area > MAX_CELLS or len(found) > MAX_SHEETS:
                raise TooLarge
        elif tag == "table-row":
            row, column = row + row_repeat, 0
            row_repeat = int(attributes.get("table:number-rows-repeated", 1))
        elif tag in {"table-cell", "covered-table-cell"}:
            repeat = int(attributes.get("table:number-columns-repeated", 1))
            times = 0
            if any(key.startswith(("office:", "table:formula")) for key in attributes):
                widest, times = max(widest, column + repeat), row_repeat * repeat
                _check(row + row_repeat, widest)
                room.take(times * sum(map(len, attributes.values())))
            if "table:formula" in attributes:
                found[name].add((row + 1, column + 1))
            column += repeat
        elif tag == "s":
            spaces = int(attributes.get("text:c", 1))
            if spaces > MAX_SPACES:
                raise TooLarge
            room.take(times * spaces)

    _walk(xml, element, lambda piece: room.take(times * len(piece)))
    return {table: Marks(frozenset(cells), {}) for table, cells in found.items()}


def _check(rows: int, columns: int) -> None:
    if rows > MAX_ROWS or columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
        raise TooLarge


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _walk(
    xml: bytes, element: Callable[[str, Attributes], None], text: Callable[[str], None] | None = None
) -> None:
    """Call `element` with the local name and attributes of every element, `text` with every piece of text."""

    def doctype(*_: object) -> None:
        raise Unsafe

    parser = ParserCreate()
    parser.StartDoctypeDeclHandler = doctype
    parser.buffer_text = True
    parser.CharacterDataHandler = text
    parser.StartElementHandler = lambda name, attributes: element(name.rpartition(":")[2], attributes)
    parser.Parse(xml, True)
