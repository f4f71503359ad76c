"""Each state machine walked: every listed pair leads where the design says, every other pair is refused."""

from datetime import UTC, datetime, timedelta

import pytest

from core.reasons import Refused
from core.states import events_from, prove_whole, step
from procurement.calloffs.bids.rules import BID_STEPS
from procurement.calloffs.bids.types import BidEvent, BidState
from procurement.calloffs.drafting.rules import CALL_OFF_STEPS, LOT_STEPS, STORED_STATES, state_at, stored
from procurement.calloffs.drafting.types import CallOffEvent, CallOffState, LotEvent, LotState
from procurement.framework.rules import APPLICATION_STEPS, MEMBER_STEPS
from procurement.framework.types import ApplicationEvent, ApplicationState, MemberEvent, MemberState, Regime

# The design's own words, restated once so that a slip in a table shows: "state event next" a line.
UNTIL_SUMMARIES = """
    draft approve approved
    approved return_to_draft draft
    approved publish published
    published pause paused
    closed pause paused
    paused resume published
    closed open_quality quality_opened
    quality_opened complete_scoring quality_scored
    quality_scored lock_quality consensus
    consensus open_price price_opened
    price_opened recommend recommended
    recommended return_recommendation price_opened
    recommended approve_award award_approved
    award_approved send_summaries summaries_sent
    draft cancel cancelled
    approved cancel cancelled
    published cancel cancelled
    closed cancel cancelled
    paused cancel cancelled
    quality_opened cancel cancelled
    quality_scored cancel cancelled
    consensus cancel cancelled
    price_opened cancel cancelled
    recommended cancel cancelled
    award_approved cancel cancelled
    summaries_sent cancel cancelled
    standstill cancel cancelled
"""
MARKET = (
    UNTIL_SUMMARIES
    + """
    summaries_sent publish_award_notice award_notice
    award_notice start_standstill standstill
    award_notice contract contracted
    standstill contract contracted
    award_notice cancel cancelled
"""
)
DPS = (
    UNTIL_SUMMARIES
    + """
    summaries_sent start_standstill standstill
    summaries_sent contract contracted
    standstill contract contracted
    contracted publish_award_notice award_notice
"""
)
APPLICATION = """
    draft submit submitted
    draft withdraw withdrawn
    submitted start_assessment in_assessment
    submitted withdraw withdrawn
    in_assessment admit admitted
    in_assessment refuse refused
    in_assessment invite_representations representations
    in_assessment withdraw withdrawn
    representations receive_representations in_assessment
    representations admit admitted
    representations refuse refused
    representations withdraw withdrawn
"""
MEMBER = """
    active suspend suspended
    active remove removed
    suspended reinstate active
    suspended remove removed
"""
LOT = """
    open fail failed
    open award awarded
    awarded fail failed
    awarded contract contracted
    failed re_run re_run
    failed award_directly awarded
"""
BID = """
    draft submit submitted
    submitted submit submitted
    submitted withdraw withdrawn
    withdrawn submit submitted
"""

MACHINES = {
    "dynamic market": (CALL_OFF_STEPS[Regime.DYNAMIC_MARKET], MARKET, CallOffState, CallOffEvent),
    "dps": (CALL_OFF_STEPS[Regime.DPS], DPS, CallOffState, CallOffEvent),
    "application": (APPLICATION_STEPS, APPLICATION, ApplicationState, ApplicationEvent),
    "member": (MEMBER_STEPS, MEMBER, MemberState, MemberEvent),
    "lot": (LOT_STEPS, LOT, LotState, LotEvent),
    "bid": (BID_STEPS, BID, BidState, BidEvent),
}


@pytest.mark.parametrize("name", MACHINES)
def test_every_pair_leads_where_the_design_says_or_is_refused(name):
    table, spelled_out, states, events = MACHINES[name]
    expected = {}
    for line in spelled_out.split("\n"):
        if line.strip():
            state, event, following = line.split()
            expected[states(state), events(event)] = states(following)
    for state in states:
        for event in events:
            if (state, event) in expected:
                assert step(table, state, event) is expected[state, event]
                assert event in events_from(table, state)
            else:
                with pytest.raises(Refused) as refusal:
                    step(table, state, event)
                assert refusal.value.reasons[0].code == "not_from_this_state"
                assert event not in events_from(table, state)


def _walk(regime, *events):
    state = CallOffState.DRAFT
    for event in events:
        if event == "deadline":
            state = state_at(
                state, datetime(2026, 5, 1, 11, tzinfo=UTC), datetime(2026, 5, 1, 11, tzinfo=UTC)
            )
        else:
            state = step(CALL_OFF_STEPS[regime], state, CallOffEvent(event))
    return state


TO_SUMMARIES = [
    "approve",
    "publish",
    "deadline",
    "open_quality",
    "complete_scoring",
    "lock_quality",
    "open_price",
    "recommend",
    "approve_award",
    "send_summaries",
]


def test_the_notice_comes_before_the_contract_in_a_dynamic_market_and_after_it_in_a_dps():
    market, dps = Regime.DYNAMIC_MARKET, Regime.DPS
    assert _walk(market, *TO_SUMMARIES, "publish_award_notice", "contract") is CallOffState.CONTRACTED
    assert (
        _walk(market, *TO_SUMMARIES, "publish_award_notice", "start_standstill", "contract")
        is CallOffState.CONTRACTED
    )
    assert _walk(dps, *TO_SUMMARIES, "contract", "publish_award_notice") is CallOffState.AWARD_NOTICE
    assert _walk(dps, *TO_SUMMARIES, "start_standstill", "contract") is CallOffState.CONTRACTED
    with pytest.raises(Refused):
        _walk(market, *TO_SUMMARIES, "contract")
    with pytest.raises(Refused):
        _walk(dps, *TO_SUMMARIES, "publish_award_notice")


def test_closed_is_derived_at_the_deadline_itself_and_never_stored():
    deadline = datetime(2026, 5, 1, 11, tzinfo=UTC)
    tick = timedelta(microseconds=1)
    assert state_at(CallOffState.PUBLISHED, deadline, deadline - tick) is CallOffState.PUBLISHED
    assert state_at(CallOffState.PUBLISHED, deadline, deadline) is CallOffState.CLOSED
    assert CallOffState.CLOSED not in STORED_STATES
    assert set(STORED_STATES) == set(CallOffState) - {CallOffState.CLOSED}
    assert stored(CallOffState.CLOSED) is CallOffState.PUBLISHED
    for state in STORED_STATES:
        assert stored(state) is state
        if state is not CallOffState.PUBLISHED:
            assert state_at(state, deadline, deadline + tick) is state


def test_a_table_that_misses_a_member_fails_at_import():
    whole = dict(MEMBER_STEPS)
    del whole[MemberState.SUSPENDED, MemberEvent.REINSTATE]
    with pytest.raises(ValueError, match="reinstate"):
        prove_whole(whole, start=MemberState.ACTIVE, states=MemberState, events=MemberEvent)
    del whole[MemberState.ACTIVE, MemberEvent.SUSPEND]
    with pytest.raises(ValueError, match="suspended"):
        prove_whole(whole, start=MemberState.ACTIVE, states=MemberState, events=MemberEvent)
