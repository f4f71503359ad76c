"""Offers that tests start from, made through the services that the product uses."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from catalogue.offers import queries, services
from catalogue.offers.models import OfferVersion
from catalogue.offers.types import (
    DeliveryMode,
    Evidence,
    EvidenceKind,
    ItemAnswer,
    ItemResponse,
    Method,
    OutcomeTarget,
    Output,
    OutputUnit,
    RemoteDelivery,
    Section,
)
from catalogue.reference import queries as reference
from catalogue.reference.types import Complexity, Phase
from core.accounts.models import Organisation
from core.accounts.types import OrganisationKind
from core.actor import Actor
from procurement.roles import ROLES
from tests.factories import NOW, make_organisation, make_person

FACTS: dict[Section, dict[str, Any]] = {
    Section.DELIVERY: {
        "mode": DeliveryMode.ONE_TO_ONE,
        "individual_sessions": 6,
        "session_minutes": 60,
        "sessions_a_week": 1,
        "remote": RemoteDelivery.NONE,
    },
    Section.PRE_RELEASE: {
        "weeks_before_release": 12,
        "reaches_in": True,
        "reach_in_visits": 2,
        "meets_at_gate": True,
        "pre_release_support": "We visit twelve weeks before release.",
        "beside_prison_services": "We ask the prison's own team first.",
        "move_on_support": "We plan the move four weeks ahead.",
    },
    Section.RAR: {"counts_as_rar": True, "rar_days": 6, "rar_activity": "Six days of looking for a room."},
    Section.APPROACH: {
        "unmet_needs": "No programme finds a room.",
        "proportionate": "More for those more likely to be convicted again.",
        "motivation": "One worker throughout.",
        "links_onward": "The council's housing team.",
    },
    Section.VOLUNTEERS: {"volunteers": False, "mentoring": False},
}


def actor_with(organisation: Organisation, role: str, person_id: int | None = None) -> Actor:
    """Return an actor of an organisation in a role, for services that need no person behind it."""
    return Actor(
        person_id=person_id,
        organisation_id=organisation.id,
        organisation_kind=organisation.kind.value,
        permissions=ROLES[role].permissions,
    )


def supplier_actor(session: Session, organisation: Organisation | None = None) -> Actor:
    """Return an administrator of a supplier."""
    organisation = organisation or make_organisation(session)
    return actor_with(organisation, "supplier-administrator")


def manager_actor(session: Session) -> Actor:
    """Return a framework manager of an authority."""
    return actor_with(make_organisation(session, OrganisationKind.AUTHORITY), "framework-manager")


def draft_offer(
    session: Session,
    *,
    actor: Actor,
    need_area: str = "accommodation",
    title: str = "Example housing help",
    complexities: Collection[Complexity] = (Complexity.LOW,),
    places: Collection[str] = ("pfa:kent",),
    cohorts: Collection[str] = ("men",),
    stages: Collection[str] = ("community",),
    women_only: bool = False,
    unit_price: Decimal = Decimal("1234.50"),
    places_a_year: int = 60,
) -> OfferVersion:
    """Draft an offer that could be submitted as it is."""
    need = reference.need_area(session, need_area)
    assert need is not None
    version = services.start_offer(session, actor=actor, now=NOW, need_area=need)
    services.save_title(
        session, actor=actor, version=version, title=title, summary="An invented service that finds a room."
    )
    services.save_complexities(session, actor=actor, version=version, complexities=complexities)
    for complexity in complexities:
        level = {"session": session, "actor": actor, "version": version, "complexity": complexity}
        items = queries.level_items(session, need.id, complexity)
        services.save_items(**level, answers=dict.fromkeys(items, ItemAnswer(ItemResponse.MET)))
        services.save_methods(
            **level, methods={phase: Method("We sit down together.", 2, 4, 1) for phase in Phase}
        )
        services.save_outcomes(
            **level,
            output_rows=[Output("Meetings", 6, OutputUnit.SESSIONS, 12)],
            outputs="Six sessions.",
            outcomes={need.outcomes[0].code: OutcomeTarget("A tenancy after twelve weeks", 60)},
        )
        services.save_price(**level, unit_price=unit_price, places_a_year=places_a_year)
    services.save_places(session, actor=actor, version=version, places=places)
    services.save_cohorts(session, actor=actor, version=version, cohorts=cohorts, women_only=women_only)
    services.save_stages(
        session,
        actor=actor,
        version=version,
        stages=stages,
        sentence_types=[kind.code for kind in reference.sentence_types(session)],
    )
    services.save_customisation(
        session,
        actor=actor,
        version=version,
        customisation="",
        by_complexity=dict.fromkeys(complexities, "More visits where more is needed."),
        by_cohort=dict.fromkeys(cohorts, "A worker of one's choice."),
    )
    services.save_evidence(
        session,
        actor=actor,
        version=version,
        evidence=[
            Evidence(EvidenceKind.EVALUATION, title="An invented look back", year=2025, shows="It helps.")
        ],
    )
    for section, facts in FACTS.items():
        services.save_facts(session, actor=actor, version=version, section=section, facts=facts)
    session.flush()
    return version


def published_offer(session: Session, *, actor: Actor | None = None, **content: object) -> OfferVersion:
    """Draft, submit and publish an offer."""
    actor = actor or supplier_actor(session)
    version = draft_offer(session, actor=actor, **content)  # type: ignore[arg-type]
    services.submit_offer(session, actor=actor, now=NOW, version=version)
    services.publish_offer(session, actor=manager_actor(session), now=NOW, version=version)
    session.flush()
    return version


def sign_in_as(session: Session, client: object, organisation: Organisation, role: str) -> None:
    """Sign someone of an organisation in."""
    client.sign_in(make_person(session, organisation, role))  # type: ignore[attr-defined]
