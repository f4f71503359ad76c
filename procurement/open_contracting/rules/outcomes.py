"""What becomes public with the outcome of a call-off: how many bid, who won, and the contracts."""

from collections.abc import Collection, Sequence
from datetime import datetime, time
from typing import Any

from core.calendar import from_london
from procurement.calloffs.evaluation.types import EvaluationTag
from procurement.contracts.types import ContractTag
from procurement.framework.types import Regime
from procurement.notices.types import NoticeKind, NoticeTag
from procurement.open_contracting.rules.parts import (
    document,
    end_of,
    moment,
    pounds,
    published_notices,
    reference,
    start_of,
    without_nothing,
)
from procurement.open_contracting.rules.terms import period_of, terms_after
from procurement.open_contracting.types import AwardFacts, CallOffFacts, ContractFacts, Happening, PartyFacts

SMALL_AND_VOLUNTARY = (("smeFinalStageBids", "small"), ("vcseFinalStageBids", "voluntary"))
DIRECT_PUBLIC = frozenset({ContractTag.DIRECT_TRANSPARENCY, ContractTag.DIRECT_NOTICE, ContractTag.MADE})
"""What makes an award without a competition public: its notices, or its contract."""


def outcome_is_public(facts: CallOffFacts, history: Sequence[Happening]) -> bool:
    """Whether anyone may know who bid and who won: from the award notice, under a DPS from the contract.

    The same order as `drafting.rules.public_state`. A contract without a competition tells nothing of one
    that still goes on for other lots.
    """
    if facts.regime is Regime.DYNAMIC_MARKET:
        return any(event.tag == EvaluationTag.NOTICE_PUBLISHED for event in history)
    return any(event.tag == ContractTag.MADE and not is_direct(facts, event) for event in history)


def is_direct(facts: CallOffFacts, event: Happening) -> bool:
    """Whether an event is of an award without a competition."""
    return _direct_award(facts, event) is not None


def _direct_award(facts: CallOffFacts, event: Happening) -> AwardFacts | None:
    if event.tag in (ContractTag.DIRECT_TRANSPARENCY, ContractTag.DIRECT_NOTICE):
        return facts.direct_awards.get(event.subject)
    contract = (
        facts.contracts.get(event.subject) if event.tag in (ContractTag.MADE, ContractTag.IN_FORCE) else None
    )
    if contract is None:
        return None
    return next(
        (
            award
            for award in facts.direct_awards.values()
            if (award.lot, award.supplier) == (contract.lot, contract.supplier)
        ),
        None,
    )


def parties_of_outcome(facts: CallOffFacts, history: Sequence[Happening]) -> list[tuple[PartyFacts, str]]:
    """Who bid and who won, with their roles, as far as that is public."""
    won = {award.supplier for award in _awards(facts, history)}
    won |= {contract.supplier for contract in _contracts(facts, history)}
    bidders = {bid.supplier for bid in facts.bids} if outcome_is_public(facts, history) else set()
    return [
        *((facts.suppliers[key], "tenderer") for key in sorted(bidders)),
        *((facts.suppliers[key], "supplier") for key in sorted(won)),
    ]


def bids(facts: CallOffFacts) -> dict[str, Any] | None:
    """How many bids came for each lot, and from whom; never what they say or cost."""
    statistics: list[dict[str, Any]] = []
    for lot in facts.lots:
        received = [bid for bid in facts.bids if bid.lot == lot.number]
        valid = [bid for bid in received if bid.valid]
        counts = [
            ("bids", len(received)),
            ("validBids", len(valid)),
            ("bidders", len({bid.supplier for bid in received})),
            ("finalStageBids", len(valid)),
            *(
                (measure, sum(getattr(facts.suppliers[bid.supplier], kind) for bid in valid))
                for measure, kind in SMALL_AND_VOLUNTARY
            ),
        ]
        statistics += [
            {
                "id": f"{lot.number}-{measure}",
                "measure": measure,
                "value": count,
                "relatedLot": str(lot.number),
            }
            for measure, count in counts
        ]
    details = [
        {
            "id": bid.key,
            "date": moment(bid.received_at),
            "status": "valid" if bid.valid else "disqualified",
            "tenderers": [reference(facts.suppliers[bid.supplier])],
            "relatedLots": [str(bid.lot)],
        }
        for bid in facts.bids
    ]
    return without_nothing({"statistics": statistics, "details": details})


def awards(
    facts: CallOffFacts, history: Sequence[Happening], notices: Collection[NoticeKind]
) -> list[dict[str, Any]]:
    """The awards that were approved so far, and lots that were awarded to nobody."""
    told = next((event.at for event in history if event.tag == EvaluationTag.LETTERS_SENT), None)
    standstill = next((event for event in history if event.tag == EvaluationTag.STANDSTILL_STARTED), None)
    published = [
        document(one, at, facts.page)
        for one, at in published_notices(history, facts.notices, NoticeTag.PUBLISHED)
        if one.kind in notices
    ]
    terms = terms_after(facts, history)
    lots = {lot.number: lot for lot in facts.lots}
    found = [
        without_nothing(
            {
                "id": award.key,
                "title": f"Lot {award.lot}",
                "description": f"Awarded without a competition: {award.justification}"
                if award.justification
                else None,
                "status": "pending" if _pending(facts, history, award) else "active",
                "date": moment(at),
                "value": pounds(award.value) if award.value is not None else None,
                "suppliers": [reference(facts.suppliers[award.supplier])],
                "contractPeriod": period_of(terms.lots[award.lot].starts_on, lots[award.lot]),
                "relatedLots": [str(award.lot)],
                "relatedBid": award.bid,
                "assessmentSummariesDateSent": moment(told) if told else None,
                "standstillPeriod": _standstill(standstill) if standstill else None,
                "mainProcurementCategory": "services",
                "documents": published,
            }
        )
        for award, at in _awards_with_dates(facts, history)
    ]
    awarded = {award.lot for award in _awards(facts, history)}
    for event in history if outcome_is_public(facts, history) else ():
        lot = event.details.get("lot")
        if event.tag == EvaluationTag.LOT_FAILED and lot not in awarded:
            entry = {
                "id": f"{facts.key}-{lot}-none",
                "title": f"Lot {lot}",
                "description": "Awarded to nobody.",
                "status": "unsuccessful",
                "date": moment(event.at),
                "relatedLots": [str(lot)],
            }
            if entry not in found:
                found.append(entry)
    return found


