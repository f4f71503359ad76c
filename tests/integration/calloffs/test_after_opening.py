"""After opening: low prices, clarifications, corrections, bids withdrawn or set aside."""

import io
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core import clock
from core.jobs.models import OutboxMessage
from core.reasons import Refused
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.drafting.types import Envelope, FailureCause, LotState
from procurement.calloffs.evaluation.models import BidInquiry, BidRemoval
from procurement.calloffs.evaluation.queries.cases import inquiries_about, low_price_tests, removals_of
from procurement.calloffs.evaluation.queries.opened import opened_prices
from procurement.calloffs.evaluation.queries.results import results_of
from procurement.calloffs.evaluation.queries.scoped import all_standing
from procurement.calloffs.evaluation.rules import ABNORMALLY_LOW_TESTS
from procurement.calloffs.evaluation.services import (
    answer_inquiry,
    approve_award,
    ask_bidder,
    correct_price,
    decide_answer,
    remove_bid,
    send_letters,
    set_low_price_tests,
    withdraw_opened_bid,
)
from procurement.calloffs.evaluation.types import AbnormallyLowTest, CorrectionRule, InquiryKind, NoBid
from tests.calloffs import (
    Competition,
    agree_all,
    bid_number,
    closed,
    make_competition,
    open_envelope,
    priced,
    recommend_first,
    score_all,
    submit,
)
from tests.factories import actor_of
from tests.factories_calloffs import NOW, make_draft, make_setting

WHY = "It follows from what was said"


def codes(refusal: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in refusal.value.reasons]


def low(session: Session, prices: tuple[str, ...] = ("400.00", "150.00")) -> Competition:
    """Prices are open, and the second is far below the first."""
    competition = make_competition(session, suppliers=len(prices))
    for number, price in enumerate(prices):
        submit(session, competition, number, price=Decimal(price))
    competition.call_off.deadline = clock.now() - timedelta(seconds=1)
    open_envelope(session, competition, Envelope.QUALITY)
    score_all(session, competition)
    agree_all(session, competition)
    open_envelope(session, competition, Envelope.PRICE)
    return competition


def deed(competition: Competition) -> dict:
    return {
        "call_off": competition.call_off,
        "actor": competition.authority_actor(competition.commissioner),
        "now": clock.now(),
    }


def ask(
    session: Session, competition: Competition, bid: Bid, kind=InquiryKind.LOW_PRICE, **how
) -> BidInquiry:
    values = {
        "question": "How does this price come about?",
        "answer_by": clock.now() + timedelta(days=3),
    } | how
    return ask_bidder(session, bid=bid, kind=kind, **values, **deed(competition))


def ranks(session: Session, competition: Competition) -> dict[str, int | None]:
    rows = results_of(session, competition.call_off)[competition.lot.id]
    return {row.bid.public_id: row.rank for row in rows}


def test_a_low_price_is_asked_about_heard_and_decided_before_an_award(session: Session) -> None:
    competition = low(session)
    bid = bid_number(session, competition, 1)
    with pytest.raises(Refused) as refusal:
        recommend_first(session, competition)
    assert codes(refusal) == ["abnormally_low_not_decided"]
    inquiry = ask(session, competition, bid)
    supplier = competition.suppliers[1][1]
    mail = session.scalars(sa.select(OutboxMessage).where(OutboxMessage.to_address == supplier.email)).all()
    assert any("has a question about your bid" in one.body for one in mail)
    with pytest.raises(Refused) as refusal:
        decide_answer(session, inquiry=inquiry, accepted=True, reason=WHY, **deed(competition))
    assert codes(refusal) == ["bidder_not_heard"]
    with pytest.raises(Refused) as refusal:
        ask(session, competition, bid)
    assert codes(refusal) == ["asked_already"]
    actor = competition.supplier_actor(1)
    answer_inquiry(session, inquiry=inquiry, answer="Volunteers drive", actor=actor, now=clock.now())
    with pytest.raises(Refused) as refusal:
        answer_inquiry(session, inquiry=inquiry, answer="And more", actor=actor, now=clock.now())
    assert codes(refusal) == ["answered_already"]
    decide_answer(session, inquiry=inquiry, accepted=True, reason=WHY, **deed(competition))
    recommend_first(session, competition)


