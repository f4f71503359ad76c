"""The steps of applications and memberships: one table each; what is not listed is refused."""

from collections.abc import Mapping

from core.states import prove_whole
from procurement.framework.types import ApplicationEvent, ApplicationState, MemberEvent, MemberState

APPLICATION_STEPS: Mapping[tuple[ApplicationState, ApplicationEvent], ApplicationState] = {
    (ApplicationState.DRAFT, ApplicationEvent.SUBMIT): ApplicationState.SUBMITTED,
    (ApplicationState.DRAFT, ApplicationEvent.WITHDRAW): ApplicationState.WITHDRAWN,
    (ApplicationState.SUBMITTED, ApplicationEvent.START_ASSESSMENT): ApplicationState.IN_ASSESSMENT,
    (ApplicationState.SUBMITTED, ApplicationEvent.WITHDRAW): ApplicationState.WITHDRAWN,
    (ApplicationState.IN_ASSESSMENT, ApplicationEvent.ADMIT): ApplicationState.ADMITTED,
    (ApplicationState.IN_ASSESSMENT, ApplicationEvent.REFUSE): ApplicationState.REFUSED,
    (
        ApplicationState.IN_ASSESSMENT,
        ApplicationEvent.INVITE_REPRESENTATIONS,
    ): ApplicationState.REPRESENTATIONS,
    (ApplicationState.IN_ASSESSMENT, ApplicationEvent.WITHDRAW): ApplicationState.WITHDRAWN,
    (
        ApplicationState.REPRESENTATIONS,
        ApplicationEvent.RECEIVE_REPRESENTATIONS,
    ): ApplicationState.IN_ASSESSMENT,
    (ApplicationState.REPRESENTATIONS, ApplicationEvent.ADMIT): ApplicationState.ADMITTED,
    (ApplicationState.REPRESENTATIONS, ApplicationEvent.REFUSE): ApplicationState.REFUSED,
    (ApplicationState.REPRESENTATIONS, ApplicationEvent.WITHDRAW): ApplicationState.WITHDRAWN,
}
prove_whole(APPLICATION_STEPS, start=ApplicationState.DRAFT, states=ApplicationState, events=ApplicationEvent)

MEMBER_STEPS: Mapping[tuple[MemberState, MemberEvent], MemberState] = {
    (MemberState.ACTIVE, MemberEvent.SUSPEND): MemberState.SUSPENDED,
    (MemberState.ACTIVE, MemberEvent.REMOVE): MemberState.REMOVED,
    (MemberState.SUSPENDED, MemberEvent.REINSTATE): MemberState.ACTIVE,
    (MemberState.SUSPENDED, MemberEvent.REMOVE): MemberState.REMOVED,
}
prove_whole(MEMBER_STEPS, start=MemberState.ACTIVE, states=MemberState, events=MemberEvent)

PENDING_STATES = frozenset(
    {ApplicationState.SUBMITTED, ApplicationState.IN_ASSESSMENT, ApplicationState.REPRESENTATIONS}
)
"""States in which an application waits for its decision."""
