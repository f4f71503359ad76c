"""Files that are wrong in every way: each is refused in words, none breaks the worker or changes an offer."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from catalogue.bulk.exports.words import problem_words, refusal_words
from catalogue.bulk.models import BulkProblem, BulkUpload
from catalogue.bulk.types import UploadState
from catalogue.offers.models import Offer
from core import workbooks
from core.actor import Actor
from core.rows import FileRefused
from core.workbooks import open_workbook
from tests.factories_bulk import cell, edited, new_offer, uploaded, workbook
from tests.factories_offers import supplier_actor


@pytest.fixture
def actor(session: Session) -> Actor:
    return supplier_actor(session)


def parts(content: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """A workbook with the parts of its file changed, or left out for None."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.infolist():
            data = change(one.filename, old.read(one))
            if data is not None:
                new.writestr(one.filename, data)
    return out.getvalue()


def in_sheet(content: bytes, pattern: bytes, becomes: bytes) -> bytes:
    """A workbook with something of its first sheet's text replaced."""

    def change(name: str, data: bytes) -> bytes:
        if name != "xl/worksheets/sheet1.xml":
            return data
        changed = re.sub(pattern, lambda _: becomes, data, count=1)
        assert changed != data, "the pattern is not in the sheet"
        return changed

    return parts(content, change)


def codes(session: Session, upload: BulkUpload) -> set[tuple[str, str]]:
    query = sa.select(BulkProblem).where(BulkProblem.upload_id == upload.id)
    found = session.scalars(query).all()
    for one in found:
        assert all(problem_words(one.code, one.params)), "each problem says what is wrong and what to do"
    return {(one.column, one.code) for one in found}


