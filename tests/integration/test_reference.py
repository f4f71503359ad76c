"""Reference data in the database: loaded once, changed in place, never deleted, open to anyone."""

import dataclasses
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from catalogue.reference import queries
from catalogue.reference.models import Place, ReferenceRelease, SpecificationLevel
from catalogue.reference.rules.places import place_tree
from catalogue.reference.rules.reading import read_reference
from catalogue.reference.rules.specification import effective_items
from catalogue.reference.services import LoadReport, load_reference
from catalogue.reference.types import (
    Availability,
    BadReferenceData,
    Complexity,
    ReferenceData,
    Specification,
)
from core import clock
from core.actor import SYSTEM
from core.audit.models import AuditEvent

DATA = read_reference()

Load = Callable[[ReferenceData], LoadReport]


@pytest.fixture
def load(session: Session) -> Load:
    def load_now(data: ReferenceData) -> LoadReport:
        return load_reference(session, data=data, actor=SYSTEM, now=clock.now())

    return load_now


def events(session: Session) -> list[AuditEvent]:
    query = sa.select(AuditEvent).where(AuditEvent.tag == "reference:loaded").order_by(AuditEvent.id)
    return list(session.scalars(query))


def place_renamed(code: str, name: str) -> ReferenceData:
    places = tuple(
        dataclasses.replace(place, name=name) if place.code == code else place for place in DATA.places
    )
    return dataclasses.replace(DATA, places=places)


def test_a_second_loading_changes_nothing(session: Session, load: Load) -> None:
    before = events(session)
    report = load(DATA)
    assert not report.anything
    assert len(events(session)) == len(before) == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(ReferenceRelease)) == 1


def test_the_command_says_what_it_did(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["reference", "load"])
    assert result.exit_code == 0, result.output
    assert "place: 0 added, 0 changed, 166 unchanged" in result.output
    assert "specification_item: 0 added, 0 changed, 80 unchanged" in result.output


def test_a_changed_row_is_changed_in_place_and_told_of(session: Session, load: Load) -> None:
    key = session.scalar(sa.select(Place.id).where(Place.code == "pdu:york"))
    report = load(place_renamed("pdu:york", "York and around"))
    assert report.changed["place"] == ["pdu:york"]
    assert session.scalar(sa.select(Place.name).where(Place.id == key)) == "York and around"
    assert events(session)[-1].details["changed"] == {"place": ["pdu:york"]}


def test_rows_that_swap_positions_do_not_meet(session: Session, load: Load) -> None:
    first, second, *others = DATA.stages
    swapped = dataclasses.replace(DATA, stages=(second, first, *others))
    assert set(load(swapped).changed["stage"]) == {first.code, second.code}
    assert [stage.code for stage in queries.stages(session)][:2] == [second.code, first.code]


def test_a_row_that_left_the_files_is_an_error_and_stays(session: Session, load: Load) -> None:
    without = dataclasses.replace(DATA, places=tuple(p for p in DATA.places if p.code != "pdu:york"))
    with pytest.raises(BadReferenceData) as refused:
        load(without)
    assert [(problem.file, problem.row, problem.code) for problem in refused.value.problems] == [
        ("place", "pdu:york", "row_vanished")
    ]
    assert session.scalar(sa.select(Place.id).where(Place.code == "pdu:york"))


def test_a_new_version_of_the_specification_stands_beside_the_old(session: Session, load: Load) -> None:
    old = DATA.specification
    level = old.levels["family", Complexity.LOW]
    shorter = dataclasses.replace(level, item_codes=level.item_codes[:-1])
    levels = dict(old.levels) | {("family", Complexity.LOW): shorter}

    same_version = dataclasses.replace(DATA, specification=Specification(old.version, old.items, levels))
    with pytest.raises(BadReferenceData):
        load(same_version)
    session.rollback()

    load(dataclasses.replace(DATA, specification=Specification("2027.1", old.items, levels)))
    family = queries.need_area(session, "family")
    assert family is not None
    current = queries.current_levels(session, need_area_id=family.id)[family.id, Complexity.LOW]
    assert current.version == "2027.1"
    assert len(current.items) == 11
    versions = sa.select(SpecificationLevel.version).where(
        SpecificationLevel.need_area_id == family.id, SpecificationLevel.complexity == Complexity.LOW
    )
    assert set(session.scalars(versions)) == {old.version, "2027.1"}


