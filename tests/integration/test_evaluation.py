"""From the deadline to the contract: who opens, scores, agrees, approves, and in which order it ends."""

import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pypdf
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from core import clock
from core.audit.models import AuditEvent
from core.audit.queries import verify
from core.documents.services import content_of
from core.jobs.models import OutboxMessage
from core.reasons import Refused
from procurement.calloffs.bids.queries import fingerprints_of
from procurement.calloffs.drafting.types import (
    CallOffState,
    Duty,
    Envelope,
    FailureCause,
    LotState,
    PriceFormula,
)
from procurement.calloffs.evaluation.models import Award, Consensus, EnvelopeRelease, Letter, LotResult, Score
from procurement.calloffs.evaluation.queries.opened import opened_prices, opened_quality
from procurement.calloffs.evaluation.queries.results import letter_of
from procurement.calloffs.evaluation.queries.scoped import all_standing, call_off_of
from procurement.calloffs.evaluation.services import (
    LotDecision,
    agree,
    approve_award,
    complete_scoring,
    lock_quality,
    publish_award_notice,
    recommend,
    release_envelope,
    return_recommendation,
    save_drafts,
    send_letters,
    submit_scores,
)
from procurement.calloffs.evaluation.services.scoring import Given
from procurement.contracts.models import Contract
from procurement.contracts.services.awarded import end_of_term, make_contracts
from procurement.framework.types import Regime
from tests.calloffs import (
    REASON,
    Competition,
    acting,
    agree_all,
    awarded,
    bid_number,
    closed,
    make_competition,
    open_envelope,
    own,
    priced,
    recommend_first,
    release,
    score_all,
    submit,
)


def codes(refusal: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in refusal.value.reasons]


# --- opening ---


def test_two_of_three_named_officers_open_quality_after_the_deadline(session: Session) -> None:
    competition = closed(session)
    call_off = competition.call_off
    first, _second, third = competition.officers
    deadline = call_off.deadline
    with pytest.raises(Refused) as early:
        release_envelope(
            session,
            call_off=call_off,
            envelope=Envelope.QUALITY,
            actor=competition.authority_actor(first),
            read_clock=lambda session: deadline - timedelta(microseconds=1),
        )
    assert codes(early) == ["before_deadline", "not_the_time_for_envelope"]
    with pytest.raises(Refused) as stranger:
        release(session, competition, Envelope.QUALITY, competition.commissioner)
    assert codes(stranger) == ["not_a_named_officer"]

    assert release(session, competition, Envelope.QUALITY, first) is False
    bids = all_standing(session, call_off)
    with pytest.raises(Refused) as sealed:
        opened_quality(session, call_off, bids)
    assert codes(sealed) == ["envelope_sealed"]
    with pytest.raises(Refused) as again:
        release(session, competition, Envelope.QUALITY, first)
    assert codes(again) == ["released_already"]

    assert release(session, competition, Envelope.QUALITY, third) is True
    assert call_off.state is CallOffState.QUALITY_OPENED
    answers = [opened.answers for opened in opened_quality(session, call_off, bids).values()]
    assert any("First supplier's way (Method)" in one.values() for one in answers)
    with pytest.raises(Refused):
        opened_prices(session, call_off, bids)
    opened = session.scalars(
        sa.select(AuditEvent).where(
            AuditEvent.chain == call_off.public_id, AuditEvent.tag == "envelope:opened"
        )
    ).one()
    listed = fingerprints_of(session, call_off)
    assert listed is not None
    assert opened.details["fingerprints"] == listed["fingerprints"]
    assert len(listed["fingerprints"]) == 2
    assert verify(session)[2] is None


def test_an_officer_in_conflict_opens_nothing(session: Session) -> None:
    competition = closed(session)
    duty = next(d for d in competition.call_off.duties if d.person_id == competition.officers[0].id)
    duty.has_conflict, duty.conflict_note = True, "My sister works for a bidder"
    with pytest.raises(Refused) as refusal:
        release(session, competition, Envelope.QUALITY, competition.officers[0])
    assert codes(refusal) == ["person_in_conflict"]


