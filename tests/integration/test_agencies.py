"""Partner agencies: recorded over four pages, kept with their history, counted once, in one's regions."""

import csv
import io
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core import clock
from core.accounts.models import Organisation, Person
from core.accounts.types import OrganisationKind
from procurement.gaps.models import AgencyProvision, AgencyProvisionChange, DemandSet
from procurement.gaps.queries.agencies import count_agreements
from procurement.gaps.queries.provision import inputs_of
from procurement.gaps.services.agencies import hand_over_agreements
from procurement.gaps.types import Quality, Standing
from tests.agencies import make_provision
from tests.factories import actor_of, make_organisation, make_person
from tests.integration.test_coverage import (
    DURHAM,
    GOOD,
    count_queries,
    text_of,
    totals,
    upload,
    work_out,
)
from tests.provision import admit, commit_places, make_contract, make_framework, make_offer

WHAT = {
    "agency": "Example Housing Trust",
    "title": "Example drop-in",
    "region": "region:A",
    "needs": ["accommodation"],
    "complexities": ["low", "medium"],
    "cohorts": ["women"],
    "places_a_year": "40",
}


@pytest.fixture
def authority(session: Session) -> Organisation:
    return make_organisation(session, OrganisationKind.AUTHORITY)


@pytest.fixture
def lead(session: Session, client: FlaskClient, authority: Organisation) -> Person:
    """A lead of the North East alone, signed in."""
    person = make_person(session, authority, "regional-lead", scopes=("region:A",))
    client.sign_in(person)  # type: ignore[attr-defined]
    return person


def days(name: str, day: date) -> dict[str, str]:
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def only(session: Session) -> AgencyProvision:
    return session.scalars(sa.select(AgencyProvision)).one()


def test_a_provision_is_recorded_over_four_pages_shown_listed_and_exported(
    client: FlaskClient, session: Session, lead: Person
) -> None:
    first = client.post("/coverage/agencies/new", data=WHAT)
    assert first.status_code == 302
    where = client.post(first.location, data={"places": ["pfa:durham", DURHAM]})
    agreement = client.post(
        where.location,
        data={
            "owner": lead.public_id,
            **days("starts_on", date(2026, 4, 1)),
            **days("ends_on", date(2030, 3, 31)),
            "funding": "local_authority",
            "funding_note": "Rough sleeping grant",
            "file": (io.BytesIO(b"%PDF-1.7 example"), "agreement.pdf"),
        },
    )
    known = client.post(
        agreement.location,
        data={
            "standing": "demonstrated",
            "evidence": "Visited, eleven people were there",
            **days("demonstrated_on", date(2026, 9, 1)),
            "quality": "adequate",
            "quality_source": "Review by the council",
            **days("quality_on", date(2026, 8, 1)),
        },
    )
    assert known.status_code == 302
    made = only(session)
    shown = text_of(client, known.location)
    for words in ("Demonstrated on 1 September 2026", "Adequate, judged on 1 August 2026", "agreement.pdf"):
        assert words in shown
    assert client.get(f"/coverage/agencies/{made.public_id}/agreement-file").data.startswith(b"%PDF")
    assert "Example drop-in" in text_of(client, "/coverage/agencies?need=accommodation&quality=adequate")
    assert "Nothing is recorded that fits" in text_of(client, "/coverage/agencies?standing=declared")
    table = list(csv.DictReader(io.StringIO(client.get("/coverage/agencies/export.csv").text)))
    assert [row["places a year"] for row in table] == ["40"]
    assert client.get("/coverage/agencies/export.xlsx").data.startswith(b"PK")
    for wrong in ("when=never", "order=fame", "quality=best", "standing=hearsay", "page=2"):
        assert client.get(f"/coverage/agencies?{wrong}").status_code == 404


def test_a_change_needs_a_reason_and_stays_in_the_history(
    client: FlaskClient, session: Session, authority: Organisation, lead: Person
) -> None:
    made = make_provision(session, authority, lead)
    page = f"/coverage/agencies/{made.public_id}/what"
    assert client.get(page).status_code == 200
    refused = client.post(page, data=WHAT)
    assert refused.status_code == 422
    assert "Say why it changes" in refused.text
    assert client.post(page, data={**WHAT, "reason": "Now for women alone"}).status_code == 302
    shown = text_of(client, f"/coverage/agencies/{made.public_id}")
    assert "Now for women alone" in shown
    assert "For whom: nothing → Women" in shown
    changes = session.scalars(sa.select(AgencyProvisionChange).order_by(AgencyProvisionChange.number)).all()
    assert [change.content["cohorts"] for change in changes] == [[], ["women"]]


