"""What a bid promises beside its answers: costs, bands, offers, places, partners, evidence; all sealed."""

import io
import json
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalogue.offers.models import OfferVersion
from catalogue.partners.types import LinkKind
from catalogue.reference.models import Place
from catalogue.reference.types import PlaceKind
from core import clock
from core.questions.models import QuestionVersion
from core.reasons import Refused
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.bids.queries import citation_of, draft_content, facts_of, receipt_of
from procurement.calloffs.bids.rules import receipt_problems, warnings_about, what_is_missing
from procurement.calloffs.bids.services import (
    add_file,
    save_capacity,
    save_chain,
    save_offers,
    save_terms,
    submit_bid,
)
from procurement.calloffs.bids.types import PriceBand, PriceTerms
from procurement.calloffs.drafting.types import Envelope
from procurement.calloffs.evaluation.queries.opened import (
    cited_versions,
    opened_breakdown,
    opened_chain_terms,
    opened_prices,
    opened_quality,
)
from tests.calloffs import (
    Competition,
    agree_all,
    make_competition,
    open_envelope,
    own,
    score_all,
    write_bid,
)
from tests.factories_offers import published_offer
from tests.factories_partners import confirmed, make_supplier, name_one
from tests.integration.test_bid_pages import sign_in, text

SERVICE = ("accommodation", "low")
PRICE = Decimal("400.00")
TERMS = PriceTerms(
    Decimal("250.00"), Decimal("110.00"), Decimal("40.00"), bands=(PriceBand(150, Decimal("380.00")),)
)


@pytest.fixture
def competition(session: Session) -> Competition:
    made = make_competition(session)
    session.commit()
    return made


def offer_for(session: Session, competition: Competition, number: int = 0, **content: object) -> OfferVersion:
    """A published offer of a supplier that serves the lot's region."""
    lot_place = competition.lot.places[0]
    region = session.get_one(Place, lot_place.region_id)
    area = next(
        place.code
        for place in session.query(Place).order_by(Place.code)
        if place.kind is PlaceKind.POLICE_FORCE_AREA and place.region_id == region.id
    )
    return published_offer(
        session, actor=_may_offer(competition, number), places=(area,), **({"places_a_year": 100} | content)
    )


def _may_offer(competition: Competition, number: int):  # type: ignore[no-untyped-def]
    from tests.factories_offers import actor_with

    organisation, person = competition.suppliers[number]
    return actor_with(organisation, "supplier-administrator", person.id)


def codes(reasons) -> list[str]:  # type: ignore[no-untyped-def]
    return [reason.code for reason in reasons]


def written(session: Session, competition: Competition) -> Bid:
    return own(session, write_bid(session, competition, price=PRICE), competition.supplier_actor())


def found_missing(session: Session, bid: Bid) -> list[str]:
    return codes(what_is_missing(facts_of(session, bid, draft_content(session, bid))))


def found_warnings(session: Session, bid: Bid) -> list[str]:
    return codes(warnings_about(facts_of(session, bid, draft_content(session, bid))))


def test_all_of_a_bid_is_on_its_receipt_and_in_the_right_envelope(
    session: Session, competition: Competition
) -> None:
    bid, actor, now = written(session, competition), competition.supplier_actor(), clock.now()
    version = offer_for(session, competition)
    organisation, _, partner = make_supplier(session, "Example Kitchen Table")
    link = confirmed(
        session, _may_offer(competition, 0), partner, organisation, share_percent=Decimal("12.50")
    )
    what = {"bid": bid, "actor": actor, "now": now}
    save_terms(session, service=SERVICE, terms=TERMS, **what)
    save_offers(session, offers=[citation_of(version)], **what)
    save_capacity(session, places={SERVICE: 90}, **what)
    save_chain(session, links=[link.public_id], **what)
    add_file(
        session, name="Plan.pdf", content=b"%PDF-1.7", criterion=competition.call_off.criteria[0], **what
    )
    bid = own(session, bid, actor)
    submission = submit_bid(session, bid=bid, actor=actor)
    receipt = json.loads(json.dumps(receipt_of(session, bid, submission)))
    assert receipt_problems(receipt) == []
    quality, price = receipt["bid"]["quality"], receipt["bid"]["price"]
    assert quality["offers"][0]["offer"] == version.offer.public_id
    assert quality["capacity"] == {"accommodation:low": 90}
    assert [one["name"] for one in quality["chain"]] == ["Example Kitchen Table"]
    criterion = competition.call_off.criteria[0].question
    assert quality["files"][0]["question"] == f"{criterion.code}@{criterion.version}"
    assert price["prices"] == {"accommodation:low": "400.00"}
    assert price["terms"]["accommodation:low"]["staff"] == "250.00"
    assert price["chain"][0]["share_percent"] == "12.50"
    # No amount and no share in what the evaluators of quality read.
    assert not any(amount in json.dumps(quality) for amount in ("400", "250.00", "380", "12.50", "1234.5"))


