"""Saving a bid as it grows, incomplete too, as ciphertext from its first word; no audit event for that."""

import mimetypes
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.actor import Actor
from core.documents.services import store
from core.reasons import refuse_if
from core.sealing import canonical, context_of, new_key, open_sealed, seal, wrap_key
from procurement.calloffs.bids.models import Bid, BidFile, BidPart, EnvelopeKey
from procurement.calloffs.bids.queries.scoped import facts_of, last_submission
from procurement.calloffs.bids.queries.sealed import (
    ANSWER,
    PRICE,
    context,
    data_key,
    digest_of,
    file_of,
    wrapping_key,
)
from procurement.calloffs.bids.rules import reasons_closed, reasons_not_to_take_file
from procurement.calloffs.bids.types import BidContent, BidState
from procurement.calloffs.drafting.models import CallOff, Criterion, Lot
from procurement.calloffs.drafting.queries import last_amendment
from procurement.calloffs.drafting.types import Envelope

SEALED_MEDIA_TYPE = "application/octet-stream"
TICK = timedelta(microseconds=1)


class ChangedMeanwhile(Exception):
    """A colleague saved the same answer after this form was opened; `theirs` is what stands now."""

    def __init__(self, theirs: str, version: int) -> None:
        super().__init__("changed meanwhile")
        self.theirs, self.version = theirs, version


def start_bid(session: Session, *, lot: Lot, actor: Actor, now: datetime) -> Bid:
    """Begin a bid for a lot, or return the one that was begun. Raises Refused when it is closed."""
    found = session.scalars(_own(lot, actor)).one_or_none()
    if found is not None:
        return found
    bid = Bid(
        lot=lot,
        lot_id=lot.id,
        supplier_id=actor.organisation_id,
        state=BidState.DRAFT,
        created_at=now,
        changed_at=now,
        amendment_read=last_amendment(session, lot.call_off),
    )
    refuse_if(reasons_closed(facts_of(session, bid, BidContent()), now))
    for envelope in Envelope:
        ensure_key(session, lot.call_off, envelope, now)
    try:
        with session.begin_nested():
            session.add(bid)
    except IntegrityError:
        return session.scalars(_own(lot, actor)).one()  # A colleague began it in the same moment.
    return bid


def ensure_key(session: Session, call_off: CallOff, envelope: Envelope, now: datetime) -> None:
    """Make the data key of an envelope where there is none yet."""
    if session.get(EnvelopeKey, (call_off.id, envelope)) is not None:
        return
    wrapped = wrap_key(wrapping_key(), new_key(), context_of(call_off.public_id, envelope))
    try:
        with session.begin_nested():
            session.add(
                EnvelopeKey(call_off_id=call_off.id, envelope=envelope, wrapped_key=wrapped, created_at=now)
            )
    except IntegrityError:
        pass  # Another supplier's first step made it in the same moment.


def save_answer(
    session: Session,
    *,
    bid: Bid,
    criterion: Criterion,
    text: str,
    expected_version: int,
    actor: Actor,
    now: datetime,
) -> int:
    """Save an answer as typed, over its word limit too, and return its new version (0 for no answer yet).

    Raises ChangedMeanwhile when someone else saved it since `expected_version`, Refused when it is closed.
    """
    _lock_open(session, bid, now)
    return _save_part(
        session,
        bid=bid,
        envelope=Envelope.QUALITY,
        field=f"{ANSWER}{criterion.question_id}",
        text=text,
        expected_version=expected_version,
        now=now,
    )


def save_prices(
    session: Session,
    *,
    bid: Bid,
    prices: Mapping[tuple[str, str], Decimal | None],
    actor: Actor,
    now: datetime,
) -> None:
    """Save the given prices (pounds per person); None takes a price away."""
    _lock_open(session, bid, now)
    for (need_area, complexity), price in prices.items():
        _save_part(
            session,
            bid=bid,
            envelope=Envelope.PRICE,
            field=f"{PRICE}{need_area}:{complexity}",
            text="" if price is None else f"{price:.2f}",
            expected_version=None,
            now=now,
        )


