"""Bids: sealed from the first word, taken strictly before the deadline, receipted, replaced, withdrawn."""

import json
import subprocess
import sys
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from core import clock
from core.audit.models import AuditEvent
from core.db import Base
from core.reasons import Refused
from core.sealing import CannotOpen
from procurement.calloffs.bids.models import Bid, BidPart, BidSubmission
from procurement.calloffs.bids.queries import (
    bid_of,
    call_off_of,
    draft_content,
    file_content,
    invitations_of,
    receipt_of,
    standing_of,
)
from procurement.calloffs.bids.rules import receipt_problems
from procurement.calloffs.bids.services import (
    ChangedMeanwhile,
    add_file,
    remove_file,
    save_answer,
    save_prices,
    start_bid,
    submit_bid,
    withdraw_bid,
)
from procurement.calloffs.bids.types import BidStanding, BidState
from procurement.calloffs.drafting.types import CallOffState
from tests.calloffs import acting, make_competition, own, submit, write_bid

TICK = timedelta(microseconds=1)


def codes(refusal: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in refusal.value.reasons]


def at(moment: datetime):
    return lambda session: moment


def test_a_bid_is_taken_a_microsecond_before_the_deadline_and_refused_at_it(session: Session) -> None:
    competition = make_competition(session)
    deadline = competition.call_off.deadline
    bid, actor = write_bid(session, competition), competition.supplier_actor()
    with pytest.raises(Refused) as refusal:
        submit_bid(session, bid=bid, actor=actor, read_clock=at(deadline))
    assert codes(refusal) == ["deadline_passed"]
    assert bid.submissions == []
    submission = submit_bid(session, bid=bid, actor=actor, read_clock=at(deadline - TICK))
    assert submission.received_at == deadline - TICK
    assert standing_of(bid, competition.call_off, deadline) is BidStanding.RECEIVED


