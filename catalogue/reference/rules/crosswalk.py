"""From the headings of the contract register to our need areas."""

from __future__ import annotations

from collections.abc import Iterable

from catalogue.reference.types import OF_THE_REGISTER, CrosswalkRow, CrosswalkScheme, NeedArea, ServiceType


def base_service_type(service_types: Iterable[ServiceType], code: str) -> str | None:
    """The service type a register code is a local variant of, or itself; None for an unknown code."""
    for service_type in service_types:
        if service_type.code == code:
            return service_type.variant_of or code
    return None


def crosswalk_rows(
    crosswalk: Iterable[CrosswalkRow], scheme: CrosswalkScheme, label: str
) -> tuple[CrosswalkRow, ...]:
    """What one heading stands for: one row a need area, or one row without. Empty for an unknown heading."""
    return tuple(row for row in crosswalk if row.scheme is scheme and row.label == label)


def need_areas_without_equivalent(
    need_areas: Iterable[NeedArea], crosswalk: Iterable[CrosswalkRow]
) -> tuple[str, ...]:
    """The need areas that no heading of the register stands for, so that it can say nothing about them."""
    reached = {row.need_area for row in crosswalk if row.scheme in OF_THE_REGISTER}
    return tuple(need_area.code for need_area in need_areas if need_area.code not in reached)
