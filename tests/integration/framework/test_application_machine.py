"""The application as a machine on a database: whatever people try, in whatever order, it stays whole."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.orm import Session

from core.reasons import Refused
from procurement.framework import queries, services
from procurement.framework.models import Application
from procurement.framework.rules import (
    APPLICATION_STEPS,
    PENDING_STATES,
    decision_clock,
    reasons_not_to_admit,
)
from procurement.framework.types import (
    ApplicationEvent,
    ApplicationState,
    AssessmentOutcome,
    ChoiceOutcome,
    Regime,
)
from tests.factories import NOW
from tests.factories_framework import (
    EVENTS,
    GOOD_ANSWERS,
    NORTH_EAST,
    NORTH_WEST,
    Market,
    make_market,
    publish_draft,
    standing,
)

OPEN = {ApplicationState.DRAFT, *PENDING_STATES}
BOTH = (("ACC", NORTH_EAST), ("FIN", NORTH_WEST))


class ApplicationMachine(RuleBasedStateMachine):
    """A supplier's applications to a framework, one open at a time; every step is tried at any time.

    What is refused changes nothing. Which regime's law holds is the market's.
    """

    session: Session
    market: Market

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = self.session.begin_nested()
        self.now = NOW
        self.supplier = self.market.applying(self.session)
        self.manager = self.market.managing(self.session)
        self.earlier: list[Application] = []
        self.application: Application = services.start_application(
            self.session, actor=self.supplier, now=self.now, framework=self.market.framework
        )
        self.state = ApplicationState.DRAFT

    def teardown(self) -> None:
        self.savepoint.rollback()
        self.session.expire_all()

    def attempt(self, event: ApplicationEvent | None, deed: object, **values: object) -> None:
        """Try a deed; it either takes the step of the table, or is refused and nothing moves."""
        self.now += timedelta(hours=1)
        before = self.application.state
        step = self.session.begin_nested()
        try:
            deed(self.session, now=self.now, application=self.application, **values)  # type: ignore[operator]
        except Refused:
            step.rollback()
            self.session.refresh(self.application)
            assert self.application.state is before
            return
        step.commit()
        if event is not None:
            self.state = APPLICATION_STEPS[before, event]

    @rule(people=st.sampled_from(["120", "many", ""]), ground=st.sampled_from(["yes", "no"]))
    def save(self, people: str, ground: str) -> None:
        answers = {**GOOD_ANSWERS, **EVENTS, "people-supported": people, "mandatory-grounds": ground}
        if any(entry.categories for entry in queries.asked_of(self.application)):
            answers["premises-standard"] = "We inspect every home twice a year."
        self.attempt(None, services.save_answers, actor=self.supplier, answers=answers)

    @rule()
    def begin_again(self) -> None:
        """Apply anew: possible once nothing is open, whatever was decided before."""
        step = self.session.begin_nested()
        try:
            again = services.start_application(
                self.session, actor=self.supplier, now=self.now, framework=self.market.framework
            )
        except Refused:
            step.rollback()
            assert self.state in OPEN
            return
        step.commit()
        assert self.state not in OPEN
        self.earlier.append(self.application)
        self.application, self.state = again, ApplicationState.DRAFT

    @rule(chosen=st.sampled_from([(), (("ACC", NORTH_EAST),), BOTH]))
    def choose(self, chosen: tuple) -> None:
        self.attempt(None, services.save_choices, actor=self.supplier, chosen=chosen)

    @rule()
    def sign(self) -> None:
        self.attempt(None, services.sign_declaration, actor=self.supplier)

    @precondition(lambda self: self.state is ApplicationState.DRAFT)
    @rule(ground=st.sampled_from(["yes", "no"]))
    def hand_in(self, ground: str) -> None:
        self.choose(BOTH)
        self.save("120", ground)
        self.sign()
        self.submit()

    @rule()
    def submit(self) -> None:
        self.attempt(ApplicationEvent.SUBMIT, services.submit_application, actor=self.supplier)

    @rule(really=st.sampled_from([False, False, False, True]))
    def withdraw(self, really: bool) -> None:
        if really:
            self.attempt(ApplicationEvent.WITHDRAW, services.withdraw_application, actor=self.supplier)

    @rule(no_conflict=st.booleans())
    def start(self, no_conflict: bool) -> None:
        self.attempt(
            ApplicationEvent.START_ASSESSMENT,
            services.start_assessment,
            actor=self.manager,
            no_conflict=no_conflict,
        )

    @rule(outcome=st.sampled_from([*AssessmentOutcome, None]), note=st.sampled_from(["", "Because."]))
    def find(self, outcome: AssessmentOutcome | None, note: str) -> None:
        codes = [question.code for question, _, _ in services.points_of(self.application)]
        findings = dict.fromkeys(codes, (outcome, note))
        self.attempt(None, services.record_findings, actor=self.manager, findings=findings)

    @rule(reason=st.sampled_from(["", "A reason."]))
    def extend(self, reason: str) -> None:
        self.attempt(None, services.extend_decision, actor=self.manager, reason=reason)

    @rule()
    def hear(self) -> None:
        self.attempt(
            ApplicationEvent.INVITE_REPRESENTATIONS,
            services.invite_representations,
            actor=self.manager,
            asked="What changed?",
        )

    @rule(text=st.sampled_from(["", "Much."]))
    def answer(self, text: str) -> None:
        self.attempt(
            ApplicationEvent.RECEIVE_REPRESENTATIONS,
            services.give_representations,
            actor=self.supplier,
            text=text,
        )

    @rule()
    def wait(self) -> None:
        self.now += timedelta(days=20)

    @rule(days=st.sampled_from([-1, 5]), asked=st.sampled_from(["", "Which year?"]))
    def clarify(self, days: int, asked: str) -> None:
        due_on = self.now.date() + timedelta(days=days)
        self.attempt(None, services.ask_clarification, actor=self.manager, asked=asked, due_on=due_on)

    @rule(answer=st.sampled_from(["", "Last year."]))
    def make_clear(self, answer: str) -> None:
        for clarification in list(self.application.clarifications):
            step = self.session.begin_nested()
            try:
                services.answer_clarification(
                    self.session,
                    actor=self.supplier,
                    now=self.now,
                    clarification=clarification,
                    answer=answer,
                )
            except Refused:
                step.rollback()
                self.session.refresh(self.application)
            else:
                step.commit()

    @rule(refused=st.sampled_from([(), BOTH[:1], BOTH]), why=st.sampled_from(["", "Not enough."]))
    def decide(self, refused: tuple, why: str) -> None:
        chosen = {(c.category.code, c.region.code) for c in self.application.choices}
        refusals = {key: why for key in refused if key in chosen}
        event = ApplicationEvent.REFUSE if len(refusals) == len(chosen) else ApplicationEvent.ADMIT
        self.attempt(event, services.decide, actor=self.manager, refusals=refusals)

    @precondition(lambda self: self.state is ApplicationState.SUBMITTED)
    @rule(failed=st.sampled_from(["", "premises-standard", "experience"]), heard=st.booleans())
    def go_through(self, failed: str, heard: bool) -> None:
        """The way to a decision that chance alone seldom finds; what stands then decides what is refused."""
        self.start(True)
        self.clarify(5, "Which year?")
        self.make_clear("Last year.")
        findings = {
            question.code: (
                (AssessmentOutcome.NOT_MET, "Too little.")
                if question.code == failed
                else (point.outcome or AssessmentOutcome.MET, "")
            )
            for question, _, point in services.points_of(self.application)
        }
        self.attempt(None, services.record_findings, actor=self.manager, findings=findings)
        self.hear()
        if heard:
            self.answer("Much.")
        facts = services.facts_of(self.application, actor=self.manager, now=self.now)
        regime = self.market.framework.regime
        refused = tuple(key for key in BOTH if reasons_not_to_admit(facts, regime, key[0]))
        self.decide(refused, "What stands against it.")

    @rule()
    def admit(self) -> None:
        self.attempt(ApplicationEvent.ADMIT, services.admit, actor=self.manager)

    @rule(reasons=st.sampled_from(["", "Not enough."]))
    def refuse(self, reasons: str) -> None:
        self.attempt(ApplicationEvent.REFUSE, services.refuse, actor=self.manager, reasons=reasons)

    @invariant()
    def the_row_is_where_the_table_says(self) -> None:
        self.session.flush()
        self.session.refresh(self.application)
        assert self.application.state is self.state

    @invariant()
    def what_was_handed_in_was_complete(self) -> None:
        if self.application.submitted_at is not None:
            facts = queries.application_facts(self.application)
            assert facts.categories
            assert facts.unanswered == ()
            assert facts.declaration_signed
            assert self.application.decision_due_on is not None

    @invariant()
    def a_decision_has_a_letter_and_a_reason_for_every_refusal(self) -> None:
        for application in (*self.earlier, self.application):
            decided = application.state in (ApplicationState.ADMITTED, ApplicationState.REFUSED)
            assert (application.decision_letter is not None) is decided
            for choice in application.choices:
                assert (choice.outcome is not None) is decided
                assert choice.outcome is not ChoiceOutcome.REFUSED or choice.outcome_reason.strip()
            if application.state is ApplicationState.REFUSED:
                assert application.decision_reasons.strip()

    @invariant()
    def nobody_is_refused_on_a_ground_unheard(self) -> None:
        if self.application.state is not ApplicationState.REFUSED:
            return
        points = [point for _, _, point in services.points_of(self.application)]
        grounds = [
            point
            for point in points
            if point.ground
            and AssessmentOutcome.NOT_MET in (point.by_rule, point.outcome)
            and point.outcome is not AssessmentOutcome.MET
        ]
        decided = self.application.decided_at
        if grounds and decided is not None:
            due = self.application.representations_due_on
            assert due is not None
            answered = self.application.representations_received_at is not None
            assert answered or decided.date() > due

    @invariant()
    def members_come_from_admitted_choices_alone(self) -> None:
        admitted = {
            (choice.category.code, choice.region.code)
            for application in (*self.earlier, self.application)
            for choice in application.choices
            if choice.outcome is ChoiceOutcome.ADMITTED
        }
        members = {(category, region) for category, region, _ in standing(self.session, self.market)}
        assert members == admitted

    @invariant()
    def one_application_is_open_at_most(self) -> None:
        states = [application.state for application in (*self.earlier, self.application)]
        assert sum(state in OPEN for state in states) <= 1

    @invariant()
    def the_clock_is_that_of_the_regime(self) -> None:
        application = self.application
        if application.submitted_at is None:
            return
        regime = self.market.framework.regime
        clock = decision_clock(
            regime,
            application.submitted_at,
            extended=bool(application.extension_reason),
            target_days=15 if application.extension_reason else 10,
        )
        # Clarifications and representations stop nothing.
        assert application.decision_due_on == clock.due_on
        assert application.extension_reason.strip() == application.extension_reason


@pytest.mark.parametrize("regime", list(Regime))
def test_whatever_people_try_an_application_stays_whole(session: Session, regime: Regime) -> None:
    ApplicationMachine.session = session
    market = make_market(session, regime=regime, publish=False)
    actor = market.managing(session)
    services.take_question(
        session,
        actor=actor,
        now=NOW,
        framework=market.framework,
        code="premises-standard",
        categories=["ACC"],
    )
    publish_draft(session, actor, market.framework)
    ApplicationMachine.market = market
    run_state_machine_as_test(
        ApplicationMachine,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
