"""The framework, and how far each supplier's application to it has come."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.reference.models import NeedArea, Place
from catalogue.reference.types import PlaceKind
from procurement.demo.services import partners
from procurement.demo.services.people import Cast
from procurement.demo.types import PlannedSupplier
from procurement.framework import queries, services
from procurement.framework.models import Application, Framework
from procurement.framework.types import AssessmentOutcome, Regime

BAND_LIMIT = Decimal(750_000)
INCOME_FLOOR = Decimal(50_000)
FAMILY_QUESTION = "continuity"
# A code of the light-touch list for all categories: rehabilitation services.
CPV = "85312500"

ANSWERS = {
    "organisation-kind": "charity",
    "people-with-control": '[{"name":"Example Trustee One","position":"trustee"},'
    '{"name":"Example Trustee Two","position":"trustee"},{"name":"Example Director","position":"director"}]',
    "mandatory-grounds": "no",
    "discretionary-grounds": "no",
    "insurance-by-award": "by-award",
    "modern-slavery": "yes",
    "safeguarding-policy": "text",
    "safeguarding-practice": "Each worker is checked before starting, supervised monthly, and knows whom to "
    "ring at any hour. Concerns are written down the same day and reported within one working day.",
    "data-protection": "yes",
    "data-protection-practice": "Records are seen by the worker and one manager, sent encrypted, and a loss "
    "is reported to the authority within a day.",
}
WORDS = "We have worked with people leaving prison for years, mostly one to one, and say so with our results."
REFUSAL = (
    "The application does not show experience of working with people who have offended. You may apply again "
    "at any time; a partner with that experience would count."
)


def set_up_framework(session: Session, cast: Cast, *, now: datetime) -> Framework:
    """Set up and publish the dynamic market: eight needs, two bands of value, all twelve regions."""
    manager, began = cast.actor("manager"), now - timedelta(days=600)
    framework = services.create_framework(
        session,
        actor=manager,
        now=began,
        title="Rehabilitation and resettlement services",
        summary="Help for people leaving prison and serving sentences in the community, bought region by "
        "region as it is needed. Open to new suppliers all its life; small and local ones are welcome.",
        regime=Regime.DYNAMIC_MARKET,
        starts_on=began.date(),
        market_reference="DM-EXAMPLE-001",
    )
    services.change_rules(
        session, actor=manager, now=began, framework=framework, values={"turnover_multiple": Decimal(1)}
    )
    regions = session.scalars(
        sa.select(Place).where(Place.kind == PlaceKind.REGION).order_by(Place.position)
    ).all()
    for need in session.scalars(sa.select(NeedArea).order_by(NeedArea.position)):
        for name, least, below in (
            ("smaller lots", Decimal(0), BAND_LIMIT),
            ("larger lots", BAND_LIMIT, None),
        ):
            services.add_category(
                session,
                actor=manager,
                now=began,
                framework=framework,
                name=f"{need.name}: {name}",
                need_area=need,
                regions=regions,
                cpv_code=CPV,
                value_from=least,
                value_below=below,
                turnover_floor=INCOME_FLOOR if below else None,
                criteria="Experience with the need area; safeguarding; how results are counted.",
            )
    for code, need_area in (("premises-standard", "accommodation"), (FAMILY_QUESTION, "family")):
        services.take_question(
            session,
            actor=manager,
            now=began,
            framework=framework,
            code=code,
            categories=[c.code for c in framework.categories if c.need_area.code == need_area],
        )
    services.announce_framework(session, actor=manager, now=began + timedelta(days=1), framework=framework)
    services.publish_framework(session, actor=manager, now=began + timedelta(days=5), framework=framework)
    return framework


def apply_and_assess(session: Session, cast: Cast, framework: Framework, *, now: datetime) -> dict[str, int]:
    """Bring each supplier's application as far as the plan says; return how many stand where."""
    stands: dict[str, int] = {}
    for number, supplier in enumerate(cast.planned.values()):
        stands[supplier.application] = stands.get(supplier.application, 0) + 1
        if supplier.application == "none":
            continue
        began = _began(supplier, number, now)
        application = hand_in(session, cast, framework, supplier, began)
        if supplier.application != "draft":
            _assess(session, cast, supplier, application, began + timedelta(days=3))
    return stands


