"""The words of bulk work: what is wrong with a file, a row or a cell, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalogue.bulk.types import Outcome, UploadState

STATE_WORDS = {
    UploadState.RECEIVED: "Being checked",
    UploadState.CHECKED: "Checked, nothing changed yet",
    UploadState.CONFIRMED: "Being taken in",
    UploadState.APPLIED: "Taken in",
    UploadState.REFUSED: "Refused, nothing changed",
    UploadState.FAILED: "Broke off, nothing changed",
}
STATE_COLOURS = {
    UploadState.RECEIVED: "blue",
    UploadState.CHECKED: "yellow",
    UploadState.CONFIRMED: "blue",
    UploadState.APPLIED: "green",
    UploadState.REFUSED: "red",
    UploadState.FAILED: "red",
}
OUTCOME_WORDS = {
    Outcome.CREATED: "New draft",
    Outcome.CHANGED: "Draft changed",
    Outcome.NEW_VERSION: "New version begun",
    Outcome.UNCHANGED: "Stays as it is",
    Outcome.PROBLEM: "Has problems",
}
OUTCOME_COLOURS = {
    Outcome.CREATED: "green",
    Outcome.CHANGED: "blue",
    Outcome.NEW_VERSION: "purple",
    Outcome.UNCHANGED: "grey",
    Outcome.PROBLEM: "red",
}

REASON_WORDS = {"nothing_to_do": "The file says what your offers say already, so there is nothing to take in"}

_AGAIN = "Download the file with your offers again, make your changes there, and upload that."
_PASTE = "Paste what it shows as values, or type it."
_TEXT = "Format the cell as text and type it again."

# What is wrong, and what to do.
_PROBLEMS: Mapping[str, tuple[str, str]] = {
    "formula": ("This is a formula; a formula is never worked out here", _PASTE),
    "error_value": ("This is an error of the spreadsheet, not a value", "Type the value that was meant."),
    "not_text": ("This is neither a text nor a number", _TEXT),
    "date_for_text": ("The spreadsheet has made a date of this", _TEXT),
    "date_for_number": (
        "The spreadsheet has made a date of this number",
        "Format the cell as a number and type it again.",
    ),
    "too_many_words": ("This has {found} words; {most} are the most", "Shorten it."),
    "too_long": ("This has {found} characters; {most} are the most", "Shorten it."),
    "not_whole": ("This is not a whole number", "Type a whole number, like 25."),
    "out_of_bounds": ("This is not between {least} and {most}", "Type a number between the two."),
    "not_pounds": (
        "This is not an amount in pounds and pence",
        "Type an amount like 1250 or 1250.50, with no more than two decimals.",
    ),
    "pounds_out_of_bounds": ("This is below zero or far too large", "Type the price of one place in pounds."),
    "not_percent": (
        "This is not a percentage between 0 and 1,000 with up to four decimals",
        "Type a number without the sign, like 2.5.",
    ),
    "unknown_choice": (
        "“{choice}” is not on the list",
        "Choose from the list, or type a name that is on it.",
    ),
    "ambiguous_choice": ("There are several called “{choice}”", "Use one of the codes {codes}."),
    "not_yes_or_no": ("This is neither Yes nor No", "Choose Yes or No."),
    "not_a_date": ("This is not a date", "Type a date like 2027-03-31."),
    "reference_missing": (
        "The row does not say which offer it is about",
        "Type the offer's identifier or, for a new offer, a name of your own for it.",
    ),
    "complexity_missing": ("The row does not say which complexity it is about", "Choose the complexity."),
    "key_missing": ("The row does not say what it is about", "Fill this cell in, or empty the whole row."),
    "not_on_offers": (
        "There is no row for this offer on the sheet Offers",
        "Add one there, or correct the offer's name here.",
    ),
    "repeated_offer": ("This offer is in row {first} already", "Put everything into one of the two rows."),
    "same_offer": ("This is the offer of row {first} under another name", "Keep one of the two rows."),
    "repeated_level": (
        "This offer has a row for this complexity already: row {first}",
        "Put everything into one of the two rows.",
    ),
    "repeated_entry": ("This is answered in row {first} already", "Keep one of the two rows."),
    "unknown_offer": (
        "Your organisation has no offer of this identifier",
        "Correct it or, for a new offer, give it a name of your own that does not begin with OF-.",
    ),
    "need_area_missing": ("A new offer needs its need area", "Choose the need area."),
    "need_area_fixed": (
        "The need area of an offer cannot change: this one is for {need_area}",
        "Put the need area back, or add the service as a new offer.",
    ),
    "offer_withdrawn": (
        "This offer was withdrawn",
        "Take its rows out of the file. To offer the service again, give it a new name.",
    ),
    "place_ended": ("This place does not exist any more", "Choose the place that has followed it."),
    "pool_missing": ("The row names no pool", "Choose the pool, or empty the row."),
    "repeated_pool": ("This pool stands in row {first} already", "Keep one of the two rows."),
    "not_on_pools": ("The sheet Pools has no row for this pool", "Add one there, or take this row out."),
    "pool_name_missing": ("The pool has no name", "Give it one."),
    "pool_places_missing": ("The pool has no places a year", "Enter how many it has."),
    "pool_changes_in_the_past": (
        "Published offers draw on this pool, and the date is over",
        "Enter today or a later day.",
    ),
    "pool_changed_meanwhile": (
        "Someone changed this pool after the file was downloaded; their changes would be lost",
        _AGAIN,
    ),
    "sub_limit_narrows_nothing": (
        "The limit is for all regions and all complexities",
        "Choose a region, a complexity or both.",
    ),
    "sub_limit_twice": ("Two limits are for the same region and complexity", "Keep one of them."),
    "sub_limit_larger_than_pool": (
        "A limit ({limit}) is more than the pool has ({pool})",
        "Lower the limit on the sheet Pool limits, or raise the places of the pool.",
    ),
    "sub_limit_larger_than_outer": (
        "A limit ({limit}) is more than the wider limit around it ({outer})",
        "Lower it on the sheet Pool limits, or raise the wider one.",
    ),
    "sub_limits_cross": (
        "Two limits cross: one of a whole region, and one of a complexity in all regions",
        "Make one of them a limit of both the region and the complexity.",
    ),
    "part_ended": (
        "This part of your supply chain has ended",
        "Take it out, or choose another part from the sheet Partners.",
    ),
    "overheads_twice": (
        "Overheads are given in percent and in pounds",
        "Empty one of the two cells.",
    ),
    "group_sizes_out_of_order": (
        "The largest group is below the smallest, which is {least}",
        "Correct one of the two.",
    ),
    "complexity_not_available": (
        "The specification does not have this complexity in this need area. {why}",
        "Take this row out, and those of the complexity on other sheets.",
    ),
    "outcome_of_another_need": (
        "This outcome belongs to another need area",
        "Choose from {codes}.",
    ),
    "level_missing": (
        "The offer has no row for this complexity on the sheet Levels",
        "Add one there, or take this row out.",
    ),
    "unknown_item": (
        "The specification has no such item in this need area at this complexity",
        "Take the code from the sheet Specification, or take this row out.",
    ),
    "not_chosen": (
        "The sheet Levels does not choose this outcome at this complexity",
        "Choose it there, or take this row out.",
    ),
    "band_incomplete": (
        "A volume price needs both: from how many places it holds, and the price",
        "Fill both cells in, or empty the whole row.",
    ),
    "bands_overlap": (
        "Two volume prices begin at the same number of places",
        "Correct the number in one of the rows.",
    ),
    "group_not_chosen": (
        "The sheet Offers does not choose this group of people",
        "Choose it there, or take this row out.",
    ),
    "mark_without_kind": (
        "A quality mark is named, but the row is of another kind",
        "Choose the kind Quality mark, or empty this cell.",
    ),
    "waits_for_decision": (
        "This offer is submitted and waits for a decision, so it cannot be changed",
        "Take its rows out of the file. Change it after the decision.",
    ),
    "fingerprint_missing": (
        "The row lacks the fingerprint of a download, which shows whether a colleague has changed the offer",
        _AGAIN,
    ),
    "changed_meanwhile": (
        "Someone changed this offer after the file was downloaded; their changes would be lost",
        _AGAIN,
    ),
}

_REFUSALS: Mapping[str, tuple[str, str]] = {
    "old_or_locked_workbook": (
        "The file is locked with a password, or is of the old kind .xls",
        "Take the password off, save it as an Excel workbook (.xlsx), and upload that.",
    ),
    "not_a_workbook": (
        "The file is not an Excel workbook, whatever its name says",
        "Upload the workbook that you downloaded here, with your changes.",
    ),
    "unreadable_workbook": (
        "The file is damaged: it cannot be read to its end",
        "Open it, save it anew as an Excel workbook (.xlsx), and upload that.",
    ),
    "unpacks_too_large": (
        "The file unpacks to far more than a workbook of offers",
        "Copy your rows into a fresh copy of the template and upload that.",
    ),
    "missing_sheets": (
        "The file has no sheet called {missing}. It has {found}",
        "Give the sheets the names that they have in the template.",
    ),
    "missing_columns": (
        "The sheet {sheet} has no column called {missing}. Columns that the template does not have: {found}",
        "Give the columns the headings that they have in the template.",
    ),
    "repeated_columns": ("The sheet {sheet} has two columns called {repeated}", "Take one of them out."),
    "merged_cells": (
        "The sheet {sheet} has merged cells; all of them but the first count as empty",
        "Select the whole sheet, unmerge the cells, and fill in what is empty.",
    ),
    "too_many_rows": (
        "The sheet {sheet} has more than {most} rows",
        "Split the file: the rows of one offer stay together.",
    ),
    "no_offers": ("The sheet Offers has no rows", "Add a row for each offer."),
    "changed_since_report": (
        "Your offers or the reference data changed between the report and its confirmation",
        "Upload the file again and look at the new report.",
    ),
}


def problem_words(code: str, params: Mapping[str, Any]) -> tuple[str, str]:
    """What is wrong with a cell or row, and what to do."""
    return _filled(_PROBLEMS[code], params)


def refusal_words(code: str, params: Mapping[str, Any]) -> tuple[str, str]:
    """What is wrong with a whole file, and what to do."""
    return _filled(_REFUSALS[code], params)


def _filled(words: tuple[str, str], params: Mapping[str, Any]) -> tuple[str, str]:
    plain = {
        key: (", ".join(map(str, value)) or "none")
        if isinstance(value, list | tuple)
        else f"{value:,}"
        if isinstance(value, int)
        else str(value)
        for key, value in params.items()
    }
    what, then = (text.format(**plain).strip() for text in words)
    return what if what.endswith(".") else what + ".", then
