"""Published offers as provision for the gap analysis: places a year, what is free, where, for whom."""

from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from catalogue.offers import queries, services
from catalogue.offers.models import CapacityCommitment, ScopeLimit
from catalogue.reference import queries as reference
from catalogue.reference.types import Complexity
from tests.factories import NOW, make_organisation
from tests.factories_offers import draft_offer, manager_actor, published_offer, supplier_actor
from tests.integration.offers.test_offer_pages import statements_of

DAY = date(2026, 9, 1)


def test_one_row_for_each_complexity_with_what_is_free_on_the_day(session: Session) -> None:
    version = published_offer(
        session,
        complexities=[Complexity.LOW, Complexity.HIGH],
        places=["pfa:cleveland", "pfa:city-of-london"],
        cohorts=["women", "veterans"],
        women_only=True,
        stages=["community", "pre-release"],
        unit_price=Decimal("12.34"),
        places_a_year=100,
    )
    for reference_, complexity, places, starts, ends in (
        ("CT-1", Complexity.LOW, 30, date(2026, 1, 1), DAY),
        ("CT-2", Complexity.LOW, 15, DAY, date(2026, 12, 31)),
        ("CT-3", Complexity.LOW, 1000, date(2026, 9, 2), date(2027, 12, 31)),
        ("CT-4", Complexity.HIGH, 400, date(2020, 1, 1), date(2030, 12, 31)),
    ):
        session.add(
            CapacityCommitment(
                offer_id=version.offer_id,
                complexity=complexity,
                places_a_year=places,
                contract_reference=reference_,
                starts_on=starts,
                ends_on=ends,
            )
        )
    session.flush()
    low, high = queries.provision_rows(session, DAY)
    assert (low.complexity, low.places_a_year, low.committed, low.free) == (Complexity.LOW, 100, 45, 55)
    assert (high.complexity, high.committed, high.free) == (Complexity.HIGH, 400, 0)
    assert low.unit_price == Decimal("12.34")
    assert low.women_only
    assert (low.supplier_id, low.need_area_id) == (version.offer.supplier_id, version.offer.need_area_id)
    codes = {key: code for code, key in reference.place_ids(session).items()}
    served = [codes[key] for key in low.delivery_units]
    # City of London has no delivery unit: it stands for itself.
    assert "pfa:city-of-london" in served
    assert "pdu:stockton-and-hartlepool" in served
    assert all(code.startswith("pdu:") for code in served if code != "pfa:city-of-london")
    assert low.delivery_units is high.delivery_units
    assert len(low.cohort_ids) == 2
    assert len(low.stage_ids) == 2


def test_only_what_is_published_now_is_provision(session: Session) -> None:
    supplier, manager = supplier_actor(session), manager_actor(session)
    draft_offer(session, actor=supplier)
    version = published_offer(session, actor=supplier, places_a_year=10)
    newer = services.start_new_version(session, actor=supplier, now=NOW, offer=version.offer)
    services.save_price(
        session,
        actor=supplier,
        version=newer,
        complexity=Complexity.LOW,
        unit_price=Decimal(5),
        places_a_year=20,
    )
    assert [row.places_a_year for row in queries.provision_rows(session, DAY)] == [10]
    services.submit_offer(session, actor=supplier, now=NOW, version=newer)
    services.publish_offer(session, actor=manager, now=NOW, version=newer)
    assert [row.places_a_year for row in queries.provision_rows(session, DAY)] == [20]
    services.suspend_offer(session, actor=manager, now=NOW, version=newer, reason="A complaint.")
    assert queries.provision_rows(session, DAY) == []


def test_a_place_that_has_ended_counts_as_what_took_over_from_it(session: Session) -> None:
    tree = reference.place_tree(session)
    ended = next(place for place in tree.by_code.values() if place.valid_to and place.successor_codes)
    published_offer(session, places=[ended.code])
    (row,) = queries.provision_rows(session, DAY)
    codes = {key: code for code, key in reference.place_ids(session).items()}
    assert {codes[key] for key in row.delivery_units} == set(ended.successor_codes)


def test_the_number_of_statements_does_not_grow(session: Session) -> None:
    supplier = supplier_actor(session)
    published_offer(session, actor=supplier)
    few = statements_of(session, lambda: queries.provision_rows(session, DAY))
    for places in (["region:A"], ["region:B", "pfa:kent"], ["nation:ew"]):
        published_offer(session, actor=supplier, places=places, complexities=list(Complexity))
    session.flush()
    assert statements_of(session, lambda: queries.provision_rows(session, DAY)) == few
    assert len(queries.provision_rows(session, DAY)) == 10


def test_scope_limits_are_the_active_ones_by_supplier(session: Session) -> None:
    supplier, other = make_organisation(session), make_organisation(session)
    needs = reference.need_areas(session)
    places = reference.place_ids(session)
    for holder, need, region, active in (
        (supplier, needs[0], "region:A", True),
        (supplier, needs[1], "region:B", True),
        (supplier, needs[2], "region:C", False),
        (other, needs[0], "region:A", False),
    ):
        session.add(
            ScopeLimit(
                supplier_id=holder.id,
                need_area_id=need.id,
                region_id=places[region],
                framework="FW-EXAMPLE",
                active=active,
            )
        )
    session.flush()
    assert queries.scope_limits(session) == {
        supplier.id: {(needs[0].id, places["region:A"]), (needs[1].id, places["region:B"])}
    }