def _began(supplier: PlannedSupplier, number: int, now: datetime) -> datetime:
    """Decided applications lie in the past; the queue's are from the last weeks."""
    if supplier.application in ("admitted", "refused"):
        return now - timedelta(days=560 - number)
    return now - timedelta(days=40 if supplier.application == "overdue" else 9 - number % 4)


def hand_in(
    session: Session, cast: Cast, framework: Framework, supplier: PlannedSupplier, now: datetime
) -> Application:
    """Fill a supplier's application in as far as the plan says, and hand it in."""
    actor = cast.actor(supplier.key)
    application = services.start_application(session, actor=actor, now=now, framework=framework)
    chosen = [
        (category.code, f"region:{region}")
        for category in framework.categories
        if category.need_area.code in supplier.need_areas
        for region in supplier.regions
    ]
    services.save_choices(session, actor=actor, now=now, application=application, chosen=chosen)
    answers = dict(ANSWERS)
    for asked in queries.asked_of(application):
        if not asked.question.required or asked.question.asked_if:
            continue
        answers.setdefault(asked.question.code, _answer(str(asked.question.kind)))
    if supplier.application == "representations":
        answers["discretionary-grounds"] = "yes"
        ended = (now - timedelta(days=500)).date().isoformat()
        answers["discretionary-events"] = json.dumps(
            [
                {
                    "who": supplier.name,
                    "ground": "breach-of-contract",
                    "date": ended,
                    "what": "A council ended a contract early after we had lost two managers.",
                }
            ]
        )
        answers["self-cleaning"] = "We have a new board, and the council has since bought from us again."
    if supplier.application == "draft":
        del answers["experience"]
    services.save_answers(session, actor=actor, now=now, application=application, answers=answers)
    if supplier.application == "draft":
        return application
    if supplier.application == "in_assessment":
        partners.bring_consortium(session, cast, application, supplier.key, answers, now)
    services.sign_declaration(session, actor=actor, now=now, application=application)
    services.submit_application(session, actor=actor, now=now, application=application)
    return application


def _answer(kind: str) -> str:
    samples = {"number": "180", "money": "640000.00", "yes-no": "yes", "date": date(2027, 3, 31).isoformat()}
    return samples.get(kind, WORDS)


def _assess(
    session: Session, cast: Cast, supplier: PlannedSupplier, application: Application, now: datetime
) -> None:
    if supplier.application in ("submitted", "overdue"):
        return
    manager = cast.actor("manager")
    services.start_assessment(session, actor=manager, now=now, application=application, no_conflict=True)
    if supplier.application == "in_assessment":
        services.ask_clarification(
            session,
            actor=manager,
            now=now,
            application=application,
            asked="Which year is the income that you gave of?",
            due_on=(now + timedelta(days=5)).date(),
        )
        return
    refused = supplier.application == "refused"
    found: dict[str, tuple[AssessmentOutcome | None, str]] = {}
    for question, _, point in services.points_of(application):
        if point.outcome is None:
            missed = refused and question.code == "experience"
            found[question.code] = (
                (AssessmentOutcome.NOT_MET, "Nothing here is about people who have offended.")
                if missed
                else (AssessmentOutcome.MET, "")
            )
    services.record_findings(session, actor=manager, now=now, application=application, findings=found)
    decided = now + timedelta(days=4)
    if supplier.application == "representations":
        services.invite_representations(
            session,
            actor=manager,
            now=decided,
            application=application,
            asked="Please tell us what led to the early end of the contract, and what the council says now.",
        )
    elif refused:
        services.refuse(session, actor=manager, now=decided, application=application, reasons=REFUSAL)
    else:
        services.admit(session, actor=manager, now=decided, application=application)
