"""A test client that signs in and checks what every HTML page must have."""

from typing import Any

import html5lib
from flask import has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.db import db

XHTML = "{http://www.w3.org/1999/xhtml}"


class ReadingClient(FlaskClient):
    """Parses each HTML response: one h1 that the title repeats, no duplicate ids, labelled errors."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        if has_app_context():
            db.session.commit()  # What the test has made so far; a savepoint's end under isolation.
        # A context of its own, as under a real server: nothing of one request reaches the next.
        with self.application.app_context():
            response = super().open(*args, **options)
        if has_app_context():
            db.session.expire_all()
        if response.mimetype == "text/html" and response.status_code not in (301, 302, 303, 307, 308):
            check_page(response.get_data(as_text=True), address=response.request.path)
        return response

    def sign_in(self, person: Any, organisation: Any = None) -> None:
        """Act as a person from now on, without the sign-in form (which has tests of its own)."""
        with self.session_transaction() as session:
            session["_user_id"] = person.fs_uniquifier
            session["_fresh"] = True
            session["fs_cc"] = "set"
            session["identity.id"] = person.fs_uniquifier
            if organisation is not None:
                session["organisation_id"] = organisation.id


def check_page(text: str, address: str) -> None:
    """Raise AssertionError where a page lacks what each of ours has."""
    tree = html5lib.parse(text)
    titles = [(element.text or "").strip() for element in tree.iter(f"{XHTML}title")][:1]
    headings = [" ".join("".join(element.itertext()).split()) for element in tree.iter(f"{XHTML}h1")]
    assert len(headings) == 1, f"{address}: {len(headings)} h1 headings"
    title = " ".join(titles[0].split()) if titles else ""
    assert headings[0] in title, f"{address}: the title {title!r} does not repeat the heading {headings[0]!r}"
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    assert not twice, f"{address}: ids used twice: {twice}"
    errors = [e for e in tree.iter() if "govuk-error-summary" in (e.get("class") or "").split()]
    if errors:
        assert title.startswith("Error: "), f"{address}: an error summary without Error: in the title"
