"""Identifiers, packages with the extensions they declare, and the record merged from releases."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ocdsmerge import Merger

from procurement.open_contracting.rules.parts import moment
from procurement.open_contracting.types import Publisher

VERSION = "1.1"
LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
_OURS = (
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_{}_extension/master/extension.json"
)
EXTENSIONS = (
    *(
        _OURS.format(name)
        for name in ("lots", "bid", "techniques", "enquiry", "awardCriteria", "otherRequirements", "location")
    ),
    "https://raw.githubusercontent.com/cabinetoffice/ocds_uk_extension/main/extension.json",
)
"""The extensions whose fields our releases use."""

# How the fields that we write are merged where it is not by identifier. The whole schema says the same, and a
# test holds the two together; it is not read here, since it lies outside and the library would download it.
_LEFT_OUT = (("id",), ("date",), ("tag",))
_REPLACED = (
    ("parties", "roles"),
    ("parties", "additionalIdentifiers"),
    ("tender", "submissionMethod"),
    ("tender", "specialRegime"),
    ("tender", "items", "deliveryLocations"),
    ("tender", "lots", "awardCriteria", "criteria"),
    ("tender", "lots", "otherRequirements", "reservedParticipation"),
    ("bids", "details", "relatedLots"),
    ("awards", "relatedLots"),
    ("relatedProcesses", "relationship"),
)
_MERGER = Merger(
    merge_rules={
        **dict.fromkeys(_LEFT_OUT, "omitWhenMerged"),
        **dict.fromkeys(_REPLACED, "wholeListMerge"),
    }
)


def ocid(prefix: str, key: str) -> str:
    """The Open Contracting identifier of a framework or call-off: the publisher's prefix and ours."""
    return f"{prefix}-{key}"


def package_head(publisher: Publisher, address: str, changed_at: datetime) -> dict[str, Any]:
    """What a package says of itself; `changed_at` is when its contents changed, not when it was asked."""
    return {
        "uri": address,
        "version": VERSION,
        "extensions": list(EXTENSIONS),
        "publishedDate": moment(changed_at),
        "publisher": {"name": publisher.name, "uri": publisher.address},
        "license": LICENCE,
    }


def record(ocid: str, releases: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The record of a process: its releases, oldest first, and what they come to when merged."""
    return {
        "ocid": ocid,
        "releases": [dict(release) for release in releases],
        "compiledRelease": compiled(releases),
    }


def compiled(releases: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What releases come to, whatever order they are given in: they are merged by date, then by event."""
    ordered = sorted(releases, key=lambda release: (release["date"], _event_of(release)))
    return _MERGER.create_compiled_release([dict(release) for release in ordered])


def _event_of(release: Mapping[str, Any]) -> int:
    return int(str(release["id"]).rpartition("-")[2])
