"""What a supplier's renaming, merger or insolvency does to what it has."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.changes.rules import effects, reasons_against
from procurement.changes.types import Change, ChangeKind, Held, OfferFate, Outcome, Subject
from procurement.framework.types import MemberState, Regime

DAY = date(2026, 9, 1)
RENAMING = Change(ChangeKind.RENAMING, DAY, new_name="New", evidence="The register.")
INSOLVENCY = Change(ChangeKind.INSOLVENCY, DAY, evidence="The Gazette.")
MERGER = Change(ChangeKind.MERGER, DAY, successor="OR-2", offers=OfferFate.MOVE, evidence="The register.")
MARKET, DPS = Regime.DYNAMIC_MARKET, Regime.DPS

held = st.builds(
    Held,
    st.sampled_from(list(Subject)),
    st.integers(1, 99),
    st.just("A thing"),
    state=st.sampled_from(list(MemberState)),
    regime=st.sampled_from(list(Regime)),
    offer_is_published=st.booleans(),
    successor_has_it=st.booleans(),
)
changes = st.builds(
    Change,
    st.sampled_from(list(ChangeKind)),
    st.just(DAY),
    new_name=st.just("New"),
    successor=st.just("OR-2"),
    offers=st.sampled_from(list(OfferFate)),
    restructuring=st.booleans(),
    evidence=st.just("Known."),
)


def codes(change: Change, **values: object) -> list[str]:
    known = {"supplier": "OR-1", "old_name": "Old", "successor_known": True, **values}
    return [reason.code for reason in reasons_against(change, **known)]  # type: ignore[arg-type]


@given(st.lists(held))
def test_a_new_name_keeps_everything(things: list[Held]) -> None:
    assert {effect.outcome for effect in effects(RENAMING, things)} <= {Outcome.KEPT}


@given(changes, st.lists(held))
def test_every_thing_has_one_effect_and_a_membership_is_never_taken_by_itself(
    change: Change, things: list[Held]
) -> None:
    found = effects(change, things)
    assert [effect.held for effect in found] == things
    for effect in found:
        if effect.held.subject in (Subject.MEMBERSHIP, Subject.BID):
            assert effect.outcome in (Outcome.KEPT, Outcome.FLAGGED)


@given(changes, held)
def test_a_contract_passes_on_a_restructuring_alone(change: Change, thing: Held) -> None:
    (effect,) = effects(change, [thing])
    if effect.outcome is Outcome.PASSED:
        assert change.kind is ChangeKind.MERGER
        assert change.restructuring
        assert thing.subject is Subject.CONTRACT
        assert not thing.successor_has_it
        assert effect.source in ("PA 2023 s.74", "PCR 2015 reg 72")


@pytest.mark.parametrize(
    ("change", "thing", "outcome", "code", "source"),
    [
        (
            INSOLVENCY,
            Held(Subject.MEMBERSHIP, 1, "", MemberState.ACTIVE, MARKET),
            Outcome.FLAGGED,
            "membership_to_be_considered",
            "PA 2023 Sch 7",
        ),
        (
            INSOLVENCY,
            Held(Subject.BID, 1, "", regime=DPS),
            Outcome.FLAGGED,
            "bid_to_be_considered",
            "PCR 2015 reg 57",
        ),
        (
            INSOLVENCY,
            Held(Subject.OFFER, 1, "", offer_is_published=True),
            Outcome.SUSPENDED,
            "offer_is_suspended",
            "house rule",
        ),
        (MERGER, Held(Subject.OFFER, 1, ""), Outcome.MOVED, "offer_moves", "house rule"),
        (
            MERGER,
            Held(Subject.CONTRACT, 1, "", regime=DPS),
            Outcome.FLAGGED,
            "contract_cannot_pass",
            "PCR 2015 reg 72",
        ),
    ],
)
def test_effects(change: Change, thing: Held, outcome: Outcome, code: str, source: str) -> None:
    (effect,) = effects(change, [thing])
    assert (effect.outcome, effect.code, effect.source) == (outcome, code, source)


def test_what_a_change_needs() -> None:
    assert codes(RENAMING) == codes(MERGER) == codes(INSOLVENCY) == []
    assert codes(RENAMING, old_name="New") == ["name_is_the_same"]
    assert codes(Change(ChangeKind.RENAMING, DAY)) == ["evidence_missing", "new_name_missing"]
    assert codes(MERGER, successor_known=False) == ["successor_not_known"]
    assert codes(MERGER, supplier="OR-2") == ["successor_is_itself"]
    without = Change(ChangeKind.MERGER, DAY, successor="OR-2", evidence="Known.")
    assert codes(without) == ["fate_of_offers_missing"]
