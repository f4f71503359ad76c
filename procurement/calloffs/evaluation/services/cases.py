"""After opening: ask one bidder, hear it, decide; correct a slip; withdraw a bid or set it aside."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from core.actor import Actor
from core.notify import queue_mail
from core.reasons import Reason, refuse_if
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.drafting.models import CallOff, Criterion, LotVolume
from procurement.calloffs.drafting.types import CallOffState, FailureCause, LotState
from procurement.calloffs.evaluation.models import (
    BidCorrection,
    BidInquiry,
    BidInquiryAnswer,
    BidInquiryDecision,
    BidRemoval,
)
from procurement.calloffs.evaluation.queries.cases import (
    addresses_of,
    inquiries_about,
    removals_of,
)
from procurement.calloffs.evaluation.queries.opened import opened_parts, opened_prices
from procurement.calloffs.evaluation.queries.results import application_of
from procurement.calloffs.evaluation.queries.scoped import declarations
from procurement.calloffs.evaluation.queries.scores import panel_of
from procurement.calloffs.evaluation.rules import (
    reasons_not_to_answer,
    reasons_not_to_ask,
    reasons_not_to_correct,
    reasons_not_to_decide,
    reasons_not_to_remove,
    reasons_of_conflict,
)
from procurement.calloffs.evaluation.services.results import write_results
from procurement.calloffs.evaluation.services.steps import fail_lot, lock, tell
from procurement.calloffs.evaluation.types import (
    CorrectionRule,
    EvaluationTag,
    InquiryKind,
    NoBid,
)


def ask_bidder(
    session: Session,
    *,
    call_off: CallOff,
    bid: Bid,
    kind: InquiryKind,
    question: str,
    answer_by: datetime | None,
    actor: Actor,
    now: datetime,
    criterion: Criterion | None = None,
    facts: Mapping[str, Any] | None = None,
) -> BidInquiry:
    """Ask one bidder to explain its bid or its price, until a moment. Its answer never improves the bid.

    `facts` are the figures that raised the question. Raises Refused.
    """
    lock(session, call_off)
    before = [row for row in inquiries_about(session, bid) if row.kind is kind]
    refuse_if(
        [
            *reasons_of_conflict(declarations(call_off).get(actor.person_id or 0)),
            *reasons_not_to_ask(
                kind=kind,
                state=call_off.state,
                question=question,
                answer_by=answer_by,
                now=now,
                already_open=any(row.decision is None for row in before),
                removed=bid.id in removals_of(session, call_off),
            ),
        ]
    )
    row = BidInquiry(
        bid=bid,
        bid_id=bid.id,
        kind=kind,
        criterion=criterion,
        facts=dict(facts or {}),
        question=question,
        answer_by=answer_by,
        person_id=actor.person_id,
        at=now,
    )
    session.add(row)
    session.flush()
    details = {"bid": bid.public_id, "inquiry": row.public_id, "kind": kind, "answer_by": answer_by}
    tell(session, EvaluationTag.BIDDER_ASKED, call_off, actor=actor, now=now, subject=row, details=details)
    _write(session, call_off, bid, "evaluation/bidder_asked", now, answer_by=answer_by)
    return row


def answer_inquiry(
    session: Session, *, inquiry: BidInquiry, answer: str, actor: Actor, now: datetime
) -> BidInquiryAnswer:
    """Answer, as the bidder, once and in time. The bid stays as it was submitted. Raises Refused."""
    call_off = inquiry.bid.lot.call_off
    lock(session, call_off)
    refuse_if(
        reasons_not_to_answer(
            answer=answer,
            answer_by=inquiry.answer_by,
            now=now,
            answered=inquiry.answer is not None,
            decided=inquiry.decision is not None,
            removed=inquiry.bid_id in removals_of(session, call_off),
        )
    )
    row = BidInquiryAnswer(inquiry=inquiry, answer=answer, person_id=actor.person_id, at=now)
    session.add(row)
    details = {"bid": inquiry.bid.public_id, "inquiry": inquiry.public_id}
    tell(
        session,
        EvaluationTag.BIDDER_ANSWERED,
        call_off,
        actor=actor,
        now=now,
        subject=inquiry,
        details=details,
    )
    queue_mail(
        session,
        to=inquiry.person.email,
        subject=f"A bidder has answered: {call_off.title}",
        template="evaluation/bidder_answered",
        now=now,
        call_off=call_off.title,
        bid=inquiry.bid.public_id,
        inquiry=inquiry.public_id,
    )
    return row


def decide_answer(
    session: Session,
    *,
    call_off: CallOff,
    inquiry: BidInquiry,
    accepted: bool | None,
    reason: str,
    actor: Actor,
    now: datetime,
) -> BidInquiryDecision:
    """Decide on an answer, or on silence once the time is over.

    A low price that is not explained sets the bid aside (PCR 2015 reg 69; PA 2023 s.19); a clarification
    that is not accepted is disregarded. Raises Refused.
    """
    lock(session, call_off)
    refuse_if(
        [
            *reasons_of_conflict(declarations(call_off).get(actor.person_id or 0)),
            *reasons_not_to_decide(
                state=call_off.state,
                answered=inquiry.answer is not None,
                answer_by=inquiry.answer_by,
                now=now,
                decided=inquiry.decision is not None,
                accepted=accepted,
                reason=reason,
                removed=inquiry.bid_id in removals_of(session, call_off),
            ),
        ]
    )
    row = BidInquiryDecision(
        inquiry=inquiry, accepted=accepted, reason=reason, person_id=actor.person_id, at=now
    )
    session.add(row)
    details = {"bid": inquiry.bid.public_id, "inquiry": inquiry.public_id, "accepted": accepted}
    tell(
        session,
        EvaluationTag.ANSWER_DECIDED,
        call_off,
        actor=actor,
        now=now,
        subject=inquiry,
        details=details,
    )
    if inquiry.kind is InquiryKind.LOW_PRICE and not accepted:
        remove_bid(
            session,
            call_off=call_off,
            bid=inquiry.bid,
            cause=NoBid.ABNORMALLY_LOW,
            reason=reason,
            actor=actor,
            now=now,
            low_price_refused=True,
        )
    session.flush()
    return row


def correct_price(
    session: Session,
    *,
    call_off: CallOff,
    bid: Bid,
    volume: LotVolume,
    rule: CorrectionRule | None,
    after: Decimal | None,
    reason: str,
    actor: Actor,
    now: datetime,
) -> BidCorrection:
    """Correct a unit price by a stated rule of arithmetic; the bidder is told, both figures stay.

    The ranking is computed anew. Raises Refused.
    """
    lock(session, call_off)
    service = (volume.need_area.code, str(volume.complexity))
    before = opened_prices(session, call_off, [bid])[bid.id][service]
    refuse_if(
        [
            *reasons_of_conflict(declarations(call_off).get(actor.person_id or 0)),
            *reasons_not_to_correct(
                state=call_off.state,
                rule=rule,
                before=before,
                after=after,
                people=volume.people_a_year,
                parts=opened_parts(session, call_off, bid).get(service),
                reason=reason,
                removed=bid.id in removals_of(session, call_off),
            ),
        ]
    )
    row = BidCorrection(
        bid_id=bid.id,
        need_area_id=volume.need_area_id,
        complexity=volume.complexity,
        rule=rule,
        before=before,
        after=after,
        reason=reason,
        person_id=actor.person_id,
        at=now,
    )
    session.add(row)
    session.flush()
    details = {"bid": bid.public_id, "rule": rule}
    tell(session, EvaluationTag.PRICE_CORRECTED, call_off, actor=actor, now=now, subject=row, details=details)
    write_results(session, call_off, panel_of(session, call_off))
    _write(session, call_off, bid, "evaluation/price_corrected", now)
    return row


def remove_bid(
    session: Session,
    *,
    call_off: CallOff,
    bid: Bid,
    cause: NoBid | None,
    reason: str,
    actor: Actor,
    now: datetime,
    exception_reason: str = "",
    low_price_refused: bool = False,
) -> BidRemoval:
    """Set a bid aside, or record that its bidder withdrew it; the ranking is computed anew.

    A lot left without a bid fails. Raises Refused.
    """
    lock(session, call_off)
    refuse_if(
        [
            *reasons_of_conflict(declarations(call_off).get(actor.person_id or 0)),
            *_reasons_not_to_remove(
                session, call_off, bid, cause, reason, exception_reason, low_price_refused
            ),
        ]
    )
    assert cause is not None
    return _remove(session, call_off, bid, cause, reason, exception_reason, actor, now)


def withdraw_opened_bid(
    session: Session, *, bid: Bid, reason: str, actor: Actor, now: datetime
) -> BidRemoval:
    """Withdraw one's own bid after it was opened. It cannot be taken back. Raises Refused."""
    call_off = bid.lot.call_off
    lock(session, call_off)
    refuse_if(_reasons_not_to_remove(session, call_off, bid, NoBid.WITHDRAWN, reason))
    return _remove(session, call_off, bid, NoBid.WITHDRAWN, reason, "", actor, now)


