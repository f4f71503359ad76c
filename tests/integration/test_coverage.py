"""Demand uploaded, coverage worked out by the worker, the gap read, and a call-off drafted from it."""

import csv
import io
import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalogue.offers.types import OfferState
from catalogue.reference.models import DemandCohort
from core.accounts.models import Organisation
from core.accounts.types import OrganisationKind
from core.db import db
from core.jobs.models import Job
from core.jobs.services import run_due_jobs
from procurement.calloffs.drafting.models import CallOff
from procurement.gaps.models import Analysis, AnalysisCell, AnalysisTotal, DemandSet
from tests.factories import make_organisation, make_person
from tests.provision import admit, commit_places, make_contract, make_framework, make_offer

ON = "2026-09-01"
DURHAM, GATESHEAD, LEEDS = (
    "pdu:county-durham-and-darlington",
    "pdu:gateshead-and-south-tyneside",
    "pdu:leeds",
)


@pytest.fixture
def authority(session: Session, client: FlaskClient) -> Organisation:
    """A regional lead, signed in."""
    organisation = make_organisation(session, OrganisationKind.AUTHORITY)
    client.sign_in(make_person(session, organisation, "regional-lead"))  # type: ignore[attr-defined]
    return organisation


def rows(*given: tuple) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("place", "need", "complexity", "cohort", "people"))
    writer.writerows(given)
    return text.getvalue().encode()


GOOD = rows(
    (DURHAM, "accommodation", "low", "men-26-49", 100),
    (DURHAM, "accommodation", "high", "men-26-49", 40),
    (DURHAM, "accommodation", "low", "women-26-49", 60),
    (GATESHEAD, "accommodation", "low", "men-26-49", 50),
    (LEEDS, "accommodation", "low", "men-26-49", 80),
    (LEEDS, "attitudes", "high", "men-26-49", 7),
)


def upload(client: FlaskClient, content: bytes, **fields: str):
    form = {"title": "Example demand", "period": "2026 to 2027", "source": "Counted for a test", **fields}
    return client.post("/coverage/demand/upload", data={**form, "file": (io.BytesIO(content), "demand.csv")})


def work_out(app: Flask, client: FlaskClient, session: Session, on: str = ON) -> str:
    """Ask for the coverage of the only demand set, let the worker run, and return the answer's address."""
    demand_set = session.scalars(sa.select(DemandSet)).one()
    asked = client.post("/coverage/analyses", data={"demand_set": demand_set.public_id, "on": on})
    assert asked.status_code == 302
    assert client.get(asked.location).status_code == 200
    session.commit()
    assert run_due_jobs(app) == 1
    session.expire_all()
    job = session.scalars(sa.select(Job).order_by(Job.id.desc()).limit(1)).one()
    assert job.status == "done", job.error
    return client.get(asked.location).location


def text_of(client: FlaskClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.get_data(as_text=True))


def totals(session: Session, code: str = "nation:ew", need: str = "accommodation") -> tuple:
    query = (
        sa.select(AnalysisTotal)
        .join(AnalysisTotal.place)
        .join(AnalysisTotal.need_area)
        .where(sa.text("place.code = :code AND need_area.code = :need"))
    )
    total = session.scalars(query, {"code": code, "need": need}).one()
    return total.people, total.by_contract, total.by_member_offer, total.by_other_offer, total.referred


def test_a_demand_set_is_uploaded_listed_shown_and_given_back(
    client: FlaskClient, session: Session, authority: Organisation
) -> None:
    assert client.get("/coverage/demand/upload").status_code == 200
    response = upload(client, GOOD)
    assert response.status_code == 302
    assert "Example demand" in text_of(client, "/coverage/demand")
    shown = text_of(client, response.location)
    assert "337" in shown
    back = client.get(response.location + ".csv").get_data()
    assert sorted(back.splitlines()) == sorted(GOOD.splitlines())


def test_errors_are_listed_row_by_row_and_nothing_is_kept(
    client: FlaskClient, session: Session, authority: Organisation
) -> None:
    bad = rows(
        ("pdu:atlantis", "accommodation", "low", "men-26-49", 5),
        (DURHAM, "housing", "low", "men-26-49", 5),
        ("region:A", "accommodation", "low", "men-26-49", 5),
        ("pdu:staffordshire-and-stoke", "accommodation", "low", "men-26-49", "many"),
    )
    response = upload(client, bad)
    shown = response.get_data(as_text=True)
    assert response.status_code == 422
    assert "5 errors in 4 rows. Nothing was kept" in shown
    assert "this place has ended: use pdu:staffordshire-north, pdu:staffordshire-south" in shown
    assert 'value="Example demand"' in shown
    assert session.scalars(sa.select(DemandSet)).all() == []


