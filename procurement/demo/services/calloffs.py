"""Call-offs, each brought to the state that the plan says, step by step in its own time."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from catalogue.partners.types import LinkState
from core import clock
from core.accounts.models import Organisation
from core.actor import Actor
from procurement.calloffs.bids import services as bidding
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.bids.queries import (
    bid_of,
    call_off_of,
    citation_of,
    held_of,
    links_to_name,
    offers_that_fit,
)
from procurement.calloffs.bids.types import BidContent, PriceBand, PriceTerms, Service
from procurement.calloffs.clarifications import services as clarifying
from procurement.calloffs.drafting import services as drafting
from procurement.calloffs.drafting.models import CallOff, Lot
from procurement.calloffs.drafting.services.sharing import save_lot_sharing
from procurement.calloffs.drafting.types import (
    CriterionKind,
    Dealing,
    Duty,
    PriceFormula,
    PriceModel,
    Sharing,
    SharingTerms,
    StaffTransfer,
    TieBreak,
)
from procurement.demo.rules import calloffs as planned_call_offs
from procurement.demo.rules import plan, words
from procurement.demo.services.people import Cast
from procurement.demo.types import PlannedCallOff, PlannedLot
from procurement.framework.models import Framework

# How the lot of several suppliers is shared: as Provider A and Provider B of the pilot, by performance.
SHARED = SharingTerms(
    suppliers=2,
    sharing=Sharing.BY_PERFORMANCE,
    shares=(Decimal(60), Decimal(40)),
    least=Decimal(30),
    most=Decimal(70),
    review_months=6,
    measures="Starts within ten working days, and people who complete. Five points move for each ten points "
    "between the suppliers.",
    dealing=Dealing.WEIGHTED,
)
DUTIES = (
    (Duty.OPENING_OFFICER, ("evaluator-1", "evaluator-2", "evaluator-3")),
    (Duty.EVALUATOR, ("evaluator-1", "evaluator-2")),
    (Duty.APPROVER, ("approver",)),
)
DATA_SHARING = (
    "Referrals carry name, date of birth, needs and known risks. The supplier and the authority are joint "
    "controllers under a written arrangement; records are returned or destroyed at the end."
)
ANSWERS = (
    "A named worker meets the person within five working days, agrees a plan with dates, and stays with it. "
    "We expect it to work because the same worker follows through, which our returns show matters most.",
    "We go to where people already are: approved premises, day centres, the prison wing. Light needs get "
    "light help; intensive work goes to those more likely to be reconvicted.",
    "From twelve weeks before release we reach in; we meet people at the gate and go on in the place where "
    "they settle, with the same worker wherever travel allows.",
    "Half of our workers live in the areas they serve, and a third have served a sentence. Volunteers are "
    "trained to a recognised standard and many go on to paid work.",
)


@dataclass
class Story:
    """A call-off with its plan and its people, as it goes along."""

    session: Session
    cast: Cast
    planned: PlannedCallOff
    call_off: CallOff
    source: random.Random
    published_at: datetime

    @property
    def deadline(self) -> datetime:
        """Midday, so many days after publication."""
        local = (self.published_at + timedelta(days=self.planned.tender_days)).astimezone(clock.LONDON)
        return local.replace(hour=12, minute=0, second=0, microsecond=0)


def run_call_offs(session: Session, cast: Cast, framework: Framework, *, now: datetime) -> list[Story]:
    """Run all planned call-offs as far as bids go; what follows the deadline is the next chapter."""
    stories = []
    for number, planned in enumerate(planned_call_offs.CALL_OFFS):
        story = _draft(session, cast, framework, planned, number, now)
        stories.append(story)
        if planned.reaches == "draft":
            continue
        _approve(story)
        if planned.reaches == "approved":
            continue
        drafting.publish(
            session, call_off=story.call_off, actor=cast.actor("commissioner"), now=story.published_at
        )
        for lot, planned_lot in zip(story.call_off.lots, planned.lots, strict=True):
            _bid(story, lot, planned_lot)
        if planned.reaches == "published":
            _clarify(story)
        if planned.reaches == "paused":
            drafting.pause(
                session,
                call_off=story.call_off,
                actor=cast.actor("commissioner"),
                now=now - timedelta(days=1),
                reason="The employer partnership that the service rests on is being settled.",
            )
        if planned.reaches == "cancelled":
            drafting.cancel(
                session,
                call_off=story.call_off,
                actor=cast.actor("commissioner"),
                now=story.deadline + timedelta(days=4),
                reason="No bid was received. Suppliers are being asked why before anything is tried again.",
            )
    return stories


def _draft(
    session: Session, cast: Cast, framework: Framework, planned: PlannedCallOff, number: int, now: datetime
) -> Story:
    actor = cast.actor("commissioner")
    published = now - timedelta(days=planned.published_days_ago)
    drafted = published - timedelta(days=14)
    call_off = drafting.start_call_off(
        session,
        actor=actor,
        now=drafted,
        framework_id=framework.id,
        title=planned.title,
        need=planned.need,
    )
    story = Story(session, cast, planned, call_off, random.Random(plan.SEED + 5000 + number), published)
    drafting.declare_conflict(session, call_off=call_off, actor=actor, now=drafted, has_conflict=False)
    drafting.save_basics(
        session,
        call_off=call_off,
        actor=actor,
        now=drafted,
        title=planned.title,
        need=planned.need,
        framework_id=framework.id,
        data_sharing=DATA_SHARING,
    )
    for lot in planned.lots:
        _draft_lot(story, lot, drafted)
    if planned.reaches == "draft":
        return story
    _draft_criteria(story, drafted)
    _draft_rest(story, drafted)
    if planned.partner_share:
        _share(story, planned.partner_share, drafted)
    return story


def _share(story: Story, share: Decimal, now: datetime) -> None:
    """Let the partner authority take part; its approver has not approved yet."""
    here = {"call_off": story.call_off, "actor": story.cast.actor("commissioner"), "now": now}
    partner = story.cast.partner
    assert partner is not None
    drafting.name_partner(story.session, authority=partner, share=share, **here)
    drafting.save_lead_share(story.session, share=100 - share, **here)


def _draft_lot(story: Story, planned: PlannedLot, now: datetime) -> None:
    session, actor = story.session, story.cast.actor("commissioner")
    lot = drafting.add_lot(session, call_off=story.call_off, actor=actor, now=now, title=planned.title)
    drafting.save_lot_service(
        session,
        lot=lot,
        actor=actor,
        now=now,
        title=planned.title,
        description=f"Help for people who settle in {planned.title.partition(': ')[2]}.",
        volumes={(planned.need_area, complexity): people for complexity, people in planned.volumes},
    )
    drafting.save_lot_where(
        session,
        lot=lot,
        actor=actor,
        now=now,
        place_codes=[f"region:{planned.region}"],
        cohort_codes=story.planned.cohorts,
        stage_codes=story.planned.stages,
    )
    drafting.save_lot_terms(
        session,
        lot=lot,
        actor=actor,
        now=now,
        # The first of a month, three to four months after publication.
        starts_on=(story.published_at + timedelta(days=115)).date().replace(day=1),
        term_months=story.planned.term_months,
        budget=planned.budget,
        holds_all=False,
        few_members_reason="",
        extensions=1 if story.planned.reaches == "published" else 0,
        extension_months=12 if story.planned.reaches == "published" else None,
        mobilisation_weeks=1,
    )
    if planned.suppliers > 1:
        save_lot_sharing(session, lot=lot, actor=actor, now=now, terms=SHARED)
    drafting.save_lot_volumes(
        session,
        lot=lot,
        actor=actor,
        now=now,
        volume_source=planned_call_offs.VOLUME_SOURCE,
        ranges={
            (planned.need_area, level): (people * 8 // 10, people * 12 // 10)
            for level, people in planned.volumes
        },
        fixed_prices={},
    )


def _draft_criteria(story: Story, now: datetime) -> None:
    for kind, (name, text, words_asked, weight, threshold) in (
        *((CriterionKind.QUALITY, question) for question in planned_call_offs.QUESTIONS),
        (CriterionKind.SOCIAL_VALUE, planned_call_offs.SOCIAL_VALUE),
    ):
        drafting.add_criterion(
            story.session,
            call_off=story.call_off,
            actor=story.cast.actor("commissioner"),
            now=now,
            name=name,
            text=text,
            weight=weight,
            kind=kind,
            word_limit=words_asked,
            threshold=threshold,
        )


def _draft_rest(story: Story, now: datetime) -> None:
    session, call_off, actor = story.session, story.call_off, story.cast.actor("commissioner")
    drafting.save_price(
        session,
        call_off=call_off,
        actor=actor,
        now=now,
        price_model=PriceModel.UNIT_PRICE,
        price_formula=PriceFormula.RELATIVE_LOWEST,
        price_weight=planned_call_offs.PRICE_WEIGHT,
        optimal_price=None,
        tie_break=TieBreak.HIGHER_QUALITY,
    )
    drafting.save_terms(
        session,
        call_off=call_off,
        actor=actor,
        now=now,
        payment_days=30,
        staff_transfer=StaffTransfer.NOT_KNOWN,
        staff_transfer_note=planned_call_offs.STAFF_TRANSFER,
    )
    drafting.save_timetable(
        session,
        call_off=call_off,
        actor=actor,
        now=now,
        deadline=story.deadline,
        standstill=story.planned.standstill,
        questions_close_at=story.deadline - timedelta(days=5),
    )
    drafting.save_lots_considered(
        session,
        call_off=call_off,
        actor=actor,
        now=now,
        lots_considered="One lot for each region, so that regional suppliers can bid without a partner.",
    )
    for duty, keys in DUTIES:
        for key in keys:
            drafting.assign_duty(
                session, call_off=call_off, actor=actor, now=now, person=story.cast.people[key], duty=duty
            )
    for key in sorted({key for _, keys in DUTIES for key in keys}):
        drafting.declare_conflict(
            session, call_off=call_off, actor=story.cast.actor(key), now=now, has_conflict=False
        )
    drafting.save_conflicts_assessed(session, call_off=call_off, actor=actor, now=now, assessed=True)


def _approve(story: Story) -> None:
    drafting.approve(
        story.session,
        call_off=story.call_off,
        actor=story.cast.actor("approver"),
        now=story.published_at - timedelta(days=2),
    )


def _bid(story: Story, lot: Lot, planned: PlannedLot) -> None:
    """Let some of the invited suppliers bid; in an open call-off the last of them is still writing."""
    invited = [invitation.supplier for invitation in lot.invitations if invitation.invited]
    invited.sort(key=lambda supplier: supplier.name)
    bidders = story.source.sample(invited, min(planned.bidders, len(invited)))
    for place, supplier in enumerate(bidders):
        still_writing = story.planned.reaches == "published" and place == len(bidders) - 1
        _write_bid(story, lot, planned, supplier, place, submit=not still_writing)


def _write_bid(
    story: Story, lot: Lot, planned: PlannedLot, supplier: Organisation, place: int, *, submit: bool
) -> None:
    session = story.session
    actor = story.cast.actor(_key_of(story.cast, supplier))
    begun = story.published_at + timedelta(days=2, hours=place)
    bid: Bid = bidding.start_bid(session, lot=lot, actor=actor, now=begun)
    session.flush()
    found = bid_of(session, actor=actor, public_id=bid.public_id)
    assert found is not None
    answers: Sequence[str] = ANSWERS if submit else ANSWERS[:2]
    for criterion, text in zip(story.call_off.criteria, answers, strict=False):
        bidding.save_answer(
            session,
            bid=found,
            criterion=criterion,
            text=f"{text} (In {planned.title.partition(': ')[2]}, by {supplier.name}.)",
            expected_version=0,
            actor=actor,
            now=begun,
        )
    usual = dict(zip(("low", "medium", "high"), words.PRICES[planned.need_area], strict=True))
    prices = {
        (planned.need_area, level): Decimal(usual[level] * story.source.randrange(86, 108) // 100)
        for level, _ in planned.volumes
    }
    bidding.save_prices(session, bid=found, prices=prices, actor=actor, now=begun)
    _promise(session, found, prices, actor, begun)
    if submit:
        with clock.told(begun + timedelta(days=4)):
            bidding.submit_bid(session, bid=found, actor=actor)


def _promise(
    session: Session, bid: Bid, prices: Mapping[Service, Decimal], actor: Actor, now: datetime
) -> None:
    """Cite the offers that fit, commit their free places, name confirmed partners, break the prices down."""
    what: dict[str, Any] = {"bid": bid, "actor": actor, "now": now}
    offers = [citation_of(version) for version in offers_that_fit(session, bid)]
    bidding.save_offers(session, offers=offers, **what)
    wanted = {(v.need_area.code, str(v.complexity)): v.people_a_year for v in bid.lot.volumes}
    content = BidContent(offers=tuple(offers), capacity=wanted)
    room = {one.service: one.places for one in held_of(session, bid, content).room}
    places = {service: min(people, room.get(service, people)) for service, people in wanted.items()}
    if None not in room or sum(places.values()) <= room[None]:
        bidding.save_capacity(session, places=places, **what)
    named: list[str] = []
    for link in links_to_name(session, bid):
        above = link.parent.public_id if link.parent else None
        if link.state is LinkState.CONFIRMED and (above is None or above in named):
            named.append(link.public_id)
    bidding.save_chain(session, links=named, **what)
    for service, price in prices.items():
        staff, overheads = price * 64 // 100, price * 22 // 100
        beyond = PriceBand(wanted[service] * 5 // 4 + 1, price * 94 // 100)
        terms = PriceTerms(staff, overheads, price - staff - overheads, bands=(beyond,))
        bidding.save_terms(session, service=service, terms=terms, **what)


def _clarify(story: Story) -> None:
    """Let bidders ask, answer what has an answer to everyone at once, and leave one question waiting."""
    session, call_off = story.session, story.call_off
    invited = sorted(
        (one.supplier for one in call_off.lots[0].invitations if one.invited), key=lambda one: one.name
    )
    commissioner = story.cast.actor("commissioner")
    for day, (question, wording, answer) in enumerate(planned_call_offs.CLARIFICATIONS, start=2):
        actor = story.cast.actor(_key_of(story.cast, invited[day]))
        found = call_off_of(session, actor=actor, public_id=call_off.public_id)
        assert found is not None
        moment = story.published_at + timedelta(days=day)
        asked = clarifying.ask(
            session, invited=found, actor=actor, now=moment, question=question, lot_number=1
        )
        if answer:
            clarifying.save_answer(
                session, question=asked, actor=commissioner, now=moment, wording=wording, answer=answer
            )
    told = story.published_at + timedelta(days=6)
    clarifying.publish_answers(session, call_off=call_off, actor=commissioner, now=told)


def _key_of(cast: Cast, supplier: Organisation) -> str:
    return next(key for key, organisation in cast.suppliers.items() if organisation.id == supplier.id)