def test_price_stays_sealed_until_quality_is_locked(session: Session) -> None:
    competition = closed(session)
    with pytest.raises(Refused) as refusal:
        release(session, competition, Envelope.PRICE, competition.officers[0])
    assert "quality_not_locked" in codes(refusal)
    open_envelope(session, competition, Envelope.QUALITY)
    score_all(session, competition)
    with pytest.raises(Refused) as refusal:
        release(session, competition, Envelope.PRICE, competition.officers[0])
    assert "quality_not_locked" in codes(refusal)
    agree_all(session, competition)
    open_envelope(session, competition, Envelope.PRICE)
    assert competition.call_off.state is CallOffState.PRICE_OPENED


def test_a_withdrawn_bid_is_not_opened_and_a_lot_without_bids_fails(session: Session) -> None:
    competition = make_competition(session, lots=2)
    submit(session, competition, 0)
    withdrawn = submit(session, competition, 1)
    from procurement.calloffs.bids.services import withdraw_bid

    withdraw_bid(session, bid=withdrawn, actor=competition.supplier_actor(1))
    competition.call_off.deadline = clock.now() - timedelta(seconds=1)
    open_envelope(session, competition, Envelope.QUALITY)
    assert [bid.supplier_id for bid in all_standing(session, competition.call_off)] == [
        competition.suppliers[0][0].id
    ]
    first, second = competition.call_off.lots
    assert first.state is LotState.OPEN
    assert (second.state, second.failure_cause) == (LotState.FAILED, FailureCause.NO_BID)


def test_a_bid_that_was_tampered_with_is_found_when_prices_open(session: Session) -> None:
    competition = closed(session)
    open_envelope(session, competition, Envelope.QUALITY)
    score_all(session, competition)
    agree_all(session, competition)
    release(session, competition, Envelope.PRICE, competition.officers[0])
    # What the append-only trigger forbids, done behind its back: another sealed price, properly sealed.
    from procurement.calloffs.bids.services.submitting import _sealed

    bid = bid_number(session, competition, 0)
    forged = _sealed(session, bid, Envelope.PRICE, 1, {"accommodation:low": "1.00"})
    dialect = session.get_bind().dialect.name
    if dialect == "sqlite":
        session.execute(sa.text("DROP TRIGGER bid_submission_refuses_update"))
    else:
        session.execute(sa.text("ALTER TABLE bid_submission DISABLE TRIGGER USER"))
    session.execute(
        sa.text("UPDATE bid_submission SET sealed_price = :forged WHERE bid_id = :bid"),
        {"forged": forged, "bid": bid.id},
    )
    session.expire_all()
    with pytest.raises(Refused) as refusal:
        release(session, competition, Envelope.PRICE, competition.officers[1])
    assert codes(refusal) == ["fingerprint_differs"]


# --- scoring ---


def test_scores_are_drafted_submitted_once_and_never_changed(session: Session) -> None:
    competition = closed(session)
    open_envelope(session, competition, Envelope.QUALITY)
    call_off, now = competition.call_off, clock.now()
    criterion = call_off.criteria[0]
    actor = competition.authority_actor(competition.evaluators[0])
    one, other = all_standing(session, call_off)
    what = {"call_off": call_off, "criterion": criterion, "actor": actor, "now": now}
    save_drafts(session, given={one.id: Given(4, REASON), other.id: Given(2, "")}, **what)
    with pytest.raises(Refused) as refusal:
        submit_scores(session, **what)
    assert codes(refusal) == ["score_without_reason"]
    assert refusal.value.reasons[0].params["bid"] == other.public_id
    with pytest.raises(Refused) as refusal:
        save_drafts(session, given={one.id: Given(9, "")}, **what)
    assert codes(refusal) == ["score_off_the_scale"]
    save_drafts(session, given={other.id: Given(2, REASON)}, **what)
    assert submit_scores(session, **what) == 2
    with pytest.raises(Refused) as refusal:
        submit_scores(session, **what)
    assert codes(refusal) == ["score_already_submitted"]
    save_drafts(session, given={one.id: Given(1, "changed my mind about it")}, **what)
    kept = session.scalars(sa.select(Score).where(Score.bid_id == one.id)).one()
    assert kept.score == 4
    for statement in ("UPDATE score SET score = 0", "DELETE FROM score"):
        with pytest.raises(DatabaseError, match="append-only"), session.begin_nested():
            session.execute(sa.text(statement))


