"""The circle of a framework through its services: set up, apply, assess, admit or refuse, suspend, remove."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.offers.models import ScopeLimit
from core.audit.models import AuditEvent
from core.jobs.models import OutboxMessage
from core.reasons import Refused
from procurement.framework import queries, services
from procurement.framework.rules import rule_value
from procurement.framework.types import (
    ApplicationState,
    AssessmentOutcome,
    FrameworkTag,
    MemberEvent,
    MembershipFacts,
    MemberState,
    Regime,
    RemovalBasis,
)
from tests.factories import NOW, actor_of
from tests.factories_framework import (
    GOOD_ANSWERS,
    NORTH_EAST,
    NORTH_WEST,
    another_supplier,
    assess,
    make_application,
    make_draft,
    make_market,
    make_member,
    publish_draft,
    regions,
    standing,
)


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


def tags(session: Session) -> list[str]:
    return list(session.scalars(sa.select(AuditEvent.tag).order_by(AuditEvent.id)))


def mail_to(session: Session, address: str) -> list[str]:
    query = (
        sa.select(OutboxMessage.subject).where(OutboxMessage.to_address == address).order_by(OutboxMessage.id)
    )
    return list(session.scalars(query))


def test_an_application_is_admitted_and_the_catalogue_is_told(session: Session) -> None:
    market = make_market(session)
    application = make_application(session, market)
    assert application.decision_due_on == date(2026, 9, 14)
    assert mail_to(session, market.administrator.email) == [f"Application {application.public_id} received"]
    assert mail_to(session, market.editor.email) == []

    assess(session, market, application)
    services.admit(session, actor=market.managing(session), now=NOW, application=application)

    assert standing(session, market) == [("ACC", NORTH_EAST, "active"), ("FIN", NORTH_WEST, "active")]
    limits = session.execute(
        sa.select(ScopeLimit.supplier_id, ScopeLimit.framework, ScopeLimit.active).order_by(ScopeLimit.id)
    ).all()
    assert limits == [(market.supplier.id, market.framework.public_id, True)] * 2
    assert application.decision_letter["admitted"] is True
    assert mail_to(session, market.administrator.email)[-1] == (
        f"Application {application.public_id}: the decision"
    )
    assert [tag for tag in tags(session) if tag.startswith("application:")] == [
        FrameworkTag.APPLICATION_STARTED,
        FrameworkTag.APPLICATION_SUBMITTED,
        FrameworkTag.ASSESSMENT_STARTED,
        FrameworkTag.POINTS_JUDGED,
        FrameworkTag.APPLICATION_ADMITTED,
    ]


def test_an_incomplete_application_is_saved_and_not_submitted(session: Session) -> None:
    market = make_market(session)
    actor = market.applying(session)
    application = services.start_application(session, actor=actor, now=NOW, framework=market.framework)
    problems = services.save_answers(
        session,
        actor=actor,
        now=NOW,
        application=application,
        answers={"people-supported": "about forty", "experience": ""},
    )
    assert [reason.code for reason in problems["people-supported"]] == ["answer_not_a_number"]
    assert "experience" not in problems
    assert queries.answers_of(application) == {"people-supported": "about forty"}
    with pytest.raises(Refused) as refused:
        services.submit_application(session, actor=actor, now=NOW, application=application)
    assert {"no_category_chosen", "question_unanswered", "declaration_not_signed"} == set(codes(refused))
    assert codes(refused).count("question_unanswered") == len(GOOD_ANSWERS) - 1, "one follows from another"


def test_a_change_takes_the_declaration_back(session: Session) -> None:
    market = make_market(session)
    application = make_application(session, market, submit=False)
    actor = market.applying(session)
    assert application.declaration_by_id == actor.person_id
    services.save_answers(
        session, actor=actor, now=NOW, application=application, answers={"people-supported": "120"}
    )
    assert application.declaration_by_id == actor.person_id
    services.save_answers(
        session, actor=actor, now=NOW, application=application, answers={"people-supported": "121"}
    )
    assert application.declaration_by_id is None


def test_two_colleagues_never_overwrite_each_other(session: Session) -> None:
    market = make_market(session)
    application = make_application(session, market, submit=False)
    actor = market.applying(session)
    from core.questions.rules import fingerprint

    stale = {"experience": fingerprint("what the form showed"), "people-supported": fingerprint("120")}
    with pytest.raises(Refused) as refused:
        services.save_answers(
            session,
            actor=actor,
            now=NOW,
            application=application,
            answers={"experience": "Mine.", "people-supported": "130"},
            seen=stale,
        )
    assert [(r.code, r.params["question"], r.params["saved"]) for r in refused.value.reasons] == [
        ("changed_meanwhile", "experience", GOOD_ANSWERS["experience"])
    ]
    assert queries.answers_of(application)["people-supported"] == "120"
    with pytest.raises(Refused) as refused:
        services.save_choices(
            session, actor=actor, now=NOW, application=application, chosen=[], seen="something else"
        )
    assert codes(refused) == ["changed_meanwhile"]


def test_a_supplier_has_one_open_application(session: Session) -> None:
    market = make_market(session)
    application = make_application(session, market, submit=False)
    with pytest.raises(Refused) as refused:
        services.start_application(
            session, actor=market.applying(session), now=NOW, framework=market.framework
        )
    assert refused.value.reasons[0].params["application"] == application.public_id
    services.withdraw_application(session, actor=market.applying(session), now=NOW, application=application)
    again = services.start_application(
        session, actor=market.applying(session), now=NOW, framework=market.framework
    )
    assert again.state is ApplicationState.DRAFT


def test_a_refusal_names_its_reasons_and_needs_something_to_rest_on(session: Session) -> None:
    market = make_market(session)
    application = make_application(session, market, answers={**GOOD_ANSWERS, "safeguarding-policy": "no"})
    assess(session, market, application)
    actor = market.managing(session)
    with pytest.raises(Refused) as refused:
        services.admit(session, actor=actor, now=NOW, application=application)
    assert codes(refused) == ["condition_not_met"]
    with pytest.raises(Refused) as refused:
        services.refuse(session, actor=actor, now=NOW, application=application, reasons="  ")
    assert codes(refused) == ["refusal_without_reason"] * 2
    services.refuse(
        session, actor=actor, now=NOW, application=application, reasons="There is no safeguarding policy."
    )
    letter = application.decision_letter
    assert (letter["admitted"], letter["reasons"]) == (False, "There is no safeguarding policy.")
    assert [outcome for _, outcome, _ in letter["points"]] == ["not_met"]
    assert standing(session, market) == []

    complete = make_application(session, market, person=another_supplier(session)[1])
    assess(session, market, complete)
    with pytest.raises(Refused) as refused:
        services.refuse(session, actor=actor, now=NOW, application=complete, reasons="No.")
    assert codes(refused) == ["nothing_to_refuse_for"] * 2


def test_a_supplier_is_heard_before_it_is_excluded(session: Session) -> None:
    market = make_market(session)
    application = make_application(session, market, answers={**GOOD_ANSWERS, "mandatory-grounds": "yes"})
    assess(session, market, application)
    actor = market.managing(session)
    with pytest.raises(Refused) as refused:
        services.refuse(session, actor=actor, now=NOW, application=application, reasons="Convicted.")
    assert (codes(refused), refused.value.reasons[0].source) == (["supplier_not_heard"], "PA 2023 s.58")
    services.invite_representations(
        session, actor=actor, now=NOW, application=application, asked="Tell us what has changed."
    )
    assert application.representations_due_on == date(2026, 9, 14)
    with pytest.raises(Refused):
        services.refuse(session, actor=actor, now=NOW, application=application, reasons="Convicted.")
    services.give_representations(
        session,
        actor=market.applying(session),
        now=NOW + timedelta(days=2),
        application=application,
        text="The person has left.",
    )
    assert application.state is ApplicationState.IN_ASSESSMENT
    services.record_findings(
        session,
        actor=actor,
        now=NOW,
        application=application,
        findings={"mandatory-grounds": (AssessmentOutcome.MET, "Self-cleaning shown and accepted.")},
    )
    services.admit(session, actor=actor, now=NOW + timedelta(days=3), application=application)
    assert application.state is ApplicationState.ADMITTED


def test_silence_until_the_last_day_lets_the_refusal_go_ahead(session: Session) -> None:
    market = make_market(session)
    application = make_application(session, market, answers={**GOOD_ANSWERS, "mandatory-grounds": "yes"})
    assess(session, market, application)
    actor = market.managing(session)
    services.invite_representations(session, actor=actor, now=NOW, application=application, asked="Why?")
    with pytest.raises(Refused) as refused:
        services.refuse(
            session, actor=actor, now=NOW + timedelta(days=13), application=application, reasons="Convicted."
        )
    assert codes(refused) == ["supplier_not_heard"]
    services.refuse(
        session, actor=actor, now=NOW + timedelta(days=14), application=application, reasons="Convicted."
    )
    assert application.state is ApplicationState.REFUSED


def test_more_time_needs_a_reason_and_is_taken_once(session: Session) -> None:
    market = make_market(session, regime=Regime.DPS)
    application = make_application(session, market)
    assert application.decision_due_on == date(2026, 9, 15)
    actor = market.managing(session)
    with pytest.raises(Refused) as refused:
        services.extend_decision(session, actor=actor, now=NOW, application=application, reason=" ")
    assert codes(refused) == ["reason_missing"]
    services.extend_decision(
        session, actor=actor, now=NOW, application=application, reason="Additional documents are awaited."
    )
    assert application.decision_due_on == date(2026, 9, 22)
    with pytest.raises(Refused) as refused:
        services.extend_decision(session, actor=actor, now=NOW, application=application, reason="Again.")
    assert codes(refused) == ["extended_already"]


def test_an_assessor_declares_no_conflict_and_another_takes_over(session: Session) -> None:
    from tests.factories import make_person

    market = make_market(session)
    application = make_application(session, market)
    actor = market.managing(session)
    with pytest.raises(Refused) as refused:
        services.start_assessment(session, actor=actor, now=NOW, application=application, no_conflict=False)
    assert codes(refused) == ["assessor_in_conflict"]
    assess(session, market, application)
    colleague = actor_of(session, make_person(session, market.authority, "framework-manager"))
    with pytest.raises(Refused) as refused:
        services.admit(session, actor=colleague, now=NOW, application=application)
    assert codes(refused) == ["assessed_by_another"]
    services.take_over_assessment(
        session, actor=colleague, now=NOW, application=application, no_conflict=True
    )
    services.admit(session, actor=colleague, now=NOW, application=application)
    assert application.state is ApplicationState.ADMITTED


def test_a_finding_against_the_rule_needs_a_note(session: Session) -> None:
    market = make_market(session)
    application = make_application(session, market, answers={**GOOD_ANSWERS, "safeguarding-policy": "no"})
    assess(session, market, application)
    actor = market.managing(session)
    lacking = services.record_findings(
        session,
        actor=actor,
        now=NOW,
        application=application,
        findings={
            "safeguarding-policy": (AssessmentOutcome.MET, ""),
            "experience": (AssessmentOutcome.NOT_MET, ""),
        },
    )
    assert [reason.code for reason in lacking] == ["note_where_rule_is_overruled", "note_where_not_met"]
    with pytest.raises(Refused):
        services.refuse(session, actor=actor, now=NOW, application=application, reasons="No.")


def test_suspension_reinstatement_and_removal(session: Session) -> None:
    market = make_market(session)
    make_member(session, market)
    actor = market.managing(session)
    there = queries.memberships_in(session, framework_id=market.framework.id, supplier_id=market.supplier.id)
    one = {"framework": market.framework, "supplier_id": market.supplier.id, "chosen": [there[0].id]}
    with pytest.raises(Refused) as refused:
        services.change_memberships(
            session, event=MemberEvent.SUSPEND, actor=actor, now=NOW, reason="", **one
        )
    assert codes(refused) == ["reason_missing"]
    services.change_memberships(
        session, event=MemberEvent.SUSPEND, actor=actor, now=NOW, reason="Insurance lapsed.", **one
    )
    assert standing(session, market)[0][2] == "suspended"
    active = sa.select(ScopeLimit.active).order_by(ScopeLimit.need_area_id)
    assert list(session.scalars(active)) == [False, True]
    facts = queries.member_facts(session, market.framework.id)[market.supplier.id]
    assert MembershipFacts("ACC", NORTH_EAST, MemberState.SUSPENDED) in facts.memberships

    services.change_memberships(
        session, event=MemberEvent.REINSTATE, actor=actor, now=NOW, reason="Renewed.", **one
    )
    assert list(session.scalars(active)) == [True, True]
    with pytest.raises(Refused) as refused:
        services.change_memberships(
            session, event=MemberEvent.REMOVE, actor=actor, now=NOW, reason="Debarred.", **one
        )
    assert (codes(refused), refused.value.reasons[0].source) == (["not_told_before_removal"], "PA 2023 s.37")
    services.intend_removal(
        session, basis=RemovalBasis.EXCLUDED, actor=actor, now=NOW, reason="Debarred.", **one
    )
    services.change_memberships(
        session, event=MemberEvent.REMOVE, actor=actor, now=NOW, reason="Debarred.", **one
    )
    assert standing(session, market)[0][2] == "removed"
    assert list(session.scalars(active)) == [False, True]
    with pytest.raises(Refused) as refused:
        services.change_memberships(
            session, event=MemberEvent.REINSTATE, actor=actor, now=NOW, reason="Oh.", **one
        )
    assert codes(refused) == ["not_from_this_state"]


def test_a_removed_member_may_come_back_and_a_suspended_one_need_not_apply(session: Session) -> None:
    market = make_market(session)
    make_member(session, market)
    actor = market.managing(session)
    first, second = queries.memberships_in(
        session, framework_id=market.framework.id, supplier_id=market.supplier.id
    )
    one = {"actor": actor, "now": NOW, "framework": market.framework, "supplier_id": market.supplier.id}
    services.intend_removal(
        session, basis=RemovalBasis.EXCLUDED, chosen=[first.id], reason="Debarred.", **one
    )
    services.change_memberships(
        session, event=MemberEvent.REMOVE, chosen=[first.id], reason="Debarred.", **one
    )
    services.change_memberships(
        session, event=MemberEvent.SUSPEND, chosen=[second.id], reason="Insurance lapsed.", **one
    )
    with pytest.raises(Refused) as refused:
        make_application(session, market, chosen=[("FIN", NORTH_WEST)])
    assert codes(refused) == ["member_already"]
    services.withdraw_application(
        session,
        actor=market.applying(session),
        now=NOW,
        application=queries.open_application_of(
            session, actor=market.applying(session), framework_id=market.framework.id
        ),
    )
    make_member(session, market, chosen=[("ACC", NORTH_EAST)])
    assert standing(session, market) == [("ACC", NORTH_EAST, "active"), ("FIN", NORTH_WEST, "suspended")]


def test_pending_applications_are_facts_for_invitations(session: Session) -> None:
    market = make_market(session)
    make_application(session, market)
    facts = queries.member_facts(session, market.framework.id)
    assert facts[market.supplier.id].pending == {("ACC", NORTH_EAST), ("FIN", NORTH_WEST)}
    assert facts[market.supplier.id].memberships == ()
    assert queries.suppliers_of(session, market.framework.id) == {market.supplier.id: market.supplier}
    assert [c.code for c in queries.category_facts(session, market.framework.id)] == ["ACC", "FIN"]


def test_a_published_framework_is_frozen(session: Session) -> None:
    market = make_market(session)
    actor, framework = market.managing(session), market.framework
    category = framework.categories[0]
    attempts = [
        lambda: services.change_rules(
            session, actor=actor, now=NOW, framework=framework, values={"decision_days": 12}
        ),
        lambda: services.change_details(
            session,
            actor=actor,
            now=NOW,
            framework=framework,
            title="Another title",
            summary="",
            starts_on=date(2025, 1, 1),
            ends_on=None,
            market_reference="",
            noticed_on=None,
        ),
        lambda: services.add_category(
            session,
            actor=actor,
            now=NOW,
            framework=framework,
            name="More",
            need_area=category.need_area,
            regions=regions(session, [NORTH_EAST]),
            cpv_code="85312500",
        ),
        lambda: services.remove_category(session, actor=actor, now=NOW, category=category),
        lambda: services.publish_framework(session, actor=actor, now=NOW, framework=framework),
    ]
    for attempt in attempts:
        with pytest.raises(Refused) as refused:
            attempt()
        assert codes(refused) == ["framework_is_frozen"]


@pytest.mark.parametrize(
    ("regime", "values", "code", "source"),
    [
        (Regime.DYNAMIC_MARKET, {"member_cap": 20}, "members_capped", "PA 2023 s.36(7)"),
        (Regime.DYNAMIC_MARKET, {"joining_fee": Decimal(50)}, "fee_to_join", "PA 2023 s.38"),
        (Regime.DYNAMIC_MARKET, {"asks_audited_accounts": True}, "audited_accounts", "PA 2023 s.36"),
        (
            Regime.DYNAMIC_MARKET,
            {"asks_insurance_before_award": True},
            "insurance_before_award",
            "PA 2023 s.36",
        ),
        (Regime.DPS, {"turnover_multiple": Decimal(3)}, "turnover_too_high", "PCR 2015 reg 58(9)"),
        (Regime.DPS, {"first_window_days": 20}, "first_window_too_short", "PCR 2015 reg 34(11)"),
        (Regime.DPS, {"decision_days": 20}, "rule_may_not_vary", "PCR 2015 reg 34(16)"),
    ],
)
def test_what_the_regime_forbids_is_refused_while_writing(
    session: Session, regime: Regime, values: dict, code: str, source: str
) -> None:
    market = make_market(session, regime=regime, publish=False)
    before = dict(market.framework.rules)
    with pytest.raises(Refused) as refused:
        services.change_rules(
            session,
            actor=market.managing(session),
            now=NOW,
            framework=market.framework,
            values=values,
        )
    assert (refused.value.reasons[0].code, refused.value.reasons[0].source) == (code, source)
    assert market.framework.rules == before


def test_own_targets_vary_and_set_the_clock(session: Session) -> None:
    market = make_market(session, publish=False)
    actor = market.managing(session)
    services.change_rules(
        session, actor=actor, now=NOW, framework=market.framework, values={"decision_days": 5}
    )
    publish_draft(session, actor, market.framework)
    assert rule_value(market.framework.rules, "decision_days") == 5
    assert make_application(session, market).decision_due_on == date(2026, 9, 7)


def test_a_dps_is_registered_never_newly_made(session: Session) -> None:
    market = make_market(session)
    with pytest.raises(Refused) as refused:
        services.create_framework(
            session,
            actor=market.managing(session),
            now=NOW,
            title="A new system",
            summary="",
            regime=Regime.DPS,
            starts_on=date(2026, 1, 1),
            ends_on=date(2029, 3, 1),
            noticed_on=date(2025, 2, 24),
        )
    assert codes(refused) == ["dps_without_reference", "new_dps", "ends_too_late"]


def test_an_empty_framework_is_not_published(session: Session) -> None:
    market = make_market(session)
    actor = market.managing(session)
    draft = make_draft(session, actor, needs=())
    with pytest.raises(Refused) as refused:
        services.publish_framework(session, actor=actor, now=NOW, framework=draft)
    assert codes(refused) == ["no_category", "intention_not_announced"]
