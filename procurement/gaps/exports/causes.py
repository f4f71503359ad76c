"""The words of why people go unserved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from procurement.gaps.rules.causes import GapCause, GapCode

PRESENCE = {
    "never_let": "never let",
    "no_equivalent": "the register has no equivalent",
    "only_women": "only women are served",
    "only_men": "only men are served",
    "other_ages": "only other ages are served",
    "custody_only": "custody only",
    "other_stage": "only at another stage",
    "starts": "starts {on}",
    "ended": "ended {on}",
}
FAILURES = {
    "no_bid": "no bid",
    "no_compliant_bid": "no bid met the requirements",
    "all_withdrawn": "every bid was withdrawn",
    "cancelled": "the call-off was cancelled",
}
MOST_NAMES = 6


def gap_cause_in_words(
    cause: GapCause, places: Mapping[str, str], needs: Mapping[str, str], cohorts: Mapping[str, str]
) -> str:
    """One cause as a sentence without its full stop; the mappings give names to codes."""
    p = cause.params
    match cause.code:
        case GapCode.EXTENT_UNKNOWN:
            one = p["contracts"] == 1
            contracts = "1 contract" if one else f"{p['contracts']:,} contracts"
            serve = "it serves" if one else "they serve"
            return (
                f"{contracts} in force here, but none that states its places: how many {serve} is not known"
            )
        case GapCode.ENDS_SOON:
            return "Every contract here ends within six months"
        case GapCode.COMPETITION_FAILED:
            why = FAILURES.get(p["why"], "no award")
            # The reason that somebody gave stands beside the cause.
            why += f": {p['reason'].rstrip('.')}" if p.get("reason") else ""
            return f"A competition failed: {p['title']} ({why})"
        case GapCode.COHORT_NOT_SERVED if "cohorts" in p:
            return f"Nothing here is for: {names(p['cohorts'], cohorts, 'cohorts').lower()}"
        case GapCode.ONE_SUPPLIER:
            return f"Only one supplier has contracts here: {p['supplier']}"
        case GapCode.SHARED:
            return _shared(p, places, needs)
        case GapCode.REMOTE_ONLY:
            return "All that is there is given by telephone or video alone"
        case GapCode.GROUP_NOT_VIABLE:
            return (
                f"Only groups are given here, and {p['people']:,} people a year are too few: of those "
                f"referred to {p['name']}, {p['placed']}% would be placed"
            )
        case GapCode.NOBODY_OFFERS:
            return "No published offer covers this need, place and cohort with places to spare"
        case GapCode.REFERRED:
            return "High complexity of this need is for an accredited programme, not for a service"
    return f"No contract in force: {PRESENCE[p['why']].format(on=_day(p['on']))}"


def names(codes: Sequence[str], known: Mapping[str, str], kind: str) -> str:
    """Up to six names, or how many there are."""
    if len(codes) > MOST_NAMES:
        return f"{len(codes)} {kind}"
    return ", ".join(known.get(code, code) for code in codes)


def _shared(p: Mapping[str, Any], places: Mapping[str, str], needs: Mapping[str, str]) -> str:
    rate = round(float(p["rate"]) * 100)
    among = f"{names(p['places'], places, 'places')}; {names(p['needs'], needs, 'need areas').lower()}"
    held = names(p["provision"], {}, "contracts and offers")
    if p["cells"] == 1:
        return f"The places of {held} are too few: {rate}% can be served"
    return (
        f"Capacity is shared: {p['cells']:,} cells ({among}) compete for {held}, "
        f"and each is served at {rate}%"
    )


def _day(iso: str) -> str:
    if not iso:
        return ""
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%B %Y}"
