"""Frameworks, applications and members made through the services, for tests to start from."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.reference.models import NeedArea, Place
from core.accounts.models import Organisation, Person
from core.accounts.types import OrganisationKind
from core.actor import Actor
from core.documents.models import Document
from core.documents.services import take_in
from core.questions.forms import cell_name, date_parts, field_name
from core.questions.rules import table_rows
from core.questions.types import QuestionKind
from procurement.framework import queries, services
from procurement.framework.models import Application, Framework
from procurement.framework.types import AssessmentOutcome, Regime
from tests.factories import NOW, actor_of, make_organisation, make_person

NORTH_EAST, NORTH_WEST = "region:A", "region:B"

GOOD_ANSWERS: Mapping[str, str] = {
    "organisation-kind": "charity",
    "people-with-control": '[{"name": "Example Person One", "position": "trustee"}]',
    "income-last-year": "250,000",
    "mandatory-grounds": "no",
    "discretionary-grounds": "no",
    "insurance-by-award": "by-award",
    "modern-slavery": "yes",
    "safeguarding-policy": "text",
    "safeguarding-practice": "Everyone is checked, trained and supervised.",
    "data-protection": "yes",
    "data-protection-practice": "Records are encrypted and seen by those who need them.",
    "people-supported": "120",
    "experience": "Advice sessions for people leaving prison.",
}

EVENTS: Mapping[str, str] = {
    "mandatory-events": '[{"who": "Example Person One", "ground": "bribery", "date": "2024-05-01",'
    ' "what": "Fined for a bribe to a buyer."}]',
    "discretionary-events": '[{"who": "Example organisation", "ground": "breach-of-contract",'
    ' "date": "2024-05-01", "what": "A council ended a contract early."}]',
    "self-cleaning": "The person has left, and two people now sign each order.",
}
"""Answers that are asked for where a ground for exclusion applies."""


@dataclass
class Market:
    """An authority with a published framework and the two people who run it; one supplier and its people."""

    authority: Organisation
    manager: Person
    framework: Framework
    supplier: Organisation
    administrator: Person
    editor: Person

    def managing(self, session: Session) -> Actor:
        return actor_of(session, self.manager)

    def applying(self, session: Session) -> Actor:
        return actor_of(session, self.administrator)


def need_area(session: Session, code: str) -> NeedArea:
    return session.scalars(sa.select(NeedArea).where(NeedArea.code == code)).one()


def regions(session: Session, codes: Sequence[str]) -> list[Place]:
    return list(session.scalars(sa.select(Place).where(Place.code.in_(codes)).order_by(Place.position)))


def make_draft(
    session: Session,
    actor: Actor,
    *,
    regime: Regime = Regime.DYNAMIC_MARKET,
    title: str = "Example rehabilitation market",
    needs: Sequence[str] = ("accommodation", "finance"),
    places: Sequence[str] = (NORTH_EAST, NORTH_WEST),
) -> Framework:
    """Set a framework up with one category for each need area, not published yet."""
    dps = regime is Regime.DPS
    framework = services.create_framework(
        session,
        actor=actor,
        now=NOW,
        title=title,
        summary="Help for people leaving prison, for tests.",
        regime=regime,
        starts_on=date(2025, 1, 1),
        ends_on=date(2029, 2, 23) if dps else None,
        market_reference="2024/S 000-000001" if dps else "",
        noticed_on=date(2024, 11, 4) if dps else None,
    )
    for code in needs:
        area = need_area(session, code)
        services.add_category(
            session,
            actor=actor,
            now=NOW,
            framework=framework,
            name=area.name,
            need_area=area,
            regions=regions(session, places),
            cpv_code="85312500",
            value_below=Decimal(500_000),
        )
    return framework


def publish_draft(session: Session, actor: Actor, framework: Framework) -> None:
    """Announce a dynamic market, and publish it."""
    if framework.regime is Regime.DYNAMIC_MARKET:
        services.announce_framework(session, actor=actor, now=NOW, framework=framework)
    services.publish_framework(session, actor=actor, now=NOW, framework=framework)


def make_market(session: Session, *, regime: Regime = Regime.DYNAMIC_MARKET, publish: bool = True) -> Market:
    """Make an authority with a framework, and a supplier that has not applied."""
    authority = make_organisation(session, OrganisationKind.AUTHORITY)
    manager = make_person(session, authority, "framework-manager")
    supplier = make_organisation(session)
    administrator = make_person(session, supplier, "supplier-administrator")
    editor = make_person(session, supplier, "supplier-editor")
    actor = actor_of(session, manager)
    framework = make_draft(session, actor, regime=regime)
    if publish:
        publish_draft(session, actor, framework)
    return Market(authority, manager, framework, supplier, administrator, editor)


def section_form(application: Application, number: int, answers: Mapping[str, str]) -> dict[str, str]:
    """What a browser would send for a section, from 1, with these answers by question code."""
    sections = list(dict.fromkeys(entry.section for entry in application.framework.questions))
    sent: dict[str, str] = {}
    for entry in application.framework.questions:
        question = entry.question.plain()
        if entry.section != sections[number - 1] or question.code not in answers:
            continue
        name = field_name(question.code)
        if question.kind is not QuestionKind.TABLE:
            sent[name] = answers[question.code]
            continue
        rows = table_rows(question, answers[question.code])
        sent[f"{name}-rows"] = str(len(rows))
        for row, cells in enumerate(rows, start=1):
            for column in question.columns:
                cell, value = cell_name(question, row, column), cells[column.code]
                if column.kind is QuestionKind.DATE:
                    for part, text in zip(("day", "month", "year"), date_parts(value), strict=True):
                        sent[f"{cell}-{part}"] = text
                else:
                    sent[cell] = value
    return sent


def another_supplier(session: Session, name: str = "") -> tuple[Organisation, Person]:
    """Make one more supplier with its administrator."""
    supplier = make_organisation(session, name=name)
    return supplier, make_person(session, supplier, "supplier-administrator")


def make_application(
    session: Session,
    market: Market,
    *,
    person: Person | None = None,
    answers: Mapping[str, str] = GOOD_ANSWERS,
    chosen: Collection[tuple[str, str]] = (("ACC", NORTH_EAST), ("FIN", NORTH_WEST)),
    submit: bool = True,
    now: datetime = NOW,
) -> Application:
    """Fill in an application of the market's supplier (or another person's) and hand it in."""
    actor = actor_of(session, person or market.administrator)
    application = services.start_application(session, actor=actor, now=now, framework=market.framework)
    services.save_choices(session, actor=actor, now=now, application=application, chosen=chosen)
    services.save_answers(
        session,
        actor=actor,
        now=now,
        application=application,
        answers={**EVENTS, **answers}
        if "yes" in (answers.get("mandatory-grounds"), answers.get("discretionary-grounds"))
        else answers,
    )
    services.sign_declaration(session, actor=actor, now=now, application=application)
    if submit:
        services.submit_application(session, actor=actor, now=now, application=application)
    return application


def make_file_answer(
    session: Session, market: Market, application: Application, content: bytes = b"Everyone is safe."
) -> Document:
    """Upload a safeguarding policy into a draft."""
    actor = market.applying(session)
    document = take_in(session, actor=actor, now=NOW, name="policy.txt", content=content)
    services.save_answers(
        session,
        actor=actor,
        now=NOW,
        application=application,
        answers={"safeguarding-policy": "file", "safeguarding-file": document.public_id},
    )
    return document


def assess(session: Session, market: Market, application: Application, now: datetime = NOW) -> None:
    """Start the assessment and find every point that is left to judgement met."""
    actor = market.managing(session)
    services.start_assessment(session, actor=actor, now=now, application=application, no_conflict=True)
    findings = {
        question.code: (AssessmentOutcome.MET, "")
        for question, _, point in services.points_of(application)
        if point.outcome is None
    }
    services.record_findings(session, actor=actor, now=now, application=application, findings=findings)


def make_member(
    session: Session,
    market: Market,
    *,
    person: Person | None = None,
    chosen: Collection[tuple[str, str]] = (("ACC", NORTH_EAST), ("FIN", NORTH_WEST)),
    now: datetime = NOW,
) -> Application:
    """Admit the market's supplier (or another person's) to categories and regions."""
    application = make_application(session, market, person=person, chosen=chosen, now=now)
    assess(session, market, application, now)
    services.admit(session, actor=market.managing(session), now=now, application=application)
    return application


def standing(session: Session, market: Market) -> list[tuple[str, str, str]]:
    """(category, region, state) of the memberships of the market's supplier."""
    members = queries.memberships_in(
        session, framework_id=market.framework.id, supplier_id=market.supplier.id
    )
    return [(member.category.code, member.region.code, str(member.state)) for member in members]
