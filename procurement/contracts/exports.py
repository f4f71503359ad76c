"""Contracts as tables, and the words of what an import found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from core.rows import FileRefused, Finding
from procurement.contracts.models import Contract

HEADER = (
    "reference",
    "title",
    "supplier",
    "service type",
    "need areas",
    "places",
    "extent",
    "sex",
    "from age",
    "to age",
    "stages",
    "starts",
    "last day",
    "people a year",
)

FINDING_WORDS = {
    "unreadable_row": "this row cannot be read: {cause}",
    "wrong_number_of_cells": "this row has {found} cells where the header has {expected}",
    "repeated_row": "this reference stands in row {first} already",
    "repeated_reference": "this reference stands in row {first} already, with other values",
    "value_missing": "there is nothing in this column",
    "value_too_long": "this is longer than {most} characters",
    "unknown_service_type": "there is no service type of this code",
    "unknown_region": "there is no region of this code",
    "unknown_police_force_area": "there is no police force area of this code",
    "area_outside_region": "this police force area is not in {region}",
    "unknown_sex": "this must be one of: {allowed}",
    "not_an_age": "this is not an age in whole years",
    "ages_reversed": "the oldest age is below the youngest, {youngest}",
    "not_a_date": "this is not a date such as 2026-09-01",
    "not_a_count": "this is not a whole number",
    "service_type_differs": "this code is known as {expected}",
    "region_name_differs": "this code is known as {expected}",
    "hidden_before_visible": "the contract ends before it begins on {visible_from}: it is never in force",
    "young_age": "under 18",
    "old_age": "over 100",
    "no_need_headings": "no need is named: the needs of the service type are used",
    "unknown_need_heading": "this heading is not known: it is kept and counts for no need area",
    "title_names_part": "the title names {names}: the row's own place is used, not the title's",
    "title_names_other_place": "the title names {names}, which is elsewhere: the row's own place is used",
}

FILE_WORDS = {
    "file_too_large": "The file is larger than {most_mb} MB",
    "workbook_not_csv": "The file is a spreadsheet workbook: save it as CSV (UTF-8) and choose that file",
    "wrong_encoding": "The file is not UTF-8 text: save it as “CSV UTF-8”",
    "not_text": "The file is not a text file",
    "empty_file": "The file is empty",
    "unreadable_header": "The first line of the file cannot be read as a header",
    "missing_columns": "The file has no column {missing}",
    "repeated_columns": "The file has the column {repeated} more than once",
    "no_rows": "The file has a header and no rows",
    "too_many_rows": "The file has more than {most} rows",
}


def finding_in_words(finding: Finding) -> str:
    """What is wrong, without the place; lists are written with commas."""
    return FINDING_WORDS[finding.code].format(**{k: _plain(v) for k, v in finding.params.items()})


def file_in_words(refused: FileRefused) -> str:
    """Why a file could not be read at all."""
    params = {key: _plain(value) for key, value in refused.params.items()}
    if isinstance(refused.params.get("most"), int):
        params["most_mb"] = str(refused.params["most"] // (1024 * 1024))
        params["most"] = f"{refused.params['most']:,}"
    return FILE_WORDS[refused.code].format(**params)


def contract_table(contracts: Iterable[Contract]) -> list[Sequence[Any]]:
    """One row a contract, without prices; to be read by whoever may read the list."""
    return [
        (
            contract.reference,
            contract.title,
            contract.supplier.name if contract.supplier else contract.supplier_code,
            contract.service_type.name if contract.service_type else "",
            "; ".join(need.name for need in contract.need_areas),
            "; ".join(place.name for place in contract.places),
            "extent unconfirmed" if contract.whole_region else "",
            contract.sex.value,
            contract.age_from,
            contract.age_to,
            "; ".join(stage.name for stage in contract.stages),
            contract.starts_on.isoformat(),
            contract.ends_on.isoformat() if contract.ends_on else "",
            sum(volume.people_a_year for volume in contract.volumes) or None,
        )
        for contract in contracts
    ]


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
