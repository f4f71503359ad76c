"""What lies open: nothing of an envelope is unsealed here unless two officers have released it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalogue.offers.models import OfferVersion
from core.documents.models import Document
from core.documents.services import content_of
from core.reasons import Reason, Refused
from core.sealing import canonical, fingerprint, open_sealed
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.bids.queries import context, data_key, offers_cited, submitted_parts
from procurement.calloffs.bids.rules import canonical_bid, prices_of, service_of, terms_of
from procurement.calloffs.bids.types import PriceTerms
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.types import Envelope
from procurement.calloffs.evaluation.models import EnvelopeRelease
from procurement.calloffs.evaluation.queries.cases import corrections_of
from procurement.calloffs.evaluation.queries.scoped import submission_of
from procurement.calloffs.evaluation.rules import OFFICERS_NEEDED


@dataclass(frozen=True)
class OpenedBid:
    """The quality envelope of a bid: answers by `code@version`, and its files as they were submitted.

    `offers`, `capacity` and `chain` are what it cites and promises, copied when it was submitted (their
    shapes: `bids.rules.quality_envelope`); `capacity` is places a year by service.
    """

    bid: Bid
    answers: Mapping[str, str]
    files: Sequence[Mapping[str, Any]]
    offers: Sequence[Mapping[str, Any]] = ()
    capacity: Mapping[tuple[str, str], int] = field(default_factory=dict)
    chain: Sequence[Mapping[str, Any]] = ()

    def files_for(self, question: Any) -> list[Mapping[str, Any]]:
        """The files attached to the answer of a version of a question."""
        return [file for file in self.files if file["question"] == f"{question.code}@{question.version}"]

    def answer_to(self, question: Any) -> str:
        """The answer to a version of a question; empty where there is none."""
        return self.answers.get(f"{question.code}@{question.version}", "")


def releases_of(session: Session, call_off: CallOff) -> dict[Envelope, list[EnvelopeRelease]]:
    """Who has released which envelope, in the order in which they did."""
    found: dict[Envelope, list[EnvelopeRelease]] = {envelope: [] for envelope in Envelope}
    rows = session.scalars(
        sa.select(EnvelopeRelease)
        .where(EnvelopeRelease.call_off_id == call_off.id)
        .options(joinedload(EnvelopeRelease.person))
        .order_by(EnvelopeRelease.at, EnvelopeRelease.person_id)
    )
    for row in rows:
        found[row.envelope].append(row)
    return found


def require_open(session: Session, call_off: CallOff, envelope: Envelope) -> None:
    """Raise Refused unless two officers have released the envelope: the guard of every unsealing here."""
    count = session.scalar(
        sa.select(sa.func.count(sa.distinct(EnvelopeRelease.person_id))).where(
            EnvelopeRelease.call_off_id == call_off.id, EnvelopeRelease.envelope == envelope
        )
    )
    if (count or 0) < OFFICERS_NEEDED:
        raise Refused(Reason("envelope_sealed", {"envelope": str(envelope)}))


def opened_quality(session: Session, call_off: CallOff, bids: Collection[Bid]) -> dict[int, OpenedBid]:
    """Bid key → its opened quality envelope. Raises Refused while it is sealed."""
    require_open(session, call_off, Envelope.QUALITY)
    found = {}
    keys = _keys(session, call_off, bids, Envelope.QUALITY)
    for bid in bids:
        parts = submitted_parts(session, bid, submission_of(bid), (Envelope.QUALITY,), keys)
        quality = parts[Envelope.QUALITY]
        found[bid.id] = OpenedBid(
            bid,
            quality["answers"],
            quality["files"],
            quality["offers"],
            {service_of(key): places for key, places in quality["capacity"].items()},
            quality["chain"],
        )
    return found


def cited_versions(session: Session, call_off: CallOff, bid: Bid) -> Sequence[OfferVersion]:
    """The versions of offers that an opened bid cites, as they are in the catalogue, by title.

    Published versions never change, so they are what the bidder saw. Raises Refused while sealed.
    """
    opened = opened_quality(session, call_off, [bid])[bid.id]
    return offers_cited(session, bid, [f"{offer['offer']}@{offer['version']}" for offer in opened.offers])


def opened_prices(
    session: Session, call_off: CallOff, bids: Collection[Bid]
) -> dict[int, dict[tuple[str, str], Decimal]]:
    """Bid key → its prices in pounds per person, corrected where a correction was recorded.

    Raises Refused while they are sealed.
    """
    corrections = corrections_of(session, bids)
    found = {}
    for key, envelope in _price_envelopes(session, call_off, bids).items():
        found[key] = dict(prices_of(envelope))
        for row in corrections[key]:
            found[key][row.need_area.code, str(row.complexity)] = row.after
    return found


def opened_breakdown(
    session: Session, call_off: CallOff, bids: Collection[Bid]
) -> dict[int, dict[tuple[str, str], PriceTerms]]:
    """Bid key → what each price is made of, and its volume bands, by service. Raises Refused while sealed."""
    return {key: terms_of(envelope) for key, envelope in _price_envelopes(session, call_off, bids).items()}


def opened_parts(session: Session, call_off: CallOff, bid: Bid) -> dict[tuple[str, str], Decimal]:
    """What the parts that a bid states of each price add up to, in pounds; only where all are stated.

    Raises Refused while prices are sealed.
    """
    found = {}
    for service, terms in opened_breakdown(session, call_off, [bid])[bid.id].items():
        parts = (terms.staff, terms.overheads, terms.other)
        if all(part is not None for part in parts):
            found[service] = sum((part for part in parts if part is not None), Decimal(0))
    return found


def opened_chain_terms(
    session: Session, call_off: CallOff, bids: Collection[Bid]
) -> dict[int, Sequence[Mapping[str, Any]]]:
    """Bid key → the terms of each link of its chain: share, fee, days. Raises Refused while sealed."""
    return {key: envelope["chain"] for key, envelope in _price_envelopes(session, call_off, bids).items()}


def tampered(session: Session, call_off: CallOff, bids: Collection[Bid]) -> list[str]:
    """The bids whose opened envelopes do not have the fingerprint that was recorded on receipt."""
    require_open(session, call_off, Envelope.PRICE)
    found = []
    keys = _keys(session, call_off, bids, *Envelope)
    for bid in bids:
        submission = submission_of(bid)
        parts = submitted_parts(session, bid, submission, keys=keys)
        salt = bytes.fromhex(parts[Envelope.QUALITY].pop("salt"))
        whole = canonical_bid(
            call_off=call_off.public_id,
            lot=bid.lot.number,
            supplier=bid.supplier.public_id,
            quality=parts[Envelope.QUALITY],
            price=parts[Envelope.PRICE],
        )
        if fingerprint(salt, canonical(whole)) != submission.fingerprint:
            found.append(bid.public_id)
    return found


def _price_envelopes(
    session: Session, call_off: CallOff, bids: Collection[Bid]
) -> dict[int, Mapping[str, Any]]:
    require_open(session, call_off, Envelope.PRICE)
    keys = _keys(session, call_off, bids, Envelope.PRICE)
    return {
        bid.id: submitted_parts(session, bid, submission_of(bid), (Envelope.PRICE,), keys)[Envelope.PRICE]
        for bid in bids
    }


def _keys(
    session: Session, call_off: CallOff, bids: Collection[Bid], *envelopes: Envelope
) -> dict[Envelope, bytes]:
    """The data keys, read once; none where nobody bid and so none was ever made."""
    return {envelope: data_key(session, call_off, envelope) for envelope in envelopes} if bids else {}


def opened_file(session: Session, opened: OpenedBid, address: str) -> tuple[str, bytes] | None:
    """A submitted file's name and content by its address; None where the bid has no such file."""
    facts = next((file for file in opened.files if file["address"] == address), None)
    if facts is None:
        return None
    bid = opened.bid
    document = session.scalars(
        sa.select(Document).where(Document.digest == address).order_by(Document.id).limit(1)
    ).one()
    key = data_key(session, bid.lot.call_off, Envelope.QUALITY)
    content = open_sealed(key, content_of(document), context(bid, Envelope.QUALITY, "file"))
    return facts["name"], content
