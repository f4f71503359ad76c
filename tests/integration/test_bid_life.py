"""One bid's life, whatever its supplier does and when: the last good submission stands and proves itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import hypothesis.strategies as st
import sqlalchemy as sa
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from core.audit.models import AuditEvent
from core.reasons import Refused
from procurement.calloffs.bids.models import Bid, BidSubmission
from procurement.calloffs.bids.queries import draft_content, fingerprints_of, receipt_of, standing_of
from procurement.calloffs.bids.rules import receipt_problems
from procurement.calloffs.bids.services import (
    add_file,
    confirm_bid,
    remove_file,
    save_answer,
    save_prices,
    save_terms,
    start_bid,
    submit_bid,
    withdraw_bid,
)
from procurement.calloffs.bids.types import BidStanding, BidState, PriceTerms
from procurement.calloffs.drafting.models import Amendment
from procurement.calloffs.drafting.types import CallOffState
from tests.calloffs import make_competition, own
from tests.factories import NOW

SERVICE = ("accommodation", "low")
DEADLINE = NOW + timedelta(days=10)
TICK = timedelta(microseconds=1)
OPEN_STANDINGS = (BidStanding.SUBMITTED, BidStanding.SUBMITTED_WITH_CHANGES)


@dataclass
class Expected:
    """What the supplier was last told: the number and content that stand, if any do."""

    number: int | None = None
    content: tuple[str, str, tuple[str, ...]] | None = None
    submissions: int = 0


def test_lives_of_a_bid(session: Session) -> None:
    class Life(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.savepoint = session.begin_nested()
            self.competition = make_competition(session, now=NOW, deadline=DEADLINE)
            self.actor = self.competition.supplier_actor()
            self.now = NOW
            started = start_bid(session, lot=self.competition.lot, actor=self.actor, now=self.now)
            self.bid: Bid = own(session, started, self.actor)
            self.answers = ["", ""]
            self.price = ""
            self.files: list[str] = []
            self.costs_explained = True
            self.amendment = 0
            self.stands = Expected()
            # Most lives begin with a bid that could be submitted, or most would never submit one.
            for place in (0, 1):
                self.answer(place, "At the gate.")
            self.set_the_price("400.00")

        def teardown(self) -> None:
            self.savepoint.rollback()
            session.expire_all()

        @property
        def open(self) -> bool:
            return self.now < DEADLINE and self.competition.call_off.state is CallOffState.PUBLISHED

        @property
        def complete(self) -> bool:
            return all(self.answers) and bool(self.price) and self.costs_explained

        def attempt(self, deed: Callable[..., Any], allowed: bool, **given: Any) -> Any:
            """Do it where it is allowed; otherwise see it refused."""
            self.now += timedelta(minutes=1)
            given |= {"bid": self.bid, "actor": self.actor}
            if deed in (submit_bid, withdraw_bid, confirm_bid):
                given["read_clock"] = lambda _: self.now
            else:
                given["now"] = self.now
            if allowed and self.open:
                return deed(session, **given)
            step = session.begin_nested()
            try:
                deed(session, **given)
            except Refused:
                step.rollback()
                session.expire_all()
                self.bid = own(session, self.bid, self.actor)
                return None
            raise AssertionError(f"{deed.__name__} was not refused")

        @rule(place=st.sampled_from([0, 1]), words=st.sampled_from(["", "At the gate.", "In a home."]))
        def answer(self, place: int, words: str) -> None:
            criterion = self.competition.call_off.criteria[place]
            version = draft_content(session, self.bid).versions.get(f"answer:{criterion.question_id}", 0)
            if (
                self.attempt(save_answer, True, criterion=criterion, text=words, expected_version=version)
                is not None
            ):
                self.answers[place] = words

        @rule(price=st.sampled_from(["", "400.00", "380.50"]))
        def set_the_price(self, price: str) -> None:
            prices = {SERVICE: Decimal(price) if price else None}
            was_open = self.now + timedelta(minutes=1) < DEADLINE
            self.attempt(save_prices, True, prices=prices)
            if was_open and self.open:
                self.price = price
                self._see_costs()

        @rule(staff=st.sampled_from([None, "400.00", "1.00"]), note=st.sampled_from(["", "A grant."]))
        def break_down(self, staff: str | None, note: str) -> None:
            terms = PriceTerms(Decimal(staff) if staff else None, note=note)
            self.attempt(save_terms, True, service=SERVICE, terms=terms)
            if self.open:
                self._see_costs()

        def _see_costs(self) -> None:
            terms = draft_content(session, self.bid).terms.get(SERVICE)
            total = terms.total if terms else None
            said = bool(terms and terms.note)
            self.costs_explained = not self.price or total is None or total == Decimal(self.price) or said

        @rule(name=st.sampled_from(["a.txt", "b.txt"]))
        def attach(self, name: str) -> None:
            if self.attempt(add_file, name not in self.files, name=name, content=b"Words of a plan."):
                self.files.append(name)

        @rule()
        def detach(self) -> None:
            if self.files and self.open:
                self.attempt(remove_file, True, file=self.bid.files[-1])
                if self.open:
                    self.files.pop()

        @rule()
        def submit(self) -> None:
            done: BidSubmission | None = self.attempt(submit_bid, self.complete)
            if done is None:
                return
            content = self._drafted()
            if self.stands.number is None or self.stands.content != content:
                assert done.number == self.stands.submissions + 1 or done.number == self.stands.number
            assert done.received_at < DEADLINE
            self.stands = Expected(done.number, content, len(self.bid.submissions))

        @rule()
        def withdraw(self) -> None:
            submitted = self.stands.number is not None
            self.attempt(withdraw_bid, submitted)
            if submitted and self.open:
                self.stands = Expected(None, None, self.stands.submissions)

        @rule()
        def be_amended_and_confirm(self) -> None:
            """The commissioner amends; the submitted bid stays submitted and asks for one confirmation."""
            if not self.open:
                return
            self.amendment += 1
            session.add(
                Amendment(
                    call_off_id=self.competition.call_off.id,
                    number=self.amendment,
                    at=self.now,
                    reason="A word was wrong",
                    changes=[],
                )
            )
            session.flush()
            self.attempt(confirm_bid, self.stands.number is not None, number=self.amendment)

        @rule(hours=st.sampled_from([1, 24, 24 * 9]))
        def wait(self, hours: int) -> None:
            self.now += timedelta(hours=hours)

        @rule(before=st.booleans())
        def reach_the_deadline(self, before: bool) -> None:
            """One tick before the deadline everything is taken, at the deadline nothing."""
            if self.now >= DEADLINE:
                return
            self.now = DEADLINE - timedelta(minutes=1) - (TICK if before else timedelta(0))
            self.submit()

        def _drafted(self) -> tuple[str, str, tuple[str, ...]]:
            return "|".join(self.answers), self.price, tuple(sorted(self.files))

        @invariant()
        def what_was_last_taken_stands(self) -> None:
            bid = self.bid
            assert [one.number for one in bid.submissions] == list(range(1, self.stands.submissions + 1))
            assert (bid.state is BidState.SUBMITTED) == (self.stands.number is not None)
            standing = standing_of(bid, self.competition.call_off, self.now)
            if self.now >= DEADLINE:
                expected = standing is BidStanding.RECEIVED
            else:
                expected = standing in OPEN_STANDINGS
            assert expected == (self.stands.number is not None)

        @invariant()
        def every_submission_proves_itself(self) -> None:
            for submission in self.bid.submissions:
                assert receipt_problems(receipt_of(session, self.bid, submission)) == []
                assert submission.received_at < DEADLINE
            if self.stands.number is not None and self.stands.content is not None:
                receipt = receipt_of(session, self.bid, self.bid.submissions[-1])
                assert receipt["submission"] == self.stands.number
                quality = receipt["bid"]["quality"]
                assert sorted(quality["answers"].values()) == sorted(self.stands.content[0].split("|"))
                assert tuple(file["name"] for file in quality["files"]) == self.stands.content[2]
                prices = receipt["bid"]["price"]["prices"]
                assert prices == {"accommodation:low": self.stands.content[1]}

        @invariant()
        def the_record_has_each_submission_once_and_no_list_is_told_before_opening(self) -> None:
            recorded = session.scalars(
                sa.select(AuditEvent.details).where(
                    AuditEvent.chain == self.competition.call_off.public_id, AuditEvent.tag == "bid:submitted"
                )
            ).all()
            marks = [details["fingerprint"] for details in recorded]
            assert sorted(marks) == sorted(one.fingerprint for one in self.bid.submissions)
            assert fingerprints_of(session, self.competition.call_off) is None

    run_state_machine_as_test(Life, settings=settings(max_examples=15, stateful_step_count=20, deadline=None))
