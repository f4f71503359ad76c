"""A national market of the size the product must carry: 5,000 suppliers, 20,000 offers, 2,000 contracts."""

import random
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.offers import models as offers
from catalogue.offers.services.listing import INSERT_WORDS
from catalogue.offers.types import DeliveryMode, ItemResponse, OfferState
from catalogue.reference.models import Cohort, NeedArea, Place, SentenceType, SpecificationLevel, Stage
from catalogue.reference.types import Complexity, PlaceKind
from core.accounts.models import Organisation
from core.accounts.types import OrganisationKind
from core.actor import Actor
from core.db import Base
from procurement.contracts import models as contracts
from procurement.contracts.types import ContractOrigin
from procurement.gaps.models import DemandSet
from procurement.gaps.queries.demand import template_codes
from procurement.gaps.rules.demand import DemandLine
from procurement.gaps.services.demand import keep_demand

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
BATCH = 5_000


def build(session: Session, *, suppliers: int, offer_count: int, contract_count: int, seed: int = 7) -> None:
    """Fill an empty, migrated database that holds the reference data with such rows as services leave."""
    source = random.Random(seed)
    organisations = _suppliers(session, suppliers)
    world = _Reference(session)
    _offers(session, world, source, organisations, offer_count)
    _contracts(session, world, source, organisations, contract_count)
    session.commit()
    if session.get_bind().dialect.name == "postgresql":
        for model in (
            *(Organisation, offers.Offer, offers.OfferVersion, offers.OfferLevel, contracts.Contract),
            *(offers.CapacityPool, offers.CapacityPoolVersion),
        ):
            table = model.__tablename__
            # Its sequences do not notice rows that come with their keys.
            session.execute(
                sa.text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
            )
    count_rows(session)


def count_rows(session: Session) -> None:
    """Commit, and let PostgreSQL see how much there is, as it does by itself where it runs for long."""
    session.commit()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("ANALYZE"))
        session.commit()


class _Reference:
    """The reference rows that offers and contracts point at."""

    def __init__(self, session: Session) -> None:
        self.needs = session.scalars(sa.select(NeedArea).order_by(NeedArea.position)).all()
        self.cohorts = session.scalars(sa.select(Cohort).order_by(Cohort.position)).all()
        self.stages = session.scalars(sa.select(Stage).order_by(Stage.position)).all()
        self.sentences = session.scalars(sa.select(SentenceType).order_by(SentenceType.position)).all()
        self.places = session.scalars(sa.select(Place).order_by(Place.id)).all()
        self.by_id = {place.id: place for place in self.places}
        self.levels = {
            (level.need_area_id, level.complexity): [link.item_id for link in level.items]
            for level in session.scalars(sa.select(SpecificationLevel))
        }
        self.inside: dict[int, list[Place]] = {}
        for place in self.places:
            above = place
            while above.parent_id is not None:
                self.inside.setdefault(above.parent_id, []).append(place)
                above = self.by_id[above.parent_id]
        self.choices = [p for p in self.places if p.kind is not PlaceKind.NATION and p.valid_to is None]

    def covered(self, places: Sequence[Place]) -> tuple[list[Place], list[Place]]:
        """Return the regions and police force areas that the places cover wholly or in part."""
        near = {near.id: near for place in places for near in (place, *self.inside.get(place.id, ()))}
        for place in places:
            above = place
            while above.parent_id is not None:
                above = self.by_id[above.parent_id]
                near[above.id] = above
        return (
            [place for place in near.values() if place.kind is PlaceKind.REGION],
            [place for place in near.values() if place.kind is PlaceKind.POLICE_FORCE_AREA],
        )


def _insert(session: Session, target: Any, rows: Sequence[dict[str, Any]]) -> None:
    for start in range(0, len(rows), BATCH):
        session.execute(sa.insert(target), rows[start : start + BATCH])


