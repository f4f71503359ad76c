"""The steps of an upload: nothing is applied that was not checked and then confirmed."""

from collections.abc import Mapping

from catalogue.bulk.types import UploadEvent, UploadState
from core.reasons import Reason
from core.states import prove_whole

UPLOAD_STEPS: Mapping[tuple[UploadState, UploadEvent], UploadState] = {
    (UploadState.RECEIVED, UploadEvent.PASS): UploadState.CHECKED,
    (UploadState.RECEIVED, UploadEvent.REFUSE): UploadState.REFUSED,
    (UploadState.RECEIVED, UploadEvent.FAIL): UploadState.FAILED,
    (UploadState.CHECKED, UploadEvent.CONFIRM): UploadState.CONFIRMED,
    (UploadState.CONFIRMED, UploadEvent.APPLY): UploadState.APPLIED,
    # Between the check and its confirmation a colleague has changed what the file would change.
    (UploadState.CONFIRMED, UploadEvent.REFUSE): UploadState.REFUSED,
    (UploadState.CONFIRMED, UploadEvent.FAIL): UploadState.FAILED,
}
prove_whole(UPLOAD_STEPS, start=UploadState.RECEIVED, states=UploadState, events=UploadEvent)

WAITING = frozenset({UploadState.RECEIVED, UploadState.CONFIRMED})
"""States in which the worker has something to do."""


def reasons_not_to_confirm(to_create: int, to_change: int) -> list[Reason]:
    """Why a checked upload cannot be confirmed: it would do nothing."""
    return [] if to_create or to_change else [Reason("nothing_to_do")]


def shown_state(state: UploadState, *, job_failed: bool) -> UploadState:
    """The state as people read it: where the work was stopped each time, nobody was left to say so."""
    return UploadState.FAILED if state in WAITING and job_failed else state