def test_an_unexplained_low_price_sets_the_bid_aside_and_everyone_is_told(session: Session) -> None:
    competition = low(session)
    call_off = competition.call_off
    other, bid = bid_number(session, competition, 0), bid_number(session, competition, 1)
    with pytest.raises(Refused) as refusal:
        remove_bid(session, bid=bid, cause=NoBid.ABNORMALLY_LOW, reason=WHY, **deed(competition))
    assert codes(refusal) == ["low_price_not_heard"]
    inquiry = ask(session, competition, bid)
    late = inquiry.answer_by
    with pytest.raises(Refused) as refusal:
        answer_inquiry(session, inquiry=inquiry, answer="Late", actor=competition.supplier_actor(1), now=late)
    assert codes(refusal) == ["answer_too_late"]
    decide_answer(session, inquiry=inquiry, accepted=False, reason=WHY, **(deed(competition) | {"now": late}))
    assert removals_of(session, call_off)[bid.id].cause is NoBid.ABNORMALLY_LOW
    assert ranks(session, competition) == {other.public_id: 1, bid.public_id: None}
    assert all_standing(session, call_off) == [other]
    recommend_first(session, competition, 0)
    approver = competition.authority_actor(competition.approver)
    approve_award(session, call_off=call_off, actor=approver, now=clock.now())
    letters = {letter.bid_id: letter.content for letter in send_letters(session, **deed(competition))}
    assert set(letters) == {bid.id, other.id}
    assert letters[bid.id]["outcome"] == "removed"
    assert WHY in letters[bid.id]["excluded_reason"]


def test_a_call_off_may_state_its_own_tests_while_it_is_a_draft(session: Session) -> None:
    setting = make_setting(session)
    call_off = make_draft(session, setting)
    actor = actor_of(session, setting.drafter)
    assert low_price_tests(session, call_off) == ABNORMALLY_LOW_TESTS
    stated = (AbnormallyLowTest(Decimal("12.5"), None, mean_without_highest=True),)
    set_low_price_tests(session, call_off=call_off, tests=stated, actor=actor, now=NOW)
    assert low_price_tests(session, call_off) == stated
    tests = [AbnormallyLowTest(None, None), AbnormallyLowTest(Decimal(100), None)]
    with pytest.raises(Refused) as refusal:
        set_low_price_tests(session, call_off=call_off, tests=tests, actor=actor, now=NOW)
    assert codes(refusal) == ["test_without_percentage", "test_out_of_range"]
    competition = make_competition(session)
    with pytest.raises(Refused):
        set_low_price_tests(session, tests=stated, **deed(competition))


def test_a_correction_follows_from_the_bid_and_keeps_both_figures(session: Session) -> None:
    competition = low(session, ("400.00", "41.00"))
    bid, volume = bid_number(session, competition, 1), competition.lot.volumes[0]
    what = {"bid": bid, "volume": volume, "reason": WHY} | deed(competition)
    with pytest.raises(Refused) as refusal:
        correct_price(session, rule=CorrectionRule.DECIMAL_POINT, after=Decimal(405), **what)
    assert codes(refusal) == ["correction_does_not_follow"]
    row = correct_price(session, rule=CorrectionRule.DECIMAL_POINT, after=Decimal(410), **what)
    assert (row.before, row.after) == (Decimal(41), Decimal(410))
    service = (volume.need_area.code, str(volume.complexity))
    assert opened_prices(session, competition.call_off, [bid])[bid.id][service] == Decimal(410)
    assert ranks(session, competition)[bid.public_id] == 2
    with pytest.raises(Refused) as refusal:
        correct_price(session, rule=CorrectionRule.SUM_OF_PARTS, after=Decimal(1), **what)
    assert codes(refusal) == ["correction_does_not_follow"]


