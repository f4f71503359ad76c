"""CSV and XLSX out, guarded against formulas, and workbooks in, read row by row within limits."""

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import openpyxl
import xlsxwriter

from core.rows import FileRefused

# What a spreadsheet takes for the start of a formula; apostrophes before it may be guards put there by us.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


def guarded(value: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula; numbers stay numbers."""
    if isinstance(value, str) and _FORMULA.match(value):
        return "'" + value
    return value


def unguarded(text: str) -> str:
    """Return what ``guarded`` was given, so that a text comes back from a spreadsheet as it was."""
    return text[1:] if _GUARDED.match(text) else text


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return CSV text with a header line and formula-guarded cells."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([guarded(cell) for cell in header])
    for row in rows:
        writer.writerow(["" if cell is None else guarded(cell) for cell in row])
    return out.getvalue()


def write_xlsx(sheets: Sequence[tuple[str, Sequence[str], Iterable[Sequence[Any]]]]) -> bytes:
    """Return a workbook of (sheet name, header, rows); text is written as text, never as a formula."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    for name, header, rows in sheets:
        sheet = book.add_worksheet(name[:31])
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(len(header) - 1, 0), 22)
        for column, cell in enumerate(header):
            sheet.write_string(0, column, str(cell), bold)
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, bool) or cell is None:
                    sheet.write_string(number, column, "" if cell is None else ("yes" if cell else "no"))
                elif isinstance(cell, int | float | Decimal):
                    sheet.write_number(number, column, cell)
                else:
                    sheet.write_string(number, column, guarded(str(cell)))
    book.close()
    return out.getvalue()


MOST_PARTS = 500
MOST_UNPACKED = 200 * 1024 * 1024
# A workbook's sheets are read as they come; everything else of it is taken into memory whole.
MOST_OF_STRINGS = 64 * 1024 * 1024
MOST_OF_A_PART = 8 * 1024 * 1024
LAST_ROW, LAST_COLUMN = 1_048_576, 100
_CHUNK = 1 << 16
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


class WorkbookIn:
    """An opened workbook; each of its sheets is read from the file while its rows are asked for."""

    def __init__(self, book: Any, archive: zipfile.ZipFile) -> None:
        self._book, self._archive = book, archive
        self.names: tuple[str, ...] = tuple(book.sheetnames)

    def rows(self, name: str) -> Iterator[tuple[int, tuple[Any, ...]]]:
        """Each row that holds anything, with its number in the sheet (from 1), its cells as values.

        Values are text, numbers, truths, dates, or None; a formula is the text with which it begins, ``=``.
        Refused: cells that were merged, because all but the first of them are empty, and broken content.
        """
        with _unreadable():
            sheet = self._book[name]
            if _holds(self._archive, sheet._worksheet_path.lstrip("/"), b"<mergeCell "):
                raise FileRefused("merged_cells", sheet=name)
            sheet.reset_dimensions()  # The file says itself how large the sheet is, and may be wrong.
            found = sheet.iter_rows(max_row=LAST_ROW, max_col=LAST_COLUMN, values_only=True)
            for number, cells in enumerate(found, start=1):
                held = [
                    cell
                    if cell is None or (cell.__class__ is str and "_x" not in cell)
                    else _plain_cell(cell)
                    for cell in cells
                ]
                while held and (held[-1] is None or held[-1] == ""):
                    held.pop()
                if held:
                    yield number, tuple(held)


@contextmanager
def open_workbook(content: bytes) -> Iterator[WorkbookIn]:
    """Open an XLSX file for reading; raise FileRefused where it is none or would unpack to too much."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileRefused("old_or_locked_workbook")
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError):
        raise FileRefused("not_a_workbook") from None
    with archive:
        _look_through(archive)
        with warnings.catch_warnings(), _unreadable():
            warnings.simplefilter("ignore")  # It tells of decorations that it leaves out.
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        try:
            yield WorkbookIn(book, archive)
        finally:
            book.close()


def _look_through(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= names:
        raise FileRefused("not_a_workbook")
    large = sum(part.file_size for part in parts) > MOST_UNPACKED or len(parts) > MOST_PARTS
    for part in parts:
        sheet = part.filename.startswith("xl/worksheets/")
        most = MOST_OF_STRINGS if part.filename == "xl/sharedStrings.xml" else MOST_OF_A_PART
        large = large or (not sheet and part.file_size > most)
    if large:
        raise FileRefused("unpacks_too_large")
    for part in parts:
        # A document type can define words that multiply as they are read; no spreadsheet writes one.
        if part.filename.endswith((".xml", ".rels")) and _holds(archive, part.filename, b"<!DOCTYPE"):
            raise FileRefused("unreadable_workbook")


def _holds(archive: zipfile.ZipFile, name: str, sought: bytes) -> bool:
    """Whether a part of the file holds some bytes; it is unpacked a piece at a time."""
    with _unreadable(), archive.open(name) as part:
        before = b""
        while piece := part.read(_CHUNK):
            if sought in before + piece:
                return True
            before = piece[-len(sought) :]
    return False


@contextmanager
def _unreadable() -> Iterator[None]:
    """Take whatever a reader of broken content fails with for that: nothing in the file is to be trusted."""
    try:
        yield
    except (FileRefused, MemoryError, GeneratorExit):
        raise
    except Exception:
        raise FileRefused("unreadable_workbook") from None


def _plain_cell(value: Any) -> Any:
    """A cell's value, with characters that the format writes as codes (``_x000D_``) put back."""
    if isinstance(value, str):
        return _ESCAPED.sub(_unescaped, value) if "_x" in value else value
    # A formula over several cells comes as an object of its own.
    return "=" if type(value).__module__.startswith("openpyxl") else value


def _unescaped(found: re.Match[str]) -> str:
    number = int(found[1], 16)
    # Half of a pair and control characters are no text that a database takes.
    return chr(number) if number in (9, 10, 13) or (number >= 32 and not 0xD800 <= number < 0xE000) else ""
