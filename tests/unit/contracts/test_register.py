"""Reading a contract register: the real one whole, and every kind of mistake in invented ones."""

import csv
import io

import pytest

from core.rows import FileRefused
from procurement.contracts.rules.register import OPTIONAL, REQUIRED, read_register
from tests.register_reading import known_codes, known_places
from tests.shared_data import CONTRACT_REGISTER

GOOD = {
    "contract_reference": "T-1",
    "contract_type_code": "ACC",
    "service_type": "Accommodation",
    "region_code": "A",
    "region": "North East",
    "pfa_id": "durham",
    "sex": "male",
    "min_age": "18",
    "max_age": "",
    "visible_from": "2026-01-01",
    "hidden_after": "",
    "prime_provider_code": "INVENTED_HOMES",
    "title": "Accommodation for Durham",
    "need_areas": "Accommodation",
}


def register(*changes: dict[str, str], columns: tuple[str, ...] = REQUIRED + OPTIONAL) -> bytes:
    """A register of one good row for each set of changes, references numbered unless changed."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", extrasaction="ignore")
    writer.writeheader()
    for number, change in enumerate(changes, start=1):
        writer.writerow({**GOOD, "contract_reference": f"T-{number}", **change})
    return text.getvalue().encode()


def read(content: bytes):
    return read_register(content, known_places(), known_codes())


def test_the_real_register_is_read_whole():
    report = read(CONTRACT_REGISTER.read_bytes())
    assert (len(report.rows), report.error_count) == (196, 0)
    assert len({row.reference for row in report.rows}) == 196
    assert sum(row.pfa_id is None for row in report.rows) == 82
    custody = {row.title for row in report.rows if row.stages == ("pre-release",)}
    assert len(custody) == 3
    assert all("ustody" in title for title in custody)


def test_places_in_titles_of_the_real_register_are_pointed_out_not_used():
    report = read(CONTRACT_REGISTER.read_bytes())
    named = {
        warning.value: warning.params["names"] for warning in report.warnings if warning.column == "title"
    }
    assert named["Dependency and Recovery in Bolton, Bury, Salford and Trafford"] == [
        "bolton",
        "bury",
        "salford",
        "trafford",
    ]
    assert named["Women's Specific Services for London (E/NE)"] == ["E/NE"]
    assert named["Finance Benefit & Debt Services in Dorset and Wiltshire"] == ["wiltshire"]
    assert "Accommodation Services - Kent, Surrey and Sussex" not in named
    assert "Personal Wellbeing Services in the West Midlands" not in named
    bolton = next(row for row in report.rows if row.reference == "GMIRSDR_1")
    assert (bolton.region_code, bolton.pfa_id) == ("L", None)


@pytest.mark.parametrize(
    ("change", "column", "code"),
    [
        ({"contract_type_code": "XYZ"}, "contract_type_code", "unknown_service_type"),
        ({"region_code": "Z"}, "region_code", "unknown_region"),
        ({"pfa_id": "atlantis"}, "pfa_id", "unknown_police_force_area"),
        ({"pfa_id": "kent"}, "pfa_id", "area_outside_region"),
        ({"sex": "m"}, "sex", "unknown_sex"),
        ({"min_age": ""}, "min_age", "not_an_age"),
        ({"max_age": "old"}, "max_age", "not_an_age"),
        ({"min_age": "26", "max_age": "25"}, "max_age", "ages_reversed"),
        ({"visible_from": "01/02/2026"}, "visible_from", "not_a_date"),
        ({"visible_from": "2026-02-30"}, "visible_from", "not_a_date"),
        ({"visible_from": ""}, "visible_from", "value_missing"),
        ({"hidden_after": "soon"}, "hidden_after", "not_a_date"),
        ({"contract_reference": ""}, "contract_reference", "value_missing"),
        ({"title": ""}, "title", "value_missing"),
        ({"title": "x" * 301}, "title", "value_too_long"),
        ({"n_subcontractors": "-1"}, "n_subcontractors", "not_a_count"),
    ],
)
def test_an_error_names_row_column_value_and_stops_the_import(change, column, code):
    report = read(register({}, change, {}))
    assert [(error.row, error.column, error.code) for error in report.errors] == [(3, column, code)]
    assert report.errors[0].value == change[column][:200]
    assert not report.may_import


@pytest.mark.parametrize(
    ("change", "code"),
    [({}, "repeated_row"), ({"title": "Another"}, "repeated_reference")],
)
def test_a_reference_twice_stops_the_import(change, code):
    report = read(register({"contract_reference": "T"}, {"contract_reference": "T", **change}))
    assert [(error.row, error.code, error.params["first"]) for error in report.errors] == [(3, code, 2)]
    assert not report.may_import


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"service_type": "Housing"}, "service_type_differs"),
        ({"region": "The North"}, "region_name_differs"),
        ({"hidden_after": "2025-12-31"}, "hidden_before_visible"),
        ({"min_age": "16"}, "young_age"),
        ({"min_age": "18", "max_age": "150"}, "old_age"),
        ({"need_areas": ""}, "no_need_headings"),
        ({"need_areas": "Accommodation|Gardening"}, "unknown_need_heading"),
        ({"pfa_id": "", "title": "Accommodation in Sunderland"}, "title_names_part"),
        ({"title": "Accommodation in Kent"}, "title_names_other_place"),
    ],
)
def test_a_warning_is_listed_and_the_row_imported(change, code):
    report = read(register({}, change))
    assert report.may_import
    assert [warning.code for warning in report.warnings if warning.row == 3] == [code]
    assert len(report.rows) == 2


def test_ten_thousand_bad_rows_list_the_first_hundred_and_the_total():
    report = read(register(*({"region_code": "Z", "pfa_id": ""} for _ in range(10_000))))
    assert len(report.errors) == 100
    assert report.error_count == 10_000
    assert report.errors_by_code == {"unknown_region": 10_000}
    assert report.rows == ()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf \r\n", "empty_file"),
        (register(), "no_rows"),
        (register({"title": "Caf\u00e9"}).decode().encode("latin-1"), "wrong_encoding"),
        (register({}).decode().encode("utf-16"), "wrong_encoding"),
        (b"PK\x03\x04 a workbook", "workbook_not_csv"),
        (b"a,\x00b\n", "not_text"),
        (b"contract_reference,title\n1,2\n", "missing_columns"),
        (register({}).replace(b"region,", b"title,", 1), "repeated_columns"),
        (register(*({} for _ in range(20_001))), "too_many_rows"),
    ],
)
def test_a_file_that_is_no_register_is_refused_by_name(content, code):
    with pytest.raises(FileRefused) as refused:
        read(content)
    assert refused.value.code == code


def test_a_row_with_too_few_cells_is_an_error_and_a_blank_row_is_not():
    report = read(register({}) + b"\r\n,,,,,,,,,,,,,,,,,\r\nT-9,ACC\r\n")
    assert [(error.row, error.code) for error in report.errors] == [(5, "wrong_number_of_cells")]


def test_a_byte_order_mark_and_columns_of_other_names_do_no_harm():
    content = b"\xef\xbb\xbf" + register({}, columns=(*REQUIRED, "colour"))
    report = read(content)
    assert report.may_import
    assert report.ignored_columns == ("colour",)
