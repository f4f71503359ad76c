"""Who scores what: assignments, replacement midway, and whose scores stand for whom."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from core.reasons import Reason
from procurement.calloffs.drafting.types import CallOffState
from procurement.calloffs.evaluation.rules.deciding import has_reason
from procurement.calloffs.evaluation.types import Replaced, Succession

Score = TypeVar("Score")

LEAST_SCORERS = 2
"""How many people score each question of each bid, unless a reason is recorded."""

_CONFLICT = "PCR 2015 reg 24; PA 2023 s.81"
_BEFORE_SCORING_ENDS = frozenset({CallOffState.PUBLISHED, CallOffState.QUALITY_OPENED})


def predecessors(person: int, replaced: Iterable[Replaced]) -> tuple[int, ...]:
    """Whose submitted scores stand for a person's own, the nearest first.

    Where the successor scores everything again, nobody's do.
    """
    replaced = tuple(replaced)
    found: list[int] = []
    here: int | None = person
    while here is not None:
        before = next(
            (
                one.leaver
                for one in replaced
                if one.successor == here
                and one.succession is Succession.THE_REST
                and one.leaver not in (*found, person)
            ),
            None,
        )
        if before is not None:
            found.append(before)
        here = before
    return tuple(found)


def standing_scores(
    seats: Iterable[int], given: Mapping[int, Score], replaced: Iterable[Replaced]
) -> dict[int, Score]:
    """Each seat's score of one question of one bid: the person's own, else what was taken over."""
    replaced = tuple(replaced)
    standing = {}
    for person in seats:
        author = next((one for one in (person, *predecessors(person, replaced)) if one in given), None)
        if author is not None:
            standing[person] = given[author]
    return standing


def reasons_not_to_set_panel(
    *,
    state: CallOffState,
    members: frozenset[int],
    before: frozenset[int],
    evaluators: frozenset[int],
    started: bool,
    few_reason: str,
) -> list[Reason]:
    """Why the people who score a question in a lot are not set so.

    They are chosen among the evaluators without a conflict, two or more unless a reason is given, and do not
    change once one of them has submitted a score there: from then on an evaluator is replaced, with a reason.
    """
    reasons = []
    if state not in (*_BEFORE_SCORING_ENDS, CallOffState.QUALITY_SCORED):
        reasons.append(Reason("panel_is_settled", {"state": str(state)}))
    elif (started or state is CallOffState.QUALITY_SCORED) and members != before:
        reasons.append(Reason("scoring_has_started"))
    if not members:
        reasons.append(Reason("nobody_chosen"))
    for person in sorted(members - evaluators):
        reasons.append(Reason("not_an_evaluator", {"person": person}))
    if 0 < len(members) < LEAST_SCORERS and not has_reason(few_reason):
        reasons.append(Reason("few_scorers_without_reason", {"least": LEAST_SCORERS}))
    return reasons


def reasons_not_to_replace(
    *,
    state: CallOffState,
    leaver: int,
    successor: int | None,
    evaluators: frozenset[int],
    of_authority: bool,
    conflict_declared: Mapping[int, bool],
    replaced: Iterable[Replaced],
    succession: Succession | None,
    reason: str,
) -> list[Reason]:
    """Why an evaluator is not replaced: the time, the people, the reason, what becomes of their scores.

    Scores given by someone who has declared a conflict are never taken over: the successor scores all again.
    """
    reasons = []
    if state not in _BEFORE_SCORING_ENDS:
        reasons.append(Reason("scoring_is_over", {"state": str(state)}))
    if leaver not in evaluators:
        reasons.append(Reason("not_an_evaluator", {"person": leaver}))
    if successor is None or not of_authority:
        reasons.append(Reason("nobody_chosen"))
    elif successor in evaluators or successor in {one.leaver for one in replaced}:
        reasons.append(Reason("successor_has_been_evaluator", {"person": successor}))
    elif conflict_declared.get(successor):
        reasons.append(Reason("person_in_conflict", {"person": successor}, _CONFLICT))
    if succession is None:
        reasons.append(Reason("succession_not_chosen"))
    elif conflict_declared.get(leaver) and succession is Succession.THE_REST:
        reasons.append(Reason("conflicted_scores_not_taken_over", {"person": leaver}, _CONFLICT))
    if not has_reason(reason):
        reasons.append(Reason("replacement_without_reason"))
    return reasons
