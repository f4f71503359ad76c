"""The steps of a version of an offer, and what may be done in which state."""

from collections.abc import Iterable, Mapping

from catalogue.offers.types import OfferEvent, OfferState
from core.reasons import Reason
from core.states import prove_whole

OFFER_STEPS: Mapping[tuple[OfferState, OfferEvent], OfferState] = {
    (OfferState.DRAFT, OfferEvent.SUBMIT): OfferState.SUBMITTED,
    (OfferState.DRAFT, OfferEvent.WITHDRAW): OfferState.WITHDRAWN,
    (OfferState.SUBMITTED, OfferEvent.RETURN): OfferState.RETURNED,
    (OfferState.SUBMITTED, OfferEvent.PUBLISH): OfferState.PUBLISHED,
    (OfferState.RETURNED, OfferEvent.SUBMIT): OfferState.SUBMITTED,
    (OfferState.RETURNED, OfferEvent.WITHDRAW): OfferState.WITHDRAWN,
    (OfferState.PUBLISHED, OfferEvent.SUPERSEDE): OfferState.SUPERSEDED,
    (OfferState.PUBLISHED, OfferEvent.SUSPEND): OfferState.SUSPENDED,
    (OfferState.PUBLISHED, OfferEvent.WITHDRAW): OfferState.WITHDRAWN,
    # The manager who publishes a new version of a suspended offer has judged that it may stand again.
    (OfferState.SUSPENDED, OfferEvent.SUPERSEDE): OfferState.SUPERSEDED,
    (OfferState.SUSPENDED, OfferEvent.REINSTATE): OfferState.PUBLISHED,
    (OfferState.SUSPENDED, OfferEvent.WITHDRAW): OfferState.WITHDRAWN,
}
prove_whole(OFFER_STEPS, start=OfferState.DRAFT, states=OfferState, events=OfferEvent)

EDITABLE = frozenset({OfferState.DRAFT, OfferState.RETURNED})
"""States in which the supplier may change what a version says."""
OPEN = EDITABLE | {OfferState.SUBMITTED}
"""States of a version on its way to publication; an offer has at most one."""
STANDING = frozenset({OfferState.PUBLISHED, OfferState.SUSPENDED})
"""States of the version that commissioners may rely on or did; an offer has at most one."""


def reasons_not_to_edit(state: OfferState) -> list[Reason]:
    """Why what a version says cannot be changed: it was submitted, or it has stood."""
    return [] if state in EDITABLE else [Reason("not_editable", {"state": str(state)})]


def reasons_not_to_start_version(states: Iterable[OfferState]) -> list[Reason]:
    """Why a new version of an offer with versions in these states cannot be started."""
    held = set(states)
    if held & OPEN:
        return [Reason("version_open")]
    if not held & STANDING:
        return [Reason("nothing_standing")]
    return []


def reasons_not_to_return(reasons: str) -> list[Reason]:
    """Why an offer cannot be returned: its supplier must read what to change."""
    return [] if reasons.strip() else [Reason("return_reasons_missing")]


def reasons_not_to_suspend(reason: str) -> list[Reason]:
    """Why an offer cannot be suspended: its supplier must read why."""
    return [] if reason.strip() else [Reason("suspension_reason_missing")]


def reasons_not_to_confirm(state: OfferState) -> list[Reason]:
    """Why nothing is to be confirmed: only what is published is relied on."""
    return [] if state is OfferState.PUBLISHED else [Reason("not_published", {"state": str(state)})]
