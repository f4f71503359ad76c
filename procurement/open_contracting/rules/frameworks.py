"""Releases of a framework: intended, open, who is admitted and who has left, ended."""

from collections.abc import Sequence
from typing import Any

from procurement.framework.types import FrameworkTag, Regime
from procurement.notices.types import NoticeKind, NoticeTag
from procurement.open_contracting.rules.parts import (
    document,
    end_of,
    moment,
    parties,
    published_notices,
    reference,
    release,
    start_of,
    without_nothing,
)
from procurement.open_contracting.types import CategoryFacts, FrameworkFacts, Happening, NoticeFacts

FRAMEWORK_TAGS = frozenset(
    str(tag)
    for tag in (
        FrameworkTag.FRAMEWORK_PUBLISHED,
        FrameworkTag.APPLICATION_ADMITTED,
        FrameworkTag.MEMBER_REMOVED,
        FrameworkTag.FRAMEWORK_CEASED,
        NoticeTag.PUBLISHED,
    )
)
"""The events that make something of a framework public."""

PROCEDURES = {
    Regime.DYNAMIC_MARKET: "Dynamic market (Procurement Act 2023)",
    Regime.DPS: "Dynamic purchasing system (Public Contracts Regulations 2015)",
}


def framework_release(facts: FrameworkFacts, history: Sequence[Happening]) -> dict[str, Any] | None:
    """The release that the last event of a framework's history makes; None where it makes nothing public.

    Each release says all that is public by then. Before its publication a market is public only by the
    notice of the intention, once the central platform has published that.
    """
    event = history[-1]
    tags = _tags(facts, history)
    if not tags:
        return None
    notices = published_notices(history, facts.notices, NoticeTag.PUBLISHED)
    planned = [document(one, at, facts.page) for one, at in notices if one.kind is NoticeKind.INTENTION]
    if not _published(facts, event):
        sections: dict[str, Any] = {
            "parties": parties(_authority(facts)),
            "buyer": reference(facts.authority),
            "planning": {"rationale": facts.summary, "documents": planned},
            "tender": {
                "id": facts.key,
                "title": facts.title,
                "status": "planned",
                "procuringEntity": reference(facts.authority),
            },
        }
        return release(facts.ocid, event, tags, sections)
    members = _members(history)
    sections = {
        "parties": parties(
            [
                *_authority(facts),
                *((facts.suppliers[key], "supplier") for key in members if key in facts.suppliers),
            ]
        ),
        "buyer": reference(facts.authority),
        "planning": without_nothing({"rationale": facts.summary, "documents": planned}),
        "tender": _tender(
            facts, history, [(one, at) for one, at in notices if one.kind is not NoticeKind.INTENTION]
        ),
        "awards": [
            _award(facts, history, key, held)
            for key, held in sorted(members.items())
            if key in facts.suppliers
        ],
    }
    return release(facts.ocid, event, tags, sections)


def _tags(facts: FrameworkFacts, history: Sequence[Happening]) -> list[str]:
    event = history[-1]
    if event.tag == NoticeTag.PUBLISHED:
        notice = facts.notices.get(event.subject)
        if notice is None:
            return []
        if not _published(facts, event):
            return ["planning"] if notice.kind is NoticeKind.INTENTION else []
        return ["tenderUpdate"]
    if not _published(facts, event):
        return []
    if event.tag == FrameworkTag.FRAMEWORK_PUBLISHED:
        return ["planning", "tender"]
    if event.tag == FrameworkTag.FRAMEWORK_CEASED:
        return ["tenderUpdate"]
    supplier = str(event.details.get("supplier", ""))
    if supplier not in facts.suppliers:
        return []
    if event.tag == FrameworkTag.APPLICATION_ADMITTED:
        return ["award" if supplier not in _members(history[:-1]) else "awardUpdate"]
    return ["awardUpdate" if _members(history).get(supplier) else "awardCancellation"]


def _published(facts: FrameworkFacts, event: Happening) -> bool:
    return facts.published_at is not None and event.at >= facts.published_at


def _authority(facts: FrameworkFacts) -> list[tuple[Any, str]]:
    return [(facts.authority, "buyer"), (facts.authority, "procuringEntity")]


