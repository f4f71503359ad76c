"""Who may open which envelope, and when: two of the named officers, quality first, price once locked."""

from core.reasons import Reason
from procurement.calloffs.drafting.rules import LEAST_OFFICERS, state_at
from procurement.calloffs.drafting.types import CallOffState, Envelope
from procurement.calloffs.evaluation.types import OpeningFacts

OFFICERS_NEEDED = 2
_SOURCE = "PCR 2015 reg 22(16); house rule: two of at least three named officers"
_OPENS_IN = {Envelope.QUALITY: CallOffState.CLOSED, Envelope.PRICE: CallOffState.CONSENSUS}


def reasons_not_to_open(opening: OpeningFacts, now) -> list[Reason]:
    """Why the envelope stays shut at `now` (aware UTC, the database's clock)."""
    reasons = []
    if now < opening.deadline:
        reasons.append(Reason("before_deadline", {"deadline": opening.deadline}, _SOURCE))
    here = state_at(opening.state, opening.deadline, now)
    if here is not _OPENS_IN[opening.envelope]:
        reasons.append(
            Reason("not_the_time_for_envelope", {"envelope": str(opening.envelope), "state": str(here)})
        )
    if opening.envelope is Envelope.PRICE and not opening.quality_locked:
        reasons.append(Reason("quality_not_locked"))
    if opening.envelope is Envelope.QUALITY and opening.clarifications_unanswered:
        reasons.append(
            Reason(
                "clarifications_unanswered",
                {"count": opening.clarifications_unanswered},
                "house rule: answer, extend or waive before the deadline",
            )
        )
    if len(opening.officers) < LEAST_OFFICERS:
        params = {"named": len(opening.officers), "least": LEAST_OFFICERS}
        reasons.append(Reason("too_few_officers", params, _SOURCE))
    for person in sorted(set(opening.releasing) - opening.officers):
        reasons.append(Reason("not_a_named_officer", {"person": person}, _SOURCE))
    releasing = set(opening.releasing) & opening.officers
    for person in sorted(releasing):
        declared = opening.declarations.get(person)
        if declared is None:
            reasons.append(
                Reason("conflict_not_declared", {"person": person}, "PCR 2015 reg 24; PA 2023 s.81")
            )
        elif declared:
            reasons.append(Reason("person_in_conflict", {"person": person}, "PCR 2015 reg 24; PA 2023 s.81"))
    if len(releasing) < OFFICERS_NEEDED:
        params = {"confirmed": len(releasing), "needed": OFFICERS_NEEDED}
        reasons.append(Reason("second_officer_needed", params, _SOURCE))
    return reasons
