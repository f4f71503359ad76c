"""Unsealing: the one place where a bid's ciphertext becomes text again, given the right to it."""

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from core.audit.models import AuditEvent
from core.documents.models import Document
from core.documents.services import content_of, content_on_disk
from core.sealing import context_of, open_sealed, unwrap_key
from procurement.calloffs.bids.models import Bid, BidFile, BidSubmission, EnvelopeKey
from procurement.calloffs.bids.rules import RECEIPT_FORMAT, canonical_bid, read_terms, service_of
from procurement.calloffs.bids.types import BidContent, OpenFile, PriceTerms, Service
from procurement.calloffs.drafting.models import CallOff, Lot
from procurement.calloffs.drafting.types import Envelope

ANSWER, PRICE, TERMS, CAPACITY = "answer:", "price:", "terms:", "capacity:"
OFFERS, CHAIN = "offers", "chain"
"""The fields of a draft's parts, and what they begin with."""


def wrapping_key() -> bytes:
    """The key that wraps every data key: a setting, outside the database and its backups."""
    return bytes.fromhex(current_app.config["SEALING_KEY"])


def data_key(session: Session, call_off: CallOff, envelope: Envelope) -> bytes:
    """The key of one envelope of a call-off. Raises NoResultFound where nobody has begun a bid yet."""
    row = session.get_one(EnvelopeKey, (call_off.id, envelope))
    return unwrap_key(wrapping_key(), row.wrapped_key, context_of(call_off.public_id, envelope))


def data_keys(session: Session, call_off: CallOff) -> dict[Envelope, bytes]:
    """The keys of both envelopes of a call-off; empty where nobody has begun a bid yet."""
    rows = session.scalars(sa.select(EnvelopeKey).where(EnvelopeKey.call_off_id == call_off.id))
    return {
        row.envelope: unwrap_key(
            wrapping_key(), row.wrapped_key, context_of(call_off.public_id, row.envelope)
        )
        for row in rows
    }


def context(bid: Bid, envelope: Envelope, field: str) -> bytes:
    """What a sealed value is bound to: its call-off, lot, supplier, envelope and field."""
    lot = bid.lot
    return context_of(lot.call_off.public_id, lot.number, bid.supplier.public_id, envelope, field)


def draft_content(session: Session, bid: Bid, keys: Mapping[Envelope, bytes] | None = None) -> BidContent:
    """What its supplier has written so far, both envelopes. Only ever for a bid that `bid_of` returned."""
    if not bid.parts and not bid.files:
        return BidContent()
    keys = keys or data_keys(session, bid.lot.call_off)
    answers: dict[int, str] = {}
    prices: dict[Service, Decimal] = {}
    terms: dict[Service, PriceTerms] = {}
    capacity: dict[Service, int] = {}
    chosen: dict[str, tuple[str, ...]] = {}
    for part in bid.parts:
        text = open_sealed(
            keys[part.envelope], part.ciphertext, context(bid, part.envelope, part.field)
        ).decode()
        kind, _, rest = part.field.partition(":")
        match f"{kind}:" if rest else kind:
            case "answer:":
                answers[int(rest)] = text
            case "price:":
                prices[service_of(rest)] = Decimal(text)
            case "terms:":
                terms[service_of(rest)] = read_terms(json.loads(text))
            case "capacity:":
                capacity[service_of(rest)] = int(text)
            case _:
                chosen[kind] = tuple(json.loads(text))
    return BidContent(
        answers=answers,
        prices=prices,
        files=tuple(_open_file(keys[Envelope.QUALITY], bid, file) for file in bid.files),
        terms=terms,
        capacity=capacity,
        offers=chosen.get(OFFERS),
        chain=chosen.get(CHAIN),
        versions={part.field: part.row_version for part in bid.parts},
    )


def submitted_parts(
    session: Session,
    bid: Bid,
    submission: BidSubmission,
    envelopes: tuple[Envelope, ...] = tuple(Envelope),
    keys: Mapping[Envelope, bytes] | None = None,
) -> dict[Envelope, Any]:
    """The chosen envelopes of a submission, as they were sealed; `keys` saves reading them for each bid.

    Only for the supplier itself, or for those to whom officers have opened the envelope: the caller knows.
    """
    sealed = {Envelope.QUALITY: submission.sealed_quality, Envelope.PRICE: submission.sealed_price}
    return {
        envelope: json.loads(
            open_sealed(
                keys[envelope] if keys else data_key(session, bid.lot.call_off, envelope),
                sealed[envelope],
                context(bid, envelope, f"submission:{submission.number}"),
            )
        )
        for envelope in envelopes
    }


