"""The end of a procedure, driven at random on both regimes: nothing ever comes before what it must follow."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import clock
from core.calendar import london_date
from core.reasons import Refused
from procurement.calloffs.drafting.rules import first_signing_moment
from procurement.calloffs.drafting.types import CallOffState
from procurement.calloffs.evaluation.queries.challenges import challenges_of, is_challenged
from procurement.calloffs.evaluation.services import publish_award_notice, send_letters
from procurement.calloffs.evaluation.services.checking import lift_challenge, record_challenge
from procurement.contracts.queries.awarded import contracts_of_call_off
from procurement.contracts.services.awarded import make_contracts
from procurement.contracts.services.signing import sign_contract
from procurement.contracts.types import Party
from procurement.framework.types import Regime
from tests.calloffs import Competition, awarded

EVENTS = ("letters", "notice", "contract", "sign-authority", "sign-supplier", "challenge", "lift")
steps = st.lists(
    st.tuples(st.sampled_from(EVENTS), st.integers(min_value=0, max_value=20)), min_size=4, max_size=14
)


def take(session, competition: Competition, event: str, now: datetime) -> None:
    call_off = competition.call_off
    actor = competition.authority_actor(competition.commissioner)
    deeds = {"letters": send_letters, "notice": publish_award_notice, "contract": make_contracts}
    if event in deeds:
        deeds[event](session, call_off=call_off, actor=actor, now=now)
    elif event == "challenge":
        record_challenge(
            session,
            call_off=call_off,
            received_on=london_date(now),
            summary="A bidder disputes its score",
            actor=actor,
            now=now,
        )
    elif event == "lift":
        for challenge in [row for row in challenges_of(session, call_off) if row.lifted_at is None]:
            lift_challenge(
                session,
                call_off=call_off,
                challenge=challenge,
                reason="It was withdrawn in writing",
                actor=actor,
                now=now,
            )
    else:
        party = Party(event.removeprefix("sign-"))
        for contract in contracts_of_call_off(session, call_off):
            sign_contract(
                session,
                contract=contract,
                party=party,
                name="Sam Example",
                position="Director",
                signed_on=london_date(now),
                actor=actor if party is Party.AUTHORITY else competition.supplier_actor(1),
                now=now,
                keep_copy=False,
            )


def hold(session, competition: Competition, now: datetime, happened: list[str]) -> None:
    """What must be so after every event, refused or not."""
    call_off, regime = competition.call_off, competition.call_off.framework.regime
    market = regime is Regime.DYNAMIC_MARKET
    contracts = contracts_of_call_off(session, call_off)
    if call_off.award_notice_at is not None:
        assert call_off.summaries_sent_at is not None
        assert call_off.summaries_sent_at <= call_off.award_notice_at
        assert market or contracts
    for contract in contracts:
        assert call_off.summaries_sent_at is not None
        started = call_off.award_notice_at if market else call_off.summaries_sent_at
        assert started is not None
        if call_off.standstill:
            first = first_signing_moment(regime, london_date(started))
            assert contract.created_at >= first
            for signature in contract.signatures:
                assert signature.at >= first
        assert (contract.in_force_at is not None) == (len(contract.signatures) == len(Party))
    if happened and happened[-1] in ("contract", "sign-authority", "sign-supplier") and contracts:
        assert not is_challenged(session, call_off)


@pytest.mark.parametrize("regime", list(Regime))
@pytest.mark.parametrize("standstill", [True, False])
def test_nothing_comes_before_what_it_must_follow(app, session, regime, standstill, monkeypatch):
    monkeypatch.setattr(
        "procurement.calloffs.evaluation.services.ending.render_pdf", lambda *_, **__: b"%PDF-1.7 letter"
    )

    @settings(
        max_examples=15,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(steps)
    def drive(events):
        with app.test_request_context(), session.begin_nested() as attempt:
            now, happened = clock.now(), []
            for event, days in events:
                now += timedelta(days=days)
                try:
                    with session.begin_nested():
                        take(session, competition, event, now)
                    happened.append(event)
                except Refused:
                    session.expire_all()
                    happened.append("refused")
                hold(session, competition, now, happened)
            attempt.rollback()
        session.expire_all()

    with app.test_request_context():
        competition = awarded(session, regime=regime, standstill=standstill)
        session.commit()
    drive()
    assert competition.call_off.state is CallOffState.AWARD_APPROVED
