"""Nothing of a bid is readable anywhere but through its own pages: every table, file, log, mail and event."""

import io
import logging
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core.audit.models import AuditEvent
from core.db import Base
from core.jobs.models import OutboxMessage
from core.notify import send_due_mail
from procurement.calloffs.bids.models import Bid
from tests.calloffs import make_competition
from tests.integration.test_bid_pages import sign_in, text

WORDS = ("Zanzibarquince answer", "Zanzibarquince autosaved", "Zanzibarquince note", "Zanzibarquince later")
AMOUNTS = ("73519.42", "61234.56", "9876.54", "1408.32", "70001.07")
FILE, CONTENT = "Zanzibarquince plan.pdf", b"%PDF-1.7 Zanzibarquince content"


def wanted() -> list[bytes]:
    """What must be found nowhere: any word, and each amount as pounds and as pence."""
    return [b"Zanzibarquince"] + [
        spelt.encode() for amount in AMOUNTS for spelt in (amount, amount.replace(".", ""))
    ]


def write_everything(client: FlaskClient, address: str) -> None:
    """A bid's life through its pages, mistakes included; asserts that its own pages do show it."""
    for position, words in ((1, WORDS[0]), (2, WORDS[0])):
        client.post(f"{address}/answers/{position}", data={"text": words, "version": "0"})
    client.post(f"{address}/answers/2/autosave", data={"text": WORDS[1], "version": "1"})
    client.post(f"{address}/prices", data={"price-accommodation-low": "Zanzibarquince"})
    client.post(f"{address}/prices", data={"price-accommodation-low": AMOUNTS[0]})
    terms = {"staff": AMOUNTS[1], "overheads": AMOUNTS[2], "other": AMOUNTS[3]}
    assert client.post(f"{address}/prices/accommodation/low", data=terms).status_code == 422
    terms |= {"note": WORDS[2], "from_1": "150", "price_1": AMOUNTS[4]}
    assert client.post(f"{address}/prices/accommodation/low", data=terms).status_code == 302
    client.post(f"{address}/delivery", data={"places-accommodation-low": "120"})
    sent = {"file": (io.BytesIO(CONTENT), FILE), "question": "1"}
    assert client.post(f"{address}/files", data=sent, content_type="multipart/form-data").status_code == 302
    twice = {"file": (io.BytesIO(CONTENT), FILE), "question": "0"}
    assert client.post(f"{address}/files", data=twice, content_type="multipart/form-data").status_code == 422
    assert client.post(f"{address}/check").status_code == 302
    assert client.post(f"{address}/withdraw").status_code == 302
    client.post(f"{address}/answers/1", data={"text": WORDS[3], "version": "1"})
    assert client.post(f"{address}/check").status_code == 302
    page = text(client.get(f"{address}/check"))
    for shown in (WORDS[3], WORDS[1], WORDS[2], FILE, "£73,519.42", "£61,234.56", "£70,001.07"):
        assert shown in page, shown


def test_no_word_and_no_amount_of_a_bid_lies_open_anywhere(
    app: Flask, client: FlaskClient, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    competition = make_competition(session)
    session.commit()
    sign_in(client, competition)
    started = client.post(f"/invitations/{competition.call_off.public_id}/lots/1")
    write_everything(client, started.location)
    session.commit()
    assert send_due_mail(app) > 0

    secrets = wanted()
    rows = 0
    for table in Base.metadata.sorted_tables:
        for row in session.execute(sa.select(table)):
            rows += 1
            for value in row:
                as_bytes = value if isinstance(value, bytes) else str(value).encode()
                assert not any(secret in as_bytes for secret in secrets), table.name
    folders = {
        Path(app.config["DOCUMENT_FOLDER"]),
        Path(app.config["OUTBOX_FOLDER"]),
        Path(app.instance_path),
    }
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    for path in files:
        assert not any(secret in path.read_bytes() for secret in secrets), path
        assert b"Zanzibarquince" not in path.name.encode()
    assert not any(secret in caplog.text.encode() for secret in secrets)
    # The search has looked at something: the bid's rows, its record, its mails, its sealed file.
    assert rows > 100
    assert session.scalar(sa.select(sa.func.count()).select_from(Bid)) == 1
    assert (
        session.scalar(
            sa.select(sa.func.count()).select_from(AuditEvent).where(AuditEvent.tag == "bid:submitted")
        )
        == 2
    )
    assert session.scalar(sa.select(sa.func.count()).select_from(OutboxMessage)) > 0
    assert any(len(path.name) == 64 for path in files)
