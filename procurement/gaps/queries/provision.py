"""Freezing what an analysis is computed from: demand and all provision as they stand on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.offers.models import (
    Offer,
    OfferAssurance,
    OfferLevel,
    OfferVersion,
    offer_cohort,
    offer_place,
    offer_stage,
)
from catalogue.offers.queries import standing_pools
from catalogue.offers.types import DeliveryMode, OfferState, RemoteDelivery
from catalogue.reference import queries as reference
from catalogue.reference.models import Cohort, DemandCohort, NeedArea, Place, Stage
from catalogue.reference.rules.places import (
    PlaceTree,
    covered_leaves,
    police_force_area_of,
    region_of,
)
from catalogue.reference.types import Sex
from core.accounts.models import Organisation
from procurement.contracts.models import (
    Contract,
    ContractVolume,
    contract_cohort,
    contract_place,
    contract_stage,
)
from procurement.contracts.queries.contracts import in_force_here
from procurement.framework.models import Category, Framework, Member
from procurement.framework.types import FrameworkState, MemberState
from procurement.gaps.models import DemandSet, provision_stage
from procurement.gaps.queries.agencies import Span, partner_scopes
from procurement.gaps.queries.demand import demand_lines, levels
from procurement.gaps.rules.demand import Level
from procurement.gaps.rules.inputs import DemandPlace, Inputs, LeftOut, Limit, Pool, Port, Scope
from procurement.gaps.rules.scopes import cohort_cover


def inputs_of(
    session: Session,
    demand_set: DemandSet,
    on: date,
    stage: str = "",
    *,
    without_remote: bool = False,
    without_declared: bool = False,
) -> Inputs:
    """The demand set with every contract, partner agency and published offer on that day, as plain values.

    With a `stage`, only what works at it is counted; what names no stage works at every one.
    `without_remote` leaves out what is given only remotely, `without_declared` what partner agencies have
    declared and nobody has seen.
    """
    tree = reference.place_tree(session)
    reach = _Reach(tree, on)
    demand = tuple(demand_lines(session, demand_set.id))
    people = _People.read(session)
    contracts, without = _contracts(session, on, reach, people, _stages(session, contract_stage, stage))
    pools = _pools(session, on)
    offers, spent = _offers(
        session,
        on,
        reach,
        people,
        pools,
        _stages(session, offer_stage, stage),
        without_remote=without_remote,
    )
    partners, unknown = partner_scopes(
        session,
        on,
        demand_set.organisation_id,
        leaves=reach.leaves,
        cover=people.cover_of,
        pools=pools,
        elsewhere=_stages(session, provision_stage, stage),
        without_remote=without_remote,
        without_declared=without_declared,
    )
    drawn: dict[str, list[tuple[str, str]]] = {}
    for scope in (*partners.scopes, *offers):
        for pool_id in sorted({port.pool for port in scope.ports}):
            drawn.setdefault(pool_id, []).append((scope.id, scope.name))
    return Inputs(
        on=on.isoformat(),
        demand=demand,
        referred=tuple(key for key, level in sorted(levels(session).items()) if level is Level.REFERRED),
        places={
            code: DemandPlace(
                leaves=reach.leaves([code]),
                region=getattr(region_of(tree, code), "code", ""),
                area=getattr(police_force_area_of(tree, code), "code", ""),
            )
            for code in sorted({row[0] for row in demand})
        },
        scopes=tuple(contracts + partners.scopes + offers),
        left_out=tuple(without + unknown + spent),
        pools=tuple(
            replace(pool, offers=tuple(drawn[pool.id]))
            for pool in (*partners.pools, *pools.values())
            if pool.id in drawn
        ),
        stage=stage,
    )


def _stages(session: Session, table: sa.Table, stage: str) -> frozenset[int]:
    """The contracts or offer versions that name stages and not the one asked for."""
    if not stage:
        return frozenset()
    owner = next(column for column in table.c if column.name != "stage_id")
    wanted = sa.select(Stage.id).where(Stage.code == stage).scalar_subquery()
    working = sa.select(owner).where(table.c.stage_id == wanted)
    return frozenset(session.scalars(sa.select(owner).where(owner.not_in(working)).distinct()))


@dataclass
class _Reach:
    """The smallest places that place codes cover on the day, worked out once for each code."""

    tree: PlaceTree
    on: date

    def __post_init__(self) -> None:
        self._leaves: dict[str, frozenset[str]] = {}

    def leaves(self, codes: Iterable[str]) -> tuple[str, ...]:
        found: set[str] = set()
        for code in codes:
            if code not in self._leaves:
                self._leaves[code] = frozenset(covered_leaves(self.tree, [code], self.on))
            found |= self._leaves[code]
        return tuple(sorted(found))


@dataclass(frozen=True)
class _People:
    """Cohorts as spans of sex and age, and the partition they are held against."""

    partition: Mapping[str, tuple[str, int, int | None]]
    cohorts: Mapping[int, Span]
    known: dict[tuple[Span, ...], dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def read(cls, session: Session) -> _People:
        return cls(
            {
                row.code: (row.sex, row.age_from, row.age_to)
                for row in session.scalars(sa.select(DemandCohort).order_by(DemandCohort.position))
            },
            {
                row.id: (row.sex, row.age_from, row.age_to, bool(row.tags))
                for row in session.scalars(sa.select(Cohort))
            },
        )

    def cover(self, spans: Iterable[Span]) -> dict[str, Any]:
        """What some spans serve wholly and in part; thousands of offers name the same few."""
        key = tuple(spans)
        if key not in self.known:
            wholly, partly = cohort_cover(self.partition, key)
            self.known[key] = {"cohorts": wholly, "partly": partly}
        return self.known[key]

    def cover_of(self, cohorts: Iterable[int]) -> dict[str, Any]:
        """What some cohorts, by their keys, serve wholly and in part; none is everyone."""
        return self.cover(self.cohorts[cohort] for cohort in cohorts)


def _contracts(
    session: Session, on: date, reach: _Reach, people: _People, elsewhere: frozenset[int]
) -> tuple[list[Scope], list[LeftOut]]:
    """Contracts in force as scopes; those that state no volumes are left out by name.

    `elsewhere` are those that work at other stages than the one asked for.
    """
    query = (
        sa.select(
            Contract.id,
            Contract.reference,
            Contract.title,
            sa.func.coalesce(Organisation.name, Contract.supplier_code),
            Contract.sex,
            Contract.age_from,
            Contract.age_to,
        )
        .outerjoin(Organisation, Organisation.id == Contract.supplier_id)
        .where(
            in_force_here(),
            Contract.starts_on <= on,
            sa.or_(Contract.ends_on.is_(None), Contract.ends_on >= on),
        )
        .order_by(Contract.reference)
    )
    in_force = sa.select(Contract.id).where(
        in_force_here(), Contract.starts_on <= on, sa.or_(Contract.ends_on.is_(None), Contract.ends_on >= on)
    )
    ports: dict[int, list[Port]] = {}
    volumes = (
        sa.select(
            ContractVolume.contract_id,
            NeedArea.code,
            ContractVolume.complexity,
            ContractVolume.people_a_year,
        )
        .join(NeedArea, NeedArea.id == ContractVolume.need_area_id)
        .where(ContractVolume.contract_id.in_(in_force))
        .order_by(ContractVolume.contract_id, NeedArea.position, ContractVolume.complexity)
    )
    for contract, need, complexity, count in session.execute(volumes):
        ports.setdefault(contract, []).append(Port(need, complexity.value, count))
    places = _linked(session, contract_place, "contract_id", in_force)
    spans: dict[int, list[Span]] = {}
    for contract, cohort in session.execute(
        sa.select(contract_cohort.c.contract_id, contract_cohort.c.cohort_id).where(
            contract_cohort.c.contract_id.in_(in_force)
        )
    ):
        spans.setdefault(contract, []).append(people.cohorts[cohort])
    scopes, left_out = [], []
    for key, reference_code, title, supplier, sex, age_from, age_to in session.execute(query):
        if key not in ports or key in elsewhere:
            why = "other_stage" if key in elsewhere else "no_capacity"
            left_out.append(LeftOut(reference_code, "contract", title, why))
            continue
        served = people.cover(spans.get(key) or [(sex.value, age_from, age_to, False)])
        scopes.append(
            Scope(
                id=reference_code,
                kind="contract",
                name=title,
                supplier=supplier,
                ports=tuple(ports[key]),
                places=reach.leaves(places.get(key, ())),
                cohorts=served["cohorts"],
                partly=served["partly"],
            )
        )
    return scopes, left_out


def _pools(session: Session, on: date) -> dict[int, Pool]:
    """What published offers draw on, with the places that contracts have left on the day."""
    return {
        pool.key: Pool(
            id=pool.public_id,
            name=pool.name,
            supplier=pool.supplier,
            capacity=pool.whole.free,
            limits=tuple(
                Limit(limit.region or "", limit.complexity.value if limit.complexity else "", held.free)
                for limit, held in pool.limits
            ),
        )
        for pool in standing_pools(session, on)
    }


def _offers(
    session: Session,
    on: date,
    reach: _Reach,
    people: _People,
    pools: Mapping[int, Pool],
    elsewhere: frozenset[int],
    *,
    without_remote: bool,
) -> tuple[list[Scope], list[LeftOut]]:
    """Published offers as scopes that draw on pools; what is under contract is a contract's.

    Left out by name: those that their supplier has not confirmed for so long that the catalogue hides them.
    """
    published = sa.select(OfferVersion.id).where(OfferVersion.state == OfferState.PUBLISHED)
    query = (
        sa.select(
            OfferVersion.id,
            Offer.public_id,
            OfferVersion.title,
            Organisation.name,
            Offer.supplier_id,
            NeedArea.id,
            NeedArea.code,
            OfferVersion.women_only,
            OfferVersion.remote,
            OfferVersion.mode,
            OfferVersion.group_minimum,
            OfferVersion.group_optimum,
        )
        .join(Offer, Offer.id == OfferVersion.offer_id)
        .join(Organisation, Organisation.id == Offer.supplier_id)
        .join(NeedArea, NeedArea.id == Offer.need_area_id)
        .where(OfferVersion.state == OfferState.PUBLISHED)
        .order_by(Offer.public_id)
    )
    levels_of: dict[int, list[tuple[str, Pool]]] = {}
    level_query = (
        sa.select(OfferLevel.version_id, OfferLevel.complexity, OfferLevel.pool_id)
        .where(OfferLevel.version_id.in_(published), OfferLevel.pool_id.is_not(None))
        .order_by(OfferLevel.version_id, OfferLevel.complexity)
    )
    for version, complexity, pool_id in session.execute(level_query):
        pool = pools.get(pool_id or 0)
        if pool is not None:
            levels_of.setdefault(version, []).append((complexity.value, pool))
    places_of = _linked(session, offer_place, "version_id", published)
    spans: dict[int, list[Span]] = {}
    for version, cohort in session.execute(
        sa.select(offer_cohort.c.version_id, offer_cohort.c.cohort_id).where(
            offer_cohort.c.version_id.in_(published)
        )
    ):
        spans.setdefault(version, []).append(people.cohorts[cohort])
    members = _member_regions(session, on)
    hidden = set(
        session.scalars(
            sa.select(Offer.public_id)
            .join(OfferAssurance, OfferAssurance.offer_id == Offer.id)
            .where(OfferAssurance.hidden_on.is_not(None))
        )
    )
    scopes, left_out = [], []
    for row in session.execute(query):
        version, public_id, title, supplier, supplier_id, need_id, need, women, remote, mode, *size = row
        why = (
            "not_confirmed"
            if public_id in hidden
            else "other_stage"
            if version in elsewhere
            else "remote_only"
            if without_remote and remote is RemoteDelivery.ONLY
            else ""
        )
        if why:
            left_out.append(LeftOut(public_id, "offer", title, why))
            continue
        drawing = levels_of.get(version, [])
        # A limit by region is for the network: what an offer may draw on in all is the pool and its level.
        ports = tuple(
            Port(need, complexity, most, pool.id)
            for complexity, pool in drawing
            if (most := min([pool.capacity, *(x.capacity for x in pool.around("", complexity))])) > 0
        )
        if not ports:
            left_out.append(
                LeftOut(public_id, "offer", title, "fully_contracted" if drawing else "no_capacity")
            )
            continue
        scopes.append(
            Scope(
                id=public_id,
                kind="offer",
                name=title,
                supplier=supplier,
                ports=ports,
                places=reach.leaves(places_of.get(version, ())),
                member_regions=members.get((supplier_id, need_id), ()),
                remote=remote is RemoteDelivery.ONLY,
                group=tuple(size) if mode is DeliveryMode.GROUP and all(size) else (),
                **people.cover(_of_women(spans.get(version, ())) if women else spans.get(version, ())),
            )
        )
    return scopes, left_out


def _of_women(spans: Iterable[Span]) -> list[Span]:
    """The same people, women alone: an offer only for women that names veterans serves no men among them."""
    return [(Sex.FEMALE.value, *span[1:]) for span in spans if span[0] != Sex.MALE.value]


def _member_regions(session: Session, on: date) -> dict[tuple[int, int], tuple[str, ...]]:
    """(supplier, need area) → regions where a framework in force lets the supplier be invited."""
    query = (
        sa.select(Member.supplier_id, Category.need_area_id, Place.code)
        .join(Category, Category.id == Member.category_id)
        .join(Framework, Framework.id == Category.framework_id)
        .join(Place, Place.id == Member.region_id)
        .where(
            Member.state == MemberState.ACTIVE,
            Framework.state == FrameworkState.PUBLISHED,
            Framework.starts_on <= on,
            sa.or_(Framework.ends_on.is_(None), Framework.ends_on >= on),
        )
        .distinct()
        .order_by(Member.supplier_id, Category.need_area_id, Place.code)
    )
    found: dict[tuple[int, int], tuple[str, ...]] = {}
    for supplier, need, region in session.execute(query):
        found[supplier, need] = (*found.get((supplier, need), ()), region)
    return found


def _linked(session: Session, table: sa.Table, owner: str, among: Any) -> dict[int, list[str]]:
    query = (
        sa.select(table.c[owner], Place.code)
        .join(Place, Place.id == table.c.place_id)
        .where(table.c[owner].in_(among))
        .order_by(table.c[owner], Place.code)
    )
    found: dict[int, list[str]] = {}
    for key, code in session.execute(query):
        found.setdefault(key, []).append(code)
    return found
