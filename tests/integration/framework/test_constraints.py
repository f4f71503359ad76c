"""What must never be: each named constraint of frameworks, violated on the database the run is on."""

from collections.abc import Mapping
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.db import Base
from core.questions.models import QuestionVersion
from procurement.framework import services
from procurement.framework.models import Application, Category, Framework, FrameworkQuestion, Member
from procurement.framework.types import Regime
from tests.factories import NOW
from tests.factories_framework import Market, make_draft, make_market, make_member

FRAMEWORK, CATEGORY, APPLICATION, MEMBER = (
    table.__tablename__ for table in (Framework, Category, Application, Member)
)


@pytest.fixture
def market(session: Session) -> Market:
    market = make_market(session)
    make_member(session, market)
    make_draft(session, market.managing(session), regime=Regime.DPS, title="An older system")
    return market


def breaks(session: Session, statement: Any, constraint: str, *columns: str) -> None:
    """The statement fails, and by this constraint; SQLite names a unique one by its columns."""
    with pytest.raises(IntegrityError) as failed, session.begin_nested():
        session.execute(statement)
    text = str(failed.value.orig)
    assert constraint in text or (columns and ", ".join(columns) in text), text


CHECKS: list[tuple[str, str, Mapping[str, Any], str]] = [
    (FRAMEWORK, "state = 'published'", {"published_at": None}, "ck_framework_published_has_a_moment"),
    (FRAMEWORK, "regime = 'pcr2015-dps'", {"ends_on": "2029-02-24"}, "ck_framework_dps_last_day"),
    (FRAMEWORK, "regime = 'pcr2015-dps'", {"noticed_on": "2025-02-24"}, "ck_framework_dps_is_of_its_time"),
    (FRAMEWORK, "1 = 1", {"regime": "other"}, "ck_framework_regime"),
    (FRAMEWORK, "state = 'published'", {"state": "other"}, "ck_framework_frameworkstate"),
    (FRAMEWORK, "state = 'published'", {"state": "ceased"}, "ck_framework_ceased_has_a_moment"),
    (CATEGORY, "code = 'ACC'", {"turnover_floor": 0}, "ck_category_turnover_floor_positive"),
    (CATEGORY, "code = 'ACC'", {"value_from": -1}, "ck_category_value_from_not_negative"),
    (CATEGORY, "code = 'ACC'", {"value_from": 10, "value_below": 10}, "ck_category_band_is_not_empty"),
    (APPLICATION, "1 = 1", {"submitted_at": None}, "ck_application_submitted_has_a_moment"),
    (APPLICATION, "1 = 1", {"decided_at": None}, "ck_application_decided_has_a_moment"),
    (
        APPLICATION,
        "1 = 1",
        {"state": "refused", "decision_reasons": ""},
        "ck_application_refused_has_reasons",
    ),
    (
        APPLICATION,
        "1 = 1",
        {"state": "in_assessment", "assessor_id": None},
        "ck_application_assessed_by_someone",
    ),
    (
        APPLICATION,
        "1 = 1",
        {"state": "representations", "representations_due_on": None},
        "ck_application_representations_have_a_last_day",
    ),
    (APPLICATION, "1 = 1", {"state": "other"}, "ck_application_applicationstate"),
    (APPLICATION, "1 = 1", {"delivery": "other"}, "ck_application_delivery"),
    (
        MEMBER,
        "1 = 1",
        {"state": "suspended", "state_reason": ""},
        "ck_member_reason_where_not_active",
    ),
    (
        MEMBER,
        "1 = 1",
        {"state": "removed", "state_reason": "x", "removal_intended_at": None},
        "ck_member_told_before_removal",
    ),
    (
        "application_choice",
        "1 = 1",
        {"outcome": "refused", "outcome_reason": ""},
        "ck_application_choice_refusal_has_a_reason",
    ),
    ("application_choice", "1 = 1", {"outcome": "other"}, "ck_application_choice_choiceoutcome"),
    (MEMBER, "1 = 1", {"removal_basis": "other"}, "ck_member_removalbasis"),
    (MEMBER, "1 = 1", {"state": "other", "state_reason": "x"}, "ck_member_memberstate"),
    ("framework_question", "1 = 1", {"ground": "other"}, "ck_framework_question_exclusionkind"),
    ("application_answer", "1 = 1", {"outcome": "other"}, "ck_application_answer_assessmentoutcome"),
    ("question_version", "1 = 1", {"word_limit": 0}, "ck_question_version_word_limit_positive"),
    ("question_version", "1 = 1", {"version": 0}, "ck_question_version_version_positive"),
    ("question_version", "1 = 1", {"kind": "other"}, "ck_question_version_questionkind"),
    ("question_version", "1 = 1", {"answered_by": "other"}, "ck_question_version_answerer"),
    ("question_version", "1 = 1", {"expires": "other"}, "ck_question_version_expiryrule"),
    ("question_version", "kind = 'table'", {"most_rows": 0}, "ck_question_version_table_has_columns"),
]


