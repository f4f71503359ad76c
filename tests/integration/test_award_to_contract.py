"""From the ranking to a contract in force: several suppliers, checks, challenges, signatures."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
import time_machine
from pypdf import PdfReader

from catalogue.partners.models import SupplyChainLink
from catalogue.partners.types import LinkKind
from core import clock
from core.reasons import Refused
from procurement.calloffs.drafting.types import Dealing, LotState, Sharing
from procurement.calloffs.evaluation.queries.letters import letter_contents
from procurement.calloffs.evaluation.services import (
    LotDecision,
    approve_award,
    publish_award_notice,
    recommend,
    send_letters,
)
from procurement.calloffs.evaluation.services.checking import check_party, lift_challenge, record_challenge
from procurement.calloffs.evaluation.types import CheckOutcome
from procurement.contracts.models import Contract
from procurement.contracts.queries.contracts import ContractFilter, contract_page
from procurement.contracts.queries.duties import tasks_of
from procurement.contracts.rules.signing import dealt_to
from procurement.contracts.services.awarded import make_contracts
from procurement.contracts.services.duties import do_duty
from procurement.contracts.services.sharing import deal_referral, review_shares
from procurement.contracts.services.signing import contract_pdf, set_indicator, sign_contract
from procurement.contracts.types import DeedKind, Party
from procurement.framework.types import Regime
from tests.calloffs import Competition, awarded, bid_number, priced, recommend_first

REASON = "Highest totals, every threshold met"


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


def shared(
    session, *, sharing: Sharing = Sharing.FIXED, dealing: Dealing | None = None, **how
) -> Competition:
    """A competition with two ranked bids, whose lot is for two suppliers."""
    competition = priced(session, **how)
    lot = competition.lot
    lot.suppliers_wanted, lot.sharing, lot.dealing = 2, sharing, dealing
    if sharing is not Sharing.BY_RANK:
        lot.shares = ["60", "40"]
    if sharing is Sharing.BY_PERFORMANCE:
        lot.share_least, lot.share_most, lot.review_months = Decimal(30), Decimal(70), 6
        lot.review_measures = "Starts within ten days"
    session.flush()
    return competition


def award_both(session, competition: Competition) -> None:
    first, second = (bid_number(session, competition, number) for number in (1, 0))
    recommend(
        session,
        call_off=competition.call_off,
        decisions={competition.lot.id: LotDecision(first, REASON, exclusion_checked=True, others=(second,))},
        actor=competition.authority_actor(competition.commissioner),
        now=clock.now(),
    )
    approve_award(
        session,
        call_off=competition.call_off,
        actor=competition.authority_actor(competition.approver),
        now=clock.now(),
    )


def end(session, competition: Competition) -> list[Contract]:
    """Letters, the notice where it comes first, and the contracts of a call-off without a standstill."""
    actor = competition.authority_actor(competition.commissioner)
    send_letters(session, call_off=competition.call_off, actor=actor, now=clock.now())
    if competition.call_off.framework.regime is Regime.DYNAMIC_MARKET:
        publish_award_notice(session, call_off=competition.call_off, actor=actor, now=clock.now())
    return make_contracts(session, call_off=competition.call_off, actor=actor, now=clock.now())


def sign(session, competition: Competition, contract: Contract, party: Party, **how) -> None:
    number = next(
        (n for n, (one, _) in enumerate(competition.suppliers) if one.id == contract.supplier_id), 0
    )
    actor = (
        competition.authority_actor(competition.approver)
        if party is Party.AUTHORITY
        else competition.supplier_actor(number)
    )
    values = {"name": "Sam Example", "position": "Director", "signed_on": clock.today()} | how
    sign_contract(session, contract=contract, party=party, actor=actor, now=clock.now(), **values)


def sign_both(session, competition: Competition, contract: Contract) -> None:
    for party in (Party.SUPPLIER, Party.AUTHORITY):
        sign(session, competition, contract, party)


def test_two_suppliers_share_a_lot_by_rank_and_percent(app, session):
    with app.test_request_context():
        competition = shared(session, standstill=False)
        award_both(session, competition)
        contents = letter_contents(session, competition.call_off, clock.now())
        by_supplier = {bid.supplier_id: content for bid, content in contents.items()}
        first, second = (by_supplier[competition.suppliers[number][0].id] for number in (1, 0))
        assert (first["outcome"], first["place"], first["share"]) == ("successful", 1, "60%")
        assert (second["outcome"], second["place"], second["share"]) == ("successful", 2, "40%")
        made = end(session, competition)
    assert [(row.rank, row.share) for row in made] == [(1, Decimal(60)), (2, Decimal(40))]
    assert [row.volumes[0].people_a_year for row in made] == [72, 48]
    assert made[0].reference != made[1].reference


def test_by_rank_the_first_is_promised_everyone_and_the_next_nobody(app, session):
    with app.test_request_context():
        competition = shared(session, sharing=Sharing.BY_RANK, standstill=False)
        award_both(session, competition)
        made = end(session, competition)
    assert [row.volumes[0].people_a_year for row in made] == [120, 0]
    assert all(row.volumes[0].unit_price for row in made)


def test_as_many_are_awarded_as_were_published_and_in_order(session):
    competition = shared(session)
    first, second = (bid_number(session, competition, number) for number in (1, 0))
    actor = competition.authority_actor(competition.commissioner)
    for decision, code in (
        (LotDecision(first, REASON, exclusion_checked=True), "not_as_many_as_published"),
        (LotDecision(second, REASON, exclusion_checked=True, others=(first,)), "winner_not_first"),
    ):
        with pytest.raises(Refused) as refused:
            recommend(
                session,
                call_off=competition.call_off,
                decisions={competition.lot.id: decision},
                actor=actor,
                now=clock.now(),
            )
        assert code in codes(refused)


def test_each_partner_is_checked_again_before_a_recommendation(session):
    competition = priced(session)
    bid = bid_number(session, competition, 1)
    link = SupplyChainLink(
        lead_id=bid.supplier_id,
        partner_key="example",
        partner_name="Example Partner",
        kind=LinkKind.SUBCONTRACTOR,
        part_key="part",
        starts_on=clock.today(),
        created_at=clock.now(),
    )
    session.add(link)
    session.flush()
    with pytest.raises(Refused) as refused:
        recommend_first(session, competition)
    assert codes(refused) == {"party_not_checked"}
    actor = competition.authority_actor(competition.commissioner)

    def check(outcome: CheckOutcome, reason: str) -> None:
        check_party(
            session,
            call_off=competition.call_off,
            bid=bid,
            party=f"link:{link.public_id}",
            outcome=outcome,
            reason=reason,
            actor=actor,
            now=clock.now(),
        )

    with pytest.raises(Refused) as refused:
        check(CheckOutcome.CLEAR, "fine")
    assert codes(refused) == {"check_without_reason"}
    check(CheckOutcome.EXCLUDED, "It is on the debarment list")
    with pytest.raises(Refused) as refused:
        recommend_first(session, competition)
    assert codes(refused) == {"party_excluded"}
    check(CheckOutcome.CONSIDERED, "It was taken off the list")
    recommend_first(session, competition)
    assert competition.call_off.state == "recommended"


@pytest.mark.parametrize("regime", list(Regime))
def test_no_contract_while_a_challenge_stands(app, session, regime):
    with app.test_request_context():
        competition = awarded(session, standstill=False, regime=regime)
        actor = competition.authority_actor(competition.commissioner)
        challenge = record_challenge(
            session,
            call_off=competition.call_off,
            received_on=clock.today(),
            summary="The other bidder disputes a score",
            actor=actor,
            now=clock.now(),
        )
        with pytest.raises(Refused) as refused:
            end(session, competition)
        assert codes(refused) == {"challenged"}
        lift_challenge(
            session,
            call_off=competition.call_off,
            challenge=challenge,
            reason="Withdrawn in writing today",
            actor=actor,
            now=clock.now(),
        )
        (contract,) = make_contracts(session, call_off=competition.call_off, actor=actor, now=clock.now())
        record_challenge(
            session,
            call_off=competition.call_off,
            received_on=clock.today(),
            summary="A second challenge came in",
            actor=actor,
            now=clock.now(),
        )
        with pytest.raises(Refused) as refused:
            sign(session, competition, contract, Party.SUPPLIER)
    assert codes(refused) == {"challenged"}
    assert contract.in_force_at is None


def test_a_contract_is_in_force_only_when_both_have_signed_once(app, session):
    with app.test_request_context():
        competition = awarded(session, standstill=False)
        (contract,) = end(session, competition)
        actor = competition.authority_actor(competition.commissioner)
        wanted = ContractFilter(on=contract.starts_on)
        set_indicator(
            session,
            contract=contract,
            name="Starts in time",
            measure="Days from referral",
            target="90%",
            actor=actor,
            now=clock.now(),
        )
        sign(session, competition, contract, Party.SUPPLIER)
        assert contract.in_force_at is None
        assert contract_page(session, actor=actor, wanted=wanted, number=1, size=5)[1] == 0
        for how, code in (
            ({}, "party_has_signed"),
            ({"signed_on": clock.today() + timedelta(days=1)}, "signed_in_the_future"),
            ({"signed_on": clock.today() - timedelta(days=1)}, "signed_before_it_was_made"),
            ({"name": " "}, "signed_by_nobody"),
        ):
            with pytest.raises(Refused) as refused:
                sign(session, competition, contract, Party.SUPPLIER, **how)
            assert code in codes(refused)
        with pytest.raises(Refused) as refused:
            set_indicator(
                session,
                contract=contract,
                name="Late",
                measure="After a signature",
                target="None",
                actor=actor,
                now=clock.now(),
            )
        assert codes(refused) == {"terms_are_signed"}
        sign(session, competition, contract, Party.AUTHORITY)
        assert contract.in_force_at is not None
        assert contract_page(session, actor=actor, wanted=wanted, number=1, size=5)[1] == 1
        reader = PdfReader(io.BytesIO(contract_pdf(contract)))
    catalog = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == "en"
    text = " ".join(page.extract_text() for page in reader.pages)
    assert "Sam Example" in text
    assert "Starts in time" in text
    assert "within 30 days" in " ".join(text.split())


def test_a_review_moves_shares_within_their_bounds_and_volumes_follow(app, session):
    with app.test_request_context():
        competition = shared(session, sharing=Sharing.BY_PERFORMANCE, standstill=False)
        award_both(session, competition)
        first, second = end(session, competition)
        actor = competition.authority_actor(competition.commissioner)

        def review(one: int, other: int) -> None:
            review_shares(
                session,
                lot=competition.lot,
                shares={first.public_id: Decimal(one), second.public_id: Decimal(other)},
                findings="The second starts people sooner",
                reviewed_on=clock.today(),
                actor=actor,
                now=clock.now(),
            )

        with pytest.raises(Refused) as refused:
            review(80, 20)
        assert codes(refused) == {"share_outside_bounds"}
        with pytest.raises(Refused) as refused:
            review(50, 40)
        assert codes(refused) == {"shares_not_whole"}
        review(45, 55)
    assert [row.volumes[0].people_a_year for row in (first, second)] == [54, 66]
    assert (first.share, second.share) == (Decimal(45), Decimal(55))


def test_referrals_are_dealt_at_random_between_contracts_in_force(app, session):
    with app.test_request_context():
        competition = shared(session, dealing=Dealing.WEIGHTED, standstill=False)
        award_both(session, competition)
        made = end(session, competition)
        actor = competition.authority_actor(competition.commissioner)
        with pytest.raises(Refused) as refused:
            deal_referral(session, lot=competition.lot, actor=actor, now=clock.now())
        assert codes(refused) == {"nobody_to_deal_between"}
        for contract in made:
            sign_both(session, competition, contract)
            contract.starts_on = clock.today()
        deals = [deal_referral(session, lot=competition.lot, actor=actor, now=clock.now()) for _ in range(12)]
    assert [deal.number for deal in deals] == list(range(1, 13))
    assert len({deal.seed for deal in deals}) == 12
    for deal in deals:
        assert deal.contract.public_id == dealt_to(deal.seed, [(key, weight) for key, weight in deal.weights])
        assert sorted(weight for _key, weight in deal.weights) == [4000, 6000]


def test_what_follows_from_a_signed_contract_is_due_until_it_is_done(app, session):
    with app.test_request_context():
        competition = awarded(session, standstill=False)
        (contract,) = end(session, competition)
        contract.value = Decimal(6_000_000)
        sign_both(session, competition, contract)
    actor = competition.authority_actor(competition.commissioner)
    tasks = {task.due.kind: task for task in tasks_of(session, actor=actor)}
    today = clock.today()
    assert tasks[DeedKind.DETAILS_NOTICE].due.on == today + timedelta(days=120)
    assert tasks[DeedKind.CONTRACT_COPY].due.on == today + timedelta(days=180)
    assert contract.ends_on is not None
    assert tasks[DeedKind.TERMINATION_NOTICE].due.on == contract.ends_on + timedelta(days=30)
    assert tasks[DeedKind.DETAILS_NOTICE].overdue(today + timedelta(days=121))
    do_duty(
        session,
        call_off=competition.call_off,
        kind=DeedKind.DETAILS_NOTICE,
        done_on=today,
        reference="012345-2026",
        actor=actor,
        now=clock.now(),
        contract=contract,
    )
    tasks = {task.due.kind: task for task in tasks_of(session, actor=actor)}
    assert not tasks[DeedKind.DETAILS_NOTICE].overdue(today + timedelta(days=400))
    with pytest.raises(Refused) as refused:
        do_duty(
            session,
            call_off=competition.call_off,
            kind=DeedKind.TERMINATION_NOTICE,
            done_on=today,
            reference="too early",
            actor=actor,
            now=clock.now(),
            contract=contract,
        )
    assert codes(refused) == {"duty_not_begun"}


def test_the_pages_take_a_lot_from_checks_to_signatures(app, session, client):
    with app.test_request_context():
        competition = shared(session, dealing=Dealing.EQUAL, standstill=False)
    address = f"/commissioning/{competition.call_off.public_id}"
    client.sign_in(competition.commissioner)
    page = client.get(f"{address}/checks")
    assert "Checks before the award" in page.text
    bid = bid_number(session, competition, 1)
    wrong = client.post(f"{address}/checks/{bid.public_id}/bidder", data={"reason": "Looked at the list"})
    assert wrong.status_code == 422
    assert "Looked at the list" in wrong.text
    client.post(
        f"{address}/checks/{bid.public_id}/bidder",
        data={"reason": "Looked at the list today", "outcome": "clear"},
    )
    assert "No ground found" in client.get(f"{address}/checks").text
    assert "(60%)" in client.get(f"{address}/ranking").text
    with app.test_request_context():
        award_both(session, competition)
        first, _second = end(session, competition)
        session.commit()
    assert client.get(f"{address}/after-letters").status_code == 200
    assert client.get("/contracts/duties").status_code == 200
    client.sign_in(competition.approver)
    page = client.get(f"/contracts/{first.public_id}")
    assert "Record the signature" in page.text
    empty = client.post(f"/contracts/{first.public_id}/signature", data={})
    assert empty.status_code == 422
    day = clock.today()
    given = {
        "name": "Sam Example",
        "position": "Director",
        "signed_on-day": day.day,
        "signed_on-month": day.month,
        "signed_on-year": day.year,
    }
    client.post(f"/contracts/{first.public_id}/signature", data=given)
    client.sign_in(competition.suppliers[1][1])
    client.post(f"/contracts/{first.public_id}/signature", data=given)
    page = client.get(f"/contracts/{first.public_id}")
    assert "Record the signature" not in page.text
    assert client.get(f"/contracts/{first.public_id}/contract.pdf").data.startswith(b"%PDF")
    assert client.get(f"/contracts/{first.public_id}/sharing").status_code == 403
    client.sign_in(competition.suppliers[0][1])
    assert client.get(f"/contracts/{first.public_id}/contract.pdf").status_code == 404
    client.sign_in(competition.commissioner)
    assert "Deal the next referral" in client.get(f"/contracts/{first.public_id}/sharing").text


def test_the_lot_of_a_contract_is_contracted(app, session):
    with app.test_request_context(), time_machine.travel(clock.now(), tick=True):
        competition = awarded(session, standstill=False)
        end(session, competition)
    assert competition.lot.state is LotState.CONTRACTED
    assert session.scalar(sa.select(sa.func.count()).select_from(Contract)) == 1