def _reasons_not_to_remove(
    session: Session,
    call_off: CallOff,
    bid: Bid,
    cause: NoBid | None,
    reason: str,
    exception_reason: str = "",
    low_price_refused: bool = False,
) -> list[Reason]:
    return reasons_not_to_remove(
        state=call_off.state,
        cause=cause,
        reason=reason,
        removed=bid.id in removals_of(session, call_off),
        regime=call_off.framework.regime,
        application=application_of(session, call_off, bid),
        exception_reason=exception_reason,
        low_price_refused=low_price_refused,
    )


def _remove(
    session: Session,
    call_off: CallOff,
    bid: Bid,
    cause: NoBid,
    reason: str,
    exception_reason: str,
    actor: Actor,
    now: datetime,
) -> BidRemoval:
    row = BidRemoval(
        bid_id=bid.id,
        cause=cause,
        reason=reason,
        exception_reason=exception_reason,
        person_id=actor.person_id,
        at=now,
    )
    session.add(row)
    session.flush()
    details = {"bid": bid.public_id, "cause": cause, "exception": bool(exception_reason)}
    tell(session, EvaluationTag.BID_REMOVED, call_off, actor=actor, now=now, subject=bid, details=details)
    panel = panel_of(session, call_off)
    left = [one for one in panel.bids if one.lot_id == bid.lot_id]
    lot = next(one for one in call_off.lots if one.id == bid.lot_id)
    if not left and lot.state is LotState.OPEN:
        causes = {
            one.cause for one in removals_of(session, call_off).values() if one.bid.lot_id == bid.lot_id
        }
        failed = FailureCause.ALL_WITHDRAWN if causes == {NoBid.WITHDRAWN} else FailureCause.NO_COMPLIANT_BID
        fail_lot(session, call_off, lot, failed, actor=actor, now=now)
    if call_off.state is CallOffState.PRICE_OPENED:
        write_results(session, call_off, panel)
    if cause is NoBid.WITHDRAWN:
        queue_mail(
            session,
            to=call_off.created_by.email,
            subject=f"A bid was withdrawn after opening: {call_off.title}",
            template="evaluation/bid_withdrawn",
            now=now,
            call_off=call_off.title,
            bid=bid.public_id,
        )
    return row


def _write(
    session: Session, call_off: CallOff, bid: Bid, template: str, now: datetime, **values: Any
) -> None:
    for address in addresses_of(session, bid.supplier_id, now):
        queue_mail(
            session,
            to=address,
            subject=f"About your bid {bid.public_id}: {call_off.title}",
            template=template,
            now=now,
            call_off=call_off.title,
            lot=bid.lot.number,
            bid=bid.public_id,
            **values,
        )
