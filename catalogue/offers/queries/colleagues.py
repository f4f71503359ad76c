"""Which steps of offers are handed to whom, and which of them still lack something."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from catalogue.offers.models import Offer, OfferStepAssignment, OfferVersion
from catalogue.offers.queries.versions import facts_for, own_version
from catalogue.offers.rules.completeness import reasons_by_section
from catalogue.offers.rules.content import step_keys
from catalogue.offers.rules.states import EDITABLE
from catalogue.offers.types import StepKey
from core.accounts.models import Person
from core.actor import Actor


def step_people(session: Session, version_id: int) -> dict[str, Person]:
    """Who is asked to write which step of a version, by the step's code."""
    query = (
        sa.select(OfferStepAssignment)
        .where(OfferStepAssignment.version_id == version_id)
        .options(joinedload(OfferStepAssignment.person, innerjoin=True))
        .order_by(OfferStepAssignment.step)
    )
    return {row.step: row.person for row in session.scalars(query)}


def steps_assigned_to(
    session: Session, *, organisation_id: int | None, person_id: int | None
) -> Sequence[OfferStepAssignment]:
    """Steps of an organisation's drafts and returned offers that are handed to a person, the oldest first."""
    query = (
        sa.select(OfferStepAssignment)
        .join(OfferVersion, OfferVersion.id == OfferStepAssignment.version_id)
        .join(Offer, Offer.id == OfferVersion.offer_id)
        .where(
            OfferStepAssignment.person_id == person_id,
            Offer.supplier_id == organisation_id,
            OfferVersion.state.in_(sorted(EDITABLE)),
        )
        .order_by(OfferStepAssignment.at, OfferStepAssignment.version_id, OfferStepAssignment.step)
    )
    return session.scalars(query).all()


def count_steps(session: Session, *, organisation_id: int | None, person_id: int | None) -> int:
    """How many steps of an organisation's unfinished offers are handed to a person."""
    return len(steps_assigned_to(session, organisation_id=organisation_id, person_id=person_id))


def unfinished_steps(session: Session, *, actor: Actor, on: date) -> list[tuple[OfferVersion, StepKey]]:
    """Steps that are handed to the actor and in which something is missing, with their versions."""
    rows = steps_assigned_to(session, organisation_id=actor.organisation_id, person_id=actor.person_id)
    codes: dict[int, list[str]] = {}
    for row in rows:
        codes.setdefault(row.version_id, []).append(row.step)
    query = (
        sa.select(OfferVersion)
        .where(OfferVersion.id.in_(sorted(codes)))
        .join(OfferVersion.offer)
        .options(contains_eager(OfferVersion.offer))
    )
    found = []
    for held in {
        version.id: version for version in session.scalars(query.order_by(OfferVersion.id))
    }.values():
        version = own_version(session, held.offer.public_id, actor=actor, number=held.number)
        if version is None:
            continue
        facts = facts_for(session, version, on=on)
        missing = reasons_by_section(facts)
        found += [
            (version, key)
            for key, sections in step_keys(facts.content).items()
            if key.code in codes[version.id] and any(missing.get(section) for section in sections)
        ]
    return found
