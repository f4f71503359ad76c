"""What workbooks hold beside what offers say: costs of a place, partners' parts, pools and their limits."""

from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalogue.bulk import queries
from catalogue.bulk.models import BulkProblem, BulkRow
from catalogue.bulk.types import Outcome, UploadState
from catalogue.offers import queries as offers
from catalogue.offers import services
from catalogue.offers.models import OfferPartner, OfferVersion
from catalogue.offers.rules.capacity import in_force
from catalogue.offers.types import Costing, CostKind, LevelPrices, SubLimit
from catalogue.reference.types import Complexity
from tests.factories import NOW, make_organisation, make_person
from tests.factories_bulk import applied, cell, downloaded, edited, uploaded
from tests.factories_offers import actor_with, draft_offer, published_offer, supplier_actor
from tests.factories_partners import make_supplier, name_one
from tests.integration.offers.pages import text_of


def with_costs(session: Session, actor: Any, version: OfferVersion) -> None:
    services.save_prices(
        session,
        actor=actor,
        version=version,
        levels={
            Complexity.LOW: LevelPrices(
                unit_price=Decimal("1234.50"),
                places_a_year=60,
                costing=Costing({CostKind.STAFF: Decimal(700)}, overhead_percent=Decimal("12.5")),
            )
        },
        places_together=None,
        rise=None,
    )
    session.flush()


def test_costs_of_a_place_go_round(app: Flask, session: Session) -> None:
    actor = supplier_actor(session)
    version = draft_offer(session, actor=actor)
    with_costs(session, actor, version)
    key, file = version.id, downloaded(session, actor)
    assert uploaded(app, session, actor, file).unchanged == 1

    def change(book: Any) -> None:
        assert cell(book, "Levels", "Cost of a place: staff").value == 700
        assert cell(book, "Levels", "Overheads, percent").value == 12.5
        cell(book, "Levels", "Cost of a place: staff").value = 710.25
        cell(book, "Levels", "Cost of a place: travel").value = 20
        cell(book, "Levels", "Overheads, percent").value = None
        cell(book, "Levels", "Overheads, pounds").value = 80
        cell(book, "Levels", "Surplus, percent").value = 3

    upload = uploaded(app, session, actor, edited(file, change))
    row = session.scalars(sa.select(BulkRow).where(BulkRow.upload_id == upload.id)).one()
    assert {name for name, _ in row.changes} >= {"cost_staff", "cost_travel", "overhead_pounds"}
    applied(app, session, actor, upload)
    saved = session.get_one(OfferVersion, key)
    assert offers.costings_of(saved) == {
        Complexity.LOW: Costing(
            {CostKind.STAFF: Decimal("710.25"), CostKind.TRAVEL: Decimal(20)},
            overhead_pounds=Decimal(80),
            surplus_percent=Decimal(3),
        )
    }


def test_overheads_in_two_ways_are_a_problem_of_the_row(app: Flask, session: Session) -> None:
    actor = supplier_actor(session)
    with_costs(session, actor, draft_offer(session, actor=actor))

    def change(book: Any) -> None:
        cell(book, "Levels", "Overheads, pounds").value = 80

    upload = uploaded(app, session, actor, edited(downloaded(session, actor), change))
    assert upload.state is UploadState.REFUSED
    found = session.scalars(sa.select(BulkProblem).where(BulkProblem.upload_id == upload.id)).one()
    assert (found.sheet, found.row_number, found.code) == ("Levels", 2, "overheads_twice")


def test_a_new_version_keeps_its_costs_and_partners(app: Flask, session: Session) -> None:
    _, _, actor = make_supplier(session)
    link = name_one(session, actor)
    draft = draft_offer(session, actor=actor)
    with_costs(session, actor, draft)
    services.save_partners(session, actor=actor, version=draft, links=[link.public_id])
    services.submit_offer(session, actor=actor, now=NOW, version=draft)
    services.publish_offer(session, actor=actor, now=NOW, version=draft)
    offer_id = draft.offer_id

    def change(book: Any) -> None:
        assert link.public_id in cell(book, "Offers", "Partners").value
        cell(book, "Offers", "Summary").value = "Said anew."

    upload = uploaded(app, session, actor, edited(downloaded(session, actor), change))
    applied(app, session, actor, upload)
    newest = session.scalars(
        sa.select(OfferVersion).where(OfferVersion.offer_id == offer_id, OfferVersion.number == 2)
    ).one()
    assert offers.costings_of(newest)[Complexity.LOW].costs == {CostKind.STAFF: Decimal(700)}
    assert [row.link_id for row in offers.partners_named(session, newest.id)] == [link.id]


def test_partners_are_named_and_taken_out_by_the_file(app: Flask, session: Session) -> None:
    _, _, actor = make_supplier(session)
    first = name_one(session, actor)
    second = name_one(session, actor, name="Other Helpers", email="other@example.test")
    foreign = name_one(session, make_supplier(session)[2])
    version = draft_offer(session, actor=actor)
    services.save_partners(session, actor=actor, version=version, links=[first.public_id])
    key, file = version.id, downloaded(session, actor)

    def choose(code: str) -> Any:
        def change(book: Any) -> None:
            cell(book, "Offers", "Partners").value = code

        return change

    refused = uploaded(app, session, actor, edited(file, choose(foreign.public_id)))
    assert refused.state is UploadState.REFUSED, "another's supply chain is on no list"
    upload = uploaded(app, session, actor, edited(file, choose(second.public_id)))
    applied(app, session, actor, upload)
    rows = session.scalars(sa.select(OfferPartner).where(OfferPartner.version_id == key)).all()
    assert [(row.link_id, row.name) for row in rows] == [(second.id, second.called)]