@pytest.mark.parametrize(("table", "where", "values", "constraint"), CHECKS, ids=[c[3] for c in CHECKS])
def test_a_check_is_kept(
    session: Session, market: Market, table: str, where: str, values: Mapping[str, Any], constraint: str
) -> None:
    # Literals, not typed columns: the types of Python would refuse some of these before the database.
    pairs = ", ".join(
        f"{name} = {'NULL' if value is None else repr(value)}" for name, value in values.items()
    )
    breaks(session, sa.text(f"UPDATE {table} SET {pairs} WHERE {where}"), constraint)


def test_every_check_of_the_tables_has_a_violation() -> None:
    tables = {"framework", "category", "framework_question", "application", "application_choice"}
    tables |= {"application_answer", "member", "question_version"}
    named = {
        str(constraint.name)
        for table in tables
        for constraint in Base.metadata.tables[table].constraints
        if isinstance(constraint, sa.CheckConstraint)
    }
    assert named == {constraint for *_, constraint in CHECKS}


def test_a_supplier_has_one_open_application(session: Session, market: Market) -> None:
    actor = market.applying(session)
    services.start_application(session, actor=actor, now=NOW, framework=market.framework)
    again = sa.insert(Application).values(
        public_id="AP-AGAIN000",
        framework_id=market.framework.id,
        supplier_id=market.supplier.id,
        state="draft",
        created_at=NOW,
    )
    breaks(
        session,
        again,
        "uq_application_one_open",
        "application.framework_id",
        "application.supplier_id",
    )


def test_a_supplier_is_a_member_once_in_a_place(session: Session, market: Market) -> None:
    there = session.scalars(sa.select(Member).order_by(Member.id)).first()
    assert there is not None
    again = sa.insert(Member).values(
        category_id=there.category_id,
        region_id=there.region_id,
        supplier_id=there.supplier_id,
        application_id=there.application_id,
        state="active",
        admitted_at=NOW,
    )
    breaks(
        session,
        again,
        "uq_member_category_id_region_id_supplier_id",
        "member.category_id",
        "member.region_id",
        "member.supplier_id",
    )


def test_codes_and_positions_are_unique(session: Session, market: Market) -> None:
    category = market.framework.categories[0]
    breaks(
        session,
        sa.insert(Category).values(
            framework_id=market.framework.id,
            code=category.code,
            name="Again",
            need_area_id=category.need_area_id,
            value_from=0,
            cpv_code="85312500",
        ),
        "uq_category_framework_id_code",
        "category.framework_id",
        "category.code",
    )
    first, second = market.framework.questions[:2]
    breaks(
        session,
        sa.update(FrameworkQuestion)
        .where(
            FrameworkQuestion.framework_id == second.framework_id,
            FrameworkQuestion.question_id == second.question_id,
        )
        .values(position=first.position),
        "uq_framework_question_framework_id_position",
        "framework_question.framework_id",
        "framework_question.position",
    )
    breaks(
        session,
        sa.insert(QuestionVersion).values(
            code=first.question.code,
            version=first.question.version,
            kind="yes-no",
            text="Again?",
            created_at=NOW,
        ),
        "uq_question_version_code_version",
        "question_version.code",
        "question_version.version",
    )


def test_a_wording_is_never_kept_twice_in_other_words(session: Session, market: Market) -> None:
    from dataclasses import replace

    from core.questions.services import keep_versions

    question = market.framework.questions[0].question.plain()
    assert keep_versions(session, questions=[question], now=NOW)[question.code].plain() == question
    with pytest.raises(ValueError, match="other words"):
        keep_versions(session, questions=[replace(question, text="Something else?")], now=NOW)
    newer = replace(question, text="Something else?", version=question.version + 1)
    assert keep_versions(session, questions=[newer], now=NOW)[question.code].version == newer.version
    assert market.framework.questions[0].question.plain() == question
