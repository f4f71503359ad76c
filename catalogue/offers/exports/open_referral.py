"""Published offers as entries of a service directory in the form of Open Referral UK (HSDS 3); no prices.

An offer says areas and not addresses, so a service has service areas; only what is given by telephone or
video has a location, a virtual one. The entry of a service for women alone says that addresses are withheld.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from catalogue.offers.models import OfferVersion
from catalogue.offers.rules.identifiers import part_of, term_uuid, uuid_of
from catalogue.offers.types import RemoteDelivery
from catalogue.reference.models import Cohort, NeedArea, SentenceType, Stage
from catalogue.reference.types import Complexity
from catalogue.suppliers.models import SupplierProfile
from core.accounts.models import Organisation

Entry = dict[str, Any]
ONS_AREA = "http://statistics.data.gov.uk/id/statistical-geography/"
ADDRESS_WITHHELD = ("access", "address-withheld")
_COMPLEXITY = {
    Complexity.LOW: "Low complexity of need",
    Complexity.MEDIUM: "Medium complexity of need",
    Complexity.HIGH: "High complexity of need",
}
_ACCESS = {
    "women-only": ("For women only", "The service is for women alone."),
    "address-withheld": (
        "Address withheld",
        "Where the service is given is told to the people it is for and never published.",
    ),
    "remote-only": ("By telephone or video", "The service is given at a distance alone."),
}


@dataclass(frozen=True)
class Directory:
    """What entries need beside an offer: addresses of pages, days of confirmation, suppliers' profiles."""

    page_of: Callable[[str], str]
    """Given an offer's public identifier, the full address of its page."""
    assured_on: Mapping[int, date]
    """By key of the offer."""
    profiles: Mapping[int, SupplierProfile]
    today: date