NORTH_EAST = "region:A"


def pool_of(session: Session, actor: Any) -> Any:
    return services.start_pool(
        session,
        actor=actor,
        now=NOW,
        name="Example team",
        made_of="Four workers",
        places=120,
        limits=[SubLimit(NORTH_EAST, None, 80), SubLimit(NORTH_EAST, Complexity.HIGH, 30)],
    )


def test_a_pool_and_its_nested_limits_go_round(app: Flask, client: FlaskClient, session: Session) -> None:
    supplier = make_organisation(session)
    person = make_person(session, supplier, "supplier-administrator")
    actor = actor_with(supplier, "supplier-administrator", person.id)
    pool = pool_of(session, actor)
    key, file = pool.id, downloaded(session, actor)
    same = uploaded(app, session, actor, file)
    assert (same.state, same.to_change, same.unchanged) == (UploadState.CHECKED, 0, 1)

    def change(book: Any) -> None:
        assert cell(book, "Pools", "Places a year").value == 120
        cell(book, "Pools", "Places a year").value = 150
        most = cell(book, "Pool limits", "Most places a year")
        assert most.value == 80
        most.value = 100
        cell(book, "Pool limits", "Most places a year", 3).value = None
        added = {"Pool": pool.public_id, "Region": "region:B", "Most places a year": 40}
        for heading, value in added.items():
            cell(book, "Pool limits", heading, 4).value = value

    upload = uploaded(app, session, actor, edited(file, change))
    assert (upload.state, upload.to_change) == (UploadState.CHECKED, 1)
    client.sign_in(person)
    report = text_of(client.get(f"/offers/bulk/{upload.public_id}"))
    assert "Pool changed" in report
    assert "Places a year; Limits inside it" in report
    assert client.get(f"/offers/bulk/{upload.public_id}/report.xlsx").status_code == 200
    assert in_force(offers.figures_of(session, key), NOW.date()).places == 120, "nothing is done before"
    upload = applied(app, session, actor, upload)
    assert upload.state is UploadState.APPLIED
    figures = in_force(offers.figures_of(session, key), NOW.date())
    assert figures is not None
    assert figures.places == 150
    assert set(figures.limits) == {SubLimit(NORTH_EAST, None, 100), SubLimit("region:B", None, 40)}


@pytest.mark.parametrize(
    ("heading", "row", "value", "code"),
    [
        ("Most places a year", 2, 200, "sub_limit_larger_than_pool"),
        ("Most places a year", 3, 90, "sub_limit_larger_than_outer"),
        ("Region", 3, None, "sub_limits_cross"),
        ("Region", 2, None, "sub_limit_narrows_nothing"),
    ],
)
def test_limits_that_do_not_hold_together_are_refused(
    app: Flask, session: Session, heading: str, row: int, value: object, code: str
) -> None:
    actor = supplier_actor(session)
    pool_of(session, actor)

    def change(book: Any) -> None:
        cell(book, "Pool limits", heading, row).value = value

    upload = uploaded(app, session, actor, edited(downloaded(session, actor), change))
    codes = session.scalars(sa.select(BulkProblem.code).where(BulkProblem.upload_id == upload.id)).all()
    assert upload.state is UploadState.REFUSED
    assert code in codes


def test_a_pool_that_a_colleague_changed_is_not_overwritten(app: Flask, session: Session) -> None:
    actor = supplier_actor(session)
    pool = pool_of(session, actor)
    file = downloaded(session, actor)

    def change(book: Any) -> None:
        cell(book, "Pools", "Places a year").value = 150

    checked = uploaded(app, session, actor, edited(file, change))
    services.change_pool(
        session,
        actor=actor,
        now=NOW,
        pool=queries.locked_pool(session, pool.public_id, actor=actor),
        name="Example team",
        made_of="Five workers",
        places=130,
        limits=(),
        effective_from=NOW.date(),
        row_version=pool.row_version,
    )
    session.flush()
    assert applied(app, session, actor, checked).state is UploadState.REFUSED
    late = uploaded(app, session, actor, edited(file, change))
    codes = session.scalars(sa.select(BulkProblem.code).where(BulkProblem.upload_id == late.id)).all()
    assert codes == ["pool_changed_meanwhile"]
    assert in_force(offers.figures_of(session, pool.id), NOW.date()).places == 130


def test_a_file_from_before_pools_had_sheets_is_still_read(app: Flask, session: Session) -> None:
    actor = supplier_actor(session)
    published_offer(session, actor=actor)

    def change(book: Any) -> None:
        del book["Pools"], book["Pool limits"]

    upload = uploaded(app, session, actor, edited(downloaded(session, actor), change))
    assert upload.state is UploadState.CHECKED
    assert session.scalars(sa.select(BulkRow.outcome).where(BulkRow.upload_id == upload.id)).all() == [
        Outcome.UNCHANGED
    ]
