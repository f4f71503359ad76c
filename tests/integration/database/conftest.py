"""Databases of these tests' own: migrated and empty, or filled with one row of everything."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_migrate import upgrade

from core.db import db
from tests.integration.conftest import NewDatabase, make_app
from tests.integration.database.rows import RowMaker


@pytest.fixture(scope="session")
def bare_application(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on a migrated database of its own with no row in it, which tests leave as it is."""
    app = make_app(new_database("bare"), tmp_path_factory.mktemp("bare"))
    with app.app_context():
        upgrade()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def own_application(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on a migrated database of the module's own, in which transactions really commit."""
    folder = tmp_path_factory.mktemp("own")
    app = make_app(new_database(folder.name), folder)
    with app.app_context():
        upgrade()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def standing_rows(bare_application: Flask) -> Iterator[RowMaker]:
    """A maker that has made one row of every table, in a transaction that ends with the module."""
    with bare_application.app_context(), db.engine.connect() as connection:
        transaction = connection.begin()
        maker = RowMaker(connection)
        maker.fill_every_table()
        yield maker
        transaction.rollback()