def test_only_named_evaluators_without_conflict_score(session: Session) -> None:
    competition = closed(session)
    open_envelope(session, competition, Envelope.QUALITY)
    call_off = competition.call_off
    for person, code in ((competition.commissioner, "not_assigned"), (competition.evaluators[0], None)):
        actor = competition.authority_actor(person)
        what = {"call_off": call_off, "criterion": call_off.criteria[0], "actor": actor, "now": clock.now()}
        if code:
            with pytest.raises(Refused) as refusal:
                save_drafts(session, given={}, **what)
            assert codes(refusal) == [code]
    duty = next(d for d in call_off.duties if d.person_id == competition.evaluators[0].id)
    duty.has_conflict, duty.conflict_note = True, "I advised a bidder"
    with pytest.raises(Refused) as refusal:
        save_drafts(session, given={}, **what)
    assert codes(refusal) == ["person_in_conflict"]


def test_consensus_waits_for_every_score_and_keeps_each_version(session: Session) -> None:
    competition = closed(session)
    open_envelope(session, competition, Envelope.QUALITY)
    call_off, now = competition.call_off, clock.now()
    moderator = competition.authority_actor(competition.commissioner)
    bid = all_standing(session, call_off)[0]
    what = {
        "call_off": call_off,
        "criterion": call_off.criteria[0],
        "bid": bid,
        "actor": moderator,
        "now": now,
    }
    with pytest.raises(Refused) as refusal:
        complete_scoring(session, call_off=call_off, actor=moderator, now=now)
    assert set(codes(refusal)) == {"score_outstanding"}
    score_all(session, competition)
    with pytest.raises(Refused) as refusal:
        agree(session, score=3, reason=REASON, **what)
    assert codes(refusal) == ["not_open_for_consensus"]
    complete_scoring(session, call_off=call_off, actor=moderator, now=now)
    with pytest.raises(Refused) as refusal:
        agree(session, score=3, reason="ok", **what)
    assert codes(refusal) == ["consensus_without_reason"]
    agree(session, score=3, reason=REASON, **what)
    agree(session, score=2, reason="On reflection it lacks detail", **what)
    kept = session.scalars(sa.select(Consensus).order_by(Consensus.number)).all()
    assert [(row.number, row.score) for row in kept] == [(1, 3), (2, 2)]
    with pytest.raises(Refused) as refusal:
        lock_quality(session, call_off=call_off, actor=moderator, now=now)
    assert set(codes(refusal)) == {"consensus_missing"}
    for statement in ("UPDATE consensus SET score = 0", "DELETE FROM consensus"):
        with pytest.raises(DatabaseError, match="append-only"), session.begin_nested():
            session.execute(sa.text(statement))


# --- results and award ---


def test_the_ranking_follows_the_published_formula(session: Session) -> None:
    competition = priced(session)
    rows = session.scalars(sa.select(LotResult).order_by(LotResult.rank)).all()
    # Quality 60 points, score 3 of 5 each: 36. Prices 120 people × 2 years × £380 and £400.
    assert [(row.rank, row.quality, row.price, row.total, row.evaluated_price) for row in rows] == [
        (1, Decimal(36), Decimal(40), Decimal(76), Decimal(91_200)),
        (2, Decimal(36), Decimal(38), Decimal(74), Decimal(96_000)),
    ]
    assert rows[0].bid_id == bid_number(session, competition, 1).id


