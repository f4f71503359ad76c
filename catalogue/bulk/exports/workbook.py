"""The workbook of offers: instructions, sheets to fill in with their drop-downs, lists to choose from."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from catalogue.bulk.queries import WorkbookLists
from catalogue.bulk.rules.cells import ALL_ALLOWED
from catalogue.bulk.rules.columns import BY_SHEET, COLUMNS, MOST_ROWS, Column, Kind
from catalogue.bulk.rules.contents import enum_words, written_rows
from catalogue.bulk.rules.pools import pool_rows
from catalogue.bulk.types import HeldOffer, Sheet
from catalogue.reference.types import Complexity
from core.spreadsheet import guarded

README, LISTS, PLACES, OUTCOMES, PARTNERS, SPECIFICATION = (
    "Read me",
    "Lists",
    "Places",
    "Minimum outcomes",
    "Partners",
    "Specification",
)
INSTRUCTIONS = (
    "Each row of the sheet Offers is one offer. Its complexities, prices and places are on the sheet "
    "Levels, one row for each complexity. Its answers to the specification are on the sheet Items, one "
    "row for each item.",
    "The column Offer says which offer a row is about. For an offer you have, leave it as it stands. "
    "For a new one, make up a name, such as kent-housing, and use the same name on every sheet. The "
    "name stays: a file that uses it again changes that offer and does not make a second one.",
    "Where a cell has a list, choose from it. A cell that takes several values shows the list too: type"
    " the values with a semicolon between them. Codes and names are both understood.",
    "Leave headings as they are. Do not merge cells. Formulas are not worked out: paste values. Columns"
    " of your own are not read.",
    "An empty cell empties what the offer says there. An offer, a complexity or a row of another sheet "
    "that is not in the file stays as it is: a file deletes no offer and no complexity. To take one "
    "out, use the pages.",
    "Uploading the file changes nothing at first. You get a report, row by row, and then decide. New "
    "offers come in as drafts; a published offer stays published as it is, and your changes go into a "
    "new version of it.",
    "Pools of places that offers share are on the sheet Pools, and the limits inside them (by region, by "
    "complexity or both) on the sheet Pool limits. A new pool is made on its page.",
    "What a place costs you, on the sheet Levels, is for you alone: no authority and no other supplier ever "
    "sees it. Keep this file as safe as you keep those figures.",
    "If a cell says (Too long for a spreadsheet: stays as it is), leave it so: the text is safe.",
)
_UNLOCKED = {
    "select_locked_cells": True,
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "insert_rows": True,
    "insert_columns": True,
    "delete_rows": True,
    "sort": True,
    "autofilter": True,
}


def write_workbook(reference: WorkbookLists, offers: Iterable[HeldOffer] = ()) -> bytes:
    """The workbook with a supplier's offers, or empty; every cell is guarded against formulas.

    Rows go to the file as they come, so that a large catalogue does not have to be held at once.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    look = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#DDE3E8", "border": 1}
        ),
        "cell": book.add_format({"locked": False, "text_wrap": True, "valign": "top"}),
        "text": book.add_format({"locked": False, "text_wrap": True, "valign": "top", "num_format": "@"}),
        "pounds": book.add_format({"locked": False, "valign": "top", "num_format": "0.00"}),
        "plain": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    _read_me(book, look)
    sheets = {}
    ranges = _list_ranges(reference)
    for sheet in Sheet:
        sheets[sheet] = _sheet_to_fill(book, look, sheet, ranges)
    looks = {sheet: [_look_of(column, look) for column in BY_SHEET[sheet]] for sheet in Sheet}
    at = dict.fromkeys(Sheet, 0)
    for offer in offers:
        items = {
            complexity: reference.items.get((offer.need_area, complexity), {}) for complexity in Complexity
        }
        for sheet, cells in written_rows(offer, items, reference.lists):
            at[sheet] += 1
            _write_row(sheets[sheet], at[sheet], cells, looks[sheet])
    for sheet, cells in pool_rows(reference.pools, reference.lists):
        at[sheet] += 1
        _write_row(sheets[sheet], at[sheet], cells, looks[sheet])
    _lists(book, look, reference)
    book.close()
    return out.getvalue()


def _look_of(column: Column, look: dict[str, Any]) -> Any:
    if column.kind is Kind.POUNDS:
        return look["pounds"]
    return look["cell"] if column.kind in (Kind.WHOLE, Kind.PERCENT) else look["text"]


def _write_row(sheet: Any, row: int, cells: Sequence[Any], looks: Sequence[Any]) -> None:
    for place, (cell, look) in enumerate(zip(cells, looks, strict=True)):
        if cell is None or cell == "":
            continue
        if isinstance(cell, str):
            sheet.write_string(row, place, cell, look)
        else:
            sheet.write_number(row, place, cell, look)