@pytest.mark.parametrize(
    ("content", "fields", "words"),
    [
        (b"", {}, "demand.csv: The file is empty"),
        (GOOD, {"title": ""}, "Enter a title"),
        (rows((DURHAM, "accommodation", "low", "men-26-49", "")), {}, "no row has a figure"),
        (b"place,need\n", {}, "no column complexity, cohort, people"),
    ],
)
def test_what_cannot_be_kept_is_said_and_keeps_what_was_typed(
    client: FlaskClient, session: Session, authority: Organisation, content, fields, words
) -> None:
    response = upload(client, content, **fields)
    assert response.status_code == 422
    assert words in response.get_data(as_text=True)
    assert "Counted for a test" in response.get_data(as_text=True)
    assert session.scalars(sa.select(DemandSet)).all() == []


def test_the_template_has_every_cell_of_a_region(client: FlaskClient, authority: Organisation) -> None:
    whole = client.get("/coverage/demand/template.csv").get_data(as_text=True)
    assert whole.count("\r\n") == 1 + 109 * 8 * 3 * 6
    wales = client.get("/coverage/demand/template.csv?region=region:D").get_data(as_text=True)
    assert wales.count("\r\n") == 1 + 6 * 8 * 3 * 6
    assert client.get("/coverage/demand/template.csv?region=region:Z").status_code == 404


def test_contracts_offers_and_memberships_become_layers(
    app: Flask, client: FlaskClient, session: Session, authority: Organisation
) -> None:
    """Durham: 200 people. A contract serves 30 men, a member 50 more, another supplier 20 women in part."""
    upload(client, GOOD)
    make_contract(session, places=("pfa:durham",), volumes={("accommodation", "low"): 30}, cohorts=("men",))
    member = make_organisation(session)
    framework = make_framework(session, need="accommodation", regions=("region:A",))
    admit(session, framework, member, "region:A")
    make_offer(
        session, need="accommodation", places=("pfa:durham",), capacity={"low": 50}, cohorts=("men",),
        supplier=member,
    )  # fmt: skip
    make_offer(session, need="accommodation", places=("region:A",), capacity={"low": 20}, cohorts=("women",))
    address = work_out(app, client, session)
    assert totals(session, "pfa:durham") == (200, 30, 50, 20, 0)
    assert totals(session, "region:A") == (250, 30, 50, 20, 0)
    assert totals(session) == (330, 30, 50, 20, 0)
    assert totals(session, need="attitudes") == (7, 0, 0, 0, 7)
    shown = text_of(client, address)
    assert "120 not met" in text_of(client, f"{address}?place=region:A&complexity=low&cohort=men-26-49")
    assert "Refer to accredited programme" in shown
    assert "Market gap" in shown


def test_capacity_shared_by_regions_is_counted_once(
    app: Flask, client: FlaskClient, session: Session, authority: Organisation
) -> None:
    upload(client, GOOD)
    make_contract(session, places=("nation:ew",), volumes={("accommodation", "low"): 115}, cohorts=("men",))
    address = work_out(app, client, session)
    assert totals(session)[1] == 115
    assert totals(session, "region:A")[1] + totals(session, "region:C")[1] == 115
    cell = text_of(client, f"{address}/cell?place={DURHAM}&need=accommodation")
    assert "3 cells" in cell
    assert "each is served at 50%: 115 of 230 people" in cell


def test_places_under_contract_leave_the_offer_and_figures_that_are_missing_are_left_out(
    app: Flask, client: FlaskClient, session: Session, authority: Organisation
) -> None:
    upload(client, GOOD)
    make_contract(session, places=("pfa:durham",), volumes={})
    half = make_offer(session, need="accommodation", places=("pfa:durham",), capacity={"low": 50})
    commit_places(session, half, "low", 20)
    spent = make_offer(session, need="accommodation", places=("pfa:durham",), capacity={"low": 9})
    commit_places(session, spent, "low", 9)
    make_offer(session, need="accommodation", places=("pfa:durham",), capacity={"low": None})
    make_offer(
        session, need="accommodation", places=("nation:ew",), capacity={"low": 900},
        state=OfferState.SUSPENDED,
    )  # fmt: skip
    address = work_out(app, client, session)
    assert totals(session) == (330, 0, 0, 30, 0)
    shown = text_of(client, address)
    assert "1 contract that states no places; 1 offer whose places are all under contract; " in shown
    assert "1 offer that states no places" in shown


