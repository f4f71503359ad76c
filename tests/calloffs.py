"""A published call-off with its people, its invited suppliers and their bids, for tests to start from."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.reference.models import Cohort, NeedArea, Place, Stage
from catalogue.reference.types import Complexity, PlaceKind
from core import clock
from core.accounts.models import Organisation, Person
from core.accounts.types import OrganisationKind
from core.actor import Actor
from core.questions.models import QuestionVersion
from core.questions.types import QuestionKind
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.bids.queries import bid_of, call_off_of
from procurement.calloffs.bids.services import save_answer, save_prices, start_bid, submit_bid
from procurement.calloffs.clarifications.models import Clarification
from procurement.calloffs.clarifications.services import ask
from procurement.calloffs.drafting.models import CallOff, CallOffDuty, Criterion, Invitation, Lot, LotVolume
from procurement.calloffs.drafting.types import (
    CallOffState,
    CriterionKind,
    Duty,
    Envelope,
    PriceFormula,
    PriceModel,
    TieBreak,
)
from procurement.calloffs.evaluation.queries.scoped import all_standing
from procurement.calloffs.evaluation.services import (
    LotDecision,
    agree,
    approve_award,
    complete_scoring,
    lock_quality,
    recommend,
    release_envelope,
    save_drafts,
    submit_scores,
)
from procurement.calloffs.evaluation.services.scoring import Given
from procurement.framework.models import Framework
from procurement.framework.types import FrameworkState, Regime
from tests.factories import make_organisation, make_person

ACCOMMODATION = "accommodation"
REASON = "The plan names its staff"
_numbers = count(1)


@dataclass
class Competition:
    """A call-off and everyone in it; `suppliers` are (organisation, its administrator)."""

    call_off: CallOff
    authority: Organisation
    commissioner: Person
    approver: Person
    officers: list[Person]
    evaluators: list[Person]
    suppliers: list[tuple[Organisation, Person]]
    outsider: tuple[Organisation, Person]
    actors: dict[int, Actor] = field(default_factory=dict)

    @property
    def lot(self) -> Lot:
        return self.call_off.lots[0]

    def supplier_actor(self, number: int = 0) -> Actor:
        organisation, person = self.suppliers[number]
        return acting(person, organisation)

    def authority_actor(self, person: Person) -> Actor:
        return acting(person, self.authority)


def acting(person: Person, organisation: Organisation) -> Actor:
    """The actor of a person as services need it; permissions are the views' concern."""
    return Actor(person.id, organisation.id, organisation.kind.value)


def make_competition(
    session: Session,
    *,
    now: datetime | None = None,
    deadline: datetime | None = None,
    suppliers: int = 2,
    lots: int = 1,
    regime: Regime = Regime.DYNAMIC_MARKET,
    price_formula: PriceFormula = PriceFormula.RELATIVE_LOWEST,
    state: CallOffState = CallOffState.PUBLISHED,
    standstill: bool = True,
) -> Competition:
    """Make a published call-off that closes at `deadline` (in ten days by default), everyone declared."""
    now = now or clock.now()
    number = next(_numbers)
    authority = make_organisation(session, OrganisationKind.AUTHORITY)
    commissioner = make_person(session, authority, "commissioner")
    approver = make_person(session, authority, "approver")
    officers = [make_person(session, authority, "evaluator") for _ in range(3)]
    evaluators = [make_person(session, authority, "evaluator") for _ in range(2)]
    framework = Framework(
        authority=authority,
        title=f"Example market {number}",
        summary="",
        regime=regime,
        state=FrameworkState.PUBLISHED,
        starts_on=date(2025, 3, 1),
        ends_on=date(2029, 2, 23) if regime is Regime.DPS else None,
        rules={},
        published_at=now - timedelta(days=60),
    )
    unweighted = price_formula in (PriceFormula.QUALITY_ONLY, PriceFormula.PRICE_PER_QUALITY_POINT)
    fixed = price_formula is PriceFormula.QUALITY_ONLY
    call_off = CallOff(
        framework=framework,
        authority=authority,
        title=f"Homes after release {number}",
        need="Somewhere to live from the first night.",
        state=state,
        deadline=deadline or now + timedelta(days=10),
        lots_considered="One lot for each area",
        conflicts_assessed=True,
        price_model=PriceModel.FIXED_PRICE if fixed else PriceModel.UNIT_PRICE,
        price_formula=price_formula,
        price_weight=None if unweighted else Decimal(40),
        tie_break=TieBreak.HIGHER_QUALITY,
        standstill=standstill,
        created_by=commissioner,
        created_at=now - timedelta(days=20),
        published_at=now,
    )
    weights = (60, 40) if unweighted else (40, 20)
    call_off.criteria = [
        Criterion(
            position=position,
            kind=kind,
            name=name,
            question=_question(f"{name.lower()}-{number}", now),
            weight=Decimal(weight),
        )
        for position, (name, kind, weight) in enumerate(
            (
                ("Method", CriterionKind.QUALITY, weights[0]),
                ("Community", CriterionKind.SOCIAL_VALUE, weights[1]),
            ),
            start=1,
        )
    ]
    call_off.lots = [_lot(session, place) for place in range(1, lots + 1)]
    for duty, people in (
        (Duty.DRAFTER, [commissioner]),
        (Duty.APPROVER, [approver]),
        (Duty.OPENING_OFFICER, officers),
        (Duty.EVALUATOR, evaluators),
    ):
        call_off.duties += [
            CallOffDuty(person=person, duty=duty, assigned_at=now, declared_at=now, has_conflict=False)
            for person in people
        ]
    session.add(call_off)
    session.flush()
    bidders = []
    for _ in range(suppliers):
        organisation = make_organisation(session)
        bidders.append((organisation, make_person(session, organisation, "supplier-administrator")))
        for lot in call_off.lots:
            session.add(Invitation(lot=lot, supplier=organisation, invited=True, reasons=[], at=now))
    outside = make_organisation(session)
    outsider = (outside, make_person(session, outside, "supplier-administrator"))
    session.flush()
    return Competition(call_off, authority, commissioner, approver, officers, evaluators, bidders, outsider)


