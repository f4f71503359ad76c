"""Settings: read from the environment, with secrets generated once into the instance folder."""

import os
import secrets
from pathlib import Path
from typing import Any

PROJECT_ROOT = Path(__file__).resolve().parent.parent


def database_url(instance: Path) -> str:
    """Return the SQLAlchemy URL: ``DATABASE_URL`` or one SQLite file in the instance folder."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        return f"sqlite:///{instance / 'throughgate.sqlite3'}"
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def generated_secret(instance: Path, name: str) -> str:
    """Return the named secret, from the environment or from a file made on first use (mode 0600)."""
    from_environment = os.environ.get(f"THROUGHGATE_{name.upper()}")
    if from_environment:
        return from_environment
    path = instance / f"{name}.secret"
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        # Written beside and linked into place: two processes starting together must agree on one secret,
        # and neither may read a half-written file.
        draft = instance / f".{name}.{secrets.token_hex(8)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def defaults(instance: Path) -> dict[str, Any]:
    """Return the settings of the application; a test overrides single ones."""
    megabytes = int(os.environ.get("THROUGHGATE_UPLOAD_MEGABYTES", "10"))
    over_https = os.environ.get("THROUGHGATE_HTTPS", "") == "1"
    return {
        "SECRET_KEY": generated_secret(instance, "session_key"),
        "SEALING_KEY": generated_secret(instance, "sealing_key"),
        "SQLALCHEMY_ENGINES": {"default": {"url": database_url(instance)}},
        "DOCUMENT_FOLDER": str(instance / "documents"),
        "OUTBOX_FOLDER": str(instance / "outbox"),
        "AUDIT_ANCHOR_FILE": str(instance / "audit-anchors.jsonl"),
        "MAX_CONTENT_LENGTH": max(16, megabytes + 6) * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024,
        "MAX_FORM_PARTS": 5000,
        "UPLOAD_LIMIT": megabytes * 1024 * 1024,
        # A scanner's Unix socket or host:port; empty where there is none.
        "CLAMD": os.environ.get("THROUGHGATE_CLAMD", ""),
        # Counts of people from 1 up to one below this are left out of what is published.
        "SMALL_COUNT_THRESHOLD": int(os.environ.get("THROUGHGATE_SMALL_COUNT", "5")),
        "SERVICE_NAME": "Throughgate",
        "PUBLIC_ADDRESS": os.environ.get("THROUGHGATE_ADDRESS", "http://localhost:8000"),
        "CONTACT_EMAIL": os.environ.get("THROUGHGATE_CONTACT", "help@throughgate.example"),
        "MAIL_SENDER": os.environ.get("THROUGHGATE_MAIL_SENDER", "no-reply@throughgate.example"),
        "SMTP_URL": os.environ.get("THROUGHGATE_SMTP", ""),
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": over_https,
        "HTTPS": over_https,
        "PERMANENT_SESSION_LIFETIME": 12 * 3600,
        "TEMPLATES_AUTO_RELOAD": False,
    }
