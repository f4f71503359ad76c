"""Releases of a call-off: published, amended, answered, cancelled; awards and contracts once public."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from procurement.calloffs.clarifications.types import ClarificationTag
from procurement.calloffs.drafting.types import Amendable, CallOffTag
from procurement.calloffs.evaluation.types import EvaluationTag
from procurement.contracts.types import ContractTag
from procurement.framework.types import Regime
from procurement.notices.types import NoticeKind, NoticeTag
from procurement.open_contracting.rules.outcomes import (
    awards,
    bids,
    contracts,
    is_direct,
    outcome_is_public,
    parties_of_outcome,
)
from procurement.open_contracting.rules.parts import (
    document,
    moment,
    number,
    parties,
    published_notices,
    reference,
    release,
    release_id,
    without_nothing,
)
from procurement.open_contracting.rules.terms import period_of, terms_after
from procurement.open_contracting.types import CallOffFacts, CriterionFacts, Happening, LotFacts

OF_OUTCOME = frozenset({NoticeKind.TRANSPARENCY, NoticeKind.AWARD, NoticeKind.DPS_AWARD})
OF_CONTRACTS = frozenset(
    {
        NoticeKind.CONTRACT_DETAILS,
        NoticeKind.CONTRACT_CHANGE,
        NoticeKind.CONTRACT_TERMINATION,
        NoticeKind.DPS_CHANGE,
    }
)
CALL_OFF_TAGS = frozenset(
    str(tag)
    for tag in (
        CallOffTag.PUBLISHED,
        CallOffTag.AMENDED,
        CallOffTag.EXTENDED,
        CallOffTag.CANCELLED,
        ClarificationTag.ANSWERED,
        EvaluationTag.LOT_FAILED,
        EvaluationTag.AWARD_APPROVED,
        EvaluationTag.LETTERS_SENT,
        EvaluationTag.NOTICE_PUBLISHED,
        EvaluationTag.STANDSTILL_STARTED,
        ContractTag.DIRECT_TRANSPARENCY,
        ContractTag.DIRECT_NOTICE,
        ContractTag.MADE,
        ContractTag.IN_FORCE,
        NoticeTag.PUBLISHED,
    )
)
"""The events that make something of a call-off public, or that later releases tell of."""
_ALWAYS: Mapping[str, tuple[str, ...]] = {
    CallOffTag.PUBLISHED: ("planning", "tender"),
    CallOffTag.AMENDED: ("tenderAmendment",),
    CallOffTag.EXTENDED: ("tenderAmendment",),
    CallOffTag.CANCELLED: ("tenderCancellation",),
    ClarificationTag.ANSWERED: ("tenderUpdate",),
}
_OF_THE_OUTCOME: Mapping[str, tuple[str, ...]] = {
    EvaluationTag.LOT_FAILED: ("tenderUpdate",),
    EvaluationTag.NOTICE_PUBLISHED: ("award",),
    EvaluationTag.STANDSTILL_STARTED: ("awardUpdate",),
    ContractTag.IN_FORCE: ("contractUpdate",),
}
METHODS = {
    Regime.DYNAMIC_MARKET: "Call-off among the members of a dynamic market (Procurement Act 2023)",
    Regime.DPS: "Call-off under a dynamic purchasing system (Public Contracts Regulations 2015)",
}


def call_off_release(facts: CallOffFacts, history: Sequence[Happening]) -> dict[str, Any] | None:
    """The release that the last event of a call-off's history makes; None where it makes nothing public.

    Each release says all that is public by then: terms as they stood, answers given so far, and awards and
    contracts from the moment at which anyone may know them. It is the same whenever it is made.
    """
    event = history[-1]
    tags = _tags(facts, history)
    if not tags:
        return None
    known = outcome_is_public(facts, history)
    sections: dict[str, Any] = {
        "parties": parties([*_buyers(facts), *parties_of_outcome(facts, history)]),
        "buyer": reference(facts.authority),
        "planning": {"rationale": terms_after(facts, history).need},
        "tender": _tender(facts, history, known),
        "bids": bids(facts) if known else None,
        "awards": awards(facts, history, OF_OUTCOME),
        "contracts": contracts(facts, history, OF_CONTRACTS),
        "relatedProcesses": _related(facts),
    }
    return release(facts.ocid, event, tags, sections)


def _tags(facts: CallOffFacts, history: Sequence[Happening]) -> Sequence[str]:
    event = history[-1]
    if facts.published_at is None or event.at < facts.published_at:
        return ()
    if event.tag in _ALWAYS:
        return _ALWAYS[event.tag]
    known = outcome_is_public(facts, history)
    if event.tag == NoticeTag.PUBLISHED:
        return _tags_of_notice(facts, history, known)
    if is_direct(facts, event):
        return _of_direct_award(facts, history)
    if not known:
        return ()
    if event.tag == ContractTag.MADE:
        before = outcome_is_public(facts, history[:-1])
        return ("contract",) if before else ("award", "contract")
    if event.tag == EvaluationTag.NOTICE_PUBLISHED and facts.regime is Regime.DPS:
        return ("awardUpdate",)
    return _OF_THE_OUTCOME.get(event.tag, ())


def _of_direct_award(facts: CallOffFacts, history: Sequence[Happening]) -> Sequence[str]:
    """The tags of an event of an award without a competition: the first makes the award public."""
    event = history[-1]
    first = len(awards(facts, history, ())) > len(awards(facts, history[:-1], ()))
    if event.tag == ContractTag.IN_FORCE:
        return ("contractUpdate",)
    if event.tag == ContractTag.MADE:
        return ("award", "contract") if first else ("contract",)
    return ("award",) if first else ("awardUpdate",)


def _tags_of_notice(facts: CallOffFacts, history: Sequence[Happening], known: bool) -> Sequence[str]:
    notice = facts.notices.get(history[-1].subject)
    if notice is None:
        return ()
    known = known or bool(awards(facts, history, ()))
    if notice.kind in OF_OUTCOME:
        return ("awardUpdate",) if known else ()
    if notice.kind in (NoticeKind.CONTRACT_CHANGE, NoticeKind.DPS_CHANGE):
        return ("contractAmendment",) if known else ()
    if notice.kind is NoticeKind.CONTRACT_TERMINATION:
        return ("contractTermination",) if known else ()
    if notice.kind in OF_CONTRACTS:
        return ("contractUpdate",) if known else ()
    return ("tenderUpdate",)


def _buyers(facts: CallOffFacts) -> list[tuple[Any, str]]:
    return [
        (facts.authority, "buyer"),
        (facts.authority, "procuringEntity"),
        *((partner, "buyer") for partner in facts.partners),
    ]


def _related(facts: CallOffFacts) -> list[dict[str, Any]]:
    found = [
        {
            "id": "framework",
            "relationship": ["framework"],
            "title": facts.framework_title,
            "scheme": "ocid",
            "identifier": facts.framework_ocid,
            "uri": facts.framework_address,
        }
    ]
    if facts.prior is not None:
        found.append(
            {
                "id": "prior",
                "relationship": ["unsuccessfulProcess"],
                "title": facts.prior[1],
                "scheme": "ocid",
                "identifier": facts.prior[0],
            }
        )
    return found


def _tender(facts: CallOffFacts, history: Sequence[Happening], known: bool) -> dict[str, Any]:
    terms = terms_after(facts, history)
    cancelled = next((event for event in history if event.tag == CallOffTag.CANCELLED), None)
    lots = [_lot(facts, lot, terms, history, known, cancelled) for lot in facts.lots]
    states = {lot["status"] for lot in lots}
    status = "active"
    if cancelled:
        status = "cancelled"
    elif known and states == {"unsuccessful"}:
        status = "unsuccessful"
    elif known and "active" not in states:
        status = "complete"
    ended = cancelled or (history[-1] if status != "active" else None)
    enquiries = _enquiries(facts, history)
    notices = [
        (one, at)
        for one, at in published_notices(history, facts.notices, NoticeTag.PUBLISHED)
        if one.kind not in OF_OUTCOME | OF_CONTRACTS
    ]
    return without_nothing(
        {
            "id": facts.key,
            "title": facts.title,
            "description": terms.need,
            "status": status,
            "finalStatusDate": moment(_first_final(facts, history, ended)) if ended else None,
            "procuringEntity": reference(facts.authority),
            "procurementMethod": "selective",
            "procurementMethodDetails": METHODS[facts.regime],
            "mainProcurementCategory": "services",
            "specialRegime": ["lightTouch"] if facts.light_touch else None,
            "awardCriteria": "qualityOnly" if facts.quality_only else "ratedCriteria",
            "submissionMethod": ["electronicSubmission"],
            "tenderPeriod": without_nothing(
                {
                    "startDate": moment(facts.published_at) if facts.published_at else None,
                    "endDate": moment(terms.deadline),
                }
            ),
            "enquiryPeriod": without_nothing(
                {
                    "startDate": moment(facts.published_at) if facts.published_at else None,
                    "endDate": moment(terms.questions_close_at or terms.deadline),
                }
            ),
            "hasEnquiries": bool(enquiries),
            "enquiries": enquiries,
            "lots": lots,
            "items": [
                _item(lot, service, people)
                for lot in facts.lots
                for service, people in sorted(terms.lots[lot.number].volumes.items())
                if service in lot.services
            ],
            "documents": [document(one, at, facts.page) for one, at in notices],
            "amendments": _amendments(facts, history),
        }
    )


def _first_final(facts: CallOffFacts, history: Sequence[Happening], ended: Happening) -> datetime:
    """When the status became final: at the cancellation, else when the outcome became public."""
    if ended.tag == CallOffTag.CANCELLED:
        return ended.at
    return next(
        history[place].at for place in range(len(history)) if outcome_is_public(facts, history[: place + 1])
    )


def _lot(
    facts: CallOffFacts,
    lot: LotFacts,
    terms: Amendable,
    history: Sequence[Happening],
    known: bool,
    cancelled: Happening | None,
) -> dict[str, Any]:
    amended = terms.lots[lot.number]
    status = "active"
    if known:
        of_lot = [event for event in history if event.details.get("lot") == lot.number]
        if any(event.tag == EvaluationTag.AWARD_APPROVED for event in of_lot):
            status = "complete"
        elif any(event.tag == EvaluationTag.LOT_FAILED for event in of_lot):
            status = "unsuccessful"
    if cancelled and status == "active":
        status = "cancelled"
    words = [amended.description]
    if lot.people:
        words.append(f"For: {', '.join(lot.people)}.")
    return without_nothing(
        {
            "id": str(lot.number),
            "title": lot.title,
            "description": "\n\n".join(word for word in words if word),
            "status": status,
            "contractPeriod": period_of(amended.starts_on, lot),
            "otherRequirements": {"reservedParticipation": [lot.reserved]} if lot.reserved else None,
            "awardCriteria": {"criteria": [_criterion(one) for one in facts.criteria]}
            if facts.criteria
            else None,
        }
    )


def _criterion(one: CriterionFacts) -> dict[str, Any]:
    numbers: list[dict[str, Any]] = []
    if one.weight:
        numbers.append({"number": number(one.weight), "weight": "percentageExact"})
    if one.threshold is not None:
        numbers.append({"number": number(one.threshold), "threshold": "minimumScore"})
    return without_nothing(
        {"type": "price" if one.price else "quality", "name": one.name, "numbers": numbers}
    )


def _item(lot: LotFacts, service: tuple[str, str], people: int) -> dict[str, Any]:
    name, cpv = lot.services[service]
    return without_nothing(
        {
            "id": f"{lot.number}-{service[0]}-{service[1]}",
            "description": f"{name}, {service[1]} complexity",
            "classification": {"scheme": "CPV", "id": cpv} if cpv else None,
            "quantity": people,
            "unit": {"name": "person a year"},
            "deliveryLocations": [{"description": place} for place in lot.places],
            "relatedLot": str(lot.number),
        }
    )


def _enquiries(facts: CallOffFacts, history: Sequence[Happening]) -> list[dict[str, Any]]:
    """What was answered so far, to everyone and without names."""
    found = []
    for event in history:
        if event.tag != ClarificationTag.ANSWERED or event.subject not in facts.enquiries:
            continue
        asked = facts.enquiries[event.subject]
        found.append(
            without_nothing(
                {
                    "id": asked.key,
                    "description": asked.question,
                    "answer": asked.answer,
                    "dateAnswered": moment(event.at),
                    "relatedLot": str(asked.lot) if asked.lot is not None else None,
                }
            )
        )
    return found


def _amendments(facts: CallOffFacts, history: Sequence[Happening]) -> list[dict[str, Any]]:
    """Each change that everyone was told, with its reason and the releases before and after it."""
    found = []
    before = ""
    for place, event in enumerate(history):
        this = release_id(facts.ocid, event)
        entry: dict[str, Any] | None = None
        if event.tag == CallOffTag.AMENDED:
            _, changes, reason = facts.amendments[int(event.details["number"])]
            fields = sorted({str(change.field) for change in changes})
            entry = {
                "id": f"amendment-{event.details['number']}",
                "rationale": reason,
                "description": f"Changed: {', '.join(name.replace('_', ' ') for name in fields)}",
            }
        elif event.tag == CallOffTag.EXTENDED and event.at in facts.extensions:
            entry = {
                "id": f"extension-{event.event_id}",
                "rationale": facts.extensions[event.at][1],
                "description": "The deadline was put off for everyone",
            }
        if entry is not None:
            entry = {**entry, "date": moment(event.at), "releaseID": this, "amendsReleaseID": before}
            found.append(without_nothing(entry))
        if _tags(facts, history[: place + 1]):
            before = this
    return found