def _sheet_to_fill(book: Any, look: dict[str, Any], sheet: Sheet, ranges: dict[str, str]) -> Any:
    made = book.add_worksheet(str(sheet))
    made.freeze_panes(1, 1)
    made.protect("", _UNLOCKED)
    last = MOST_ROWS[sheet]
    for place, column in enumerate(BY_SHEET[sheet]):
        options = {"hidden": True} if column.hidden else {}
        made.set_column(place, place, column.width, _look_of(column, look), options)
        made.data_validation(1, place, last, place, _validation(column, ranges))
    for place, column in enumerate(BY_SHEET[sheet]):
        made.write_string(0, place, column.heading, look["head"])
    return made


def _validation(column: Column, ranges: dict[str, str]) -> dict[str, Any]:
    """What a spreadsheet tells and allows in a column while it is filled in."""
    told = {"input_title": column.heading[:32], "input_message": column.hint[:255], "ignore_blank": True}
    if column.list and column.kind is Kind.CHOICES:
        # One is chosen from the list, and more are typed behind it.
        return {"validate": "list", "source": ranges[column.list], "show_error": False, **told}
    if column.list:
        return {"validate": "list", "source": ranges[column.list], **told}
    if column.kind is Kind.YES_NO:
        return {"validate": "list", "source": ["Yes", "No"], **told}
    if column.kind is Kind.WHOLE:
        bounds = {"criteria": "between", "minimum": column.least, "maximum": column.most}
        return {"validate": "integer", **bounds, **told}
    if column.kind in (Kind.POUNDS, Kind.PERCENT):
        return {"validate": "decimal", "criteria": ">=", "value": 0, **told}
    return {"validate": "any", **told}


def _listed(reference: WorkbookLists) -> dict[str, list[str]]:
    used = dict.fromkeys(column.list for column in COLUMNS if column.list)
    return {name: (["All"] if name in ALL_ALLOWED else []) + reference.lists[name].offered for name in used}


def _list_ranges(reference: WorkbookLists) -> dict[str, str]:
    """Where each list stands on the sheet of lists."""
    ranges = {}
    for place, (name, words) in enumerate(_listed(reference).items()):
        column = xl_col_to_name(place, True)
        ranges[name] = f"={LISTS}!{column}$2:{column}${len(words) + 1}"
    return ranges


def _read_me(book: Any, look: dict[str, Any]) -> None:
    sheet = book.add_worksheet(README)
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 34)
    sheet.set_column(2, 2, 90)
    sheet.write_string(0, 0, "Your offers in one workbook", look["title"])
    row = 2
    for number, text in enumerate(INSTRUCTIONS, start=1):
        sheet.write_number(row, 0, number, look["plain"])
        # Beside each other and not merged, so that the text is read in the order in which it stands.
        sheet.write_string(row, 2, text, look["plain"])
        row += 1
    row += 1
    for place, heading in enumerate(("Sheet", "Column", "What to put there")):
        sheet.write_string(row, place, heading, look["head"])
    for column in COLUMNS:
        row += 1
        limit = f" Up to {column.words} words." if column.words else ""
        for place, text in enumerate((str(column.sheet), column.heading, column.hint + limit)):
            sheet.write_string(row, place, text, look["plain"])


def _lists(book: Any, look: dict[str, Any], reference: WorkbookLists) -> None:
    listed = _listed(reference)
    headings = {column.list: column.heading for column in COLUMNS if column.list}
    longest = max(map(len, listed.values()))
    _table(
        book,
        look,
        LISTS,
        [headings[name] for name in listed],
        ([words[row] if row < len(words) else "" for words in listed.values()] for row in range(longest)),
    )
    _table(book, look, PLACES, ("Code", "Name", "Kind", "Region"), reference.places)
    needs = dict(reference.needs)
    _table(
        book,
        look,
        OUTCOMES,
        ("Code", "Need area", "Minimum outcome"),
        ((code, needs[need], text) for code, need, text in reference.outcomes),
    )
    _table(
        book,
        look,
        PARTNERS,
        ("Code", "Name", "Kind", "Tier", "What it does", "Confirmed"),
        reference.partners,
    )
    _table(
        book,
        look,
        SPECIFICATION,
        ("Item", "Need area", "Complexity", "What is asked"),
        (
            (code, needs[need], enum_words(complexity), text)
            for (need, complexity), items in reference.items.items()
            for code, text in items.items()
        ),
    )


def _table(
    book: Any, look: dict[str, Any], name: str, headings: Sequence[str], rows: Iterable[Sequence[str]]
) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(headings) - 1, 30)
    for place, heading in enumerate(headings):
        sheet.write_string(0, place, heading, look["head"])
    for number, cells in enumerate(rows, start=1):
        for place, cell in enumerate(cells):
            if cell:
                sheet.write_string(number, place, guarded(cell), look["plain"])
