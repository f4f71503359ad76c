"""The call-off's state machine, one table per regime, and the lot's."""

from collections.abc import Mapping
from datetime import datetime

from core.states import prove_whole
from procurement.calloffs.drafting.types import CallOffEvent as Event
from procurement.calloffs.drafting.types import CallOffState as State
from procurement.calloffs.drafting.types import LotEvent, LotState
from procurement.framework.types import Regime

_UNTIL_SUMMARIES: dict[tuple[State, Event], State] = {
    (State.DRAFT, Event.APPROVE): State.APPROVED,
    (State.APPROVED, Event.RETURN_TO_DRAFT): State.DRAFT,
    (State.APPROVED, Event.PUBLISH): State.PUBLISHED,
    (State.CLOSED, Event.OPEN_QUALITY): State.QUALITY_OPENED,
    (State.QUALITY_OPENED, Event.COMPLETE_SCORING): State.QUALITY_SCORED,
    (State.QUALITY_SCORED, Event.LOCK_QUALITY): State.CONSENSUS,
    (State.CONSENSUS, Event.OPEN_PRICE): State.PRICE_OPENED,
    (State.PRICE_OPENED, Event.RECOMMEND): State.RECOMMENDED,
    (State.RECOMMENDED, Event.RETURN_RECOMMENDATION): State.PRICE_OPENED,
    (State.RECOMMENDED, Event.APPROVE_AWARD): State.AWARD_APPROVED,
    (State.AWARD_APPROVED, Event.SEND_SUMMARIES): State.SUMMARIES_SENT,
    # A paused call-off goes on as published; whether it has closed meanwhile, the clock says.
    (State.PUBLISHED, Event.PAUSE): State.PAUSED,
    (State.CLOSED, Event.PAUSE): State.PAUSED,
    (State.PAUSED, Event.RESUME): State.PUBLISHED,
}

_END: dict[Regime, dict[tuple[State, Event], State]] = {
    # PA 2023 s.50, 51: assessment summaries, then the award notice, then the standstill where chosen.
    Regime.DYNAMIC_MARKET: {
        (State.SUMMARIES_SENT, Event.PUBLISH_AWARD_NOTICE): State.AWARD_NOTICE,
        (State.AWARD_NOTICE, Event.START_STANDSTILL): State.STANDSTILL,
        (State.AWARD_NOTICE, Event.CONTRACT): State.CONTRACTED,
        (State.STANDSTILL, Event.CONTRACT): State.CONTRACTED,
    },
    # PCR 2015 reg 50, 86: letters, the standstill where chosen, the contract; the notice follows it.
    Regime.DPS: {
        (State.SUMMARIES_SENT, Event.START_STANDSTILL): State.STANDSTILL,
        (State.SUMMARIES_SENT, Event.CONTRACT): State.CONTRACTED,
        (State.STANDSTILL, Event.CONTRACT): State.CONTRACTED,
        (State.CONTRACTED, Event.PUBLISH_AWARD_NOTICE): State.AWARD_NOTICE,
    },
}

_LAST: dict[Regime, frozenset[State]] = {
    Regime.DYNAMIC_MARKET: frozenset({State.CONTRACTED, State.CANCELLED}),
    Regime.DPS: frozenset({State.CONTRACTED, State.AWARD_NOTICE, State.CANCELLED}),
}
"""States from which nothing is cancelled any more."""

CALL_OFF_STEPS: Mapping[Regime, Mapping[tuple[State, Event], State]] = {
    regime: _UNTIL_SUMMARIES
    | end
    | {(state, Event.CANCEL): State.CANCELLED for state in State if state not in _LAST[regime]}
    for regime, end in _END.items()
}

LOT_STEPS: Mapping[tuple[LotState, LotEvent], LotState] = {
    (LotState.OPEN, LotEvent.FAIL): LotState.FAILED,
    (LotState.OPEN, LotEvent.AWARD): LotState.AWARDED,
    (LotState.AWARDED, LotEvent.FAIL): LotState.FAILED,
    (LotState.AWARDED, LotEvent.CONTRACT): LotState.CONTRACTED,
    (LotState.FAILED, LotEvent.RE_RUN): LotState.RE_RUN,
    (LotState.FAILED, LotEvent.AWARD_DIRECTLY): LotState.AWARDED,
}
prove_whole(LOT_STEPS, start=LotState.OPEN, states=LotState, events=LotEvent)

STORED_STATES = tuple(state for state in State if state is not State.CLOSED)
"""The states a row may hold; the CHECK constraint is made from this."""


def state_at(state: State, deadline: datetime | None, now: datetime) -> State:
    """The state at `now` of a call-off stored as `state`: published until the deadline, then closed.

    Received strictly before the deadline is in time, so at the deadline itself it is closed.
    """
    if state is State.PUBLISHED and deadline is not None and now >= deadline:
        return State.CLOSED
    return state


_TOLD: dict[Regime, frozenset[State]] = {
    Regime.DYNAMIC_MARKET: frozenset({State.AWARD_NOTICE, State.STANDSTILL, State.CONTRACTED}),
    Regime.DPS: frozenset({State.CONTRACTED, State.AWARD_NOTICE}),
}
"""States from which anyone may know the outcome: bidders are told first, then the public."""


def public_state(state: State, regime: Regime) -> State:
    """The state that anyone may know: between the deadline and the public notice of the award, closed."""
    if state in _TOLD[regime] or state in (State.PUBLISHED, State.PAUSED, State.CANCELLED):
        return state
    return State.CLOSED


def outcome_is_public(state: State, regime: Regime) -> bool:
    """Whether anyone may know what became of the lots."""
    return state in _TOLD[regime]


def stored(state: State) -> State:
    """The state that a row holds for `state`."""
    return State.PUBLISHED if state is State.CLOSED else state


def _with_the_clock(table: Mapping[tuple[State, Event], State]) -> dict:
    return dict(table) | {(State.PUBLISHED, "deadline"): State.CLOSED}


for _regime in Regime:
    prove_whole(
        _with_the_clock(CALL_OFF_STEPS[_regime]),
        start=State.DRAFT,
        states=State,
        events=[*Event, "deadline"],
    )
