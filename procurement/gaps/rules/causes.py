"""Why people of a cell go unserved: each cause found in what was let, offered, tried and shared."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from procurement.gaps.rules import presence as held
from procurement.gaps.rules.inputs import IN_PLACE
from procurement.gaps.rules.reading import CellReading
from procurement.gaps.rules.serving import Serving
from procurement.gaps.rules.viability import Programme, Viability, viability

GROUP_WEEKS = 12.0
"""How long people wait for a group before it gives up, where the offer does not say."""
VIABLE_SHARE = 0.5
"""A group that places fewer than this share of those referred is not viable."""


class GapCode(StrEnum):
    NEVER_LET = "never_let"
    NO_EQUIVALENT = "no_equivalent"
    ENDED = "ended"
    STARTS = "starts"
    ENDS_SOON = "ends_soon"
    COHORT_NOT_SERVED = "cohort_not_served"
    OTHER_STAGE = "other_stage"
    EXTENT_UNKNOWN = "extent_unknown"
    COMPETITION_FAILED = "competition_failed"
    ONE_SUPPLIER = "one_supplier"
    SHARED = "shared"
    REMOTE_ONLY = "remote_only"
    GROUP_NOT_VIABLE = "group_not_viable"
    NOBODY_OFFERS = "nobody_offers"
    REFERRED = "referred"


@dataclass(frozen=True, slots=True)
class GapCause:
    """A cause with what its words need: names, numbers, a day in ISO form."""

    code: GapCode
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GroupOutlook:
    """A service given in groups alone, and what the people of one place would make of its groups."""

    name: str
    minimum: int
    optimum: int
    outcome: Viability

    @property
    def viable(self) -> bool:
        return self.outcome.placed >= VIABLE_SHARE


_BY_PRESENCE = {
    held.CauseCode.NO_EQUIVALENT: GapCode.NO_EQUIVALENT,
    held.CauseCode.NEVER_LET: GapCode.NEVER_LET,
    held.CauseCode.ENDED: GapCode.ENDED,
    held.CauseCode.STARTS: GapCode.STARTS,
    held.CauseCode.CUSTODY_ONLY: GapCode.OTHER_STAGE,
    held.CauseCode.OTHER_STAGE: GapCode.OTHER_STAGE,
    held.CauseCode.ONLY_WOMEN: GapCode.COHORT_NOT_SERVED,
    held.CauseCode.ONLY_MEN: GapCode.COHORT_NOT_SERVED,
    held.CauseCode.OTHER_AGES: GapCode.COHORT_NOT_SERVED,
}


def group_outlooks(serving: Sequence[Serving], wanted: int) -> tuple[GroupOutlook, ...]:
    """What a place's people a year would make of each service there that is given in groups alone."""
    found = []
    for one in serving:
        if one.scope.group:
            minimum, optimum = one.scope.group
            programme = Programme(minimum, optimum, GROUP_WEEKS)
            found.append(GroupOutlook(one.scope.name, minimum, optimum, viability(programme, wanted)))
    return tuple(sorted(found, key=lambda one: (-one.outcome.placed, one.name)))


def causes(
    *,
    reading: CellReading,
    history: held.PresenceCell,
    serving: Sequence[Serving],
    blocks: Sequence[Mapping[str, Any]],
    failed: Sequence[Mapping[str, str]],
    people_of_cohort: Mapping[str, int],
    missed_of_cohort: Mapping[str, int],
) -> tuple[GapCause, ...]:
    """Every cause that the facts of a cell bear out, the plainest first.

    `history` is what contracts say, with or without places; `blocks` are the contents of the blocks of the
    cell; `people_of_cohort` and `missed_of_cohort` hold people by cohort code: all, and those whom neither
    contract nor partner agency meets.
    """
    found: list[GapCause] = []
    in_place = [one for one in serving if one.scope.kind in IN_PLACE]
    contracts = [one for one in serving if one.scope.kind == "contract"]
    if not contracts:
        if history.count:
            found.append(GapCause(GapCode.EXTENT_UNKNOWN, {"contracts": history.count}))
        else:
            found += [
                GapCause(
                    _BY_PRESENCE[why.code],
                    {"why": why.code.value, "on": why.on.isoformat() if why.on else ""},
                )
                for why in history.causes
            ]
    if held.Mark.ENDS_SOON in history.marks:
        found.append(GapCause(GapCode.ENDS_SOON))
    found += [GapCause(GapCode.COMPETITION_FAILED, dict(lot)) for lot in failed]
    if not reading.not_contracted:
        return (*found, *_one_supplier(contracts))
    reached = {cohort for one in serving for cohort in one.scope.cohorts}
    left_out = sorted(
        cohort for cohort, people in missed_of_cohort.items() if people and cohort not in reached
    )
    if left_out and serving and set(left_out) != {c for c, people in people_of_cohort.items() if people}:
        found.append(GapCause(GapCode.COHORT_NOT_SERVED, {"cohorts": left_out}))
    found += _one_supplier(contracts)
    found += [GapCause(GapCode.SHARED, _competitors(block)) for block in blocks[:1]]
    if serving and all(one.scope.remote for one in serving):
        found.append(GapCause(GapCode.REMOTE_ONLY))
    outlooks = group_outlooks(serving, reading.wanted)
    if outlooks and len(outlooks) == len(serving) and not any(one.viable for one in outlooks):
        best = outlooks[0]
        found.append(
            GapCause(
                GapCode.GROUP_NOT_VIABLE,
                {"people": reading.wanted, "placed": round(best.outcome.placed * 100), "name": best.name},
            )
        )
    if reading.unmet and len(in_place) == len(serving):
        found.append(GapCause(GapCode.NOBODY_OFFERS, {"people": reading.unmet}))
    if reading.referred:
        found.append(GapCause(GapCode.REFERRED, {"people": reading.referred}))
    return tuple(found)


def _one_supplier(contracts: Collection[Serving]) -> list[GapCause]:
    suppliers = sorted({one.scope.supplier for one in contracts})
    return [GapCause(GapCode.ONE_SUPPLIER, {"supplier": suppliers[0]})] if len(suppliers) == 1 else []


def _competitors(block: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "cells": block["cells"],
        "rate": block["rate"],
        "places": list(block["places"]),
        "needs": list(block["needs"]),
        "provision": sorted({bound["name"] for bound in block["binding"]}),
    }
