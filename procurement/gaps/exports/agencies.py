"""What partner agencies provide, as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from procurement.gaps.models import AgencyProvision
from procurement.gaps.queries.agencies import facts_of
from procurement.gaps.types import Funding, Quality, Standing

HEADER = (
    "number",
    "agency",
    "what it provides",
    "region",
    "need areas",
    "complexities",
    "for whom",
    "stages",
    "places",
    "places a year",
    "only remotely",
    "same as offer",
    "declared or demonstrated",
    "what demonstrates it",
    "demonstrated on",
    "quality",
    "who judged, from what",
    "judged on",
    "funding",
    "funding in detail",
    "owner of the agreement",
    "starts",
    "ends",
    "agreement file",
)


def provision_table(
    rows: Sequence[AgencyProvision],
    standing: Mapping[Standing, str],
    quality: Mapping[Quality, str],
    funding: Mapping[Funding, str],
) -> tuple[Sequence[str], list[Sequence[Any]]]:
    """One row a provision with every fact, in the words given; unknown places stay empty, never zero."""
    table = []
    for row in rows:
        facts = facts_of(row)
        needs = {level.need_area.code: level.need_area.name for level in row.levels}
        table.append(
            (
                row.public_id,
                row.agency,
                row.title,
                row.region.name,
                "; ".join(needs[code] for code in facts.needs),
                "; ".join(facts.complexities),
                "; ".join(cohort.name for cohort in row.cohorts) or "everyone",
                "; ".join(stage.name for stage in row.stages) or "any stage",
                "; ".join(place.name for place in row.places),
                row.places_a_year,
                row.remote_only,
                facts.offer,
                standing[row.standing].lower(),
                row.evidence,
                row.demonstrated_on.isoformat() if row.demonstrated_on else "",
                quality[row.quality].lower(),
                row.quality_source,
                row.quality_on.isoformat() if row.quality_on else "",
                funding[row.funding].lower(),
                row.funding_note,
                row.owner.name,
                row.starts_on.isoformat(),
                row.ends_on.isoformat() if row.ends_on else "",
                row.document.name if row.document else "",
            )
        )
    return HEADER, table
