"""The whole story in order; each chapter says what it did."""

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core.jobs.models import OutboxMessage
from procurement.demo.services import (
    agencies,
    awards,
    calloffs,
    evidence,
    frameworks,
    gaps,
    growth,
    market,
    offers,
    partners,
    people,
)


def play(session: Session, *, now: datetime) -> Iterator[str]:
    """Play the story as it stands at ``now``; yields a line after each chapter."""
    cast = people.create_cast(session, now=now)
    yield f"{len(cast.people)} people, {len(cast.suppliers)} suppliers"
    framework = frameworks.set_up_framework(session, cast, now=now)
    stands = frameworks.apply_and_assess(session, cast, framework, now=now)
    yield "applications: " + ", ".join(f"{count} {state}" for state, count in stands.items())
    yield f"{evidence.keep_libraries(session, cast, now=now)} entries in evidence libraries"
    yield f"{offers.write_offers(session, cast, now=now)} offers published"
    stories = calloffs.run_call_offs(session, cast, framework, now=now)
    for story in stories:
        awards.finish(story)
    grown = growth.keep_pace(session, cast, now=now)
    yield f"{len(stories)} call-offs, after which {grown} offers have more places"
    yield f"{agencies.record_agencies(session, cast, now=now)} provisions of partner agencies"
    people_counted = gaps.model_and_analyse(session, cast, now=now)
    yield f"demand of {people_counted:,} people a year, two analyses for the worker"
    listed = partners.name_and_look(session, cast, now=now)
    yield f"a consortium with its supply chain, {listed} suppliers that look for partners"
    yield f"{market.follow(session, cast, framework, now=now)} notices, a supplier renamed, another insolvent"
    growth.write_level(session, cast, now=now)
    yield "a level of the specification that the source leaves open"
    # The mails of the past have been read long ago.
    session.execute(sa.delete(OutboxMessage))
    session.flush()
