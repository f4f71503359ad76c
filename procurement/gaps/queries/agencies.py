"""Partner agencies: as scopes of an analysis, as arrangements for presence, as a list and one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.offers.models import OfferLevel, OfferVersion
from catalogue.offers.types import OfferState
from catalogue.reference.models import NeedArea, Place
from procurement.gaps.models import (
    AgencyProvision,
    AgencyProvisionLevel,
    provision_cohort,
    provision_place,
)
from procurement.gaps.rules.inputs import LeftOut, Pool, Port, Scope
from procurement.gaps.types import Standing

Span = tuple[str | None, int | None, int | None, bool]
"""(sex, youngest, oldest, tagged) of a cohort; None is any."""


@dataclass(frozen=True)
class PartnerScopes:
    """What partner agencies may serve, and the pools that hold each one's places together."""

    scopes: list[Scope]
    pools: list[Pool]


def in_force(on: date) -> tuple[sa.ColumnElement[bool], ...]:
    """The conditions under which a provision stands on a day, both ends included."""
    return (
        AgencyProvision.starts_on <= on,
        sa.or_(AgencyProvision.ends_on.is_(None), AgencyProvision.ends_on >= on),
    )


def partner_scopes(
    session: Session,
    on: date,
    organisation_id: int,
    *,
    leaves: Callable[[Iterable[str]], tuple[str, ...]],
    cover: Callable[[Iterable[int]], dict[str, tuple[str, ...]]],
    pools: Mapping[int, Pool],
    elsewhere: frozenset[int] = frozenset(),
    without_remote: bool = False,
    without_declared: bool = False,
) -> tuple[PartnerScopes, list[LeftOut]]:
    """What an authority recorded of partner agencies as scopes, and what could not or should not count.

    The places of one provision are one pool, whatever it serves. Where it is the same as a published offer it
    draws on the offer's pools, so that nobody is counted twice: neither beside the offer, nor beside the
    contract that the offer has become. `elsewhere` are those that work at other stages than the one asked
    for.
    """
    standing = sa.select(AgencyProvision.id).where(
        AgencyProvision.organisation_id == organisation_id, *in_force(on)
    )
    needs: dict[int, list[tuple[str, str]]] = {}
    for key, need, complexity in session.execute(
        sa.select(AgencyProvisionLevel.provision_id, NeedArea.code, AgencyProvisionLevel.complexity)
        .join(NeedArea, NeedArea.id == AgencyProvisionLevel.need_area_id)
        .where(AgencyProvisionLevel.provision_id.in_(standing))
        .order_by(AgencyProvisionLevel.provision_id, NeedArea.position, AgencyProvisionLevel.complexity)
    ):
        needs.setdefault(key, []).append((need, complexity.value))
    places: dict[int, list[str]] = {}
    for key, code in session.execute(
        sa.select(provision_place.c.provision_id, Place.code)
        .join(Place, Place.id == provision_place.c.place_id)
        .where(provision_place.c.provision_id.in_(standing))
        .order_by(provision_place.c.provision_id, Place.code)
    ):
        places.setdefault(key, []).append(code)
    cohorts: dict[int, list[int]] = {}
    for key, cohort in session.execute(
        sa.select(provision_cohort.c.provision_id, provision_cohort.c.cohort_id)
        .where(provision_cohort.c.provision_id.in_(standing))
        .order_by(provision_cohort.c.provision_id, provision_cohort.c.cohort_id)
    ):
        cohorts.setdefault(key, []).append(cohort)
    offered = _pools_of_offers(session, standing, pools)
    found, left_out = PartnerScopes([], []), []
    query = (
        sa.select(AgencyProvision).where(AgencyProvision.id.in_(standing)).order_by(AgencyProvision.public_id)
    )
    for row in session.scalars(query):
        reason = "other_stage" if row.id in elsewhere else None
        reason = reason or _why_not(row, without_remote=without_remote, without_declared=without_declared)
        ports: list[Port] = []
        if reason is None and row.offer_id in offered:
            # The offer's places are the agency's: they are taken out of the same pools.
            by_complexity = offered[row.offer_id]
            ports = [
                Port(need, complexity, pool.capacity, pool.id)
                for need, complexity in needs.get(row.id, ())
                for pool in by_complexity.get(complexity, ())
                if pool.capacity > 0
            ]
            reason = None if ports else "fully_contracted"
        elif reason is None and row.places_a_year is None:
            reason = "no_capacity"
        elif reason is None:
            pool = Pool(row.public_id, row.title, row.agency, row.places_a_year or 0)
            ports = [Port(*level, pool.capacity, pool.id) for level in needs.get(row.id, ())]
            found.pools.append(pool)
        if reason is not None:
            left_out.append(LeftOut(row.public_id, "partner", f"{row.agency}: {row.title}", reason))
            continue
        found.scopes.append(
            Scope(
                id=row.public_id,
                kind="partner",
                name=row.title,
                supplier=row.agency,
                ports=tuple(ports),
                places=leaves(places.get(row.id, ())),
                **cover(cohorts.get(row.id, ())),
            )
        )
    return found, left_out


def _why_not(row: AgencyProvision, *, without_remote: bool, without_declared: bool) -> str | None:
    """Why the people view does not count a provision; an unknown figure is neither zero nor without limit."""
    if without_remote and row.remote_only:
        return "remote_only"
    if without_declared and row.standing is Standing.DECLARED:
        return "only_declared"
    if row.places_a_year is None and row.offer_id is None:
        return "no_capacity"
    return None


def _pools_of_offers(
    session: Session, standing: sa.Select[tuple[int]], pools: Mapping[int, Pool]
) -> dict[int | None, dict[str, list[Pool]]]:
    """Offer → complexity → its pools, of the published offers that provisions name."""
    named = sa.select(AgencyProvision.offer_id).where(
        AgencyProvision.id.in_(standing), AgencyProvision.offer_id.is_not(None)
    )
    query = (
        sa.select(OfferVersion.offer_id, OfferLevel.complexity, OfferLevel.pool_id)
        .join(OfferVersion, OfferVersion.id == OfferLevel.version_id)
        .where(OfferVersion.offer_id.in_(named), OfferVersion.state == OfferState.PUBLISHED)
        .order_by(OfferVersion.offer_id, OfferLevel.complexity)
    )
    found: dict[int | None, dict[str, list[Pool]]] = {}
    for offer, complexity, pool_id in session.execute(query):
        pool = pools.get(pool_id or 0)
        if pool is not None:
            found.setdefault(offer, {}).setdefault(complexity.value, []).append(pool)
    return found
