"""Files of bids and the scanner: asked before the file is sealed; where it is away, the file waits unread."""

import io
from pathlib import Path
from unittest.mock import patch

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core import clock
from core.documents.models import Document
from core.documents.services import content_of
from core.documents.types import Quarantined, ScanState
from core.jobs.services import run_due_jobs
from core.reasons import Refused
from procurement.calloffs.bids.models import BidFile
from procurement.calloffs.bids.queries import file_content
from procurement.calloffs.bids.services import add_file, submit_bid
from tests.calloffs import Competition, make_competition, own, write_bid
from tests.integration.test_bid_pages import sign_in, text
from tests.integration.test_evidence_pages import scanner_at

CONTENT = b"%PDF-1.7 plan"
FOUND = b"stream: Example.Thing FOUND\0"


@pytest.fixture
def competition(session: Session) -> Competition:
    made = make_competition(session, lots=2)
    session.commit()
    return made


def attach(session: Session, competition: Competition, name: str = "plan.pdf") -> BidFile:
    bid, actor = write_bid(session, competition), competition.supplier_actor()
    return add_file(
        session, bid=own(session, bid, actor), name=name, content=CONTENT, actor=actor, now=clock.now()
    )


def test_the_scanner_sees_the_plain_file_and_the_store_only_the_sealed_one(
    app: Flask, session: Session, competition: Competition, tmp_path: Path
) -> None:
    address, scanner = scanner_at(tmp_path, b"stream: OK\0")
    with patch.dict(app.config, CLAMD=address):
        file = attach(session, competition)
    scanner.join(5)
    scanner.listener.close()
    assert scanner.heard == [CONTENT]
    assert (file.document.scan, file.document.name) == (ScanState.CLEAN, "sealed")
    assert CONTENT not in content_of(file.document)
    assert file_content(session, file.bid, file) == CONTENT


def test_a_file_with_something_in_it_is_refused_by_name_and_leaves_nothing(
    app: Flask, client: FlaskClient, session: Session, competition: Competition, tmp_path: Path
) -> None:
    bids = [write_bid(session, competition, lot=lot) for lot in competition.call_off.lots]
    sign_in(client, competition)
    before = session.query(Document).count()
    address, scanner = scanner_at(tmp_path, FOUND)
    with patch.dict(app.config, CLAMD=address):
        sent = {"file": (io.BytesIO(CONTENT), "plan.pdf"), "question": "0"}
        refused = client.post(
            f"/bids/{bids[0].public_id}/files", data=sent, content_type="multipart/form-data"
        )
    scanner.join(5)
    scanner.listener.close()
    assert refused.status_code == 422
    assert "plan.pdf was refused: the virus scanner found Example.Thing in it" in text(refused)
    assert session.query(Document).count() == before
    # Neither this lot's bid nor another's is held up by it.
    for bid in bids:
        assert client.post(f"/bids/{bid.public_id}/check").status_code == 302


def test_a_scanner_that_is_away_stops_no_bid_and_nobody_reads_the_file_until_it_is_back(
    app: Flask, session: Session, competition: Competition, tmp_path: Path
) -> None:
    with patch.dict(app.config, CLAMD=str(tmp_path / "nobody")):
        file = attach(session, competition)
        actor = competition.supplier_actor()
        assert submit_bid(session, bid=file.bid, actor=actor).number == 1
        session.commit()
        with pytest.raises(Quarantined):
            file_content(session, file.bid, file)
    folder = tmp_path / "later"
    folder.mkdir()
    address, scanner = scanner_at(folder, b"stream: OK\0")
    with patch.dict(app.config, CLAMD=address):
        run_due_jobs(app)
    scanner.join(5)
    scanner.listener.close()
    session.expire_all()
    # What the worker asked about is what the supplier sent, not its ciphertext.
    assert scanner.heard == [CONTENT]
    assert file_content(session, file.bid, file) == CONTENT


def test_a_waiting_file_in_which_something_is_found_is_never_opened(
    app: Flask, client: FlaskClient, session: Session, competition: Competition, tmp_path: Path
) -> None:
    with patch.dict(app.config, CLAMD=str(tmp_path / "nobody")):
        file = attach(session, competition)
        session.commit()
    folder = tmp_path / "later"
    folder.mkdir()
    address, scanner = scanner_at(folder, FOUND)
    with patch.dict(app.config, CLAMD=address):
        run_due_jobs(app)
    scanner.join(5)
    scanner.listener.close()
    session.expire_all()
    assert file.document.scan is ScanState.QUARANTINED
    sign_in(client, competition)
    answer = client.get(f"/bids/{file.bid.public_id}/files/{file.public_id}", follow_redirects=True)
    assert "The file cannot be opened" in text(answer)


def test_the_limit_of_a_file_is_the_setting_of_every_upload(
    app: Flask, session: Session, competition: Competition
) -> None:
    with patch.dict(app.config, UPLOAD_LIMIT=len(CONTENT) - 1), pytest.raises(Refused) as refusal:
        attach(session, competition)
    assert [(reason.code, reason.params["most"]) for reason in refusal.value.reasons] == [
        ("file_too_large", len(CONTENT) - 1)
    ]