def test_a_clarification_explains_and_is_read_by_evaluators_only_when_accepted(
    session: Session, client: FlaskClient
) -> None:
    competition = closed(session)
    open_envelope(session, competition, Envelope.QUALITY)
    bid = bid_number(session, competition, 0)
    with pytest.raises(Refused) as refusal:
        ask(session, competition, bid)
    assert codes(refusal) == ["not_the_time_to_ask"]
    criterion = competition.call_off.criteria[0]
    inquiry = ask(session, competition, bid, InquiryKind.CLARIFICATION, criterion=criterion)
    actor = competition.supplier_actor(0)
    answer_inquiry(session, inquiry=inquiry, answer="We meant the gate", actor=actor, now=clock.now())
    session.commit()
    page = f"/commissioning/{competition.call_off.public_id}/scoring/1"
    client.sign_in(competition.evaluators[0])
    assert "We meant the gate" not in client.get(page).get_data(as_text=True)
    decide_answer(session, inquiry=inquiry, accepted=True, reason=WHY, **deed(competition))
    session.commit()
    assert "We meant the gate" in client.get(page).get_data(as_text=True)
    assert "We meant the gate" not in client.get(page[:-1] + "2").get_data(as_text=True)


def test_a_bidder_withdraws_after_opening_and_a_lot_without_bids_fails(session: Session) -> None:
    competition = priced(session)
    for number in (0, 1):
        bid = bid_number(session, competition, number)
        actor = competition.supplier_actor(number)
        withdraw_opened_bid(session, bid=bid, reason="Our staff have left", actor=actor, now=clock.now())
    lot = competition.lot
    assert (lot.state, lot.failure_cause) == (LotState.FAILED, FailureCause.ALL_WITHDRAWN)
    with pytest.raises(Refused) as refusal:
        withdraw_opened_bid(session, bid=bid, reason="Our staff have left", actor=actor, now=clock.now())
    assert codes(refusal) == ["bid_is_removed"]


def test_deeds_after_opening_need_a_declaration_without_conflict(session: Session) -> None:
    competition = priced(session)
    bid = bid_number(session, competition, 0)
    duty = next(one for one in competition.call_off.duties if one.person_id == competition.commissioner.id)
    duty.has_conflict, duty.conflict_note = True, "I sit on its board"
    with pytest.raises(Refused) as refusal:
        remove_bid(session, bid=bid, cause=NoBid.NOT_COMPLIANT, reason=WHY, **deed(competition))
    assert codes(refusal) == ["person_in_conflict"]
    assert session.scalars(sa.select(BidRemoval)).all() == []


def test_the_pages_from_asking_to_setting_aside(session: Session, client: FlaskClient) -> None:
    competition = low(session)
    bid = bid_number(session, competition, 1)
    session.commit()
    base = f"/commissioning/{competition.call_off.public_id}/after-opening"
    client.sign_in(competition.commissioner)
    assert "below the mean" in client.get(base).get_data(as_text=True)
    address = f"{base}/{bid.public_id}/ask/low_price"
    assert client.get(address).status_code == 200
    refused = client.post(address, data={"question": "Why so low?"})
    assert refused.status_code == 422
    assert "Why so low?" in refused.get_data(as_text=True)
    day = (clock.now() + timedelta(days=5)).date()
    given = {
        "question": "Why is it so low?",
        "answer_by-day": str(day.day),
        "answer_by-month": str(day.month),
        "answer_by-year": str(day.year),
        "answer_by-time": "12:00",
    }
    assert client.post(address, data=given).status_code == 302
    [inquiry] = inquiries_about(session, bid)
    assert inquiry.facts["below_mean"] == "45.45"
    client.sign_in(competition.suppliers[1][1])
    own = f"/bids/{bid.public_id}/after-opening"
    assert "Why is it so low?" in client.get(own).get_data(as_text=True)
    assert client.post(f"{own}/{inquiry.public_id}", data={"answer": " "}).status_code == 422
    assert client.post(f"{own}/{inquiry.public_id}", data={"answer": "Rooms are free"}).status_code == 302
    client.sign_in(competition.suppliers[0][1])
    assert client.get(own).status_code == 404
    client.sign_in(competition.commissioner)
    question = f"{base}/{bid.public_id}/questions/{inquiry.public_id}"
    assert "Rooms are free" in client.get(question).get_data(as_text=True)
    refused = client.post(question, data={"accepted": "no", "reason": "no"})
    assert "three words or more" in refused.get_data(as_text=True)
    assert client.post(question, data={"accepted": "no", "reason": WHY}).status_code == 302
    assert "Evaluated no more" in client.get(base).get_data(as_text=True)
    client.sign_in(competition.suppliers[1][1])
    assert WHY in client.get(own).get_data(as_text=True)


