"""A migrated database per run, a savepoint per test, and a client that reads every page it gets."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy.orm import Session

from core.db import db
from procurement.app import create_app
from tests.client import ReadingClient
from tests.postgres import cluster

NewDatabase = Callable[[str], str]


@pytest.fixture(scope="session")
def new_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[NewDatabase]:
    """Makes an empty database by name, of the kind the run is on, and returns its address."""
    if request.config.getoption("--database") == "sqlite":
        folder = tmp_path_factory.mktemp("databases")
        yield lambda name: f"sqlite:///{folder / name}.sqlite3"
        return
    with cluster() as server:
        yield server.new_database


@pytest.fixture(scope="session")
def database_url(new_database: NewDatabase) -> str:
    """The address of the database that most tests share."""
    return new_database("throughgate_test")


@pytest.fixture(scope="session")
def application(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on a migrated database, with reference data loaded once."""
    instance = tmp_path_factory.mktemp("instance")
    app = make_app(database_url, instance)
    with app.app_context():
        upgrade()
        load_reference(app)
    yield app
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


def make_app(url: str, instance: Path, **settings: Any) -> Flask:
    """Make the application as tests use it."""
    for_tests = {
        "TESTING": True,
        "SQLALCHEMY_ENGINES": {"default": {"url": url}},
        "SECURITY_PASSWORD_HASH": "plaintext",
        "WTF_CSRF_ENABLED": False,
    }
    app = create_app(instance, **for_tests | settings)
    app.test_client_class = ReadingClient
    return app


def load_reference(app: Flask) -> None:
    """Load the reference data, which every feature stands on."""
    if "reference" in app.cli.commands:
        result = app.test_cli_runner().invoke(args=["reference", "load"])
        assert result.exit_code == 0, result.output


@pytest.fixture
def app(application: Flask) -> Iterator[Flask]:
    """The application inside a transaction that is rolled back after the test; commits become savepoints."""
    with application.app_context(), isolated_database():
        yield application


@contextmanager
def isolated_database() -> Iterator[None]:
    """Bind every session of the block to one connection whose transaction is rolled back at its end.

    Flask-SQLAlchemy-Lite's own ``test_isolation`` patches the engine instead, and SQLAlchemy 2.1 lets a
    session that connects by itself join the outer transaction without a savepoint.
    """
    with db.engine.connect() as connection:
        transaction = connection.begin()
        joined = {"bind": connection, "join_transaction_mode": "create_savepoint"}
        with patch.dict(db.sessionmaker.kw, joined):
            yield
            db.session.close()
        transaction.rollback()


@pytest.fixture
def session(app: Flask) -> Session:
    """The test's own session; it sees what requests have committed."""
    return db.session


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor's browser."""
    return app.test_client()