def test_the_first_in_the_ranking_is_recommended_and_another_person_approves(session: Session) -> None:
    competition = priced(session)
    call_off = competition.call_off
    with pytest.raises(Refused) as refusal:
        recommend_first(session, competition, 0)
    assert codes(refusal) == ["winner_not_first"]
    with pytest.raises(Refused) as refusal:
        recommend_first(session, competition, exclusion_checked=False)
    assert codes(refusal) == ["exclusion_not_checked"]
    recommend_first(session, competition)
    commissioner = competition.authority_actor(competition.commissioner)
    with pytest.raises(Refused) as refusal:
        approve_award(session, call_off=call_off, actor=commissioner, now=clock.now())
    assert codes(refusal) == ["not_the_named_approver", "approver_recommended_it"]

    approver = competition.authority_actor(competition.approver)
    return_recommendation(
        session, call_off=call_off, reason="The reason is too thin", actor=approver, now=clock.now()
    )
    assert call_off.state is CallOffState.PRICE_OPENED
    assert session.scalars(sa.select(Award)).all() == []
    recommend_first(session, competition)
    approve_award(session, call_off=call_off, actor=approver, now=clock.now())
    assert (call_off.state, competition.lot.state) == (CallOffState.AWARD_APPROVED, LotState.AWARDED)


def test_the_database_refuses_an_award_approved_by_who_recommended_it(session: Session) -> None:
    competition = priced(session)
    recommend_first(session, competition)
    with pytest.raises(DatabaseError), session.begin_nested():
        session.execute(
            sa.update(Award).values(approved_by_id=Award.recommended_by_id, approved_at=clock.now())
        )


def test_a_tie_is_broken_by_a_recorded_draw_alone(session: Session) -> None:
    competition = make_competition(session)
    for number in (0, 1):
        submit(session, competition, number, price=Decimal("400.00"))
    competition.call_off.deadline = clock.now() - timedelta(seconds=1)
    open_envelope(session, competition, Envelope.QUALITY)
    score_all(session, competition)
    agree_all(session, competition)
    open_envelope(session, competition, Envelope.PRICE)
    with pytest.raises(Refused) as refusal:
        recommend_first(session, competition, 0)
    assert codes(refusal) == ["tie_not_broken"]
    recommend_first(session, competition, 0, drawn=True, reason="Drawn before two named witnesses")
    approve_award(
        session,
        call_off=competition.call_off,
        actor=competition.authority_actor(competition.approver),
        now=clock.now(),
    )
    assert competition.lot.state is LotState.AWARDED


def test_a_lot_may_be_awarded_to_nobody_with_a_reason_but_not_every_lot(session: Session) -> None:
    competition = priced(session)
    nobody = {competition.lot.id: LotDecision(None, "Every price is beyond what the service is worth")}
    commissioner = competition.authority_actor(competition.commissioner)
    with pytest.raises(Refused) as refusal:
        recommend(
            session, call_off=competition.call_off, decisions=nobody, actor=commissioner, now=clock.now()
        )
    assert codes(refusal) == ["nothing_to_award"]
    with pytest.raises(Refused) as refusal:
        recommend(session, call_off=competition.call_off, decisions={}, actor=commissioner, now=clock.now())
    assert codes(refusal) == ["lot_not_decided"]


# --- the end ---


