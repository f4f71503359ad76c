"""Mail: queued with the change that causes it, sent by the worker to an SMTP server or into a folder."""

import smtplib
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa
from flask import Flask, render_template
from sqlalchemy.orm import Session

from core import clock
from core.db import db
from core.jobs.models import OutboxMessage

MOST_ATTEMPTS = 10


def queue_mail(
    session: Session, *, to: str, subject: str, template: str, now: datetime, **values: object
) -> None:
    """Queue a plain-text mail; ``template`` is a name below ``templates/email/``."""
    body = render_template(f"email/{template}.txt", **values)
    session.add(OutboxMessage(to_address=to, subject=subject[:200], body=body, created_at=now))


def send_due_mail(app: Flask, limit: int = 100) -> int:
    """Send what waits, oldest first, each in a transaction of its own; return how many left."""
    sent = 0
    with app.app_context():
        session = db.session
        for _ in range(limit):
            message = session.scalars(
                sa.select(OutboxMessage)
                .where(OutboxMessage.sent_at.is_(None), OutboxMessage.attempts < MOST_ATTEMPTS)
                # A message that failed waits behind those that have not been tried.
                .order_by(OutboxMessage.attempts, OutboxMessage.created_at, OutboxMessage.id)
                .limit(1)
                .with_for_update(skip_locked=True)
            ).one_or_none()
            if message is None:
                session.rollback()
                break
            message.attempts += 1
            try:
                _deliver(app, message)
            except (OSError, smtplib.SMTPException) as problem:
                message.last_error = f"{type(problem).__name__}: {problem}"[:2000]
                session.commit()
                break
            message.sent_at = clock.now()
            session.commit()
            sent += 1
    return sent


def _deliver(app: Flask, message: OutboxMessage) -> None:
    mail = EmailMessage()
    mail["From"] = app.config["MAIL_SENDER"]
    mail["To"] = message.to_address
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(message.created_at)
    mail["Message-ID"] = make_msgid(str(message.id), domain="throughgate")
    mail.set_content(message.body)
    address = app.config["SMTP_URL"]
    if not address:
        folder = Path(app.config["OUTBOX_FOLDER"])
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{message.id:08d}.eml").write_bytes(bytes(mail))
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
