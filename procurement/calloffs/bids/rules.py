"""When a bid is complete, in time and taken; what a file may be; what a supplier is told of its standing."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.documents.rules import file_problem
from core.reasons import Reason
from core.sealing import canonical, fingerprint, fingerprints_match
from core.states import prove_whole
from procurement.calloffs.bids.types import (
    BidEvent,
    BidFacts,
    BidStanding,
    BidState,
    Cited,
    OpenFile,
    PriceBand,
    PriceTerms,
    Service,
)
from procurement.calloffs.drafting.rules import state_at
from procurement.calloffs.drafting.types import CallOffState

BID_STEPS: Mapping[tuple[BidState, BidEvent], BidState] = {
    (BidState.DRAFT, BidEvent.SUBMIT): BidState.SUBMITTED,
    (BidState.SUBMITTED, BidEvent.SUBMIT): BidState.SUBMITTED,
    (BidState.SUBMITTED, BidEvent.WITHDRAW): BidState.WITHDRAWN,
    (BidState.WITHDRAWN, BidEvent.SUBMIT): BidState.SUBMITTED,
}
prove_whole(BID_STEPS, start=BidState.DRAFT, states=BidState, events=BidEvent)

DEADLINE_SOURCE = "PCR 2015 reg 22(16); the published deadline"
PENCE = Decimal("0.01")
MOST_PRICE = Decimal("9999999.99")
"""Pounds per person: beyond it a price is a slip of the keyboard."""

MOST_FILE_BYTES = 10 * 1024 * 1024
MOST_FILE_NAME = 120
MOST_FILES = 20
"""Per bid."""
FILE_ENDINGS = (".pdf", ".docx", ".xlsx", ".odt", ".csv", ".txt", ".png", ".jpg")

RECEIPT_FORMAT = "throughgate-receipt-1"
FINGERPRINTS_FORMAT = "throughgate-fingerprints-1"


def in_time(at: datetime, deadline: datetime) -> bool:
    """Whether a bid received at `at` is in time: strictly before the deadline."""
    return at < deadline


def count_words(text: str) -> int:
    """How many words a text has: what stands between white space, as the page counts while typing."""
    return len(text.split())


def reasons_closed(bid: BidFacts, now: datetime) -> list[Reason]:
    """Why nothing of this bid can be changed or handed in at `now`, complete or not."""
    reasons = []
    if not bid.invited:
        reasons.append(Reason("not_invited"))
    state = state_at(bid.call_off_state, bid.deadline, now)
    if state is CallOffState.PAUSED:
        reasons.append(Reason("call_off_paused"))
    elif state is CallOffState.CANCELLED:
        reasons.append(Reason("call_off_cancelled"))
    elif state in (CallOffState.DRAFT, CallOffState.APPROVED):
        reasons.append(Reason("call_off_not_published"))
    elif state is not CallOffState.PUBLISHED or not in_time(now, bid.deadline):
        reasons.append(Reason("deadline_passed", {"deadline": bid.deadline}, DEADLINE_SOURCE))
    return reasons


def what_is_missing(bid: BidFacts) -> list[Reason]:
    """What of the bid is missing or out of bounds, in the order of the form; empty when it is complete."""
    return [*_answers(bid), *_prices(bid), *_terms(bid), *_room(bid), *_files_and_declaration(bid)]


def warnings_about(bid: BidFacts) -> list[Reason]:
    """What a bidder should know before it submits, and may submit despite, in the order of the form."""
    warnings = [
        Reason("evidence_missing", {"question": question.code})
        for question in bid.questions
        if question.asks_for_evidence and question.code not in bid.evidenced
    ]
    if not bid.offers_cited:
        warnings.append(Reason("no_offer_cited"))
    warnings += [Reason("offer_gone", {"offer": offer}) for offer in bid.offers_gone]
    for service, people in bid.volumes.items():
        committed = bid.capacity.get(service)
        named = _named(service)
        if committed is None:
            warnings.append(Reason("capacity_missing", named))
        elif committed < people:
            warnings.append(
                Reason("capacity_below_volume", named | {"committed": committed, "people": people})
            )
    for room in bid.room:
        if room.free < room.committed <= room.places:
            warnings.append(
                Reason(
                    "capacity_above_free",
                    _named(room.service) | {"committed": room.committed, "free": room.free},
                )
            )
    warnings += [
        Reason("part_not_confirmed", {"partner": part.name}) for part in bid.parts if not part.confirmed
    ]
    warnings += [
        Reason("not_held_together", {"need_area": need_area, "region": region})
        for need_area, region in bid.not_held
    ]
    return warnings


def reasons_not_to_submit(bid: BidFacts, now: datetime) -> list[Reason]:
    """Why the bid is not taken at `now`. A closed call-off is said alone: nothing else would help."""
    closed = reasons_closed(bid, now)
    if closed:
        return closed
    return what_is_missing(bid)


def reasons_not_to_withdraw(bid: BidFacts, now: datetime) -> list[Reason]:
    """Why a submitted bid cannot be withdrawn at `now`: freely until the deadline only."""
    reasons = reasons_closed(bid, now)
    if (bid.state, BidEvent.WITHDRAW) not in BID_STEPS:
        reasons.append(Reason("not_submitted"))
    return reasons


def standing(bid: BidFacts, now: datetime) -> BidStanding:
    """What every page of the bid says about it at `now`."""
    over = not in_time(now, bid.deadline)
    if bid.state is BidState.SUBMITTED:
        if over:
            return BidStanding.RECEIVED
        changed = bid.changed_since_submission
        return BidStanding.SUBMITTED_WITH_CHANGES if changed else BidStanding.SUBMITTED
    if bid.state is BidState.WITHDRAWN:
        return BidStanding.WITHDRAWN
    if over:
        return BidStanding.TOO_LATE
    return BidStanding.NOT_STARTED if bid.state is None else BidStanding.NOT_SUBMITTED


def price_problem(price: Decimal) -> str | None:
    """Why an amount is no price (pounds per person): a code, or None."""
    if not price.is_finite() or price <= 0:
        return "price_not_positive"
    if price > MOST_PRICE:
        return "price_too_high"
    if price != price.quantize(PENCE):
        return "price_finer_than_pence"
    return None


def reasons_not_to_take_file(
    name: str,
    content: bytes,
    *,
    already: frozenset[str],
    count: int,
    limit_bytes: int = MOST_FILE_BYTES,
) -> list[Reason]:
    """Why an uploaded file is refused. `already` holds the names of the bid's other files, `count` how many.

    Each reason names the file, the limit and what was found.
    """
    named = {"file": name}
    reasons = []
    if not name.strip() or len(name) > MOST_FILE_NAME or not name.isprintable():
        reasons.append(Reason("file_name_unusable", named | {"most": MOST_FILE_NAME}))
    if name in already:
        reasons.append(Reason("file_name_taken", named))
    if count >= MOST_FILES:
        reasons.append(Reason("too_many_files", named | {"most": MOST_FILES}))
    problem = file_problem(name, content, limit_bytes=limit_bytes, allowed=FILE_ENDINGS)
    if problem is not None:
        params = named | {"size": len(content), "most": limit_bytes, "taken": FILE_ENDINGS}
        reasons.append(Reason(f"file_{problem.code.replace('-', '_')}", params))
    return reasons


def canonical_bid(
    *, call_off: str, lot: int, supplier: str, quality: Mapping[str, Any], price: Mapping[str, Any]
) -> dict[str, Any]:
    """The bid as it is fingerprinted: who bids for what, and both envelopes."""
    return {"call_off": call_off, "lot": lot, "supplier": supplier, "quality": quality, "price": price}


def quality_envelope(
    answers: Mapping[str, str],
    files: Iterable[OpenFile],
    *,
    questions: Mapping[int, str] | None = None,
    capacity: Mapping[Service, int] | None = None,
    cited: Cited | None = None,
) -> dict[str, Any]:
    """The quality envelope: nothing in it tells a price.

    Question (`code@version`) → answer; the files by name with their digests and the question they answer
    (`questions` names them by key); the offers cited, places a year committed, and the supply chain.
    """
    cited = cited or Cited()
    return {
        "answers": dict(answers),
        "files": [
            {"name": file.name, "size": file.size, "sha256": file.digest, "address": file.address}
            | {"question": (questions or {}).get(file.question or 0)}
            for file in sorted(files, key=lambda file: file.name)
        ],
        "offers": list(cited.offers),
        "capacity": {_key(service): places for service, places in (capacity or {}).items()},
        "chain": list(cited.chain),
    }


def price_envelope(
    prices: Mapping[Service, Decimal],
    terms: Mapping[Service, PriceTerms] | None = None,
    cited: Cited | None = None,
) -> dict[str, Any]:
    """The price envelope: prices in pounds per person, always with two decimals, and what they are made of.

    Services are written `need area:complexity`. What is passed down the supply chain is a matter of price.
    """
    return {
        "prices": {_key(service): f"{price:.2f}" for service, price in prices.items()},
        "terms": {_key(service): write_terms(terms) for service, terms in (terms or {}).items()},
        "chain": list(cited.terms) if cited else [],
    }


def prices_of(envelope: Mapping[str, Any]) -> dict[Service, Decimal]:
    """The prices that `price_envelope` was given."""
    return {service_of(key): Decimal(price) for key, price in envelope["prices"].items()}


def terms_of(envelope: Mapping[str, Any]) -> dict[Service, PriceTerms]:
    """The terms that `price_envelope` was given."""
    return {service_of(key): read_terms(terms) for key, terms in envelope["terms"].items()}


def write_terms(terms: PriceTerms) -> dict[str, Any]:
    """The terms of a price as JSON takes them."""
    parts = {"staff": terms.staff, "overheads": terms.overheads, "other": terms.other}
    return {
        **{name: None if part is None else f"{part:.2f}" for name, part in parts.items()},
        "note": terms.note,
        "bands": [{"from": band.from_people, "price": f"{band.price:.2f}"} for band in terms.bands],
    }


def read_terms(written: Mapping[str, Any]) -> PriceTerms:
    """The terms that `write_terms` was given."""
    parts = {
        name: None if written[name] is None else Decimal(written[name])
        for name in ("staff", "overheads", "other")
    }
    bands = tuple(PriceBand(band["from"], Decimal(band["price"])) for band in written["bands"])
    return PriceTerms(**parts, note=written["note"], bands=bands)


def service_of(key: str) -> Service:
    """A service as an envelope writes it: `need area:complexity`."""
    need_area, complexity = key.rsplit(":", 1)
    return need_area, complexity


def terms_problems(service: Service, price: Decimal | None, terms: PriceTerms, people: int) -> list[Reason]:
    """What is wrong with the terms of a price; `people` a year are what the lot expects.

    The parts add up to the price, or the bid says why not. Bands lie above the lot's volume, so that the
    price that is compared holds for everybody whom the lot expects.
    """
    named = _named(service)
    found = []
    if price is not None and terms.total is not None and terms.total != price and not terms.note.strip():
        found.append(Reason("costs_differ", named | {"total": terms.total, "price": price}))
    last = people
    for band in terms.bands:
        if band.from_people <= people:
            found.append(Reason("band_within_volume", named | {"from": band.from_people, "people": people}))
        elif band.from_people <= last:
            found.append(Reason("bands_out_of_order", named | {"from": band.from_people}))
        if price_problem(band.price):
            found.append(
                Reason("band_price_unusable", named | {"from": band.from_people, "price": band.price})
            )
        last = max(last, band.from_people)
    return found


def receipt_problems(receipt: Mapping[str, Any]) -> list[str]:
    """What is wrong with a receipt by itself, in codes: its shape, or a fingerprint that is not the bid's."""
    if receipt.get("format") != RECEIPT_FORMAT:
        return ["not_a_receipt"]
    try:
        salt, bid = bytes.fromhex(receipt["salt"]), receipt["bid"]
        stated = (receipt["call_off"], receipt["lot"], receipt["supplier"])
        in_bid = (bid["call_off"], bid["lot"], bid["supplier"])
        computed = fingerprint(salt, canonical(bid))
        matches = fingerprints_match(str(receipt["fingerprint"]), computed)
    except (KeyError, TypeError, ValueError):
        return ["not_a_receipt"]
    problems = []
    if stated != in_bid:
        problems.append("bid_of_another_place")
    if not matches:
        problems.append("fingerprint_differs")
    return problems


