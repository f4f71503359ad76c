"""Mail leaves once and in order, waits longer after every failure, and locks nothing meanwhile."""

import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from core import clock, notify
from core.db import db
from core.jobs.models import OutboxMessage
from tests.integration.database.threads import Meanwhile

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)


class Server:
    """Stands where the mail server is, and takes messages or not."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.problem: Exception | None = None
        self.refused: str = ""
        self.while_sending: Any = lambda: None

    def __call__(self, host: str, port: int, timeout: float) -> "Server":
        if self.problem is not None:
            raise self.problem
        return self

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def send_message(self, mail: EmailMessage) -> None:
        self.while_sending()
        if mail["To"] == self.refused:
            raise smtplib.SMTPRecipientsRefused({self.refused: (550, b"no such mailbox")})
        self.taken.append(mail)


@pytest.fixture
def server(own_application: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server that takes mail, and an outbox with nothing in it."""
    standing = Server()
    monkeypatch.setitem(own_application.config, "SMTP_URL", "smtp://mail.example.test:25")
    monkeypatch.setattr(notify.smtplib, "SMTP", standing)
    yield standing
    with own_application.app_context():
        db.session.execute(sa.delete(OutboxMessage))
        db.session.commit()


def queue(app: Flask, *recipients: str, subject: str = "A subject") -> None:
    """Queue a mail to each, one minute after another."""
    with app.app_context():
        for number, one in enumerate(recipients):
            db.session.add(
                OutboxMessage(
                    to_address=one,
                    subject=subject,
                    body="Some words.",
                    created_at=NOW + timedelta(minutes=number),
                )
            )
        db.session.commit()


def send(app: Flask, at: datetime) -> int:
    with clock.told(at):
        return notify.send_due_mail(app)


def waiting(app: Flask) -> list[OutboxMessage]:
    with app.app_context():
        query = sa.select(OutboxMessage).where(OutboxMessage.sent_at.is_(None)).order_by(OutboxMessage.id)
        return list(db.session.scalars(query))


LATER = NOW + timedelta(hours=1)


def test_mail_leaves_once_and_oldest_first(own_application: Flask, server: Server) -> None:
    queue(own_application, "one@example.test", "two@example.test", "three@example.test")
    assert send(own_application, LATER) == 3
    assert send(own_application, LATER) == 0
    assert [one["To"] for one in server.taken] == [
        "one@example.test",
        "two@example.test",
        "three@example.test",
    ]
    assert waiting(own_application) == []


def test_two_workers_send_each_message_once(own_application: Flask, server: Server) -> None:
    queue(own_application, *(f"person{number}@example.test" for number in range(12)))
    workers = [Meanwhile(lambda: send(own_application, LATER)) for _ in range(3)]
    assert sum(worker.result() for worker in workers) == 12
    assert len({one["To"] for one in server.taken}) == len(server.taken) == 12


def test_mail_waits_while_the_server_is_away_and_leaves_when_it_is_back(
    own_application: Flask, server: Server
) -> None:
    queue(own_application, "one@example.test")
    server.problem = ConnectionRefusedError("nobody is there")
    assert send(own_application, LATER) == 0
    server.problem = None
    [message] = waiting(own_application)
    assert (message.attempts, message.last_error) == (1, "ConnectionRefusedError: nobody is there")
    assert send(own_application, LATER + timedelta(seconds=59)) == 0
    assert send(own_application, LATER + timedelta(minutes=1)) == 1
    assert len(server.taken) == 1


def test_a_server_that_is_away_for_a_weekend_loses_nothing(own_application: Flask, server: Server) -> None:
    """Asked every half a second, a worker must not use up its attempts in the first ten."""
    queue(own_application, "one@example.test")
    server.problem = TimeoutError()
    at = LATER
    while at < LATER + timedelta(hours=64):
        send(own_application, at)
        at += timedelta(minutes=10)
    server.problem = None
    assert send(own_application, at + notify.LONGEST_WAIT) == 1


def test_one_bad_address_keeps_nobody_else_waiting(own_application: Flask, server: Server) -> None:
    queue(own_application, "bad@example.test", "good@example.test")
    server.refused = "bad@example.test"
    assert send(own_application, LATER) == 1
    [message] = waiting(own_application)
    assert message.to_address == "bad@example.test"
    assert "550" in message.last_error


@pytest.mark.parametrize("subject", ["Two\nlines", "Bcc\r\nBcc: other@example.test"])
def test_a_message_that_cannot_be_written_stops_no_worker(
    own_application: Flask, server: Server, subject: str
) -> None:
    queue(own_application, "one@example.test", subject=subject)
    queue(own_application, "two@example.test")
    assert send(own_application, LATER) == 1
    assert [one["To"] for one in server.taken] == ["two@example.test"]
    [message] = waiting(own_application)
    assert "ValueError" in message.last_error


def test_a_subject_is_one_line_from_the_start(
    own_application: Flask, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Titles are typed by people, and a line too many would be a header of theirs."""
    monkeypatch.setattr(notify, "render_template", lambda *_, **__: "Some words.")
    with own_application.app_context():
        notify.queue_mail(
            db.session,
            to="one@example.test",
            subject="A title\r\nBcc: other@example.test",
            template="any",
            now=NOW,
        )
        db.session.commit()
    assert send(own_application, LATER) == 1
    assert server.taken[0]["Subject"] == "A title Bcc: other@example.test"
    assert server.taken[0]["Bcc"] is None


def test_nothing_is_locked_while_the_server_answers(own_application: Flask, server: Server) -> None:
    """A server may take twenty seconds; on SQLite nobody could save anything meanwhile."""

    def write() -> None:
        with own_application.app_context(), db.engine.begin() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM outbox_message")

    queue(own_application, "one@example.test")
    server.while_sending = lambda: Meanwhile(write).result()
    assert send(own_application, LATER) == 1


def test_what_a_worker_was_sending_when_it_died_is_sent_again_under_the_same_name(
    own_application: Flask, server: Server
) -> None:
    class Died(BaseException):
        pass

    queue(own_application, "one@example.test")
    original = Server.send_message

    def send_and_die(self: Server, mail: EmailMessage) -> None:
        original(self, mail)
        raise Died

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Server, "send_message", send_and_die)
        with pytest.raises(Died):
            send(own_application, LATER)
    assert send(own_application, LATER + timedelta(minutes=1)) == 0
    assert send(own_application, LATER + notify.SENDING) == 1
    first, second = server.taken
    assert first["Message-ID"] == second["Message-ID"]


def test_without_a_server_mail_is_laid_into_a_folder(
    own_application: Flask, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(own_application.config, "SMTP_URL", "")
    monkeypatch.setitem(own_application.config, "OUTBOX_FOLDER", str(tmp_path / "outbox"))
    queue(own_application, "one@example.test")
    assert send(own_application, LATER) == 1
    [file] = (tmp_path / "outbox").iterdir()
    mail = message_from_bytes(file.read_bytes())
    assert (mail["To"], mail["Subject"]) == ("one@example.test", "A subject")


@given(attempts=st.integers(1, notify.MOST_ATTEMPTS))
def test_waits_grow_up_to_the_longest(attempts: int) -> None:
    assert timedelta(minutes=1) <= notify.wait_after(attempts) <= notify.LONGEST_WAIT
    assert notify.wait_after(attempts) <= notify.wait_after(attempts + 1)
