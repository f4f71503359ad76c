"""Parts that releases of frameworks and of call-offs share: moments, parties, amounts, documents."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from core.calendar import end_of_day, from_london
from procurement.notices.types import NoticeKind
from procurement.open_contracting.types import Happening, NoticeFacts, PartyFacts

LANGUAGE = "en"
OUR_SCHEME = "THROUGHGATE"
"""For organisations that gave us no number in a public register: identifiers of ours."""

NOTICE_TITLES: Mapping[NoticeKind, str] = {
    NoticeKind.TENDER: "Tender notice",
    NoticeKind.TRANSPARENCY: "Transparency notice",
    NoticeKind.AWARD: "Contract award notice",
    NoticeKind.CONTRACT_DETAILS: "Contract details notice",
    NoticeKind.CONTRACT_CHANGE: "Contract change notice",
    NoticeKind.CONTRACT_TERMINATION: "Contract termination notice",
    NoticeKind.PROCUREMENT_TERMINATION: "Procurement termination notice",
    NoticeKind.INTENTION: "Dynamic market intention notice",
    NoticeKind.ESTABLISHMENT: "Dynamic market establishment notice",
    NoticeKind.MODIFICATION: "Dynamic market modification notice",
    NoticeKind.CESSATION: "Dynamic market cessation notice",
    NoticeKind.DPS_AWARD: "Contract award notice (Public Contracts Regulations 2015)",
    NoticeKind.DPS_CHANGE: "Contract modification notice (Public Contracts Regulations 2015)",
}
_DOCUMENT_TYPES: Mapping[NoticeKind, str] = {
    NoticeKind.TENDER: "tenderNotice",
    NoticeKind.TRANSPARENCY: "awardNotice",
    NoticeKind.AWARD: "awardNotice",
    NoticeKind.CONTRACT_DETAILS: "contractNotice",
    NoticeKind.CONTRACT_CHANGE: "contractNotice",
    NoticeKind.CONTRACT_TERMINATION: "contractTerminationNotice",
    NoticeKind.PROCUREMENT_TERMINATION: "tenderCancellationNotice",
    NoticeKind.INTENTION: "plannedProcurementNotice",
    NoticeKind.ESTABLISHMENT: "tenderNotice",
    NoticeKind.MODIFICATION: "awardNotice",
    NoticeKind.CESSATION: "tenderCancellationNotice",
    NoticeKind.DPS_AWARD: "awardNotice",
    NoticeKind.DPS_CHANGE: "contractNotice",
}
assert set(NOTICE_TITLES) == set(_DOCUMENT_TYPES) == set(NoticeKind)


def moment(at: datetime) -> str:
    """A moment as the standard writes it, in UTC to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def start_of(day: date) -> str:
    """When a London day begins."""
    return moment(from_london(datetime.combine(day, time.min)))


def end_of(day: date) -> str:
    """The last second of a London day."""
    return moment(end_of_day(day) - timedelta(seconds=1))


def number(value: Decimal) -> int | float:
    """A decimal as JSON's only kind of number; here alone, at the edge, and never computed with."""
    return int(value) if value == value.to_integral_value() else float(value)


def pounds(value: Decimal) -> dict[str, Any]:
    """An amount of pounds."""
    return {"amount": number(value), "currency": "GBP"}


def without_nothing(values: Mapping[str, Any]) -> dict[str, Any]:
    """A mapping without what is not known: the standard wants such a field left out."""
    return {name: value for name, value in values.items() if value is not None and value not in ("", [], {})}


def party_id(party: PartyFacts) -> str:
    """The identifier of a party: by its register where it has one, else by ours."""
    scheme, key = _registered(party)[0]
    return f"{scheme}-{key}"


def reference(party: PartyFacts) -> dict[str, Any]:
    """A party as other parts of a release name it."""
    return {"id": party_id(party), "name": party.name}


def _registered(party: PartyFacts) -> list[tuple[str, str]]:
    found = []
    if party.company_number:
        found.append(("GB-COH", party.company_number))
    if party.charity_number:
        found.append(("GB-CHC", party.charity_number))
    return [*found, (OUR_SCHEME, party.key)]


def parties(roles: Iterable[tuple[PartyFacts, str]]) -> list[dict[str, Any]]:
    """Every party once with all its roles, by identifier."""
    found: dict[str, tuple[PartyFacts, set[str]]] = {}
    for party, role in roles:
        found.setdefault(party_id(party), (party, set()))[1].add(role)
    return [_party(party, held) for _, (party, held) in sorted(found.items())]


def _party(party: PartyFacts, roles: set[str]) -> dict[str, Any]:
    (scheme, key), *others = _registered(party)
    return without_nothing(
        {
            "id": party_id(party),
            "name": party.name,
            "identifier": {"scheme": scheme, "id": key, "legalName": party.name},
            "additionalIdentifiers": [{"scheme": scheme, "id": key} for scheme, key in others],
            "roles": sorted(roles),
        }
    )


def published_notices(
    past: Sequence[Happening], notices: Mapping[int, NoticeFacts], tag: str
) -> list[tuple[NoticeFacts, datetime]]:
    """The notices that were published so far with the moments of it, in order."""
    return [
        (notices[event.subject], event.at) for event in past if event.tag == tag and event.subject in notices
    ]


def document(notice: NoticeFacts, at: datetime, page: str) -> dict[str, Any]:
    """A published notice as a document, with its type of the UK extension where it has a number there."""
    numbered = str(notice.kind).startswith("UK")
    return without_nothing(
        {
            "id": notice.key,
            "documentType": _DOCUMENT_TYPES[notice.kind],
            "noticeType": str(notice.kind) if numbered else None,
            "title": NOTICE_TITLES[notice.kind],
            "description": f"Published on the central platform as {notice.reference}",
            "url": page,
            "datePublished": moment(at),
            "format": "text/html",
            "language": LANGUAGE,
        }
    )


def release(ocid: str, event: Happening, tags: Sequence[str], sections: Mapping[str, Any]) -> dict[str, Any]:
    """A whole release of what one event made public, dated by the event."""
    return {
        "ocid": ocid,
        "id": release_id(ocid, event),
        "date": moment(event.at),
        "tag": list(tags),
        "initiationType": "tender",
        "language": LANGUAGE,
        **without_nothing(sections),
    }


def release_id(ocid: str, event: Happening) -> str:
    """The identifier of the release that an event makes, whenever it is made."""
    return f"{ocid}-{event.event_id}"
