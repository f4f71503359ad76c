"""The reference data as published: what must be in it, and what it must say."""

import datetime as dt
import re
from collections import Counter

import pytest

from catalogue.reference.rules.crosswalk import (
    base_service_type,
    crosswalk_rows,
    need_areas_without_equivalent,
)
from catalogue.reference.rules.places import (
    covered_leaves,
    current_codes,
    exists_on,
    leaves_under,
    place_tree,
    places_under,
    police_force_area_of,
    region_of,
)
from catalogue.reference.rules.reading import read_reference
from catalogue.reference.rules.specification import effective_items, effective_referrals, own_items
from catalogue.reference.types import (
    Availability,
    Complexity,
    Concern,
    CrosswalkScheme,
    Equivalence,
    Phase,
    PlaceKind,
    Referral,
    ReferralException,
)

DATA = read_reference()
TREE = place_tree(DATA.places)
SPECIFICATION = DATA.specification
TABULATED = ("accommodation", "employment", "finance", "emotional", "attitudes", "family")
BEFORE_SPLIT, AFTER_SPLIT = dt.date(2025, 2, 28), dt.date(2025, 3, 31)

# How many points the source lists under "implement" in each cell of its tables, counted by hand from the
# source; None where it prints "not available". Higher cells count what they add to the levels they name.
POINTS_IN_SOURCE = {
    "accommodation": (5, 7, 8),
    "employment": (4, 9, 1 + 8),
    "finance": (3, 8, 1 + 8),
    "emotional": (2, 4, 1 + 8),
    "attitudes": (1, 1 + 8, None),
    "family": (2, 3, 1 + 8),  # medium has a fourth, the rule on partner violence, kept as a referral
}


def implement_codes(need_area: str, complexity: Complexity) -> list[str]:
    return [
        found.item.code
        for found in effective_items(SPECIFICATION, need_area, complexity)
        if found.item.phase is Phase.IMPLEMENT
    ]


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        (PlaceKind.NATION, 1, 1),
        (PlaceKind.REGION, 12, 12),
        (PlaceKind.POLICE_FORCE_AREA, 43, 43),
        (PlaceKind.DELIVERY_UNIT, 108, 109),
    ],
)
def test_places_of_each_kind(kind, before, after):
    assert len(places_under(TREE, "nation:ew", on=BEFORE_SPLIT, kind=kind)) == before
    assert len(places_under(TREE, "nation:ew", on=AFTER_SPLIT, kind=kind)) == after


def test_staffordshire_was_split_in_march_2025():
    old = TREE.by_code["pdu:staffordshire-and-stoke"]
    assert exists_on(old, BEFORE_SPLIT)
    assert not exists_on(old, AFTER_SPLIT)
    halves = ("pdu:staffordshire-north", "pdu:staffordshire-south")
    assert current_codes(TREE, old.code, AFTER_SPLIT) == halves
    assert current_codes(TREE, old.code, BEFORE_SPLIT) == (old.code,)
    assert current_codes(TREE, halves[0], BEFORE_SPLIT) == ()
    assert covered_leaves(TREE, [old.code], AFTER_SPLIT) == halves


def test_york_belongs_to_north_yorkshire():
    assert police_force_area_of(TREE, "pdu:york").code == "pfa:north-yorkshire"
    assert region_of(TREE, "pdu:york").code == "region:C"
    assert "Corrected" in TREE.by_code["pdu:york"].note


def test_city_of_london_is_a_leaf_without_delivery_units():
    city = TREE.by_code["pfa:city-of-london"]
    assert region_of(TREE, city.code).code == "region:J"
    assert leaves_under(TREE, city.code, AFTER_SPLIT) == (city,)
    assert city in leaves_under(TREE, "region:J", AFTER_SPLIT)
    assert "no delivery unit" in city.note


def test_every_other_area_has_delivery_units():
    for area in places_under(TREE, "nation:ew", kind=PlaceKind.POLICE_FORCE_AREA):
        units = places_under(TREE, area.code, on=AFTER_SPLIT, kind=PlaceKind.DELIVERY_UNIT)
        assert bool(units) == (area.code != "pfa:city-of-london")


def test_leaves_of_a_region_are_those_of_its_areas():
    for region in places_under(TREE, "nation:ew", kind=PlaceKind.REGION):
        of_areas = [
            leaf for area in TREE.children[region.code] for leaf in leaves_under(TREE, area, AFTER_SPLIT)
        ]
        assert list(leaves_under(TREE, region.code, AFTER_SPLIT)) == of_areas


def test_eight_need_areas_each_with_outcomes():
    assert [need_area.code for need_area in DATA.need_areas] == [
        "accommodation",
        "employment",
        "finance",
        "attitudes",
        "family",
        "lifestyle",
        "emotional",
        "alcohol",
    ]
    outcomes = Counter(outcome.need_area for outcome in DATA.outcomes)
    assert outcomes == {
        "accommodation": 2,
        "employment": 3,
        "finance": 3,
        "attitudes": 2,
        "family": 3,
        "lifestyle": 3,
        "emotional": 2,
        "alcohol": 1,
    }


def test_both_headings_of_emotional_management_are_one_need_area():
    emotional = next(need for need in DATA.need_areas if need.code == "emotional")
    assert emotional.name == "Emotional management"
    assert "Emotional Management and Health" in emotional.aliases


