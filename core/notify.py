"""Mail: queued with the change that causes it, sent by the worker to an SMTP server or into a folder."""

import smtplib
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa
from flask import Flask, render_template
from sqlalchemy.orm import Session

from core import clock
from core.db import db
from core.jobs.models import OutboxMessage

# Together about three days: long enough for a server that is down over a weekend.
MOST_ATTEMPTS = 20
LONGEST_WAIT = timedelta(hours=6)
# While a message is being sent nobody else takes it; longer than a server may take to answer.
SENDING = timedelta(minutes=5)
# What a server that can be reached says of one message; the next may fare better.
ANSWERS = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused)


def queue_mail(
    session: Session, *, to: str, subject: str, template: str, now: datetime, **values: object
) -> None:
    """Queue a plain-text mail; ``template`` is a name below ``templates/email/``."""
    body = render_template(f"email/{template}.txt", **values)
    line = " ".join(subject.split())[:200]
    session.add(OutboxMessage(to_address=to, subject=line, body=body, created_at=now))


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: one minute, then twice as long each time."""
    return min(timedelta(minutes=2 ** min(attempts - 1, 10)), LONGEST_WAIT)


def send_due_mail(app: Flask, limit: int = 100) -> int:
    """Send what is due, oldest first; return how many left.

    Each message is taken in one short transaction and noted as sent in another: no lock is held while a
    server answers. Where the second is lost the message leaves again, under the same Message-ID.
    """
    sent = 0
    with app.app_context():
        session = db.session
        for _ in range(limit):
            message = _take(session)
            if message is None:
                break
            number, attempts = message.id, message.attempts
            unreachable = False
            try:
                mail = _written(app, message)
                session.commit()
                _deliver(app, mail, number)
                values: dict[str, object] = {"sent_at": clock.now(), "last_error": ""}
                sent += 1
            # Whatever one message runs into, the others must still leave.
            except Exception as problem:
                session.commit()
                unreachable = isinstance(problem, OSError) and not isinstance(problem, ANSWERS)
                words = f"{type(problem).__name__}: {problem}"[:2000]
                values = {"last_error": words, "due_at": clock.now() + wait_after(attempts)}
            session.execute(sa.update(OutboxMessage).where(OutboxMessage.id == number).values(values))
            session.commit()
            if unreachable:
                break
    return sent


def _take(session: Session) -> OutboxMessage | None:
    """Return the oldest message that is due, marked as being sent; the caller commits that."""
    now = clock.now()
    message = session.scalars(
        sa.select(OutboxMessage)
        .where(
            OutboxMessage.sent_at.is_(None),
            OutboxMessage.attempts < MOST_ATTEMPTS,
            sa.or_(OutboxMessage.due_at.is_(None), OutboxMessage.due_at <= now),
        )
        .order_by(OutboxMessage.created_at, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if message is None:
        session.rollback()
        return None
    message.attempts += 1
    message.due_at = now + SENDING
    session.flush()
    return message


def _written(app: Flask, message: OutboxMessage) -> EmailMessage:
    """Return the message as it goes on the wire; the same each time it is tried."""
    mail = EmailMessage()
    mail["From"] = app.config["MAIL_SENDER"]
    mail["To"] = message.to_address
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(message.created_at)
    mail["Message-ID"] = f"<{message.id}.{message.created_at:%Y%m%d%H%M%S%f}@throughgate>"
    mail.set_content(message.body)
    return mail


def _deliver(app: Flask, mail: EmailMessage, number: int) -> None:
    """Hand a mail to the server, or lay it into the folder where none is set."""
    address = app.config["SMTP_URL"]
    if not address:
        folder = Path(app.config["OUTBOX_FOLDER"])
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number:08d}.eml").write_bytes(bytes(mail))
        return
    parts = urlsplit(address)
    connect = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    with connect(
        parts.hostname or "localhost", parts.port or 0, timeout=timedelta(seconds=20).seconds
    ) as server:
        if parts.username:
            if parts.scheme == "smtp":
                server.starttls()
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(mail)
