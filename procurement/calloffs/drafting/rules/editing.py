"""Who may change a draft: someone who has declared no conflict of interest, while it is a draft."""

from core.reasons import Reason
from procurement.calloffs.drafting.types import CallOffState

FROZEN = "PCR 2015 reg 34(23), (24); PA 2023 s.24"
_CONFLICTS = "PCR 2015 reg 24; PA 2023 s.81-83"


def reasons_not_to_edit(state: CallOffState, has_conflict: bool | None) -> list[Reason]:
    """Why someone may not change the call-off; `has_conflict` is None before they have declared."""
    if state is not CallOffState.DRAFT:
        return [Reason("not_a_draft", {"state": str(state)}, FROZEN)]
    if has_conflict is None:
        return [Reason("declare_first", source=_CONFLICTS)]
    if has_conflict:
        return [Reason("you_are_in_conflict", source=_CONFLICTS)]
    return []


def reasons_not_to_name(
    state: CallOffState, *, of_authority: bool, drafts: bool, approver: bool
) -> list[Reason]:
    """Why a person may not be given a duty; `drafts`: they drafted it, `approver`: they would approve it."""
    reasons = []
    if state is not CallOffState.DRAFT:
        reasons.append(Reason("not_a_draft", {"state": str(state)}, FROZEN))
    if not of_authority:
        reasons.append(Reason("not_of_this_authority", source=_CONFLICTS))
    if drafts and approver:
        reasons.append(Reason("approver_drafted_it", source=_CONFLICTS))
    return reasons
