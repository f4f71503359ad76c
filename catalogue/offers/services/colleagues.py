"""Handing steps of an offer to colleagues."""

from datetime import datetime

from sqlalchemy.orm import Session

from catalogue.offers import queries
from catalogue.offers.models import OfferStepAssignment, OfferVersion
from catalogue.offers.rules.content import step_keys
from catalogue.offers.rules.states import reasons_not_to_edit
from catalogue.offers.types import StepKey
from core.accounts.models import Person
from core.actor import Actor
from core.notify import queue_mail
from core.reasons import Reason, Refused, refuse_if


def assign_step(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    version: OfferVersion,
    step: StepKey,
    words: str,
    person: Person | None,
) -> None:
    """Ask a colleague who may write offers to write a step, by mail; None asks nobody any more.

    `words` is what the step is called, for the mail. Handing it to the one who has it already sends no second
    mail. Refused for a step that the version does not have, such as one of a complexity left out since.
    """
    if version.offer.supplier_id != actor.organisation_id:
        raise Refused(Reason("not_yours"))
    refuse_if(reasons_not_to_edit(version.state))
    if step not in step_keys(queries.content_of(version)):
        raise Refused(Reason("complexity_not_offered", {"complexity": str(step.complexity or "")}))
    there = next((row for row in version.assignments if row.step == step.code), None)
    if person is None:
        if there is not None:
            version.assignments.remove(there)
        session.flush()
        return
    if there is not None and there.person_id == person.id:
        return
    if there is None:
        there = OfferStepAssignment(step=step.code)
        version.assignments.append(there)
    there.person, there.by_id, there.at = person, actor.person_id or person.id, now
    session.flush()
    if person.id != actor.person_id:
        queue_mail(
            session,
            to=person.email,
            subject=f"{words}: please fill this in",
            template="offer_step_assigned",
            now=now,
            person=person.name,
            step=words,
            title=version.title or "Untitled offer",
            need_area=version.offer.need_area.name,
            public_id=version.offer.public_id,
        )


def hand_over_steps(
    session: Session, *, actor: Actor, now: datetime, organisation_id: int, leaver: Person, successor: Person
) -> int:
    """Hand the steps of unfinished offers that a leaver has to a successor; return how many."""
    rows = queries.steps_assigned_to(session, organisation_id=organisation_id, person_id=leaver.id)
    for row in rows:
        row.person_id, row.by_id, row.at = successor.id, actor.person_id or successor.id, now
    session.flush()
    return len(rows)
