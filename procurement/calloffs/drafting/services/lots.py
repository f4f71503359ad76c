"""The lots of a draft: adding, changing, duplicating, removing."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.reference.models import Cohort, NeedArea, Place, Stage
from catalogue.reference.types import Complexity
from core.actor import Actor
from core.reasons import Reason, Refused, refuse_if
from procurement.calloffs.drafting.models import CallOff, Lot, LotVolume
from procurement.calloffs.drafting.queries import available_services, region_codes, regions_of
from procurement.calloffs.drafting.rules import (
    outermost,
    reasons_against_ranges,
    reasons_outside_scope,
)
from procurement.calloffs.drafting.services.editing import begin_editing
from procurement.calloffs.drafting.types import LotFacts
from procurement.framework.types import Reservation

Volumes = Mapping[tuple[str, str], int]
"""People a year by (need area, complexity)."""


SHARED_BY = (
    "suppliers_wanted",
    "sharing",
    "shares",
    "share_least",
    "share_most",
    "review_months",
    "review_measures",
    "dealing",
)
"""The attributes of a lot that say how several suppliers share it."""


def add_lot(session: Session, *, call_off: CallOff, actor: Actor, now: datetime, title: str = "") -> Lot:
    """Add an empty lot at the end."""
    begin_editing(session, call_off, actor, now)
    return append_lot(session, call_off, title)


def append_lot(session: Session, call_off: CallOff, title: str) -> Lot:
    """Append a lot without asking who does it; for services that have asked already."""
    lot = Lot(call_off=call_off, number=len(call_off.lots) + 1, title=title)
    session.add(lot)
    session.flush()
    return lot


def save_lot_service(
    session: Session,
    *,
    lot: Lot,
    actor: Actor,
    now: datetime,
    title: str,
    description: str,
    volumes: Volumes,
) -> None:
    """Save what a lot buys and for how many people a year.

    Raises Refused with `complexity_not_available` where the specification has no such level.
    """
    begin_editing(session, lot.call_off, actor, now)
    lot.title, lot.description = title, description
    set_volumes(session, lot, volumes)


def save_lot_where(
    session: Session,
    *,
    lot: Lot,
    actor: Actor,
    now: datetime,
    place_codes: Collection[str],
    cohort_codes: Collection[str],
    stage_codes: Collection[str],
) -> None:
    """Save where, for whom and at which stages a lot is delivered.

    Raises Refused for unknown codes, and for regions outside those that the actor's role is limited to.
    """
    begin_editing(session, lot.call_off, actor, now)
    set_where(session, lot, actor, place_codes, cohort_codes, stage_codes)


def save_lot_terms(
    session: Session,
    *,
    lot: Lot,
    actor: Actor,
    now: datetime,
    starts_on: date | None,
    term_months: int | None,
    budget: Decimal | None,
    holds_all: bool,
    few_members_reason: str,
    extensions: int = 0,
    extension_months: int | None = None,
    mobilisation_weeks: int | None = None,
    reserved_for: Reservation | None = None,
) -> None:
    """Save a lot's start, its months, its budget (pounds over the whole term) and who may bid for it.

    `extensions` is how often the term may be extended, by `extension_months` each time; raises Refused with
    `extension_not_whole` where one is given without the other.
    """
    begin_editing(session, lot.call_off, actor, now)
    if (extensions > 0) != (extension_months is not None):
        raise Refused(Reason("extension_not_whole", {"lot": lot.number}))
    lot.starts_on, lot.term_months, lot.budget = starts_on, term_months, budget
    lot.holds_all, lot.few_members_reason = holds_all, few_members_reason
    lot.extensions, lot.extension_months = extensions, extension_months
    lot.mobilisation_weeks, lot.reserved_for = mobilisation_weeks, reserved_for


def save_lot_volumes(
    session: Session,
    *,
    lot: Lot,
    actor: Actor,
    now: datetime,
    volume_source: str,
    ranges: Mapping[tuple[str, str], tuple[int | None, int | None]],
    fixed_prices: Mapping[tuple[str, str], Decimal | None],
) -> None:
    """Save where the volumes come from, the range of each, and the price (pounds a person) where it is fixed.

    Raises Refused with `range_without_volume` for a range that does not hold the expected number.
    """
    begin_editing(session, lot.call_off, actor, now)
    volumes = {(v.need_area.code, str(v.complexity)): v.people_a_year for v in lot.volumes}
    refuse_if(reasons_against_ranges(LotFacts(lot.number, volumes=volumes, ranges=ranges)))
    lot.volume_source = volume_source
    for volume in lot.volumes:
        service = (volume.need_area.code, str(volume.complexity))
        volume.people_low, volume.people_high = ranges.get(service, (None, None))
        volume.fixed_price = fixed_prices.get(service)


def save_few_members_reason(session: Session, *, lot: Lot, actor: Actor, now: datetime, reason: str) -> None:
    """Save why a lot is let although fewer than two members are eligible for it."""
    begin_editing(session, lot.call_off, actor, now)
    lot.few_members_reason = reason


def duplicate_lot(session: Session, *, lot: Lot, actor: Actor, now: datetime) -> Lot:
    """Add a lot like this one at the end."""
    begin_editing(session, lot.call_off, actor, now)
    copy = append_lot(session, lot.call_off, f"Copy of {lot.title}"[:200] if lot.title else "")
    copy.description, copy.starts_on, copy.term_months = lot.description, lot.starts_on, lot.term_months
    copy.budget, copy.holds_all = lot.budget, lot.holds_all
    copy.volume_source, copy.mobilisation_weeks = lot.volume_source, lot.mobilisation_weeks
    copy.extensions, copy.extension_months = lot.extensions, lot.extension_months
    copy.reserved_for = lot.reserved_for
    for name in SHARED_BY:
        setattr(copy, name, getattr(lot, name))
    copy.places, copy.cohorts, copy.stages = list(lot.places), list(lot.cohorts), list(lot.stages)
    copy.volumes = [
        LotVolume(
            need_area=v.need_area,
            complexity=v.complexity,
            people_a_year=v.people_a_year,
            people_low=v.people_low,
            people_high=v.people_high,
            fixed_price=v.fixed_price,
        )
        for v in lot.volumes
    ]
    return copy


def remove_lot(session: Session, *, lot: Lot, actor: Actor, now: datetime) -> None:
    """Remove a lot from a draft; the lots after it move up."""
    call_off = lot.call_off
    begin_editing(session, call_off, actor, now)
    session.delete(lot)
    session.flush()
    session.expire(call_off, ["lots"])
    # One by one from the front: each number is free when it is taken.
    for number, left in enumerate(call_off.lots, start=1):
        if left.number != number:
            left.number = number
            session.flush()


def set_volumes(session: Session, lot: Lot, volumes: Volumes) -> None:
    """Bring a lot's volumes to the given ones; pairs of no people are left out."""
    wanted = {key: people for key, people in volumes.items() if people > 0}
    absent = sorted(set(wanted) - available_services(session))
    refuse_if(
        Reason(
            "complexity_not_available",
            {"lot": lot.number, "need_area": need_area, "complexity": complexity},
            "the specification in force",
        )
        for need_area, complexity in absent
    )
    standing = {(v.need_area.code, str(v.complexity)): v for v in lot.volumes}
    for key, volume in standing.items():
        if key not in wanted:
            lot.volumes.remove(volume)
    areas = by_code(session, NeedArea, {need_area for need_area, _complexity in wanted})
    for (need_area, complexity), people in sorted(wanted.items()):
        if (need_area, complexity) in standing:
            volume = standing[need_area, complexity]
            volume.people_a_year = people
            # A range that does not hold the new number says nothing any more; the lot's page asks for it.
            if volume.people_low is not None and volume.people_low > people:
                volume.people_low = None
            if volume.people_high is not None and volume.people_high < people:
                volume.people_high = None
        else:
            lot.volumes.append(
                LotVolume(need_area=areas[need_area], complexity=Complexity(complexity), people_a_year=people)
            )