@pytest.mark.parametrize(
    ("step", "data", "words"),
    [
        ("what", {**WHAT, "agency": ""}, "Enter the agency"),
        ("what", {**WHAT, "region": "region:C"}, "Not a valid choice"),
        ("what", {**WHAT, "places_a_year": "0"}, "Places a year (optional) must be between 1 and"),
        ("where", {"places": ["pdu:leeds"]}, "choose from the list"),
        ("known", {"standing": "demonstrated", "quality": "not_judged"}, "What demonstrates it is missing"),
        ("known", {"standing": "declared", "quality": "good"}, "Who judged, from what is missing"),
        (
            "known",
            {"standing": "declared", "quality": "not_judged", "offer": "OF-NONE"},
            "No published offer",
        ),
        (
            "agreement",
            {**days("starts_on", date(2026, 5, 1)), **days("ends_on", date(2026, 4, 1)), "funding": "other"},
            "The last day must not be before the first",
        ),
    ],
)
def test_what_contradicts_itself_is_not_kept(
    client: FlaskClient,
    session: Session,
    authority: Organisation,
    lead: Person,
    step: str,
    data: dict,
    words: str,
) -> None:
    made = make_provision(session, authority, lead)
    data = {"reason": "A try", **data, **({"owner": lead.public_id} if step == "agreement" else {})}
    response = client.post(f"/coverage/agencies/{made.public_id}/{step}", data=data)
    assert response.status_code == 422
    assert words in response.text
    assert session.scalar(sa.select(sa.func.count(AgencyProvisionChange.id))) == 1


def test_a_lead_changes_nothing_in_another_region_and_readers_nothing_at_all(
    client: FlaskClient, session: Session, authority: Organisation, lead: Person
) -> None:
    elsewhere = make_person(session, authority, "regional-lead", scopes=("region:C",))
    made = make_provision(session, authority, elsewhere, region="region:C", places=("pdu:leeds",))
    address = f"/coverage/agencies/{made.public_id}"
    assert "Change<span" not in client.get(address).text
    assert client.post(f"{address}/what", data={**WHAT, "reason": "Mine"}).location.endswith(address)
    assert only(session).title == "Example drop-in"
    assert only(session).region.code == "region:C"
    client.sign_in(make_person(session, authority, "commissioner"))  # type: ignore[attr-defined]
    assert client.get(address).status_code == 200
    assert client.post(f"{address}/what", data=WHAT).status_code == 403


def test_agencies_are_the_second_layer_and_what_is_left_out_is_named(
    app: Flask, client: FlaskClient, session: Session, authority: Organisation, lead: Person
) -> None:
    """200 people in Durham: 30 by contract, 45 by agencies, and offers for what is left of the low ones."""
    upload(client, GOOD)
    make_contract(session, places=("pfa:durham",), volumes={("accommodation", "low"): 30}, cohorts=("men",))
    here = {"places": ("pfa:durham",)}
    make_provision(
        session,
        authority,
        lead,
        places_a_year=25,
        standing=Standing.DEMONSTRATED,
        evidence="Visited",
        demonstrated_on=date(2026, 5, 1),
        **here,
    )
    make_provision(session, authority, lead, places_a_year=20, **here)
    make_provision(session, authority, lead, places_a_year=900, ends_on=date(2026, 2, 1), **here)
    make_provision(session, authority, lead, places_a_year=7, remote_only=True, needs=("attitudes",), **here)
    make_provision(session, authority, lead, **here)
    make_offer(session, need="accommodation", places=("pfa:durham",), capacity={"low": 1000})
    address = work_out(app, client, session)
    assert totals(session, "pfa:durham") == (200, 30, 0, 85, 0)
    shown = text_of(client, address)
    assert "1 partner agency whose places are not known" in shown
    assert "Met by partner agencies" in text_of(client, f"{address}/cell?place={DURHAM}&need=accommodation")
    session.commit()


