"""One commit per request, at the edge: after a view that went well, never for a page that only reads."""

from typing import Any

from flask import Flask, Response, abort, g, request
from sqlalchemy.orm import Session

from core.db import db, reads_only

READING = ("GET", "HEAD", "OPTIONS")


class DirtyRead(RuntimeError):
    """A page that should only read has changed rows; raised in tests, rolled back otherwise."""


def keep_despite_errors() -> None:
    """Commit this request although it answers with an error page: valid parts of a draft are kept."""
    g.commit_despite_errors = True


def init_app(app: Flask) -> None:
    """Attach begin, commit and roll-back to every request."""

    @app.before_request
    def begin() -> None:
        # PostgreSQL takes no NUL in a text: an address that carries one leads nowhere.
        if "\x00" in request.path or any("\x00" in text for _, text in request.args.items(multi=True)):
            abort(404)
        g.reads_only_token = reads_only.set(request.method in READING)

    @app.after_request
    def finish(response: Response) -> Response:
        session: Session = db.session
        if request.method in READING:
            changed = session.dirty or session.new or session.deleted
            if changed and app.testing:
                raise DirtyRead(f"GET {request.path} changed {list(session.dirty) + list(session.new)}")
            session.rollback()
        elif response.status_code < 400 or g.get("commit_despite_errors"):
            try:
                session.commit()
            except Exception as problem:
                # Flask asks its error handlers only about what happens before this.
                return app.make_response(app.handle_user_exception(problem))
        else:
            session.rollback()
        return response

    @app.teardown_request
    def reset(error: BaseException | None) -> None:
        token: Any = g.pop("reads_only_token", None)
        if token is not None:
            reads_only.reset(token)
