"""A workbook of demand as the table that a CSV file would be, with the numbers of its rows kept."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from core.spreadsheet import unguarded
from procurement.gaps.rules.demand import COLUMNS, MOST_ROWS

WORKBOOK = b"PK\x03\x04"
"""How a file begins that is packed, as workbooks are."""
SHEET = "Demand"


def sheet_of(names: Sequence[str]) -> str:
    """The sheet to read: the template's own, or else the first."""
    return SHEET if SHEET in names else names[0]


def csv_of(rows: Iterable[tuple[int, Sequence[Any]]]) -> bytes:
    """Rows of a sheet (number, cells) as CSV: a row keeps its number, so that reports name it as it is seen.

    Rows beyond the most that a demand file may have are cut off where the reader will refuse them anyway.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    written, width = 0, len(COLUMNS)
    for number, cells in rows:
        if number > MOST_ROWS * 2:
            break
        while written < number - 1:
            out.write("\n")
            written += 1
        if number == 1:
            width = len(cells)
        texts = [_text(cell) for cell in cells]
        writer.writerow(texts + [""] * (width - len(texts)))
        written += 1
    return out.getvalue().encode()


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, date):
        return cell.isoformat()
    return unguarded(str(cell))