def test_the_clock_is_read_after_the_lock(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    competition = make_competition(session)
    bid = write_bid(session, competition)
    order = []
    scalars = session.scalars

    def watched(statement, *args, **options):
        if "call_off" in str(statement) and statement._for_update_arg is not None:
            order.append("lock")
        return scalars(statement, *args, **options)

    monkeypatch.setattr(session, "scalars", watched)

    def read(given: Session) -> datetime:
        order.append("clock")
        return clock.database_now(given)

    submit_bid(session, bid=bid, actor=competition.supplier_actor(), read_clock=read)
    assert order == ["lock", "clock"]


def test_an_incomplete_bid_is_saved_and_not_submitted(session: Session) -> None:
    competition = make_competition(session)
    actor = competition.supplier_actor()
    bid = own(session, start_bid(session, lot=competition.lot, actor=actor, now=clock.now()), actor)
    criterion = competition.call_off.criteria[0]
    save_answer(
        session,
        bid=bid,
        criterion=criterion,
        text="word " * 51,
        expected_version=0,
        actor=actor,
        now=clock.now(),
    )
    with pytest.raises(Refused) as refusal:
        submit_bid(session, bid=bid, actor=actor)
    assert codes(refusal) == ["answer_too_long", "answer_missing", "price_missing"]
    content = draft_content(session, own(session, bid, actor))
    assert content.answers[criterion.question_id] == "word " * 51


def test_starting_twice_is_one_bid_and_only_the_invited_start(session: Session) -> None:
    competition = make_competition(session)
    actor = competition.supplier_actor()
    first = start_bid(session, lot=competition.lot, actor=actor, now=clock.now())
    assert start_bid(session, lot=competition.lot, actor=actor, now=clock.now()) is first
    organisation, person = competition.outsider
    with pytest.raises(Refused) as refusal:
        start_bid(session, lot=competition.lot, actor=acting(person, organisation), now=clock.now())
    assert codes(refusal) == ["not_invited"]
    with pytest.raises(Refused) as refusal:
        start_bid(
            session,
            lot=competition.lot,
            actor=competition.supplier_actor(1),
            now=competition.call_off.deadline,
        )
    assert codes(refusal) == ["deadline_passed"]


def test_another_suppliers_bid_and_call_off_are_not_found(session: Session) -> None:
    competition = make_competition(session)
    bid = write_bid(session, competition)
    stranger = acting(competition.outsider[1], competition.outsider[0])
    assert bid_of(session, actor=competition.supplier_actor(1), public_id=bid.public_id) is None
    assert bid_of(session, actor=stranger, public_id=bid.public_id) is None
    assert call_off_of(session, actor=stranger, public_id=competition.call_off.public_id) is None
    assert invitations_of(session, actor=stranger, page=1).total == 0
    seen = call_off_of(session, actor=competition.supplier_actor(1), public_id=competition.call_off.public_id)
    assert seen is not None
    assert seen.bids == {}


def test_the_receipt_proves_the_bid_offline_and_by_command(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    competition = make_competition(session)
    bid = submit(session, competition, answer="Café at the gate")
    submission = bid.submissions[-1]
    receipt = receipt_of(session, bid, submission)
    assert receipt_problems(receipt) == []
    event = session.scalars(
        sa.select(AuditEvent).where(
            AuditEvent.chain == competition.call_off.public_id,
            AuditEvent.sequence == receipt["audit"]["position"],
        )
    ).one()
    assert event.details["fingerprint"] == receipt["fingerprint"]
    assert event.hash == receipt["audit"]["hash"]

    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(receipt), encoding="utf-8")
    script = Path(__file__).parents[2] / "scripts" / "verify_receipt.py"
    right = subprocess.run(
        [sys.executable, "-I", str(script), str(file)], capture_output=True, text=True, check=False
    )
    assert right.returncode == 0, right.stderr
    assert receipt["fingerprint"] in right.stdout
    found = app.test_cli_runner().invoke(args=["bids", "verify-receipt", str(file)])
    assert found.exit_code == 0, found.output

    receipt["bid"]["price"]["accommodation:low"] = "1.00"
    file.write_text(json.dumps(receipt), encoding="utf-8")
    wrong = subprocess.run(
        [sys.executable, "-I", str(script), str(file)], capture_output=True, text=True, check=False
    )
    assert wrong.returncode == 1
    assert app.test_cli_runner().invoke(args=["bids", "verify-receipt", str(file)]).exit_code == 1


def test_a_forged_receipt_with_its_own_fingerprint_is_unknown_to_the_record(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    from core.sealing import canonical, fingerprint

    competition = make_competition(session)
    bid = submit(session, competition)
    receipt = receipt_of(session, bid, bid.submissions[-1])
    receipt["bid"]["price"]["accommodation:low"] = "1.00"
    receipt["fingerprint"] = fingerprint(bytes.fromhex(receipt["salt"]), canonical(receipt["bid"]))
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(receipt), encoding="utf-8")
    result = app.test_cli_runner().invoke(args=["bids", "verify-receipt", str(file)])
    assert result.exit_code == 1
    assert "no submission" in result.output


def test_submitting_again_replaces_and_without_a_change_is_one_receipt(session: Session) -> None:
    competition = make_competition(session)
    bid, actor = submit(session, competition), competition.supplier_actor()
    first = bid.submissions[-1]
    assert submit_bid(session, bid=bid, actor=actor) is first
    assert len(bid.submissions) == 1

    save_prices(
        session,
        bid=bid,
        prices={("accommodation", "low"): Decimal("380.00")},
        actor=actor,
        now=clock.now(),
    )
    assert standing_of(bid, competition.call_off, clock.now()) is BidStanding.SUBMITTED_WITH_CHANGES
    assert receipt_of(session, bid, first)["bid"]["price"]["prices"] == {"accommodation:low": "400.00"}
    second = submit_bid(session, bid=bid, actor=actor)
    assert (second.number, bid.state) == (2, BidState.SUBMITTED)
    assert receipt_of(session, bid, second)["bid"]["price"]["prices"] == {"accommodation:low": "380.00"}
    assert second.fingerprint != first.fingerprint


def test_a_change_after_submitting_leaves_the_submission_standing(session: Session) -> None:
    competition = make_competition(session)
    bid, actor = submit(session, competition), competition.supplier_actor()
    # Even when the web server's clock runs behind the database's.
    save_prices(
        session,
        bid=bid,
        prices={("accommodation", "low"): None},
        actor=actor,
        now=bid.submissions[-1].received_at - timedelta(seconds=30),
    )
    assert standing_of(bid, competition.call_off, clock.now()) is BidStanding.SUBMITTED_WITH_CHANGES
    with pytest.raises(Refused):
        submit_bid(session, bid=bid, actor=actor)
    assert bid.state is BidState.SUBMITTED
    assert len(bid.submissions) == 1


def test_withdrawing_is_undone_by_submitting_and_impossible_after_the_deadline(session: Session) -> None:
    competition = make_competition(session)
    bid, actor = submit(session, competition), competition.supplier_actor()
    withdraw_bid(session, bid=bid, actor=actor)
    assert standing_of(bid, competition.call_off, clock.now()) is BidStanding.WITHDRAWN
    submit_bid(session, bid=bid, actor=actor)
    assert (bid.state, len(bid.submissions)) == (BidState.SUBMITTED, 2)
    with pytest.raises(Refused) as refusal:
        withdraw_bid(session, bid=bid, actor=actor, read_clock=at(competition.call_off.deadline))
    assert codes(refusal) == ["deadline_passed"]


def test_two_colleagues_writing_one_answer_lose_nothing(session: Session) -> None:
    competition = make_competition(session)
    bid, actor = write_bid(session, competition), competition.supplier_actor()
    criterion = competition.call_off.criteria[0]
    what = {"bid": bid, "criterion": criterion, "actor": actor, "now": clock.now()}
    save_answer(session, text="Mine first", expected_version=1, **what)
    with pytest.raises(ChangedMeanwhile) as clash:
        save_answer(session, text="Theirs", expected_version=1, **what)
    assert clash.value.theirs == "Mine first"
    assert save_answer(session, text="Both", expected_version=clash.value.version, **what) == 3


def test_files_are_sealed_addressed_by_their_ciphertext_and_part_of_the_bid(
    app: Flask, session: Session
) -> None:
    competition = make_competition(session)
    bid, actor = write_bid(session, competition), competition.supplier_actor()
    content = b"%PDF-1.7 the secret plan of an example supplier"
    file = add_file(session, bid=bid, name="Plan.pdf", content=content, actor=actor, now=clock.now())
    stored = Path(app.config["DOCUMENT_FOLDER"]) / file.document.digest[:2] / file.document.digest
    assert b"secret plan" not in stored.read_bytes()
    assert file_content(session, bid, file) == content
    with pytest.raises(Refused) as refusal:
        add_file(session, bid=bid, name="virus.exe", content=b"MZ", actor=actor, now=clock.now())
    assert codes(refusal) == ["file_wrong_type"]

    submission = submit_bid(session, bid=bid, actor=actor)
    remove_file(session, bid=bid, file=file, actor=actor, now=clock.now())
    (kept,) = receipt_of(session, bid, submission)["bid"]["quality"]["files"]
    assert (kept["name"], kept["address"]) == ("Plan.pdf", file.document.digest)


def test_a_ciphertext_moved_to_another_bid_does_not_open(session: Session) -> None:
    competition = make_competition(session)
    first, second = write_bid(session, competition, 0), write_bid(session, competition, 1)
    field = f"answer:{competition.call_off.criteria[0].question_id}"
    parts = {
        bid.id: session.scalars(
            sa.select(BidPart).where(BidPart.bid_id == bid.id, BidPart.field == field)
        ).one()
        for bid in (first, second)
    }
    parts[first.id].ciphertext = parts[second.id].ciphertext
    session.flush()
    with pytest.raises(CannotOpen):
        draft_content(session, own(session, first, competition.supplier_actor(0)))


SECRETS = (
    "Unmistakable sentence of the sealed answer",
    "73519.42",
    "Unmistakable attachment",
    "Unmistakable.pdf",
)


def test_nothing_of_a_bid_lies_open_before_the_opening(
    app: Flask, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    competition = make_competition(session)
    bid = write_bid(session, competition, answer=SECRETS[0], price=Decimal(SECRETS[1]))
    actor = competition.supplier_actor()
    add_file(
        session,
        bid=bid,
        name=SECRETS[3],
        content=b"%PDF-1.7 " + SECRETS[2].encode(),
        actor=actor,
        now=clock.now(),
    )
    submission = submit_bid(session, bid=bid, actor=actor)
    salt = receipt_of(session, bid, submission)["salt"]
    session.flush()
    wanted = [secret.encode() for secret in (*SECRETS, salt)]
    wanted += [bytes.fromhex(salt), b"7351942"]  # the salt as bytes, the price as pence
    for table in Base.metadata.sorted_tables:
        for row in session.execute(sa.select(table)):
            for value in row:
                as_bytes = value if isinstance(value, bytes) else str(value).encode()
                assert not any(secret in as_bytes for secret in wanted), table.name
    for path in Path(app.config["DOCUMENT_FOLDER"]).rglob("*"):
        if path.is_file():
            assert not any(secret in path.read_bytes() for secret in wanted), path
            assert not any(secret in path.name.encode() for secret in wanted)
    assert not any(secret in caplog.text.encode() for secret in wanted)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE bid_submission SET fingerprint = 'x'",
        "UPDATE bid_submission SET received_at = '2020-01-01'",
        "DELETE FROM bid_submission",
    ],
)
def test_a_submission_is_never_changed(session: Session, statement: str) -> None:
    competition = make_competition(session)
    submit(session, competition)
    with pytest.raises(DatabaseError, match="append-only"), session.begin_nested():
        session.execute(sa.text(statement))


