"""A lot from which nothing came: let again amended, or awarded directly in the order of its regime."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core import clock
from core.reasons import Refused
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.types import FailureCause, LotState
from procurement.calloffs.evaluation.queries.failed import rerun_for
from procurement.calloffs.evaluation.services.rerunning import let_again
from procurement.contracts.models import DirectAward
from procurement.contracts.services import direct
from procurement.contracts.types import Party
from procurement.framework.types import Regime
from tests.factories import actor_of
from tests.factories_calloffs import Setting, make_published, make_setting

WHY = (
    "Nobody bid in the region after two competitions; this member alone has premises there and keeps to "
    "the terms of the lot."
)


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


def failed(session, *, regime: Regime = Regime.DYNAMIC_MARKET) -> tuple[Setting, CallOff]:
    """A published call-off whose only lot had no bid."""
    setting = make_setting(session, regime=regime)
    call_off = make_published(session, setting, now=clock.now())
    lot = call_off.lots[0]
    lot.state, lot.failure_cause = LotState.FAILED, FailureCause.NO_BID
    session.flush()
    return setting, call_off


def propose(session, setting: Setting, call_off: CallOff, **how) -> DirectAward:
    lot = call_off.lots[0]
    values = {
        "supplier": setting.suppliers["first"],
        "prices": {(v.need_area.code, str(v.complexity)): Decimal(500) for v in lot.volumes},
        "justification": WHY,
        "exclusion_note": "Declarations and the debarment list were read",
    }
    return direct.recommend_directly(
        session, lot=lot, actor=actor_of(session, setting.drafter), now=clock.now(), **(values | how)
    )


def test_a_failed_lot_is_let_again_with_a_link_both_ways(session):
    setting, call_off = failed(session)
    lot, actor = call_off.lots[0], actor_of(session, setting.drafter)
    with pytest.raises(Refused) as refused:
        let_again(session, lot=lot, must_change="", actor=actor, now=clock.now())
    assert codes(refused) == {"change_not_said"}
    again = let_again(session, lot=lot, must_change="Two smaller lots instead", actor=actor, now=clock.now())
    assert lot.state is LotState.RE_RUN
    link = rerun_for(session, again)
    assert link is not None
    assert link.lot_id == lot.id
    copy = again.lots[0]
    assert {(v.need_area_id, v.complexity, v.people_a_year) for v in copy.volumes} == {
        (v.need_area_id, v.complexity, v.people_a_year) for v in lot.volumes
    }
    assert call_off.public_id in again.source_note
    with pytest.raises(Refused) as refused:
        let_again(session, lot=lot, must_change="And once more now", actor=actor, now=clock.now())
    assert "followed_up_already" in codes(refused)


def test_a_lot_that_has_not_failed_is_not_let_again(session):
    setting = make_setting(session)
    call_off = make_published(session, setting, now=clock.now())
    with pytest.raises(Refused) as refused:
        let_again(
            session,
            lot=call_off.lots[0],
            must_change="It could be better",
            actor=actor_of(session, setting.drafter),
            now=clock.now(),
        )
    assert codes(refused) == {"lot_not_failed"}


def test_a_direct_award_lacks_nothing_that_the_law_asks(session):
    setting, call_off = failed(session)
    for how, code in (
        ({"justification": "We know them"}, "not_justified"),
        ({"exclusion_note": ""}, "exclusion_not_noted"),
        ({"supplier": setting.suppliers["outsider"]}, "supplier_unknown"),
        ({"supplier": None}, "supplier_unknown"),
        ({"prices": {}}, "price_missing"),
    ):
        with pytest.raises(Refused) as refused:
            propose(session, setting, call_off, **how)
        assert codes(refused) == {code}


@pytest.mark.parametrize("regime", list(Regime))
def test_a_direct_award_goes_in_the_order_of_its_regime(app, session, regime):
    with app.test_request_context():
        setting, call_off = failed(session, regime=regime)
        award = propose(session, setting, call_off)
        drafter, approver = actor_of(session, setting.drafter), actor_of(session, setting.approver)
        now = clock.now()
        market = regime is Regime.DYNAMIC_MARKET
        with pytest.raises(Refused) as refused:
            direct.make_direct_contract(session, award=award, actor=drafter, now=now)
        assert codes(refused) == {"not_the_time"}
        with pytest.raises(Refused) as refused:
            direct.approve_directly(session, award=award, actor=drafter, now=now)
        assert codes(refused) == {"approver_recommended_it"}
        direct.approve_directly(session, award=award, actor=approver, now=now)
        if market:
            with pytest.raises(Refused) as refused:
                direct.publish_direct_award_notice(session, award=award, actor=drafter, now=now)
            assert codes(refused) == {"not_the_time"}
            direct.publish_transparency_notice(session, award=award, actor=drafter, now=now)
            direct.publish_direct_award_notice(session, award=award, actor=drafter, now=now)
            with pytest.raises(Refused) as refused:
                direct.make_direct_contract(session, award=award, actor=drafter, now=now)
            assert codes(refused) == {"standstill_running"}
        else:
            with pytest.raises(Refused) as refused:
                direct.publish_transparency_notice(session, award=award, actor=drafter, now=now)
            assert codes(refused) == {"not_the_time"}
        contract = direct.make_direct_contract(
            session, award=award, actor=drafter, now=now + timedelta(days=30)
        )
    assert call_off.lots[0].state is LotState.CONTRACTED
    assert contract.in_force_at is None
    assert contract.supplier_id == setting.suppliers["first"].id
    assert {volume.unit_price for volume in contract.volumes} == {Decimal(500)}
    assert {row.value for row in Party} == {"authority", "supplier"}


def test_the_page_of_a_failed_lot_keeps_what_was_typed(client, session):
    setting, call_off = failed(session)
    call_off.lots[0].failure_reason = "The region is too large for one office"
    session.commit()
    address = f"/contracts/failed/{call_off.public_id}/1"
    client.sign_in(setting.drafter)
    page = client.get(address)
    assert "The region is too large for one office" in page.text
    wrong = client.post(f"{address}/direct", data={"justification": "Too short a reason"})
    assert wrong.status_code == 422
    assert "Too short a reason" in wrong.text
    again = client.post(f"{address}/again", data={"must_change": "Smaller places this time"})
    assert again.status_code == 302
    assert "Smaller places this time" in client.get(address).text
