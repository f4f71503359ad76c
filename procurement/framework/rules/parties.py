"""Who delivers with an applicant: what is confirmed before an application, what is judged, who is replaced.

The law asks for subcontractors and whether they stand on the debarment list (PA 2023 s.28); the steps by
which a party confirms, declares and is replaced are house rules, the same under both regimes.
"""

import json
from collections.abc import Collection, Iterable, Iterator
from datetime import date

from catalogue.partners.types import DeclaredAnswer, LinkKind, LinkState
from core.reasons import Reason
from procurement.framework.rules.exclusion import EVENT_TABLES, events_of, ground_outcome
from procurement.framework.types import (
    AssessmentFacts,
    AssessmentOutcome,
    Delivery,
    ExclusionKind,
    PartyFacts,
    Point,
    Regime,
)

SUBCONTRACTORS = "PA 2023 s.28; house rule"
GONE = (LinkState.DECLINED, LinkState.ENDED)


def party_code(key: str) -> str:
    """The code of the point of a party, beside those of the questions."""
    return f"party:{key}"


def must_answer(party: PartyFacts) -> bool:
    """Whether a party must have confirmed and declared before the application is handed in.

    A member of the consortium always; a subcontractor where it is relied on for a condition. Any other
    subcontractor may be named and confirm later.
    """
    return party.kind is LinkKind.CONSORTIUM_MEMBER or party.relied_on


def reasons_against_parties(delivery: Delivery, parties: Collection[PartyFacts]) -> list[Reason]:
    """Why an application cannot be handed in with these parties."""
    return [] if delivery is Delivery.ALONE else list(_reasons_against_parties(delivery, parties))


def _reasons_against_parties(delivery: Delivery, parties: Collection[PartyFacts]) -> Iterator[Reason]:
    members = [party for party in parties if party.kind is LinkKind.CONSORTIUM_MEMBER]
    if delivery is Delivery.CONSORTIUM and not members:
        yield Reason("consortium_without_member")
    if delivery is Delivery.SUBCONTRACTORS and not parties:
        yield Reason("no_subcontractor_chosen")
    if delivery is Delivery.SUBCONTRACTORS and members:
        yield Reason("member_without_consortium", {"party": members[0].name})
    links = {party.link for party in parties}
    for party in parties:
        if party.above and party.above not in links:
            yield Reason("party_without_the_one_above", {"party": party.name})
        if party.state in GONE:
            yield Reason("party_has_left", {"party": party.name})
        elif must_answer(party) and party.state is not LinkState.CONFIRMED:
            yield Reason("party_not_confirmed", {"party": party.name}, SUBCONTRACTORS)
        elif must_answer(party) and not party.declared:
            yield Reason("party_not_declared", {"party": party.name}, SUBCONTRACTORS)


def grounds_standing(
    answers: Collection[DeclaredAnswer], regime: Regime, today: date
) -> frozenset[ExclusionKind]:
    """The kinds of ground that stand against a party by its own declaration on a day.

    A ground whose every event named lies too far back stands no more, as for an applicant.
    """
    told = {answer.code: answer.answer for answer in answers}
    declared = {ExclusionKind(one.ground) for one in answers if one.ground and one.declared}
    failed = AssessmentOutcome.NOT_MET
    return frozenset(
        kind
        for kind in declared
        if ground_outcome(failed, events_of(_rows(told.get(EVENT_TABLES[kind], ""))), regime, today) is failed
    )


def _rows(answer: str) -> list[dict[str, str]]:
    """The rows of a table's answer as it is kept; none where there is none."""
    try:
        return json.loads(answer) if answer else []
    except ValueError:
        return []


def party_outcome_by_rule(party: PartyFacts) -> AssessmentOutcome | None:
    """What a party's own declaration says of it; None where it is left to judgement.

    A ground that must exclude fails; one that may exclude goes to judgement; so does saying nothing.
    """
    if ExclusionKind.MANDATORY in party.grounds:
        return AssessmentOutcome.NOT_MET
    return None if party.grounds or not party.declared else AssessmentOutcome.MET


def party_point(party: PartyFacts) -> Point | None:
    """A party as a point of the assessment that counts for every category; None where it is not judged yet.

    A subcontractor that nobody relies on and that has declared nothing so far is judged when it has.
    """
    if party.left or not (must_answer(party) or party.declared):
        return None
    return Point(party_code(party.key), party_outcome_by_rule(party), party.outcome)


def reasons_not_to_ask_for_replacement(party: PartyFacts) -> list[Reason]:
    """Why the lead cannot be asked to replace a party."""
    if party.left or party.outcome is not AssessmentOutcome.NOT_MET:
        return [Reason("party_stands", {"party": party.name})]
    return [Reason("replacement_asked_already", {"party": party.name})] if party.replacement_asked else []


def reasons_not_to_replace(
    party: PartyFacts, by: PartyFacts | None, *, delivery: Delivery, others: Collection[PartyFacts]
) -> list[Reason]:
    """Why a party cannot be replaced by another, or left out; ``others`` are those that stand beside it.

    Only at the authority's request: an application that came in does not change otherwise. Whoever comes
    instead has confirmed and declared, whatever its kind.
    """
    if party.left or not party.replacement_asked:
        return [Reason("replacement_not_asked", {"party": party.name})]
    reasons = []
    if by is not None:
        if by.state is not LinkState.CONFIRMED:
            reasons.append(Reason("party_not_confirmed", {"party": by.name}, SUBCONTRACTORS))
        elif not by.declared:
            reasons.append(Reason("party_not_declared", {"party": by.name}, SUBCONTRACTORS))
        if by.link == party.link or any(other.link == by.link for other in others):
            reasons.append(Reason("party_cited_already", {"party": by.name}))
    standing = [*others, *([by] if by is not None else [])]
    members = [one for one in standing if one.kind is LinkKind.CONSORTIUM_MEMBER]
    if delivery is Delivery.CONSORTIUM and not members:
        reasons.append(Reason("consortium_without_member"))
    if any(other.above == party.link for other in others):
        reasons.append(Reason("party_has_others_under_it", {"party": party.name}))
    return reasons


def reasons_to_let_replace_first(
    assessment: AssessmentFacts,
    parties: Iterable[PartyFacts],
    refused: Iterable[str],
    today: date,
) -> list[Reason]:
    """Which parties the lead must be asked to replace before their failing carries a refusal.

    ``refused`` are the categories to be refused. Where something else fails in each of them, or a ground for
    exclusion of the applicant stands, the refusal does not rest on a party.
    """
    waiting = [
        party
        for party in parties
        if not party.left
        and party.outcome is AssessmentOutcome.NOT_MET
        and (party.replacement_due_on is None or today <= party.replacement_due_on)
    ]
    grounds = assessment.mandatory_grounds | assessment.discretionary_grounds
    if grounds - assessment.self_cleaning_accepted:
        return []
    if all(_something_else_fails(assessment, category) for category in refused):
        return []
    return [Reason("party_to_be_replaced_first", {"party": party.name}, SUBCONTRACTORS) for party in waiting]


def _something_else_fails(assessment: AssessmentFacts, category: str) -> bool:
    return any(
        outcome is AssessmentOutcome.NOT_MET
        and not point.startswith(party_code(""))
        and (not assessment.asked_by.get(point) or category in assessment.asked_by[point])
        for point, outcome in assessment.outcomes.items()
    )