def test_agencies_that_are_only_declared_or_remote_can_be_left_out(
    app: Flask, client: FlaskClient, session: Session, authority: Organisation, lead: Person
) -> None:
    upload(client, GOOD)
    make_provision(session, authority, lead, places_a_year=5, remote_only=True)
    demand = session.scalars(sa.select(DemandSet)).one()
    on = date(2026, 9, 1)

    def left(**asked: bool) -> list[str]:
        inputs = inputs_of(session, demand, on, **asked)
        assert len(inputs.scopes) == (0 if asked else 1)
        return [row.reason for row in inputs.left_out]

    assert left() == []
    assert left(without_remote=True) == ["remote_only"]
    assert left(without_declared=True) == ["only_declared"]


def test_the_same_places_are_never_counted_twice(
    app: Flask, client: FlaskClient, session: Session, authority: Organisation, lead: Person
) -> None:
    """An agency's 50 places are a member's offer too; then 20 of them come under contract: still 50."""
    upload(client, GOOD)
    member = make_organisation(session)
    admit(session, make_framework(session, need="accommodation", regions=("region:A",)), member, "region:A")
    offer = make_offer(
        session, need="accommodation", places=("pfa:durham",), capacity={"low": 50}, supplier=member
    )
    make_provision(session, authority, lead, places=("pfa:durham",), places_a_year=50, offer=offer.public_id)
    work_out(app, client, session)
    people, by_contract, by_member, by_other, _ = totals(session, "pfa:durham")
    assert (people, by_contract, by_member, by_other) == (200, 0, 0, 0)
    make_contract(session, places=("pfa:durham",), volumes={("accommodation", "low"): 20})
    commit_places(session, offer, "low", 20)
    session.execute(sa.text("DELETE FROM analysis_total"))
    work_out(app, client, session)
    served = session.execute(
        sa.text(
            "SELECT by_contract, by_partner, by_member_offer, by_other_offer FROM analysis_total"
            " JOIN place ON place.id = place_id JOIN need_area ON need_area.id = need_area_id"
            " WHERE place.code = 'pfa:durham' AND need_area.code = 'accommodation'"
        )
    ).one()
    assert tuple(served) == (20, 30, 0, 0)


def test_presence_names_agencies_beside_contracts(
    client: FlaskClient, session: Session, authority: Organisation, lead: Person
) -> None:
    made = make_provision(session, authority, lead, cohorts=("women",))
    assert "and 1 partner agency" in text_of(client, "/coverage/presence?rows=need&by=region")
    assert "and 1 partner agency" not in text_of(client, "/coverage/presence?rows=need&by=region&sex=male")
    cell = text_of(client, "/coverage/presence/cell?rows=need&by=region&row=accommodation&place=region:A")
    assert made.public_id in cell


def test_an_action_with_a_partner_agency_leads_on_to_what_it_provides(
    app: Flask, client: FlaskClient, session: Session, lead: Person
) -> None:
    upload(client, GOOD)
    address = work_out(app, client, session)
    data = {"kind": "partner_agency", "note": "Ask the trust", "owner": lead.public_id}
    done = client.post(
        f"{address}/action?place={DURHAM}&need=accommodation",
        data={**data, **days("due_on", date(2027, 3, 1))},
    )
    assert done.location.startswith("/coverage/agencies/new")
    form = client.get(done.location).text
    assert 'value="accommodation" checked' in form
    made = client.post(done.location, data=WHAT)
    assert made.status_code == 302
    assert [place.code for place in only(session).places] == [DURHAM]


def test_the_list_asks_no_more_for_more_provisions(
    client: FlaskClient, session: Session, authority: Organisation, lead: Person
) -> None:
    counts = []
    for count in (1, 1, 3):
        for _ in range(count):
            make_provision(session, authority, lead, quality=Quality.NOT_JUDGED)
        counts.append(count_queries(client, "/coverage/agencies"))
    assert len(set(counts)) == 1


def test_an_agreement_is_handed_over_when_its_owner_leaves(
    session: Session, authority: Organisation, lead: Person
) -> None:
    made = make_provision(session, authority, lead)
    successor = make_person(session, authority, "regional-lead")
    assert count_agreements(session, authority.id, lead.id) == 1
    given = hand_over_agreements(
        session,
        actor=actor_of(session, successor, authority),
        now=clock.now(),
        organisation_id=authority.id,
        leaver=lead,
        successor=successor,
    )
    assert given == 1
    assert made.owner is successor
    assert count_agreements(session, authority.id, lead.id) == 0
    reasons = session.scalars(sa.select(AgencyProvisionChange.reason).order_by(AgencyProvisionChange.number))
    assert list(reasons) == ["First recorded", "Handed over by somebody who left"]
