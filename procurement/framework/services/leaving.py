"""Handing over what a leaver had of frameworks: sections to fill in, and applications to assess."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.accounts.models import Person
from core.accounts.queries import memberships_on
from core.actor import Actor
from core.audit.services import record
from core.calendar import london_date
from core.notify import queue_mail
from core.reasons import Reason, Refused
from procurement.framework import queries
from procurement.framework.types import FrameworkTag


def hand_over_assessments(
    session: Session, *, actor: Actor, now: datetime, organisation_id: int, leaver: Person, successor: Person
) -> int:
    """Let a successor go on with the assessments that a leaver began; return how many.

    Refused where the successor belongs to an applicant (PCR 2015 reg 24; PA 2023 s.81). Any other interest is
    theirs to say: the mail asks for it before they go on.
    """
    applications = queries.assessed_by(session, organisation_id=organisation_id, person_id=leaver.id)
    own = {m.organisation_id for m in memberships_on(session, person_id=successor.id, day=london_date(now))}
    for application in applications:
        if application.supplier_id in own:
            raise Refused(Reason("successor-in-conflict", {"name": successor.name}))
        application.assessor_id = successor.id
        session.flush()
        record(
            session,
            FrameworkTag.ASSESSMENT_TAKEN_OVER,
            actor=actor,
            now=now,
            subject=application,
            details={
                "framework": application.framework.public_id,
                "before": leaver.id,
                "after": successor.id,
                "handed_over": True,
            },
        )
        queue_mail(
            session,
            to=successor.email,
            subject=f"Application {application.public_id} is yours to assess",
            template="framework/assessment_handed_over",
            now=now,
            person=successor.name,
            leaver=leaver.name,
            reference=application.public_id,
            framework=application.framework.title,
            decision_due_on=application.decision_due_on,
        )
    return len(applications)
