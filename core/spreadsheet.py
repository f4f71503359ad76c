"""CSV and XLSX out, guarded against formulas; one function each."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter

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
