"""What becomes public with the outcome of a call-off: how many bid, who won, and the contracts."""

from collections.abc import Collection, Mapping, Sequence
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
_FIRST_PUBLIC: Mapping[Regime, frozenset[str]] = {
    # A lot awarded directly after all others failed has a contract without a notice of the competition.
    Regime.DYNAMIC_MARKET: frozenset({EvaluationTag.NOTICE_PUBLISHED, ContractTag.MADE}),
    Regime.DPS: frozenset({ContractTag.MADE}),
}
"""The events from which anyone may know the outcome (the same order as `drafting.rules.public_state`)."""


def outcome_is_public(facts: CallOffFacts, history: Sequence[Happening]) -> bool:
    """Whether anyone may know who bid and who won: from the award notice, under a DPS from the contract."""
    return any(event.tag in _FIRST_PUBLIC[facts.regime] for event in history)


def parties_of_outcome(facts: CallOffFacts, history: Sequence[Happening]) -> list[tuple[PartyFacts, str]]:
    """Who bid and who won, with their roles."""
    won = {award.supplier for award in _awards(facts, history)}
    won |= {contract.supplier for contract in _contracts(facts, history)}
    return [
        *((facts.suppliers[key], "tenderer") for key in sorted({bid.supplier for bid in facts.bids})),
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
                "status": "active",
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
    for event in history:
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
                "implementation": {"milestones": _milestones(contract, published)},
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


def _milestones(contract: ContractFacts, published: Sequence[tuple[Any, datetime]]) -> list[dict[str, Any]]:
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
    if contract.details_due_on is not None:
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
    """The awards of the competition by their approval; those made without one by their contract."""
    found = [
        (facts.awards[event.subject], event.at)
        for event in history
        if event.tag == EvaluationTag.AWARD_APPROVED and event.subject in facts.awards
    ]
    of_competition = {(award.lot, award.supplier) for award, _ in found}
    direct = {(award.lot, award.supplier): award for award in facts.direct_awards.values()}
    for event in history:
        contract = facts.contracts.get(event.subject) if event.tag == ContractTag.MADE else None
        place = (contract.lot, contract.supplier) if contract else None
        if place is not None and place in direct and place not in of_competition:
            found.append((direct[place], event.at))
    return found


def _awards(facts: CallOffFacts, history: Sequence[Happening]) -> list[AwardFacts]:
    return [award for award, _ in _awards_with_dates(facts, history)]


def _contracts(facts: CallOffFacts, history: Sequence[Happening]) -> list[ContractFacts]:
    return [
        facts.contracts[event.subject]
        for event in history
        if event.tag == ContractTag.MADE and event.subject in facts.contracts
    ]