def test_an_offer_for_women_alone_serves_no_men_of_the_groups_it_names(
    app: Flask, client: FlaskClient, session: Session, authority: Organisation
) -> None:
    offer = make_offer(
        session,
        need="accommodation",
        places=("region:A",),
        capacity={"low": 100},
        cohorts=("women", "young-adults"),
    )
    offer.versions[0].women_only = True
    session.flush()
    upload(
        client,
        rows(
            ("pdu:gateshead-and-south-tyneside", "accommodation", "low", "women-18-25", 10),
            ("pdu:gateshead-and-south-tyneside", "accommodation", "low", "men-18-25", 10),
        ),
    )
    work_out(app, client, session)
    served = dict(
        session.execute(
            sa.select(DemandCohort.code, AnalysisCell.by_other_offer).join(
                DemandCohort, DemandCohort.id == AnalysisCell.cohort_id
            )
        ).all()
    )
    assert served == {"women-18-25": 10, "men-18-25": 0}


def test_the_matrix_drills_down_and_switches_without_asking_the_database_more(
    app: Flask, client: FlaskClient, session: Session, authority: Organisation
) -> None:
    upload(client, GOOD)
    make_contract(session, places=("pfa:durham",), volumes={("accommodation", "low"): 30})
    address = work_out(app, client, session)
    for place, column in (
        ("nation:ew", "North East"),
        ("region:A", "Northumbria"),
        ("pfa:durham", "County Durham and Darlington"),
        (DURHAM, "County Durham and Darlington"),
    ):
        assert column in text_of(client, f"{address}?place={place}")
    low = text_of(client, f"{address}?place=region:A&complexity=low&cohort=men-26-49")
    assert "low complexity, men aged 26 to 49" in low
    assert "of 150;" in low
    for wrong in ("place=region:Z", "complexity=severe", "cohort=martians"):
        assert client.get(f"{address}?{wrong}").status_code == 404
    counts = {count_queries(client, f"{address}?place={place}") for place in ("nation:ew", "region:A")}
    assert counts == {count_queries(client, address)}
    assert counts.pop() <= 15


def count_queries(client: FlaskClient, address: str) -> int:
    """How many statements a page sends, savepoints aside."""
    seen: list[str] = []

    def note(connection, cursor, statement, *rest):
        if statement.startswith("SELECT"):
            seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert client.get(address).status_code == 200
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


def test_the_same_inputs_are_answered_by_the_analysis_that_is_there(
    app: Flask, client: FlaskClient, session: Session, authority: Organisation
) -> None:
    upload(client, GOOD)
    make_contract(session, places=("pfa:durham",), volumes={("accommodation", "low"): 30})
    first = work_out(app, client, session)
    assert work_out(app, client, session) == first
    assert session.scalar(sa.select(sa.func.count()).select_from(Analysis)) == 1
    make_contract(session, places=("pfa:durham",), volumes={("accommodation", "high"): 5})
    assert work_out(app, client, session) != first


def test_a_cell_says_why_and_who_and_drafts_the_call_off(
    app: Flask, client: FlaskClient, session: Session, authority: Organisation
) -> None:
    upload(client, GOOD)
    make_contract(session, places=("pfa:durham",), volumes={("accommodation", "low"): 30}, cohorts=("men",))
    member = make_organisation(session, name="Example Doors")
    framework = make_framework(session, need="accommodation", regions=("region:A",))
    admit(session, framework, member, "region:A")
    make_offer(
        session, need="accommodation", places=("pfa:durham",), capacity={"low": 50, "high": 10},
        supplier=member,
    )  # fmt: skip
    address = work_out(app, client, session)
    cell = f"{address}/cell?place=pfa:durham&need=accommodation"
    shown = text_of(client, cell)
    assert "Market gap: 170 of 200 people a year are not met by a contract." in shown
    assert "Example Doors" in shown
    assert "Offer, may be invited" in shown
    assert "Only one supplier has contracts here" in shown
    assert "Draft a call-off for this gap" in shown
    women = text_of(client, f"{cell}&cohort=women-26-49")
    assert "60 of 60 people a year" in women
    assert "No contract in force: only men are served" in women
    data = {"place": "pfa:durham", "need": "accommodation", "framework": framework.public_id}
    assert client.post(f"{address}/call-off", data=data).status_code == 302
    call_off = session.scalars(sa.select(CallOff)).one()
    lot = call_off.lots[0]
    assert {v.complexity.value: v.people_a_year for v in lot.volumes} == {"low": 130, "high": 40}
    assert [place.code for place in lot.places] == ["pfa:durham"]
    assert {cohort.code for cohort in lot.cohorts} == {"women", "men"}
    assert str(lot.budget) == "127585.00"
    assert "170 people a year in Durham" in call_off.source_note


