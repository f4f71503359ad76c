"""What counts as provision: confirmed offers, and what works at the stage asked for."""

from datetime import date

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalogue.offers.models import OfferAssurance
from catalogue.reference.models import Stage
from core.accounts.models import Organisation
from core.jobs.services import run_due_jobs
from procurement.gaps.models import Analysis, DemandSet
from procurement.gaps.queries.remedies import offer_prices
from tests.integration.test_coverage import (  # noqa: F401
    GOOD,
    authority,
    text_of,
    totals,
    upload,
    work_out,
)
from tests.provision import make_contract, make_offer, of_code


def test_an_offer_hidden_as_unconfirmed_is_no_provision_and_is_named(
    app: Flask,
    client: FlaskClient,
    session: Session,
    authority: Organisation,  # noqa: F811
) -> None:
    upload(client, GOOD)
    make_offer(session, need="accommodation", places=("region:A",), capacity={"low": 30})
    stale = make_offer(session, need="accommodation", places=("region:A",), capacity={"low": 50})
    noticed = date(2026, 6, 1)
    session.add(
        OfferAssurance(
            offer_id=stale.id, assured_on=date(2025, 6, 1), noticed_on=noticed, hidden_on=date(2026, 7, 1)
        )
    )
    session.flush()
    address = work_out(app, client, session)
    assert totals(session) == (330, 0, 0, 30, 0)
    assert "1 offer hidden because its supplier has not confirmed it" in text_of(client, address)
    assert (stale.public_id, "low") not in offer_prices(session)


def test_an_analysis_of_one_stage_counts_what_works_at_it_and_is_a_link_away(
    app: Flask,
    client: FlaskClient,
    session: Session,
    authority: Organisation,  # noqa: F811
) -> None:
    upload(client, GOOD)
    make_contract(session, places=("region:A",), volumes={("accommodation", "low"): 30})
    gate = make_contract(session, places=("region:A",), volumes={("accommodation", "low"): 20})
    gate.stages = of_code(session, Stage, "at-the-gate")
    anywhere = make_offer(session, need="accommodation", places=("region:A",), capacity={"low": 5})
    anywhere.versions[0].stages = []
    session.flush()
    address = work_out(app, client, session)
    assert totals(session)[1] == 50
    demand_set = session.scalars(sa.select(DemandSet)).one()
    asked = client.post(
        "/coverage/analyses",
        data={"demand_set": demand_set.public_id, "on": "2026-09-01", "stage": "at-the-gate"},
    )
    session.commit()
    run_due_jobs(app)
    session.expire_all()
    of_stage = client.get(asked.location).location
    one = session.scalars(sa.select(Analysis).where(Analysis.stage == "at-the-gate")).one()
    assert one.summary["by_layer"] == {"contract": 20, "partner": 0, "member_offer": 0, "other_offer": 5}
    shown = text_of(client, of_stage)
    assert "at the gate only" in shown
    assert "1 contract that works at other stages" in shown
    assert of_stage.rpartition("/")[2] in text_of(client, address)
    wrong = {"demand_set": demand_set.public_id, "stage": "never"}
    assert client.post("/coverage/analyses", data=wrong).status_code == 400


def test_the_figures_above_a_regions_table_are_the_regions(
    app: Flask,
    client: FlaskClient,
    session: Session,
    authority: Organisation,  # noqa: F811
) -> None:
    upload(client, GOOD)
    address = work_out(app, client, session)
    assert "<dt>people a year</dt><dd>337</dd>" in text_of(client, address)
    assert "<dt>people a year</dt><dd>250</dd>" in text_of(client, f"{address}?place=region:A")
    assert "<dt>people a year</dt><dd>60</dd>" in text_of(
        client, f"{address}?place=region:A&cohort=women-26-49"
    )
