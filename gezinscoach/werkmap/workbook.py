"""Opens an uploaded spreadsheet without trusting it: size, kind, macros and unpacked size are judged first.

Only bytes that were counted here reach the parser: the archive is unpacked within bounds and packed anew.
"""

import io
import zipfile
import zlib
from pathlib import Path
from xml.parsers.expat import ExpatError

from gezinscoach.kernel.said import Said, said

from .formulas import Marks, TooLarge, Unsafe, ods_marks, xlsx_marks
from .parser import parse
from .rules import RawSheet

MAX_BYTES = 25 * 1024 * 1024
MAX_UNPACKED = 120 * 1024 * 1024
MAX_RATIO = 200  # unpacked to packed; ordinary sheets stay below 40
SMALL = 4 * 1024 * 1024  # below this a high ratio does no harm
MAX_ENTRIES = 1_000

NO_WORKBOOK = said(
    "Dit bestand is geen werkmap. "
    "Er is niets ingelezen. Open het in je rekenblad en bewaar het als Excel-werkmap (.xlsx)."
)
OLD_EXCEL = said(
    "Dit is een oud Excel-bestand (.xls). "
    "Er is niets ingelezen. Open het in je rekenblad en bewaar het als Excel-werkmap (.xlsx)."
)
BINARY_EXCEL = said(
    "Dit is een binair Excel-bestand (.xlsb). "
    "Er is niets ingelezen. Open het in je rekenblad en bewaar het als Excel-werkmap (.xlsx)."
)
DAMAGED = said(
    "Dit bestand is beschadigd. "
    "Er is niets ingelezen. Open het in je rekenblad en bewaar het als Excel-werkmap (.xlsx)."
)
UNSAFE = said(
    "In dit bestand zit inhoud die niet in een werkmap hoort. "
    "Er is niets ingelezen. Open het in je rekenblad en bewaar het als Excel-werkmap (.xlsx)."
)
TOO_BIG = said(
    "Dit bestand is te groot (meer dan 25 MB). Er is niets ingelezen. Verwijder afbeeldingen en extra bladen."
)
BOMB = said(
    "Dit bestand is uitgepakt veel te groot voor een werkmap. "
    "Er is niets ingelezen. Open het in je rekenblad en bewaar het als Excel-werkmap (.xlsx)."
)
MACROS = said(
    "In deze werkmap zitten macro's. Er is niets ingelezen. Bewaar ze zonder macro's, als gewone .xlsx."
)
ENCRYPTED = said(
    "Deze werkmap heeft een wachtwoord. Er is niets ingelezen. Haal het wachtwoord weg en probeer opnieuw."
)
TOO_WIDE = said(
    "Een blad is veel te groot. Er is niets ingelezen. Verwijder wat ver onder of naast de tabel staat."
)


class WorkbookUnreadable(ValueError):
    """The file can't be read; `reason` is for the person who uploaded it."""

    def __init__(self, reason: Said) -> None:
        super().__init__(str(reason))
        self.reason = reason


def read_file(source: Path | str | bytes) -> list[RawSheet]:
    """The sheets of an .xlsx or .ods file, by path or as bytes; raises `WorkbookUnreadable`."""
    data = source if isinstance(source, bytes) else _load(Path(source))
    if len(data) > MAX_BYTES:
        raise WorkbookUnreadable(TOO_BIG)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        locked = "EncryptedPackage".encode("utf-16-le") in data
        raise WorkbookUnreadable(ENCRYPTED if locked else OLD_EXCEL)
    parts = _unpack(data)
    _refuse_kinds(parts)
    try:
        excel = "xl/workbook.xml" in parts
        marks = xlsx_marks(parts) if excel else ods_marks(parts["content.xml"])
        return _read_sheets(parts, marks)
    except TooLarge as error:
        raise WorkbookUnreadable(TOO_WIDE) from error
    except Unsafe as error:
        raise WorkbookUnreadable(UNSAFE) from error
    except (ExpatError, LookupError, ValueError, OSError) as error:
        raise WorkbookUnreadable(DAMAGED) from error


def _load(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise WorkbookUnreadable(TOO_BIG)
        return path.read_bytes()
    except OSError as error:
        reason = said(
            "Het bestand %(bestand)s kan niet geopend worden. Er is niets ingelezen.", bestand=path.name
        )
        raise WorkbookUnreadable(reason) from error


def _unpack(data: bytes) -> dict[str, bytes]:
    """Every part of the archive; what headers claim about sizes is not believed."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise WorkbookUnreadable(NO_WORKBOOK) from error
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise WorkbookUnreadable(BOMB)
    if any(entry.flag_bits & 1 for entry in entries):
        raise WorkbookUnreadable(ENCRYPTED)
    parts: dict[str, bytes] = {}
    left = MAX_UNPACKED
    for entry in entries:
        if entry.is_dir():
            continue
        allowed = min(left, max(SMALL, entry.compress_size * MAX_RATIO))
        try:
            with archive.open(entry) as stream:
                content = stream.read(allowed + 1)
        except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, OSError, zlib.error) as error:
            raise WorkbookUnreadable(DAMAGED) from error
        if len(content) > allowed:
            raise WorkbookUnreadable(BOMB)
        left -= len(content)
        parts[entry.filename] = content
    # the parser looks a part up without regard to case: it must find the one that is judged here
    if len({name.replace("\\", "/").casefold() for name in parts}) < len(parts):
        raise WorkbookUnreadable(DAMAGED)
    return parts


def _refuse_kinds(parts: dict[str, bytes]) -> None:
    names = {name.casefold() for name in parts}
    if any(
        name.endswith("vbaproject.bin") or name.startswith(("xl/macrosheets/", "basic/", "scripts/"))
        for name in names
    ):
        raise WorkbookUnreadable(MACROS)
    if b"macroenabled" in parts.get("[Content_Types].xml", b"").lower():
        raise WorkbookUnreadable(MACROS)
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise WorkbookUnreadable(ENCRYPTED)
    if "xl/workbook.bin" in names:
        raise WorkbookUnreadable(BINARY_EXCEL)
    ods = parts.get("mimetype", b"").strip() == b"application/vnd.oasis.opendocument.spreadsheet"
    if "xl/workbook.xml" not in parts and not (ods and "content.xml" in parts):
        raise WorkbookUnreadable(NO_WORKBOOK)


def _read_sheets(parts: dict[str, bytes], marks: dict[str, Marks]) -> list[RawSheet]:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    sheets = []
    for name, cells, merged in parse(packed.getvalue(), list(marks)):
        rows = [[_storable(cell) for cell in row] for row in cells]
        for (row, column), text in marks[name].errors.items():
            if row <= len(rows) and column <= len(rows[row - 1]):
                rows[row - 1][column - 1] = text
        _fill_merged(rows, merged)
        sheets.append(RawSheet(name, tuple(tuple(row) for row in rows), marks[name].formulas))
    return sheets


def _storable(cell: object) -> object:
    """A cell without NUL, which Excel can write as _x0000_ and PostgreSQL can't keep."""
    return cell.replace("\x00", "") if isinstance(cell, str) else cell


def _fill_merged(rows: list[list[object]], ranges: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """A value that people merged over several rows of one column counts for each of those rows.

    Merged cells never overlap: more of them than there are cells is an attack, and TooLarge.
    """
    room = sum(map(len, rows))
    for (top, left), (bottom, right) in ranges:
        if left == right and bottom > top and top < len(rows) and left < len(rows[top]):
            room -= min(bottom, len(rows) - 1) - top
            if room < 0:
                raise TooLarge
            for row in rows[top + 1 : bottom + 1]:
                row[left] = rows[top][left]
