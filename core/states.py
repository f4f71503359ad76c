"""State machines as one table `{(state, event): next}`: looking a step up, and proving a table whole."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar

from core.reasons import Reason, Refused

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=str)


def step(table: Mapping[tuple[S, E], S], state: S, event: E) -> S:
    """The state that `event` leads to; an unlisted pair is refused with the code `not_from_this_state`."""
    try:
        return table[state, event]
    except KeyError:
        raise Refused(Reason("not_from_this_state", {"state": str(state), "event": str(event)})) from None


def events_from(table: Mapping[tuple[S, E], S], state: S) -> tuple[E, ...]:
    """The events that may happen in `state`, in the table's order."""
    return tuple(event for (start, event) in table if start == state)


def prove_whole(
    table: Mapping[tuple[S, E], S],
    *,
    start: S,
    states: Iterable[S],
    events: Iterable[E],
    unused: Iterable = (),
) -> None:
    """Fail at import when a member of the enums is missing from the table or cannot be reached.

    `unused` names the states and events that this table leaves out on purpose.
    """
    left_out = set(unused)
    reached = {start}
    frontier = [start]
    while frontier:
        here = frontier.pop()
        for (state, _event), following in table.items():
            if state == here and following not in reached:
                reached.add(following)
                frontier.append(following)
    wanted = set(states) - {member for member in left_out if member in set(states)}
    if reached != wanted:
        raise ValueError(f"states out of reach or out of place: {sorted(reached ^ wanted)}")
    named = {event for (_state, event) in table}
    wanted_events = {event for event in events if event not in left_out}
    if named != wanted_events:
        raise ValueError(f"events not in the table or out of place: {sorted(named ^ wanted_events)}")
