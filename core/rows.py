"""Reading an uploaded table row by row: what is wrong with the whole file, and what is wrong in a row."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

SHOWN_FINDINGS = 100
"""A report lists this many errors and gives the total beside; nobody reads ten thousand lines."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something seen in one row: the row as a spreadsheet numbers it (the header is row 1), the column, the
    value as it stands in the file, a code for the words, and what the words need."""

    row: int
    column: str
    value: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(slots=True)
class Findings:
    """Findings in the order they were made; all are counted, the first hundred are kept."""

    kept: list[Finding] = field(default_factory=list)
    count: int = 0
    by_code: dict[str, int] = field(default_factory=dict)

    def add(self, row: int, column: str, value: str, code: str, **params: Any) -> None:
        self.count += 1
        self.by_code[code] = self.by_code.get(code, 0) + 1
        if len(self.kept) < SHOWN_FINDINGS:
            self.kept.append(Finding(row, column, value[:200], code, params))


class FileRefused(ValueError):
    """The file cannot be read as a table at all: a code and what its words need."""

    def __init__(self, code: str, **params: Any):
        self.code, self.params = code, params
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text by column name; blank rows are left out and keep their number."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]
    unknown_columns: tuple[str, ...]


def read_csv(
    content: bytes,
    *,
    required: Sequence[str],
    optional: Sequence[str],
    most_rows: int,
    most_bytes: int,
    findings: Findings,
) -> Table:
    """Decode and split a CSV file; values are stripped of spaces at both ends.

    Refused whole: empty, too large, not UTF-8 text, a workbook or other binary file by another name, a
    missing or repeated column, no rows, too many rows. A row with too many or too few cells, or one the CSV
    reader cannot parse, becomes a finding and is left out. Columns of other names are listed and ignored.
    """
    if len(content) > most_bytes:
        raise FileRefused("file_too_large", bytes=len(content), most=most_bytes)
    if content[:4] == b"PK\x03\x04":
        raise FileRefused("workbook_not_csv")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise FileRefused("wrong_encoding", encoding="UTF-16")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileRefused("wrong_encoding", line=line) from None
    if "\x00" in text:
        raise FileRefused("not_text")
    if not text.strip():
        raise FileRefused("empty_file")
    return _split(text, required, optional, most_rows, findings)


def _split(
    text: str, required: Sequence[str], optional: Sequence[str], most_rows: int, findings: Findings
) -> Table:
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        columns = tuple(name.strip() for name in next(reader))
    except csv.Error:
        raise FileRefused("unreadable_header") from None
    missing = [name for name in required if name not in columns]
    if missing:
        raise FileRefused("missing_columns", missing=missing, found=list(columns)[:50])
    repeated = sorted({name for name in columns if name and columns.count(name) > 1})
    if repeated:
        raise FileRefused("repeated_columns", repeated=repeated)
    rows: list[tuple[int, dict[str, str]]] = []
    number = 1
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            findings.add(number, "", "", "unreadable_row", cause=str(error))
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if len(rows) >= most_rows:
            raise FileRefused("too_many_rows", most=most_rows)
        if len(cells) != len(columns):
            findings.add(number, "", "", "wrong_number_of_cells", found=len(cells), expected=len(columns))
            continue
        rows.append((number, {name: cell.strip() for name, cell in zip(columns, cells, strict=True) if name}))
    if not rows and not findings.count:
        raise FileRefused("no_rows")
    known = {*required, *optional}
    return Table(columns, tuple(rows), tuple(name for name in columns if name and name not in known))
