"""The call-off as a machine on a database: whatever people try, in whatever order, it stays lawful."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, timedelta
from decimal import Decimal
from unittest.mock import patch

import pytest
import sqlalchemy as sa
from flask import Flask
from govuk_bank_holidays.bank_holidays import BankHolidays
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.accounts.models import Person
from core.db import Base, db
from core.reasons import Refused
from procurement.calloffs.bids.models import Bid, BidSubmission
from procurement.calloffs.bids.queries import bid_of, call_off_of
from procurement.calloffs.bids.services import submit_bid, withdraw_bid
from procurement.calloffs.clarifications.models import Clarification
from procurement.calloffs.clarifications.services import ask, publish_answers, save_answer, waive
from procurement.calloffs.drafting import services as drafting
from procurement.calloffs.drafting.models import CallOff, Criterion
from procurement.calloffs.drafting.rules import state_at
from procurement.calloffs.drafting.types import CallOffState as State
from procurement.calloffs.drafting.types import Duty, Envelope
from procurement.calloffs.evaluation import services as evaluation
from procurement.calloffs.evaluation.models import EnvelopeRelease, Letter, LotResult, Score
from procurement.calloffs.evaluation.queries.scoped import all_standing, declarations
from procurement.contracts.models import Contract
from procurement.contracts.services.awarded import make_contracts
from procurement.framework.types import Regime
from tests.calloffs import Competition, recommend_first, score_all, write_bid
from tests.factories import NOW, actor_of
from tests.factories_calloffs import Setting, declare_all, make_draft, make_setting
from tests.integration.conftest import isolated_database

ANSWER = "Sealedword"
"""In every answer, and in nothing else that anyone types."""
PRICES = (Decimal("391.73"), Decimal("402.19"))
REASON = "An example reason"
WAITS = (timedelta(hours=5), timedelta(days=3), timedelta(days=21))


class CallOffMachine(RuleBasedStateMachine):
    """One call-off from its draft on; its people do the next thing, or anything else at any time.

    What is refused changes nothing. Which regime's law holds is the framework's.
    """

    app: Flask
    regime: Regime

    def __init__(self) -> None:
        super().__init__()
        self.isolated = ExitStack()
        self.isolated.enter_context(self.app.app_context())
        self.isolated.enter_context(isolated_database())
        self.session: Session = db.session
        self.client = self.app.test_client()
        self.now = NOW
        self.clock = patch("core.clock.now", lambda: self.now)
        self.clock.start()
        self.setting = make_setting(self.session, regime=self.regime)
        self.call_off = make_draft(self.session, self.setting)
        self.competition = _competition(self.setting, self.call_off)
        self.session.commit()
        self.scores: dict[int, tuple[Decimal, str]] = {}

    def teardown(self) -> None:
        try:
            self.stays_sealed()
        finally:
            self.clock.stop()
            self.isolated.close()

    # What people do.

    @property
    def state(self) -> State:
        return state_at(self.call_off.state, self.call_off.deadline, self.now)

    def attempt(self, deed: Callable[[], object]) -> bool:
        """Try a deed; what is refused leaves the state as it was."""
        before = self.call_off.state
        step = self.session.begin_nested()
        try:
            deed()
        except Refused:
            step.rollback()
            self.session.expire_all()
            assert self.call_off.state is before
            return False
        step.commit()
        # A page that is read later rolls back what is not committed.
        self.session.commit()
        return True

    def _by(self, person: Person) -> dict:
        return {
            "session": self.session,
            "call_off": self.call_off,
            "actor": actor_of(self.session, person),
            "now": self.now,
        }

    def _release(self, person: Person, envelope: Envelope) -> None:
        self.stays_sealed()
        how = self._by(person)
        del how["now"]
        evaluation.release_envelope(**how, envelope=envelope, read_clock=lambda _: self.now)

    def _own_bid(self, number: int) -> Bid | None:
        organisation, _ = self.competition.suppliers[number]
        found = self.session.scalars(sa.select(Bid).where(Bid.supplier_id == organisation.id)).one_or_none()
        actor = self.competition.supplier_actor(number)
        return found and bid_of(self.session, actor=actor, public_id=found.public_id)

    def _bid(self, number: int) -> None:
        bid = self._own_bid(number)
        if bid is None:
            how = {"answer": ANSWER, "price": PRICES[number], "now": self.now}
            bid = write_bid(self.session, self.competition, number, **how)
        actor = self.competition.supplier_actor(number)
        submit_bid(self.session, bid=bid, actor=actor, read_clock=lambda _: self.now)

    def _withdraw(self, number: int) -> None:
        bid = self._own_bid(number)
        if bid is not None:
            actor = self.competition.supplier_actor(number)
            withdraw_bid(self.session, bid=bid, actor=actor, read_clock=lambda _: self.now)

    def _ask(self, number: int) -> None:
        actor = self.competition.supplier_actor(number)
        invited = call_off_of(self.session, actor=actor, public_id=self.call_off.public_id)
        if invited is not None:
            ask(self.session, invited=invited, actor=actor, now=self.now, question="Is travel paid?")

    def _answer(self, person: Person, *, waived: bool) -> None:
        how = self._by(person)
        call_off = how.pop("call_off")
        for question in self._questions():
            if waived:
                waive(**how, question=question, reason=REASON)
            else:
                save_answer(**how, question=question, wording="Is travel paid?", answer="Yes.")
        if not waived:
            publish_answers(**how, call_off=call_off)

    def _questions(self) -> list[Clarification]:
        query = sa.select(Clarification).where(Clarification.call_off_id == self.call_off.id)
        return list(self.session.scalars(query.order_by(Clarification.id)))

    def _move_deadline(self, person: Person, days: int) -> None:
        assert self.call_off.deadline is not None
        deadline = self.call_off.deadline + timedelta(days=days)
        drafting.move_deadline(**self._by(person), deadline=deadline, reason=REASON)

    @rule()
    def go_on(self) -> None:
        """Do the next thing that the procedure asks for, by whoever it is to do."""
        people = self.competition
        state = self.state
        if state is State.DRAFT:
            self.attempt(lambda: declare_all(self.session, self.setting, self.call_off, now=self.now))
            self.attempt(lambda: drafting.approve(**self._by(people.approver)))
        elif state is State.APPROVED:
            self.attempt(lambda: drafting.publish(**self._by(people.commissioner)))
        elif state is State.PAUSED:
            self.attempt(lambda: drafting.resume(**self._by(people.commissioner), reason=REASON))
        elif state is State.PUBLISHED:
            self._bid_or_wait()
        elif state in (State.CLOSED, State.CONSENSUS):
            envelope = Envelope.QUALITY if state is State.CLOSED else Envelope.PRICE
            released = self._releases(envelope)
            free = [person for person in people.officers if person.id not in released]
            if free:
                self.attempt(lambda: self._release(free[0], envelope))
        elif state is State.QUALITY_OPENED:
            self.attempt(lambda: score_all(self.session, people))
            self.attempt(lambda: evaluation.complete_scoring(**self._by(people.commissioner)))
        elif state is State.QUALITY_SCORED:
            self.attempt(self._agree)
        elif state is State.PRICE_OPENED:
            self._recommend()
        elif state is State.RECOMMENDED:
            self.attempt(lambda: evaluation.approve_award(**self._by(people.approver)))
        else:
            self._end()

    # The procedure is long: two rules that go on make it likely that its end is reached.
    @rule()
    def go_on_still(self) -> None:
        """Do the next thing."""
        self.go_on()

    def _bid_or_wait(self) -> None:
        for number in range(2):
            bid = self._own_bid(number)
            if bid is None or bid.state != "submitted":
                assert self.attempt(lambda n=number: self._bid(n))
                return
        assert self.call_off.deadline is not None
        self.now = max(self.now, self.call_off.deadline)

    def _agree(self) -> None:
        by = self._by(self.competition.commissioner)
        for criterion in self.call_off.criteria:
            for bid in all_standing(self.session, self.call_off):
                evaluation.agree(**by, criterion=criterion, bid=bid, score=3, reason=REASON)
        evaluation.lock_quality(**by)

    def _recommend(self) -> None:
        for number in (1, 0):
            bid = self._own_bid(number)
            if bid is not None and self.attempt(
                lambda n=number: recommend_first(self.session, self.competition, n)
            ):
                return

    def _end(self) -> None:
        commissioner = self.competition.commissioner
        self.attempt(lambda: evaluation.send_letters(**self._by(commissioner)))
        self.attempt(lambda: evaluation.publish_award_notice(**self._by(commissioner)))
        self.attempt(lambda: make_contracts(**self._by(commissioner)))
        if self.state is State.STANDSTILL:
            self.now += timedelta(days=3)

    @rule(
        deed=st.sampled_from(
            [
                "approve",
                "return",
                "publish",
                "pause",
                "resume",
                "later",
                "earlier",
                "open quality",
                "open price",
                "complete",
                "lock",
                "recommend",
                "return recommendation",
                "approve award",
                "ask for letters",
                "letters",
                "notice",
                "contract",
            ]
        ),
        who=st.integers(0, 5),
    )
    def try_anything(self, deed: str, who: int) -> None:
        """Any of the authority's people tries any deed at any time."""
        person = self._people()[who]
        by = self._by(person)
        deeds: dict[str, Callable[[], object]] = {
            "approve": lambda: drafting.approve(**by),
            "return": lambda: drafting.return_to_draft(**by, reason=REASON),
            "publish": lambda: drafting.publish(**by),
            "pause": lambda: drafting.pause(**by, reason=REASON),
            "resume": lambda: drafting.resume(**by, reason=REASON),
            "later": lambda: self._move_deadline(person, 2),
            "earlier": lambda: self._move_deadline(person, -2),
            "open quality": lambda: self._release(person, Envelope.QUALITY),
            "open price": lambda: self._release(person, Envelope.PRICE),
            "complete": lambda: evaluation.complete_scoring(**by),
            "lock": lambda: evaluation.lock_quality(**by),
            "recommend": lambda: recommend_first(self.session, self.competition, who % 2),
            "return recommendation": lambda: evaluation.return_recommendation(**by, reason=REASON),
            "approve award": lambda: evaluation.approve_award(**by),
            "ask for letters": lambda: evaluation.ask_for_letters(**by),
            "letters": lambda: evaluation.send_letters(**by),
            "notice": lambda: evaluation.publish_award_notice(**by),
            "contract": lambda: make_contracts(**by),
        }
        if deed in ("recommend",) and self._own_bid(who % 2) is None:
            return
        if deed in ("later", "earlier") and self.call_off.deadline is None:
            return
        self.attempt(deeds[deed])

    @rule(number=st.integers(0, 1), deed=st.sampled_from(["bid", "withdraw", "ask", "answer", "waive"]))
    def suppliers(self, number: int, deed: str) -> None:
        """The suppliers bid, withdraw and ask; the commissioner answers or waives."""
        if deed == "bid" and self.call_off.published_at is None:
            return
        commissioner = self.competition.commissioner
        deeds: dict[str, Callable[[], object]] = {
            "bid": lambda: self._bid(number),
            "withdraw": lambda: self._withdraw(number),
            "ask": lambda: self._ask(number),
            "answer": lambda: self._answer(commissioner, waived=False),
            "waive": lambda: self._answer(commissioner, waived=True),
        }
        before = self._received()
        late = self.state is not State.PUBLISHED
        done = self.attempt(deeds[deed])
        if deed in ("bid", "withdraw") and late:
            assert self._received() == before, "a bid was taken or changed outside the tender period"
            assert deed == "withdraw" or not done

    @rule(who=st.integers(0, 5), conflict=st.booleans())
    def declare(self, who: int, conflict: bool) -> None:
        """Somebody declares, or declares otherwise than before."""
        deed = drafting.declare_conflict
        note = "A cousin works there" if conflict else ""
        self.attempt(lambda: deed(**self._by(self._people()[who]), has_conflict=conflict, note=note))

    @rule(wait=st.sampled_from(WAITS))
    def wait(self, wait: timedelta) -> None:
        """Time passes."""
        self.now += wait

    @rule()
    def tamper_with_a_score(self) -> None:
        """Not even the database changes a score."""
        kept = self.session.scalars(sa.select(Score).order_by(Score.id).limit(1)).one_or_none()
        if kept is None:
            return
        step = self.session.begin_nested()
        with pytest.raises(DBAPIError):
            self.session.execute(sa.update(Score).where(Score.id == kept.id).values(score=Decimal(5)))
        step.rollback()

    @rule(who=st.integers(0, 5), position=st.integers(1, 2))
    def read_answers(self, who: int, position: int) -> None:
        """Answers are read by evaluators and the moderator, once open, and without a conflict alone."""
        person = self._people()[who]
        self.client.sign_in(person)
        page = self.client.get(f"/commissioning/{self.call_off.public_id}/scoring/{position}")
        if ANSWER in page.text:
            assert len(self._releases(Envelope.QUALITY)) >= 2
            assert declarations(self.call_off).get(person.id) is False
            assert person in (self.competition.commissioner, *self.competition.evaluators)

    def _people(self) -> list[Person]:
        people = self.competition
        return [people.commissioner, people.approver, *people.officers[:2], *people.evaluators]

    def _releases(self, envelope: Envelope) -> set[int]:
        query = sa.select(EnvelopeRelease.person_id).where(
            EnvelopeRelease.call_off_id == self.call_off.id, EnvelopeRelease.envelope == envelope
        )
        return set(self.session.scalars(query))

    def _received(self) -> list[tuple]:
        """Every submission, and whether its bid stands."""
        rows = self.session.execute(
            sa.select(BidSubmission.bid_id, BidSubmission.number, BidSubmission.received_at, Bid.state)
            .join(Bid, Bid.id == BidSubmission.bid_id)
            .order_by(BidSubmission.id)
        )
        return [tuple(row) for row in rows]

    # What must hold whatever they do.

    @invariant()
    def bids_came_in_time(self) -> None:
        """Nothing was received at or after the deadline, or before publication."""
        for _, _, received_at, _ in self._received():
            assert self.call_off.published_at is not None
            assert self.call_off.deadline is not None
            assert self.call_off.published_at <= received_at < self.call_off.deadline

    @invariant()
    def opened_by_two_after_the_deadline(self) -> None:
        """Each opened envelope was released by two of its officers, after the deadline and in its order."""
        rows = self.session.scalars(sa.select(EnvelopeRelease)).all()
        officers = {row.person_id for row in self.call_off.duties if row.duty is Duty.OPENING_OFFICER}
        for row in rows:
            assert row.person_id in officers
            assert self.call_off.deadline is not None
            assert row.at >= self.call_off.deadline
        price = [row.at for row in rows if row.envelope is Envelope.PRICE]
        quality = [row.at for row in rows if row.envelope is Envelope.QUALITY]
        assert not price or len(quality) >= 2
        if self.session.scalars(sa.select(LotResult).limit(1)).first() is not None:
            assert len(price) >= 2
        if self.session.scalars(sa.select(Score).limit(1)).first() is not None:
            assert len(quality) >= 2

    @invariant()
    def scores_stay(self) -> None:
        """A score that was given once is there, and the same."""
        held = {row.id: (row.score, row.reason) for row in self.session.scalars(sa.select(Score))}
        assert self.scores.items() <= held.items()
        self.scores = held

    @invariant()
    def criteria_are_frozen(self) -> None:
        """Whatever is published sums to 100."""
        if self.call_off.published_at is None:
            return
        weights = self.session.scalars(
            sa.select(Criterion.weight).where(Criterion.call_off_id == self.call_off.id)
        )
        assert sum(weights) + (self.call_off.price_weight or 0) == 100

    @invariant()
    def told_before_the_award(self) -> None:
        """Every bidder is told at one moment; what comes after in the regime's order comes after it."""
        letters = self.session.scalars(sa.select(Letter)).all()
        call_off = self.call_off
        sent = call_off.summaries_sent_at
        assert {letter.sent_at for letter in letters} <= {sent}
        standing = {bid for bid, _, _, state in self._received() if state == "submitted"}
        if sent is not None:
            assert {letter.bid_id for letter in letters} == standing
        contracts = self.session.scalars(sa.select(Contract).where(Contract.lot_id.is_not(None))).all()
        if self.regime is Regime.DYNAMIC_MARKET:
            assert call_off.award_notice_at is None or (sent is not None and sent <= call_off.award_notice_at)
            assert not contracts or call_off.award_notice_at is not None
        for contract in contracts:
            assert sent is not None
            assert sent <= contract.created_at
            if call_off.standstill:
                started = call_off.award_notice_at if self.regime is Regime.DYNAMIC_MARKET else sent
                assert contract.created_at.date() > _standstill_ends(self.regime, started.date())

    @invariant()
    def tender_period_is_kept(self) -> None:
        """PCR 2015 reg 34(11): ten days from the invitation."""
        if self.call_off.published_at is not None and self.regime is Regime.DPS:
            assert self.call_off.deadline - self.call_off.published_at >= timedelta(days=10)

    def stays_sealed(self) -> None:
        """No table holds in clear what a bid says before its envelope is open."""
        quality = len(self._releases(Envelope.QUALITY)) >= 2
        price = len(self._releases(Envelope.PRICE)) >= 2
        forbidden = [] if quality else [ANSWER]
        forbidden += [] if price else [str(one) for one in PRICES]
        pence = set() if price else {int(one * 100) for one in PRICES}
        if not forbidden:
            return
        for table in Base.metadata.sorted_tables:
            if table.name.startswith(("specification", "place", "need_area", "service_type")):
                continue
            for row in self.session.execute(sa.text(f"SELECT * FROM {table.name}")):
                for value in row:
                    whole = isinstance(value, int) and not isinstance(value, bool)
                    assert not (whole and value in pence), f"a price stands in {table.name}"
                    plain = value.decode("latin-1") if isinstance(value, bytes) else str(value)
                    for text in forbidden:
                        assert text not in plain, f"“{text}” stands in {table.name}"