def test_one_bid_for_each_supplier_and_lot(session: Session) -> None:
    competition = make_competition(session)
    bid = write_bid(session, competition)
    with pytest.raises(DatabaseError), session.begin_nested():
        session.add(
            Bid(
                lot_id=bid.lot_id,
                supplier_id=bid.supplier_id,
                created_at=clock.now(),
                changed_at=clock.now(),
            )
        )
    with pytest.raises(DatabaseError), session.begin_nested():
        session.add(
            BidSubmission(
                bid_id=bid.id,
                number=0,
                received_at=clock.now(),
                submitted_by_id=competition.suppliers[0][1].id,
                fingerprint="a" * 64,
                sealed_quality=b"x",
                sealed_price=b"x",
                chain_sequence=1,
            )
        )


@pytest.mark.parametrize("state", [CallOffState.PAUSED, CallOffState.CANCELLED])
def test_nothing_is_taken_while_paused_or_after_a_cancellation(session: Session, state: CallOffState) -> None:
    competition = make_competition(session)
    bid = write_bid(session, competition)
    competition.call_off.state = state
    if state is CallOffState.PAUSED:
        competition.call_off.state_before_pause = CallOffState.PUBLISHED
    competition.call_off.ended_reason = "No longer needed"
    with pytest.raises(Refused) as refusal:
        submit_bid(session, bid=bid, actor=competition.supplier_actor())
    assert codes(refusal) == [f"call_off_{state}"]
