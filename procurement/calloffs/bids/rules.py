"""When a bid is complete, in time and taken; what a file may be; what a supplier is told of its standing."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import PurePath

from core.reasons import Reason
from core.states import prove_whole
from procurement.calloffs.bids.types import (
    BidEvent,
    BidFacts,
    BidStanding,
    BidState,
    FileFacts,
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
FILE_KINDS: Mapping[str, tuple[str, tuple[bytes, ...]]] = {
    ".pdf": ("application/pdf", (b"%PDF-",)),
    ".docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        (b"PK\x03\x04",),
    ),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (b"PK\x03\x04",)),
    ".odt": ("application/vnd.oasis.opendocument.text", (b"PK\x03\x04",)),
    ".ods": ("application/vnd.oasis.opendocument.spreadsheet", (b"PK\x03\x04",)),
    ".csv": ("text/csv", ()),
    ".txt": ("text/plain", ()),
    ".png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    ".jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
}
"""Extension → content type, and how such a file begins; without beginnings: text, so no zero byte."""

_WORD = re.compile(r"\S*\w\S*")


def in_time(at: datetime, deadline: datetime) -> bool:
    """Whether a bid received at `at` is in time: strictly before the deadline."""
    return at < deadline


def count_words(text: str) -> int:
    """How many words a text has: runs of characters between white space that hold a letter or a digit."""
    return len(_WORD.findall(text))


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
    return [*_answers(bid), *_prices(bid), *_files_and_declaration(bid)]


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


def reasons_not_to_take_file(file: FileFacts, *, already: frozenset[str], count: int) -> list[Reason]:
    """Why an uploaded file is refused. `already` holds the names of the bid's other files, `count` how many.

    Each reason names the file, the limit and what was found.
    """
    named = {"file": file.name}
    extension = PurePath(file.name).suffix.lower()
    reasons = []
    if not file.name.strip() or len(file.name) > MOST_FILE_NAME or not file.name.isprintable():
        reasons.append(Reason("file_name_unusable", named | {"most": MOST_FILE_NAME}))
    if file.name in already:
        reasons.append(Reason("file_name_taken", named))
    if count >= MOST_FILES:
        reasons.append(Reason("too_many_files", named | {"most": MOST_FILES}))
    if file.size == 0:
        reasons.append(Reason("file_empty", named))
    elif file.size > MOST_FILE_BYTES:
        reasons.append(Reason("file_too_large", named | {"size": file.size, "most": MOST_FILE_BYTES}))
    if extension not in FILE_KINDS:
        reasons.append(Reason("file_kind_not_taken", named | {"taken": tuple(FILE_KINDS)}))
    elif file.size and not _begins_as(file.head, FILE_KINDS[extension][1]):
        reasons.append(Reason("file_is_not_what_it_says", named | {"extension": extension}))
    return reasons


def _begins_as(head: bytes, beginnings: tuple[bytes, ...]) -> bool:
    if beginnings:
        return head.startswith(beginnings)
    return b"\x00" not in head


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


def _files_and_declaration(bid: BidFacts) -> Iterator[Reason]:
    for wanted in bid.files_required:
        if wanted not in bid.files:
            yield Reason("file_missing", {"file": wanted})
    if not bid.declaration_signed:
        yield Reason("declaration_not_signed")
