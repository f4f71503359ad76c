"""The smaller rules of drafting: places within places, limits of roles, who may edit, what is public."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.calloffs.drafting.rules import (
    outcome_is_public,
    outermost,
    public_state,
    reasons_not_to_edit,
    reasons_outside_scope,
)
from procurement.calloffs.drafting.types import CallOffState
from procurement.framework.types import Regime

STATES = tuple(CallOffState)
WITHIN = {
    "nation": set(),
    "north": {"nation"},
    "south": {"nation"},
    "city": {"north", "nation"},
    "ward": {"city", "north", "nation"},
    "coast": {"south", "nation"},
}


@given(st.sets(st.sampled_from(sorted(WITHIN))))
def test_the_outermost_places_cover_all_and_none_of_them_lies_in_another(chosen: set[str]) -> None:
    kept = outermost(chosen, WITHIN)
    assert kept <= chosen
    assert all(place in kept or WITHIN[place] & kept for place in chosen)
    assert not any(WITHIN[place] & kept for place in kept)


def test_a_limited_role_reaches_its_own_regions_only() -> None:
    both = ["region:A", "region:B"]
    assert reasons_outside_scope(both, set()) == []
    assert reasons_outside_scope(both, {"other:thing"}) == []
    assert reasons_outside_scope(["region:A"], {"region:A", "region:C"}) == []
    assert [reason.params["region"] for reason in reasons_outside_scope(both, {"region:A"})] == ["region:B"]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("has_conflict", [None, True, False])
def test_only_a_draft_is_edited_and_only_without_a_conflict(
    state: CallOffState, has_conflict: bool | None
) -> None:
    may = not reasons_not_to_edit(state, has_conflict)
    assert may == (state is CallOffState.DRAFT and has_conflict is False)


SECRET = {
    CallOffState.QUALITY_OPENED,
    CallOffState.QUALITY_SCORED,
    CallOffState.CONSENSUS,
    CallOffState.PRICE_OPENED,
    CallOffState.RECOMMENDED,
    CallOffState.AWARD_APPROVED,
    CallOffState.SUMMARIES_SENT,
}


@pytest.mark.parametrize("regime", list(Regime))
@pytest.mark.parametrize("state", STATES)
def test_what_happens_between_deadline_and_notice_is_not_for_the_public(
    state: CallOffState, regime: Regime
) -> None:
    shown = public_state(state, regime)
    assert shown not in SECRET
    if state in SECRET:
        assert shown is CallOffState.CLOSED
        assert not outcome_is_public(state, regime)
    assert outcome_is_public(CallOffState.CONTRACTED, regime)
    # Under the 2023 Act the notice precedes the standstill; under the 2015 Regulations, it comes last.
    assert outcome_is_public(CallOffState.STANDSTILL, regime) == (regime is Regime.DYNAMIC_MARKET)