def test_what_was_promised_is_read_by_those_to_whom_it_was_opened_and_by_nobody_before(
    session: Session, competition: Competition
) -> None:
    bid, actor, now = written(session, competition), competition.supplier_actor(), clock.now()
    version = offer_for(session, competition)
    save_terms(session, bid=bid, service=SERVICE, terms=TERMS, actor=actor, now=now)
    save_offers(session, bid=bid, offers=[citation_of(version)], actor=actor, now=now)
    save_capacity(session, bid=bid, places={SERVICE: 80}, actor=actor, now=now)
    submit_bid(session, bid=bid, actor=actor)
    call_off = competition.call_off
    for read in (opened_quality, opened_breakdown, opened_chain_terms, opened_prices):
        with pytest.raises(Refused):
            read(session, call_off, [bid])
    call_off.deadline = clock.now()
    session.flush()
    open_envelope(session, competition, Envelope.QUALITY)
    opened = opened_quality(session, call_off, [bid])[bid.id]
    assert opened.capacity == {SERVICE: 80}
    assert cited_versions(session, call_off, bid) == [version]
    with pytest.raises(Refused):
        opened_breakdown(session, call_off, [bid])
    score_all(session, competition)
    agree_all(session, competition)
    open_envelope(session, competition, Envelope.PRICE)
    assert opened_prices(session, call_off, [bid])[bid.id] == {SERVICE: PRICE}
    assert opened_breakdown(session, call_off, [bid])[bid.id] == {SERVICE: TERMS}


def test_places_above_those_of_the_cited_offers_are_refused_and_above_the_free_ones_warned_of(
    session: Session, competition: Competition
) -> None:
    from catalogue.offers.models import CapacityCommitment

    bid, actor, now = written(session, competition), competition.supplier_actor(), clock.now()
    version = offer_for(session, competition)
    save_offers(session, bid=bid, offers=[citation_of(version)], actor=actor, now=now)
    session.add(
        CapacityCommitment(
            offer_id=version.offer_id,
            version_id=version.id,
            pool_id=version.levels[0].pool_id,
            complexity=version.levels[0].complexity,
            places_a_year=30,
            contract_reference="EX-1",
            starts_on=clock.today(),
            ends_on=clock.today().replace(year=clock.today().year + 5, day=1),
        )
    )
    session.flush()
    for places, missing, warned in ((70, [], False), (71, [], True), (101, ["capacity_above_places"], False)):
        save_capacity(session, bid=bid, places={SERVICE: places}, actor=actor, now=now)
        assert found_missing(session, bid) == missing
        assert ("capacity_above_free" in found_warnings(session, bid)) is warned
    with pytest.raises(Refused):
        submit_bid(session, bid=bid, actor=actor)


def test_only_own_offers_that_fit_are_cited(session: Session, competition: Competition) -> None:
    bid, actor, now = written(session, competition), competition.supplier_actor(), clock.now()
    others = offer_for(session, competition, 1)
    elsewhere = published_offer(session, actor=_may_offer(competition, 0), places=("pfa:kent",))
    finance = offer_for(session, competition, need_area="finance")
    for version in (others, elsewhere, finance):
        with pytest.raises(Refused) as refusal:
            save_offers(session, bid=bid, offers=[citation_of(version)], actor=actor, now=now)
        assert codes(refusal.value.reasons) == ["offer_does_not_fit"]


