"""What a register may name, and which of its contracts are here already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from catalogue.reference.models import Crosswalk, NeedArea, Place, ServiceType, Stage
from catalogue.reference.types import CrosswalkScheme, PlaceKind
from procurement.contracts.models import Contract
from procurement.contracts.rules.register import KnownCodes, KnownPlaces


def known_places(session: Session) -> KnownPlaces:
    """Regions, police force areas and names of districts, by the codes that registers use."""
    places = session.scalars(sa.select(Place).order_by(Place.kind, Place.position)).all()
    by_id = {place.id: place for place in places}
    districts: dict[str, set[str]] = {}
    for place in places:
        if place.kind is PlaceKind.DELIVERY_UNIT and place.police_force_area_id:
            for name in filter(None, place.covers.split("|")):
                area = by_id[place.police_force_area_id].local_id
                districts.setdefault(name.removeprefix("part of "), set()).add(area)
    return KnownPlaces(
        regions={place.local_id: place.name for place in places if place.kind is PlaceKind.REGION},
        areas={
            place.local_id: (place.name, by_id[place.region_id].local_id)
            for place in places
            if place.kind is PlaceKind.POLICE_FORCE_AREA and place.region_id
        },
        districts={name: tuple(sorted(areas)) for name, areas in sorted(districts.items())},
    )


def known_codes(session: Session) -> KnownCodes:
    """Service types by code, and need headings with the stage that some of them are for."""
    types = session.execute(sa.select(ServiceType.code, ServiceType.name).order_by(ServiceType.position))
    headings = session.execute(
        sa.select(Crosswalk.label, Crosswalk.stage)
        .where(Crosswalk.scheme == CrosswalkScheme.NEED_HEADING)
        .order_by(Crosswalk.id)
    )
    return KnownCodes(service_types=dict(types.all()), headings=dict(headings.all()))


@dataclass(frozen=True)
class RegisterRows:
    """Rows of reference data by the codes that a register uses."""

    regions: dict[str, Place]
    areas: dict[str, Place]
    service_types: dict[str, ServiceType]
    stages: dict[str, Stage]
    need_areas: dict[str, NeedArea]
    headings: dict[str, list[str | None]]
    """Need heading → codes of need areas; None where it has no equivalent."""
    types: dict[str, list[str | None]]
    """Service type (never a variant) → codes of need areas."""


def register_rows(session: Session) -> RegisterRows:
    """Reference rows that imported contracts point to."""
    places = session.scalars(sa.select(Place).order_by(Place.id)).all()
    crosswalk: dict[str, dict[str, list[str | None]]] = {}
    query = sa.select(Crosswalk).options(selectinload(Crosswalk.need_area)).order_by(Crosswalk.id)
    for row in session.scalars(query):
        code = row.need_area.code if row.need_area else None
        crosswalk.setdefault(row.scheme, {}).setdefault(row.label, []).append(code)
    return RegisterRows(
        regions={p.local_id: p for p in places if p.kind is PlaceKind.REGION},
        areas={p.local_id: p for p in places if p.kind is PlaceKind.POLICE_FORCE_AREA},
        service_types={row.code: row for row in session.scalars(sa.select(ServiceType))},
        stages={row.code: row for row in session.scalars(sa.select(Stage))},
        need_areas={row.code: row for row in session.scalars(sa.select(NeedArea))},
        headings=crosswalk.get(CrosswalkScheme.NEED_HEADING, {}),
        types=crosswalk.get(CrosswalkScheme.SERVICE_TYPE, {}),
    )


def contracts_by_reference(session: Session, references: Iterable[str]) -> dict[str, Contract]:
    """Those of the references that exist, with all that a register says of them."""
    wanted = list(references)
    found: list[Contract] = []
    for start in range(0, len(wanted), 500):
        query = (
            sa.select(Contract)
            .where(Contract.reference.in_(wanted[start : start + 500]))
            .options(
                selectinload(Contract.places),
                selectinload(Contract.need_areas),
                selectinload(Contract.stages),
            )
            .order_by(Contract.id)
        )
        found += session.scalars(query)
    return {contract.reference: contract for contract in found}


def register_references(session: Session) -> Sequence[str]:
    """References of all contracts that came from a register."""
    return session.scalars(
        sa.select(Contract.reference).where(Contract.origin == "register").order_by(Contract.reference)
    ).all()
