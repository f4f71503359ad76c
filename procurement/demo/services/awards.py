"""What the authority does with the bids: opening, scores, consensus, award, letters, contracts."""

from datetime import timedelta
from decimal import Decimal

from core import clock
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.drafting.models import Criterion
from procurement.calloffs.drafting.types import Envelope, LotState, Sharing
from procurement.calloffs.evaluation import services
from procurement.calloffs.evaluation.models import BidInquiry
from procurement.calloffs.evaluation.queries.checks import BIDDER, parties_of
from procurement.calloffs.evaluation.queries.results import results_of
from procurement.calloffs.evaluation.queries.scoped import all_standing
from procurement.calloffs.evaluation.services.checking import check_party
from procurement.calloffs.evaluation.services.scoring import Given
from procurement.calloffs.evaluation.types import CheckOutcome, InquiryKind
from procurement.contracts.services.awarded import make_contracts
from procurement.contracts.services.sharing import review_shares
from procurement.contracts.services.signing import sign_contract
from procurement.contracts.types import Party
from procurement.demo.services.calloffs import Story

# What a call-off has been through when it stands at a state, in order; days are counted from publication.
STEPS = (
    "quality_opened",
    "quality_scored",
    "consensus",
    "price_opened",
    "recommended",
    "award_approved",
    "summaries_sent",
    "standstill",
    "contracted",
)
REVIEWED = (Decimal(55), Decimal(45))
SIGNATORIES = (
    (Party.SUPPLIER, "Invented Director", "Chief executive"),
    (Party.AUTHORITY, "Invented Head", "Head of commissioning"),
)
REASONS = {
    0: "Nothing here answers the question.",
    1: "Says what will be done, not how, and gives no ground to expect it.",
    2: "Covers the question; two of the points asked for are thin.",
    3: "A sound answer with an example for each point.",
    4: "Convincing throughout, with results from earlier work.",
    5: "Convincing and better than asked, with results that others have checked.",
}


def finish(story: Story) -> None:
    """Bring a closed call-off to the state that its plan says."""
    reaches = story.planned.reaches
    if reaches not in STEPS:
        return
    deeds = (_open, _score, _agree, _open_prices, _recommend, _approve, _tell, _notice, _contract)
    for state, deed in zip(STEPS, deeds, strict=True):
        deed(story)
        if state == "quality_opened" and reaches == state:
            _score_some(story)
            _clarify(story)
        if state == "price_opened" and reaches == state:
            _hear_low_price(story)
        if state == reaches:
            return


def _release(story: Story, envelope: Envelope, day: float) -> None:
    for number, key in enumerate(("evaluator-1", "evaluator-2")):
        with clock.told(story.deadline + timedelta(days=day, minutes=7 * number)):
            services.release_envelope(
                story.session, call_off=story.call_off, envelope=envelope, actor=story.cast.actor(key)
            )


def _open(story: Story) -> None:
    _release(story, Envelope.QUALITY, 1)


def _score(story: Story) -> None:
    for number, key in enumerate(("evaluator-1", "evaluator-2")):
        for criterion in story.call_off.criteria:
            _give(story, criterion, key, 5 + number * 0.2, submit=True)
    services.complete_scoring(
        story.session,
        call_off=story.call_off,
        actor=story.cast.actor("commissioner"),
        now=story.deadline + timedelta(days=6),
    )


def _score_some(story: Story) -> None:
    """One evaluator is halfway, the other has begun."""
    first, second, *_ = story.call_off.criteria
    _give(story, first, "evaluator-1", 2, submit=True)
    _give(story, second, "evaluator-1", 2.1, submit=False)
    _give(story, first, "evaluator-2", 2.2, submit=False)


def _clarify(story: Story) -> None:
    """One bidder has explained its answer, and that is not decided on yet."""
    bid = all_standing(story.session, story.call_off)[0]
    asked = services.ask_bidder(
        story.session,
        call_off=story.call_off,
        bid=bid,
        kind=InquiryKind.CLARIFICATION,
        criterion=story.call_off.criteria[0],
        question="Your answer names two visits a week on one page and three on another. Which is meant?",
        answer_by=story.deadline + timedelta(days=4),
        actor=story.cast.actor("commissioner"),
        now=story.deadline + timedelta(days=2.3),
    )
    _answer(story, asked, "Three visits in the first month and two a week after it.", 2.5)


def _hear_low_price(story: Story) -> None:
    """The lowest price was asked about, and the answer was accepted."""
    results = next(rows for rows in results_of(story.session, story.call_off).values() if rows)
    priced = [row for row in results if row.evaluated_price is not None]
    if not priced:
        return
    bid = min(priced, key=lambda row: (row.evaluated_price, row.bid.public_id)).bid
    actor = story.cast.actor("commissioner")
    asked = services.ask_bidder(
        story.session,
        call_off=story.call_off,
        bid=bid,
        kind=InquiryKind.LOW_PRICE,
        question="How do staffing and premises make up your price for one person?",
        answer_by=story.deadline + timedelta(days=12),
        actor=actor,
        now=story.deadline + timedelta(days=9.5),
    )
    _answer(story, asked, "We share premises with another service, at no rent. Pay follows our scale.", 9.8)
    services.decide_answer(
        story.session,
        call_off=story.call_off,
        inquiry=asked,
        accepted=True,
        reason="The lease was seen; the rest of the price is in line with the others.",
        actor=actor,
        now=story.deadline + timedelta(days=10),
    )


