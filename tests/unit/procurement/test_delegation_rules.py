"""Who may approve by a delegation: value, regions, dates, and the deputy of someone absent."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.calloffs.delegations.rules import reasons_not_delegated
from procurement.calloffs.delegations.types import DelegationFacts

DAY = date(2026, 6, 1)
HELD = DelegationFacts(
    holder=1,
    valid_from=date(2026, 1, 1),
    valid_to=DAY,
    value_limit=Decimal(100_000),
    regions=frozenset({"A", "B"}),
    deputy=2,
)


def why(*delegations, person=1, value=100_000, regions=("A",), day=DAY):
    found = reasons_not_delegated(delegations, person, value=Decimal(value), regions=regions, day=day)
    return [reason.code for reason in found]


@pytest.mark.parametrize(
    ("changes", "asked", "codes"),
    [
        ({}, {}, []),
        ({}, {"regions": ("A", "B")}, []),
        ({}, {"value": "100000.01"}, ["delegation_below_value"]),
        ({"value_limit": None}, {"value": 9_000_000}, []),
        ({}, {"regions": ("A", "C")}, ["delegation_outside_region"]),
        ({"regions": frozenset()}, {"regions": ("A", "C")}, []),
        ({}, {"day": DAY + timedelta(days=1)}, ["no_delegation"]),
        ({"valid_to": None}, {"day": DAY + timedelta(days=900)}, []),
        ({}, {"day": date(2025, 12, 31)}, ["no_delegation"]),
        ({}, {"person": 3}, ["no_delegation"]),
        ({}, {"person": 2}, ["deputy_while_holder_is_there"]),
        ({"absent_from": DAY}, {"person": 2}, []),
        ({"absent_from": DAY}, {}, ["delegation_holder_absent"]),
        ({"absent_from": DAY, "deputy": None}, {"person": 2}, ["no_delegation"]),
        ({"absent_from": date(2026, 2, 1), "absent_to": date(2026, 2, 9)}, {}, []),
        ({"absent_from": DAY}, {"person": 2, "value": 100_001}, ["delegation_below_value"]),
    ],
)
def test_what_a_delegation_covers(changes, asked, codes):
    assert why(replace(HELD, **changes), **asked) == codes


def test_two_delegations_never_add_up_and_the_nearest_says_what_lacks():
    north = replace(HELD, regions=frozenset({"A"}))
    south = replace(HELD, regions=frozenset({"B"}))
    assert why(north, south, regions=("A", "B")) == ["delegation_outside_region"]
    assert why(replace(north, value_limit=Decimal(1)), south, regions=("A", "B")) == [
        "delegation_outside_region"
    ]


DELEGATIONS = st.builds(
    DelegationFacts,
    holder=st.integers(1, 3),
    valid_from=st.dates(date(2026, 5, 25), date(2026, 6, 5)),
    value_limit=st.none() | st.integers(1, 5).map(Decimal),
    regions=st.frozensets(st.sampled_from("ABC")),
    deputy=st.none() | st.integers(4, 6),
)


@given(
    st.lists(DELEGATIONS, max_size=4),
    st.integers(1, 6),
    st.integers(1, 6),
    st.frozensets(st.sampled_from("ABC")),
)
def test_more_delegations_never_take_a_power_away_and_smaller_deeds_need_no_more(
    held, person, value, regions
):
    here = {"person": person, "value": value, "regions": regions}
    for number in range(len(held)):
        if not why(*held[:number], **here):
            assert not why(*held, **here)
    if not why(*held, **here):
        assert not why(*held, person=person, value=1, regions=frozenset(sorted(regions)[:1]))
