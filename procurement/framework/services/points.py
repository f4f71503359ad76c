"""What stands in an application under assessment: its points, floors and events, and the facts they make."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from catalogue.partners.types import LinkKind
from core.actor import Actor
from core.calendar import london_date
from core.questions.rules import shown, table_rows
from core.questions.types import Question
from core.reasons import Reason
from procurement.framework import queries, rules
from procurement.framework.models import Application, ApplicationAnswer, Category
from procurement.framework.rules.exclusion import GroundEvent, Standing
from procurement.framework.types import (
    AssessmentFacts,
    ExclusionKind,
    Point,
)


def points_of(
    application: Application, *, today: date | None = None
) -> list[tuple[Question, ApplicationAnswer, Point]]:
    """Each point of an application in assessment: question, answer row, and what was found.

    How far back grounds for exclusion reach is counted on `today`; on the day of receipt where none is given.
    """
    regime = application.framework.regime
    today = today or (london_date(application.submitted_at) if application.submitted_at else None)
    events = _events(application)
    rows = {answer.question_id: answer for answer in application.answers}
    found = []
    for asked in queries.asked_of(application):
        row = rows.get(asked.question_id)
        if row is None:
            continue
        question = asked.question.plain()
        by_rule = rules.outcome_by_rule(question, row.value)
        if asked.ground is not None and today is not None:
            by_rule = rules.ground_outcome(by_rule, events[asked.ground], regime, today)
        categories = frozenset(category.code for category in asked.categories)
        found.append((question, row, Point(question.code, by_rule, row.outcome, asked.ground, categories)))
    return found


def standings_of(application: Application, *, today: date) -> dict[str, list[Standing]]:
    """Whether each event that the applicant names counts today, and until when, by the table's question."""
    regime = application.framework.regime
    return {
        rules.EVENT_TABLES[kind]: [rules.standing_of(event, regime, today) for event in events]
        for kind, events in _events(application).items()
    }


def _events(application: Application) -> dict[ExclusionKind, list[GroundEvent]]:
    answers = queries.answers_of(application)
    tables = {entry.question.code: entry.question.plain() for entry in application.framework.questions}
    return {
        kind: rules.events_of(table_rows(tables[code], answers[code]))
        if code in tables and answers.get(code)
        else []
        for kind, code in rules.EVENT_TABLES.items()
    }


def floors_of(application: Application) -> list[tuple[Category, Point]]:
    """The turnover floor of each chosen category that has one, held against the answer on income."""
    income = next(
        (
            shown(asked.question.plain(), answer.value)
            for asked in application.framework.questions
            if asked.question.code == rules.INCOME_QUESTION
            for answer in application.answers
            if answer.question_id == asked.question_id
        ),
        None,
    )
    of_members = list(members_incomes(application).values())
    chosen = {choice.category for choice in application.choices}
    facts = {fact.code: fact for fact in queries.framework_facts_of(application.framework).categories}
    found = [
        (
            category,
            rules.floor_point(
                facts[category.code], income if isinstance(income, Decimal) else None, of_members
            ),
        )
        for category in sorted(chosen, key=lambda category: category.code)
    ]
    return [(category, point) for category, point in found if point is not None]


def members_incomes(application: Application) -> dict[str, Decimal]:
    """What the other members of a consortium declared as their income, in pounds, by the party's name."""
    found = {}
    for party in application.parties:
        if party.left_at is not None or party.kind is not LinkKind.CONSORTIUM_MEMBER:
            continue
        for answer in queries.declared_of(party):
            if answer.code == rules.MEMBERS_INCOME_QUESTION and answer.answer:
                found[party.name] = Decimal(answer.answer)
    return found


def reasons_against_findings(application: Application) -> list[Reason]:
    """Which findings lack the note that they need."""
    return [
        reason
        for _, row, point in points_of(application)
        for reason in rules.reasons_against_finding(point, row.outcome, row.outcome_note)
    ]


def facts_of(application: Application, *, actor: Actor, now: datetime) -> AssessmentFacts:
    """The facts on which a decision by this actor at this moment would rest."""
    return rules.assessment_facts(
        [
            *(point for _, _, point in points_of(application, today=london_date(now))),
            *(point for _, point in floors_of(application)),
            *(
                point
                for party in queries.party_facts(application)
                if (point := rules.party_point(party)) is not None
            ),
        ],
        state=application.state,
        representations_invited=application.representations_due_on is not None,
        representations_received=application.representations_received_at is not None,
        representations_due_on=application.representations_due_on,
        today=london_date(now),
        assessed_by_own_organisation=actor.organisation_id == application.supplier_id,
        conflict_declared=False,
    )


def in_order(application: Application) -> list[Any]:
    """The choices of an application by category and region."""
    return sorted(application.choices, key=lambda c: (c.category.code, c.region.position))