def write_bid(
    session: Session,
    competition: Competition,
    number: int = 0,
    *,
    lot: Lot | None = None,
    answer: str = "We meet each person at the gate.",
    price: Decimal = Decimal("400.00"),
    now: datetime | None = None,
) -> Bid:
    """Draft a complete bid of a supplier."""
    now = now or clock.now()
    actor = competition.supplier_actor(number)
    bid = start_bid(session, lot=lot or competition.lot, actor=actor, now=now)
    bid = own(session, bid, actor)
    for criterion in competition.call_off.criteria:
        save_answer(
            session,
            bid=bid,
            criterion=criterion,
            text=f"{answer} ({criterion.name})",
            expected_version=0,
            actor=actor,
            now=now,
        )
    if competition.call_off.price_model is PriceModel.UNIT_PRICE:
        prices = {(v.need_area.code, v.complexity): price for v in bid.lot.volumes}
        save_prices(session, bid=bid, prices=prices, actor=actor, now=now)
    return bid


def submit(session: Session, competition: Competition, number: int = 0, **how: object) -> Bid:
    """Draft and submit a complete bid of a supplier, a minute before now by the clock it is given."""
    bid = write_bid(session, competition, number, **how)  # type: ignore[arg-type]
    submit_bid(session, bid=bid, actor=competition.supplier_actor(number))
    return bid


def closed(session: Session, **how) -> Competition:
    """A competition with two bids, whose deadline has just passed."""
    competition = make_competition(session, **how)
    submit(session, competition, 0, answer="First supplier's way", price=Decimal("400.00"))
    submit(session, competition, 1, answer="Second supplier's way", price=Decimal("380.00"))
    competition.call_off.deadline = clock.now() - timedelta(seconds=1)
    session.flush()
    return competition


def release(session: Session, competition: Competition, envelope: Envelope, person: Person) -> bool:
    actor = competition.authority_actor(person)
    return release_envelope(session, call_off=competition.call_off, envelope=envelope, actor=actor)


def open_envelope(session: Session, competition: Competition, envelope: Envelope) -> None:
    assert release(session, competition, envelope, competition.officers[0]) is False
    assert release(session, competition, envelope, competition.officers[2]) is True


def score_all(session: Session, competition: Competition, marks: dict[str, int] | None = None) -> None:
    """Every evaluator scores every bid: `marks` by bid, 3 where it does not say."""
    call_off, now = competition.call_off, clock.now()
    for evaluator in competition.evaluators:
        actor = competition.authority_actor(evaluator)
        for criterion in call_off.criteria:
            given = {
                bid.id: Given((marks or {}).get(bid.public_id, 3), REASON)
                for bid in all_standing(session, call_off)
            }
            save_drafts(session, call_off=call_off, criterion=criterion, given=given, actor=actor, now=now)
            submit_scores(session, call_off=call_off, criterion=criterion, actor=actor, now=now)


def agree_all(session: Session, competition: Competition, marks: dict[str, int] | None = None) -> None:
    call_off, actor = competition.call_off, competition.authority_actor(competition.commissioner)
    complete_scoring(session, call_off=call_off, actor=actor, now=clock.now())
    for criterion in call_off.criteria:
        for bid in all_standing(session, call_off):
            agree(
                session,
                call_off=call_off,
                criterion=criterion,
                bid=bid,
                score=(marks or {}).get(bid.public_id, 3),
                reason=REASON,
                actor=actor,
                now=clock.now(),
            )
    lock_quality(session, call_off=call_off, actor=actor, now=clock.now())


