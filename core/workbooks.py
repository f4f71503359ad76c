"""Workbooks in: opened within limits of size, and read row by row as they are unpacked."""

import io
import re
import warnings
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl
from openpyxl.utils.datetime import from_excel

from core.rows import FileRefused

MOST_PARTS = 500
MOST_UNPACKED = 200 * 1024 * 1024
# A workbook's sheets are read as they come; everything else of it is taken into memory whole.
MOST_OF_STRINGS = 64 * 1024 * 1024
MOST_OF_A_PART = 8 * 1024 * 1024
LAST_ROW, LAST_COLUMN = 1_048_576, 100

Cell = str | int | float | bool | date | datetime | time | timedelta | None

_CHUNK = 1 << 16
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ROW, _CELL, _VALUE, _FORMULA = f"{_MAIN}row", f"{_MAIN}c", f"{_MAIN}v", f"{_MAIN}f"
_INLINE, _TEXT, _SOUND = f"{_MAIN}is", f"{_MAIN}t", f"{_MAIN}rPh"


class WorkbookIn:
    """An opened workbook; each of its sheets is read from the file while its rows are asked for.

    Names of sheets, styles and shared strings are read by openpyxl; the rows are read here, since openpyxl
    makes an object of each text, which takes three times as long.
    """

    def __init__(self, book: Any, archive: zipfile.ZipFile) -> None:
        self._book, self._archive = book, archive
        self.names: tuple[str, ...] = tuple(book.sheetnames)

    def rows(self, name: str) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        """Each row that holds anything, with its number in the sheet (from 1), its cells as values.

        A formula is the text with which it begins, ``=``, whatever it came to. Cells beyond the hundredth
        column are left out. Refused: cells that were merged, because all but the first of them are empty, and
        broken content.
        """
        with _unreadable():
            sheet = self._book[name]
            part = sheet._worksheet_path.lstrip("/")
            if _holds(self._archive, part, b"<mergeCell "):
                raise FileRefused("merged_cells", sheet=name)
            reader = _Cells(sheet)
            number = 0
            with self._archive.open(part) as stream:
                for _, element in ElementTree.iterparse(stream):  # noqa: S314 - without a document type
                    if element.tag != _ROW:
                        continue
                    number = int(element.get("r") or number + 1)
                    if not 1 <= number <= LAST_ROW:
                        raise FileRefused("unreadable_workbook")
                    held = reader.of(element)
                    element.clear()
                    if held:
                        yield number, tuple(held)


class _Cells:
    """Reads the cells of one sheet's rows."""

    def __init__(self, sheet: Any) -> None:
        self._strings: Sequence[str] = sheet._shared_strings
        book = sheet.parent
        self._dates, self._spans, self._epoch = book._date_formats, book._timedelta_formats, book.epoch
        self._places: dict[str, int] = {}

    def of(self, row: ElementTree.Element) -> list[Cell]:
        """The values of a row's cells, without empty ones at its end."""
        held: list[Cell] = []
        place = -1
        for cell in row:
            if cell.tag != _CELL:
                continue
            place = self._place(cell.get("r"), place + 1)
            value = self._value(cell)
            if value is None or value == "" or not 0 <= place < LAST_COLUMN:
                continue
            while len(held) <= place:
                held.append(None)
            held[place] = value
        return held

    def _place(self, reference: str | None, following: int) -> int:
        """Where a cell stands, from 0: ``C7`` is the third."""
        if reference is None:
            return following
        letters = reference.rstrip("0123456789")
        if letters not in self._places:
            number = 0
            for letter in letters:
                number = number * 26 + ord(letter) - 64
            self._places[letters] = number - 1
        return self._places[letters]

    def _value(self, cell: ElementTree.Element) -> Cell:
        kind = cell.get("t")
        text = None
        for child in cell:
            if child.tag == _FORMULA:
                return "="
            if child.tag == _VALUE:
                text = child.text
            elif child.tag == _INLINE and kind == "inlineStr":
                return _plain(_text_of(child))
        if text is None:
            return None
        if kind == "s":
            return _plain(self._strings[int(text)])
        if kind == "b":
            return text.strip() == "1"
        if kind in ("str", "e"):
            return _plain(text)
        if kind == "d":
            return datetime.fromisoformat(text)
        number = float(text) if any(sign in text for sign in ".eE") else int(text)
        style = int(cell.get("s") or 0)
        if style in self._dates:
            try:
                return from_excel(number, self._epoch, timedelta=style in self._spans)
            except (OverflowError, ValueError):
                return "#VALUE!"
        return number


def _text_of(inline: ElementTree.Element) -> str:
    """The text of a cell that holds it itself, in one piece or in several with looks of their own."""
    first = inline[0] if len(inline) else None
    if first is not None and first.tag == _TEXT and len(inline) == 1:
        return first.text or ""
    return "".join(
        found.text or ""
        for run in inline
        if run.tag != _SOUND
        for found in ([run] if run.tag == _TEXT else run.iter(_TEXT))
    )


def _plain(text: str) -> str:
    """A text with the characters that the format writes as codes (``_x000D_``) put back."""
    return _ESCAPED.sub(_unescaped, text) if "_x" in text else text


def _unescaped(found: re.Match[str]) -> str:
    number = int(found[1], 16)
    # Half of a pair and control characters are no text that a database takes.
    return chr(number) if number in (9, 10, 13) or (number >= 32 and not 0xD800 <= number < 0xE000) else ""


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
