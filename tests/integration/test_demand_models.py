"""A model of demand: begun, changed while open, frozen once worked out, each figure opened to its formula."""

import io
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core.accounts.models import Organisation
from core.accounts.types import OrganisationKind
from core.jobs.services import run_due_jobs
from procurement.gaps.models import DemandModel, DemandModelRow, DemandModelVersion, DemandRow, DemandSet
from procurement.gaps.rules.demand_model import Kind, Scenario
from tests.factories import make_organisation, make_person
from tests.integration.test_coverage import GOOD, count_queries, text_of, upload
from tests.shared_data import SHARED

HEADER = "kind,key,label,low,central,high,unit,source,as_at,base,weakness"
TAIL = ",share,A test,2026,A test,Invented"
ROWS = [
    "caseload,total,People,1000,1200,1500,people,A test,2026,A test,Invented",
    "yearly,ratio,A year,1,1,1" + TAIL,
    "excluded,low,Unlikely to benefit,0.2,0.25,0.3" + TAIL,
    "custody,share,In prison,0.3,0.3,0.3" + TAIL,
    "out_of_area,share,Elsewhere,0.2,0.25,0.3" + TAIL,
    "region,region:A,North East,0.6,0.6,0.6" + TAIL,
    "region,region:C,Yorkshire,0.4,0.4,0.4" + TAIL,
    "place,pdu:leeds,Leeds,5,5,5" + TAIL,
    "place,pdu:county-durham-and-darlington,Durham,3,3,3" + TAIL,
    "place,pdu:gateshead-and-south-tyneside,Gateshead,1,1,1" + TAIL,
    "prevalence,accommodation,Housing,0.3,0.4,0.5" + TAIL,
    "prevalence,finance,Money,0.1,0.2,0.3" + TAIL,
    "complexity,low,Low,0.7,0.7,0.7" + TAIL,
    "complexity,high,High,0.3,0.3,0.3" + TAIL,
    "cohort,men-26-49,Men,0.9,0.9,0.9" + TAIL,
    "cohort,women-26-49,Women,0.1,0.1,0.1" + TAIL,
]


def file_of(rows: list[str]) -> tuple[io.BytesIO, str]:
    return io.BytesIO("\n".join([HEADER, *rows]).encode()), "assumptions.csv"


@pytest.fixture
def authority(session: Session, client: FlaskClient) -> Organisation:
    organisation = make_organisation(session, OrganisationKind.AUTHORITY)
    client.sign_in(make_person(session, organisation, "regional-lead"))  # type: ignore[attr-defined]
    return organisation


def begin(client: FlaskClient, rows: list[str] = ROWS, **more: str):
    data = {"title": "Example model", "note": "A first try", "source": "", **more}
    return client.post("/coverage/models/new", data={**data, "file": file_of(rows)})


def work_out(app: Flask, client: FlaskClient, session: Session, address: str, *values: str) -> str:
    asked = client.post(
        f"{address}/work-out", data={"period": "2026 to 2027", "scenarios": list(values or Scenario)}
    )
    assert asked.status_code == 302
    assert client.get(asked.location).status_code == 200
    session.commit()
    assert run_due_jobs(app) == 1
    session.expire_all()
    return client.get(asked.location).location


def test_low_central_and_high_demand_comes_from_one_frozen_version(
    app: Flask, client: FlaskClient, session: Session, authority: Organisation
) -> None:
    address = begin(client).location
    assert "Example model" in text_of(client, "/coverage/models")
    assert work_out(app, client, session, address) == address
    sets = {row.scenario: row for row in session.scalars(sa.select(DemandSet))}
    # 1,200 people, a quarter left out, two needs in five and one in five: 900 × (0.4 + 0.2).
    assert sets[Scenario.CENTRAL].people == 540
    assert sets[Scenario.LOW].people == int(1000 * 0.7 * 0.3) + int(1000 * 0.7 * 0.1)
    assert sets[Scenario.HIGH].people == 1500 * 0.8 * 0.5 + 1500 * 0.8 * 0.3
    shown = text_of(client, address)
    assert "Frozen" in shown
    assert "Central values" in shown
    row = f"{address}/assumption?kind=prevalence&key=finance"
    refused = client.post(
        row,
        data={
            **{"low": "0.1", "central": "0.2", "high": "0.3"},
            **{"source": "x", "as_at": "2026", "base": "x", "weakness": "x"},
        },
    )  # fmt: skip
    assert refused.status_code == 422
    assert "Version 1 is frozen" in refused.text
    work_out(app, client, session, address)
    assert session.scalar(sa.select(sa.func.count(DemandSet.id))) == 3


def test_every_figure_opens_to_its_formula_or_its_rows(
    app: Flask, client: FlaskClient, session: Session, authority: Organisation
) -> None:
    work_out(app, client, session, begin(client).location, "central")
    made = session.scalars(sa.select(DemandSet)).one()
    page = f"/coverage/demand/{made.public_id}"
    for link in re.findall(rf"{page}/figure\?[^\"]+", client.get(page).text):
        assert client.get(link.replace("&amp;", "&")).status_code == 200
    leeds = text_of(client, f"{page}/figure?need=accommodation&place=pdu:leeds")
    # 1,200 × 0.75 × (0.4 × (1 − 0.075) + 0.6 × 0.075) × 1 × 0.4
    assert "149.4000" in leeds
    assert "Share that resettles in the region" in leeds
    found = session.scalars(
        sa.select(DemandRow.people).join(DemandRow.place).join(DemandRow.need_area).where(
            DemandRow.set_id == made.id, sa.text("place.code = 'pdu:leeds'"),
            sa.text("need_area.code = 'accommodation'"),
        )
    )  # fmt: skip
    assert abs(sum(found) - 149.4) < 3
    for wrong in ("need=housing", "need=finance&place=pdu:atlantis", "need=finance&complexity=severe"):
        assert client.get(f"{page}/figure?{wrong}").status_code == 404


