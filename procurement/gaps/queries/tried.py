"""The lots of a call-off as a what-if tries them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from catalogue.reference import queries as reference
from core.actor import Actor
from procurement.calloffs.drafting.models import CallOff, Lot, LotVolume
from procurement.gaps.rules.scopes import cohort_cover
from procurement.gaps.rules.what_if import TriedLot


def call_off_to_try(session: Session, *, actor: Actor, public_id: str) -> CallOff | None:
    """A call-off that the actor's authority leads, with its lots, or None."""
    query = (
        sa.select(CallOff)
        .where(CallOff.public_id == public_id, CallOff.authority_id == actor.organisation_id)
        .options(
            selectinload(CallOff.lots).options(
                selectinload(Lot.places),
                selectinload(Lot.cohorts),
                selectinload(Lot.volumes).joinedload(LotVolume.need_area),
            )
        )
    )
    return session.scalars(query).one_or_none()


def tried_lots(session: Session, call_off: CallOff) -> tuple[TriedLot, ...]:
    """The lots that say what and where; whom they serve is read as for a contract with the same cohorts."""
    partition = {row.code: (row.sex, row.age_from, row.age_to) for row in reference.demand_cohorts(session)}
    return tuple(
        TriedLot(
            title=lot.title or f"Lot {lot.number}",
            places=tuple(place.code for place in lot.places),
            volumes=tuple(
                sorted((row.need_area.code, row.complexity.value, row.people_a_year) for row in lot.volumes)
            ),
            cohorts=cohort_cover(
                partition, [(row.sex, row.age_from, row.age_to, bool(row.tags)) for row in lot.cohorts]
            )[0],
        )
        for lot in call_off.lots
        if lot.places and lot.volumes
    )