def bomb(_: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("xl/workbook.xml", "<workbook/>")
        file.writestr("xl/worksheets/sheet1.xml", b"0" * (workbooks.MOST_UNPACKED + 1))
    return out.getvalue()


def million_strings(content: bytes) -> bytes:
    def change(name: str, data: bytes) -> bytes:
        return b" " * (workbooks.MOST_OF_STRINGS + 1) if name == "xl/sharedStrings.xml" else data

    return parts(content, change)


def many_parts(content: bytes) -> bytes:
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as file:
        for number in range(workbooks.MOST_PARTS + 1):
            file.writestr(f"xl/media/{number}.xml", b"x")
    return out.getvalue()


def other_zip(_: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("word/document.xml", "<w/>")
    return out.getvalue()


def laughing(content: bytes) -> bytes:
    entity = b'<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    return in_sheet(content, rb"\?>\s*<worksheet", b"?>" + entity + b"<worksheet")


def renamed(content: bytes) -> bytes:
    return edited(content, lambda book: setattr(cell(book, "Offers", "Summary", 1), "value", "Description"))


def twice(content: bytes) -> bytes:
    return edited(content, lambda book: setattr(cell(book, "Offers", "Stages", 1), "value", "Summary"))


def merged(content: bytes) -> bytes:
    return edited(content, lambda book: book["Offers"].merge_cells("D2:E2"))


def without_levels(_: bytes) -> bytes:
    return workbook(new_offer(), leave_out=("Levels",))


def too_many(_: bytes) -> bytes:
    return workbook({"Offers": [{"Offer": f"o-{number}"} for number in range(5001)]})


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda _: b"PK\x03\x04 and nothing more", "not_a_workbook"),
        (lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 locked", "old_or_locked_workbook"),
        (other_zip, "not_a_workbook"),
        (bomb, "unpacks_too_large"),
        (million_strings, "unpacks_too_large"),
        (many_parts, "unpacks_too_large"),
        (laughing, "unreadable_workbook"),
        (lambda content: in_sheet(content, rb"</sheetData>", b"<row"), "unreadable_workbook"),
        (lambda content: in_sheet(content, rb"<v>0</v>", b"<v>999999999</v>"), "unreadable_workbook"),
        (lambda content: in_sheet(content, rb'<row r="1"', b'<row r="99999999999"'), "unreadable_workbook"),
        (lambda content: content[: len(content) // 2], "not_a_workbook"),
        (
            lambda content: parts(
                content, lambda name, data: None if name == "xl/worksheets/sheet1.xml" else data
            ),
            "missing_sheets",
        ),
        (without_levels, "missing_sheets"),
        (renamed, "missing_columns"),
        (twice, "repeated_columns"),
        (merged, "merged_cells"),
        (too_many, "too_many_rows"),
        (lambda _: workbook({}), "no_offers"),
    ],
)
def test_a_file_is_refused_whole_and_in_words(
    app: Flask, session: Session, actor: Actor, make: Callable[[bytes], bytes], code: str
) -> None:
    upload = uploaded(app, session, actor, make(workbook(new_offer())))
    assert (upload.state, upload.refusal) == (UploadState.REFUSED, code)
    assert all(refusal_words(upload.refusal, upload.refusal_params))
    assert session.scalar(sa.select(sa.func.count()).select_from(Offer)) == 0


@pytest.mark.parametrize(
    ("heading", "value", "code"),
    [
        ("Summary", "=HYPERLINK(A1)", "formula"),
        ("Summary", "#REF!", "error_value"),
        ("Summary", date(2027, 1, 2), "date_for_text"),
        ("Summary", "word " * 301, "too_many_words"),
        ("Name of the service", "x" * 201, "too_long"),
        ("Largest group", "a dozen", "not_whole"),
        ("Largest group", 7.5, "not_whole"),
        ("Largest group", -1, "out_of_bounds"),
        ("Largest group", date(2027, 1, 2), "date_for_number"),
        ("Largest group", 1e300, "out_of_bounds"),
        ("Rise a year", "some", "not_percent"),
        ("Stages", "On the moon", "unknown_choice"),
        ("Stages", "In the community; nowhere", "unknown_choice"),
        ("Places served", "Cumbria", "ambiguous_choice"),
        ("Places served", "pfa:atlantis", "unknown_choice"),
        ("For women only", "perhaps", "not_yes_or_no"),
        ("First rise on", 46023, "not_a_date"),
        ("First rise on", "soon", "not_a_date"),
        ("Need area", None, "need_area_missing"),
        ("Offer", "OF-ABCDEFGH", "unknown_offer"),
        ("Offer", "x" * 61, "too_long"),
    ],
)
def test_a_cell_that_cannot_be_taken_is_named(
    app: Flask, session: Session, actor: Actor, heading: str, value: object, code: str
) -> None:
    rows = {"Offers": [{**new_offer()["Offers"][0]}]}
    content = edited(workbook(rows), lambda book: setattr(cell(book, "Offers", heading), "value", value))
    upload = uploaded(app, session, actor, content)
    assert upload.state is UploadState.REFUSED
    assert (heading, code) in codes(session, upload)


@pytest.mark.parametrize(
    ("sheet", "row", "code"),
    [
        ("Levels", {"Complexity": "Extreme"}, "unknown_choice"),
        ("Levels", {"Complexity": "Low"}, "repeated_level"),
        ("Levels", {"Complexity": "Medium", "Minimum outcomes": "ETE-O1"}, "outcome_of_another_need"),
        ("Levels", {"Complexity": "Medium", "Price of a place": "1.005"}, "not_pounds"),
        ("Levels", {"Complexity": "Medium", "Price of a place": -3}, "pounds_out_of_bounds"),
        ("Levels", {"Offer": "another", "Complexity": "Medium"}, "not_on_offers"),
        ("Items", {"Complexity": "Low", "Item": "ETE-L1"}, "unknown_item"),
        ("Items", {"Complexity": "High", "Item": "ACC-L1"}, "level_missing"),
        ("Items", {"Complexity": "Low", "Answer": "Met"}, "key_missing"),
        ("Items", {"Item": "ACC-L1"}, "complexity_missing"),
        ("Measures", {"Complexity": "Low", "Outcome": "ACC-O2"}, "not_chosen"),
        ("Volume prices", {"Complexity": "Low", "Number": 1, "From places a year": 20}, "band_incomplete"),
        ("People", {"Group": "Women", "How it differs for a group": "Apart."}, "group_not_chosen"),
        ("Evidence", {"Number": 1, "Quality mark": "matrix Standard"}, "mark_without_kind"),
        ("Evidence", {"Number": 0, "Title": "A study"}, "out_of_bounds"),
    ],
)
def test_a_row_that_fits_nothing_is_named(
    app: Flask, session: Session, actor: Actor, sheet: str, row: dict[str, object], code: str
) -> None:
    rows = new_offer()
    rows[sheet] = [*rows.get(sheet, []), {"Offer": "kent-housing", **row}]
    upload = uploaded(app, session, actor, workbook(rows))
    assert upload.state is UploadState.REFUSED
    assert code in {code for _, code in codes(session, upload)}


def test_a_complexity_that_the_specification_does_not_have(
    app: Flask, session: Session, actor: Actor
) -> None:
    rows = new_offer(**{"Need area": "attitudes"})
    rows["Levels"] = [{"Offer": "kent-housing", "Complexity": "High"}]
    upload = uploaded(app, session, actor, workbook(rows))
    assert codes(session, upload) == {("Complexity", "complexity_not_available")}


def test_a_place_that_has_ended(app: Flask, session: Session, actor: Actor) -> None:
    upload = uploaded(
        app, session, actor, workbook(new_offer(**{"Places served": "pdu:staffordshire-and-stoke"}))
    )
    assert codes(session, upload) == {("Places served", "place_ended")}


def test_every_problem_of_a_file_is_told_at_once(app: Flask, session: Session, actor: Actor) -> None:
    rows = new_offer(Stages="Never", **{"For women only": "maybe"})
    rows["Levels"][0]["Places a year"] = 0
    upload = uploaded(app, session, actor, workbook(rows))
    assert codes(session, upload) == {
        ("Stages", "unknown_choice"),
        ("For women only", "not_yes_or_no"),
        ("Places a year", "out_of_bounds"),
    }
    assert upload.problem_count == 3


def test_columns_of_ones_own_are_named_as_not_read(app: Flask, session: Session, actor: Actor) -> None:
    def change(book: object) -> None:
        sheet = book["Offers"]  # type: ignore[index]
        sheet.cell(1, sheet.max_column + 1).value = "Our notes"

    upload = uploaded(app, session, actor, edited(workbook(new_offer()), change))
    assert upload.state is UploadState.CHECKED
    assert upload.refusal_params == {"ignored": ["Offers: Our notes"]}


def test_a_million_empty_rows_are_passed_over(app: Flask, session: Session, actor: Actor) -> None:
    empty = b"".join(b'<row r="%d" s="1"/>' % number for number in range(3, 1_000_003))
    content = in_sheet(workbook(new_offer()), rb"</sheetData>", empty + b"</sheetData>")
    upload = uploaded(app, session, actor, content)
    assert (upload.state, upload.to_create) == (UploadState.CHECKED, 1)


def test_a_sheet_that_lies_about_its_size_is_read_to_its_end(
    app: Flask, session: Session, actor: Actor
) -> None:
    content = in_sheet(workbook(new_offer()), rb'<dimension ref="[^"]*"/>', b'<dimension ref="A1:A1"/>')
    upload = uploaded(app, session, actor, content)
    assert (upload.state, upload.to_create) == (UploadState.CHECKED, 1)


def test_cells_far_to_the_right_cost_nothing(app: Flask, session: Session, actor: Actor) -> None:
    far = b'<c r="XFD2" t="inlineStr"><is><t>far</t></is></c></row>'
    content = in_sheet(workbook(new_offer()), rb"</row></sheetData>", far + b"</sheetData>")
    assert uploaded(app, session, actor, content).state is UploadState.CHECKED


def test_text_in_pieces_and_codes_for_characters_are_read_as_they_look() -> None:
    pieces = (
        b'<c r="A9" t="inlineStr"><is><r><t>two </t></r><r><t>pieces</t></r>'
        b'<rPh sb="0" eb="1"><t>no</t></rPh></is></c>'
        b'<c r="B9" t="inlineStr"><is><t>a_x000D_b_x005F_x0041__xD83D_</t></is></c>'
        b'<c r="C9" t="b"><v>1</v></c><c r="D9"><v>7</v></c><c r="E9"><f>1+1</f><v>2</v></c>'
    )
    content = in_sheet(
        workbook(new_offer()), rb"</sheetData>", b'<row r="9">' + pieces + b"</row></sheetData>"
    )
    with open_workbook(content) as book:
        rows = dict(book.rows("Offers"))
    assert rows[9] == ("two pieces", "a\rb_x0041_", True, 7, "=")


def test_a_sheet_that_is_not_there_is_refused() -> None:
    with open_workbook(workbook(new_offer())) as book, pytest.raises(FileRefused, match="unreadable"):
        list(book.rows("Nowhere"))
