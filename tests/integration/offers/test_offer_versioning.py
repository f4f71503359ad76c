"""Any course of an offer over the services: what was published never changes, one stands and one is open."""

from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from catalogue.offers import queries, services
from catalogue.offers.models import OfferListing, OfferVersion
from catalogue.offers.rules.states import EDITABLE, OFFER_STEPS, OPEN, STANDING
from catalogue.offers.types import OfferContent, OfferEvent, OfferState, Section
from core.reasons import Refused
from tests.factories import NOW
from tests.factories_offers import draft_offer, manager_actor, supplier_actor

WORDS = st.sampled_from(["One.", "Two.", "Three.", ""])


def test_courses_of_an_offer(session: Session) -> None:
    supplier, manager = supplier_actor(session), manager_actor(session)

    class Course(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.savepoint = session.begin_nested()
            self.offer = draft_offer(session, actor=supplier).offer
            self.states: dict[int, OfferState] = {1: OfferState.DRAFT}
            self.contents: dict[int, OfferContent] = {1: self.read(1)}

        def teardown(self) -> None:
            self.savepoint.rollback()
            session.expire_all()

        def version(self, number: int) -> OfferVersion:
            found = queries.any_version(session, self.offer.public_id, number=number)
            assert found is not None
            return found

        def read(self, number: int) -> OfferContent:
            return queries.content_of(self.version(number))

        def attempt(self, number: int, event: OfferEvent, deed: Any, **given: Any) -> bool:
            """Do it where the table of states allows it; otherwise see it refused and nothing changed."""
            following = OFFER_STEPS.get((self.states[number], event))
            given |= {"session": session, "now": NOW, "version": self.version(number)}
            if following is None:
                with pytest.raises(Refused):
                    deed(**given)
                return False
            deed(**given)
            self.states[number] = following
            return True

        @rule(summary=WORDS, minutes=st.none() | st.integers(30, 90))
        def edit_the_newest(self, summary: str, minutes: int | None) -> None:
            number = max(self.states)
            save = {"session": session, "actor": supplier, "version": self.version(number)}
            facts = {"session_minutes": minutes}
            if self.states[number] not in EDITABLE:
                with pytest.raises(Refused):
                    services.save_title(**save, title="Example", summary=summary)
                with pytest.raises(Refused):
                    services.save_facts(**save, section=Section.DELIVERY, facts=facts)
                return
            services.save_title(**save, title="Example", summary=summary)
            services.save_facts(**save, section=Section.DELIVERY, facts=facts)
            session.flush()
            content = self.contents[number] = self.read(number)
            assert (content.summary, content.session_minutes) == (summary, minutes)

        @rule()
        def submit_the_newest(self) -> None:
            number = max(self.states)
            content = self.contents[number]
            whole = bool(content.summary) and content.session_minutes is not None
            if self.states[number] in EDITABLE and not whole:
                with pytest.raises(Refused):
                    services.submit_offer(session, actor=supplier, now=NOW, version=self.version(number))
            else:
                self.attempt(number, OfferEvent.SUBMIT, services.submit_offer, actor=supplier)

        @rule()
        def give_back(self) -> None:
            given = {"actor": manager, "reasons": "Say more."}
            self.attempt(max(self.states), OfferEvent.RETURN, services.return_offer, **given)

        @rule()
        def publish(self) -> None:
            number = max(self.states)
            if self.attempt(number, OfferEvent.PUBLISH, services.publish_offer, actor=manager):
                for other, state in self.states.items():
                    if other != number and state in STANDING:
                        self.states[other] = OfferState.SUPERSEDED

        @rule(data=st.data())
        def suspend_reinstate_or_withdraw(self, data: st.DataObject) -> None:
            number = data.draw(st.sampled_from(sorted(self.states)))
            deeds: dict[OfferEvent, tuple[Any, dict[str, Any]]] = {
                OfferEvent.SUSPEND: (services.suspend_offer, {"actor": manager, "reason": "A complaint."}),
                OfferEvent.REINSTATE: (services.reinstate_offer, {"actor": manager}),
                OfferEvent.WITHDRAW: (services.withdraw_offer, {"actor": supplier}),
            }
            event = data.draw(st.sampled_from(sorted(deeds)))
            deed, given = deeds[event]
            self.attempt(number, event, deed, **given)

        @rule()
        def start_a_version(self) -> None:
            states = set(self.states.values())
            given = {"session": session, "actor": supplier, "now": NOW, "offer": self.offer}
            if states & OPEN or not states & STANDING:
                with pytest.raises(Refused):
                    services.start_new_version(**given)
                return
            services.start_new_version(**given)
            session.flush()
            (standing,) = (number for number, state in self.states.items() if state in STANDING)
            number = max(self.states) + 1
            self.states[number] = OfferState.DRAFT
            self.contents[number] = self.read(number)
            assert self.contents[number] == self.contents[standing]

        @invariant()
        def every_version_says_and_stands_as_it_should(self) -> None:
            session.flush()
            session.expire_all()
            for number, state in self.states.items():
                assert self.version(number).state is state
                assert self.read(number) == self.contents[number]

        @invariant()
        def one_stands_and_one_is_open_at_most(self) -> None:
            held = list(self.states.values())
            assert sum(state in STANDING for state in held) <= 1
            assert sum(state in OPEN for state in held) <= 1

        @invariant()
        def the_catalogue_lists_what_is_published(self) -> None:
            listed = sa.select(OfferListing.version_id).where(OfferListing.offer_id == self.offer.id)
            published = [number for number, state in self.states.items() if state is OfferState.PUBLISHED]
            assert session.scalars(listed).all() == [self.version(number).id for number in published]
            found = queries.published_version(session, self.offer.public_id)
            assert (found is not None) == bool(published)

    run_state_machine_as_test(
        Course,
        settings=settings(
            max_examples=12, stateful_step_count=18, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