@pytest.mark.parametrize("need_area", TABULATED)
@pytest.mark.parametrize("complexity", Complexity)
def test_every_point_of_the_source_is_there(need_area, complexity):
    points = POINTS_IN_SOURCE[need_area][tuple(Complexity).index(complexity)]
    level = SPECIFICATION.levels[need_area, complexity]
    own = own_items(SPECIFICATION, need_area, complexity)
    if points is None:
        assert level.availability is Availability.NOT_AVAILABLE
        assert own == ()
        return
    assert level.availability is Availability.AVAILABLE
    assert Counter(item.phase for item in own) == {
        Phase.ASSESS_AND_PLAN: 5,
        Phase.IMPLEMENT: points,
        Phase.REVIEW_AND_EVALUATE: 5,
    }


def test_positions_cited_in_the_source_run_without_gaps():
    for need_area in TABULATED:
        for complexity in Complexity:
            cited = [
                int(match.group(1))
                for item in own_items(SPECIFICATION, need_area, complexity)
                if (match := re.match(rf"scope-2019 {need_area} {complexity} implement (\d+)", item.source))
            ]
            assert cited == list(range(1, len(cited) + 1))


def test_item_codes_are_of_the_stable_form():
    prefixes = {need.code: need.prefix for need in DATA.need_areas}
    for item in SPECIFICATION.items.values():
        if item.shared:
            assert re.fullmatch(r"ALL-[AIR]-\d\d", item.code)
        else:
            assert re.fullmatch(rf"{prefixes[item.need_area]}-[LMH]-I-\d\d", item.code)


def test_assessing_and_reviewing_are_the_same_items_everywhere():
    for (need_area, complexity), level in SPECIFICATION.levels.items():
        if level.availability is Availability.AVAILABLE:
            codes = {found.item.code for found in effective_items(SPECIFICATION, need_area, complexity)}
            assert {f"ALL-{phase}-0{number}" for phase in "AR" for number in range(1, 6)} <= codes


@pytest.mark.parametrize("need_area", ["employment", "finance", "emotional", "family"])
def test_high_takes_in_low_and_medium(need_area):
    high = implement_codes(need_area, Complexity.HIGH)
    low, medium = (
        implement_codes(need_area, complexity) for complexity in (Complexity.LOW, Complexity.MEDIUM)
    )
    assert high[: len(low) + len(medium)] == low + medium
    assert len(high) == len(set(high))
    found = effective_items(SPECIFICATION, need_area, Complexity.HIGH)
    assert {item.stands_at for item in found if item.inherited} == {Complexity.LOW, Complexity.MEDIUM}
    assert all(item.item.phase is Phase.IMPLEMENT for item in found if item.inherited)


def test_medium_attitudes_takes_in_low():
    assert implement_codes("attitudes", Complexity.MEDIUM)[:2] == ["ATT-L-I-01", "ATT-M-I-01"]


@pytest.mark.parametrize("need_area", ["employment", "finance", "emotional", "family"])
def test_medium_stands_alone_where_the_source_names_no_lower_level(need_area):
    assert SPECIFICATION.levels[need_area, Complexity.MEDIUM].inherits == ()


def test_accommodation_inherits_nothing():
    for complexity in Complexity:
        found = effective_items(SPECIFICATION, "accommodation", complexity)
        assert found
        assert not any(item.inherited for item in found)


def test_high_attitudes_is_not_available_and_says_where_to_go():
    level = SPECIFICATION.levels["attitudes", Complexity.HIGH]
    assert level.availability is Availability.NOT_AVAILABLE
    assert level.refer_to is Referral.ACCREDITED_PROGRAMME
    assert "accredited programme" in level.reason
    assert effective_items(SPECIFICATION, "attitudes", Complexity.HIGH) == ()


@pytest.mark.parametrize("complexity", [Complexity.MEDIUM, Complexity.HIGH])
def test_partner_violence_goes_to_an_accredited_programme_with_its_exception(complexity):
    (rule,) = effective_referrals(SPECIFICATION, "family", complexity)
    assert rule.concern is Concern.INTIMATE_PARTNER_VIOLENCE
    assert rule.refer_to is Referral.ACCREDITED_PROGRAMME
    assert rule.exception_when is ReferralException.ELIGIBLE_BUT_UNSUITABLE
    assert rule.exception_text
    assert effective_referrals(SPECIFICATION, "family", Complexity.LOW) == ()


@pytest.mark.parametrize("need_area", ["lifestyle", "alcohol"])
def test_needs_without_a_table_say_so(need_area):
    for complexity in Complexity:
        level = SPECIFICATION.levels[need_area, complexity]
        assert level.availability is Availability.NOT_PUBLISHED
        assert level.reason


def test_cohorts_stages_and_sentence_types():
    assert len(DATA.stages) == 4
    assert len(DATA.sentence_types) == 5
    assert len(DATA.demand_cohorts) == 6
    young = next(cohort for cohort in DATA.cohorts if cohort.code == "young-adults")
    assert (young.sex, young.age_from, young.age_to) == (None, 18, 25)


def test_dependency_and_recovery_has_no_equivalent():
    for scheme, label in [("service_type", "DNR"), ("need_heading", "Dependency & Recovery")]:
        (row,) = crosswalk_rows(DATA.crosswalk, CrosswalkScheme(scheme), label)
        assert row.equivalence is Equivalence.NONE
        assert row.need_area is None
    assert need_areas_without_equivalent(DATA.need_areas, DATA.crosswalk) == ("attitudes", "alcohol")


def test_local_variants_lead_to_their_service_type():
    assert base_service_type(DATA.service_types, "FBD-NE") == "FBD"
    assert base_service_type(DATA.service_types, "WSM") == "WSM"
    assert base_service_type(DATA.service_types, "XXX") is None


def test_womens_services_span_six_need_areas():
    rows = crosswalk_rows(DATA.crosswalk, CrosswalkScheme.SERVICE_TYPE, "WOS")
    assert len(rows) == 6
    assert {row.equivalence for row in rows} == {Equivalence.BROADER}