def test_nothing_is_drafted_without_a_framework_or_a_gap(
    app: Flask, client: FlaskClient, session: Session, authority: Organisation
) -> None:
    upload(client, GOOD)
    framework = make_framework(session, need="accommodation", regions=("region:A", "region:C"))
    make_contract(session, places=(LEEDS,), volumes={("accommodation", "low"): 99}, cohorts=("men",))
    address = work_out(app, client, session)
    data = {"place": LEEDS, "need": "accommodation", "framework": framework.public_id}
    client.post(f"{address}/call-off", data=data)
    client.post(f"{address}/call-off", data={**data, "place": DURHAM, "framework": "FW-NOTHING0"})
    assert session.scalars(sa.select(CallOff)).all() == []
    no_framework = text_of(client, f"{address}/cell?place={LEEDS}&need=attitudes")
    assert "7 people a year should be referred to an accredited programme" in no_framework
    assert "Draft a call-off" not in no_framework


def test_exports_say_method_inputs_and_what_was_left_out(
    app: Flask, client: FlaskClient, session: Session, authority: Organisation
) -> None:
    upload(client, GOOD)
    make_contract(session, places=("pfa:durham",), volumes={("accommodation", "low"): 30})
    address = work_out(app, client, session)
    text = client.get(f"{address}/export.csv").get_data(as_text=True)
    table = list(csv.DictReader(io.StringIO(text.split("\r\n\r\n")[0])))
    assert len(table) == 6
    for row in table:
        parts = [int(row[name]) for name in list(row)[7:13]]
        assert sum(parts) == int(row["people a year"])
    assert "Certificate: holds" in text
    assert client.get(f"{address}/export.xlsx").get_data()[:2] == b"PK"


def test_another_authority_and_a_supplier_see_none_of_it(
    app: Flask, client: FlaskClient, session: Session, authority: Organisation
) -> None:
    uploaded = upload(client, GOOD).location
    address = work_out(app, client, session)
    other = make_organisation(session, OrganisationKind.AUTHORITY)
    client.sign_in(make_person(session, other, "regional-lead"))  # type: ignore[attr-defined]
    for page in (uploaded, uploaded + ".csv", address, f"{address}/export.csv"):
        assert client.get(page).status_code == 404
    assert client.get(f"{address}/cell?place={LEEDS}&need=accommodation").status_code == 404
    client.sign_in(make_person(session, make_organisation(session), "supplier-administrator"))  # type: ignore[attr-defined]
    assert client.get("/coverage").status_code == 403


def test_the_cells_of_an_answer_hold_no_more_than_there_are_people(
    app: Flask, client: FlaskClient, session: Session, authority: Organisation
) -> None:
    upload(client, GOOD)
    make_contract(session, places=("nation:ew",), volumes={("accommodation", "low"): 10_000})
    work_out(app, client, session)
    cells = session.scalars(sa.select(AnalysisCell)).all()
    assert len(cells) == 6
    assert sum(cell.by_contract for cell in cells) == 290
    assert all(cell.by_contract <= cell.people for cell in cells)


def test_suppliers_are_listed_by_what_is_lost_without_them(
    app: Flask, client: FlaskClient, session: Session, authority: Organisation
) -> None:
    """Without Ada 30 of the 100 men of Durham lose cover by contract; Ben's offer could take them."""
    upload(client, GOOD)
    ada, ben = make_organisation(session, name="Example Ada"), make_organisation(session, name="Example Ben")
    make_contract(session, places=(DURHAM,), volumes={("accommodation", "low"): 30}, supplier=ada)
    make_offer(session, need="accommodation", places=(DURHAM,), capacity={"low": 500}, supplier=ben)
    address = work_out(app, client, session)
    table = text_of(client, f"{address}/suppliers")
    found = re.findall(r'scope="row"[^>]*>(Example \w+)<br>.*?</th>((?: *<td[^>]*>[\d,]+</td>)+)', table)
    assert [(name, [int(n) for n in re.findall(r">(\d+)<", cells)]) for name, cells in found] == [
        ("Example Ada", [1, 0, 30, 30, 0]),
        ("Example Ben", [0, 1, 0, 0, 130]),
    ]
    cell = text_of(client, f"{address}/cell?place={DURHAM}&need=accommodation")
    assert "30 (0 with all offers)" in cell
    assert client.get(f"{address}/suppliers?page=2").status_code == 404


def test_the_list_of_suppliers_asks_no_more_for_more_of_them(
    app: Flask, client: FlaskClient, session: Session, authority: Organisation
) -> None:
    upload(client, GOOD)
    for _ in range(3):
        make_offer(session, need="accommodation", places=(DURHAM,), capacity={"low": 5})
    few = count_queries(client, f"{work_out(app, client, session)}/suppliers")
    for _ in range(30):
        make_offer(session, need="accommodation", places=(DURHAM,), capacity={"low": 5})
    assert count_queries(client, f"{work_out(app, client, session)}/suppliers") == few
