"""Further questions to an analysis, asked, answered by the worker, read, and acted on."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core.accounts.types import OrganisationKind
from core.jobs.models import Job
from core.jobs.services import run_due_jobs
from procurement.calloffs.drafting.models import CallOff
from tests.factories import make_organisation, make_person
from tests.integration.test_coverage import DURHAM, GOOD, authority, text_of, upload, work_out  # noqa: F401
from tests.provision import make_contract, make_framework, make_offer

pytestmark = pytest.mark.usefixtures("authority")


def ask(app: Flask, client: FlaskClient, session: Session, address: str, **data: str) -> str:
    """Ask a further question, let the worker run, and return the answer's address."""
    asked = client.post(address, data=data)
    assert asked.status_code == 302, asked.get_data(as_text=True)
    session.commit()
    assert run_due_jobs(app) == 1
    session.expire_all()
    job = session.scalars(sa.select(Job).order_by(Job.id.desc()).limit(1)).one()
    assert job.status == "done", job.error
    return client.get(asked.location).location


@pytest.fixture
def worked_out(app: Flask, client: FlaskClient, session: Session) -> str:
    """Durham: 100 men and 60 women at low complexity; a contract serves 30, an offer asks £750.50."""
    upload(client, GOOD)
    make_contract(session, places=("pfa:durham",), volumes={("accommodation", "low"): 30}, cohorts=("men",))
    make_offer(session, need="accommodation", places=("pfa:durham",), capacity={"low": 50, "high": 10})
    return work_out(app, client, session)


def test_the_plan_says_what_to_buy_and_drafts_its_call_off(
    app: Flask, client: FlaskClient, session: Session, worked_out: str
) -> None:
    framework = make_framework(session, need="accommodation", regions=("region:A",))
    assert "Ask for a plan" in text_of(client, f"{worked_out}/buying")
    plan = ask(app, client, session, f"{worked_out}/buying")
    shown = text_of(client, plan)
    assert "£750.50" in shown
    assert "lowest of 1 offer" in shown
    assert "median elsewhere" in shown
    assert re.search(r"Contracts and offers together can serve 90 people", shown)
    assert "no more" in shown
    north_east = text_of(client, f"{plan}?region=region:A&need=accommodation")
    assert "£165,110" in north_east
    draft = f"{plan}/call-off?region=region:A&need=accommodation"
    assert "£75,050" in text_of(client, f"{draft}&budget=75100")
    wrong = client.get(f"{draft}&budget=plenty")
    assert wrong.status_code == 422
    data = {"region": "region:A", "need": "accommodation", "budget": "75,100"}
    data |= {"framework": framework.public_id}
    assert client.post(f"{plan}/call-off", data=data).status_code == 302
    lot = session.scalars(sa.select(CallOff)).one().lots[0]
    assert {v.complexity.value: v.people_a_year for v in lot.volumes} == {"high": 40, "low": 60}
    assert str(lot.budget) == "75050.00"


def test_priorities_are_kept_with_the_plan(
    app: Flask, client: FlaskClient, session: Session, worked_out: str
) -> None:
    plan = ask(app, client, session, f"{worked_out}/buying", weight_accommodation="0")
    assert "There is nothing to buy here" in text_of(client, plan)
    assert "Accommodation: do not buy" in text_of(client, f"{worked_out}/buying")
    assert client.post(f"{worked_out}/buying", data={"weight_finance": "9"}).status_code == 400
    assert client.get(f"{plan}?region=region:Z").status_code == 404


def test_another_authority_finds_no_plan(
    app: Flask, client: FlaskClient, session: Session, worked_out: str
) -> None:
    plan = ask(app, client, session, f"{worked_out}/buying")
    other = make_organisation(session, OrganisationKind.AUTHORITY)
    client.sign_in(make_person(session, other, "regional-lead"))  # type: ignore[attr-defined]
    assert client.get(plan).status_code == 404