def test_the_database_holds_the_specification_of_the_files(session: Session) -> None:
    needs = {need.code: need for need in queries.need_areas(session)}
    levels = queries.current_levels(session)
    assert len(levels) == 24
    for code, complexity in DATA.specification.levels:
        stored = levels[needs[code].id, complexity]
        assert [(link.item.code, link.inherited_from is not None) for link in stored.items] == [
            (found.item.code, found.inherited)
            for found in effective_items(DATA.specification, code, complexity)
        ]
    high = levels[needs["attitudes"].id, Complexity.HIGH]
    assert (high.availability, high.items) == (Availability.NOT_AVAILABLE, [])
    assert high.referrals == []
    family = levels[needs["family"].id, Complexity.HIGH]
    assert [rule["concern"] for rule in family.referrals] == ["intimate_partner_violence"]


def test_the_tree_comes_back_as_it_went_in(session: Session) -> None:
    stored, read = queries.place_tree(session), place_tree(DATA.places)
    assert stored.root == read.root
    assert dict(stored.by_code) == dict(read.by_code)
    assert dict(stored.children) == dict(read.children)


def test_places_know_their_region_and_area(session: Session) -> None:
    york = session.scalars(sa.select(Place).where(Place.code == "pdu:york")).one()
    assert york.police_force_area is not None
    assert york.region is not None
    assert (york.police_force_area.code, york.region.code) == ("pfa:north-yorkshire", "region:C")


@pytest.mark.parametrize(
    ("constraint", "statement"),
    [
        ("ck_place_only_nations_have_no_parent", "UPDATE place SET parent_id = NULL"),
        ("ck_place_dates", "UPDATE place SET valid_from = '2025-03-01', valid_to = '2025-03-01'"),
        ("ck_crosswalk_none_has_no_need_area", "UPDATE crosswalk SET equivalence = 'none'"),
        (
            "ck_specification_level_reason_where_not_available",
            "UPDATE specification_level SET reason = '' WHERE availability = 'not_published'",
        ),
        ("phase", "UPDATE specification_item SET phase = 'afterwards'"),
        ("complexity", "UPDATE complexity_level SET code = 'extreme'"),
    ],
)
def test_the_database_refuses_what_must_never_be(session: Session, constraint: str, statement: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), session.begin_nested():
        session.execute(sa.text(statement))


PAGES = {
    "/reference": "Reference data",
    "/reference/crosswalk": "Crosswalks from other lists of needs",
    "/specification": "Service specification",
    "/places": "Places",
    "/places/nation:ew": "England and Wales",
    "/places/region:J": "London",
    "/places/pfa:city-of-london": "no delivery unit of its own",
    "/places/pdu:york": "Corrected",
    "/places/pdu:staffordshire-and-stoke": "28 February 2025",
    "/places/pdu:staffordshire-north": "1 March 2025",
    "/specification/attitudes": "Not available",
    "/specification/lifestyle": "Not published",
    "/specification/family": "accredited programme",
}


@pytest.mark.parametrize(("address", "text"), PAGES.items())
def test_anyone_can_read(client: FlaskClient, address: str, text: str) -> None:
    response = client.get(address)
    assert response.status_code == 200
    assert text in response.get_data(as_text=True)


@pytest.mark.parametrize("need_area", [need.code for need in DATA.need_areas])
def test_a_need_area_shows_every_item_of_every_level(client: FlaskClient, need_area: str) -> None:
    page = client.get(f"/specification/{need_area}").get_data(as_text=True)
    for complexity in Complexity:
        for found in effective_items(DATA.specification, need_area, complexity):
            assert f'id="{complexity}-{found.item.code}"' in page
    for outcome in DATA.outcomes:
        assert (outcome.code in page) == (outcome.need_area == need_area)


@pytest.mark.parametrize("address", ["/specification/housing", "/places/pdu:nowhere", "/places/york"])
def test_an_unknown_code_is_a_page_not_found(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404
