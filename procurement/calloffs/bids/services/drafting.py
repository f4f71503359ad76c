"""Saving a bid as it grows, incomplete too, as ciphertext from its first word; no audit event for that."""

import mimetypes
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.actor import Actor
from core.documents.services import SCAN_JOB, scan_before_storing, store
from core.documents.types import ScanState
from core.jobs.services import request_job
from core.reasons import Reason, Refused, refuse_if
from core.sealing import canonical, context_of, new_key, open_sealed, seal, wrap_key
from procurement.calloffs.bids.models import Bid, BidFile, BidPart, EnvelopeKey
from procurement.calloffs.bids.queries.citing import citation_of, links_to_name, offers_that_fit
from procurement.calloffs.bids.queries.scoped import facts_of, last_submission
from procurement.calloffs.bids.queries.sealed import (
    ANSWER,
    CAPACITY,
    CHAIN,
    OFFERS,
    PRICE,
    TERMS,
    context,
    data_key,
    digest_of,
    draft_content,
    file_of,
    wrapping_key,
)
from procurement.calloffs.bids.rules import reasons_closed, reasons_not_to_take_file, write_terms
from procurement.calloffs.bids.types import BidContent, BidState, PriceTerms, Service
from procurement.calloffs.drafting.models import CallOff, Criterion, Lot
from procurement.calloffs.drafting.queries import last_amendment
from procurement.calloffs.drafting.types import Envelope

SEALED_MEDIA_TYPE = "application/x-sealed-bid-file"
"""What a sealed file is called in the store: whoever scans it again must unseal it first."""
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


def save_terms(
    session: Session, *, bid: Bid, service: Service, terms: PriceTerms, actor: Actor, now: datetime
) -> None:
    """Save what a price is made of and its volume bands, as typed; `what_is_missing` says what is wrong."""
    _lock_open(session, bid, now)
    given = terms != PriceTerms()
    _save_part(
        session,
        bid=bid,
        envelope=Envelope.PRICE,
        field=f"{TERMS}{service[0]}:{service[1]}",
        text=canonical(write_terms(terms)).decode() if given else "",
        expected_version=None,
        now=now,
    )


def save_offers(session: Session, *, bid: Bid, offers: Sequence[str], actor: Actor, now: datetime) -> None:
    """Save which offers the bid cites, as `identifier@version`; none is a choice too.

    Raises Refused where one is not of this supplier, or does not fit and was not cited before.
    """
    _lock_open(session, bid, now)
    before = draft_content(session, bid).offers or ()
    known = {citation_of(version) for version in offers_that_fit(session, bid)} | set(before)
    refuse_if([Reason("offer_does_not_fit", {"offer": offer}) for offer in offers if offer not in known])
    _save_choice(session, bid, OFFERS, offers, now)


def save_capacity(
    session: Session, *, bid: Bid, places: Mapping[Service, int | None], actor: Actor, now: datetime
) -> None:
    """Save how many places a year the bid commits for each service; None takes a figure away."""
    _lock_open(session, bid, now)
    for (need_area, complexity), number in places.items():
        _save_part(
            session,
            bid=bid,
            envelope=Envelope.QUALITY,
            field=f"{CAPACITY}{need_area}:{complexity}",
            text="" if number is None else str(number),
            expected_version=None,
            now=now,
        )


def save_chain(session: Session, *, bid: Bid, links: Sequence[str], actor: Actor, now: datetime) -> None:
    """Save which parts of the supply chain deliver the lot, by their identifiers; none is a choice too.

    Raises Refused where a part stands under one that is not named, or cannot be named.
    """
    _lock_open(session, bid, now)
    known = {link.public_id: link for link in links_to_name(session, bid)}
    refuse_if([Reason("part_unknown", {"part": key}) for key in links if key not in known])
    refuse_if(
        [
            Reason("part_without_the_one_above", {"partner": link.called, "above": link.parent.called})
            for key in links
            if (link := known[key]).parent is not None and link.parent.public_id not in links
        ]
    )
    _save_choice(session, bid, CHAIN, links, now)


def add_file(
    session: Session,
    *,
    bid: Bid,
    name: str,
    content: bytes,
    actor: Actor,
    now: datetime,
    criterion: Criterion | None = None,
) -> BidFile:
    """Scan a file, seal it and attach it to the bid, or to one question of it.

    Raises Refused with the file's name in each reason. Where the scanner cannot be reached the file is taken
    and waits, as every upload does: nobody reads it before a later scan has found nothing.
    """
    _lock_open(session, bid, now)
    names = frozenset(file_of(session, bid, file).name for file in bid.files)
    limit = current_app.config["UPLOAD_LIMIT"]
    refuse_if(reasons_not_to_take_file(name, content, already=names, count=len(bid.files), limit_bytes=limit))
    scan, finding = scan_before_storing(content)
    if scan is ScanState.QUARANTINED:
        raise Refused(Reason("file_infected", {"file": name, "finding": finding}))
    key = data_key(session, bid.lot.call_off, Envelope.QUALITY)
    facts = {
        "name": name,
        "media_type": mimetypes.guess_type(name)[0] or SEALED_MEDIA_TYPE,
        "sha256": digest_of(content),
        "question": criterion.question_id if criterion else None,
    }
    document = store(
        session,
        actor=actor,
        now=now,
        name="sealed",
        media_type=SEALED_MEDIA_TYPE,
        content=seal(key, content, context(bid, Envelope.QUALITY, "file")),
    )
    document.scan = scan
    if scan is ScanState.CLEAN:
        document.scanned_at = now
    elif scan is ScanState.WAITING:
        request_job(session, kind=SCAN_JOB, payload={}, actor=actor, now=now)
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


def _save_choice(session: Session, bid: Bid, field: str, chosen: Sequence[str], now: datetime) -> None:
    _save_part(
        session,
        bid=bid,
        envelope=Envelope.QUALITY,
        field=field,
        text=canonical(sorted(set(chosen))).decode(),
        expected_version=None,
        now=now,
    )


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
    if part is not None and text == "" and not field.startswith(ANSWER):
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
