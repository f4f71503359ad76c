"""The pages of bulk work, as a supplier's people click through them."""

import io

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from catalogue.bulk import services
from catalogue.bulk.models import BulkUpload
from catalogue.bulk.types import UploadState
from catalogue.offers.models import Offer, OfferVersion
from catalogue.offers.types import OfferState
from core.db import db
from core.jobs.models import Job
from core.jobs.services import run_due_jobs
from core.jobs.types import JobStatus
from tests.factories import NOW, make_organisation, make_person
from tests.factories_bulk import new_offer, workbook
from tests.factories_offers import actor_with, draft_offer, supplier_actor

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def organisation(session: Session):  # type: ignore[no-untyped-def]
    return make_organisation(session)


@pytest.fixture
def signed_in(session: Session, client: FlaskClient, organisation) -> FlaskClient:  # type: ignore[no-untyped-def]
    client.sign_in(make_person(session, organisation, "supplier-administrator"))
    return client


def send(client: FlaskClient, content: bytes, name: str = "offers.xlsx"):  # type: ignore[no-untyped-def]
    return client.post("/offers/bulk", data={"file": (io.BytesIO(content), name)})


def test_from_our_offers_to_a_taken_in_file(app: Flask, session: Session, signed_in: FlaskClient) -> None:
    assert 'href="/offers/bulk"' in signed_in.get("/offers").text
    assert "Nothing has been uploaded yet" in signed_in.get("/offers/bulk").text
    sent = send(signed_in, workbook(new_offer()))
    assert sent.status_code == 302
    address = sent.location
    waiting = signed_in.get(address).text
    assert "Checking your workbook" in waiting
    assert "data-reload-seconds" in waiting
    run_due_jobs(app)
    report = signed_in.get(address).text
    assert "What your workbook would do" in report
    assert "New draft" in report
    assert signed_in.get(f"{address}/report.csv").text.count("kent-housing") == 1
    book = openpyxl.load_workbook(io.BytesIO(signed_in.get(f"{address}/report.xlsx").data))
    assert [cell.value for cell in book["Offers"][2]][1] == "kent-housing"
    assert signed_in.post(f"{address}/confirm").location == address
    assert "Taking your workbook in" in signed_in.get(address).text
    assert signed_in.post(f"{address}/confirm").location == address, "twice is once"
    run_due_jobs(app)
    assert "Your workbook was taken in" in signed_in.get(address).text
    offer = session.scalars(sa.select(Offer)).one()
    assert f"/offers/{offer.public_id}" in signed_in.get(address).text
    assert "Taken in" in signed_in.get("/offers/bulk").text


def test_problems_are_listed_with_what_to_do_and_the_file_is_not_confirmed(
    app: Flask, session: Session, signed_in: FlaskClient
) -> None:
    rows = new_offer(Stages="On the moon", **{"Largest group": "=1+1"})
    address = send(signed_in, workbook(rows)).location
    run_due_jobs(app)
    report = signed_in.get(address).text
    assert "Your workbook was refused: nothing has changed" in report
    assert "“On the moon” is not on the list" in report
    assert "This is a formula" in report
    assert "Has problems" in signed_in.get(f"{address}?show=offers").text
    assert "'=1+1" in signed_in.get(f"{address}/report.csv").text
    assert signed_in.post(f"{address}/confirm").location == address
    assert session.scalars(sa.select(BulkUpload)).one().state is UploadState.REFUSED


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "offers.xlsx", "the file is empty"),
        (b"Offer,Need area\n", "offers.csv", "upload an Excel workbook"),
        (b"%PDF-1.7", "offers.xlsx", "is not an Excel workbook"),
    ],
)
def test_a_file_that_is_no_workbook_is_refused_at_once(
    session: Session, signed_in: FlaskClient, content: bytes, name: str, words: str
) -> None:
    answer = send(signed_in, content, name)
    assert answer.status_code == 422
    assert words in answer.text
    assert f"{name}:" in answer.text
    assert session.scalar(sa.select(sa.func.count()).select_from(BulkUpload)) == 0


def test_no_file_is_asked_for(signed_in: FlaskClient) -> None:
    answer = signed_in.post("/offers/bulk")
    assert answer.status_code == 422
    assert "Choose the workbook to upload" in answer.text