def receipt_of(session: Session, bid: Bid, submission: BidSubmission) -> dict[str, Any]:
    """The receipt of a submission, with the bid it proves and the salt: for its supplier only."""
    call_off = bid.lot.call_off
    parts = submitted_parts(session, bid, submission)
    salt = parts[Envelope.QUALITY].pop("salt")
    event_hash = session.scalars(
        sa.select(AuditEvent.hash).where(
            AuditEvent.chain == call_off.public_id, AuditEvent.sequence == submission.chain_sequence
        )
    ).one()
    return {
        "format": RECEIPT_FORMAT,
        "call_off": call_off.public_id,
        "call_off_title": call_off.title,
        "lot": bid.lot.number,
        "supplier": bid.supplier.public_id,
        "bid_reference": bid.public_id,
        "submission": submission.number,
        "received_at": submission.received_at.isoformat(),
        "fingerprint": submission.fingerprint,
        "salt": salt,
        "audit": {
            "chain": call_off.public_id,
            "position": submission.chain_sequence,
            "hash": event_hash,
        },
        "bid": canonical_bid(
            call_off=call_off.public_id,
            lot=bid.lot.number,
            supplier=bid.supplier.public_id,
            quality=parts[Envelope.QUALITY],
            price=parts[Envelope.PRICE],
        ),
    }


def record_problem(session: Session, receipt: Mapping[str, Any]) -> str | None:
    """What of a sound receipt differs from the record: a code, or None."""
    row = session.execute(
        sa.select(BidSubmission, Bid, AuditEvent.hash)
        .join(Bid, Bid.id == BidSubmission.bid_id)
        .join(Lot, Lot.id == Bid.lot_id)
        .join(CallOff, CallOff.id == Lot.call_off_id)
        .outerjoin(
            AuditEvent,
            sa.and_(
                AuditEvent.chain == CallOff.public_id, AuditEvent.sequence == BidSubmission.chain_sequence
            ),
        )
        .where(BidSubmission.fingerprint == str(receipt.get("fingerprint")))
    ).one_or_none()
    if row is None:
        return "no_submission"
    submission, bid, event_hash = row
    stated = (receipt.get("bid_reference"), receipt.get("submission"), receipt.get("received_at"))
    if stated != (bid.public_id, submission.number, submission.received_at.isoformat()):
        return "submission_differs"
    audit = receipt.get("audit")
    if not isinstance(audit, dict) or (audit.get("position"), audit.get("hash")) != (
        submission.chain_sequence,
        event_hash,
    ):
        return "event_differs"
    return None


def file_of(session: Session, bid: Bid, file: BidFile) -> OpenFile:
    """An attached file's name and facts."""
    return _open_file(data_key(session, bid.lot.call_off, file.envelope), bid, file)


def file_content(session: Session, bid: Bid, file: BidFile) -> bytes:
    """What an attached file holds. Raises OSError where the store has lost it."""
    key = data_key(session, bid.lot.call_off, file.envelope)
    return open_sealed(key, content_of(file.document), context(bid, file.envelope, "file"))


def content_to_scan(session: Session, document: Document) -> bytes:
    """What a sealed file holds, for the scanner alone: in memory, and told to nobody."""
    file = session.scalars(
        sa.select(BidFile).where(BidFile.document_id == document.id).order_by(BidFile.id).limit(1)
    ).one()
    key = data_key(session, file.bid.lot.call_off, file.envelope)
    return open_sealed(key, content_on_disk(document), context(file.bid, file.envelope, "file"))


def _open_file(key: bytes, bid: Bid, file: BidFile) -> OpenFile:
    facts = json.loads(open_sealed(key, file.sealed_name, context(bid, file.envelope, "file-name")))
    return OpenFile(
        public_id=file.public_id,
        name=facts["name"],
        size=file.size,
        media_type=facts["media_type"],
        digest=facts["sha256"],
        address=file.document.digest,
        question=facts.get("question"),
    )


def digest_of(content: bytes) -> str:
    """SHA-256 of a file's plain content, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
