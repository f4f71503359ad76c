"""What partner agencies provide, a minimum entitlement and a list to compare with, as leads recorded them."""

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.reference.models import NeedArea, Place, Stage
from core.accounts.models import Person
from core.calendar import london_date
from procurement.demo.services.people import Cast
from procurement.gaps.queries.declared import places_by_name
from procurement.gaps.rules.agencies import AgencyFacts
from procurement.gaps.rules.declared import read_declared
from procurement.gaps.services.agencies import change_provision, record_provision
from procurement.gaps.services.declared import keep_list
from procurement.gaps.services.entitlements import state_entitlement
from procurement.gaps.types import Funding, Quality, Standing

LIST = b"""place,need,name
Durham,accommodation,Lantern House (invented)
Cleveland,finance,Penny Wise advice (invented)
Kent,employment,Second Start workshop (invented)
London,family,Hearth visits (invented)
"""


def record_agencies(session: Session, cast: Cast, *, now: datetime) -> int:
    """Record a few provisions of invented agencies, an entitlement and a list; return how many provisions."""
    lead, today = cast.actor("lead-nation"), london_date(now)
    owner = session.get_one(Person, lead.person_id)
    begun = now - timedelta(days=200)
    start = london_date(begun)

    def facts(**given: Any) -> AgencyFacts:
        return AgencyFacts(owner=owner.public_id, starts_on=start, **given)

    recorded = [
        facts(
            agency="Lantern Street Night Shelter (invented)",
            title="Beds for the first nights after release",
            region="region:A",
            needs=("accommodation",),
            complexities=("low", "medium"),
            places=("pfa:durham", "pfa:northumbria"),
            stages=("at-the-gate", "community"),
            places_a_year=180,
            standing=Standing.DEMONSTRATED,
            evidence="Visited; eleven of twelve beds were taken by people on probation",
            demonstrated_on=today - timedelta(days=90),
            quality=Quality.ADEQUATE,
            quality_source="Review by the council’s housing team",
            quality_on=today - timedelta(days=120),
            funding=Funding.LOCAL_AUTHORITY,
            funding_note="Rough sleeping grant, until March",
        ),
        facts(
            agency="Penny Wise Advice (invented)",
            title="Debt advice by telephone",
            region="region:A",
            needs=("finance",),
            complexities=("low",),
            places=("region:A",),
            places_a_year=600,
            remote_only=True,
            funding=Funding.CHARITABLE,
        ),
        facts(
            agency="Riverbank Women’s Circle (invented)",
            title="Support for women with families",
            region="region:C",
            needs=("family", "emotional"),
            complexities=("low", "medium"),
            cohorts=("women",),
            places=("pdu:leeds",),
            quality=Quality.GOOD,
            quality_source="Held a quality mark when it was looked at",
            quality_on=today - timedelta(days=60),
            funding=Funding.HEALTH,
        ),
    ]
    made = [
        record_provision(session, actor=lead, now=begun, today=start, facts=_then(one)) for one in recorded
    ]
    for provision, one in zip(made, recorded, strict=True):
        # What was learnt since: the history says when and why.
        change_provision(
            session,
            actor=lead,
            now=now,
            today=today,
            provision=provision,
            facts=one,
            reason="What the yearly visits found",
        )
    _entitle(session, cast, now=now, start=start)
    needs = frozenset(session.scalars(sa.select(NeedArea.code)))
    keep_list(
        session,
        actor=lead,
        now=now,
        title="Directory of a voluntary council (invented)",
        source="Made up for the demonstration",
        as_at=today,
        report=read_declared(LIST, places_by_name(session, today), needs),
        crosswalk="",
        document=None,
    )
    return len(made)


def _then(facts: AgencyFacts) -> AgencyFacts:
    """What was known when it was first recorded: somebody's word."""
    return AgencyFacts(
        **{
            name: getattr(facts, name)
            for name in (
                *("agency", "title", "region", "needs", "complexities", "cohorts", "stages", "places"),
                *("places_a_year", "remote_only", "funding", "funding_note", "owner", "starts_on"),
            )
        }
    )


def _entitle(session: Session, cast: Cast, *, now: datetime, start: date) -> None:
    for need, stage, statement in (
        ("finance", "pre-release", "A talk about benefits and debts before release"),
        ("accommodation", "at-the-gate", "Somewhere to sleep on the first night"),
    ):
        state_entitlement(
            session,
            actor=cast.actor("lead-nation"),
            now=now,
            need=session.scalars(sa.select(NeedArea).where(NeedArea.code == need)).one(),
            stage=session.scalars(sa.select(Stage).where(Stage.code == stage)).one(),
            place=session.scalars(sa.select(Place).where(Place.code == "nation:ew")).one(),
            cohort=None,
            statement=statement,
            source="Example standard of the authority (invented)",
            starts_on=start,
        )