def test_a_call_off_is_tried_before_it_is_run(
    app: Flask, client: FlaskClient, session: Session, worked_out: str
) -> None:
    """Forty high-complexity places in Durham: nobody serves the forty men there but ten offered places."""
    filled = text_of(client, f"{worked_out}/what-if?place=pfa:durham&need=accommodation&high=40")
    assert 'value="40"' in filled
    assert re.search(r'value="pfa:durham" selected', filled)
    answer = ask(
        app, client, session, f"{worked_out}/what-if",
        place="pfa:durham", need="accommodation", high="40", percent="",
    )  # fmt: skip
    shown = text_of(client, answer)
    assert "40 people a year at high complexity: Accommodation in Durham" in shown
    assert re.search(r"Met by contract</th> ?<td[^>]*>30</td><td[^>]*>70</td><td[^>]*>\+40</td>", shown)
    assert "Accommodation, Durham" in shown
    assert "What if" in text_of(client, f"{worked_out}/what-if")


def test_a_supplier_leaves_and_an_unknown_number_is_said_to_be_unknown(
    app: Flask, client: FlaskClient, session: Session, worked_out: str
) -> None:
    suppliers = text_of(client, f"{worked_out}/suppliers")
    name = re.search(r"(Example organisation \d+)<br>", suppliers)
    assert name
    answer = ask(
        app, client, session, f"{worked_out}/what-if", supplier=name.group(1), removed="XX-1", title="Without"
    )
    shown = text_of(client, answer)
    assert "Not in this analysis, so nothing changed by it: XX-1" in shown
    assert re.search(r"Met by contract</th> ?<td[^>]*>30</td><td[^>]*>0</td><td[^>]*>−30</td>", shown)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Say what to try"),
        ({"place": "pfa:durham", "low": "5"}, "Choose both the place and the need area"),
        ({"low": "5"}, "A contract to try needs a place"),
        ({"percent": "-101"}, "must be between"),
        ({"removed": "A " * 21}, "Leave out 20"),
    ],
)
def test_a_question_that_cannot_be_asked_says_why(
    client: FlaskClient, worked_out: str, data: dict[str, str], words: str
) -> None:
    response = client.post(f"{worked_out}/what-if", data=data)
    assert response.status_code == 422
    assert words in response.get_data(as_text=True)


@pytest.mark.parametrize("by", ["region", "area"])
def test_the_map_and_its_table_say_the_same(client: FlaskClient, worked_out: str, by: str) -> None:
    shown = text_of(client, f"{worked_out}/map?by={by}&need=accommodation")
    place, people = {"region": ("North East", "220"), "area": ("Durham", "170")}[by]
    assert re.search(rf": {place}, [a-z]+ gap, {people} of \d+ people a year", shown)
    assert re.search(rf">{place}</a></th>", shown)
    assert client.get(f"{worked_out}/map?by=planet").status_code == 404
    assert client.get(f"{worked_out}/map?need=nothing").status_code == 404


def test_a_draft_call_off_is_tried_on_the_newest_analysis(
    app: Flask, client: FlaskClient, session: Session, worked_out: str
) -> None:
    """The draft made from a gap asks for everyone whom no contract meets: trying it meets them all."""
    framework = make_framework(session, need="accommodation", regions=("region:A",))
    data = {"place": "pfa:durham", "need": "accommodation", "framework": framework.public_id}
    assert client.post(f"{worked_out}/call-off", data=data).status_code == 302
    call_off = session.scalars(sa.select(CallOff)).one()
    overview = text_of(client, f"/commissioning/{call_off.public_id}")
    assert f"/coverage/try/{call_off.public_id}" in overview
    page = text_of(client, f"/coverage/try/{call_off.public_id}")
    assert "130 people a year, accommodation, low complexity" in page
    answer = ask(app, client, session, f"/coverage/try/{call_off.public_id}")
    shown = text_of(client, answer)
    assert f"Call-off {call_off.public_id}" in shown
    assert re.search(r"Met by contract</th> ?<td[^>]*>30</td><td[^>]*>200</td><td[^>]*>\+170</td>", shown)
    other = make_organisation(session, OrganisationKind.AUTHORITY)
    client.sign_in(make_person(session, other, "regional-lead"))  # type: ignore[attr-defined]
    assert client.get(f"/coverage/try/{call_off.public_id}").status_code == 404
