"""What a notice of a call-off says, as plain values kept when it is made."""

from typing import Any

from sqlalchemy.orm import Session

from core.calendar import london_date
from procurement.calloffs.drafting.models import CallOff, Lot
from procurement.calloffs.drafting.types import LotState, PriceFormula
from procurement.contracts.queries.values import value_of
from procurement.contracts.types import ContractTag
from procurement.notices import queries
from procurement.notices.types import NoticeKind, PlannedCallOffNotice

OF_CONTRACTS = frozenset(
    {
        NoticeKind.CONTRACT_DETAILS,
        NoticeKind.CONTRACT_CHANGE,
        NoticeKind.CONTRACT_TERMINATION,
        NoticeKind.DPS_AWARD,
        NoticeKind.DPS_CHANGE,
    }
)


def call_off_content(session: Session, call_off: CallOff, plan: PlannedCallOffNotice) -> dict[str, Any]:
    """The whole content of one notice of a call-off."""
    framework = call_off.framework
    content: dict[str, Any] = {
        "notice": str(plan.kind),
        "on": london_date(plan.event.at).isoformat(),
        "due": {"source": plan.source, "house_rule": plan.house_rule},
        "authority": {"name": call_off.authority.name, "identifier": call_off.authority.public_id},
        "market": {
            "title": framework.title,
            "identifier": framework.public_id,
            "reference": framework.market_reference,
            "description": framework.summary,
            "starts_on": framework.starts_on.isoformat(),
            "ends_on": framework.ends_on.isoformat() if framework.ends_on else "",
        },
        "call_off": {
            "identifier": call_off.public_id,
            "title": call_off.title,
            "need": call_off.need,
            "deadline": call_off.deadline.isoformat() if call_off.deadline else "",
            "light_touch": queries.is_light_touch(call_off),
            "conflicts_assessed": call_off.conflicts_assessed,
        },
    }
    if plan.kind is NoticeKind.TENDER:
        content["lots"] = [_lot(lot) for lot in call_off.lots]
        content["criteria"] = _criteria(call_off)
    if plan.event.tag in (ContractTag.DIRECT_TRANSPARENCY, ContractTag.DIRECT_NOTICE):
        award = queries.direct_award_at(session, plan.event.subject)
        content["direct"] = {
            "lot": award.lot.number,
            "supplier": award.supplier.name,
            "supplier_identifier": award.supplier.public_id,
            "justification": award.justification,
        }
    elif plan.kind is NoticeKind.AWARD:
        received = queries.bids_received(session, call_off)
        content["awards"] = [
            {
                "lot": award.lot.number,
                "title": award.lot.title,
                "supplier": award.bid.supplier.name,
                "supplier_identifier": award.bid.supplier.public_id,
                "bids": received.get(award.lot.number, 0),
            }
            for award in queries.awards_in(session, call_off)
        ]
        content["failed"] = [lot.number for lot in call_off.lots if lot.state is LotState.FAILED]
        content["standstill"] = call_off.standstill
    if plan.kind in OF_CONTRACTS:
        content["contract"] = _contract(session, plan.event.subject)
    if plan.kind is NoticeKind.PROCUREMENT_TERMINATION:
        content["termination"] = {"reason": call_off.ended_reason}
    return content


def _lot(lot: Lot) -> dict[str, Any]:
    return {
        "number": lot.number,
        "title": lot.title,
        "description": lot.description,
        "services": [
            f"{volume.need_area.name}, {volume.complexity} complexity: {volume.people_a_year:,} people a year"
            for volume in lot.volumes
        ],
        "places": [place.name for place in lot.places],
        "starts_on": lot.starts_on.isoformat() if lot.starts_on else "",
        "term_months": lot.term_months,
    }


def _criteria(call_off: CallOff) -> list[dict[str, str]]:
    found = [{"name": row.name, "weight": f"{row.weight.normalize():f}%"} for row in call_off.criteria]
    if call_off.price_weight is not None:
        found.append({"name": "Price", "weight": f"{call_off.price_weight.normalize():f}%"})
    elif call_off.price_formula is PriceFormula.PRICE_PER_QUALITY_POINT:
        found.append({"name": "Price for each point of quality", "weight": ""})
    return found


def _contract(session: Session, key: int) -> dict[str, Any]:
    contract = queries.contract_at(session, key)
    value = value_of(contract)
    return {
        "identifier": contract.public_id,
        "reference": contract.reference,
        "title": contract.title,
        "lot": contract.lot.number if contract.lot else None,
        "supplier": contract.supplier.name if contract.supplier else "",
        "supplier_identifier": contract.supplier.public_id if contract.supplier else "",
        "starts_on": contract.starts_on.isoformat(),
        "ends_on": contract.ends_on.isoformat() if contract.ends_on else "",
        "value": str(value) if value is not None else "",
    }
