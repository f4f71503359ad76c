"""Reading jobs for a progress page."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core.actor import Actor
from core.jobs.models import Job


def job_for(session: Session, *, actor: Actor, public_id: str) -> Job | None:
    """Return a job of the actor's own organisation, or None."""
    query = sa.select(Job).where(Job.public_id == public_id, Job.organisation_id == actor.organisation_id)
    return session.scalars(query).one_or_none()
