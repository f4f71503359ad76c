"""What suppliers keep from application to application, and a section that is handed to a colleague."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.suppliers.services import keep_evidence
from core.documents.services import take_in
from procurement.demo.rules import plan
from procurement.demo.services.people import Cast, add_colleague
from procurement.framework import queries, services
from procurement.framework.models import Application
from procurement.framework.types import ApplicationState

POLICY = """Safeguarding policy of an invented organisation

1. The safeguarding lead is the deputy director, who can be rung at any hour.
2. Nobody starts before references and checks are there.
3. A concern is written down the same day and reported within one working day.
"""


def keep_libraries(session: Session, cast: Cast, *, now: datetime) -> int:
    """Fill the libraries of those who sign in and of the one with a draft; return how many entries.

    One mark ends soon and one has ended. The draft's section on experience waits for a colleague.
    """
    entries, shown = 0, list(cast.planned)[: plan.SHOWN_SUPPLIERS]
    for application in session.scalars(sa.select(Application).order_by(Application.id)):
        key = next(key for key, one in cast.suppliers.items() if one.id == application.supplier_id)
        if key not in shown and application.state is not ApplicationState.DRAFT:
            continue
        actor, at = cast.actor(key), application.created_at
        kept, _ = services.keep_answers(
            session,
            actor=actor,
            now=at,
            application=application,
            codes={entry.question.code for entry in application.framework.questions},
            first_ones=True,
            changed_ones=False,
            seen={},
        )
        for title, days in (("Quality mark for advice", 40), ("Volunteer agreement", 400), ("Lease", -12)):
            document = take_in(
                session, actor=actor, now=at, name=f"{title.lower()}.txt", content=f"{title}.".encode()
            )
            keep_evidence(
                session,
                actor=actor,
                now=at,
                title=title,
                document=document,
                expires_on=(now + timedelta(days=days)).date(),
            )
        entries += kept + 3
        if application.state is ApplicationState.DRAFT:
            _hand_on(session, cast, application, key, now)
    return entries


def _hand_on(session: Session, cast: Cast, application: Application, key: str, now: datetime) -> None:
    """Upload the policy into a draft, and ask a new colleague for the section that is missing."""
    actor = cast.actor(key)
    policy = take_in(session, actor=actor, now=now, name="safeguarding policy.txt", content=POLICY.encode())
    end = (now + timedelta(days=300)).date().isoformat()
    services.save_answers(
        session,
        actor=actor,
        now=now,
        application=application,
        answers={
            "safeguarding-policy": "file",
            "safeguarding-file": policy.public_id,
            "safeguarding-file.expires": end,
        },
    )
    colleague = add_colleague(session, cast, key, role="supplier-editor", now=now)
    sections = list(dict.fromkeys(entry.section for entry in queries.asked_of(application)))
    missing = next(e.section for e in application.framework.questions if e.question.code == "experience")
    services.assign_section(
        session,
        actor=actor,
        now=now,
        application=application,
        section=missing,
        number=sections.index(missing) + 1,
        person=colleague,
    )