def test_the_template_has_drop_downs_from_the_reference_data(signed_in: FlaskClient) -> None:
    answer = signed_in.get("/offers/bulk/template.xlsx")
    assert answer.mimetype == XLSX
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames[:2] == ["Read me", "Offers"]
    sheet = book["Offers"]
    assert sheet.protection.sheet
    assert sheet["A1"].protection.locked
    headings = [one.value for one in sheet[1]]
    at = openpyxl.utils.get_column_letter(headings.index("Need area") + 1)
    (rule,) = [one for one in sheet.data_validations.dataValidation if f"{at}2" in one.sqref]
    listed = book["Lists"][rule.formula1.split("!")[1].replace("$", "")]
    assert "Accommodation" in [one.value for (one,) in listed]


def test_the_file_with_our_offers_holds_ours_alone(
    session: Session, signed_in: FlaskClient, organisation
) -> None:  # type: ignore[no-untyped-def]
    draft_offer(session, actor=actor_with(organisation, "supplier-administrator"), title="Ours")
    draft_offer(session, actor=supplier_actor(session), title="Theirs")
    book = openpyxl.load_workbook(io.BytesIO(signed_in.get("/offers/bulk/offers.xlsx").data))
    rows = [[cell.value for cell in row] for row in book["Offers"].iter_rows(min_row=2)]
    assert len(rows) == 1
    assert "Ours" in rows[0]


def test_many_offers_are_written_by_the_worker(
    app: Flask, session: Session, signed_in: FlaskClient, organisation, monkeypatch: pytest.MonkeyPatch
) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("catalogue.bulk.views.AT_ONCE", 0)
    draft_offer(session, actor=actor_with(organisation, "supplier-administrator"), title="Ours")
    assert "Prepare the workbook" in signed_in.get("/offers/bulk").text
    assert signed_in.get("/offers/bulk/offers.xlsx").location == "/offers/bulk"
    address = signed_in.post("/offers/bulk/downloads").location
    assert "Writing your workbook" in signed_in.get(address).text
    assert signed_in.get(f"{address}/offers.xlsx").status_code == 404
    run_due_jobs(app)
    assert "Your workbook is ready" in signed_in.get(address).text
    book = openpyxl.load_workbook(io.BytesIO(signed_in.get(f"{address}/offers.xlsx").data))
    assert book["Offers"].max_row == 2


def test_only_who_may_submit_submits_with_the_file(
    app: Flask, session: Session, client: FlaskClient, organisation
) -> None:  # type: ignore[no-untyped-def]
    client.sign_in(make_person(session, organisation, "supplier-editor"))
    version = draft_offer(session, actor=actor_with(organisation, "supplier-administrator"))
    version_id = version.id
    content = client.get("/offers/bulk/offers.xlsx").data
    book = openpyxl.load_workbook(io.BytesIO(content))
    headings = [one.value for one in book["Offers"][1]]
    book["Offers"].cell(2, headings.index("Summary") + 1).value = "New words."
    out = io.BytesIO()
    book.save(out)
    address = send(client, out.getvalue()).location
    run_due_jobs(app)
    assert 'name="submits"' not in client.get(address).text
    client.post(f"{address}/confirm", data={"submits": "y"})
    run_due_jobs(app)
    session.expire_all()
    assert session.get_one(OfferVersion, version_id).state is OfferState.DRAFT


def test_work_stopped_each_time_is_shown_as_broken_off(session: Session, signed_in: FlaskClient) -> None:
    address = send(signed_in, workbook(new_offer())).location
    job = session.scalars(sa.select(Job)).one()
    job.status = JobStatus.FAILED
    assert "The work broke off" in signed_in.get(address).text
    assert "Broke off" in signed_in.get("/offers/bulk").text


def test_lists_take_the_same_queries_however_long(
    app: Flask, session: Session, signed_in: FlaskClient, organisation
) -> None:  # type: ignore[no-untyped-def]
    actor = actor_with(organisation, "supplier-administrator")
    rows = new_offer()
    rows["Offers"] += [{**rows["Offers"][0], "Offer": f"other-{number}"} for number in range(20)]
    addresses = [send(signed_in, workbook(new_offer())).location, send(signed_in, workbook(rows)).location]
    run_due_jobs(app)
    first = [queries_of(app, signed_in, "/offers/bulk"), queries_of(app, signed_in, addresses[0])]
    for _ in range(10):
        services.receive_upload(session, actor=actor, now=NOW, name="a.xlsx", content=workbook(new_offer()))
    run_due_jobs(app)
    assert [queries_of(app, signed_in, "/offers/bulk"), queries_of(app, signed_in, addresses[1])] == first


def queries_of(app: Flask, client: FlaskClient, address: str) -> int:
    client.get(address)
    seen: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert client.get(address).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return sum(not one.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")) for one in seen)
