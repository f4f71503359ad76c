"""Contracts as arrangements of the presence view, read in a handful of narrow queries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.reference.models import Cohort, Crosswalk, NeedArea, Place, ServiceType, Stage
from catalogue.reference.types import OF_THE_REGISTER, PlaceKind
from core.accounts.models import Organisation
from procurement.contracts.models import (
    Contract,
    contract_cohort,
    contract_need_area,
    contract_place,
    contract_stage,
)
from procurement.contracts.queries.contracts import in_force_here
from procurement.gaps.queries.agencies import standing_for_presence
from procurement.gaps.rules.presence import Arrangement


@dataclass(frozen=True)
class Axes:
    """What the matrix is made of: rows by code and name, regions and areas in the order of the files."""

    need_areas: dict[str, str]
    service_types: dict[str, str]
    regions: dict[str, Place]
    areas: dict[str, Place]
    region_of_area: dict[str, str]
    stages: dict[str, str]
    without_equivalent: frozenset[str]
    """Need areas that no heading of the register stands for."""

    def columns(self, by: str, region: str | None = None) -> dict[str, frozenset[str]]:
        """Sets of police force area codes by column code: regions, or areas (of one region)."""
        if by == "region":
            return {
                code: frozenset(area for area, within in self.region_of_area.items() if within == code)
                for code in self.regions
            }
        return {
            area: frozenset({area})
            for area in self.areas
            if region is None or self.region_of_area[area] == region
        }


def axes(session: Session, on: date) -> Axes:
    """Rows and columns as they exist on a day."""
    places = session.scalars(
        sa.select(Place)
        .where(
            Place.kind.in_([PlaceKind.REGION, PlaceKind.POLICE_FORCE_AREA]),
            sa.or_(Place.valid_from.is_(None), Place.valid_from <= on),
            sa.or_(Place.valid_to.is_(None), Place.valid_to > on),
        )
        .order_by(Place.position)
    ).all()
    codes = {place.id: place.code for place in places}
    needs = session.execute(sa.select(NeedArea.id, NeedArea.code, NeedArea.name).order_by(NeedArea.position))
    needs = needs.all()
    types = session.execute(
        sa.select(ServiceType.code, ServiceType.name)
        .where(ServiceType.variant_of.is_(None))
        .order_by(ServiceType.name, ServiceType.code)
    )
    stages = session.execute(sa.select(Stage.code, Stage.name).order_by(Stage.position))
    reached = set(
        session.scalars(
            sa.select(Crosswalk.need_area_id).where(
                Crosswalk.need_area_id.is_not(None), Crosswalk.scheme.in_(OF_THE_REGISTER)
            )
        )
    )
    areas = [place for place in places if place.kind is PlaceKind.POLICE_FORCE_AREA]
    return Axes(
        need_areas={code: name for _, code, name in needs},
        service_types=dict(types.all()),
        regions={place.code: place for place in places if place.kind is PlaceKind.REGION},
        areas={place.code: place for place in areas},
        region_of_area={place.code: codes[place.region_id] for place in areas if place.region_id in codes},
        stages=dict(stages.all()),
        without_equivalent=frozenset(code for key, code, _ in needs if key not in reached),
    )


def arrangements(session: Session, *, by_service_type: bool) -> list[Arrangement]:
    """Every contract, of a register or ours, as the presence rules see it.

    Its rows are its service type's code (variants count as what they vary) or its need areas' codes; its
    areas are codes of police force areas.
    """
    reach = _reach(session)
    linked = {
        name: _links(session, table, column, model)
        for name, table, column, model in (
            ("needs", contract_need_area, "need_area_id", NeedArea),
            ("stages", contract_stage, "stage_id", Stage),
        )
    }
    place_ids: dict[int, list[int]] = {}
    for contract, place in session.execute(
        sa.select(contract_place.c.contract_id, contract_place.c.place_id)
    ):
        place_ids.setdefault(contract, []).append(place)
    cohorts = _cohorts(session)
    every_stage = frozenset(session.scalars(sa.select(Stage.code)))
    query = (
        sa.select(
            Contract.id,
            Contract.reference,
            sa.func.coalesce(Organisation.name, Contract.supplier_code),
            sa.func.coalesce(ServiceType.variant_of, ServiceType.code),
            Contract.whole_region,
            Contract.sex,
            Contract.age_from,
            Contract.age_to,
            Contract.starts_on,
            Contract.ends_on,
        )
        .outerjoin(Organisation, Organisation.id == Contract.supplier_id)
        .outerjoin(ServiceType, ServiceType.id == Contract.service_type_id)
        .where(in_force_here())
        .order_by(Contract.reference)
    )
    found = []
    for key, reference, supplier, service, whole, sex, age_from, age_to, starts, ends in session.execute(
        query
    ):
        areas, parts = reach.areas_of(place_ids.get(key, ()))
        for_whom = cohorts.get(key) or (sex.value, age_from or 0, age_to)
        rows = ({service} if service else set()) if by_service_type else linked["needs"].get(key, set())
        found.append(
            Arrangement(
                reference=reference,
                provider=supplier,
                rows=frozenset(rows),
                areas=areas,
                sex=for_whom[0],
                min_age=for_whom[1],
                max_age=for_whom[2],
                stages=frozenset(linked["stages"].get(key, ())) or every_stage,
                starts=starts,
                ends=ends,
                unconfirmed=whole,
                parts=parts,
            )
        )
    return found


def agency_arrangements(session: Session, organisation_id: int | None) -> list[Arrangement]:
    """What partner agencies provide to an authority, as the presence rules see it; known by need alone.

    An arrangement cannot say which of its places are served at a distance: only that all of it is.
    """
    reach = _reach(session)
    every_stage = frozenset(session.scalars(sa.select(Stage.code)))
    found = []
    for row in standing_for_presence(session, organisation_id):
        areas, parts = reach.areas_of(place.id for place in row.places)
        sex, low, high = _span([(cohort.sex, cohort.age_from, cohort.age_to) for cohort in row.cohorts])
        found.append(
            Arrangement(
                reference=row.public_id,
                provider=row.agency,
                rows=frozenset(level.need_area.code for level in row.levels),
                areas=areas,
                sex=sex,
                min_age=low,
                max_age=high,
                stages=frozenset(stage.code for stage in row.stages) or every_stage,
                starts=row.starts_on,
                ends=row.ends_on,
                parts=parts,
                agency=True,
            )
        )
    return found


def areas_reached(session: Session) -> Callable[[Iterable[int]], frozenset[str]]:
    """What tells, of some places by their keys, the police force areas that they reach, wholly or in part."""
    reach = _reach(session)
    return lambda places: reach.areas_of(places)[0]


@dataclass(frozen=True)
class _Reach:
    """Which police force areas a place reaches, wholly or in part."""

    wholly: Mapping[int, frozenset[str]]
    area_of_unit: Mapping[int, str]
    units_of_area: Mapping[str, frozenset[int]]

    def areas_of(self, places: Iterable[int]) -> tuple[frozenset[str], frozenset[str]]:
        """(areas reached, those of them reached in part)."""
        places = set(places)
        whole = frozenset().union(*(self.wholly.get(place, frozenset()) for place in places))
        touched = {self.area_of_unit[place] for place in places if place in self.area_of_unit}
        whole |= {area for area in touched if self.units_of_area[area] <= places}
        return whole | touched, frozenset(touched - whole)


def _reach(session: Session) -> _Reach:
    places = session.execute(
        sa.select(
            Place.id, Place.code, Place.kind, Place.region_id, Place.police_force_area_id, Place.valid_to
        )
    ).all()
    areas = [place for place in places if place.kind is PlaceKind.POLICE_FORCE_AREA]
    code_of = {place.id: place.code for place in areas}
    wholly: dict[int, frozenset[str]] = {}
    for place in places:
        if place.kind is PlaceKind.NATION:
            wholly[place.id] = frozenset(code_of.values())
        elif place.kind is PlaceKind.REGION:
            wholly[place.id] = frozenset(area.code for area in areas if area.region_id == place.id)
        elif place.kind is PlaceKind.POLICE_FORCE_AREA:
            wholly[place.id] = frozenset({place.code})
    units = [place for place in places if place.kind is PlaceKind.DELIVERY_UNIT]
    area_of_unit = {unit.id: code_of[unit.police_force_area_id] for unit in units}
    units_of_area: dict[str, set[int]] = {}
    for unit in units:
        # A unit that has ended is not needed for the whole: its successors stand for it.
        if unit.valid_to is None:
            units_of_area.setdefault(area_of_unit[unit.id], set()).add(unit.id)
    return _Reach(wholly, area_of_unit, {area: frozenset(found) for area, found in units_of_area.items()})


def _links(session: Session, table: sa.Table, column: str, model: Any) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    query = sa.select(table.c.contract_id, model.code).join(model, model.id == table.c[column])
    for contract, code in session.execute(query):
        found.setdefault(contract, set()).add(code)
    return found


def _cohorts(session: Session) -> dict[int, tuple[str, int, int | None]]:
    """(sex, youngest, oldest) of contracts that name cohorts: the widest range that they span together."""
    spans: dict[int, list[Sequence[Any]]] = {}
    query = sa.select(contract_cohort.c.contract_id, Cohort.sex, Cohort.age_from, Cohort.age_to).join(
        Cohort, Cohort.id == contract_cohort.c.cohort_id
    )
    for contract, *span in session.execute(query):
        spans.setdefault(contract, []).append(span)
    return {contract: _span(found) for contract, found in spans.items()}


def _span(found: Sequence[Sequence[Any]]) -> tuple[str, int, int | None]:
    """The widest (sex, youngest, oldest) that cohorts span together; without any, everyone."""
    if not found:
        return "both", 0, None
    sexes = {sex or "both" for sex, _, _ in found}
    return (
        sexes.pop() if len(sexes) == 1 else "both",
        min(low or 0 for _, low, _ in found),
        None if any(high is None for *_, high in found) else max(high for *_, high in found),
    )
