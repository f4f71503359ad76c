"""Reports of an analysis: made by the worker, kept, read, published without small counts, and recomputed."""

import io
import json
import re
from pathlib import Path

import openpyxl
import pypdf
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core.accounts.models import Organisation
from core.jobs.services import run_due_jobs
from procurement.gaps.models import AnalysisCell, AnalysisStudy
from tests.factories import make_organisation, make_person
from tests.integration.test_coverage import (  # noqa: F401
    DURHAM,
    GATESHEAD,
    LEEDS,
    authority,
    rows,
    text_of,
    upload,
    work_out,
)
from tests.provision import make_contract, make_offer

DEMAND = rows(
    (DURHAM, "accommodation", "low", "men-26-49", 100),
    (DURHAM, "finance", "low", "women-26-49", 3),
    (GATESHEAD, "accommodation", "low", "men-26-49", 50),
    (GATESHEAD, "finance", "low", "women-26-49", 40),
    (LEEDS, "accommodation", "low", "men-26-49", 80),
    (LEEDS, "finance", "low", "men-26-49", 60),
)


@pytest.fixture
def analysis(app: Flask, client: FlaskClient, session: Session, authority: Organisation) -> str:  # noqa: F811
    """The address of a finished analysis: Durham has contracts, three women there have none."""
    upload(client, DEMAND)
    make_contract(session, places=("pfa:durham",), volumes={("accommodation", "low"): 30})
    make_offer(session, need="finance", places=("nation:ew",), capacity={"low": 500})
    return work_out(app, client, session)


def make_report(
    app: Flask, client: FlaskClient, session: Session, address: str, place: str, readers: str
) -> str:
    """Ask for a report, let the worker run, and return the address of the answer."""
    asked = client.post(f"{address}/reports", data={"place": place, "readers": readers})
    assert asked.status_code == 302
    session.commit()
    assert run_due_jobs(app) == 1
    session.expire_all()
    return client.get(asked.location).location


def pdf_of(client: FlaskClient, address: str) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(client.get(f"{address}.pdf").data))


def words_of(pdf: pypdf.PdfReader) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pdf.pages))


def test_a_regional_report_is_a_tagged_document_and_a_workbook(
    app: Flask, client: FlaskClient, session: Session, analysis: str
) -> None:
    address = make_report(app, client, session, analysis, "region:A", "authority")
    page = text_of(client, address)
    assert "Coverage report: North East" in page
    assert "193 people a year need a service" in page
    pdf = pdf_of(client, address)
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    words = words_of(pdf)
    for part in (
        "Summary",
        "The worst gaps",
        "Resilience",
        "Overlaps",
        "What to buy first",
        "Actions",
        "Method",
    ):
        assert part in words
    assert "Never let" in words or "never let" in words
    assert re.search(r"Inputs \(SHA-256\) ?[0-9a-f]{8}", words)
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{address}.xlsx").data))
    assert {"About", "By need", "Need by place", "Worst gaps", "If a supplier leaves", "Cells"} <= set(
        book.sheetnames
    )
    finance = next(row for row in book["By need"].iter_rows(values_only=True) if row[0].startswith("Finance"))
    assert finance[1] == 43
    assert book["Cells"].max_row == 5


def test_a_report_for_publication_shows_no_small_count_and_no_supplier(
    app: Flask, client: FlaskClient, session: Session, analysis: str
) -> None:
    address = make_report(app, client, session, analysis, "region:A", "anyone")
    study = session.scalars(sa.select(AnalysisStudy).order_by(AnalysisStudy.id.desc()).limit(1)).one()
    content = study.answer["content"]
    assert not {"suppliers", "buying", "actions", "overlaps", "cohorts"} & set(content)
    shown = json.dumps([content["whole"], content["needs"], content["places"], content["matrix"]])
    assert not re.search(r": [1-4][,}]", shown)
    durham = next(k for k, place in enumerate(content["places"]) if place["code"] == "pfa:durham")
    finance = next(need for need in content["matrix"] if need["code"] == "finance")
    assert finance["cells"][durham]["people"] is None
    # The other area of the region would tell it by taking it from the total: one of the two is left out too.
    total = next(need for need in content["needs"] if need["code"] == "finance")
    others = [cell["people"] for k, cell in enumerate(finance["cells"]) if k != durham]
    assert total["people"] is None or None in others
    assert "left out" in words_of(pdf_of(client, address))
    assert "Example offer" not in words_of(pdf_of(client, address))


