"""A coverage report in words and as sheets; the document itself is a template that takes the same values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from procurement.gaps.exports.causes import gap_cause_in_words
from procurement.gaps.exports.tables import COVERAGE_HEADER
from procurement.gaps.rules.causes import GapCause, GapCode

Sheet = tuple[str, Sequence[str], Sequence[Sequence[Any]]]

PART_NAMES = {
    "people": "people a year",
    "contract": "met by contract",
    "partner": "met by partner agencies",
    "member": "contract gap",
    "other": "admission gap",
    "market": "market gap",
    "referred": "referred elsewhere",
    "not_met": "not met",
}
ACTION_NAMES = {
    "call_off": "Call-off",
    "market_notice": "Market notice",
    "innovation_fund": "Innovation fund",
    "partner_agency": "Partner agency",
    "accept": "Accepted with a reason",
}
WORST = {
    "need": "need area",
    "place": "place",
    "not_met": "not met",
    "people": "people a year",
    "why": "why",
}
CONTRACTS = {
    "need": "need area",
    "contracts": "contracts in force",
    "suppliers": "suppliers",
    "areas_with": "police force areas with one",
    "areas": "police force areas",
    "ends_soon": "all end within six months",
}
OVERLAPS = {
    "name": "need area",
    "contract_cells": "cells, by contracts",
    "contract_people": "people, by contracts",
    "cells": "cells, with all offers",
    "people": "people, with all offers",
}
SUPPLIERS = {
    "name": "supplier",
    "contracts": "contracts",
    "offers": "offers",
    "contracted_places": "contracted places",
    "lost_of_contracts": "lose cover by contract",
    "lost_of_all": "lose cover with all offers",
}
STEPS = {
    "order": "order",
    "region": "region",
    "need": "need area",
    "complexity": "complexity",
    "people": "people",
    "price": "pounds a place",
    "offers": "offers",
}
ACTIONS = {
    "kind": "what",
    "need": "need area",
    "place": "place",
    "note": "note",
    "owner": "owner",
    "due": "due",
    "ended": "ended",
    "gap": "gap then",
    "now": "gap now",
}
ASSUMPTIONS = {
    "label": "assumption",
    "low": "low",
    "central": "central",
    "high": "high",
    "unit": "unit",
    "source": "source",
    "date": "date",
    "base": "base",
    "weakness": "weakness",
}
LEFT_OUT_SMALL = "left out"
"""What stands where a figure is left out because it, or one that it would tell, is small."""


def with_words(
    facts: Mapping[str, Any],
    *,
    places: Mapping[str, str],
    needs: Mapping[str, str],
    cohorts: Mapping[str, str],
    about: Sequence[tuple[str, Any]],
) -> dict[str, Any]:
    """The facts of a report with their causes as sentences and what every export says about itself."""
    worst = []
    for one in facts["worst"]:
        causes = [GapCause(GapCode(cause["code"]), cause["params"]) for cause in one["found"]]
        said = [gap_cause_in_words(cause, places, needs, cohorts) for cause in causes]
        worst.append({**one, "causes": list(dict.fromkeys(said))})
    return {**facts, "worst": worst, "about": [[key, str(value)] for key, value in about]}


def report_sheets(
    content: Mapping[str, Any], names: Mapping[str, str], cells: Sequence[Sequence[Any]] | None
) -> list[Sheet]:
    """The tables of a report, a sheet each; `cells` are all cells of the place, for the authority only."""
    matrix = [
        {"need": need["name"], "name": place["name"], **cell}
        for need in content["matrix"]
        for place, cell in zip(content["places"], need["cells"], strict=True)
    ]
    worst = [{**one, "why": "; ".join(one["causes"])} for one in content["worst"]]
    sheets = [
        ("About", ("what", "value"), content["about"]),
        _sheet("By need", content["needs"], {"name": "need area", **PART_NAMES}),
        _sheet("By place", content["places"], {"name": "place", **PART_NAMES}),
        _sheet("Need by place", matrix, {"need": "need area", "name": "place", **PART_NAMES}),
        _sheet("Worst gaps", worst, WORST),
        _sheet("Contracts", content["contracts"], CONTRACTS),
    ]
    if not content["for_publication"]:
        sheets += _for_the_authority(content, names, cells)
    return [*sheets, _sheet("Assumptions", content["assumptions"], ASSUMPTIONS)]


def _for_the_authority(
    content: Mapping[str, Any], names: Mapping[str, str], cells: Sequence[Sequence[Any]] | None
) -> list[Sheet]:
    before, bought = content["before"], (content["buying"] or {"steps": []})["steps"]
    steps = [
        {
            **step,
            "order": number,
            "region": names.get(step["region"], step["region"]),
            "need": names.get(step["need"], step["need"]),
            "price": float(step["price"]),
        }
        for number, step in enumerate(bought, start=1)
    ]
    actions = [{**action, "kind": ACTION_NAMES[action["kind"]]} for action in content["actions"]]
    sheets = [
        _sheet("By complexity", content["complexities"], {"name": "complexity", **PART_NAMES}),
        _sheet("By cohort", content["cohorts"], {"name": "cohort", **PART_NAMES}),
        _sheet("Overlaps", content["overlaps"], OVERLAPS),
        _sheet("If a supplier leaves", content["suppliers"], SUPPLIERS),
        _sheet("What to buy", steps, STEPS),
        _sheet("Actions", actions, ACTIONS),
    ]
    if before:
        then = before["on"]
        sheets.append(
            _sheet(
                "Since the one before",
                before["needs"],
                {
                    "name": "need area",
                    "people_then": f"people, {then}",
                    "people_now": "people now",
                    "then": f"not met, {then}",
                    "now": "not met now",
                },
            )
        )
    if cells is not None:
        sheets.append(("Cells", COVERAGE_HEADER, cells))
    return sheets


def _sheet(name: str, rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> Sheet:
    """One row a mapping, its values by key; a figure of people that is None is left out, and says so."""
    return name, list(columns.values()), [[_value(row, key) for key in columns] for row in rows]


def _value(row: Mapping[str, Any], key: str) -> Any:
    value = row.get(key, "")
    return LEFT_OUT_SMALL if value is None and key in PART_NAMES else value
