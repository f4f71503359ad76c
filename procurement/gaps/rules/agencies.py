"""What may be recorded of a partner agency's provision, by whom, and what a change left behind."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.reasons import Reason
from procurement.gaps.types import Funding, Quality, Standing

SOURCE = "HMP Doncaster evaluation 2015; IAG review 2004"
"""Informal partnerships broke on people leaving and on data; protocols were missing; funding was a maze."""


@dataclass(frozen=True, slots=True)
class AgencyFacts:
    """Everything that is recorded of a provision, in plain values; codes for what reference data names."""

    agency: str
    title: str
    region: str
    needs: tuple[str, ...]
    complexities: tuple[str, ...]
    description: str = ""
    cohorts: tuple[str, ...] = ()
    """Empty is everyone."""
    stages: tuple[str, ...] = ()
    """Empty is any stage."""
    places: tuple[str, ...] = ()
    places_a_year: int | None = None
    remote_only: bool = False
    offer: str = ""
    standing: Standing = Standing.DECLARED
    evidence: str = ""
    demonstrated_on: date | None = None
    quality: Quality = Quality.NOT_JUDGED
    quality_source: str = ""
    quality_on: date | None = None
    funding: Funding = Funding.NOT_KNOWN
    funding_note: str = ""
    owner: str = ""
    """The person who looks after the agreement, by public identifier."""
    starts_on: date | None = None
    ends_on: date | None = None
    document: str = ""
    """The file of the agreement, by public identifier."""


def reasons_outside(region: str, scopes: Collection[str]) -> list[Reason]:
    """Why somebody whose roles are limited to regions may not record or change what lies in another."""
    if scopes and region not in scopes:
        return [Reason("outside_your_regions", {"region": region}, "house rule")]
    return []


def reasons_not_to_record(facts: AgencyFacts, *, inside: Collection[str], today: date) -> list[Reason]:
    """What is missing or contradicts itself; `inside` are the region and the places that lie in it.

    A judgement needs its source and date, and demonstrated provision what demonstrates it: a word alone is
    declared provision. Nothing is known of a day to come.
    """
    missing = [
        Reason("missing", {"field": name}, SOURCE)
        for name in ("agency", "title", "needs", "complexities", "owner", "starts_on")
        if not getattr(facts, name)
    ]
    reasons = missing
    outside = sorted(set(facts.places) - set(inside))
    if outside:
        reasons.append(Reason("place_outside_region", {"places": outside}, "house rule"))
    if facts.ends_on and facts.starts_on and facts.ends_on < facts.starts_on:
        reasons.append(Reason("ends_before_start", {}, "house rule"))
    if facts.standing is Standing.DEMONSTRATED:
        if not facts.evidence:
            reasons.append(Reason("missing", {"field": "evidence"}, SOURCE))
        if facts.demonstrated_on is None:
            reasons.append(Reason("missing", {"field": "demonstrated_on"}, SOURCE))
    if facts.quality is not Quality.NOT_JUDGED:
        if not facts.quality_source:
            reasons.append(Reason("missing", {"field": "quality_source"}, SOURCE))
        if facts.quality_on is None:
            reasons.append(Reason("missing", {"field": "quality_on"}, SOURCE))
    for name in ("demonstrated_on", "quality_on"):
        day = getattr(facts, name)
        if day is not None and day > today:
            reasons.append(Reason("in_the_future", {"field": name}, "house rule"))
    return reasons


def settled(facts: AgencyFacts) -> dict[str, Any]:
    """What is kept of evidence and judgement: a declared provision has none, nor has quality not judged."""
    demonstrated, judged = facts.standing is Standing.DEMONSTRATED, facts.quality is not Quality.NOT_JUDGED
    return {
        "evidence": facts.evidence if demonstrated else "",
        "demonstrated_on": facts.demonstrated_on if demonstrated else None,
        "quality_source": facts.quality_source if judged else "",
        "quality_on": facts.quality_on if judged else None,
    }


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Sequence[tuple[str, Any, Any]]:
    """(name, value before, value after) of what differs between two contents, in the order of the later."""
    return [(name, before.get(name), value) for name, value in after.items() if before.get(name) != value]
