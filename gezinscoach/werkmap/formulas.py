"""Learns from a spreadsheet's XML which cells are formulas, and that no sheet is absurdly large.

Streaming, with every document type declaration refused, so that no entity is ever expanded.
"""

import re
from collections.abc import Callable
from xml.parsers.expat import ParserCreate

MAX_ROWS, MAX_COLUMNS, MAX_CELLS, MAX_SHEETS = 60_000, 500, 3_000_000, 50

Cells = frozenset[tuple[int, int]]
Attributes = dict[str, str]
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


class Unsafe(ValueError):
    """The XML holds a document type declaration, which a spreadsheet never needs."""


class TooLarge(ValueError):
    """The sheets reach further, alone or together, than any tables of people do."""


def xlsx_formulas(parts: dict[str, bytes]) -> dict[str, Cells]:
    """The formula cells (row, column from 1) of every worksheet, by sheet name."""
    paths: dict[str, str] = {}
    names: dict[str, str] = {}

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

    _walk(parts["xl/_rels/workbook.xml.rels"], relation)
    _walk(parts["xl/workbook.xml"], sheet)
    used = {name: paths[key] for name, key in names.items() if key in paths}
    if len(used) > MAX_SHEETS:
        raise TooLarge
    if len(set(used.values())) < len(used):
        raise ValueError("one part for two sheets")
    found, area = {}, 0
    for name, path in used.items():
        found[name], reach = _worksheet(parts[path])
        area += reach
        if area > MAX_CELLS:
            raise TooLarge
    return found


def _worksheet(xml: bytes) -> tuple[Cells, int]:
    """The formula cells of one sheet, and how many cells it reaches over."""
    formulas: set[tuple[int, int]] = set()
    row = column = widest = lowest = 0

    def element(tag: str, attributes: Attributes) -> None:
        nonlocal row, column, widest, lowest
        if tag == "row":
            row, column = int(attributes.get("r", row + 1)), 0
        elif tag == "c":
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

    _walk(xml, element)
    return frozenset(formulas), widest * lowest


def ods_formulas(xml: bytes) -> dict[str, Cells]:
    """The formula cells (row, column from 1) of every table of an OpenDocument spreadsheet, by name."""
    found: dict[str, set[tuple[int, int]]] = {}
    name = ""
    row = column = widest = row_repeat = area = 0

    def element(tag: str, attributes: Attributes) -> None:
        nonlocal name, row, column, widest, row_repeat, area
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