def contracts(
    facts: CallOffFacts, history: Sequence[Happening], notices: Collection[NoticeKind]
) -> list[dict[str, Any]]:
    """The contracts that were made so far."""
    published = [
        (one, at)
        for one, at in published_notices(history, facts.notices, NoticeTag.PUBLISHED)
        if one.kind in notices
    ]
    by_supplier = {(award.lot, award.supplier): award.key for award in _awards(facts, history)}
    ended = {one.contract for one, _ in published if one.kind is NoticeKind.CONTRACT_TERMINATION}
    return [
        without_nothing(
            {
                "id": contract.key,
                "awardID": by_supplier.get((contract.lot, contract.supplier), f"{facts.key}-{contract.lot}"),
                "title": contract.title,
                "status": _status(contract, history, ended),
                "period": without_nothing(
                    {
                        "startDate": start_of(contract.starts_on),
                        "endDate": end_of(contract.ends_on) if contract.ends_on else None,
                    }
                ),
                "value": pounds(contract.value) if contract.value is not None else None,
                "dateSigned": _signed(contract, history),
                "documents": [
                    document(one, at, facts.page) for one, at in published if one.contract == contract.key
                ],
                "implementation": {"milestones": _milestones(contract, history, published)},
            }
        )
        for contract in _contracts(facts, history)
    ]


def _status(contract: ContractFacts, history: Sequence[Happening], ended: Collection[str]) -> str:
    if contract.key in ended:
        return "terminated"
    return "active" if _signed(contract, history) else "pending"


def _signed(contract: ContractFacts, history: Sequence[Happening]) -> str | None:
    """When the last party signed, where that was by the last event."""
    at = contract.in_force_at
    return moment(at) if at is not None and at <= history[-1].at else None


def _milestones(
    contract: ContractFacts, history: Sequence[Happening], published: Sequence[tuple[Any, datetime]]
) -> list[dict[str, Any]]:
    """What is to come under a contract: the service begins, and its details are published."""
    found = [
        {
            "id": "service-starts",
            "title": "The service starts",
            "type": "delivery",
            "dueDate": start_of(contract.starts_on),
            "status": "scheduled",
        }
    ]
    if contract.details_due_on is not None and _signed(contract, history):
        told = next(
            (
                at
                for one, at in published
                if one.contract == contract.key and one.kind is NoticeKind.CONTRACT_DETAILS
            ),
            None,
        )
        found.append(
            without_nothing(
                {
                    "id": "details-notice",
                    "title": "The contract details notice is published",
                    "type": "reporting",
                    "dueDate": end_of(contract.details_due_on),
                    "status": "met" if told else "scheduled",
                    "dateMet": moment(told) if told else None,
                }
            )
        )
    return found


def _standstill(event: Happening) -> dict[str, Any]:
    last = datetime.fromisoformat(str(event.details["last_day"])).date()
    return {
        "startDate": moment(event.at),
        "endDate": moment(from_london(datetime.combine(last, time(23, 59, 59)))),
    }


def _awards_with_dates(
    facts: CallOffFacts, history: Sequence[Happening]
) -> list[tuple[AwardFacts, datetime]]:
    """The public awards: of the competition by their approval, those without one by what made them public."""
    found: list[tuple[AwardFacts, datetime]] = []
    known = outcome_is_public(facts, history)
    for event in history:
        if event.tag == EvaluationTag.AWARD_APPROVED and known and event.subject in facts.awards:
            found.append((facts.awards[event.subject], event.at))
        elif event.tag in DIRECT_PUBLIC:
            direct = _direct_award(facts, event)
            if direct is not None and all(award.key != direct.key for award, _ in found):
                found.append((direct, event.at))
    return found


def _awards(facts: CallOffFacts, history: Sequence[Happening]) -> list[AwardFacts]:
    return [award for award, _ in _awards_with_dates(facts, history)]


def _pending(facts: CallOffFacts, history: Sequence[Happening], award: AwardFacts) -> bool:
    """Whether a direct award is only announced: the transparency notice comes before it (PA 2023 s.44)."""
    later = (ContractTag.DIRECT_NOTICE, ContractTag.MADE)
    return bool(award.justification) and not any(
        event.tag in later and _direct_award(facts, event) is award for event in history
    )


def _contracts(facts: CallOffFacts, history: Sequence[Happening]) -> list[ContractFacts]:
    known = outcome_is_public(facts, history)
    return [
        facts.contracts[event.subject]
        for event in history
        if event.tag == ContractTag.MADE
        and event.subject in facts.contracts
        and (known or is_direct(facts, event))
    ]
