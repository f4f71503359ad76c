"""Coverage as tables, and the words of what demand files are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.rows import Finding
from procurement.contracts.exports import FINDING_WORDS as REGISTER_WORDS
from procurement.gaps.models import Analysis
from procurement.gaps.rules.presence import Cause, CauseCode, Mark, PresenceCell, Word
from procurement.gaps.rules.reading import CellReading, CoverWord

WORDS = {
    Word.NONE: "None",
    Word.ONE_SUPPLIER: "One supplier",
    Word.SEVERAL: "Several suppliers",
    Word.CUSTODY_ONLY: "Custody only",
}
MARKS = {
    Mark.EXTENT_UNCONFIRMED: "extent unconfirmed",
    Mark.PART_ONLY: "part of it only",
    Mark.ENDS_SOON: "ends within six months",
}
CAUSES = {
    CauseCode.NO_EQUIVALENT: "the register has no equivalent",
    CauseCode.NEVER_LET: "never let",
    CauseCode.ONLY_WOMEN: "only women are served",
    CauseCode.ONLY_MEN: "only men are served",
    CauseCode.OTHER_AGES: "only other ages are served",
    CauseCode.CUSTODY_ONLY: "custody only",
    CauseCode.OTHER_STAGE: "only at another stage",
    CauseCode.STARTS: "starts {on}",
    CauseCode.ENDED: "ended {on}",
}
DEMAND_WORDS = {
    "unreadable_row": REGISTER_WORDS["unreadable_row"],
    "wrong_number_of_cells": REGISTER_WORDS["wrong_number_of_cells"],
    "unknown_place": "there is no place of this code",
    "place_ended": "this place has ended: use {successors}",
    "place_too_large": "give demand for delivery units or police force areas, not for a whole {kind}",
    "unknown_need": "there is no need area of this code",
    "unknown_complexity": "the complexity must be low, medium or high",
    "unknown_cohort": "there is no cohort of this code",
    "negative_people": "this is below zero",
    "not_whole_people": "this is not a whole number of people",
    "too_many_people": "this is more than {most} people",
    "unknown_label": "the list that you chose has no such heading",
    "label_stands_for_several": "this heading stands for several need areas: {needs}. Give figures for each",
    "labels_share_a_need": (
        "this heading and “{other}” in row {first} stand for one need area: the same people may be in both, "
        "so give one figure"
    ),
    "repeated_cell": "this place, need, complexity and cohort stand in row {first} already",
    "place_inside_another": "this place lies in {outer}, which row {first} counts already",
}


def cause_in_words(cause: Cause) -> str:
    """Why a cell is empty, a date written out."""
    on = f"{cause.on.day} {cause.on:%B %Y}" if cause.on else ""
    return CAUSES[cause.code].format(on=on)


def demand_finding_in_words(finding: Finding) -> str:
    """What is wrong in a row of a demand file."""
    plain = {
        key: ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        for key, value in finding.params.items()
    }
    return DEMAND_WORDS[finding.code].format(**plain)


def presence_table(
    cells: Mapping[tuple[str, str], PresenceCell],
    rows: Mapping[str, str],
    places: Mapping[str, str],
    agencies: Mapping[tuple[str, str], PresenceCell],
) -> tuple[Sequence[str], list[Sequence[Any]]]:
    """The presence matrix a row for each cell: header, and number, word, marks, causes, references."""
    header = (
        *("row", "place", "contracts in force", "suppliers", "word", "marks", "why none", "references"),
        *("partner agencies", "their references"),
    )
    return header, [
        (
            rows[row],
            places[place],
            cell.count,
            cell.suppliers,
            WORDS[cell.word].lower(),
            "; ".join(MARKS[mark] for mark in cell.marks),
            "; ".join(map(cause_in_words, cell.causes)),
            "; ".join(cell.references),
            agencies[row, place].count if (row, place) in agencies else "",
            "; ".join(agencies[row, place].references) if (row, place) in agencies else "",
        )
        for (row, place), cell in cells.items()
    ]


COVERAGE_HEADER = (
    "place",
    "police force area",
    "region",
    "need area",
    "complexity",
    "cohort",
    "people a year",
    "referred elsewhere",
    "met by contract",
    "met by partner agencies",
    "could be met by members' offers",
    "could be met by other offers",
    "nobody offers it",
    "word",
)
COVER_WORDS = {
    CoverWord.NOBODY: "No one",
    CoverWord.REFER: "Refer to accredited programme",
    CoverWord.MET: "Met",
    CoverWord.CONTRACT_GAP: "Contract gap",
    CoverWord.ADMISSION_GAP: "Admission gap",
    CoverWord.MARKET_GAP: "Market gap",
}
LEFT_OUT = {
    "contract:no_capacity": "Contracts that state no places",
    "contract:other_stage": "Contracts that work at other stages",
    "offer:no_capacity": "Offers that state no places",
    "offer:not_confirmed": "Offers hidden because their supplier has not confirmed them",
    "offer:other_stage": "Offers that work at other stages",
    "offer:fully_contracted": "Offers whose places are all under contract",
    "offer:remote_only": "Offers given only remotely, as asked",
    "partner:no_capacity": "Partner agencies whose places are not known",
    "partner:fully_contracted": "Partner agencies whose places are all under contract",
    "partner:other_stage": "Partner agencies that work at other stages",
    "partner:remote_only": "Partner agencies that help only remotely, as asked",
    "partner:only_declared": "Partner agencies whose provision is declared and not demonstrated, as asked",
}


def coverage_table(cells: Sequence[tuple]) -> tuple[Sequence[str], list[Sequence[Any]]]:
    """One row a cell, with the five parts that its people divide into."""
    rows = []
    for place, area, region, need, complexity, cohort, people, referred, *served in cells:
        contract, partner, member, other = served
        reading = CellReading(people, people if referred else 0, contract, member, other, partner)
        rows.append(
            (
                place,
                area,
                region,
                need,
                complexity.value,
                cohort,
                people,
                reading.referred,
                contract,
                partner,
                member,
                other,
                reading.unmet,
                COVER_WORDS[reading.word],
            )
        )
    return COVERAGE_HEADER, rows


def about(analysis: Analysis) -> list[tuple[str, Any]]:
    """What every export of an analysis says about itself."""
    summary = analysis.summary or {}
    finished = analysis.finished_at.isoformat(timespec="seconds") if analysis.finished_at else ""
    return [
        ("Analysis", analysis.public_id),
        ("Demand set", f"{analysis.title} ({analysis.demand_set.public_id})"),
        ("Source of the demand", analysis.demand_set.source),
        ("Contracts, partner agencies and offers as on", analysis.on_date.isoformat()),
        ("Worked out", finished),
        ("Method", analysis.method),
        ("Inputs (SHA-256)", analysis.inputs_digest),
        ("Certificate", f"{analysis.certificate}, {summary['arcs_checked']:,} arcs checked"),
        ("Contracts counted", summary["contracts"]),
        ("Partner agencies counted", summary.get("partners", 0)),
        ("Offers counted", summary["offers"]),
        *(
            (f"Left out: {LEFT_OUT[key].lower()}", group["count"])
            for key, group in sorted(summary["left_out"].items())
        ),
        ("Serve some cohort only in part (that part not counted)", summary["partial_cohorts"]),
        ("Cover some place only in part (that part not counted)", summary["partial_places"]),
    ]


def left_out_table(analysis: Analysis) -> list[Sequence[Any]]:
    """Why, reference and name of what could not be counted (the first fifty of each kind)."""
    return [
        (LEFT_OUT[key], reference, name)
        for key, group in sorted((analysis.summary or {"left_out": {}})["left_out"].items())
        for reference, name in group["names"]
    ]
