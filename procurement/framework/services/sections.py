"""Handing sections of an application to colleagues."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.accounts.models import Person
from core.actor import Actor
from core.notify import queue_mail
from core.reasons import Reason, Refused
from procurement.framework import queries
from procurement.framework.models import Application, SectionAssignment
from procurement.framework.types import ApplicationState


def assign_section(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    application: Application,
    section: str,
    number: int,
    person: Person | None,
) -> None:
    """Ask a colleague who may write applications to fill a section in, by mail; None asks nobody any more.

    `number` is the section's place on the task list, for the link. Handing it to the one who has it already
    sends no second mail.
    """
    if application.state is not ApplicationState.DRAFT:
        raise Refused(Reason("application_is_handed_in", {"state": str(application.state)}))
    there = next((row for row in application.assignments if row.section == section), None)
    if person is None:
        if there is not None:
            application.assignments.remove(there)
        session.flush()
        return
    if there is not None and there.person_id == person.id:
        return
    if there is None:
        there = SectionAssignment(section=section)
        application.assignments.append(there)
    there.person, there.by_id, there.at = person, actor.person_id or person.id, now
    session.flush()
    if person.id != actor.person_id:
        queue_mail(
            session,
            to=person.email,
            subject=f"{section}: please fill this in",
            template="framework/section_assigned",
            now=now,
            person=person.name,
            section=section,
            framework=application.framework.title,
            application=application.public_id,
            number=number,
        )


def hand_over_sections(
    session: Session, *, actor: Actor, now: datetime, organisation_id: int, leaver: Person, successor: Person
) -> int:
    """Hand the sections of drafts that a leaver has to a successor; return how many."""
    rows = queries.sections_assigned_to(session, organisation_id=organisation_id, person_id=leaver.id)
    for row in rows:
        row.person_id, row.by_id, row.at = successor.id, actor.person_id or successor.id, now
    session.flush()
    return len(rows)