def _competition(setting: Setting, call_off: CallOff) -> Competition:
    pairs = [(setting.suppliers[name], setting.administrators[name]) for name in ("first", "second")]
    outside = (setting.suppliers["outsider"], setting.administrators["outsider"])
    return Competition(
        call_off,
        setting.authority,
        setting.drafter,
        setting.approver,
        setting.officers,
        setting.evaluators,
        pairs,
        outside,
    )


def _standstill_ends(regime: Regime, start: date) -> date:
    """The last day of a standstill, counted by hand: PA 2023 s.51; PCR 2015 reg 87."""
    if regime is Regime.DPS:
        last = start + timedelta(days=10)
        while not _works(last, (BankHolidays.ENGLAND_AND_WALES,)):
            last += timedelta(days=1)
        return last
    divisions = (BankHolidays.ENGLAND_AND_WALES, BankHolidays.SCOTLAND, BankHolidays.NORTHERN_IRELAND)
    day, left = start, 8
    while True:
        left -= _works(day, divisions)
        if not left:
            return day
        day += timedelta(days=1)


def _works(day: date, divisions: tuple[str, ...]) -> bool:
    holidays = {
        row["date"]
        for division in divisions
        for row in BankHolidays(use_cached_holidays=True).get_holidays(division=division)
    }
    return day.weekday() < 5 and day not in holidays


@pytest.mark.parametrize("regime", list(Regime))
def test_a_call_off_stays_lawful_whatever_people_try(application: Flask, regime: Regime) -> None:
    run_state_machine_as_test(
        type("Machine", (CallOffMachine,), {"app": application, "regime": regime}),
        settings=settings(
            max_examples=6,
            phases=(Phase.generate,),
            report_multiple_bugs=False,
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
