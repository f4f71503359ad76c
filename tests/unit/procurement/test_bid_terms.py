"""What a price is made of, its bands, the warnings before submitting, and what the two envelopes hold."""

from datetime import UTC, datetime
from decimal import Decimal

import hypothesis.strategies as st
import pytest
from hypothesis import given

from core.sealing import canonical
from procurement.calloffs.bids.rules import (
    price_envelope,
    prices_of,
    quality_envelope,
    read_terms,
    terms_of,
    terms_problems,
    warnings_about,
    what_is_missing,
    write_terms,
)
from procurement.calloffs.bids.types import (
    BidFacts,
    Cited,
    NamedPart,
    OpenFile,
    PriceBand,
    PriceTerms,
    QuestionFacts,
    Room,
)
from procurement.calloffs.drafting.types import CallOffState

SERVICE = ("accommodation", "low")
PRICE = Decimal("400.00")
MONEY = st.decimals("0.01", "99999.99", places=2)
BANDS = st.lists(st.builds(PriceBand, st.integers(1, 10_000), MONEY), max_size=3).map(tuple)
TERMS = st.builds(
    PriceTerms, st.none() | MONEY, st.none() | MONEY, st.none() | MONEY, st.text(max_size=30), BANDS
)


def codes(reasons) -> list[str]:  # type: ignore[no-untyped-def]
    return [reason.code for reason in reasons]


def facts(**values) -> BidFacts:  # type: ignore[no-untyped-def]
    return BidFacts(
        **(
            {
                "call_off_state": CallOffState.PUBLISHED,
                "deadline": datetime(2026, 12, 1, tzinfo=UTC),
                "invited": True,
                "services": (SERVICE,),
                "volumes": {SERVICE: 120},
                "prices": {SERVICE: PRICE},
                "capacity": {SERVICE: 120},
                "offers_cited": 1,
            }
            | values
        )
    )


@given(TERMS)
def test_terms_are_read_as_they_were_written(terms: PriceTerms) -> None:
    assert read_terms(write_terms(terms)) == terms
    envelope = price_envelope({SERVICE: PRICE}, {SERVICE: terms})
    assert (prices_of(envelope), terms_of(envelope)) == ({SERVICE: PRICE}, {SERVICE: terms})
    canonical(envelope)


@given(MONEY, MONEY, MONEY)
def test_parts_that_add_up_need_no_words_and_others_do(
    staff: Decimal, overheads: Decimal, other: Decimal
) -> None:
    terms, total = PriceTerms(staff, overheads, other), staff + overheads + other
    assert terms_problems(SERVICE, total, terms, 120) == []
    assert codes(terms_problems(SERVICE, total + Decimal("0.01"), terms, 120)) == ["costs_differ"]
    said = PriceTerms(staff, overheads, other, note="A grant pays the rest.")
    assert terms_problems(SERVICE, total + Decimal("0.01"), said, 120) == []


def test_parts_without_a_price_wait_for_it() -> None:
    assert terms_problems(SERVICE, None, PriceTerms(PRICE), 120) == []


@pytest.mark.parametrize(
    ("starts", "expected"),
    [
        ((), []),
        ((121,), []),
        ((121, 200, 300), []),
        ((120,), ["band_within_volume"]),
        ((200, 150), ["bands_out_of_order"]),
        ((200, 200), ["bands_out_of_order"]),
        ((1, 200), ["band_within_volume"]),
    ],
)
def test_bands_begin_above_the_volume_and_rise(starts: tuple[int, ...], expected: list[str]) -> None:
    terms = PriceTerms(bands=tuple(PriceBand(one, PRICE) for one in starts))
    assert codes(terms_problems(SERVICE, PRICE, terms, 120)) == expected


@pytest.mark.parametrize(
    ("committed", "refused", "warned"),
    [(100, False, True), (119, False, True), (120, False, True), (90, False, False), (121, True, False)],
)
def test_capacity_is_warned_of_above_the_free_places_and_refused_above_all(
    committed: int, refused: bool, warned: bool
) -> None:
    found = facts(room=(Room(SERVICE, committed, places=120, free=90),))
    assert ("capacity_above_places" in codes(what_is_missing(found))) is refused
    assert ("capacity_above_free" in codes(warnings_about(found))) is warned


def test_warnings_name_each_thing_and_stop_nothing() -> None:
    found = facts(
        questions=(QuestionFacts("7", required=False, asks_for_evidence=True),),
        offers_cited=0,
        offers_gone=("Example housing help",),
        capacity={},
        parts=(
            NamedPart("Example Kitchen Table", confirmed=False),
            NamedPart("Example Sure", confirmed=True),
        ),
        not_held=(("finance", "region:A"),),
    )
    assert codes(warnings_about(found)) == [
        "evidence_missing",
        "no_offer_cited",
        "offer_gone",
        "capacity_missing",
        "part_not_confirmed",
        "not_held_together",
    ]
    assert what_is_missing(found) == []
    assert warnings_about(facts()) == []
    assert codes(warnings_about(facts(capacity={SERVICE: 60}))) == ["capacity_below_volume"]


def test_the_quality_envelope_tells_no_price() -> None:
    cited = Cited(
        offers=({"offer": "OF-1", "version": 2, "title": "Example"},),
        chain=({"link": "SL-1", "name": "Example"},),
        terms=({"link": "SL-1", "share_percent": Decimal("12.50")},),
    )
    file = OpenFile("BF-1", "plan.pdf", 3, "application/pdf", "ab", "cd", question=7)
    quality = quality_envelope(
        {"method@1": "Words."}, [file], questions={7: "method@1"}, capacity={SERVICE: 120}, cited=cited
    )
    assert quality["files"][0]["question"] == "method@1"
    assert quality["capacity"] == {"accommodation:low": 120}
    assert b"12.50" not in canonical(quality)
    assert b"12.50" in canonical(price_envelope({}, {}, cited))