def test_publishing_is_a_deed_and_can_be_taken_back(
    app: Flask, client: FlaskClient, session: Session, analysis: str
) -> None:
    own = make_report(app, client, session, analysis, "nation:ew", "authority")
    assert client.post(f"{own}/publish").status_code == 400
    address = make_report(app, client, session, analysis, "nation:ew", "anyone")
    key = address.rpartition("/")[2]
    session.commit()
    visitor = app.test_client()
    assert visitor.get(f"/coverage/published/{key}").status_code == 404
    assert client.post(f"{address}/publish").status_code == 302
    session.commit()
    assert key in visitor.get("/coverage/published").get_data(as_text=True)
    assert visitor.get(f"/coverage/published/{key}").status_code == 200
    assert visitor.get(f"/coverage/published/{key}.pdf").data[:5] == b"%PDF-"
    assert visitor.get(f"/coverage/published/{key}.xlsx").status_code == 200
    assert visitor.get(f"/coverage/published/{own.rpartition('/')[2]}").status_code == 404
    client.post(f"{address}/publish", data={"take_back": "1"})
    session.commit()
    assert visitor.get(f"/coverage/published/{key}.pdf").status_code == 404


def test_a_report_without_a_place_is_not_asked_for(client: FlaskClient, analysis: str) -> None:
    refused = client.post(f"{analysis}/reports", data={"place": "", "readers": "authority"})
    assert refused.status_code == 422
    assert "Choose a place" in refused.get_data(as_text=True)


def test_the_inputs_as_a_case_give_the_stored_people(
    app: Flask, client: FlaskClient, session: Session, analysis: str, tmp_path: Path
) -> None:
    """Rates of the case times demand are the people whom all layers together serve, to a person."""
    case = client.get(f"{analysis}/case.json")
    key = analysis.rpartition("/")[2]
    path = tmp_path / "case.json"
    path.write_bytes(case.data)
    exported = app.test_cli_runner().invoke(args=["gaps", "export", key])
    assert exported.stdout_bytes.rstrip() == case.data.rstrip()
    answer = json.loads(app.test_cli_runner().invoke(args=["gaps", "allocate", str(path)]).stdout)
    served = session.scalar(
        sa.select(
            sa.func.sum(AnalysisCell.by_contract + AnalysisCell.by_member_offer + AnalysisCell.by_other_offer)
        )
    )
    assert answer["people_served"] == served == 30 + 103
    rates = {row["cell"]: row["rate"] for row in answer["served_rate"]}
    assert rates[f"{DURHAM}|accommodation|low|men-26-49"] == 0.3
    assert "no analysis" in app.test_cli_runner().invoke(args=["gaps", "export", "AN-NOTHERE"]).stderr


def test_overlaps_are_listed_with_what_is_behind_them(client: FlaskClient, analysis: str) -> None:
    """500 places for 103 people in need of finance: each cell could be served twice, by the offer alone."""
    shown = text_of(client, f"{analysis}/overlaps?need=finance")
    assert "Finance, benefits and debt: 3 cells" in shown
    assert "With offers" in shown
    assert "Example offer" in shown
    assert "None here" in text_of(client, f"{analysis}/overlaps?need=accommodation")
    assert client.get(f"{analysis}/overlaps?need=nothing").status_code == 404


def test_nobody_else_reads_reports_or_inputs(
    app: Flask, client: FlaskClient, session: Session, analysis: str
) -> None:
    address = make_report(app, client, session, analysis, "nation:ew", "authority")
    supplier = make_organisation(session)
    client.sign_in(make_person(session, supplier, "supplier-administrator"))  # type: ignore[attr-defined]
    for path in (
        address,
        f"{address}.pdf",
        f"{address}.xlsx",
        f"{analysis}/case.json",
        f"{analysis}/overlaps",
    ):
        assert client.get(path).status_code in (403, 404)
