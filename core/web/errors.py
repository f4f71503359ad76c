"""Error pages that say what happened, what to do, and that nothing typed is lost where it is not."""

from flask import Flask, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from core.db import db

PAGES = {400, 401, 403, 404, 405, 409, 413, 429, 500, 503}


def init_app(app: Flask) -> None:
    """Attach the pages; an unexpected failure is logged and answered by the page for 500."""

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> ResponseReturnValue:
        if error.response is not None:
            return error.response
        code = error.code or 500
        db.session.rollback()
        return render_template("errors/error.html", code=code if code in PAGES else 400), code

    @app.errorhandler(CSRFError)
    def csrf_error(error: CSRFError) -> ResponseReturnValue:
        db.session.rollback()
        return render_template("errors/error.html", code="expired"), 400

    @app.errorhandler(StaleDataError)
    def stale(error: StaleDataError) -> ResponseReturnValue:
        # The last guard: a service that compares versions first can show what changed.
        db.session.rollback()
        return render_template("errors/error.html", code=409), 409

    @app.errorhandler(IntegrityError)
    def refused_by_the_database(error: IntegrityError) -> ResponseReturnValue:
        # Rules are asked first, so this is two people (or one, twice) doing the same thing at once.
        db.session.rollback()
        if app.testing:
            raise error
        app.logger.exception("the database refused what the rules had allowed")
        return render_template("errors/error.html", code=409), 409

    @app.errorhandler(OperationalError)
    def out_of_reach(error: OperationalError) -> ResponseReturnValue:
        db.session.rollback()
        if app.testing:
            raise error
        app.logger.exception("the database did not answer")
        return render_template("errors/error.html", code=503), 503

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> ResponseReturnValue:
        db.session.rollback()
        if app.testing:
            raise error
        app.logger.exception("unexpected failure")
        return render_template("errors/error.html", code=500), 500
