"""Submitting and withdrawing: one transaction, behind the call-off's row, by the database's clock."""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from core import clock
from core.accounts.models import Person
from core.actor import Actor
from core.audit.services import record
from core.notify import queue_mail
from core.reasons import Reason, Refused, refuse_if
from core.sealing import canonical, fingerprint, new_salt, seal
from procurement.calloffs.bids.models import Bid, BidFile, BidSubmission
from procurement.calloffs.bids.queries.scoped import changed_since, facts_of, last_submission
from procurement.calloffs.bids.queries.sealed import context, data_key, draft_content
from procurement.calloffs.bids.rules import (
    BID_STEPS,
    canonical_bid,
    price_envelope,
    quality_envelope,
    reasons_closed,
    reasons_not_to_submit,
    reasons_not_to_withdraw,
)
from procurement.calloffs.bids.types import BidContent, BidEvent, BidState, BidTag
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.queries import last_amendment
from procurement.calloffs.drafting.types import Envelope

ReadClock = Callable[[Session], datetime]


def submit_bid(
    session: Session, *, bid: Bid, actor: Actor, read_clock: ReadClock = clock.database_now
) -> BidSubmission:
    """Submit the bid as it stands and return the submission, whose receipt can be read at once.

    The call-off's row is locked first and the clock read after: what waits for the lock does not gain time.
    Submitting again what was submitted and not changed since returns the submission that stands. Raises
    Refused when the deadline has come, or with everything that is missing.
    """
    now = _lock(session, bid, read_clock)
    content = draft_content(session, bid)
    refuse_if(reasons_not_to_submit(facts_of(session, bid, content), now))
    standing = last_submission(bid)
    call_off = bid.lot.call_off
    # Who submits after an amendment bids on what stands: nothing is left to confirm.
    bid.amendment_read = last_amendment(session, call_off)
    if standing is not None and bid.state is BidState.SUBMITTED and not changed_since(bid):
        return standing

    salt, number = new_salt(), len(bid.submissions) + 1
    questions = {c.question_id: c.question for c in call_off.criteria}
    quality = quality_envelope(
        {
            f"{questions[key].code}@{questions[key].version}": text
            for key, text in content.answers.items()
            if key in questions
        },
        content.files,
    )
    price = price_envelope(content.prices)
    whole = canonical_bid(
        call_off=call_off.public_id,
        lot=bid.lot.number,
        supplier=bid.supplier.public_id,
        quality=quality,
        price=price,
    )
    mark = fingerprint(salt, canonical(whole))
    event = record(
        session,
        BidTag.SUBMITTED,
        actor=actor,
        now=now,
        subject=bid,
        chain=call_off.public_id,
        details={"bid": bid.public_id, "lot": bid.lot.number, "submission": number, "fingerprint": mark},
    )
    submission = BidSubmission(
        bid_id=bid.id,
        number=number,
        received_at=now,
        submitted_by_id=actor.person_id,
        fingerprint=mark,
        sealed_quality=_sealed(session, bid, Envelope.QUALITY, number, quality | {"salt": salt.hex()}),
        sealed_price=_sealed(session, bid, Envelope.PRICE, number, price),
        chain_sequence=event.sequence,
    )
    session.add(submission)
    bid.submissions.append(submission)
    bid.state = BID_STEPS[bid.state, BidEvent.SUBMIT]
    bid.changed_at = now
    session.flush()
    _send_receipt(session, bid, submission, now)
    return submission


def _send_receipt(session: Session, bid: Bid, submission: BidSubmission, now: datetime) -> None:
    """Tell whoever submitted, by mail, what arrived and when: never its content, never the salt."""
    person = session.get_one(Person, submission.submitted_by_id)
    queue_mail(
        session,
        to=person.email,
        subject=f"Bid received: lot {bid.lot.number} of {bid.lot.call_off.title}",
        template="bid_received",
        now=now,
        person=person.name,
        call_off=bid.lot.call_off.title,
        reference=bid.lot.call_off.public_id,
        lot=bid.lot.number,
        deadline=bid.lot.call_off.deadline,
        received_at=submission.received_at,
        fingerprint=submission.fingerprint,
        number=submission.number,
    )


def withdraw_bid(
    session: Session, *, bid: Bid, actor: Actor, read_clock: ReadClock = clock.database_now
) -> None:
    """Withdraw a submitted bid before the deadline; its draft stays and may be submitted again."""
    now = _lock(session, bid, read_clock)
    refuse_if(reasons_not_to_withdraw(facts_of(session, bid, BidContent()), now))
    bid.state = BID_STEPS[bid.state, BidEvent.WITHDRAW]
    record(
        session,
        BidTag.WITHDRAWN,
        actor=actor,
        now=now,
        subject=bid,
        chain=bid.lot.call_off.public_id,
        details={"bid": bid.public_id, "lot": bid.lot.number, "submission": len(bid.submissions)},
    )
    session.flush()


def confirm_bid(
    session: Session, *, bid: Bid, actor: Actor, number: int, read_clock: ReadClock = clock.database_now
) -> None:
    """Confirm that a submitted bid stands as it is after amendment `number`, which the supplier has read.

    Raises Refused when bids have closed, where nothing is submitted, and with `amended_meanwhile` where a
    later amendment was published since the page was made.
    """
    now = _lock(session, bid, read_clock)
    refuse_if(reasons_closed(facts_of(session, bid, draft_content(session, bid)), now))
    if bid.state is not BidState.SUBMITTED:
        raise Refused(Reason("not_submitted"))
    if number != last_amendment(session, bid.lot.call_off):
        raise Refused(Reason("amended_meanwhile"))
    if bid.amendment_read == number:
        return
    bid.amendment_read = number
    record(
        session,
        BidTag.CONFIRMED,
        actor=actor,
        now=now,
        subject=bid,
        chain=bid.lot.call_off.public_id,
        details={"bid": bid.public_id, "amendment": number},
    )


def _lock(session: Session, bid: Bid, read_clock: ReadClock) -> datetime:
    """Lock the call-off's row, then the bid's, read both anew, and say what time it is."""
    session.scalars(
        sa.select(CallOff)
        .where(CallOff.id == bid.lot.call_off_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    now = read_clock(session)
    session.scalars(
        sa.select(Bid)
        .where(Bid.id == bid.id)
        .with_for_update()
        .options(
            selectinload(Bid.parts),
            selectinload(Bid.files).joinedload(BidFile.document),
            selectinload(Bid.submissions),
        )
        .execution_options(populate_existing=True)
    ).one()
    return now


def _sealed(session: Session, bid: Bid, envelope: Envelope, number: int, content: dict) -> bytes:
    key = data_key(session, bid.lot.call_off, envelope)
    return seal(key, canonical(content), context(bid, envelope, f"submission:{number}"))
