"""Several authorities on one call-off: their shares, what each pays, and whose approval is missing."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from core.reasons import Reason
from procurement.calloffs.drafting.types import CallOffState, DraftFacts

JOINT = "PCR 2015 reg 38; PA 2023 s.10"
WHOLE = Decimal(100)


def reasons_against_shares(draft: DraftFacts) -> Iterator[Reason]:
    """What is wrong with the shares: with the lead's own they make exactly 100%."""
    if not draft.partners:
        return
    if not draft.lead_share:
        yield Reason("lead_without_share", source="house rule: joint call-offs")
        return
    total = draft.lead_share + sum((partner.share for partner in draft.partners), Decimal(0))
    if total != WHOLE:
        yield Reason("shares_do_not_sum", {"total": total}, "house rule: joint call-offs")


def partners_to_approve(draft: DraftFacts) -> Iterator[Reason]:
    """The authorities whose own approver has not approved yet."""
    for partner in draft.partners:
        if not partner.approved:
            yield Reason("partner_has_not_approved", {"authority": partner.name}, JOINT)


def reasons_not_to_approve_as_partner(
    state: CallOffState, *, approved: bool, has_conflict: bool | None
) -> list[Reason]:
    """Why a partner authority may not approve now: it approves what the lead's approver has approved."""
    if approved:
        return [Reason("partner_has_approved", source=JOINT)]
    if state is not CallOffState.APPROVED:
        return [Reason("lead_approves_first", {"state": str(state)}, JOINT)]
    if has_conflict is None:
        return [Reason("declare_first", source="PCR 2015 reg 24; PA 2023 s.81-83")]
    if has_conflict:
        return [Reason("you_are_in_conflict", source="PCR 2015 reg 24; PA 2023 s.81-83")]
    return []


def pounds_of_share(budget: Decimal | None, share: Decimal) -> Decimal | None:
    """What a share (percent) of a budget comes to in pounds, rounded half up to the penny."""
    if budget is None:
        return None
    return (budget * share / WHOLE).quantize(Decimal("0.01"), ROUND_HALF_UP)
