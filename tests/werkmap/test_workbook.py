"""An uploaded file is judged before it is parsed."""

import io
import struct
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from gezinscoach.kernel.said import Said
from gezinscoach.werkmap import workbook
from gezinscoach.werkmap.rules import Known, read_workbook
from gezinscoach.werkmap.workbook import WorkbookUnreadable, read_file

from . import grids

REAL = Path(__file__).parents[1] / "data" / "werkmap.xlsx"


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def refusal(data: bytes) -> Said:
    with pytest.raises(WorkbookUnreadable) as caught:
        read_file(data)
    assert "Er is niets ingelezen." in str(caught.value)
    return caught.value.reason


def test_a_workbook_reads_the_same_by_path_and_as_bytes() -> None:
    sheets = read_file(REAL)
    assert [sheet.name for sheet in sheets][:2] == ["Organisaties", "Gezinscoaches"]
    assert sheets == read_file(REAL.read_bytes()) == read_file(str(REAL))
    assert sheets[2].rows[3][0] == "GC-2025-001"
    assert sheets[2].formulas == {(51, 2)}


def test_a_workbook_written_elsewhere_reads_as_it_was_written(tmp_path: Path) -> None:
    path = grids.write(tmp_path / "ander.xlsx", grids.werkmap())
    reading = read_workbook(read_file(path), as_of=grids.AS_OF, known=Known())
    assert grids.refused(reading) == set()
    assert [sheet.rows for sheet in reading.sheets()] == [2] * 6


def test_formulas_merged_cells_and_far_styled_cells_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "formules.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Blad")
        page.write(1, 1, "naam")
        page.write_formula(2, 1, "=1+1", value=2)
        page.write_formula(3, 1, "=A9", value="")
        page.merge_range(4, 2, 6, 2, "samen")
        page.write_column(4, 1, ["a", "b", "c"])
        page.write_blank(900_000, 3, None, book.add_format({"bold": True}))
    (sheet,) = read_file(path)
    assert sheet.rows[2][1] == 2
    assert sheet.formulas == {(3, 2), (4, 2)}
    assert [row[2] for row in sheet.rows[4:7]] == ["samen"] * 3


def test_an_error_of_the_spreadsheet_is_no_blank_cell(tmp_path: Path) -> None:
    path = tmp_path / "fout.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Blad")
        page.write_row(0, 0, ["naam", "gedeeld", 3])
        page.write_formula(1, 0, "=1/0", value="#DIV/0!")
        page.write_formula(1, 2, "=B9", value="#N/A")
        page.write(2, 1, "gedeeld")
    (sheet,) = read_file(path)
    assert [row[:3] for row in sheet.rows] == [
        ("naam", "gedeeld", 3),
        ("#DIV/0!", "", "#N/A"),
        ("", "gedeeld", ""),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"naam;organisatie\n",
        b"%PDF-1.7",
        b"PK\x03\x04 stuk",
        packed({"word/document.xml": b"<x/>"}),
        b"\x00" * 999,
    ],
)
def test_what_is_no_workbook_is_said_so(data: bytes) -> None:
    assert refusal(data) == workbook.NO_WORKBOOK


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(WorkbookUnreadable, match=r"niets\.xlsx"):
        read_file(tmp_path / "niets.xlsx")


def test_a_huge_file_is_refused_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "groot.xlsx"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    with pytest.raises(WorkbookUnreadable) as caught:
        read_file(path)
    assert caught.value.reason == workbook.TOO_BIG


def test_a_zip_bomb_is_refused() -> None:
    parts = parts_of(REAL.read_bytes())
    assert refusal(packed(parts | {"xl/media/x.bin": b"\0" * (30 * 1024 * 1024)})) == workbook.BOMB


def test_many_entries_are_refused() -> None:
    many = {f"xl/x{number}": b"" for number in range(workbook.MAX_ENTRIES + 1)}
    assert refusal(packed(many)) == workbook.BOMB


def test_an_archive_that_lies_about_its_size_reaches_no_parser() -> None:
    parts = parts_of(REAL.read_bytes())
    data = bytearray(packed(parts | {"xl/media/x.bin": b"\0" * (30 * 1024 * 1024)}))
    true_size = struct.pack("<I", 30 * 1024 * 1024)
    while (place := data.find(true_size)) >= 0:
        data[place : place + 4] = struct.pack("<I", 10)
    assert refusal(bytes(data)) == workbook.DAMAGED