def _answer(story: Story, asked: BidInquiry, answer: str, day: float) -> None:
    actor = next(
        actor for actor in story.cast.actors.values() if actor.organisation_id == asked.bid.supplier_id
    )
    services.answer_inquiry(
        story.session,
        inquiry=asked,
        answer=answer,
        actor=actor,
        now=story.deadline + timedelta(days=day),
    )


def _give(story: Story, criterion: Criterion, key: str, day: float, *, submit: bool) -> None:
    now, actor = story.deadline + timedelta(days=day), story.cast.actor(key)
    given = {}
    for bid in all_standing(story.session, story.call_off):
        score = _merit(story, criterion, bid) + story.source.choice((-1, 0, 0, 0, 1))
        score = min(5, max(2, score))
        given[bid.id] = Given(score, REASONS[score])
    services.save_drafts(
        story.session, call_off=story.call_off, criterion=criterion, given=given, actor=actor, now=now
    )
    if submit:
        services.submit_scores(
            story.session, call_off=story.call_off, criterion=criterion, actor=actor, now=now
        )


def _merit(story: Story, criterion: Criterion, bid: Bid) -> int:
    """How good a bid is on a criterion: the same for both evaluators, who differ a little around it."""
    return 2 + (bid.supplier_id * 7 + criterion.position * 3 + bid.lot_id) % 4


def _agree(story: Story) -> None:
    now = story.deadline + timedelta(days=8)
    actor = story.cast.actor("commissioner")
    for criterion in story.call_off.criteria:
        for bid in all_standing(story.session, story.call_off):
            score = _merit(story, criterion, bid)
            services.agree(
                story.session,
                call_off=story.call_off,
                criterion=criterion,
                bid=bid,
                score=score,
                reason=f"The panel agreed after discussion: {REASONS[score][0].lower()}{REASONS[score][1:]}",
                actor=actor,
                now=now,
            )
    services.lock_quality(story.session, call_off=story.call_off, actor=actor, now=now + timedelta(hours=2))


def _open_prices(story: Story) -> None:
    _release(story, Envelope.PRICE, 9)


def _recommend(story: Story) -> None:
    results = results_of(story.session, story.call_off)
    decisions = {}
    for lot in story.call_off.lots:
        if lot.state is not LotState.OPEN:
            continue
        ranked = [result for result in results.get(lot.id, ()) if result.rank is not None]
        chosen = ranked[: lot.suppliers_wanted]
        decisions[lot.id] = services.LotDecision(
            bid=chosen[0].bid if chosen else None,
            reason="Highest total under the published criteria; the answers hold together and the price is "
            "within the budget."
            if chosen
            else "No bid passed the threshold.",
            exclusion_checked=bool(chosen),
            drawn=len({result.rank for result in ranked}) < len(ranked),
            others=tuple(result.bid for result in chosen[1:]),
        )
        for result in chosen:
            _check(story, result.bid)
    services.recommend(
        story.session,
        call_off=story.call_off,
        decisions=decisions,
        actor=story.cast.actor("commissioner"),
        now=story.deadline + timedelta(days=11),
    )


def _check(story: Story, bid: Bid) -> None:
    """Grounds are checked again for the winner and each partner it names."""
    for party in parties_of(story.session, story.call_off, bid):
        check_party(
            story.session,
            call_off=story.call_off,
            bid=bid,
            party=party.key,
            outcome=CheckOutcome.CLEAR if party.key == BIDDER else CheckOutcome.CONSIDERED,
            reason="The declarations and the debarment list were read again; no ground applies.",
            actor=story.cast.actor("commissioner"),
            now=story.deadline + timedelta(days=10),
        )


def _approve(story: Story) -> None:
    services.approve_award(
        story.session,
        call_off=story.call_off,
        actor=story.cast.actor("approver"),
        now=story.deadline + timedelta(days=13),
    )


def _tell(story: Story) -> None:
    services.send_letters(
        story.session,
        call_off=story.call_off,
        actor=story.cast.actor("commissioner"),
        now=story.deadline + timedelta(days=15),
    )


def _notice(story: Story) -> None:
    services.publish_award_notice(
        story.session,
        call_off=story.call_off,
        actor=story.cast.actor("commissioner"),
        now=story.deadline + timedelta(days=16),
    )


def _contract(story: Story) -> None:
    made = make_contracts(
        story.session,
        call_off=story.call_off,
        actor=story.cast.actor("commissioner"),
        now=story.deadline + timedelta(days=40),
    )
    for contract in made:
        for number, (party, name, position) in enumerate(SIGNATORIES, start=1):
            now = story.deadline + timedelta(days=40 + number)
            sign_contract(
                story.session,
                contract=contract,
                party=party,
                name=name,
                position=position,
                signed_on=now.date(),
                actor=story.cast.actor("approver"),
                now=now,
                keep_copy=False,
            )
    for lot in story.call_off.lots:
        shared = [contract for contract in made if contract.lot_id == lot.id]
        if lot.sharing is Sharing.BY_PERFORMANCE and len(shared) == len(REVIEWED):
            review_shares(
                story.session,
                lot=lot,
                shares={contract.public_id: share for contract, share in zip(shared, REVIEWED, strict=True)},
                findings="The second began its work sooner and kept more people past the first month.",
                reviewed_on=(story.deadline + timedelta(days=100)).date(),
                actor=story.cast.actor("commissioner"),
                now=story.deadline + timedelta(days=100),
            )
