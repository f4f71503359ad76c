"""Complete, in time, a usable file: what a bid must be, and what its supplier is told."""

# ruff: noqa: DTZ001 — hypothesis takes its bounds without a zone

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sealing import canonical, fingerprint
from procurement.calloffs.bids.rules import (
    MOST_FILE_BYTES,
    MOST_FILES,
    RECEIPT_FORMAT,
    canonical_bid,
    count_words,
    in_time,
    price_envelope,
    price_problem,
    prices_of,
    quality_envelope,
    reasons_not_to_submit,
    reasons_not_to_take_file,
    reasons_not_to_withdraw,
    receipt_problems,
    standing,
)
from procurement.calloffs.bids.types import BidFacts, BidStanding, BidState, OpenFile, QuestionFacts
from procurement.calloffs.drafting.types import CallOffState

DEADLINE = datetime(2026, 6, 11, 11, tzinfo=UTC)
BEFORE = DEADLINE - timedelta(microseconds=1)
SERVICE = ("accommodation", "low")
BID = BidFacts(
    call_off_state=CallOffState.PUBLISHED,
    deadline=DEADLINE,
    invited=True,
    questions=(
        QuestionFacts("method", word_limit=500),
        QuestionFacts("extra", required=False, word_limit=10),
    ),
    words={"method": 500},
    services=(SERVICE,),
    prices={SERVICE: Decimal("412.50")},
    files_required=("plan",),
    files=frozenset({"plan"}),
    state=BidState.DRAFT,
)


def codes(reasons):
    return [reason.code for reason in reasons]


def test_a_complete_bid_is_taken_a_microsecond_before_the_deadline_and_not_at_it():
    assert reasons_not_to_submit(BID, BEFORE) == []
    assert codes(reasons_not_to_submit(BID, DEADLINE)) == ["deadline_passed"]
    assert codes(reasons_not_to_submit(BID, DEADLINE + timedelta(days=1))) == ["deadline_passed"]


@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC)))
def test_in_time_is_strictly_before(at):
    assert in_time(at, DEADLINE) == (at < DEADLINE)
    assert ("deadline_passed" in codes(reasons_not_to_submit(BID, at))) == (at >= DEADLINE)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"words": {}}, "answer_missing"),
        ({"words": {"method": 501}}, "answer_too_long"),
        ({"words": {"method": 1, "extra": 11}}, "answer_too_long"),
        ({"prices": {}}, "price_missing"),
        ({"prices": {SERVICE: Decimal(0)}}, "price_not_positive"),
        ({"files": frozenset()}, "file_missing"),
        ({"declaration_signed": False}, "declaration_not_signed"),
        ({"invited": False}, "not_invited"),
        ({"call_off_state": CallOffState.PAUSED}, "call_off_paused"),
        ({"call_off_state": CallOffState.CANCELLED}, "call_off_cancelled"),
        ({"call_off_state": CallOffState.APPROVED}, "call_off_not_published"),
        ({"call_off_state": CallOffState.QUALITY_OPENED}, "deadline_passed"),
    ],
)
def test_each_defect_is_the_one_reason_given(changes, code):
    assert codes(reasons_not_to_submit(replace(BID, **changes), BEFORE)) == [code]


def test_withdrawing_is_free_until_the_deadline():
    submitted = replace(BID, state=BidState.SUBMITTED)
    assert reasons_not_to_withdraw(submitted, BEFORE) == []
    assert codes(reasons_not_to_withdraw(submitted, DEADLINE)) == ["deadline_passed"]
    assert codes(reasons_not_to_withdraw(BID, BEFORE)) == ["not_submitted"]


@pytest.mark.parametrize(
    ("state", "changed", "now", "expected"),
    [
        (None, False, BEFORE, BidStanding.NOT_STARTED),
        (BidState.DRAFT, True, BEFORE, BidStanding.NOT_SUBMITTED),
        (BidState.SUBMITTED, False, BEFORE, BidStanding.SUBMITTED),
        (BidState.SUBMITTED, True, BEFORE, BidStanding.SUBMITTED_WITH_CHANGES),
        (BidState.WITHDRAWN, True, BEFORE, BidStanding.WITHDRAWN),
        (BidState.DRAFT, True, DEADLINE, BidStanding.TOO_LATE),
        (None, False, DEADLINE, BidStanding.TOO_LATE),
        (BidState.SUBMITTED, True, DEADLINE, BidStanding.RECEIVED),
        (BidState.WITHDRAWN, False, DEADLINE, BidStanding.WITHDRAWN),
    ],
)
def test_standing_says_whether_a_bid_is_in(state, changed, now, expected):
    assert standing(replace(BID, state=state, changed_since_submission=changed), now) is expected