def test_a_figure_of_an_uploaded_set_opens_to_the_rows_of_its_file(
    client: FlaskClient, session: Session, authority: Organisation
) -> None:
    page = upload(client, GOOD).location
    shown = text_of(client, f"{page}/figure?need=accommodation&complexity=high")
    assert "40 people a year, in 1 row." in shown
    assert re.search(r"numeric\">3</td>", shown), "the third row of the file"
    assert client.get(f"{page}/file").data == GOOD


def test_an_open_version_is_changed_and_a_new_one_begins_as_a_copy(
    app: Flask, client: FlaskClient, session: Session, authority: Organisation
) -> None:
    address = begin(client).location
    good = {
        "low": "0.15", "central": "0.25", "high": "0.35", "source": "Local count", "as_at": "2026-06",
        "base": "400 people", "weakness": "One town",
    }  # fmt: skip
    page = f"{address}/assumption?kind=prevalence&key=finance"
    for change, words in (
        ({"low": "0.5"}, "low, central and high must rise"),
        ({"high": "1.5"}, "a share cannot be above 1"),
        ({"central": "many"}, "Central must be a number"),
        ({"central": "0.12345678"}, "at most six decimal places"),
        ({"weakness": ""}, "Say why it may mislead"),
    ):
        response = client.post(page, data={**good, **change})
        assert response.status_code == 422
        assert words in response.text
    assert client.post(page, data=good).status_code == 302
    assert "Local count" in text_of(client, address)
    work_out(app, client, session, address, "central")
    assert client.post(f"{address}/version", data={"note": ""}).status_code == 422
    assert client.post(f"{address}/version", data={"note": "Next year"}).status_code == 302
    second = text_of(client, address)
    assert "version 2" in second
    assert "Local count" in second
    assert "Frozen" in text_of(client, f"{address}?version=1")
    assert client.get(f"{address}?version=3").status_code == 404
    taken = client.post(f"{address}/profile", data={"profile": "doncaster-c4"})
    assert taken.status_code == 302
    assert "Thirty people from one prison" in text_of(client, address)
    held = session.scalars(
        sa.select(DemandModelRow)
        .join(DemandModelVersion, DemandModelVersion.id == DemandModelRow.version_id)
        .where(DemandModelVersion.number == 2, DemandModelRow.kind == Kind.PREVALENCE)
    ).all()
    assert {row.key for row in held} == {"accommodation", "finance", "employment", "emotional", "family"}
    assert "no equivalent" in text_of(client, f"{address}/profile").lower()
    back = client.get(f"{address}.csv?version=1").text
    assert begin(client, back.splitlines()[1:]).status_code == 302


def test_a_file_that_is_none_or_does_not_hold_together_begins_nothing(
    client: FlaskClient, session: Session, authority: Organisation
) -> None:
    for rows, words in (
        ([*ROWS, ROWS[-1]], "stands twice"),
        (ROWS[1:], "Caseload is missing"),
        ([*ROWS, "mood,x,X,1,1,1" + TAIL], "Row 18 cannot be read"),
        ([*ROWS[:-1], "cohort,women-26-49,Women,0.5,0.5,0.5" + TAIL], "add up to 1.4000, not to 1"),
    ):
        response = begin(client, rows)
        assert response.status_code == 422
        assert words in response.text
        assert 'value="Example model"' in response.text
    data = {"title": "None", "note": "None", "source": "", "file": (io.BytesIO(b"\xff\x00"), "x.csv")}
    assert "this is no CSV file" in client.post("/coverage/models/new", data=data).text
    assert session.scalars(sa.select(DemandModel)).all() == []


def test_the_pages_ask_no_more_for_more_models(
    client: FlaskClient, session: Session, authority: Organisation
) -> None:
    begin(client)
    first = count_queries(client, "/coverage/models")
    begin(client)
    begin(client)
    assert count_queries(client, "/coverage/models") == first


def test_published_figures_are_loaded_where_they_lie_for_the_authority_there_is(
    app: Flask, client: FlaskClient, session: Session, tmp_path: Path
) -> None:
    def load(folder: Path):
        return app.test_cli_runner().invoke(args=["gaps", "load-model", str(folder)])

    assert "0 authorities fit" in load(SHARED / "data").output
    organisation = make_organisation(session, OrganisationKind.AUTHORITY)
    session.commit()
    missing = load(tmp_path)
    assert missing.exit_code != 0
    assert "file missing: file: lad_lookup.csv" in missing.output
    assert load(SHARED / "data").exit_code == 0
    client.sign_in(make_person(session, organisation, "regional-lead"))  # type: ignore[attr-defined]
    made = session.scalars(sa.select(DemandModel)).one()
    shown = text_of(client, f"/coverage/models/{made.public_id}")
    for words in ("241,540", "Throughgate assumption", "Parliamentary written answer", "109 delivery units"):
        assert words in shown
