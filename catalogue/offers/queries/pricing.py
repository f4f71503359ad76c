"""What a version's places cost its supplier, and what its page of prices showed; for the supplier alone."""

import hashlib
import json

from catalogue.offers.models import OfferLevel, OfferVersion
from catalogue.offers.queries.versions import content_of
from catalogue.offers.rules.content import fingerprint
from catalogue.offers.types import Costing, Section, SectionKey
from catalogue.reference.types import Complexity


def costing_of(level: OfferLevel) -> Costing:
    """What a loaded level costs its supplier. Never to be shown to anyone else."""
    parts = level.costing
    return Costing(
        costs={cost.kind: cost.amount for cost in level.costs},
        overhead_percent=parts.overhead_percent if parts else None,
        overhead_pounds=parts.overhead_pounds if parts else None,
        surplus_percent=parts.surplus_percent if parts else None,
    )


def costings_of(version: OfferVersion) -> dict[Complexity, Costing]:
    """What each level of a loaded version costs its supplier. Never to be shown to anyone else."""
    return {level.complexity: costing_of(level) for level in version.levels}


def prices_seen(version: OfferVersion) -> str:
    """What the page of prices shows of a loaded version: differs where a colleague saved between."""
    content = content_of(version)
    parts = [fingerprint(content, SectionKey(Section.CAPACITY))]
    for complexity in content.levels:
        parts.append(fingerprint(content, SectionKey(Section.PRICE, complexity)))
    for complexity, costing in sorted(costings_of(version).items()):
        costs = sorted((str(kind), str(amount)) for kind, amount in costing.costs.items())
        added = [costing.overhead_percent, costing.overhead_pounds, costing.surplus_percent]
        parts.append(json.dumps([complexity, costs, added], default=str))
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]
