"""Each named constraint of the tables of offers and suppliers, violated on the run's database."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from catalogue.offers.models import (
    CapacityCommitment,
    Offer,
    OfferCohortFit,
    OfferEvidence,
    OfferItem,
    OfferLevel,
    OfferLevelOutcome,
    OfferListing,
    OfferMethod,
    OfferOutput,
    OfferVersion,
    ScopeLimit,
    offer_cohort,
    offer_language,
    offer_place,
    offer_sentence_type,
    offer_stage,
)
from catalogue.reference.models import QualityMark
from catalogue.suppliers.models import SupplierProfile
from tests.factories import NOW
from tests.factories_offers import published_offer

TABLES = [
    Offer.__table__,
    OfferVersion.__table__,
    OfferLevel.__table__,
    OfferItem.__table__,
    OfferMethod.__table__,
    OfferOutput.__table__,
    OfferLevelOutcome.__table__,
    OfferCohortFit.__table__,
    OfferEvidence.__table__,
    OfferListing.__table__,
    CapacityCommitment.__table__,
    ScopeLimit.__table__,
    SupplierProfile.__table__,
    offer_place,
    offer_cohort,
    offer_stage,
    offer_sentence_type,
    offer_language,
]
TEXTS = (
    "move_on_support",
    "beside_prison_services",
    "rar_activity",
    "unmet_needs",
    "proportionate",
    "motivation",
    "links_onward",
    "volunteer_support",
)
VERSION: dict[str, Any] = {
    "number": 2,
    "state": "draft",
    "title": "",
    "summary": "",
    "customisation": "",
    "pre_release_support": "",
    "sentence_type_reason": "",
    "interpreters": False,
    **dict.fromkeys(TEXTS, ""),
    "women_only": False,
    "return_reasons": "",
    "suspension_reason": "",
    "created_at": NOW,
    "row_version": 1,
}


@pytest.fixture
def offer(session: Session) -> Offer:
    version = published_offer(session)
    session.commit()
    return version.offer


def version_of(offer: Offer, **changes: Any) -> sa.Insert:
    return sa.insert(OfferVersion).values(**{**VERSION, "offer_id": offer.id, **changes})


def level_of(offer: Offer, **changes: Any) -> sa.Insert:
    values = {
        "version_id": offer.versions[0].id,
        "complexity": "high",
        "outputs": "",
        "outcomes_text": "",
        "customisation": "",
        **changes,
    }
    return sa.insert(OfferLevel).values(**values)


def commitment_of(offer: Offer, **changes: Any) -> sa.Insert:
    values = {
        "offer_id": offer.id,
        "complexity": "low",
        "places_a_year": 5,
        "contract_reference": "CT-1",
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 12, 31),
        **changes,
    }
    return sa.insert(CapacityCommitment).values(**values)


def limit_of(offer: Offer) -> sa.Insert:
    return sa.insert(ScopeLimit).values(
        supplier_id=offer.supplier_id,
        need_area_id=offer.need_area_id,
        region_id=offer.versions[0].places[0].region_id,
        framework="FW-1",
        active=True,
    )


def twice(offer: Offer, table: sa.Table) -> sa.Insert:
    """A row that is there already."""
    return sa.insert(table).from_select(
        [column.name for column in table.columns], sa.select(*table.columns).limit(1)
    )


def again(model: type) -> sa.Insert:
    """A row like one that is there, with a key of its own."""
    columns = [column for column in model.__table__.columns if column.name != "id"]
    return sa.insert(model).from_select([one.name for one in columns], sa.select(*columns).limit(1))


def changed(model: type, **values: Any) -> Any:
    """What is there, with other values."""
    return sa.update(model).values(**values)


VIOLATIONS: dict[str, Callable[[Offer], list[sa.Insert]]] = {
    "uq_offer_public_id": lambda offer: [
        sa.insert(Offer).values(
            public_id=offer.public_id,
            supplier_id=offer.supplier_id,
            need_area_id=offer.need_area_id,
            created_at=NOW,
        )
    ],
    "uq_offer_version_offer_id_number": lambda offer: [version_of(offer, number=1)],
    "uq_offer_version_one_standing": lambda offer: [version_of(offer, state="suspended", published_at=NOW)],
    "uq_offer_version_one_open": lambda offer: [
        version_of(offer),
        version_of(offer, number=3, state="submitted"),
    ],
    "ck_offer_version_number_positive": lambda offer: [version_of(offer, number=0)],
    "ck_offer_version_group_minimum_within_maximum": lambda offer: [
        version_of(offer, group_minimum=9, group_maximum=8)
    ],
    "ck_offer_version_places_positive": lambda offer: [version_of(offer, places_together=0)],
    "ck_offer_version_indexation": lambda offer: [
        version_of(offer, indexation=sa.literal_column("'upwards'"))
    ],
    "ck_offer_version_percent_where_fixed": lambda offer: [
        version_of(offer, indexation="cpi", indexation_percent=2)
    ],
    "ck_offer_version_percent_not_negative": lambda offer: [
        version_of(offer, indexation="fixed", indexation_percent=-1)
    ],
    "ck_offer_version_published_has_a_moment": lambda offer: [version_of(offer, state="superseded")],
    "ck_offer_version_returned_has_reasons": lambda offer: [version_of(offer, state="returned")],
    "ck_offer_version_offerstate": lambda offer: [version_of(offer, state=sa.literal_column("'lost'"))],
    "ck_offer_version_deliverymode": lambda offer: [version_of(offer, mode=sa.literal_column("'shouted'"))],
    "uq_offer_level_version_id_complexity": lambda offer: [level_of(offer, complexity="low")],
    "ck_offer_level_places_positive": lambda offer: [level_of(offer, places_a_year=0)],
    "ck_offer_level_price_not_negative": lambda offer: [level_of(offer, unit_price=sa.literal_column("-1"))],
    "ck_offer_level_complexity": lambda offer: [level_of(offer, complexity=sa.literal_column("'enormous'"))],
    "pk_offer_item": lambda offer: [twice(offer, OfferItem.__table__)],  # type: ignore[arg-type]
    "ck_offer_item_itemresponse": lambda offer: [
        sa.update(OfferItem).values(response=sa.literal_column("'perhaps'"))  # type: ignore[list-item]
    ],
    "pk_offer_listing": lambda offer: [twice(offer, OfferListing.__table__)],  # type: ignore[arg-type]
    "uq_offer_listing_version_id": lambda offer: [
        sa.insert(Offer).values(
            id=10**6,
            public_id="OF-OTHER",
            supplier_id=offer.supplier_id,
            need_area_id=offer.need_area_id,
            created_at=NOW,
        ),
        sa.insert(OfferListing).from_select(
            [column.name for column in OfferListing.__table__.columns],
            sa.select(
                *(
                    sa.literal(10**6) if column.name == "offer_id" else column
                    for column in OfferListing.__table__.columns
                )
            ),
        ),
    ],
    "uq_capacity_commitment_offer_id_complexity_contract_reference": lambda offer: [
        commitment_of(offer),
        commitment_of(offer),
    ],
    "ck_capacity_commitment_places_positive": lambda offer: [commitment_of(offer, places_a_year=0)],
    "ck_capacity_commitment_ends_after_start": lambda offer: [
        commitment_of(offer, ends_on=date(2025, 12, 31))
    ],
    "ck_capacity_commitment_complexity": lambda offer: [
        commitment_of(offer, complexity=sa.literal_column("'enormous'"))
    ],
    "uq_scope_limit_supplier_id_need_area_id_region_id_framework": lambda offer: [
        limit_of(offer),
        limit_of(offer),
    ],
    "pk_supplier_profile": lambda offer: (
        [
            sa.insert(SupplierProfile).values(
                organisation_id=offer.supplier_id,
                voluntary_sector=False,
                summary="",
                website="",
                row_version=1,
            )
        ]
        * 2
    ),
    "ck_supplier_profile_suppliersize": lambda offer: [
        sa.insert(SupplierProfile).values(
            organisation_id=offer.supplier_id,
            size=sa.literal_column("'vast'"),
            voluntary_sector=False,
            summary="",
            website="",
            row_version=1,
        )
    ],
    "pk_offer_place": lambda offer: [twice(offer, offer_place)],
    "pk_offer_cohort": lambda offer: [twice(offer, offer_cohort)],
    "pk_offer_stage": lambda offer: [twice(offer, offer_stage)],
    "pk_offer_sentence_type": lambda offer: [twice(offer, offer_sentence_type)],
    "pk_offer_language": lambda offer: [twice(offer, offer_language)],
    "pk_offer_level_outcome": lambda offer: [twice(offer, OfferLevelOutcome.__table__)],  # type: ignore[arg-type]
    "ck_offer_level_outcome_target_is_a_percentage": lambda offer: [
        changed(OfferLevelOutcome, target_percent=101)
    ],
    "pk_offer_method": lambda offer: [twice(offer, OfferMethod.__table__)],  # type: ignore[arg-type]
    "ck_offer_method_phase": lambda offer: [changed(OfferMethod, phase=sa.literal_column("'guess'"))],
    "ck_offer_method_facts_not_negative": lambda offer: [changed(OfferMethod, weeks=-1)],
    "uq_offer_output_level_id_position": lambda offer: [again(OfferOutput)],
    "ck_offer_output_outputunit": lambda offer: [changed(OfferOutput, unit=sa.literal_column("'hugs'"))],
    "ck_offer_output_counted": lambda offer: [changed(OfferOutput, quantity=0)],
    "pk_offer_cohort_fit": lambda offer: [twice(offer, OfferCohortFit.__table__)],  # type: ignore[arg-type]
    "uq_offer_evidence_version_id_position": lambda offer: [again(OfferEvidence)],
    "ck_offer_evidence_evidencekind": lambda offer: [
        changed(OfferEvidence, kind=sa.literal_column("'rumour'"))
    ],
    "ck_offer_evidence_only_a_mark_has_a_mark": lambda offer: [
        changed(OfferEvidence, mark_id=sa.select(QualityMark.id).limit(1).scalar_subquery())
    ],
    "ck_offer_version_intake": lambda offer: [version_of(offer, intake=sa.literal_column("'never'"))],
    "ck_offer_version_remotedelivery": lambda offer: [
        version_of(offer, remote=sa.literal_column("'by pigeon'"))
    ],
    "ck_offer_version_sessions_positive": lambda offer: [version_of(offer, session_minutes=0)],
    "ck_offer_version_support_positive": lambda offer: [version_of(offer, rar_days=0)],
}


@pytest.mark.parametrize("name", VIOLATIONS)
def test_the_database_refuses(session: Session, offer: Offer, name: str) -> None:
    *before, last = VIOLATIONS[name](offer)
    for statement in before:
        session.execute(statement)
    with pytest.raises(IntegrityError) as refusal:
        session.execute(last)
    said = str(refusal.value.orig)
    if session.get_bind().dialect.name == "postgresql":
        assert name in said
    else:
        # SQLite names CHECKs; of a unique or an index over part of a table it names the columns.
        assert name in said if name.startswith("ck_") else said.startswith("UNIQUE constraint failed")


def test_every_constraint_has_its_violation() -> None:
    named = set()
    for table in TABLES:
        for constraint in table.constraints:
            if isinstance(constraint, sa.UniqueConstraint | sa.CheckConstraint):
                named.add(str(constraint.name))
        named |= {str(index.name) for index in table.indexes if index.unique}
        named.add(str(table.primary_key.name))
    # A key that the database numbers itself cannot be violated by what anyone writes.
    numbered = {
        f"pk_{name}"
        for name in (
            "offer",
            "offer_version",
            "offer_level",
            "offer_output",
            "offer_evidence",
            "capacity_commitment",
            "scope_limit",
        )
    }
    assert named - numbered == set(VIOLATIONS)


def test_what_belongs_to_a_version_goes_with_it_and_nothing_else_does(session: Session, offer: Offer) -> None:
    with pytest.raises(IntegrityError):
        session.execute(sa.delete(Offer).where(Offer.id == offer.id))