def page_envelope(entries: Sequence[Entry], *, number: int, size: int, total: int) -> Entry:
    """A page of a list as the standard has it; ``size`` is how many entries a full page has.

    The envelope's own ``size`` is how many this one has.
    """
    last = max(1, -(-total // size))
    return {
        "total_items": total,
        "total_pages": last,
        "page_number": number,
        "size": len(entries),
        "first_page": number == 1,
        "last_page": number == last,
        "empty": not entries,
        "contents": list(entries),
    }


def service_entry(version: OfferVersion, directory: Directory) -> Entry:
    """A published offer as a service with its organisation, areas, terms and, if virtual, its location."""
    offer = version.offer
    service = uuid_of(offer.public_id)
    minimum, maximum = ages(version.cohorts)
    assured = directory.assured_on.get(offer.id)
    entry: Entry = {
        "id": service,
        "organization_id": uuid_of(offer.supplier.public_id),
        "name": version.title,
        "description": version.summary,
        "url": directory.page_of(offer.public_id),
        "status": "active",
        "accreditations": _marks(version, directory.today) or None,
        "minimum_age": minimum,
        "maximum_age": maximum,
        "assured_date": assured.isoformat() if assured else None,
        "last_modified": _moment(version.published_at),
        "organization": organization_entry(offer.supplier, directory.profiles.get(offer.supplier_id)),
        "service_areas": [
            _said(
                {
                    "id": part_of(service, f"area:{place.code}"),
                    "service_id": service,
                    "name": place.name,
                    "uri": ONS_AREA + place.ons_code if place.ons_code else None,
                }
            )
            for place in version.places
        ],
        "languages": [
            {
                "id": part_of(service, f"language:{language.code}"),
                "service_id": service,
                "name": language.name,
                "code": language.code,
            }
            for language in version.languages
        ],
        "service_at_locations": [
            {key: value for key, value in location.items() if key != "service"}
            for location in [location_entry(version)]
            if location
        ],
        "attributes": [_attribute(service, term) for term in _terms_of(version)],
    }
    return _said(entry)


def organization_entry(organisation: Organisation, profile: SupplierProfile | None) -> Entry:
    """A supplier as an organisation, with its numbers in the public registers."""
    key = uuid_of(organisation.public_id)
    numbers = [
        ("GB-COH", "Companies House number", profile.companies_house_number if profile else None),
        ("GB-CHC", "Charity number", profile.charity_number if profile else None),
    ]
    return _said(
        {
            "id": key,
            "name": organisation.name,
            "description": (profile.summary if profile else "")
            or f"{organisation.name}, a supplier of services.",
            "website": (profile.website if profile else "") or None,
            "organization_identifiers": [
                {
                    "id": part_of(key, f"identifier:{scheme}"),
                    "organization_id": key,
                    "identifier_scheme": scheme,
                    "identifier_type": kind,
                    "identifier": number,
                }
                for scheme, kind, number in numbers
                if number
            ]
            or None,
        }
    )


def location_entry(version: OfferVersion) -> Entry | None:
    """Where a service is given, if that is no area: at a distance. Offers hold no addresses."""
    if not is_remote(version):
        return None
    service = uuid_of(version.offer.public_id)
    place = part_of(service, "location:remote")
    return {
        "id": part_of(service, "at:remote"),
        "service_id": service,
        "location_id": place,
        "location": {"id": place, "location_type": "virtual", "name": "By telephone or video"},
        "service": {"id": service, "name": version.title, "status": "active"},
    }


def is_remote(version: OfferVersion) -> bool:
    """Whether a service is given at a distance alone."""
    return version.remote is RemoteDelivery.ONLY


def ages(cohorts: Iterable[Cohort]) -> tuple[int | None, int | None]:
    """The youngest and the oldest that a service is for; None for no limit.

    A service for several groups is for anyone in one of them: one without an upper age lifts it for all.
    """
    groups = list(cohorts)
    youngest = [group.age_from for group in groups if group.age_from is not None]
    oldest = [group.age_to for group in groups if group.age_to is not None]
    return (
        min(youngest) if groups and len(youngest) == len(groups) else None,
        max(oldest) if groups and len(oldest) == len(groups) else None,
    )


def taxonomy_entries(
    needs: Sequence[NeedArea],
    cohorts: Sequence[Cohort],
    stages: Sequence[Stage],
    sentence_types: Sequence[SentenceType],
) -> list[Entry]:
    """Every term that a service may carry."""
    return [
        *(_need(need) for need in needs),
        *(_complexity(complexity) for complexity in Complexity),
        *(_row("eligibility", row) for row in cohorts),
        *(_row("stage", row) for row in stages),
        *(_row("sentence type", row) for row in sentence_types),
        *(_access(code) for code in _ACCESS),
    ]


def _marks(version: OfferVersion, today: date) -> str:
    """The quality marks that an offer names and that hold on a day."""
    held = [
        row.mark.name
        for row in version.evidence
        if row.mark is not None and (row.expires_on is None or row.expires_on >= today)
    ]
    return "; ".join(dict.fromkeys(held))


def _terms_of(version: OfferVersion) -> list[Entry]:
    offered = {level.complexity for level in version.levels}
    terms = [_need(version.offer.need_area)]
    terms += [_complexity(complexity) for complexity in Complexity if complexity in offered]
    terms += [_row("eligibility", row) for row in version.cohorts]
    terms += [_row("stage", row) for row in version.stages]
    terms += [_row("sentence type", row) for row in version.sentence_types]
    if version.women_only:
        terms += [_access("women-only"), _access(ADDRESS_WITHHELD[1])]
    if is_remote(version):
        terms.append(_access("remote-only"))
    return terms


def _attribute(service: str, term: Entry) -> Entry:
    return {
        "id": part_of(service, f"attribute:{term['id']}"),
        "link_id": service,
        "link_type": "service",
        "taxonomy_term_id": term["id"],
        "taxonomy_term": term,
    }


def _term(taxonomy: str, code: str, name: str, description: str) -> Entry:
    return {
        "id": term_uuid(taxonomy, code),
        "name": name,
        "description": description or name,
        "taxonomy": f"Throughgate {taxonomy}",
        "term": code,
    }


def _need(need: NeedArea) -> Entry:
    return _term("need area", need.code, need.name, f"{need.name}: a need area of the specification.")


def _complexity(complexity: Complexity) -> Entry:
    return _term("complexity", complexity.value, complexity.value.capitalize(), _COMPLEXITY[complexity])


def _row(taxonomy: str, row: Cohort | Stage | SentenceType) -> Entry:
    return _term(taxonomy, row.code, row.name, row.description)


def _access(code: str) -> Entry:
    name, description = _ACCESS[code]
    return _term("access", code, name, description)


def _said(entry: Entry) -> Entry:
    """The entry without what it does not say: the schemas know no null."""
    return {key: value for key, value in entry.items() if value is not None}


def _moment(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