def text_of(letter: Letter) -> str:
    reader = pypdf.PdfReader(io.BytesIO(content_of(letter.document)))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_every_bidder_gets_a_tagged_letter_with_its_scores_and_the_winners(
    app: Flask, session: Session
) -> None:
    competition = awarded(session)
    with app.test_request_context():
        letters = send_letters(
            session,
            call_off=competition.call_off,
            actor=competition.authority_actor(competition.commissioner),
            now=clock.now(),
        )
    assert len(letters) == 2
    assert competition.call_off.state is CallOffState.SUMMARIES_SENT
    by_supplier = {letter.supplier_id: letter for letter in letters}
    session.flush()
    loser = text_of(by_supplier[competition.suppliers[0][0].id])
    winner = text_of(by_supplier[competition.suppliers[1][0].id])
    assert "was not successful" in loser
    assert competition.suppliers[1][0].name in loser
    for words in ("74.00", "76.00", REASON, "ranked 2 of 2"):
        assert words in loser
    assert "380.00" not in loser  # the winner's price is nobody else's
    assert "£380" not in loser
    assert "Your bid was successful" in winner
    reader = pypdf.PdfReader(io.BytesIO(content_of(by_supplier[competition.suppliers[0][0].id].document)))
    catalogue = reader.trailer["/Root"]
    assert catalogue["/Lang"] == "en"
    assert catalogue["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in catalogue
    assert "pdfuaid" in catalogue["/Metadata"].get_data().decode()
    assert reader.metadata is not None
    assert "Your bid was not successful" in reader.metadata.title
    mails = session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(2)).all()
    assert {mail.to_address for mail in mails} == {person.email for _o, person in competition.suppliers}
    assert not any(points in mail.body for mail in mails for points in ("74.00", "76.00"))


def test_a_letter_is_found_by_its_bidder_and_its_authority_alone(app: Flask, session: Session) -> None:
    competition = awarded(session)
    with app.test_request_context():
        send_letters(
            session,
            call_off=competition.call_off,
            actor=competition.authority_actor(competition.commissioner),
            now=clock.now(),
        )
    public_id = bid_number(session, competition, 0).public_id
    assert letter_of(session, actor=competition.supplier_actor(0), bid_public_id=public_id) is not None
    assert letter_of(session, actor=competition.supplier_actor(1), bid_public_id=public_id) is None
    outside = acting(competition.outsider[1], competition.outsider[0])
    assert letter_of(session, actor=outside, bid_public_id=public_id) is None


def finish(app: Flask, session: Session, competition: Competition, notice: datetime) -> None:
    commissioner = competition.authority_actor(competition.commissioner)
    with app.test_request_context():
        send_letters(
            session, call_off=competition.call_off, actor=commissioner, now=notice - timedelta(hours=1)
        )
    publish_award_notice(session, call_off=competition.call_off, actor=commissioner, now=notice)


def test_the_contract_waits_for_the_end_of_the_standstill(app: Flask, session: Session) -> None:
    competition = awarded(session)
    call_off = competition.call_off
    commissioner = competition.authority_actor(competition.commissioner)
    with pytest.raises(Refused) as refusal:
        publish_award_notice(session, call_off=call_off, actor=commissioner, now=clock.now())
    assert codes(refusal) == ["not_from_this_state", "summaries_not_sent"]
    finish(app, session, competition, datetime(2025, 12, 22, 10, tzinfo=UTC))
    assert call_off.state is CallOffState.STANDSTILL
    assert call_off.standstill_ends_on is not None
    assert call_off.standstill_ends_on.isoformat() == "2026-01-06"
    last_moment = datetime(2026, 1, 6, 23, 59, 59, tzinfo=UTC)
    with pytest.raises(Refused) as refusal:
        make_contracts(session, call_off=call_off, actor=commissioner, now=last_moment)
    assert codes(refusal) == ["standstill_running"]
    (contract,) = make_contracts(
        session, call_off=call_off, actor=commissioner, now=last_moment + timedelta(seconds=1)
    )
    assert (call_off.state, competition.lot.state) == (CallOffState.CONTRACTED, LotState.CONTRACTED)
    assert contract.supplier_id == competition.suppliers[1][0].id
    (volume,) = contract.volumes
    assert (volume.people_a_year, volume.unit_price) == (120, Decimal("380.00"))
    assert [place.id for place in contract.places] == [place.id for place in competition.lot.places]
    assert [need.code for need in contract.need_areas] == ["accommodation"]
    with pytest.raises(Refused):
        make_contracts(session, call_off=call_off, actor=commissioner, now=last_moment + timedelta(days=9))
    assert verify(session)[2] is None