def priced(session: Session, **how) -> Competition:
    """A competition whose prices are open and ranked; the second supplier is cheaper at equal quality."""
    competition = closed(session, **how)
    open_envelope(session, competition, Envelope.QUALITY)
    score_all(session, competition)
    agree_all(session, competition)
    open_envelope(session, competition, Envelope.PRICE)
    return competition


def bid_number(session: Session, competition: Competition, number: int) -> Bid:
    organisation = competition.suppliers[number][0]
    return session.scalars(
        sa.select(Bid).where(Bid.lot_id == competition.lot.id, Bid.supplier_id == organisation.id)
    ).one()


def recommend_first(session: Session, competition: Competition, number: int = 1, **how) -> None:
    values = {"reason": "Highest total, all thresholds met", "exclusion_checked": True} | how
    recommend(
        session,
        call_off=competition.call_off,
        decisions={competition.lot.id: LotDecision(bid_number(session, competition, number), **values)},
        actor=competition.authority_actor(competition.commissioner),
        now=clock.now(),
    )


def awarded(session: Session, **how) -> Competition:
    competition = priced(session, **how)
    recommend_first(session, competition)
    approve_award(
        session,
        call_off=competition.call_off,
        actor=competition.authority_actor(competition.approver),
        now=clock.now(),
    )
    return competition


def own(session: Session, bid: Bid, actor: Actor) -> Bid:
    """The bid as its supplier's page loads it."""
    session.flush()
    found = bid_of(session, actor=actor, public_id=bid.public_id)
    assert found is not None
    return found


def need_area(session: Session) -> NeedArea:
    """The accommodation need area, of the reference data where that is loaded."""
    found = session.scalars(sa.select(NeedArea).where(NeedArea.code == ACCOMMODATION)).one_or_none()
    if found is None:
        found = NeedArea(
            code=ACCOMMODATION,
            prefix="ACC",
            name="Accommodation",
            short_name="Accommodation",
            aliases=[],
            cpv_codes=["85312500"],
            position=1,
        )
        session.add(found)
        session.flush()
    return found


def delivery_unit(session: Session) -> Place:
    """A delivery unit in its tree, of the reference data where that is loaded."""
    query = sa.select(Place).where(Place.kind == PlaceKind.DELIVERY_UNIT).order_by(Place.position).limit(1)
    found = session.scalars(query).one_or_none()
    if found is None:
        nation = Place(code="EX", kind=PlaceKind.NATION, name="Example nation", position=1)
        region = Place(code="EX-R", kind=PlaceKind.REGION, name="Example region", position=1, parent=nation)
        area = Place(
            code="EX-A",
            kind=PlaceKind.POLICE_FORCE_AREA,
            name="Example area",
            position=1,
            parent=region,
            region=region,
        )
        found = Place(
            code="EX-D",
            kind=PlaceKind.DELIVERY_UNIT,
            name="Example unit",
            position=1,
            parent=area,
            region=region,
            police_force_area=area,
        )
        session.add(found)
        session.flush()
    return found


def _first(session: Session, model: type, **values: object) -> object:
    found = session.scalars(sa.select(model).order_by(model.position).limit(1)).one_or_none()  # type: ignore[attr-defined]
    if found is None:
        found = model(position=1, **values)
        session.add(found)
        session.flush()
    return found


def _lot(session: Session, number: int) -> Lot:
    return Lot(
        number=number,
        title=f"Lot {number}: homes",
        starts_on=clock.today() + timedelta(days=200),
        term_months=24,
        budget=Decimal(240_000),
        volumes=[LotVolume(need_area=need_area(session), complexity=Complexity.LOW, people_a_year=120)],
        places=[delivery_unit(session)],
        cohorts=[_first(session, Cohort, code="everyone", name="Everyone", tags=[])],
        stages=[_first(session, Stage, code="community", name="In the community", setting="community")],
    )


def _question(code: str, now: datetime) -> QuestionVersion:
    return QuestionVersion(
        code=code,
        version=1,
        kind=QuestionKind.TEXT,
        text=f"How will you do it? ({code})",
        word_limit=50,
        created_at=now,
    )


def make_question(
    session: Session, competition: Competition, question: str = "Is travel paid?", supplier: int = 0
) -> Clarification:
    """Ask a question as one of the invited suppliers."""
    actor = competition.supplier_actor(supplier)
    invited = call_off_of(session, actor=actor, public_id=competition.call_off.public_id)
    assert invited is not None
    return ask(session, invited=invited, actor=actor, now=clock.now(), question=question)