def add_file(
    session: Session, *, bid: Bid, name: str, content: bytes, actor: Actor, now: datetime
) -> BidFile:
    """Seal a file and attach it. Raises Refused with the file's name in each reason."""
    _lock_open(session, bid, now)
    names = frozenset(file_of(session, bid, file).name for file in bid.files)
    refuse_if(reasons_not_to_take_file(name, content, already=names, count=len(bid.files)))
    key = data_key(session, bid.lot.call_off, Envelope.QUALITY)
    facts = {
        "name": name,
        "media_type": mimetypes.guess_type(name)[0] or SEALED_MEDIA_TYPE,
        "sha256": digest_of(content),
    }
    document = store(
        session,
        actor=actor,
        now=now,
        name="sealed",
        media_type=SEALED_MEDIA_TYPE,
        content=seal(key, content, context(bid, Envelope.QUALITY, "file")),
    )
    file = BidFile(
        bid_id=bid.id,
        envelope=Envelope.QUALITY,
        document=document,
        sealed_name=seal(key, canonical(facts), context(bid, Envelope.QUALITY, "file-name")),
        size=len(content),
        created_at=now,
    )
    session.add(file)
    bid.files.append(file)
    _touch(bid, now)
    session.flush()
    return file


def remove_file(session: Session, *, bid: Bid, file: BidFile, actor: Actor, now: datetime) -> None:
    """Take a file out of the draft; a submission that holds it keeps it."""
    _lock_open(session, bid, now)
    bid.files.remove(file)
    session.delete(file)
    _touch(bid, now)
    session.flush()


def _own(lot: Lot, actor: Actor) -> sa.Select[Bid]:
    return sa.select(Bid).where(Bid.lot_id == lot.id, Bid.supplier_id == actor.organisation_id)


def _lock_open(session: Session, bid: Bid, now: datetime) -> None:
    """Queue behind a colleague who saves at the same time, so that neither's words are refused as stale."""
    session.scalars(
        sa.select(Bid).where(Bid.id == bid.id).with_for_update().execution_options(populate_existing=True)
    ).one()
    refuse_if(reasons_closed(facts_of(session, bid, BidContent()), now))


def _save_part(
    session: Session,
    *,
    bid: Bid,
    envelope: Envelope,
    field: str,
    text: str,
    expected_version: int | None,
    now: datetime,
) -> int:
    key = data_key(session, bid.lot.call_off, envelope)
    part = session.scalars(
        sa.select(BidPart)
        .where(BidPart.bid_id == bid.id, BidPart.field == field)
        .execution_options(populate_existing=True)
    ).one_or_none()
    bound_to = context(bid, envelope, field)
    if part is not None:
        theirs = open_sealed(key, part.ciphertext, bound_to).decode()
        if theirs == text:
            return part.row_version
        if expected_version is not None and expected_version != part.row_version:
            raise ChangedMeanwhile(theirs, part.row_version)
    elif text == "":
        return 0
    _touch(bid, now)
    if part is not None and text == "" and envelope is Envelope.PRICE:
        bid.parts.remove(part)
        session.delete(part)
        session.flush()
        return 0
    sealed = seal(key, text.encode(), bound_to)
    if part is None:
        part = BidPart(bid_id=bid.id, envelope=envelope, field=field, ciphertext=sealed, changed_at=now)
        session.add(part)
        bid.parts.append(part)
    else:
        part.ciphertext, part.changed_at = sealed, now
    session.flush()
    return part.row_version


def _touch(bid: Bid, now: datetime) -> None:
    """Note the change; later than the last submission whatever the two clocks say."""
    last = last_submission(bid)
    bid.changed_at = max(now, last.received_at + TICK) if last else now