def test_partners_that_have_not_confirmed_are_named_and_stop_nothing(
    session: Session, competition: Competition
) -> None:
    bid, actor, now = written(session, competition), competition.supplier_actor(), clock.now()
    lead = _may_offer(competition, 0)
    organisation, _, partner = make_supplier(session, "Example Above")
    above = confirmed(session, lead, partner, organisation)
    below = name_one(session, lead, parent=above, name="Example Below")
    with pytest.raises(Refused) as refusal:
        save_chain(session, bid=bid, links=[below.public_id], actor=actor, now=now)
    assert codes(refusal.value.reasons) == ["part_without_the_one_above"]
    save_chain(session, bid=bid, links=[above.public_id, below.public_id], actor=actor, now=now)
    facts = facts_of(session, bid, draft_content(session, bid))
    assert [(part.name, part.confirmed) for part in facts.parts] == [
        ("Example Above", True),
        ("Example Below", False),
    ]
    assert "part_not_confirmed" in found_warnings(session, bid)
    assert submit_bid(session, bid=bid, actor=actor).number == 1


def test_a_lot_held_together_names_what_nobody_in_the_bid_holds(
    session: Session, competition: Competition
) -> None:
    from catalogue.reference.models import NeedArea
    from catalogue.reference.types import Complexity
    from procurement.calloffs.drafting.models import LotVolume
    from procurement.framework.models import Application, Category, Member
    from procurement.framework.types import ApplicationState, MemberState

    lot, framework = competition.lot, competition.call_off.framework
    finance = session.query(NeedArea).filter_by(code="finance").one()
    lot.volumes.append(LotVolume(need_area=finance, complexity=Complexity.LOW, people_a_year=40))
    lot.holds_all = True
    region = session.get_one(Place, lot.places[0].region_id)
    lead, (organisation, _, partner) = (
        _may_offer(competition, 0),
        make_supplier(session, "Example Debt Advice"),
    )
    for need_area, holder in (
        (lot.volumes[0].need_area, competition.suppliers[0][0]),
        (finance, organisation),
    ):
        category = Category(
            framework=framework,
            code=f"EX-{need_area.code}",
            name=need_area.name,
            value_from=0,
            cpv_code="85312500",
            need_area=need_area,
            regions=[region],
        )
        application = Application(
            framework=framework, supplier=holder, state=ApplicationState.DRAFT, created_at=clock.now()
        )
        session.add_all([category, application])
        session.flush()
        session.add(
            Member(
                category=category,
                region=region,
                supplier=holder,
                application=application,
                state=MemberState.ACTIVE,
                admitted_at=clock.now(),
            )
        )
    session.flush()
    bid, actor, now = written(session, competition), competition.supplier_actor(), clock.now()
    assert "not_held_together" in found_warnings(session, bid)
    link = confirmed(
        session,
        lead,
        partner,
        organisation,
        kind=LinkKind.CONSORTIUM_MEMBER,
        need_areas=frozenset({"finance"}),
    )
    save_chain(session, bid=bid, links=[link.public_id], actor=actor, now=now)
    assert "not_held_together" not in found_warnings(session, bid)


def test_costs_that_do_not_add_up_are_kept_and_said(
    client: FlaskClient, session: Session, competition: Competition
) -> None:
    sign_in(client, competition)
    bid = write_bid(session, competition, price=PRICE)
    address = f"/bids/{bid.public_id}/prices/accommodation/low"
    assert client.get(address).status_code == 200
    answer = client.post(address, data={"staff": "250", "overheads": "100", "other": ""})
    assert answer.status_code == 422
    assert "come to £350" in text(answer)
    assert 'value="250"' in text(client.get(address))
    assert client.post(f"/bids/{bid.public_id}/check").status_code == 422
    said = {"staff": "250", "overheads": "100", "other": "", "note": "A grant pays the rest of the room."}
    assert client.post(address, data=said).status_code == 302
    assert client.post(f"/bids/{bid.public_id}/check").status_code == 302


@pytest.mark.parametrize(
    ("band", "words"),
    [
        ({"from_1": "100", "price_1": "380"}, "bands begin above that"),
        ({"from_1": "150", "price_1": ""}, "Band 1 must have a price too"),
        ({"from_1": "", "price_1": "380"}, "Band 1 must have a number of people too"),
        ({"from_1": "200", "price_1": "380", "from_2": "150", "price_2": "370"}, "do not rise"),
        ({"from_1": "many", "price_1": "380"}, "must be a whole number"),
    ],
)
def test_volume_bands_that_say_nothing_clear_are_shown_again(
    client: FlaskClient, session: Session, competition: Competition, band: dict[str, str], words: str
) -> None:
    sign_in(client, competition)
    bid = write_bid(session, competition, price=PRICE)
    answer = client.post(f"/bids/{bid.public_id}/prices/accommodation/low", data=band)
    assert answer.status_code == 422
    assert words in text(answer)


