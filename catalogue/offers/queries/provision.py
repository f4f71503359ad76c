"""Published offers as provision: places a year by complexity, where, for whom, and what is still free."""

from collections import defaultdict
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.offers.models import (
    CapacityCommitment,
    Offer,
    OfferLevel,
    OfferVersion,
    ScopeLimit,
    offer_cohort,
    offer_place,
    offer_stage,
)
from catalogue.offers.types import OfferState, ProvisionRow
from catalogue.reference import queries as reference
from catalogue.reference.rules.places import covered_leaves
from catalogue.reference.types import Complexity


def provision_rows(session: Session, on: date) -> list[ProvisionRow]:
    """One row for each complexity of each offer published now, with places and commitments as of a day.

    Places that have ended by the day count as their successors; places a year are those offered, and
    `committed` those that contracts in force on the day have taken. Ordered by offer and complexity.
    """
    published = OfferVersion.state == OfferState.PUBLISHED
    levels = session.execute(
        sa.select(
            Offer.id,
            Offer.public_id,
            Offer.supplier_id,
            Offer.need_area_id,
            OfferVersion.id,
            OfferVersion.title,
            OfferVersion.women_only,
            OfferVersion.remote_only,
            OfferLevel.complexity,
            OfferLevel.places_a_year,
            OfferLevel.unit_price,
        )
        .join(OfferVersion, OfferVersion.offer_id == Offer.id)
        .join(OfferLevel, OfferLevel.version_id == OfferVersion.id)
        .where(published, OfferLevel.places_a_year.is_not(None))
        .order_by(Offer.id, OfferLevel.id)
    ).all()
    committed = committed_places(session, on)
    places = _links(session, offer_place, offer_place.c.place_id)
    cohorts = _links(session, offer_cohort, offer_cohort.c.cohort_id)
    stages = _links(session, offer_stage, offer_stage.c.stage_id)
    units = _Units(session, on)
    return [
        ProvisionRow(
            offer_id=offer_id,
            offer_public_id=public_id,
            version_id=version_id,
            title=title,
            supplier_id=supplier_id,
            need_area_id=need_area_id,
            complexity=complexity,
            places_a_year=places_a_year or 0,
            committed=committed.get((offer_id, complexity), 0),
            unit_price=unit_price,
            delivery_units=units.under(places[version_id]),
            cohort_ids=cohorts[version_id],
            stage_ids=stages[version_id],
            women_only=women_only,
            remote_only=remote_only,
        )
        for (
            offer_id,
            public_id,
            supplier_id,
            need_area_id,
            version_id,
            title,
            women_only,
            remote_only,
            complexity,
            places_a_year,
            unit_price,
        ) in levels
    ]


def _links(session: Session, table: sa.Table, column: sa.Column[int]) -> dict[int, tuple[int, ...]]:
    """What the published versions are linked to, by version; the same tuple object for the same links."""
    query = (
        sa.select(table.c.version_id, column)
        .join(OfferVersion, OfferVersion.id == table.c.version_id)
        .where(OfferVersion.state == OfferState.PUBLISHED)
        .order_by(table.c.version_id, column)
    )
    found: defaultdict[int, list[int]] = defaultdict(list)
    for version_id, key in session.execute(query):
        found[version_id].append(key)
    shared: dict[tuple[int, ...], tuple[int, ...]] = {}
    linked: defaultdict[int, tuple[int, ...]] = defaultdict(tuple)
    for version_id, keys in found.items():
        linked[version_id] = shared.setdefault(tuple(keys), tuple(keys))
    return linked


class _Units:
    """The smallest places under lists of places on one day; each list is walked once."""

    def __init__(self, session: Session, on: date) -> None:
        self.tree = reference.place_tree(session)
        self.keys = reference.place_ids(session)
        self.codes = {key: code for code, key in self.keys.items()}
        self.on = on
        self.known: dict[tuple[int, ...], tuple[int, ...]] = {}

    def under(self, keys: tuple[int, ...]) -> tuple[int, ...]:
        if keys not in self.known:
            codes = covered_leaves(self.tree, (self.codes[key] for key in keys), self.on)
            self.known[keys] = tuple(self.keys[code] for code in codes)
        return self.known[keys]


def committed_places(
    session: Session, on: date, *, offer_id: int | None = None
) -> dict[tuple[int, Complexity], int]:
    """Places a year under contract on a day, by offer and complexity; of one offer or of all."""
    query = (
        sa.select(
            CapacityCommitment.offer_id,
            CapacityCommitment.complexity,
            sa.func.sum(CapacityCommitment.places_a_year),
        )
        .where(CapacityCommitment.starts_on <= on, CapacityCommitment.ends_on >= on)
        .group_by(CapacityCommitment.offer_id, CapacityCommitment.complexity)
        .order_by(CapacityCommitment.offer_id, CapacityCommitment.complexity)
    )
    if offer_id is not None:
        query = query.where(CapacityCommitment.offer_id == offer_id)
    return {(key, complexity): int(places) for key, complexity, places in session.execute(query)}


def scope_limits(session: Session) -> dict[int, frozenset[tuple[int, int]]]:
    """Where memberships let offers stand: by supplier, the active pairs of need area and region keys."""
    query = (
        sa.select(ScopeLimit.supplier_id, ScopeLimit.need_area_id, ScopeLimit.region_id)
        .where(ScopeLimit.active)
        .order_by(ScopeLimit.supplier_id, ScopeLimit.need_area_id, ScopeLimit.region_id)
    )
    found: defaultdict[int, set[tuple[int, int]]] = defaultdict(set)
    for supplier_id, need_area_id, region_id in session.execute(query):
        found[supplier_id].add((need_area_id, region_id))
    return {supplier_id: frozenset(pairs) for supplier_id, pairs in found.items()}
