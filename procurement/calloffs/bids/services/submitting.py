"""Submitting and withdrawing: one transaction, decided behind the call-off's row, by the database's clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from core import clock
from core.accounts.models import Person
from core.actor import Actor
from core.audit.services import record
from core.notify import queue_mail
from core.reasons import Reason, Refused, refuse_if
from core.sealing import canonical, fingerprint, new_salt, seal
from procurement.calloffs.bids.models import Bid, BidFile, BidSubmission
from procurement.calloffs.bids.queries.citing import cited_of
from procurement.calloffs.bids.queries.scoped import changed_since, facts_of, last_submission
from procurement.calloffs.bids.queries.sealed import context, data_key, data_keys, draft_content
from procurement.calloffs.bids.rules import (
    BID_STEPS,
    canonical_bid,
    price_envelope,
    quality_envelope,
    reasons_closed,
    reasons_not_to_submit,
    reasons_not_to_withdraw,
    what_is_missing,
)
from procurement.calloffs.bids.types import BidContent, BidEvent, BidFacts, BidState, BidTag
from procurement.calloffs.drafting.models import CallOff, Criterion, Lot, LotVolume
from procurement.calloffs.drafting.queries import last_amendment
from procurement.calloffs.drafting.types import Envelope

ReadClock = Callable[[Session], datetime]
LOCKED = ["state", "state_before_pause", "deadline", "row_version"]
"""What of a call-off may have changed while its lock was waited for, beside what an amendment tells."""


@dataclass(frozen=True)
class Prepared:
    """A bid ready to be recorded: all that needs no deadline, done before the call-off's row is locked."""

    facts: BidFacts
    number: int
    fingerprint: str
    sealed_quality: bytes
    sealed_price: bytes


def submit_bid(
    session: Session, *, bid: Bid, actor: Actor, read_clock: ReadClock = clock.database_now
) -> BidSubmission:
    """Submit the bid as it stands and return the submission, whose receipt can be read at once.

    The bid's row is locked first and everything is sealed; then the call-off's row is locked and the clock
    read after: what waits for the lock does not gain time, and the lock is held for no more than recording.
    Submitting again what was submitted and not changed since returns the submission that stands. Raises
    Refused when the deadline has come, or with everything that is missing.
    """
    _lock_bid(session, bid)
    seen = last_amendment(session, bid.lot.call_off)
    prepared = _prepare(session, bid)
    now = _lock_call_off(session, bid, read_clock)
    amendment = last_amendment(session, bid.lot.call_off)
    call_off = bid.lot.call_off
    assert call_off.deadline is not None
    facts = replace(prepared.facts, call_off_state=call_off.state, deadline=call_off.deadline)
    refuse_if(reasons_not_to_submit(facts, now))
    if amendment != seen:
        # Amended between the two locks: what was read before may say what is no longer asked.
        session.expire(bid.lot, ["volumes"])
        prepared = _prepare(session, bid)
        refuse_if(what_is_missing(prepared.facts))
    standing = last_submission(bid)
    # Who submits after an amendment bids on what stands: nothing is left to confirm.
    bid.amendment_read = amendment
    if standing is not None and bid.state is BidState.SUBMITTED and not changed_since(bid):
        return standing
    event = record(
        session,
        BidTag.SUBMITTED,
        actor=actor,
        now=now,
        subject=bid,
        chain=call_off.public_id,
        details={
            "bid": bid.public_id,
            "lot": bid.lot.number,
            "submission": prepared.number,
            "fingerprint": prepared.fingerprint,
        },
    )
    submission = BidSubmission(
        bid_id=bid.id,
        number=prepared.number,
        received_at=now,
        submitted_by_id=actor.person_id,
        fingerprint=prepared.fingerprint,
        sealed_quality=prepared.sealed_quality,
        sealed_price=prepared.sealed_price,
        chain_sequence=event.sequence,
    )
    session.add(submission)
    bid.submissions.append(submission)
    bid.state = BID_STEPS[bid.state, BidEvent.SUBMIT]
    bid.changed_at = now
    _send_receipt(session, bid, submission, now)
    session.flush()
    return submission


def _prepare(session: Session, bid: Bid) -> Prepared:
    """Unseal the draft, put it into its canonical form, and seal it as a submission with its own salt."""
    call_off = bid.lot.call_off
    keys = data_keys(session, call_off)
    content = draft_content(session, bid, keys)
    salt, number = new_salt(), len(bid.submissions) + 1
    questions = {c.question_id: f"{c.question.code}@{c.question.version}" for c in call_off.criteria}
    cited = cited_of(session, bid, content)
    quality = quality_envelope(
        {questions[key]: text for key, text in content.answers.items() if key in questions},
        content.files,
        questions=questions,
        capacity=content.capacity,
        cited=cited,
    )
    price = price_envelope(content.prices, content.terms, cited)
    whole = canonical_bid(
        call_off=call_off.public_id,
        lot=bid.lot.number,
        supplier=bid.supplier.public_id,
        quality=quality,
        price=price,
    )
    sealed_quality = _sealed(session, bid, Envelope.QUALITY, number, quality | {"salt": salt.hex()}, keys)
    sealed_price = _sealed(session, bid, Envelope.PRICE, number, price, keys)
    mark = fingerprint(salt, canonical(whole))
    return Prepared(facts_of(session, bid, content), number, mark, sealed_quality, sealed_price)


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
    """Lock the bid's row, then the call-off's, read both anew, and say what time it is."""
    _lock_bid(session, bid)
    return _lock_call_off(session, bid, read_clock)


def _lock_bid(session: Session, bid: Bid) -> None:
    """Lock the bid's row and read it whole: nobody changes a part of it from here on."""
    session.scalars(
        sa.select(Bid)
        .where(Bid.id == bid.id)
        .with_for_update(of=Bid)
        .options(
            joinedload(Bid.supplier, innerjoin=True),
            joinedload(Bid.lot, innerjoin=True).options(
                joinedload(Lot.call_off, innerjoin=True).options(
                    joinedload(CallOff.framework, innerjoin=True),
                    selectinload(CallOff.criteria).joinedload(Criterion.question, innerjoin=True),
                ),
                selectinload(Lot.volumes).joinedload(LotVolume.need_area, innerjoin=True),
            ),
            selectinload(Bid.parts),
            selectinload(Bid.files).joinedload(BidFile.document, innerjoin=True),
            selectinload(Bid.submissions),
        )
        .execution_options(populate_existing=True)
    ).one()


def _lock_call_off(session: Session, bid: Bid, read_clock: ReadClock) -> datetime:
    """Lock the call-off's row, read it anew, and say what time it is then."""
    session.refresh(bid.lot.call_off, LOCKED, with_for_update=True)
    return read_clock(session)


def _sealed(
    session: Session,
    bid: Bid,
    envelope: Envelope,
    number: int,
    content: dict,
    keys: Mapping[Envelope, bytes] | None = None,
) -> bytes:
    key = keys[envelope] if keys else data_key(session, bid.lot.call_off, envelope)
    return seal(key, canonical(content), context(bid, envelope, f"submission:{number}"))