@pytest.mark.parametrize(
    ("text", "words"),
    [("", 0), ("  \n\t ", 0), ("one", 1), ("twenty-one days, not 22!", 4), ("£3.50 each", 2)],
)
def test_words_are_counted_as_a_reader_would(text, words):
    assert count_words(text) == words


@given(st.text(max_size=300), st.text(max_size=300))
def test_word_counts_add_up_over_a_line_break(one, other):
    assert count_words(f"{one}\n{other}") == count_words(one) + count_words(other)


@pytest.mark.parametrize(
    ("price", "problem"),
    [
        ("0.01", None),
        ("9999999.99", None),
        ("0", "price_not_positive"),
        ("-3", "price_not_positive"),
        ("NaN", "price_not_positive"),
        ("Infinity", "price_not_positive"),
        ("10000000", "price_too_high"),
        ("1E+30", "price_too_high"),
        ("3.501", "price_finer_than_pence"),
    ],
)
def test_prices_are_positive_pounds_and_pence(price, problem):
    assert price_problem(Decimal(price)) == problem


NAME, PDF = "Method statement.pdf", b"%PDF-1.7 and more"


def refused(name=NAME, content=PDF, already=frozenset(), count=0):
    reasons = reasons_not_to_take_file(name, content, already=already, count=count)
    assert all(reason.params["file"] == name for reason in reasons)
    return codes(reasons)


def test_a_sound_file_is_taken_and_a_bad_one_is_refused_by_name():
    assert refused() == []
    assert refused("UPPER.PDF") == []
    assert refused(content=b"") == ["file_empty"]
    assert refused(content=PDF.ljust(MOST_FILE_BYTES)) == []
    assert refused(content=PDF.ljust(MOST_FILE_BYTES + 1)) == ["file_too_large"]
    assert refused("run.exe") == ["file_wrong_type"]
    assert refused("noextension") == ["file_wrong_type"]
    assert refused(content=b"MZ\x90\x00") == ["file_content_differs"]
    assert refused("notes.txt", b"a\x00bc") == ["file_not_text"]
    assert refused("notes.txt", "né".encode()) == []
    assert refused("sheet.xlsx", b"PK\x03\x04 no archive") == ["file_unpacks_too_large"]
    assert refused(already=frozenset({NAME})) == ["file_name_taken"]
    assert refused(count=MOST_FILES) == ["too_many_files"]
    assert refused("x" * 200 + ".pdf") == ["file_name_unusable"]
    assert refused("a\r\nb.pdf") == ["file_name_unusable"]


SALT = bytes(range(32))
FILE = OpenFile("BF-1", "Plan.pdf", 12, "application/pdf", "aa" * 32, "bb" * 32)
CONTENT = canonical_bid(
    call_off="CO-1",
    lot=1,
    supplier="OR-1",
    quality=quality_envelope({"method@1": "We meet people at the gate."}, [FILE]),
    price=price_envelope({SERVICE: Decimal("412.5")}),
)
RECEIPT = {
    "format": RECEIPT_FORMAT,
    "call_off": "CO-1",
    "lot": 1,
    "supplier": "OR-1",
    "salt": SALT.hex(),
    "fingerprint": fingerprint(SALT, canonical(CONTENT)),
    "bid": CONTENT,
}


def test_a_receipt_proves_its_bid_and_no_other():
    assert receipt_problems(RECEIPT) == []
    reread = json.loads(json.dumps(RECEIPT))
    assert receipt_problems(reread) == []
    reread["bid"]["price"]["accommodation:low"] = "412.51"
    assert receipt_problems(reread) == ["fingerprint_differs"]
    assert receipt_problems(RECEIPT | {"lot": 2}) == ["bid_of_another_place"]
    assert receipt_problems(RECEIPT | {"salt": "zz"}) == ["not_a_receipt"]
    assert receipt_problems({}) == ["not_a_receipt"]
    assert receipt_problems(RECEIPT | {"bid": {"call_off": 1.5}}) == ["not_a_receipt"]


@given(
    st.dictionaries(
        st.tuples(st.sampled_from(["accommodation", "finance"]), st.sampled_from(["low", "high"])),
        st.decimals("0.01", "9999999.99", places=2),
    )
)
def test_prices_come_out_of_their_envelope_as_they_went_in(prices):
    assert prices_of(price_envelope(prices)) == prices