@pytest.mark.parametrize("name", ["xl/vbaProject.bin", "XL/VBAPROJECT.BIN", "xl/macrosheets/sheet1.xml"])
def test_macros_are_refused(name: str) -> None:
    assert refusal(packed(parts_of(REAL.read_bytes()) | {name: b"x"})) == workbook.MACROS


def test_a_macro_workbook_by_content_type_is_refused() -> None:
    parts = parts_of(REAL.read_bytes())
    types = parts["[Content_Types].xml"].replace(b"spreadsheetml.sheet.main", b"sheet.macroEnabled.main")
    assert (
        refusal(packed(parts | {"[Content_Types].xml": types + b"<!-- macroEnabled -->"})) == workbook.MACROS
    )


def test_old_and_locked_excel_files_are_named() -> None:
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512
    assert refusal(old) == workbook.OLD_EXCEL
    assert refusal(old + "EncryptedPackage".encode("utf-16-le")) == workbook.ENCRYPTED
    assert refusal(packed({"xl/workbook.bin": b"x"})) == workbook.BINARY_EXCEL


def test_entities_are_never_expanded() -> None:
    parts = parts_of(REAL.read_bytes())
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    name = "xl/worksheets/sheet1.xml"
    assert refusal(packed(parts | {name: bomb + parts[name]})) == workbook.UNSAFE
    assert refusal(packed(parts | {name: (bomb + parts[name]).decode().encode("utf-16")})) == workbook.UNSAFE


def test_a_sheet_that_reaches_absurdly_far_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ver.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Blad")
        page.write(0, 0, "x")
        page.write(1_048_575, 16_383, "y")
    assert refusal(path.read_bytes()) == workbook.TOO_WIDE


@pytest.mark.parametrize(
    "name", ["xl/worksheets/sheet3.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"]
)
def test_a_damaged_part_is_a_plain_message(name: str) -> None:
    parts = parts_of(REAL.read_bytes())
    half = parts[name][: len(parts[name]) // 2]
    assert refusal(packed(parts | {name: half})) == workbook.DAMAGED
    del parts[name]
    assert refusal(packed(parts)) in [workbook.DAMAGED, workbook.NO_WORKBOOK]


ODS_CELL = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'


def ods(rows: str) -> bytes:
    space = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {space} office:version="1.2">'
        f'<office:body><office:spreadsheet><table:table table:name="Blad">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="/" manifest:media-type="x"/></manifest:manifest>'
    )
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return packed(
        {"mimetype": kind, "META-INF/manifest.xml": manifest.encode(), "content.xml": content.encode()}
    )


def test_an_opendocument_workbook_is_read_with_its_formulas() -> None:
    formula = (
        '<table:table-cell table:formula="of:=1+1" office:value-type="float" office:value="2">'
        "<text:p>2</text:p>"
        "</table:table-cell>"
    )
    blank = '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
    first = f"<table:table-row>{ODS_CELL.format('naam')}</table:table-row>"
    last = (
        f'<table:table-row><table:table-cell table:number-columns-repeated="2"/>{formula}</table:table-row>'
    )
    (sheet,) = read_file(ods(first + blank + last))
    assert sheet.rows[0][0] == "naam"
    assert sheet.rows[3][2] == 2
    assert sheet.formulas == {(4, 3)}


def test_an_opendocument_cell_repeated_without_end_is_refused() -> None:
    cell = ODS_CELL.format("x").replace("cell ", 'cell table:number-columns-repeated="99999999" ', 1)
    assert refusal(ods(f"<table:table-row>{cell}</table:table-row>")) == workbook.TOO_WIDE


def test_a_nul_that_a_cell_smuggles_in_is_left_out(tmp_path: Path) -> None:
    parts = parts_of(grids.write(tmp_path / "w.xlsx", grids.werkmap()).read_bytes())
    strings = parts["xl/sharedStrings.xml"]
    parts["xl/sharedStrings.xml"] = strings.replace(b"Huis van de Buurt", b"Huis_x0000_ van de Buurt")
    assert strings != parts["xl/sharedStrings.xml"]
    assert read_file(packed(parts))[0].rows[2][0] == "Huis van de Buurt"
