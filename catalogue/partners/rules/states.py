"""The steps of a link: one table; what is not listed is refused. And who must act next."""

from collections.abc import Mapping

from catalogue.partners.types import LinkEvent, LinkState, NextStep
from core.states import prove_whole

# A changed part is another part: whoever has answered is asked again. A partner that has confirmed can step
# back; one that has declined can be asked again.
LINK_STEPS: Mapping[tuple[LinkState, LinkEvent], LinkState] = {
    (LinkState.NAMED, LinkEvent.INVITE): LinkState.INVITED,
    (LinkState.NAMED, LinkEvent.CHANGE): LinkState.NAMED,
    (LinkState.NAMED, LinkEvent.END): LinkState.ENDED,
    (LinkState.INVITED, LinkEvent.INVITE): LinkState.INVITED,
    (LinkState.INVITED, LinkEvent.CONFIRM): LinkState.CONFIRMED,
    (LinkState.INVITED, LinkEvent.DECLINE): LinkState.DECLINED,
    (LinkState.INVITED, LinkEvent.CHANGE): LinkState.INVITED,
    (LinkState.INVITED, LinkEvent.END): LinkState.ENDED,
    (LinkState.CONFIRMED, LinkEvent.CHANGE): LinkState.INVITED,
    (LinkState.CONFIRMED, LinkEvent.DECLINE): LinkState.DECLINED,
    (LinkState.CONFIRMED, LinkEvent.END): LinkState.ENDED,
    (LinkState.DECLINED, LinkEvent.CHANGE): LinkState.INVITED,
    (LinkState.DECLINED, LinkEvent.INVITE): LinkState.INVITED,
    (LinkState.DECLINED, LinkEvent.END): LinkState.ENDED,
}
prove_whole(LINK_STEPS, start=LinkState.NAMED, states=LinkState, events=LinkEvent)

LIVE = frozenset({LinkState.NAMED, LinkState.INVITED, LinkState.CONFIRMED})
"""States in which a link says that the partner is to do the part."""


def next_step(state: LinkState, *, joined: bool, declared: bool) -> NextStep:
    """Who must act next: ``joined`` says that the partner is an organisation here, ``declared`` that it has
    made its declarations."""
    if state is LinkState.NAMED:
        return NextStep.LEAD_INVITES
    if state is LinkState.INVITED:
        return NextStep.PARTNER_CONFIRMS if joined else NextStep.PARTNER_JOINS
    if state is LinkState.CONFIRMED and not declared:
        return NextStep.PARTNER_DECLARES
    return NextStep.LEAD_REPLACES if state is LinkState.DECLINED else NextStep.NOBODY
