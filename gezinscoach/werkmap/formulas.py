"""Learns from a spreadsheet's XML which cells are formulas, and that no sheet is absurdly large.

Streaming, with every document type declaration refused, so that no entity is ever expanded.
"""

import posixpath
import re
from collections.abc import Callable
from xml.parsers.expat import ParserCreate

MAX_ROWS, MAX_COLUMNS, MAX_CELLS = 60_000, 500, 3_000_000

Cells = frozenset[tuple[int, int]]
Attributes = dict[str, str]
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


class Unsafe(ValueError):
    """The XML holds a document type declaration, which a spreadsheet never needs."""


class TooLarge(ValueError):
    """A sheet reaches further than any table of people does."""


def xlsx_formulas(parts: dict[str, bytes]) -> dict[str, Cells]:
    """The formula cells (row, column from 1) of every worksheet, by sheet name."""
    paths: dict[str, str] = {}
    names: dict[str, str] = {}

    def relation(tag: str, attributes: Attributes) -> None:
        if tag == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            target = attributes["Target"]
            paths[attributes["Id"]] = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")

    def sheet(tag: str, attributes: Attributes) -> None:
        if tag == "sheet":
            found = (value for name, value in attributes.items() if name.rpartition(":")[2] == "id")
            names[attributes["name"]] = next(found, "")

    _walk(parts["xl/_rels/workbook.xml.rels"], relation)
    _walk(parts["xl/workbook.xml"], sheet)
    return {name: _worksheet(parts[paths[key]]) for name, key in names.items() if key in paths}


def _worksheet(xml: bytes) -> Cells:
    formulas: set[tuple[int, int]] = set()
    row = column = widest = 0

    def element(tag: str, attributes: Attributes) -> None:
        nonlocal row, column, widest
        if tag == "row":
            row, column = int(attributes.get("r", row + 1)), 0
        elif tag == "c":
            match = _REFERENCE.fullmatch(attributes.get("r", ""))
            row, column = (int(match[2]), _column(match[1])) if match else (row, column + 1)
        elif tag in {"f", "v", "is"}:
            widest = max(widest, column)
            _check(row, widest)
            if tag == "f":
                formulas.add((row, column))

    _walk(xml, element)
    return frozenset(formulas)


def ods_formulas(xml: bytes) -> dict[str, Cells]:
    """The formula cells (row, column from 1) of every table of an OpenDocument spreadsheet, by name."""
    found: dict[str, set[tuple[int, int]]] = {}
    name = ""
    row = column = widest = row_repeat = 0

    def element(tag: str, attributes: Attributes) -> None:
        nonlocal name, row, column, widest, row_repeat
        if tag == "table":
            name, row, column, widest, row_repeat = attributes.get("table:name", ""), 0, 0, 0, 0
            found[name] = set()
        elif tag == "table-row":
            row, column = row + row_repeat, 0
            row_repeat = int(attributes.get("table:number-rows-repeated", 1))
        elif tag in {"table-cell", "covered-table-cell"}:
            repeat = int(attributes.get("table:number-columns-repeated", 1))
            if any(key.startswith("office:") for key in attributes):
                widest = max(widest, column + repeat)
                _check(row + row_repeat, widest)
            if "table:formula" in attributes:
                found[name].add((row + 1, column + 1))
            column += repeat

    _walk(xml, element)
    return {table: frozenset(cells) for table, cells in found.items()}


def _check(rows: int, columns: int) -> None:
    if rows > MAX_ROWS or columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
        raise TooLarge


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _walk(xml: bytes, element: Callable[[str, Attributes], None]) -> None:
    """Call `element` with the local name and attributes of every element."""

    def doctype(*_: object) -> None:
        raise Unsafe

    parser = ParserCreate()
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = lambda name, attributes: element(name.rpartition(":")[2], attributes)
    parser.Parse(xml, True)
