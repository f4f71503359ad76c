"""What a supplier's change does to its memberships, offers, open bids and contracts, before it is made."""

from collections.abc import Iterable

from core.reasons import Reason
from procurement.changes.types import Change, ChangeKind, Effect, Held, OfferFate, Outcome, Subject
from procurement.framework.types import MemberState, Regime

MODIFICATION = {Regime.DPS: "PCR 2015 reg 72", Regime.DYNAMIC_MARKET: "PA 2023 s.74"}
DISCRETIONARY = {Regime.DPS: "PCR 2015 reg 57", Regime.DYNAMIC_MARKET: "PA 2023 Sch 7"}


def reasons_against(change: Change, *, supplier: str, old_name: str, successor_known: bool) -> list[Reason]:
    """Why a change cannot be recorded as it stands; `supplier` is the public identifier of who changes."""
    reasons = []
    if not change.evidence.strip():
        reasons.append(Reason("evidence_missing"))
    if change.kind is ChangeKind.RENAMING:
        if not change.new_name.strip():
            reasons.append(Reason("new_name_missing"))
        elif change.new_name.strip() == old_name:
            reasons.append(Reason("name_is_the_same"))
    if change.kind is ChangeKind.MERGER:
        if change.successor == supplier:
            reasons.append(Reason("successor_is_itself"))
        elif not successor_known:
            reasons.append(Reason("successor_not_known"))
        if change.offers is None:
            reasons.append(Reason("fate_of_offers_missing"))
    return reasons


def effects(change: Change, held: Iterable[Held]) -> list[Effect]:
    """What the change does to each thing that the supplier has, in their order."""
    return [_EFFECT[change.kind](change, one) for one in held]


def _of_chains_and_applications(change: Change, held: Held) -> Effect | None:
    """Partners and applications: nothing passes or ends by itself; those whom it concerns are told."""
    merged = change.kind is ChangeKind.MERGER
    if held.subject is Subject.PART:
        return Effect(held, Outcome.FLAGGED, "part_has_merged" if merged else "part_may_fail")
    if held.subject is Subject.PARTNER:
        return Effect(held, Outcome.FLAGGED, "lead_has_merged" if merged else "lead_may_fail")
    if held.subject is Subject.APPLICATION:
        source = DISCRETIONARY[held.regime] if held.regime and not merged else "house rule"
        code = "applicant_has_merged" if merged else "applicant_to_be_considered"
        return Effect(held, Outcome.FLAGGED, code, source)
    return None


def _renaming(change: Change, held: Held) -> Effect:
    return Effect(held, Outcome.KEPT, "kept_under_new_name")


def _merger(change: Change, held: Held) -> Effect:
    """A membership is the supplier's own and never passes; a contract passes on a restructuring alone."""
    if (beside := _of_chains_and_applications(change, held)) is not None:
        return beside
    if held.subject is Subject.MEMBERSHIP:
        source = "PCR 2015 reg 34; reg 57" if held.regime is Regime.DPS else "PA 2023 s.36, s.37"
        if held.state is MemberState.REMOVED:
            return Effect(held, Outcome.KEPT, "removed_already", source)
        code = "successor_is_member" if held.successor_has_it else "successor_may_apply"
        return Effect(held, Outcome.FLAGGED, code, source)
    if held.subject is Subject.OFFER:
        if change.offers is OfferFate.MOVE:
            return Effect(held, Outcome.MOVED, "offer_moves")
        return Effect(held, Outcome.WITHDRAWN, "offer_is_withdrawn")
    if held.subject is Subject.BID:
        return Effect(held, Outcome.FLAGGED, "bidder_has_merged")
    source = MODIFICATION[held.regime] if held.regime else "house rule"
    if held.successor_has_it:
        return Effect(held, Outcome.FLAGGED, "successor_holds_the_lot", source)
    if change.restructuring:
        return Effect(held, Outcome.PASSED, "contract_passes", source)
    return Effect(held, Outcome.FLAGGED, "contract_cannot_pass", source)


def _insolvency(change: Change, held: Held) -> Effect:
    """Insolvency may exclude and need not: most waits for a decision, offers are hidden at once."""
    if (beside := _of_chains_and_applications(change, held)) is not None:
        return beside
    if held.subject is Subject.MEMBERSHIP:
        source = DISCRETIONARY[held.regime] if held.regime else "house rule"
        if held.state is MemberState.REMOVED:
            return Effect(held, Outcome.KEPT, "removed_already", source)
        return Effect(held, Outcome.FLAGGED, "membership_to_be_considered", source)
    if held.subject is Subject.OFFER:
        if held.offer_is_published:
            return Effect(held, Outcome.SUSPENDED, "offer_is_suspended")
        return Effect(held, Outcome.KEPT, "offer_is_not_published")
    source = DISCRETIONARY[held.regime] if held.regime else "house rule"
    if held.subject is Subject.BID:
        return Effect(held, Outcome.FLAGGED, "bid_to_be_considered", source)
    return Effect(held, Outcome.FLAGGED, "contract_to_be_considered")


_EFFECT = {
    ChangeKind.RENAMING: _renaming,
    ChangeKind.MERGER: _merger,
    ChangeKind.INSOLVENCY: _insolvency,
}
