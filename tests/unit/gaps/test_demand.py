"""An uploaded demand set: every kind of mistake, referral, blanks, and the template."""

import pytest

from core.rows import FileRefused
from procurement.gaps.rules.demand import (
    DemandCodes,
    DemandPlace,
    Level,
    demand_csv,
    read_demand,
    template_csv,
)

NEEDS = ("accommodation", "attitudes")
CODES = DemandCodes(
    places={
        "region:A": DemandPlace(frozenset({"nation:ew"}), too_large="region"),
        "pfa:durham": DemandPlace(frozenset({"region:A", "nation:ew"})),
        "pdu:durham": DemandPlace(frozenset({"pfa:durham", "region:A", "nation:ew"})),
        "pdu:leeds": DemandPlace(frozenset({"region:C", "nation:ew"})),
        "pdu:stoke": DemandPlace(frozenset({"region:E"}), ended=True, successors=("pdu:stoke-north",)),
    },
    needs=frozenset(NEEDS),
    levels={
        **{(need, level): Level.AVAILABLE for need in NEEDS for level in ("low", "medium", "high")},
        ("attitudes", "high"): Level.REFERRED,
    },
    cohorts=frozenset({"women-18-25", "men-18-25"}),
)
GOOD = ("pdu:durham", "accommodation", "low", "women-18-25", 12)


def read(*rows):
    return read_demand(demand_csv(rows).encode(), CODES)


def test_good_rows_are_read_and_totalled():
    report = read(GOOD, ("pdu:leeds", "accommodation", "low", "women-18-25", 0))
    assert report.may_import
    assert (report.people, len(report.lines)) == (12, 2)
    assert report.lines[0].cell == GOOD[:4]


def test_high_complexity_of_attitudes_is_taken_and_marked_as_referred():
    report = read(GOOD, ("pdu:leeds", "attitudes", "high", "men-18-25", 5))
    assert report.may_import
    assert [line.referred for line in report.lines] == [False, True]
    assert (report.people, report.people_referred) == (17, 5)


@pytest.mark.parametrize(
    ("position", "value", "column", "code"),
    [
        (0, "pdu:Durham", "place", "unknown_place"),
        (0, "", "place", "unknown_place"),
        (0, "pdu:stoke", "place", "place_ended"),
        (0, "region:A", "place", "place_too_large"),
        (1, "housing", "need", "unknown_need"),
        (2, "severe", "complexity", "unknown_complexity"),
        (3, "women", "cohort", "unknown_cohort"),
        (4, -3, "people", "negative_people"),
        (4, "3.5", "people", "not_whole_people"),
        (4, "a few", "people", "not_whole_people"),
        (4, "1,200", "people", "not_whole_people"),
        (4, "٣", "people", "not_whole_people"),
        (4, "1000001", "people", "too_many_people"),
    ],
)
def test_an_error_names_row_column_and_value_and_stops_the_import(position, value, column, code):
    wrong = [*GOOD]
    wrong[position] = value
    report = read(("pdu:leeds", *GOOD[1:]), tuple(wrong))
    assert [(e.row, e.column, e.value, e.code) for e in report.errors] == [(3, column, str(value), code)]
    assert not report.may_import


def test_the_successors_of_an_ended_place_are_named():
    report = read(("pdu:stoke", *GOOD[1:]))
    assert report.errors[0].params["successors"] == ["pdu:stoke-north"]


def test_a_cell_twice_is_an_error_even_with_the_same_figure():
    report = read(GOOD, GOOD)
    assert [(error.row, error.code, error.params["first"]) for error in report.errors] == [
        (3, "repeated_cell", 2)
    ]


def test_a_place_inside_another_would_count_people_twice():
    report = read(GOOD, ("pfa:durham", *GOOD[1:]))
    assert [(error.row, error.code, error.params["outer"]) for error in report.errors] == [
        (2, "place_inside_another", "pfa:durham")
    ]
    assert read(GOOD, ("pfa:durham", "accommodation", "medium", "women-18-25", 9)).may_import


def test_a_blank_figure_is_left_out_and_counted_not_read_as_zero():
    report = read(GOOD, ("pdu:leeds", "accommodation", "low", "women-18-25", ""))
    assert report.left_blank == 1
    assert len(report.lines) == 1


def test_ten_thousand_bad_rows_list_the_first_hundred_and_the_totals():
    report = read(*(("pdu:nowhere", "accommodation", "low", "women-18-25", n) for n in range(10_000)))
    assert (len(report.errors), report.error_count) == (100, 10_000)
    assert report.errors_by_code == {"unknown_place": 10_000}
    assert not report.may_import


def test_a_file_without_the_columns_is_refused_by_name():
    with pytest.raises(FileRefused) as refused:
        read_demand(b"place,need,people\npdu:leeds,accommodation,3\n", CODES)
    assert refused.value.params["missing"] == ["complexity", "cohort"]


def test_the_template_lists_every_cell_blank_and_can_be_filled_in():
    text = template_csv(["pdu:leeds"], NEEDS, ["low", "high"], ["women-18-25", "men-18-25"])
    assert text.count("\r\n") == 1 + 8
    blank = read_demand(text.encode(), CODES)
    assert (blank.error_count, blank.left_blank, blank.may_import) == (0, 8, False)
    filled = read_demand(text.replace("low,men-18-25,\r\n", "low,men-18-25,7\r\n", 1).encode(), CODES)
    assert filled.may_import
    assert filled.people == 7
