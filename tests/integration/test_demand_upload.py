"""Demand out of a workbook, and in the words of other lists: what has no equivalent is left out and named."""

import io

import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core.accounts.models import Organisation
from core.spreadsheet import write_xlsx
from procurement.gaps.models import DemandSet
from tests.integration.test_coverage import DURHAM, authority, rows, text_of, upload  # noqa: F401

pytestmark = pytest.mark.usefixtures("authority")
COLUMNS = ("place", "need", "complexity", "cohort", "people")
GOOD = [(DURHAM, "accommodation", "low", "men-26-49", 100), (DURHAM, "finance", "low", "men-26-49", None)]


def send(client: FlaskClient, content: bytes, name: str = "demand.xlsx", **fields: str):
    form = {"title": "Example demand", "period": "2026 to 2027", "source": "Counted for a test", **fields}
    return client.post("/coverage/demand/upload", data={**form, "file": (io.BytesIO(content), name)})


def test_the_workbook_goes_down_with_lists_and_comes_back_filled_in(
    client: FlaskClient, session: Session
) -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(client.get("/coverage/demand/template.xlsx?region=region:A").data)
    )
    sheet = book["Demand"]
    assert [cell.value for cell in sheet[1]] == list(COLUMNS)
    lists = [rule.formula1 for rule in sheet.data_validations.dataValidation]
    assert any(formula.startswith("Lists!$A$2") for formula in lists)
    sheet.cell(2, 5, 12)
    sheet.cell(3, 5, 8)
    out = io.BytesIO()
    book.save(out)
    kept = send(client, out.getvalue())
    assert kept.status_code == 302
    made = session.scalars(sa.select(DemandSet)).one()
    assert (made.people, made.row_count) == (20, 2)
    assert "20" in text_of(client, kept.location)


def test_rows_of_a_workbook_are_named_as_they_are_seen(client: FlaskClient, session: Session) -> None:
    table = [*GOOD, (None,) * 5, (DURHAM, "housing", "low", "men-26-49", 5.5)]
    response = send(client, write_xlsx([("Sheet", COLUMNS, table)]))
    assert response.status_code == 422
    assert "2 errors in 3 rows. Nothing was kept" in response.text
    assert ">5</" in response.text.replace("th>", ">").replace("td>", ">")
    assert session.scalars(sa.select(DemandSet)).all() == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04 and nothing more", "is no XLSX workbook"),
        (write_xlsx([("Sheet", ("place", "people"), [(DURHAM, 1)])]), "need"),
    ],
)
def test_what_is_no_such_workbook_is_refused_in_words(
    client: FlaskClient, content: bytes, words: str
) -> None:
    response = send(client, content)
    assert response.status_code == 422
    assert words in response.text


def test_sections_of_oasys_are_read_and_what_has_no_equivalent_is_named(
    client: FlaskClient, session: Session
) -> None:
    file = rows(
        (DURHAM, "Accommodation", "low", "men-26-49", 40),
        (DURHAM, "drug misuse", "low", "men-26-49", 25),
        (DURHAM, "Drug misuse", "high", "men-26-49", 5),
        (DURHAM, "Attitudes", "low", "men-26-49", 10),
    )
    kept = upload(client, file, scheme="oasys")
    assert kept.status_code == 302
    made = session.scalars(sa.select(DemandSet)).one()
    assert made.people == 50
    assert made.crosswalk.startswith("oasys 2026")
    shown = text_of(client, kept.location)
    assert "no equivalent" in shown
    assert "25 people in 1 row" in shown


def test_two_headings_of_one_need_and_one_of_several_are_errors(
    client: FlaskClient, session: Session
) -> None:
    both = rows(
        (DURHAM, "Attitudes", "low", "men-26-49", 10),
        (DURHAM, "Thinking and behaviour", "low", "men-26-49", 10),
        (DURHAM, "Astrology", "low", "men-26-49", 10),
    )
    response = upload(client, both, scheme="oasys")
    assert response.status_code == 422
    assert "the same people may be in both" in response.text
    assert "the list that you chose has no such heading" in response.text
    several = rows((DURHAM, "PWB", "low", "men-26-49", 10))
    assert "stands for several need areas" in upload(client, several, scheme="service_type").text
    assert upload(client, several, scheme="tarot").status_code == 422
    assert session.scalars(sa.select(DemandSet)).all() == []


def test_the_crosswalks_are_shown_with_their_version(
    client: FlaskClient,
    authority: Organisation,  # noqa: F811
) -> None:
    shown = text_of(client, "/reference/crosswalk")
    for words in ("Drug misuse", "Veterans in custody", "Version 2026.2", "Ten routes"):
        assert words in shown