def _members(history: Sequence[Happening]) -> dict[str, set[tuple[str, str]]]:
    """Supplier → the categories and regions it holds; none left for one that was removed everywhere."""
    held: dict[str, set[tuple[str, str]]] = {}
    for event in history:
        supplier = str(event.details.get("supplier", ""))
        if event.tag == FrameworkTag.APPLICATION_ADMITTED:
            pairs = (str(choice).partition(" ") for choice in event.details.get("choices", ()))
            held.setdefault(supplier, set()).update((category, region) for category, _, region in pairs)
        elif event.tag == FrameworkTag.MEMBER_REMOVED:
            held.setdefault(supplier, set()).discard((event.details["category"], event.details["region"]))
    return held


def _tender(
    facts: FrameworkFacts, history: Sequence[Happening], notices: Sequence[tuple[NoticeFacts, Any]]
) -> dict[str, Any]:
    event = history[-1]
    ceased = next((one for one in history if one.tag == FrameworkTag.FRAMEWORK_CEASED), None)
    state = "terminated" if ceased else "active"
    if not ceased and facts.starts_on is not None and moment(event.at) < start_of(facts.starts_on):
        state = "pending"
    return without_nothing(
        {
            "id": facts.key,
            "title": facts.title,
            "description": facts.summary,
            "status": "complete" if ceased else "active",
            "finalStatusDate": moment(ceased.at) if ceased else None,
            "procuringEntity": reference(facts.authority),
            "procurementMethod": "selective",
            "procurementMethodDetails": PROCEDURES[facts.regime],
            "mainProcurementCategory": "services",
            "specialRegime": ["lightTouch"],
            "submissionMethod": ["electronicSubmission"],
            "submissionMethodDetails": "Any supplier may ask to be admitted at any time while it is open.",
            "tenderPeriod": without_nothing(
                {
                    "startDate": start_of(facts.starts_on) if facts.starts_on else None,
                    "endDate": end_of(facts.ends_on) if facts.ends_on else None,
                }
            ),
            "techniques": {
                "hasDynamicPurchasingSystem": True,
                "dynamicPurchasingSystem": {"type": "open", "status": state},
            },
            "lots": [_lot(category, bool(ceased)) for category in facts.categories],
            "items": [_item(category) for category in facts.categories],
            "documents": [document(one, at, facts.page) for one, at in notices],
        }
    )


def _lot(category: CategoryFacts, ceased: bool) -> dict[str, Any]:
    regions = ", ".join(name for _, name in category.regions)
    return {
        "id": category.code,
        "title": category.name,
        "description": f"Regions: {regions}" if regions else category.name,
        "status": "complete" if ceased else "active",
    }


def _item(category: CategoryFacts) -> dict[str, Any]:
    return without_nothing(
        {
            "id": category.code,
            "description": category.name,
            "classification": {"scheme": "CPV", "id": category.cpv} if category.cpv else None,
            "deliveryLocations": [{"description": name} for _, name in category.regions],
            "relatedLot": category.code,
        }
    )


def _award(
    facts: FrameworkFacts, history: Sequence[Happening], supplier: str, held: set[tuple[str, str]]
) -> dict[str, Any]:
    """A supplier's admission: the standard has the suppliers of a framework in its awards."""
    admitted = next(
        event
        for event in history
        if event.tag == FrameworkTag.APPLICATION_ADMITTED and event.details.get("supplier") == supplier
    )
    wanted = [category for category in facts.categories if any(code == category.code for code, _ in held)]
    words = "; ".join(
        f"{category.name}: "
        + ", ".join(name for code, name in category.regions if (category.code, code) in held)
        for category in wanted
    )
    return without_nothing(
        {
            "id": f"{facts.key}-{supplier}",
            "title": "Admitted" if held else "No longer admitted",
            "description": words or "Removed from every category.",
            "status": "active" if held else "cancelled",
            "date": moment(admitted.at),
            "suppliers": [reference(facts.suppliers[supplier])],
            "relatedLots": [category.code for category in wanted],
        }
    )