def set_where(
    session: Session,
    lot: Lot,
    actor: Actor,
    place_codes: Collection[str],
    cohort_codes: Collection[str],
    stage_codes: Collection[str],
) -> None:
    """Bring a lot's places, cohorts and stages to the given ones, without a place inside another of them."""
    places = by_code(session, Place, place_codes)
    regions = region_codes(session)
    refuse_if(reasons_outside_scope(regions_of(places.values(), regions), actor.scopes))
    above = {place.code: {ancestor.code for ancestor in _above(place)} for place in places.values()}
    kept = outermost(list(places), above)
    lot.places = [place for code, place in sorted(places.items()) if code in kept]
    lot.cohorts = list(by_code(session, Cohort, cohort_codes).values())
    lot.stages = list(by_code(session, Stage, stage_codes).values())


def _above(place: Place) -> list[Place]:
    found = []
    while place.parent is not None:
        place = place.parent
        found.append(place)
    return found


def by_code(session: Session, model: Any, codes: Collection[str]) -> dict[str, Any]:
    """Rows of reference data by code; raises Refused with `unknown_code` for each that there is none of."""
    rows = session.scalars(sa.select(model).where(model.code.in_(codes)).order_by(model.position, model.id))
    found = {row.code: row for row in rows}
    unknown = sorted(set(codes) - set(found))
    if unknown:
        raise Refused(
            *(Reason("unknown_code", {"kind": model.__tablename__, "code": code}) for code in unknown)
        )
    return found