def _answers(bid: BidFacts) -> Iterator[Reason]:
    for question in bid.questions:
        words = bid.words.get(question.code, 0)
        if question.required and words == 0:
            yield Reason("answer_missing", {"question": question.code})
        elif question.word_limit is not None and words > question.word_limit:
            yield Reason(
                "answer_too_long", {"question": question.code, "words": words, "most": question.word_limit}
            )


def _prices(bid: BidFacts) -> Iterator[Reason]:
    for service in bid.services:
        params = {"need_area": service[0], "complexity": service[1]}
        price = bid.prices.get(service)
        if price is None:
            yield Reason("price_missing", params)
        elif problem := price_problem(price):
            yield Reason(problem, params | {"price": price})


def _terms(bid: BidFacts) -> Iterator[Reason]:
    for service in bid.services:
        terms = bid.terms.get(service)
        if terms is not None:
            yield from terms_problems(service, bid.prices.get(service), terms, bid.volumes.get(service, 0))


def _room(bid: BidFacts) -> Iterator[Reason]:
    for room in bid.room:
        if room.committed > room.places:
            yield Reason(
                "capacity_above_places",
                _named(room.service) | {"committed": room.committed, "places": room.places},
            )


def _named(service: Service | None) -> dict[str, Any]:
    return {"need_area": service[0], "complexity": service[1]} if service else {}


def _key(service: Service) -> str:
    return f"{service[0]}:{service[1]}"


def _files_and_declaration(bid: BidFacts) -> Iterator[Reason]:
    for wanted in bid.files_required:
        if wanted not in bid.files:
            yield Reason("file_missing", {"file": wanted})
    if not bid.declaration_signed:
        yield Reason("declaration_not_signed")
