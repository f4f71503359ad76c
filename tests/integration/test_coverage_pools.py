"""Coverage of offers that share a pool: never more than the pool, less what is under contract."""

from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalogue.offers.models import OfferPriceBand
from catalogue.offers.types import SubLimit
from catalogue.reference.models import NeedArea
from catalogue.reference.types import Complexity
from core.accounts.models import Organisation
from core.accounts.types import OrganisationKind
from procurement.gaps.models import DemandSet
from procurement.gaps.queries.provision import inputs_of
from procurement.gaps.queries.remedies import median_prices
from procurement.gaps.rules.inputs import Limit, read_inputs
from tests.factories import make_organisation, make_person
from tests.integration.test_coverage import DURHAM, LEEDS, rows, text_of, totals, upload, work_out
from tests.provision import NOW, commit_places, make_offer, of_code, share

NORTH_EAST, YORKSHIRE = "region:A", "region:C"


@pytest.fixture
def authority(session: Session, client: FlaskClient) -> Organisation:
    """A regional lead, signed in."""
    organisation = make_organisation(session, OrganisationKind.AUTHORITY)
    client.sign_in(make_person(session, organisation, "regional-lead"))  # type: ignore[attr-defined]
    return organisation


def demand(client: FlaskClient, session: Session, *given: tuple) -> DemandSet:
    assert upload(client, rows(*given)).status_code == 302
    return session.query(DemandSet).one()


def two_offers_on_a_pool(session: Session, places: int, *limits: SubLimit) -> tuple:
    supplier = make_organisation(session)
    first = make_offer(
        session, need="accommodation", places=("region:A",), capacity={"low": 999}, supplier=supplier
    )
    second = make_offer(
        session, need="accommodation", places=("region:C",), capacity={"low": 999}, supplier=supplier
    )
    return first, second, share(session, first, second, places=places, limits=limits)


def test_two_offers_on_one_pool_of_100_serve_100_people(
    app: Flask, client: FlaskClient, session: Session, authority: Organisation
) -> None:
    two_offers_on_a_pool(session, 100)
    demand(
        client,
        session,
        (DURHAM, "accommodation", "low", "men-26-49", 80),
        (LEEDS, "accommodation", "low", "men-26-49", 80),
    )
    answer = work_out(app, client, session)
    assert totals(session) == (160, 0, 0, 100, 0)
    cell = text_of(client, f"{answer}/cell?need=accommodation&place=region:A")
    assert "Shared with" in cell
    assert "of Example" in cell


def test_what_is_under_contract_and_a_limit_are_taken_from_the_pool_in_the_frozen_inputs(
    client: FlaskClient, session: Session, authority: Organisation
) -> None:
    first, _, pool = two_offers_on_a_pool(
        session, 100, SubLimit(NORTH_EAST, None, 60), SubLimit(NORTH_EAST, Complexity.LOW, 50)
    )
    commit_places(session, first, "low", 45)
    found = demand(client, session, (DURHAM, "accommodation", "low", "men-26-49", 80))
    inputs = inputs_of(session, found, NOW.date())
    [held] = inputs.pools
    assert (held.id, held.capacity, len(held.offers)) == (pool.public_id, 55, 2)
    # The contract spans unknown regions: no region's limit has fewer places for it.
    assert set(held.limits) == {Limit(NORTH_EAST, "", 60), Limit(NORTH_EAST, "low", 50)}
    assert read_inputs(inputs.document()) == inputs


def test_a_pool_changes_on_its_date(client: FlaskClient, session: Session, authority: Organisation) -> None:
    _, _, pool = two_offers_on_a_pool(session, 100)
    first = pool.versions[0]
    pool.versions.append(
        type(first)(number=2, places_a_year=30, effective_from=NOW.date().replace(month=10), recorded_at=NOW)
    )
    session.flush()
    found = demand(client, session, (DURHAM, "accommodation", "low", "men-26-49", 80))
    before = inputs_of(session, found, NOW.date().replace(day=30))
    after = inputs_of(session, found, NOW.date().replace(month=10))
    assert [before.pools[0].capacity, after.pools[0].capacity] == [100, 30]


def test_a_pool_that_is_all_under_contract_is_left_out_by_name(
    client: FlaskClient, session: Session, authority: Organisation
) -> None:
    offer = make_offer(session, need="accommodation", places=("region:A",), capacity={"low": 40})
    make_offer(session, need="accommodation", places=("region:A",), capacity={"low": None})
    commit_places(session, offer, "low", 55)
    found = demand(client, session, (DURHAM, "accommodation", "low", "men-26-49", 80))
    inputs = inputs_of(session, found, NOW.date())
    assert sorted(row.reason for row in inputs.left_out) == ["fully_contracted", "no_capacity"]
    assert (inputs.scopes, inputs.pools) == ((), ())


def test_a_budget_is_drafted_at_the_price_for_its_volume(session: Session) -> None:
    offer = make_offer(
        session, need="accommodation", places=("region:A",), capacity={"low": 400}, price=Decimal("750.00")
    )
    make_offer(
        session, need="accommodation", places=("region:C",), capacity={"low": 400}, price=Decimal("700.01")
    )
    offer.versions[0].levels[0].bands.append(OfferPriceBand(places_from=100, unit_price=Decimal("650.00")))
    session.flush()
    [need] = of_code(session, NeedArea, "accommodation")
    assert median_prices(session, need=need) == {Complexity.LOW: Decimal("725.01")}
    assert median_prices(session, need=need, volumes={Complexity.LOW: 99}) == {
        Complexity.LOW: Decimal("725.01")
    }
    assert median_prices(session, need=need, volumes={Complexity.LOW: 100}) == {
        Complexity.LOW: Decimal("675.01")
    }
