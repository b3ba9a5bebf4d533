"""A small file that expands into endless text, or that leads the parser elsewhere, costs nobody anything."""

from __future__ import annotations

import io
import pickle
from pathlib import Path

import pytest
import xlsxwriter

from gezinscoach.werkmap import formulas, parser, workbook

from . import grids
from .test_workbook import ODS_CELL, ods, packed, parts_of, refusal

STRINGS = "xl/sharedStrings.xml"


@pytest.fixture
def never_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is refused by counting never reaches the parser."""

    def parse(*_: object) -> None:
        raise AssertionError("parsed")

    monkeypatch.setattr(workbook, "parse", parse)


def shared(tmp_path: Path, text: str, times: int) -> bytes:
    path = tmp_path / "gedeeld.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Blad")
        for row in range(times):
            page.write_string(row, 0, "x")
    parts = parts_of(path.read_bytes())
    return packed(parts | {STRINGS: parts[STRINGS].replace(b"<t>x<", f"<t>{text}<".encode())})


@pytest.mark.usefixtures("never_parsed")
def test_a_long_text_that_many_cells_share_is_refused(tmp_path: Path) -> None:
    data = shared(tmp_path, "a" * 1_000_000, 3_000)
    assert len(data) < 50_000
    assert refusal(data) == workbook.TOO_WIDE


def test_a_text_that_many_cells_share_is_read_as_long_as_there_is_room(tmp_path: Path) -> None:
    (sheet,) = workbook.read_file(shared(tmp_path, "gezin", 3_000))
    assert {row[0] for row in sheet.rows} == {"gezin"}


@pytest.mark.usefixtures("never_parsed")
def test_text_in_the_cells_themselves_counts_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = grids.write(tmp_path / "w.xlsx", grids.werkmap()).read_bytes()
    parts = parts_of(data)
    sheet = "xl/worksheets/sheet1.xml"
    inline = b'<c r="A9" t="inlineStr"><is><t>' + b"a" * 5_000 + b"</t></is></c>"
    parts[sheet] = parts[sheet].replace(b"</sheetData>", b'<row r="9">' + inline + b"</row></sheetData>")
    monkeypatch.setattr(formulas, "MAX_TEXT", 5_000)
    assert refusal(packed(parts)) == workbook.TOO_WIDE


@pytest.mark.usefixtures("never_parsed")
def test_more_shared_texts_announced_than_any_file_has_are_refused(tmp_path: Path) -> None:
    parts = parts_of(shared(tmp_path, "x", 1))
    parts[STRINGS] = parts[STRINGS].replace(b'uniqueCount="1"', b'uniqueCount="999999999999"')
    assert refusal(packed(parts)) == workbook.TOO_WIDE


@pytest.mark.usefixtures("never_parsed")
@pytest.mark.parametrize(
    "cell",
    [
        ODS_CELL.format("a" * 100_000).replace("cell ", 'cell table:number-columns-repeated="500" ', 1),
        ODS_CELL.format('<text:s text:c="2000000000"/>'),
        ODS_CELL.format('<text:s text:c="1001"/>'),
        ODS_CELL.format('<text:s text:c="900"/>' * 200).replace(
            "cell ", 'cell table:number-columns-repeated="500" ', 1
        ),
        f'<table:table-cell table:formula="{"a" * 100_000}" table:number-columns-repeated="500"/>',
        '<table:table-cell table:formula="=1" table:number-columns-repeated="16384"/>',
    ],
)
def test_an_opendocument_cell_that_expands_without_end_is_refused(cell: str) -> None:
    assert refusal(ods(f'<table:table-row table:number-rows-repeated="5000">{cell}</table:table-row>')) == (
        workbook.TOO_WIDE
    )


@pytest.mark.usefixtures("never_parsed")
def test_a_file_that_leads_the_parser_to_another_workbook_is_refused(tmp_path: Path) -> None:
    parts = parts_of(grids.write(tmp_path / "w.xlsx", grids.werkmap()).read_bytes())
    elsewhere = {name.replace("xl/", "ander/"): content for name, content in parts.items()}
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(b'"xl/workbook.xml"', b'"ander/workbook.xml"')
    assert refusal(packed(elsewhere | parts)) == workbook.DAMAGED


def test_a_parser_that_dies_takes_nobody_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = parts_of(shared(tmp_path, "x", 1))
    # out of the memory that it may have, out of all memory, and a panic
    for many in (b"80000000", b"999999999999", b"9999999999999999999"):
        broken = parts[STRINGS].replace(b'uniqueCount="1"', b'uniqueCount="' + many + b'"')
        with pytest.raises(parser.Unparsed):
            parser.parse(packed(parts | {STRINGS: broken}), ["Blad"])
    monkeypatch.setattr(formulas, "MAX_CELLS", 10**20)
    assert refusal(packed(parts | {STRINGS: broken})) == workbook.DAMAGED


def test_the_parser_gives_back_nothing_but_values() -> None:
    with pytest.raises(pickle.UnpicklingError):
        parser._Plain(io.BytesIO(pickle.dumps(print))).load()
