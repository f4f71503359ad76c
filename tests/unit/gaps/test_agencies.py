"""What may be recorded of a partner agency: nothing without its evidence, nothing outside its region."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from procurement.gaps.rules.agencies import (
    AgencyFacts,
    changes,
    reasons_not_to_record,
    reasons_outside,
    settled,
)
from procurement.gaps.types import Quality, Standing

TODAY = date(2026, 9, 1)
GOOD = AgencyFacts(
    agency="Example Trust",
    title="Drop-in",
    region="region:A",
    needs=("accommodation",),
    complexities=("low",),
    places=("pfa:durham",),
    owner="PE-1",
    starts_on=TODAY,
)
INSIDE = ("region:A", "pfa:durham")
DAYS = st.one_of(st.none(), st.dates(TODAY - timedelta(800), TODAY + timedelta(800)))


def codes(facts):
    return [reason.code for reason in reasons_not_to_record(facts, inside=INSIDE, today=TODAY)]


def test_a_whole_provision_may_be_recorded_and_its_places_may_be_unknown():
    assert codes(GOOD) == []
    assert GOOD.places_a_year is None


def test_a_place_outside_the_region_is_named():
    assert codes(replace(GOOD, places=("pdu:leeds",))) == ["place_outside_region"]


@given(st.sampled_from(Standing), st.sampled_from(Quality), st.sampled_from(["", "Seen"]), DAYS, DAYS, DAYS)
def test_what_may_be_recorded_is_what_the_database_takes(standing, quality, text, seen, judged, ends):
    """Nothing is refused without something to mend, and nothing kept that contradicts itself."""
    facts = replace(
        GOOD,
        standing=standing,
        evidence=text,
        demonstrated_on=seen,
        quality=quality,
        quality_source=text,
        quality_on=judged,
        ends_on=ends,
    )
    kept = settled(facts)
    whole = (
        (standing is Standing.DEMONSTRATED) == bool(kept["evidence"] and kept["demonstrated_on"])
        and (quality is not Quality.NOT_JUDGED) == bool(kept["quality_source"] and kept["quality_on"])
        and (ends is None or ends >= TODAY)
    )
    future = [day for day in (seen, judged) if day is not None and day > TODAY]
    assert (codes(facts) == []) == (whole and not future)


@given(
    st.sets(st.sampled_from(["region:A", "region:B", "region:C"])), st.sampled_from(["region:A", "region:B"])
)
def test_roles_without_limits_reach_everywhere_and_others_their_regions(scopes, region):
    assert (reasons_outside(region, scopes) == []) == (not scopes or region in scopes)


def test_a_change_is_what_differs():
    assert changes({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": 4}) == [("b", 2, 3), ("c", None, 4)]
