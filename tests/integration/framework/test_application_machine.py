"""The application as a machine on a database: whatever people try, in whatever order, it stays whole."""

from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from core.reasons import Refused
from procurement.framework import queries, services
from procurement.framework.models import Application
from procurement.framework.rules import APPLICATION_STEPS
from procurement.framework.types import ApplicationEvent, ApplicationState, AssessmentOutcome
from tests.factories import NOW
from tests.factories_framework import EVENTS, GOOD_ANSWERS, NORTH_EAST, Market, make_market, standing


class ApplicationMachine(RuleBasedStateMachine):
    """One application; every step is tried at any time, and what is refused changes nothing."""

    session: Session
    market: Market

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = self.session.begin_nested()
        self.now = NOW
        self.supplier = self.market.applying(self.session)
        self.manager = self.market.managing(self.session)
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
        self.attempt(None, services.save_answers, actor=self.supplier, answers=answers)

    @rule(chosen=st.sampled_from([(), (("ACC", NORTH_EAST),)]))
    def choose(self, chosen: tuple) -> None:
        self.attempt(None, services.save_choices, actor=self.supplier, chosen=chosen)

    @rule()
    def sign(self) -> None:
        self.attempt(None, services.sign_declaration, actor=self.supplier)

    @rule()
    def hand_in(self) -> None:
        self.save("120", "no")
        self.choose((("ACC", NORTH_EAST),))
        self.sign()
        self.submit()

    @rule()
    def submit(self) -> None:
        self.attempt(ApplicationEvent.SUBMIT, services.submit_application, actor=self.supplier)

    @rule()
    def withdraw(self) -> None:
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
    def a_decision_has_a_letter_and_membership_follows_admission(self) -> None:
        decided = self.application.state in (ApplicationState.ADMITTED, ApplicationState.REFUSED)
        assert (self.application.decision_letter is not None) is decided
        admitted = self.application.state is ApplicationState.ADMITTED
        assert bool(standing(self.session, self.market)) is admitted


def test_whatever_people_try_an_application_stays_whole(session: Session) -> None:
    ApplicationMachine.session = session
    ApplicationMachine.market = make_market(session)
    run_state_machine_as_test(
        ApplicationMachine,
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