def test_under_a_dps_the_notice_follows_the_contract(app: Flask, session: Session) -> None:
    competition = awarded(session, regime=Regime.DPS, standstill=False)
    call_off = competition.call_off
    commissioner = competition.authority_actor(competition.commissioner)
    with app.test_request_context():
        send_letters(session, call_off=call_off, actor=commissioner, now=clock.now())
    assert call_off.state is CallOffState.SUMMARIES_SENT
    with pytest.raises(Refused):
        publish_award_notice(session, call_off=call_off, actor=commissioner, now=clock.now())
    make_contracts(session, call_off=call_off, actor=commissioner, now=clock.now())
    publish_award_notice(session, call_off=call_off, actor=commissioner, now=clock.now())
    assert call_off.state is CallOffState.AWARD_NOTICE
    assert session.scalars(sa.select(Contract).where(Contract.lot_id == competition.lot.id)).one()


def test_a_fixed_price_call_off_is_ranked_by_quality_and_contracted_without_unit_prices(
    app: Flask, session: Session
) -> None:
    competition = make_competition(session, price_formula=PriceFormula.QUALITY_ONLY, standstill=False)
    for number in (0, 1):
        submit(session, competition, number)
    competition.call_off.deadline = clock.now() - timedelta(seconds=1)
    open_envelope(session, competition, Envelope.QUALITY)
    marks = {bid_number(session, competition, 0).public_id: 5}
    score_all(session, competition, marks)
    agree_all(session, competition, marks)
    open_envelope(session, competition, Envelope.PRICE)
    recommend_first(session, competition, 0)
    approve_award(
        session,
        call_off=competition.call_off,
        actor=competition.authority_actor(competition.approver),
        now=clock.now(),
    )
    finish(app, session, competition, clock.now())
    (contract,) = make_contracts(
        session,
        call_off=competition.call_off,
        actor=competition.authority_actor(competition.commissioner),
        now=clock.now() + timedelta(minutes=1),
    )
    assert contract.supplier_id == competition.suppliers[0][0].id
    assert contract.volumes[0].unit_price is None


@pytest.mark.parametrize(
    ("starts", "months", "ends"),
    [
        ("2026-04-01", 24, "2028-03-31"),
        ("2026-01-31", 1, "2026-02-27"),
        ("2026-12-15", 1, "2027-01-14"),
        ("2024-02-29", 12, "2025-02-27"),
        ("2026-01-01", 12, "2026-12-31"),
    ],
)
def test_a_term_ends_on_the_day_before(starts: str, months: int, ends: str) -> None:
    assert end_of_term(datetime.fromisoformat(starts).date(), months).isoformat() == ends


@pytest.mark.parametrize("table", ["envelope_release", "letter"])
def test_openings_and_letters_are_never_changed(app: Flask, session: Session, table: str) -> None:
    competition = awarded(session)
    with app.test_request_context():
        send_letters(
            session,
            call_off=competition.call_off,
            actor=competition.authority_actor(competition.commissioner),
            now=clock.now(),
        )
    assert session.scalars(sa.select(EnvelopeRelease)).first() is not None
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET call_off_id = call_off_id"):
        with pytest.raises(DatabaseError, match="append-only"), session.begin_nested():
            session.execute(sa.text(statement))


def test_another_authority_finds_no_call_off(session: Session) -> None:
    competition, other = closed(session), make_competition(session)
    public_id = competition.call_off.public_id
    stranger = other.authority_actor(other.commissioner)
    assert call_off_of(session, actor=stranger, public_id=public_id) is None
    evaluator = competition.authority_actor(competition.evaluators[0])
    duties = (Duty.EVALUATOR,)
    assert call_off_of(session, actor=evaluator, public_id=public_id, duties=duties) is not None
    officer = competition.authority_actor(competition.officers[0])
    assert call_off_of(session, actor=officer, public_id=public_id, duties=duties) is None
    assert own(session, bid_number(session, competition, 0), competition.supplier_actor(0)) is not None
