"""Contracts with places, published offers and memberships, for tests of coverage."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.offers.models import (
    CapacityCommitment,
    CapacityPool,
    CapacityPoolVersion,
    CapacitySubLimit,
    Offer,
    OfferLevel,
    OfferVersion,
)
from catalogue.offers.services.capacity import write_own_pool
from catalogue.offers.types import OfferState, SubLimit
from catalogue.reference.models import Cohort, NeedArea, Place, Stage
from catalogue.reference.types import Complexity
from core.accounts.models import Organisation
from core.accounts.types import OrganisationKind
from procurement.contracts.models import Contract, ContractVolume
from procurement.contracts.types import ContractOrigin
from procurement.framework.models import Application, Category, Framework, Member
from procurement.framework.types import ApplicationState, FrameworkState, Regime
from tests.factories import make_organisation

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
_numbers = count(1)


def of_code(session: Session, model: type, *codes: str) -> list:
    """Rows of reference data by code."""
    return list(session.scalars(sa.select(model).where(model.code.in_(codes)).order_by(model.id)))


def make_contract(
    session: Session,
    *,
    places: tuple[str, ...],
    volumes: dict[tuple[str, str], int],
    cohorts: tuple[str, ...] = ("women", "men"),
    supplier: Organisation | None = None,
    ends_on: date | None = None,
) -> Contract:
    """A contract in force since 2025 with places by (need area, complexity); no volumes, no places stated."""
    number = next(_numbers)
    contract = Contract(
        reference=f"EX-{number:04d}",
        origin=ContractOrigin.REGISTER,
        title=f"Example contract {number}",
        supplier=supplier or make_organisation(session),
        starts_on=date(2025, 1, 1),
        ends_on=ends_on,
        need_labels=[],
        created_at=NOW,
        places=of_code(session, Place, *places),
        need_areas=of_code(session, NeedArea, *{need for need, _ in volumes}),
        cohorts=of_code(session, Cohort, *cohorts),
        stages=of_code(session, Stage, "community"),
        volumes=[
            ContractVolume(
                need_area=of_code(session, NeedArea, need)[0],
                complexity=Complexity(complexity),
                people_a_year=people,
                unit_price=Decimal(500),
            )
            for (need, complexity), people in volumes.items()
        ],
    )
    session.add(contract)
    session.flush()
    return contract


def make_offer(
    session: Session,
    *,
    need: str,
    places: tuple[str, ...],
    capacity: dict[str, int | None],
    cohorts: tuple[str, ...] = ("women", "men"),
    supplier: Organisation | None = None,
    price: Decimal | None = Decimal("750.50"),
    state: OfferState = OfferState.PUBLISHED,
) -> Offer:
    """A published offer with places a year by complexity."""
    number = next(_numbers)
    offer = Offer(
        supplier=supplier or make_organisation(session),
        need_area=of_code(session, NeedArea, need)[0],
        created_at=NOW,
    )
    offer.versions.append(
        OfferVersion(
            number=1,
            state=state,
            title=f"Example offer {number}",
            created_at=NOW,
            submitted_at=NOW,
            published_at=NOW,
            places=of_code(session, Place, *places),
            cohorts=of_code(session, Cohort, *cohorts),
            stages=of_code(session, Stage, "community"),
            levels=[
                OfferLevel(complexity=Complexity(level), places_a_year=places_a_year, unit_price=price)
                for level, places_a_year in capacity.items()
            ],
        )
    )
    session.add(offer)
    session.flush()
    write_own_pool(session, now=NOW, version=offer.versions[0])
    return offer


def share(session: Session, *offers: Offer, places: int, limits: tuple[SubLimit, ...] = ()) -> CapacityPool:
    """Let some published offers of one supplier draw on one pool."""
    pool = CapacityPool(
        supplier_id=offers[0].supplier_id,
        name=f"Example team {next(_numbers)}",
        created_at=NOW,
        versions=[
            CapacityPoolVersion(
                number=1,
                places_a_year=places,
                effective_from=NOW.date(),
                recorded_at=NOW,
                limits=[
                    CapacitySubLimit(
                        region=of_code(session, Place, limit.region)[0] if limit.region else None,
                        complexity=limit.complexity,
                        places_a_year=limit.places,
                    )
                    for limit in limits
                ],
            )
        ],
    )
    session.add(pool)
    session.flush()
    for offer in offers:
        for level in offer.versions[0].levels:
            level.pool_id, level.places_a_year = pool.id, None
    session.flush()
    return pool


def commit_places(session: Session, offer: Offer, complexity: str, places: int) -> None:
    """Say that places of an offer are under contract."""
    level = next(level for level in offer.versions[0].levels if level.complexity == complexity)
    session.add(
        CapacityCommitment(
            offer_id=offer.id,
            version_id=offer.versions[0].id,
            pool_id=level.pool_id,
            complexity=Complexity(complexity),
            places_a_year=places,
            contract_reference=f"EX-{next(_numbers):04d}",
            starts_on=date(2026, 1, 1),
            ends_on=date(2027, 12, 31),
        )
    )
    session.flush()


def make_framework(session: Session, *, need: str, regions: tuple[str, ...]) -> Framework:
    """A framework in force with one category."""
    number = next(_numbers)
    framework = Framework(
        authority=make_organisation(session, OrganisationKind.AUTHORITY),
        title=f"Example market {number}",
        summary="",
        regime=Regime.DYNAMIC_MARKET,
        state=FrameworkState.PUBLISHED,
        starts_on=date(2025, 3, 1),
        rules={},
        published_at=NOW,
    )
    framework.categories.append(
        Category(
            code=f"{need}-1",
            name=need,
            need_area=of_code(session, NeedArea, need)[0],
            value_from=Decimal(0),
            cpv_code="85312300",
            regions=of_code(session, Place, *regions),
        )
    )
    session.add(framework)
    session.flush()
    return framework


def admit(session: Session, framework: Framework, supplier: Organisation, *regions: str) -> None:
    """Make a supplier a member of the framework's first category in some regions."""
    application = Application(
        framework=framework,
        supplier=supplier,
        state=ApplicationState.ADMITTED,
        created_at=NOW,
        submitted_at=NOW,
        decided_at=NOW,
    )
    session.add(application)
    session.flush()
    for region in of_code(session, Place, *regions):
        session.add(
            Member(
                category=framework.categories[0],
                region=region,
                supplier=supplier,
                application=application,
                admitted_at=NOW,
            )
        )
    session.flush()
