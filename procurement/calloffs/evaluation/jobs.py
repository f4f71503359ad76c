"""The worker's part of the letters: all are made first, then all are sent in one transaction."""

from typing import Any

import sqlalchemy as sa

from core import clock
from core.accounts.types import OrganisationKind
from core.actor import Actor
from core.db import db, reading
from core.jobs.types import Progress
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.types import CallOffState
from procurement.calloffs.evaluation.queries.letters import letter_contents
from procurement.calloffs.evaluation.services.ending import letter_pdf, send_letters

Result = dict[str, Any]


def make_letters(payload: Result, progress: Progress) -> Result:
    """Make every letter of a call-off, then send them all at one moment or none.

    Sent already, they are not sent again: a worker that was interrupted after the sending finds it done. What
    changed between making and sending is made anew.
    """
    session, now = db.session, clock.now()
    progress(2, "Reading scores and reasons")
    with reading():
        call_off = _call_off(payload)
        if call_off.state is not CallOffState.AWARD_APPROVED:
            return {"sent": False}
        contents = {bid.id: content for bid, content in letter_contents(session, call_off, now).items()}
        session.rollback()
    made = {}
    for number, (bid_id, content) in enumerate(contents.items(), start=1):
        made[bid_id] = (content, letter_pdf(content))
        progress(5 + 85 * number // len(contents), f"Letter {number} of {len(contents)} is made")
    actor = Actor(payload["person"], payload["organisation"], OrganisationKind.AUTHORITY)
    call_off = _call_off(payload)
    sent = send_letters(session, call_off=call_off, actor=actor, now=now, made=made)
    return {"sent": True, "letters": len(sent)}


def _call_off(payload: Result) -> CallOff:
    return db.session.scalars(sa.select(CallOff).where(CallOff.id == payload["call_off"])).one()