def _suppliers(session: Session, count: int) -> list[tuple[int, str]]:
    first = (session.scalar(sa.select(sa.func.max(Organisation.id))) or 0) + 1
    found = [(first + number, f"Example supplier {number:05d}") for number in range(count)]
    _insert(
        session,
        Organisation,
        [
            {
                "id": key,
                "public_id": f"OR-B{number:07d}",
                "kind": OrganisationKind.SUPPLIER,
                "name": name,
                "created_at": NOW,
            }
            for number, (key, name) in enumerate(found)
        ],
    )
    return found


def _offers(
    session: Session,
    world: _Reference,
    source: random.Random,
    suppliers: Sequence[tuple[int, str]],
    count: int,
) -> None:
    offer_rows, versions, levels, items, listings, words = [], [], [], [], [], []
    pools: list[dict[str, Any]] = []
    figures: list[dict[str, Any]] = []
    limits: list[dict[str, Any]] = []
    links: dict[str, list[dict[str, int]]] = {"place": [], "cohort": [], "stage": [], "sentence_type": []}
    level_id = 0
    for key in range(1, count + 1):
        supplier, supplier_name = suppliers[source.randrange(len(suppliers))]
        need = source.choice(world.needs)
        title = f"Example {need.short_name.lower()} service {key:05d}"
        summary = f"Help with {need.name.lower()}, in an invented service made for measuring."
        offer_rows.append(
            {
                "id": key,
                "public_id": f"OF-B{key:07d}",
                "supplier_id": supplier,
                "need_area_id": need.id,
                "created_at": NOW,
            }
        )
        versions.append(
            {
                "id": key,
                "offer_id": key,
                "number": 1,
                "state": OfferState.PUBLISHED,
                "title": title,
                "summary": summary,
                "mode": DeliveryMode.ONE_TO_ONE,
                "created_at": NOW,
                "submitted_at": NOW,
                "published_at": NOW,
            }
        )
        complexities = source.sample(list(Complexity), 2)
        pools.append(
            {
                "id": key,
                "public_id": f"CP-B{key:07d}",
                "supplier_id": supplier,
                "offer_id": key,
                "created_at": NOW,
            }
        )
        figures.append(
            {
                "id": key,
                "pool_id": key,
                "number": 1,
                "places_a_year": 0,
                "effective_from": NOW.date(),
                "recorded_at": NOW,
            }
        )
        for complexity in complexities:
            level_id += 1
            most = source.randrange(20, 200)
            figures[-1]["places_a_year"] += most
            limits.append({"version_id": key, "complexity": complexity, "places_a_year": most})
            levels.append(
                {
                    "id": level_id,
                    "version_id": key,
                    "complexity": complexity,
                    "outputs": "Plan, sessions, review.",
                    "unit_price": Decimal(source.randrange(200, 1200)),
                    "places_a_year": most,
                    "pool_id": key,
                }
            )
            items += [
                {"level_id": level_id, "item_id": item, "response": ItemResponse.MET}
                for item in world.levels.get((need.id, complexity), ())[:4]
            ]
        places = source.sample(world.choices, source.randrange(1, 4))
        cohorts = source.sample(world.cohorts, 2)
        stages = source.sample(world.stages, 2)
        links["place"] += [{"version_id": key, "place_id": place.id} for place in places]
        links["cohort"] += [{"version_id": key, "cohort_id": cohort.id} for cohort in cohorts]
        links["stage"] += [{"version_id": key, "stage_id": stage.id} for stage in stages]
        links["sentence_type"] += [
            {"version_id": key, "sentence_type_id": sentence.id} for sentence in world.sentences
        ]
        regions, areas = world.covered(places)
        listings.append(
            {
                "offer_id": key,
                "version_id": key,
                "supplier_id": supplier,
                "need_area_id": need.id,
                "title": title,
                "supplier_name": supplier_name,
                "summary": summary,
                "published_at": NOW,
                "complexity_mask": _mask(list(Complexity).index(c) for c in complexities),
                "cohort_mask": _mask(cohort.position for cohort in cohorts),
                "stage_mask": _mask(stage.position for stage in stages),
                "region_mask": _mask(place.position for place in regions),
                "police_force_area_mask": _mask(place.position for place in areas),
            }
        )
        words.append({"id": key, "title": title, "supplier": supplier_name, "body": summary})
    _insert(session, offers.Offer, offer_rows)
    _insert(session, offers.OfferVersion, versions)
    _insert(session, offers.CapacityPool, pools)
    _insert(session, offers.CapacityPoolVersion, figures)
    _insert(session, offers.CapacitySubLimit, limits)
    _insert(session, offers.OfferLevel, levels)
    _insert(session, offers.OfferItem, items)
    _insert(session, offers.OfferListing, listings)
    confirmed = [{"offer_id": row["id"], "assured_on": NOW.date()} for row in offer_rows]
    _insert(session, offers.OfferAssurance, confirmed)
    session.execute(sa.text(INSERT_WORDS[session.get_bind().dialect.name]), words)
    for name, rows in links.items():
        _insert(session, Base.metadata.tables[f"offer_{name}"], rows)


