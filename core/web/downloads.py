"""Files that people sent, given back as downloads: never of their own type, never opened in the page."""

from io import BytesIO

from flask import Response, send_file


def attachment(name: str, content: bytes) -> Response:
    """A file as an attachment of no particular type, which no browser tries to show."""
    response = send_file(
        BytesIO(content),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=name,
        max_age=0,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
