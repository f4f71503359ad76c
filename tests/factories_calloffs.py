"""Frameworks with members, and call-offs at each step until publication, for tests."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.reference.models import NeedArea, Place
from core.accounts.models import Organisation, Person
from core.accounts.types import OrganisationKind
from procurement.calloffs.drafting import services
from procurement.calloffs.drafting.models import CallOff, Lot
from procurement.calloffs.drafting.types import (
    CriterionKind,
    Duty,
    PriceFormula,
    PriceModel,
    StaffTransfer,
    TieBreak,
)
from procurement.framework.models import Application, ApplicationChoice, Category, Framework, Member
from procurement.framework.types import ApplicationState, FrameworkState, MemberState, Regime
from tests.factories import NOW, actor_of, make_organisation, make_person


@dataclass
class Setting:
    """An authority with its people, a framework, and suppliers by how they stand in it."""

    authority: Organisation
    framework: Framework
    drafter: Person
    approver: Person
    officers: list[Person]
    evaluators: list[Person]
    suppliers: dict[str, Organisation] = field(default_factory=dict)
    administrators: dict[str, Person] = field(default_factory=dict)


def place(session: Session, code: str) -> Place:
    """A place of the reference data."""
    return session.scalars(sa.select(Place).where(Place.code == code)).one()


def need_area(session: Session, code: str) -> NeedArea:
    """A need area of the reference data."""
    return session.scalars(sa.select(NeedArea).where(NeedArea.code == code)).one()


def make_framework(
    session: Session,
    authority: Organisation,
    *,
    regime: Regime = Regime.DYNAMIC_MARKET,
    regions: Sequence[str] = ("region:A", "region:B"),
    need_areas: Sequence[str] = ("accommodation", "employment"),
    value_below: Decimal | None = None,
) -> Framework:
    """Make a published framework with one category for each need area, in the regions."""
    framework = Framework(
        authority=authority,
        title="Example rehabilitation market",
        summary="Services for people on probation",
        regime=regime,
        state=FrameworkState.PUBLISHED,
        starts_on=date(2025, 1, 1),
        ends_on=date(2029, 1, 31),
        rules={},
        published_at=NOW,
        categories=[
            Category(
                code=f"cat-{code}",
                name=f"Category of {code}",
                need_area=need_area(session, code),
                value_from=Decimal(0),
                value_below=value_below,
                cpv_code="85312500",
                regions=[place(session, region) for region in regions],
            )
            for code in need_areas
        ],
    )
    session.add(framework)
    session.flush()
    return framework


def make_member(
    session: Session,
    framework: Framework,
    supplier: Organisation,
    *,
    need_areas: Sequence[str] = ("accommodation",),
    regions: Sequence[str] = ("region:A",),
    state: MemberState | None = MemberState.ACTIVE,
) -> None:
    """Admit a supplier to categories in regions; with no state, leave its application pending."""
    categories = [c for c in framework.categories if c.need_area.code in need_areas]
    places = [place(session, region) for region in regions]
    application = Application(
        framework=framework,
        supplier=supplier,
        state=ApplicationState.ADMITTED if state else ApplicationState.SUBMITTED,
        created_at=NOW,
        submitted_at=NOW,
        decided_at=NOW if state else None,
        choices=[ApplicationChoice(category=c, region=p) for c in categories for p in places],
    )
    session.add(application)
    if state is not None:
        session.add_all(
            Member(
                category=category,
                region=region,
                supplier=supplier,
                application=application,
                state=state,
                admitted_at=NOW,
                state_reason="" if state is MemberState.ACTIVE else "An example reason",
            )
            for category in categories
            for region in places
        )
    session.flush()


def make_setting(session: Session, *, regime: Regime = Regime.DYNAMIC_MARKET) -> Setting:
    """Make an authority, its people, a framework, and one supplier for each way to stand in it."""
    authority = make_organisation(session, OrganisationKind.AUTHORITY)
    framework = make_framework(session, authority, regime=regime)
    setting = Setting(
        authority=authority,
        framework=framework,
        drafter=make_person(session, authority, "commissioner"),
        approver=make_person(session, authority, "approver"),
        officers=[make_person(session, authority, "commissioner") for _ in range(3)],
        evaluators=[make_person(session, authority, "evaluator") for _ in range(2)],
    )
    standing: dict[str, MemberState | None] = {
        "first": MemberState.ACTIVE,
        "second": MemberState.ACTIVE,
        "suspended": MemberState.SUSPENDED,
        "applicant": None,
    }
    for name in (*standing, "elsewhere", "outsider"):
        supplier = make_organisation(session, name=f"Invented {name} supplier")
        setting.suppliers[name] = supplier
        setting.administrators[name] = make_person(session, supplier, "supplier-administrator")
        if name in standing:
            make_member(session, framework, supplier, state=standing[name])
    make_member(session, framework, setting.suppliers["elsewhere"], regions=("region:B",))
    return setting


def make_draft(
    session: Session,
    setting: Setting,
    *,
    now: datetime = NOW,
    lots: int = 1,
    title: str = "Somewhere to live after release",
) -> CallOff:
    """Make a draft that lacks nothing for its approval but the declarations of the people named."""
    actor = actor_of(session, setting.drafter)
    call_off = services.start_call_off(
        session, actor=actor, now=now, framework_id=setting.framework.id, title=title
    )
    services.declare_conflict(session, call_off=call_off, actor=actor, now=now, has_conflict=False)
    services.save_basics(
        session,
        call_off=call_off,
        actor=actor,
        now=now,
        title=title,
        need="People leave prison without an address",
        framework_id=setting.framework.id,
        data_sharing="Referral data by the secure portal",
    )
    for number in range(1, lots + 1):
        add_whole_lot(session, setting, call_off, now=now, title=f"Example lot {number}")
    for name, kind, weight in (
        ("Method", CriterionKind.QUALITY, Decimal(50)),
        ("Social value", CriterionKind.SOCIAL_VALUE, Decimal(10)),
    ):
        services.add_criterion(
            session,
            call_off=call_off,
            actor=actor,
            now=now,
            name=name,
            kind=kind,
            text=f"How would you do it? ({name})",
            weight=weight,
            word_limit=500,
        )
    services.save_price(
        session,
        call_off=call_off,
        actor=actor,
        now=now,
        price_model=PriceModel.UNIT_PRICE,
        price_formula=PriceFormula.RELATIVE_LOWEST,
        price_weight=Decimal(40),
        optimal_price=None,
        tie_break=TieBreak.HIGHER_QUALITY,
    )
    services.save_terms(
        session,
        call_off=call_off,
        actor=actor,
        now=now,
        payment_days=30,
        staff_transfer=StaffTransfer.DOES_NOT_APPLY,
        staff_transfer_note="",
    )
    services.save_timetable(
        session, call_off=call_off, actor=actor, now=now, deadline=now + timedelta(days=20), standstill=True
    )
    services.save_lots_considered(
        session, call_off=call_off, actor=actor, now=now, lots_considered="One area, one lot"
    )
    services.save_conflicts_assessed(session, call_off=call_off, actor=actor, now=now, assessed=True)
    for duty, people in (
        (Duty.OPENING_OFFICER, setting.officers),
        (Duty.EVALUATOR, setting.evaluators),
        (Duty.APPROVER, [setting.approver]),
    ):
        for person in people:
            services.assign_duty(session, call_off=call_off, actor=actor, now=now, person=person, duty=duty)
    session.flush()
    return call_off


def add_whole_lot(
    session: Session, setting: Setting, call_off: CallOff, *, now: datetime = NOW, title: str = "Example lot"
) -> Lot:
    """Add a lot that lacks nothing: accommodation for women in one police force area."""
    actor = actor_of(session, setting.drafter)
    lot = services.add_lot(session, call_off=call_off, actor=actor, now=now)
    services.save_lot_service(
        session,
        lot=lot,
        actor=actor,
        now=now,
        title=title,
        description="Finding and keeping a home",
        volumes={("accommodation", "low"): 120, ("accommodation", "medium"): 40},
    )
    services.save_lot_where(
        session,
        lot=lot,
        actor=actor,
        now=now,
        place_codes=["pfa:cleveland"],
        cohort_codes=["women"],
        stage_codes=["community"],
    )
    services.save_lot_terms(
        session,
        lot=lot,
        actor=actor,
        now=now,
        starts_on=(now + timedelta(days=120)).date(),
        term_months=24,
        budget=Decimal(240_000),
        holds_all=False,
        few_members_reason="",
    )
    return lot


def declare_all(session: Session, setting: Setting, call_off: CallOff, *, now: datetime = NOW) -> None:
    """Let everyone named declare that they have no conflict of interest."""
    for person in (*setting.officers, *setting.evaluators, setting.approver):
        services.declare_conflict(
            session, call_off=call_off, actor=actor_of(session, person), now=now, has_conflict=False
        )


def make_approved(session: Session, setting: Setting, *, now: datetime = NOW, **options: int) -> CallOff:
    """Make an approved call-off."""
    call_off = make_draft(session, setting, now=now, **options)
    declare_all(session, setting, call_off, now=now)
    services.approve(session, call_off=call_off, actor=actor_of(session, setting.approver), now=now)
    return call_off


def make_published(session: Session, setting: Setting, *, now: datetime = NOW, **options: int) -> CallOff:
    """Make a published call-off with its invitations."""
    call_off = make_approved(session, setting, now=now, **options)
    services.publish(session, call_off=call_off, actor=actor_of(session, setting.drafter), now=now)
    session.flush()
    return call_off