def test_offers_that_fit_are_chosen_already_and_count_once_saved(
    client: FlaskClient, session: Session, competition: Competition
) -> None:
    version = offer_for(session, competition)
    bid = write_bid(session, competition)
    sign_in(client, competition)
    address = f"/bids/{bid.public_id}/delivery"
    page = text(client.get(address))
    assert f'value="{citation_of(version)}" checked' in page
    assert "Not started" in text(client.get(f"/bids/{bid.public_id}"))
    wrong = client.post(address, data={"offers": citation_of(version), "places-accommodation-low": "some"})
    assert wrong.status_code == 422
    assert 'value="some"' in text(wrong)
    right = {"offers": citation_of(version), "places-accommodation-low": "120"}
    assert client.post(address, data=right).status_code == 302
    page = text(client.get(f"/bids/{bid.public_id}"))
    assert "1 offer cited, 120 places a year" in page
    assert "the offers that you cite have 100" in text(client.get(f"/bids/{bid.public_id}/check")).replace(
        "\n", " "
    )
    assert client.post(address, data={"offers": "OF-NOTTHERE@1"}).status_code == 422


def test_evidence_is_attached_to_the_question_that_asks_for_it(
    client: FlaskClient, session: Session, competition: Competition
) -> None:
    question = competition.call_off.criteria[0].question
    assert isinstance(question, QuestionVersion)
    question.evidence = "The rota of last month."
    bid = write_bid(session, competition)
    session.commit()
    sign_in(client, competition)
    page = text(client.get(f"/bids/{bid.public_id}/answers/1"))
    assert "The rota of last month." in page
    assert f"/bids/{bid.public_id}/files?question=1" in page
    assert "evidence is asked for" in text(client.get(f"/bids/{bid.public_id}/check"))
    address = f"/bids/{bid.public_id}/files"
    assert 'value="1" selected' in text(client.get(f"{address}?question=1"))
    refused = client.post(
        address,
        data={"file": (io.BytesIO(b"MZ"), "rota.exe"), "question": "1"},
        content_type="multipart/form-data",
    )
    assert refused.status_code == 422
    assert "rota.exe is of a kind that is not taken" in text(refused)
    sent = client.post(
        address,
        data={"file": (io.BytesIO(b"%PDF-1.7"), "rota.pdf"), "question": "1"},
        content_type="multipart/form-data",
    )
    assert sent.location.endswith("/answers/1")
    assert "rota.pdf" in text(client.get(f"/bids/{bid.public_id}/answers/1"))
    assert "evidence is asked for" not in text(client.get(f"/bids/{bid.public_id}/check"))


def test_prices_and_what_they_are_made_of_are_shown_with_the_ranking_and_promises_with_the_answers(
    client: FlaskClient, session: Session, competition: Competition
) -> None:
    bid, actor, now = written(session, competition), competition.supplier_actor(), clock.now()
    version = offer_for(session, competition)
    save_offers(session, bid=bid, offers=[citation_of(version)], actor=actor, now=now)
    save_capacity(session, bid=bid, places={SERVICE: 80}, actor=actor, now=now)
    save_terms(session, bid=bid, service=SERVICE, terms=TERMS, actor=actor, now=now)
    submit_bid(session, bid=bid, actor=actor)
    call_off = competition.call_off
    call_off.deadline = clock.now()
    session.flush()
    open_envelope(session, competition, Envelope.QUALITY)
    session.commit()
    client.sign_in(competition.evaluators[0])  # type: ignore[attr-defined]
    page = text(client.get(f"/commissioning/{call_off.public_id}/scoring/1"))
    assert version.offer.public_id in page
    assert "80 places a year committed" in page
    assert "£250" not in page
    score_all(session, competition)
    agree_all(session, competition)
    open_envelope(session, competition, Envelope.PRICE)
    session.commit()
    client.sign_in(competition.commissioner)  # type: ignore[attr-defined]
    page = text(client.get(f"/commissioning/{call_off.public_id}/ranking"))
    assert "What the prices of lot 1 are made of" in page
    assert "£250" in page
    assert "From 150 people a year: £380" in page
