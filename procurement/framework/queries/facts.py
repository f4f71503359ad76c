"""Plain facts of frameworks, suppliers and applications, as the rules want them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from catalogue.partners.queries import members_in_force
from catalogue.reference.models import Place
from catalogue.suppliers.models import SupplierProfile
from core.accounts.models import Organisation
from core.questions.rules import incomplete
from core.questions.rules.asking import EXPIRES
from core.questions.types import Question
from procurement.framework.models import (
    Application,
    ApplicationChoice,
    Category,
    Framework,
    FrameworkQuestion,
    Member,
)
from procurement.framework.queries.parties import party_facts
from procurement.framework.rules import INCOME_QUESTION, PENDING_STATES, rule_value
from procurement.framework.types import (
    ApplicationFacts,
    CategoryFacts,
    FrameworkFacts,
    MembershipFacts,
    Reservation,
    SetupFacts,
    SupplierFacts,
)


def category_facts(session: Session, framework_id: int) -> tuple[CategoryFacts, ...]:
    """Return the categories of a framework, by code, in two queries."""
    query = (
        sa.select(Category)
        .where(Category.framework_id == framework_id)
        .options(joinedload(Category.need_area), selectinload(Category.regions))
        .order_by(Category.code)
    )
    return _facts_of(session.scalars(query))


def framework_facts(session: Session, framework_id: int) -> FrameworkFacts:
    """Return a framework with its categories, in three queries whatever their number."""
    framework = session.get_one(Framework, framework_id)
    return _framework_facts(framework, category_facts(session, framework_id))


def framework_facts_of(framework: Framework) -> FrameworkFacts:
    """Return the facts of a framework whose categories are loaded already."""
    return _framework_facts(framework, _facts_of(framework.categories))


def setup_facts(framework: Framework) -> SetupFacts:
    """Return what publication hangs on."""
    return SetupFacts(
        framework=framework_facts_of(framework),
        market_reference=framework.market_reference,
        noticed_on=framework.noticed_on,
        questions=len(framework.questions),
        asks_for_income=any(asked.question.code == INCOME_QUESTION for asked in framework.questions),
        intention_announced=framework.announced_at is not None,
    )


def member_facts(
    session: Session, framework_id: int, *, today: date | None = None
) -> dict[int, SupplierFacts]:
    """Return what is known of each supplier of a framework, by organisation key, in three queries.

    With a day, a fourth tells what the members of each supplier's consortium hold on it.

    Suppliers with memberships in any state, and those whose application waits for its decision; a supplier
    that is neither is not there (`SupplierFacts()` says the same of it).
    """
    region = aliased(Place)
    held = (
        sa.select(Member.supplier_id, Category.code, region.code, Member.state)
        .join(Category, Category.id == Member.category_id)
        .join(region, region.id == Member.region_id)
        .where(Category.framework_id == framework_id)
        .order_by(Member.supplier_id, Category.code, region.code)
    )
    waiting = (
        sa.select(Application.supplier_id, Category.code, region.code)
        .join(ApplicationChoice, ApplicationChoice.application_id == Application.id)
        .join(Category, Category.id == ApplicationChoice.category_id)
        .join(region, region.id == ApplicationChoice.region_id)
        .where(Application.framework_id == framework_id, Application.state.in_(PENDING_STATES))
        .order_by(Application.supplier_id, Category.code, region.code)
    )
    memberships: dict[int, list[MembershipFacts]] = defaultdict(list)
    for supplier_id, category, place, state in session.execute(held):
        memberships[supplier_id].append(MembershipFacts(category, place, state))
    pending: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for supplier_id, category, place in session.execute(waiting):
        pending[supplier_id].add((category, place))
    consortia = members_in_force(session, today=today) if today is not None else {}
    kinds = _kinds_of(session)
    return {
        supplier_id: SupplierFacts(
            tuple(memberships[supplier_id]),
            frozenset(pending[supplier_id]),
            tuple(
                held for partner in consortia.get(supplier_id, ()) for held in memberships.get(partner, ())
            ),
            kinds.get(supplier_id, frozenset()),
        )
        for supplier_id in sorted({*memberships, *pending})
    }


def _kinds_of(session: Session) -> dict[int, frozenset[Reservation]]:
    """The kinds that lots may be reserved for, of the suppliers that say they are of one."""
    query = (
        sa.select(
            SupplierProfile.organisation_id,
            SupplierProfile.supported_employment,
            SupplierProfile.public_mutual,
        )
        .where(sa.or_(SupplierProfile.supported_employment, SupplierProfile.public_mutual))
        .order_by(SupplierProfile.organisation_id)
    )
    return {
        supplier: frozenset(
            kind
            for kind, held in (
                (Reservation.SUPPORTED_EMPLOYMENT, supported),
                (Reservation.PUBLIC_MUTUAL, mutual),
            )
            if held
        )
        for supplier, supported, mutual in session.execute(query)
    }


def suppliers_of(session: Session, framework_id: int) -> dict[int, Organisation]:
    """Return the organisations that `member_facts` knows of, by key, in the order of their names."""
    members = (
        sa.select(Member.supplier_id)
        .join(Category, Category.id == Member.category_id)
        .where(Category.framework_id == framework_id)
    )
    applicants = sa.select(Application.supplier_id).where(
        Application.framework_id == framework_id, Application.state.in_(PENDING_STATES)
    )
    query = (
        sa.select(Organisation)
        .where(Organisation.id.in_(members.union(applicants)))
        .order_by(Organisation.name, Organisation.id)
    )
    return {organisation.id: organisation for organisation in session.scalars(query)}


def questions_of(framework: Framework) -> list[Question]:
    """Return the questions of a framework whose questions are loaded, in order."""
    return [asked.question.plain() for asked in framework.questions]


def asked_of(application: Application) -> list[FrameworkQuestion]:
    """Return what a loaded application is asked, in order: all but the questions of categories not chosen."""
    chosen = {choice.category.code for choice in application.choices}
    return [
        asked
        for asked in application.framework.questions
        if not asked.categories or any(category.code in chosen for category in asked.categories)
    ]


def answers_of(application: Application) -> dict[str, str]:
    """Return the answers of an application whose answers are loaded, by question code.

    Where evidence has an end, that is beside its answer under the code and `.expires`.
    """
    codes = {asked.question_id: asked.question.code for asked in application.framework.questions}
    answers = {}
    for row in application.answers:
        code = codes[row.question_id]
        if row.value or not row.expires:
            answers[code] = row.value
        if row.expires:
            answers[code + EXPIRES] = row.expires
    return answers


def application_facts(
    application: Application,
    held: frozenset[tuple[str, str]] = frozenset(),
    declared: Mapping[int, datetime] | None = None,
) -> ApplicationFacts:
    """Return what of a loaded application is filled in; `held` are the supplier's active memberships.

    `declared` says when the organisations it cites made their declarations (`declared_by`).
    """
    return ApplicationFacts(
        state=application.state,
        categories=frozenset((choice.category.code, choice.region.code) for choice in application.choices),
        unanswered=incomplete(
            [asked.question.plain() for asked in asked_of(application)], answers_of(application)
        ),
        declaration_signed=application.declaration_by_id is not None,
        held=held,
        delivery=application.delivery,
        parties=party_facts(application, declared),
    )


def _framework_facts(framework: Framework, categories: tuple[CategoryFacts, ...]) -> FrameworkFacts:
    return FrameworkFacts(
        regime=framework.regime,
        state=framework.state,
        ends_on=framework.ends_on,
        categories=categories,
        starts_on=framework.starts_on,
        suspension_stops_invitations=bool(rule_value(framework.rules, "suspension_stops_invitations", True)),
    )


def _facts_of(categories: Iterable[Category]) -> tuple[CategoryFacts, ...]:
    return tuple(
        CategoryFacts(
            code=category.code,
            need_area=category.need_area.code,
            regions=frozenset(region.code for region in category.regions),
            value_from=category.value_from,
            value_below=category.value_below,
            turnover_floor=category.turnover_floor,
            floor_by_group=category.floor_by_group,
        )
        for category in categories
    )
