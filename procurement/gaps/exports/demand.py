"""The workbook in which demand is filled in: every cell, and lists to choose codes from."""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import product

import xlsxwriter

from core.rows import FileRefused
from procurement.contracts.exports import file_in_words
from procurement.gaps.rules.demand import COLUMNS, MOST_PEOPLE
from procurement.gaps.rules.demand_workbook import SHEET

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORKBOOK_WORDS = {
    "not_a_workbook": "The file is no XLSX workbook: save it as XLSX or as CSV (UTF-8)",
    "old_or_locked_workbook": "The workbook is old or locked with a password: save it as XLSX without",
    "unreadable_workbook": "The workbook is damaged: open it, save it again and choose that file",
    "unpacks_too_large": "The workbook is too large: leave out what is not needed, or save it as CSV (UTF-8)",
    "merged_cells": "The workbook has merged cells: part them, so that each row stands for itself",
}


def demand_file_in_words(refused: FileRefused) -> str:
    """Why a demand file cannot be read as a table."""
    return WORKBOOK_WORDS.get(refused.code) or file_in_words(refused)


ROOM = 5000
"""Empty rows below the last cell that still offer the lists."""


def template_xlsx(
    places: Sequence[str], needs: Sequence[str], complexities: Sequence[str], cohorts: Sequence[str]
) -> bytes:
    """A row for every cell and no figure; codes are chosen from lists, people are whole numbers."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    bold = book.add_format({"bold": True})
    sheet, lists = book.add_worksheet(SHEET), book.add_worksheet("Lists")
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(COLUMNS) - 1, 30)
    lists.set_column(0, len(COLUMNS) - 2, 30)
    for column, name in enumerate(COLUMNS):
        sheet.write_string(0, column, name, bold)
    last = 0
    for last, cell in enumerate(product(places, needs, complexities, cohorts), start=1):
        for column, code in enumerate(cell):
            sheet.write_string(last, column, code)
    for column, codes in enumerate((places, needs, complexities, cohorts)):
        lists.write_string(0, column, COLUMNS[column], bold)
        for row, code in enumerate(codes, start=1):
            lists.write_string(row, column, code)
        letter = chr(ord("A") + column)
        source = f"=Lists!${letter}$2:${letter}${len(codes) + 1}"
        sheet.data_validation(1, column, last + ROOM, column, {"validate": "list", "source": source})
    sheet.data_validation(
        1,
        len(COLUMNS) - 1,
        last + ROOM,
        len(COLUMNS) - 1,
        {
            "validate": "integer",
            "criteria": "between",
            "minimum": 0,
            "maximum": MOST_PEOPLE,
            "input_title": "People a year",
            "input_message": "Leave it empty where nobody knows: that is not zero",
        },
    )
    book.close()
    return out.getvalue()
