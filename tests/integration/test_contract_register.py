"""A contract register taken in by command and in the browser; contracts listed, shown and exported."""

import io
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core.accounts.types import OrganisationKind
from core.audit.models import AuditEvent
from procurement.contracts.models import Contract
from tests.factories import make_organisation, make_person
from tests.shared_data import CONTRACT_REGISTER
from tests.unit.contracts.test_register import register


def run(app: Flask, *args: str):
    return app.test_cli_runner().invoke(args=["contracts", *args])


@pytest.fixture
def lead(session: Session, client: FlaskClient):
    """A regional lead, signed in."""
    person = make_person(session, make_organisation(session, OrganisationKind.AUTHORITY), "regional-lead")
    client.sign_in(person)  # type: ignore[attr-defined]
    return person


def upload(client: FlaskClient, content: bytes, name: str = "register.csv"):
    return client.post("/contracts/import", data={"file": (io.BytesIO(content), name)})


def state(session: Session) -> list:
    session.expire_all()
    contracts = session.scalars(sa.select(Contract).order_by(Contract.reference)).all()
    return [
        (
            c.id, c.public_id, c.reference, c.title, c.starts_on, c.ends_on, c.sex, c.age_from, c.age_to,
            [p.code for p in c.places], [n.code for n in c.need_areas], [s.code for s in c.stages],
        )
        for c in contracts
    ]  # fmt: skip


def test_the_real_register_is_taken_in_whole_and_a_second_run_changes_nothing(
    app: Flask, session: Session
) -> None:
    first = run(app, "import", str(CONTRACT_REGISTER))
    assert first.exit_code == 0, first.output
    assert "196 contracts: 196 added, 0 changed, 0 unchanged" in first.stdout
    assert "warning: row 162, title:" in first.stderr
    before = state(session)
    events = session.scalar(sa.select(sa.func.count()).select_from(AuditEvent))
    assert len(before) == 196
    second = run(app, "import", str(CONTRACT_REGISTER))
    assert "196 contracts: 0 added, 0 changed, 196 unchanged" in second.stdout
    assert state(session) == before
    assert session.scalar(sa.select(sa.func.count()).select_from(AuditEvent)) == events


def test_a_changed_row_changes_its_contract_and_no_other(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    file = tmp_path / "register.csv"
    file.write_bytes(register({}, {"title": "Accommodation"}))
    run(app, "import", str(file))
    file.write_bytes(register({}, {"title": "Accommodation", "hidden_after": "2027-03-31"}))
    assert "0 added, 1 changed, 1 unchanged" in run(app, "import", str(file)).stdout
    ends = dict(session.execute(sa.select(Contract.reference, Contract.ends_on)).all())
    assert ends["T-1"] is None
    assert str(ends["T-2"]) == "2027-03-31"


def test_one_error_stops_the_whole_import(app: Flask, session: Session, tmp_path: Path) -> None:
    file = tmp_path / "register.csv"
    file.write_bytes(register({}, {"pfa_id": "atlantis"}, {}))
    result = run(app, "import", str(file))
    assert result.exit_code == 1
    assert "error: row 3, pfa_id: 'atlantis' there is no police force area of this code" in result.stderr
    assert "nothing was imported" in result.stderr
    assert state(session) == []


def test_a_contract_that_ends_before_it_begins_is_imported_with_a_warning(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    file = tmp_path / "register.csv"
    file.write_bytes(register({"hidden_after": "2020-01-01"}))
    result = run(app, "import", str(file))
    assert result.exit_code == 0
    assert "it is never in force" in result.stderr
    assert len(state(session)) == 1


def test_the_upload_page_reports_row_by_row(client: FlaskClient, session: Session, lead) -> None:
    assert client.get("/contracts/import").status_code == 200
    response = upload(client, register({}, {"region_code": "Z", "pfa_id": ""}))
    text = response.get_data(as_text=True)
    assert response.status_code == 422
    assert "1 error in 2 rows. Nothing was imported" in text
    assert "there is no region of this code" in text
    assert state(session) == []
    good = upload(client, register({}, {"pfa_id": "", "title": "Homes in Sunderland"}))
    assert good.status_code == 200
    assert "2 added" in good.get_data(as_text=True)
    assert "the title names sunderland" in good.get_data(as_text=True)
    assert len(state(session)) == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"PK\x03\x04", "save it as CSV"),
        (b"\xff\xfea", "not UTF-8"),
        (b"contract_reference\n1\n", "no column contract_type_code"),
        (b"a" * 4097, "larger than"),
    ],
)
def test_a_file_that_is_no_register_is_refused_by_name(
    client: FlaskClient, lead, monkeypatch, content, words
) -> None:
    monkeypatch.setattr("procurement.contracts.rules.register.MOST_BYTES", 1024)
    response = upload(client, content, "odd.csv")
    assert response.status_code == 422
    assert f"odd.csv: {words}" in response.get_data(as_text=True) or words in response.get_data(as_text=True)
    assert "odd.csv" in response.get_data(as_text=True)
    assert client.post("/contracts/import", data={}).status_code == 422


def test_the_list_is_filtered_paged_and_exported(app: Flask, client: FlaskClient, lead) -> None:
    run(app, "import", str(CONTRACT_REGISTER))
    text = client.get("/contracts").get_data(as_text=True)
    assert "196 contracts, 1 to 25" in text
    assert "30 contracts" in client.get("/contracts?type=DNR").get_data(as_text=True)
    assert "37 contracts" in client.get("/contracts?region=region:L").get_data(as_text=True)
    assert "170 contracts" in client.get("/contracts?on=2026-09-01").get_data(as_text=True)
    assert "No contract matches" in client.get("/contracts?words=nothing+like+it").get_data(as_text=True)
    assert client.get("/contracts?page=9").status_code == 404
    assert client.get("/contracts?on=yesterday").status_code == 200
    csv = client.get("/contracts/export.csv?region=region:L")
    assert csv.get_data(as_text=True).count("\r\n") == 38
    assert client.get("/contracts/export.xlsx").get_data()[:2] == b"PK"


def test_the_page_of_a_contract_says_what_it_cannot_know(
    app: Flask, client: FlaskClient, session: Session, lead
) -> None:
    run(app, "import", str(CONTRACT_REGISTER))
    contract = session.scalars(sa.select(Contract).where(Contract.reference == "GMIRSDR_1")).one()
    text = client.get(f"/contracts/{contract.public_id}").get_data(as_text=True)
    assert "extent unconfirmed" in text
    assert "No equivalent among our need areas" in text
    assert "states no volumes or prices" in text


def test_a_supplier_sees_no_contract_but_its_own(app: Flask, client: FlaskClient, session: Session) -> None:
    run(app, "import", str(CONTRACT_REGISTER))
    supplier = make_organisation(session)
    client.sign_in(make_person(session, supplier, "supplier-viewer"))  # type: ignore[attr-defined]
    assert "No contract matches" in client.get("/contracts").get_data(as_text=True)
    contract = session.scalars(sa.select(Contract).where(Contract.reference == "PRJ_5555")).one()
    assert client.get(f"/contracts/{contract.public_id}").status_code == 404
    contract.supplier = supplier
    session.flush()
    assert client.get(f"/contracts/{contract.public_id}").status_code == 200
    assert client.get("/contracts/import").status_code == 403