def test_the_pages_of_correction_removal_and_withdrawal(session: Session, client: FlaskClient) -> None:
    competition = low(session, ("400.00", "41.00"))
    first, second = bid_number(session, competition, 0), bid_number(session, competition, 1)
    session.commit()
    base = f"/commissioning/{competition.call_off.public_id}/after-opening"
    client.sign_in(competition.commissioner)
    address = f"{base}/{second.public_id}/correction"
    assert "£41.00 for one person" in client.get(address).get_data(as_text=True)
    assert client.post(address, data={"after": "410"}).status_code == 422
    given = {"service": str(competition.lot.volumes[0].id), "rule": "decimal_point", "reason": WHY}
    assert client.post(address, data=given | {"after": "lots"}).status_code == 422
    assert client.post(address, data=given | {"after": "410"}).status_code == 302
    address = f"{base}/{first.public_id}/removal"
    refused = client.post(address, data={"cause": "not_admitted", "reason": WHY})
    assert "The bidder is a member" in refused.get_data(as_text=True)
    assert client.post(address, data={"cause": "not_compliant", "reason": WHY}).status_code == 302
    client.sign_in(competition.suppliers[1][1])
    own = f"/bids/{second.public_id}/after-opening"
    assert "corrected to £410" in client.get(own).get_data(as_text=True)
    assert client.post(f"{own}/withdrawal", data={"reason": "no"}).status_code == 422
    assert client.post(f"{own}/withdrawal", data={"reason": "We cannot deliver it"}).status_code == 302
    assert "Withdrawn by the bidder" in client.get(own).get_data(as_text=True)


def test_the_page_of_low_price_tests(session: Session, client: FlaskClient) -> None:
    setting = make_setting(session)
    call_off = make_draft(session, setting)
    session.commit()
    address = f"/commissioning/{call_off.public_id}/low-prices"
    client.sign_in(setting.drafter)
    assert "15" in client.get(address).get_data(as_text=True)
    refused = client.post(address, data={"mean-1": "a lot"})
    assert refused.status_code == 422
    assert "a lot" in refused.get_data(as_text=True)
    assert client.post(address, data={"mean-1": "12.5", "without-1": "y"}).status_code == 302
    assert "more than 12.50% below the mean price" in client.get(address).get_data(as_text=True)


def test_the_workbook_opens_with_prices_and_holds_scores(session: Session, client: FlaskClient) -> None:
    competition = low(session)
    session.commit()
    client.sign_in(competition.commissioner)
    address = f"/commissioning/{competition.call_off.public_id}/ranking.xlsx"
    response = client.get(address)
    book = openpyxl.load_workbook(io.BytesIO(response.data))
    assert book.sheetnames == ["Lot 1", "Scores"]
    assert len(list(book["Scores"].iter_rows())) == 1 + 2 * 2 * 3
    other = closed(session)
    open_envelope(session, other, Envelope.QUALITY)
    session.commit()
    client.sign_in(other.commissioner)
    address = f"/commissioning/{other.call_off.public_id}/ranking.xlsx"
    assert client.get(address).status_code == 404


def test_a_scale_is_chosen_while_drafting_and_kept(session: Session, client: FlaskClient) -> None:
    setting = make_setting(session)
    call_off = make_draft(session, setting)
    session.commit()
    address = f"/commissioning/{call_off.public_id}/criteria/1"
    client.sign_in(setting.drafter)
    assert "The scale: 0 to 10" in client.get(address).get_data(as_text=True)
    given = {"name": "Method", "kind": "quality", "text": "How?", "weight": "50", "threshold": "7"}
    refused = client.post(address, data=given | {"scale": "0-5"})
    assert refused.status_code == 422
    assert "must be 5 or less on this scale" in refused.get_data(as_text=True)
    assert client.post(address, data=given | {"scale": "0-10"}).status_code == 302
    session.expire_all()
    assert call_off.criteria[0].scoring_scale.most == 10
    listed = client.get(f"/commissioning/{call_off.public_id}/criteria").get_data(as_text=True)
    assert "Scored 0 to 10" in listed
