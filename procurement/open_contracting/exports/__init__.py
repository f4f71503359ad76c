"""Packages of releases and of records as JSON, written in a stream where they are long."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from procurement.open_contracting.rules import package_head, record
from procurement.open_contracting.types import Publisher


def release_package(
    publisher: Publisher, address: str, changed_at: datetime, releases: Iterable[Mapping[str, Any]]
) -> Iterator[str]:
    """A release package, piece by piece: a release on each line, in the order given; at least one.

    It is the same to the byte as long as nothing new is published.
    """
    head = json.dumps(package_head(publisher, address, changed_at), ensure_ascii=False)
    yield f'{head[:-1]}, "releases": ['
    for place, release in enumerate(releases):
        yield ("\n" if place == 0 else ",\n") + json.dumps(release, ensure_ascii=False)
    yield "\n]}\n"


def record_package(
    publisher: Publisher,
    address: str,
    packages: Sequence[str],
    ocid: str,
    changed_at: datetime,
    releases: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """A record package of one process; `packages` are the addresses of its release packages."""
    return {
        **package_head(publisher, address, changed_at),
        "packages": list(packages),
        "records": [record(ocid, releases)],
    }
