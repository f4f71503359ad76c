"""What partner agencies provide, made for tests."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from core import clock
from core.accounts.models import Organisation, Person
from procurement.gaps.models import AgencyProvision
from procurement.gaps.rules.agencies import AgencyFacts
from procurement.gaps.services.agencies import record_provision
from tests.factories import actor_of


def make_provision(session: Session, authority: Organisation, owner: Person, **facts: Any) -> AgencyProvision:
    """A provision of accommodation at low complexity for everyone in the North East, changed as asked."""
    return record_provision(
        session,
        actor=actor_of(session, owner, authority),
        now=clock.now(),
        today=clock.today(),
        facts=AgencyFacts(
            **{
                "agency": "Example Housing Trust",
                "title": "Example drop-in",
                "region": "region:A",
                "needs": ("accommodation",),
                "complexities": ("low",),
                "places": ("region:A",),
                "owner": owner.public_id,
                "starts_on": date(2026, 1, 1),
                **facts,
            }
        ),
    )