def _mask(positions: Iterable[int]) -> int:
    mask = 0
    for position in positions:
        mask |= 1 << position
    return mask


def _contracts(
    session: Session,
    world: _Reference,
    source: random.Random,
    suppliers: Sequence[tuple[int, str]],
    count: int,
) -> None:
    rows, volumes, places, needs, cohorts, stages = [], [], [], [], [], []
    for key in range(1, count + 1):
        need = source.choice(world.needs)
        rows.append(
            {
                "id": key,
                "public_id": f"CT-B{key:07d}",
                "reference": f"BENCH-{key:05d}",
                "origin": ContractOrigin.REGISTER,
                "title": f"Example contract {key:05d}",
                "supplier_id": suppliers[source.randrange(len(suppliers))][0],
                "starts_on": date(2025, 1, 1) + timedelta(days=source.randrange(400)),
                "ends_on": date(2028, 12, 31),
                "need_labels": [],
                "created_at": NOW,
            }
        )
        for complexity in source.sample(list(Complexity), 2):
            volumes.append(
                {
                    "contract_id": key,
                    "need_area_id": need.id,
                    "complexity": complexity,
                    "people_a_year": source.randrange(30, 400),
                    "unit_price": Decimal(source.randrange(200, 1200)),
                }
            )
        needs.append({"contract_id": key, "need_area_id": need.id})
        places.append({"contract_id": key, "place_id": source.choice(world.choices).id})
        cohorts += [{"contract_id": key, "cohort_id": cohort.id} for cohort in world.cohorts[:2]]
        stages += [{"contract_id": key, "stage_id": stage.id} for stage in source.sample(world.stages, 2)]
    _insert(session, contracts.Contract, rows)
    _insert(session, contracts.ContractVolume, volumes)
    _insert(session, contracts.contract_need_area, needs)
    _insert(session, contracts.contract_place, places)
    _insert(session, contracts.contract_cohort, cohorts)
    _insert(session, contracts.contract_stage, stages)


def add_demand(session: Session, actor: Actor, *, on: date, most: int, seed: int = 11) -> DemandSet:
    """Keep a demand set with a figure from 1 to ``most`` in every cell: 15,552 of them."""
    source = random.Random(seed)
    codes = template_codes(session, on)
    cells = product(codes.places, codes.needs, codes.complexities, codes.cohorts)
    lines = [
        DemandLine(number, *cell, people=source.randint(1, most), referred=False)
        for number, cell in enumerate(cells, start=1)
    ]
    return keep_demand(
        session,
        actor=actor,
        now=NOW,
        title="Example demand",
        period="Invented",
        source="Drawn by lot",
        lines=lines,
    )
